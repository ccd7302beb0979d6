// Limiter: a true-peak limiter with look-ahead and finite memory.
//
// need[n]  largest 8x-oversampled magnitude around frame n, over the channels
// g[n]     min(0, threshold - need[n]) in dB, >= -kReductionMaxDb
// m[n]     min of g over [n - hold, n + kLookaheadFrames)
// r[n]     min(m[n], r[n-1] + slope): release in a straight line of decibels
// s        r through two boxes of 48 frames: a triangle of 2 ms
// y[n]     x[n] * 10^(s[n] / 20)
//
// (Hamalainen, "Smoothing of the Control Signal without Clipped Output in Digital Peak Limiters",
// DAFx 2002.) Since every frame whose box covers n has its minimum window over n, s[n] <= g[n].
// Decibels are integers of 2^-20 dB and box sums are 64-bit integers: trajectories that meet are
// equal for ever after, and left_context_frames() of warm-up give the bits of an endless run.
// Where nothing comes near the threshold the samples pass bit for bit.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "engine/base/audio_view.h"
#include "engine/dsp/opus_high_pass.h"
#include "engine/dsp/peak_interpolator.h"
#include "engine/dsp/sliding_minimum.h"

namespace engine {

struct LimiterSettings {
  /// dBTP that the output keeps to, for input that is band-limited to 20 kHz. [-20, +40]
  double ceiling_dbtp = -1.0;
  /// [10, 1000]
  double release_db_per_s = 30.0;
  /// The output goes to Opus: peaks are also kept low enough for what its high-pass makes of them.
  bool before_opus = false;
};

class Limiter {
 public:
  static constexpr int kHoldFrames = 720;      // 15 ms: half a cycle of 33 Hz.
  static constexpr int kLookaheadFrames = 96;  // 2 ms.
  static constexpr int kBoxFrames = 48;
  /// The detector aims lower than the ceiling: its grid misses up to 0.12 dB at 20 kHz.
  static constexpr double kMarginDb = 0.12;
  /// Deepest smooth reduction, which bounds the memory: enough for samples 12 dB above full scale
  /// in the worst pattern of signs. Peaks still higher are clipped at the ceiling.
  static constexpr double kReductionMaxDb = 21.0;

  /// Shape: channels x any. 1 <= channels <= kChannelCountMax.
  Limiter(int channels, const LimiterSettings& settings);

  /// Frames before the next one count as zeros.
  void reset();

  /// Takes in.frames() frames and yields as many, delayed by latency_frames(). in and out may be
  /// the same memory, not otherwise overlap. Input must be finite. `gain_db`: empty, or one value
  /// per output frame to fill: the gain applied, dB, <= 0.
  void process(const AudioView& in, const MutableAudioView& out, std::span<float> gain_db = {});

  static constexpr FrameCount latency_frames() {
    return PeakInterpolator::kRight + kLookaheadFrames - 1;
  }

  /// Frames to feed after reset() before the first wanted one, so that its output (which comes
  /// latency_frames() later) has the bits of a run from the track's start.
  FrameCount left_context_frames() const;

 private:
  static constexpr int kBlockFrames = 256;

  void detect(int count);
  void detect_before_opus(int count);
  bool smooth(int count);
  std::int32_t gain_for(std::int32_t negative_need_bits) const;

  int channels_ = 0;
  float threshold_ = 1;
  float ceiling_ = 1;
  double threshold_db_ = 0;
  std::int32_t slope_q20_ = 0;
  PeakInterpolator interpolator_;
  std::vector<OpusHighPass> high_pass_;  // One per channel, or none.

  std::vector<std::vector<float>> audio_;  // Per channel: the delay line, then the block.
  float last_peak_ = 0;
  // Minimum of -need[] (its bits: positive floats are ordered like integers) over hold and
  // look-ahead, so that only the decisive peak of a window is turned into decibels.
  SlidingMinimum minimum_;
  std::int32_t decisive_ = 0;
  std::int32_t decisive_gain_q20_ = 0;
  std::int32_t release_q20_ = 0;
  std::array<std::int32_t, kBoxFrames> box1_{};
  std::array<std::int32_t, kBoxFrames> box2_{};
  std::int64_t box1_sum_ = 0;
  std::int64_t box2_sum_ = 0;
  int box_index_ = 0;
  std::array<float, kBlockFrames> peaks_{};
  std::array<std::int32_t, kBlockFrames> smoothed_{};
};

}  // namespace engine
