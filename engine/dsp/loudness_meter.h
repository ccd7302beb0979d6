// LoudnessMeter: loudness by ITU-R BS.1770-5 with the time scales of EBU Tech 3341.
//
// K-weighted power is summed per 10 ms hop. A 400 ms gating block ends every 100 ms, momentary (400
// ms) and short-term (3 s) loudness are updated every hop. Blocks go into a histogram of 0.01 LU
// that keeps exact power sums, so memory does not grow with the track.
//
// The filters are recursive; a probe therefore lets them settle before its blocks count.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "engine/base/audio_view.h"
#include "engine/base/simd.h"

namespace engine {

/// Stands for "nothing above the absolute gate": BS.1770 would say minus infinity.
inline constexpr double kLoudnessFloorLufs = -70.0;

/// Loudness of blocks (K-weighted energy each, over block_frames frames) behind both gates of
/// BS.1770-5, LUFS; kLoudnessFloorLufs when none passes. `weights`: how much each block stands for,
/// > 0; empty: all the same.
double gated_loudness_lufs(std::span<const double> block_energies, FrameCount block_frames,
                           std::span<const double> weights = {});

/// Two biquads, direct form I, over two channels side by side (lanes do not mix); the
/// coefficients of BS.1770-5 tables 1 and 2, carried to other rates by the bilinear transform.
class KWeighting {
 public:
  explicit KWeighting(int sample_rate_hz);
  void reset() { state_ = {}; }
  /// Filters the next samples of two channels (same count) and adds their squares to the lanes of
  /// `sum` one by one, so that the size of the pieces has no influence on any bit.
  void add_power(std::span<const float> first, std::span<const float> second, F64x2& sum);
  /// Sets states that have decayed below -400 dB to zero: subnormal arithmetic is slow.
  void flush_subnormals();
  /// Magnitude in dB at `frequency_hz`, for tests and reports.
  double magnitude_db(double frequency_hz) const;

 private:
  struct Biquad {
    double b0, b1, b2, a1, a2;
  };
  std::array<Biquad, 2> stages_{};
  std::array<F64x2, 6> state_{};  // The last two inputs and outputs of each stage.
  int sample_rate_hz_ = 0;
};

class LoudnessMeter {
 public:
  /// Channels are weighted 1 except surrounds (BS.1770-5 table 3: 1.41), given by `weights`; an
  /// empty span means all 1. 1 <= channels <= kChannelCountMax, 8000 <= sample_rate_hz <= 384000.
  LoudnessMeter(int sample_rate_hz, int channels, std::span<const double> weights = {});

  /// Forgets everything measured.
  void reset();

  /// Starts a new stretch of audio: filters and windows begin afresh, the gated blocks of earlier
  /// stretches are kept. The next `settle_frames` frames only warm the filters up.
  void begin_stretch(FrameCount settle_frames);

  /// Shape: channels x any frames. Samples must be finite.
  void add(const AudioView& audio);

  /// A hop of 10 ms whose hop_energy() is known already: the windows go on, the filters do not.
  void add_hop(double energy);

  /// Gated loudness of everything added, LUFS; kLoudnessFloorLufs when no block passes the gate.
  double integrated_lufs() const;
  /// Blocks counted so far, before gating.
  std::int64_t block_count() const { return block_count_; }

  /// Sum over the channels of the K-weighted energy (weighted as for loudness) of the last whole
  /// hop of 10 ms of this stretch; 0 before the first.
  double hop_energy() const {
    if (hop_count_ == 0) return 0;
    return hops_[static_cast<std::size_t>((hop_count_ - 1) % static_cast<int>(hops_.size()))];
  }

  /// Latest and largest momentary and short-term loudness; kLoudnessFloorLufs or less before the
  /// first full window.
  double momentary_lufs() const { return momentary_lufs_; }
  double momentary_max_lufs() const { return momentary_max_lufs_; }
  double short_term_lufs() const { return short_term_lufs_; }
  double short_term_max_lufs() const { return short_term_max_lufs_; }

  /// Loudness range by EBU Tech 3342: 95th less 10th percentile of the gated short-term loudness.
  double range_lu() const;

 private:
  struct Bin {
    std::int64_t count = 0;
    double power = 0;
  };

  void end_hop();
  double window_power(int hops) const;

  int channels_ = 0;
  int hop_frames_ = 0;
  std::array<double, kChannelCountMax> weights_{};
  std::vector<KWeighting> filters_;  // One per pair of channels; the last may filter one twice.
  FrameCount settle_frames_ = 0;
  int hop_fill_ = 0;
  std::array<F64x2, (kChannelCountMax + 1) / 2> hop_power_{};
  std::vector<double> hops_;      // Ring of the last 3 s.
  std::int64_t hop_count_ = 0;    // Hops of this stretch.
  std::vector<Bin> blocks_;       // Gating blocks by loudness.
  std::vector<Bin> short_terms_;  // Short-term values every 100 ms, for the range.
  std::int64_t block_count_ = 0;
  double momentary_lufs_ = kLoudnessFloorLufs;
  double momentary_max_lufs_ = kLoudnessFloorLufs;
  double short_term_lufs_ = kLoudnessFloorLufs;
  double short_term_max_lufs_ = kLoudnessFloorLufs;
};

}  // namespace engine
