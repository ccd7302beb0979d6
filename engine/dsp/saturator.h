// Saturator: harmonics for one band, by a memoryless curve at four times the rate.
//
//   y = x + mix * (S(k x) / k - x),  k = 10^((drive_db - reference_dbfs) / 20)
//   T(v) = v (27 + v^2) / (27 + 9 v^2) for |v| <= 3, else +/-1: tanh's Pade form, smooth at 3
//   S(v) = (T(v + b) - T(b)) / T'(b), b = asymmetry
//
// Small signals pass unchanged, and everything does as mix tends to 0: only the difference S / k -
// x goes through the oversampling filters. With b > 0 even harmonics come in, and with them an
// offset that follows the level; its mean over about 0.1 s is taken away again.
#pragma once

#include <array>
#include <cstddef>
#include <vector>

#include "engine/base/audio_view.h"
#include "engine/base/units.h"
#include "engine/dsp/control_hop.h"
#include "engine/dsp/oversampler.h"

namespace engine {

struct SaturatorSettings {
  /// Drive of a signal whose peaks are at reference_dbfs. [-24, 24]
  double drive_db = 0;
  /// Share of the saturated signal. [0, 1]
  double mix = 0;
  /// The level that counts as full scale, so that a quiet master is saturated as a loud one is.
  /// [-60, 12]
  double reference_dbfs = 0;
  /// Bias of the curve: 0 gives odd harmonics only. [0, 1]
  double asymmetry = 0;
};

class Saturator {
 public:
  explicit Saturator(const SaturatorSettings& settings);

  /// Frames before the next one count as zeros.
  void reset();

  /// Shape of both: 2 x n, n a multiple of kHopFrames; in and out may be the same memory, not
  /// otherwise overlap. Input must be finite. Frame i of the output stream is input frame
  /// i - latency_frames().
  void process(const AudioView& in, const MutableAudioView& out);

  static constexpr FrameCount latency_frames() { return Oversampler::kReach; }

  /// Frames to feed after reset() before the first wanted one, so that its output (which comes
  /// latency_frames() later) has the bits of a run from the track's start. A multiple of
  /// kHopFrames.
  FrameCount left_context_frames() const;

 private:
  static constexpr int kBlockFrames = 512;
  static constexpr int kHistoryFrames = 2 * Oversampler::kReach;
  static constexpr std::size_t kOffsetHops = 80;  // 0.107 s.

  /// The mean of what was added lately, taken away again.
  struct OffsetGuard {
    std::array<float, kOffsetHops> sums{};  // Of the last hops; the oldest at `at`.
    std::size_t at = 0;
    float begin = 0;  // The offset that the hop to come begins and ends with.
    float end = 0;
  };

  void add_difference(const float* x, int count, float* difference);
  void guard_offset(OffsetGuard& guard, float* difference);

  SaturatorSettings settings_;
  float drive_ = 1;
  float bias_ = 0;
  Oversampler oversampler_;
  std::array<float, kOffsetHops> weights_{};
  std::array<std::vector<float>, kOutputChannelCount> lines_;
  std::array<OffsetGuard, kOutputChannelCount> guards_;
  std::array<float, kBlockFrames> difference_{};
};

}  // namespace engine
