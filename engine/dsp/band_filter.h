// BandFilter: tone, low-pass and band split of a stereo signal in one pass of overlap-save.
//
// in    left, right           -> mid = (L + R) / 2, side = (L - R) / 2
// EQ    one minimum-phase filter each for mid and side (minimum_phase_fir.h)
// all   EQ, then the low-pass at 20 kHz: what a true-peak detector and Opus can represent
// low   EQ, then a linear-phase low-pass at kLowSplitHz
// high  all less EQ and a linear-phase low-pass at kHighSplitHz
// mid   all - low - high, sample by sample: the bands always add up to all
//
// The linear-phase filters have one common delay. Splits this soft (-6 dB at the edge, 185 Hz and
// 0.6 kHz to either side) ring for a few milliseconds only.
//
// Every block is a function of itself and the block before it, so a start on the block grid with
// one block of context gives the bits of an endless run. Zeros in give exact zeros out.
#pragma once

#include <array>
#include <cstddef>
#include <span>
#include <vector>

#include "engine/base/audio_buffer.h"
#include "engine/base/audio_view.h"
#include "engine/dsp/bands.h"
#include "engine/dsp/fft.h"
#include "engine/dsp/minimum_phase_fir.h"

namespace engine {

struct BandFilterSettings {
  ToneCurve mid_db{};
  ToneCurve side_db{};
  /// Three bands come out, else one.
  bool split = true;
  /// 1: nothing above 20.6 kHz passes, and all below 18.8 kHz. 0: no low-pass. [0, 1]
  double low_pass_weight = 1;
};

class BandFilter {
 public:
  static constexpr int kBlockFrames = 4096;

  /// Costs about 4 ms: two curves are designed.
  explicit BandFilter(const BandFilterSettings& settings);

  /// Frames before the next one count as zeros.
  void reset();

  /// in: left and right, 2 x kBlockFrames; NaN and infinities count as 0. bands: low, mid, high
  /// (without split: one that holds all), each 2 x kBlockFrames, channel 0 mid, channel 1 side,
  /// each delayed by latency_frames(). No output overlaps the input.
  void process(const AudioView& in, std::span<const MutableAudioView> bands);

  std::size_t band_count() const { return split_ ? kBandCount : 1; }
  FrameCount latency_frames() const;
  /// Frames to feed after reset() before the first wanted one: a multiple of kBlockFrames.
  static constexpr FrameCount left_context_frames() { return kBlockFrames; }

 private:
  // The low band has no content above 1.5 kHz: it is transformed back at a sixteenth of the rate
  // and interpolated.
  static constexpr int kDecimation = 16;
  static constexpr int kPhaseTaps = 12;
  using PhaseTable = std::array<float, std::size_t{kPhaseTaps} * kDecimation>;

  /// Mid or side.
  struct Channel {
    std::vector<float> window;      // The end of the last block, then this one.
    std::vector<Complex> spectrum;  // Of the window; padded to whole vectors, as the next three.
    std::vector<Complex> all;       // Filters, with the 1 / size of the inverse in them.
    std::vector<Complex> high;
    std::vector<Complex> low;
    bool last_sounds = false;
    bool sounds = false;
  };

  void design(const BandFilterSettings& settings);
  void filter(const std::vector<Complex>& spectrum, const std::vector<Complex>& response,
              std::span<float> out);
  void filter_low(const Channel& channel, std::span<float> out);

  bool split_ = true;
  RealFft fft_;
  RealFft small_fft_;
  std::array<Channel, 2> channels_;
  std::vector<Complex> product_;
  std::vector<float> filtered_;
  std::vector<float> decimated_;
  PhaseTable phases_{};
};

}  // namespace engine
