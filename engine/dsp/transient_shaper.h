// TransientShaper: lifts the beginnings of drum hits, leaves steady sound alone.
//
// d[n]   x[n] - x[n - 16]: the bass's slow waves do not count, nor do they hide a hit
// after  the smaller of the powers of d over the next 5.3 and 10.7 ms
// before the larger of its powers over the last 21 and 85 ms
// raw    boost_max_db times a share from 0 (after / before = 3.5 dB or less) to 1 (6.5)
// gain   raw through hold, release in a straight line and a triangle (gain_smoother.h)
//
// What follows is compared with what came before, both without the other, so that a hit counts as
// much in a dense mix as it stands out of it. Two windows each: pulses of a low note are rarer than
// 5.3 ms, a swell is slower than 21 ms. Steady tones and noise stay below 3 dB: their gain is
// exactly 1. Below -60 dB of power nothing is lifted. The audio is delayed by 10.7 ms, so that
// the boost is there when the hit is.
#pragma once

#include <array>
#include <span>
#include <vector>

#include "engine/base/audio_view.h"
#include "engine/dsp/control_hop.h"
#include "engine/dsp/gain_smoother.h"

namespace engine {

class TransientShaper {
 public:
  static constexpr int kDelayHops = 8;
  static constexpr double kReleaseDbPerSecond = 100;
  static constexpr double kBoostMaxDb = 6;

  /// `boost_max_db`: [0, kBoostMaxDb]; at 0 samples are only delayed.
  explicit TransientShaper(double boost_max_db);

  /// Frames before the next one count as zeros.
  void reset();

  /// Works in place. Shape: 2 x n, n a multiple of kHopFrames; left and right or mid and side (the
  /// power of both is what counts), which get the same gain. Frame i of the output stream is input
  /// frame i - latency_frames(). `boost_db`: empty, or one value per hop of output to fill: the
  /// boost in dB, >= 0, at the hop's end.
  void process(const MutableAudioView& audio, std::span<float> boost_db = {});

  static constexpr FrameCount latency_frames() { return FrameCount{kDelayHops} * kHopFrames; }

  /// Frames to feed after reset() before the first wanted one, so that its output (which comes
  /// latency_frames() later) has the bits of a run from the track's start. A multiple of
  /// kHopFrames: below 0.17 s.
  FrameCount left_context_frames() const;

 private:
  static constexpr int kLag = 16;

  double boost_for(const MutableAudioView& audio, FrameCount first);

  double boost_max_db_ = 0;
  std::array<std::array<float, kLag + kHopFrames>, 2> samples_{};
  HopPower before_;
  std::array<double, 8> powers_{};  // The newest last.
  PowerBox after_short_;
  PowerBox after_long_;
  PowerBox before_short_;
  PowerBox before_long_;
  GainSmoother smoother_;
  HopDelay delay_;
  float gain_ = 1;  // At the begin of the hop that leaves next.
};

}  // namespace engine
