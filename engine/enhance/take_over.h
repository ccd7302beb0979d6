// From a provisional plan to the final one while the track plays: both chains run beside each other
// and one is faded into the other so slowly that nobody hears a step.
//
// Blending the finished signals instead of moving the parameters of one chain takes everything
// along, tone and dynamics as well as gain; and since the peaks of a weighted mean of two signals
// lie below those of the louder one, the ceiling holds throughout. Outside the blend a single chain
// runs, so chunks there have the bits of that plan alone.
#pragma once

#include <array>
#include <optional>

#include "engine/base/audio_buffer.h"
#include "engine/base/audio_view.h"
#include "engine/dsp/delay_line.h"
#include "engine/enhance/enhancement_plan.h"
#include "engine/enhance/enhancer.h"

namespace engine {

/// No faster do the loudness and any third of an octave of the plans approach one another, as they
/// are planned: what the music makes of them then stays below 1 dB a second.
inline constexpr double kTakeOverDbPerSecond = 0.8;
/// What tells two plans apart beside gain and tone, dynamics above all, gets so long at least.
inline constexpr double kTakeOverSecondsMin = 2.0;

/// The plan `before` up to begin_frame, the plan `after` from end_frame on.
struct TakeOver {
  EnhancementPlan before;
  EnhancementPlan after;
  FrameCount begin_frame = 0;  // At 48 kHz, a multiple of kHopFrames.
  FrameCount end_frame = 0;    // The same.
  /// What the loudness rises by between them, as the profile of the final plan tells it.
  double rise_db = 0;
};

/// `from_frame` >= 0 is rounded up to the grid of kHopFrames. `profile`: that of the final plan,
/// `after`. Both plans are of the same settings.
TakeOver plan_take_over(const EnhancementPlan& before, const EnhancementPlan& after,
                        const TrackProfile& profile, FrameCount from_frame);

/// How much of `after` there is at `frame`, [0, 1], rising: so that two signals that differ by
/// rise_db change in a straight line of decibels.
double take_over_weight(const TakeOver& change, FrameCount frame);

/// An Enhancer, or the two of a take-over: the same contract. Both use the same grid.
class TakeOverChain {
 public:
  explicit TakeOverChain(const EnhancementPlan& plan);
  explicit TakeOverChain(const TakeOver& change);

  void reset(FrameCount first_frame);
  void process(const AudioView& in, const MutableAudioView& out);
  /// During a take-over a mean of both, by their weights.
  StageGains gains_of_packet(FrameCount packet) const;
  FrameCount latency_frames() const;
  FrameCount left_context_frames() const;

 private:
  struct Entering {
    Enhancer chain;
    DelayLine delay;
  };

  void blend(const AudioView& entering, const MutableAudioView& out, FrameCount first_frame) const;

  std::optional<TakeOver> change_;
  Enhancer chain_;
  DelayLine delay_;
  std::optional<Entering> entering_;
  FrameCount next_output_ = 0;  // The frame of the track that comes out next.
  AudioBuffer scratch_;
};

}  // namespace engine
