// SoftClipper: rounds off peaks before the limiter has to turn them down.
//
//   y = x - (1 - r) x S(z),  z = (|x| - t) / (q t - t) limited to [0, 1],  S(z) = 6 z^5 - 15 z^4 +
//   10 z^3
//
// with t the threshold, r = -max_reduction_db and q = kRangeDb as gains: nothing happens up to t,
// the reduction grows smoothly over kRangeDb and then stays at max_reduction_db. The curve rises
// everywhere and has two continuous derivatives. It works at four times the rate, so that peaks
// between samples are seen; samples far enough from peaks pass bit for bit.
#pragma once

#include <array>
#include <cstddef>
#include <vector>

#include "engine/base/audio_view.h"
#include "engine/base/units.h"
#include "engine/dsp/oversampler.h"

namespace engine {

struct SoftClipperSettings {
  /// [-40, 20]
  double threshold_dbfs = -3;
  /// [0, 2]
  double max_reduction_db = 1.5;
};

class SoftClipper {
 public:
  static constexpr double kRangeDb = 6;

  explicit SoftClipper(const SoftClipperSettings& settings);

  /// Frames before the next one count as zeros.
  void reset();

  /// Shape of both: 2 x n, n a multiple of 8; in and out may be the same memory, not otherwise
  /// overlap. Input must be finite. Frame i of the output stream is input frame
  /// i - latency_frames().
  void process(const AudioView& in, const MutableAudioView& out);

  static constexpr FrameCount latency_frames() { return Oversampler::kReach; }
  /// Frames to feed after reset() before the first wanted one, so that its output (which comes
  /// latency_frames() later) has the bits of a run from the track's start.
  static constexpr FrameCount left_context_frames() { return kHistoryFrames; }

 private:
  static constexpr int kBlockFrames = 512;
  static constexpr int kHistoryFrames = 2 * Oversampler::kReach;

  bool clip(const float* x, int count);

  float threshold_ = 1;
  float range_scale_ = 0;  // 1 / (q t - t)
  float depth_ = 0;        // 1 - r
  Oversampler oversampler_;
  std::array<std::vector<float>, kOutputChannelCount> lines_;
  std::array<float, kBlockFrames> difference_{};
};

}  // namespace engine
