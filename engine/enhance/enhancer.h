// Enhancer: the chain of processors that carries out an EnhancementPlan.
//
// Stages: gain, true-peak limiter. Tone, dynamics, saturation and stereo come in front of the gain;
// each adds its latency and left context to the sums below and nothing else changes for callers.
//
// Every stage has finite memory. To render frames [s, e) of a track cold: reset(), feed input
// frames [max(0, s - left_context_frames()), e + latency_frames()), with zeros past the track's
// end, and drop what comes out before frame s. The bits are those of a run from frame 0.
#pragma once

#include <span>

#include "engine/base/audio_buffer.h"
#include "engine/base/audio_view.h"
#include "engine/dsp/limiter.h"
#include "engine/enhance/enhancement_plan.h"

namespace engine {

class Enhancer {
 public:
  explicit Enhancer(const EnhancementPlan& plan);

  /// Frames before the next one count as zeros.
  void reset();

  /// Shape of both: 2 x the same count of frames, at 48 kHz. Output frame i of the stream is input
  /// frame i - latency_frames(). in and out may be the same memory, not otherwise overlap. NaN and
  /// infinities become 0 (not in bypass, which copies). `limiter_gain_db`: empty, or one value per
  /// output frame to fill with what the limiter did, dB <= 0.
  void process(const AudioView& in, const MutableAudioView& out,
               std::span<float> limiter_gain_db = {});

  /// 0 in bypass.
  FrameCount latency_frames() const;
  /// Frames to feed before the first wanted one; 0 in bypass.
  FrameCount left_context_frames() const;

 private:
  static constexpr int kBlockFrames = 512;

  bool bypass_ = false;
  float gain_ = 1;
  Limiter limiter_;
  AudioBuffer scratch_;  // One block.
};

}  // namespace engine
