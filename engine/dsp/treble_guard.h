// TrebleGuard: turns down bursts that hold far more treble, or higher samples, than the track has
// anywhere.
//
// A damaged granule or block of bytes decodes to noise at full level, and no limiter helps: at low
// bit rates Opus gives back other noise of the same power, whose peaks lie where they like. So the
// power is bounded, in front of everything that would react to it. Treble is what tells such noise
// from music: the differences of neighbouring samples of white noise at full scale have a root mean
// square of 0.8, those of loud metal one of 0.26.
//
// Hops of 512 frames are judged each by itself; a gain falls at once, at the start of its hop, and
// rises again over the next. Below the bound every bit passes.
#pragma once

#include "engine/base/audio_view.h"

namespace engine {

/// Root mean square of the differences of neighbouring samples, of the channel where it is larger.
/// Shape: channels x at least 2.
float treble_rms(const AudioView& hop);

class TrebleGuard {
 public:
  static constexpr int kHopFrames = 512;
  static constexpr float kClippedGain = 0.25f;

  /// `rms_max`: what treble_rms() of a hop may be; `sample_max`: where its samples were clipped;
  /// both linear, > 0. A hop that was clipped there is damage and keeps at most kClippedGain of
  /// itself.
  TrebleGuard(float rms_max, float sample_max) : rms_max_(rms_max), sample_max_(sample_max) {}

  /// Frames before the next one count as zeros.
  void reset() { gain_ = 1; }

  /// Shape: channels x a multiple of kHopFrames, in place, without delay. Samples must be finite.
  void process(const MutableAudioView& audio);

  /// One hop: the gain rises from that of the hop before.
  static constexpr FrameCount left_context_frames() { return kHopFrames; }

 private:
  float gain_for(const AudioView& hop) const;

  float rms_max_;
  float sample_max_;
  float gain_ = 1;  // Of the last hop.
};

}  // namespace engine
