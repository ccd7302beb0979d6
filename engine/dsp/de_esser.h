// DeEsser: turns the high band down while a voice hisses ("s"), in decibels per control hop.
//
// A hiss is what meets all of these, for 27 ms on end (shorter: a hat, a stick, a click):
// - the power of 4 to 9 kHz, over 10.7 ms, stands out of its own mean over 400 ms
// - it is not far below the power of the middle band over the same 400 ms
// - the middle band has not risen within the last 53 ms, as it does under a drum
// - it is most of the high band's power: hats and cymbals reach much higher
// Each gives a share from 0 to 1; the smallest, held over 27 ms, times reduction_max_db is the raw
// gain, smoothed like every other (gain_smoother.h). The audio is delayed, so that the reduction
// covers the hiss from its beginning.
//
// Only the mid channel is listened to: voices stand in the middle, or to one side, hardly ever in
// the difference alone.
#pragma once

#include <array>
#include <vector>

#include "engine/dsp/control_hop.h"
#include "engine/dsp/gain_smoother.h"
#include "engine/dsp/sliding_minimum.h"

namespace engine {

class DeEsser {
 public:
  static constexpr int kShortHops = 8;   // 10.7 ms.
  static constexpr int kMeanHops = 300;  // 400 ms.
  static constexpr int kPersistHops = 20;
  static constexpr int kStrokeHops = 40;
  static constexpr double kReleaseDbPerSecond = 60;
  static constexpr double kReductionMaxDb = 12;

  /// `reduction_max_db`: [0, kReductionMaxDb]; at 0 the gain is exactly 0 dB and nothing is
  /// measured. `delay_hops`: by how much the audio is later than what is pushed, [24, 64].
  DeEsser(double reduction_max_db, int delay_hops);

  bool active() const { return reduction_max_db_ > 0; }

  /// What came before the next push() counts as silence.
  void reset();

  /// `high_mid`: kHopFrames of the high band's mid channel; `middle`: the power of the middle
  /// band in the same hop. Returns the gain in dB, <= 0, at the end of the hop that leaves the
  /// delay.
  double push(const float* high_mid, const HopPower& middle);

  /// The result of push() depends on this many pushes before it, and on no others.
  int memory_hops() const;

 private:
  static constexpr int kHalfTaps = 15;
  static constexpr int kTaps = 2 * kHalfTaps + 1;

  struct Powers {
    double hiss = 0;
    double all = 0;
  };
  Powers listen(const float* high_mid);

  double reduction_max_db_ = 0;
  std::array<float, kHalfTaps + 1> filter_{};  // From the middle tap on.
  std::array<float, kTaps - 1 + kHopFrames> samples_{};
  PowerBox hiss_short_;
  PowerBox hiss_mean_;
  PowerBox all_short_;
  PowerBox middle_short_;
  PowerBox middle_mean_;
  SlidingMinimum calm_;
  SlidingMinimum persistence_;
  GainSmoother smoother_;
};

}  // namespace engine
