// GainSmoother: turns a raw gain per control hop into one that moves without a sound of its own.
//
// m[k]  min of the raw gain over the last hold_hops: ripple shorter than that disappears
// r[k]  min(m[k], r[k-1] + slope): release in a straight line of decibels
// s[k]  r through two boxes of box_hops: a triangle, so that every corner is round
//
// (Hamalainen, "Smoothing of the Control Signal without Clipped Output in Digital Peak Limiters",
// DAFx 2002; here on hops.) Gains are <= 0 dB; a stage that boosts feeds its boost negated.
// Decibels are integers of 2^-20 dB: trajectories that meet are equal for ever after, and what was
// pushed more than memory_hops() ago has no influence on any bit.
#pragma once

#include <cstdint>
#include <vector>

#include "engine/dsp/sliding_minimum.h"

namespace engine {

struct GainSmootherSettings {
  /// >= 1
  int hold_hops = 13;
  /// A power of two, 1 to 16.
  int box_hops = 4;
  /// Further delay of the result. >= 0
  int delay_hops = 0;
  /// > 0; per hop at least 2^-20 dB.
  double release_db_per_s = 20;
  /// Deepest gain that has an effect, (0, 60] dB: what the release may have to climb.
  double depth_max_db = 6;
};

class GainSmoother {
 public:
  explicit GainSmoother(const GainSmootherSettings& settings);

  /// All that came before the next push() counts as 0 dB.
  void reset();

  /// The raw gain of one hop in dB; what lies outside [-depth_max_db, 0] counts as the border, NaN
  /// as 0. Returns the smoothed one, exactly 0 where all that it depends on is 0.
  double push(double gain_db);

  /// Hops by which the middle of the triangle comes later than the raw gain.
  int latency_hops() const { return box_hops_ - 1 + static_cast<int>(delay_.size()); }
  /// The result of push() depends on this many pushes before it, and on no others.
  int memory_hops() const;

 private:
  int hold_hops_ = 1;
  int box_hops_ = 1;
  int release_hops_ = 0;
  double depth_max_db_ = 0;
  double unit_db_ = 0;
  std::int32_t slope_q20_ = 1;
  SlidingMinimum minimum_;
  std::int32_t release_q20_ = 0;
  std::int32_t box1_sum_ = 0;
  std::int32_t box2_sum_ = 0;
  std::vector<std::int32_t> box1_;
  std::vector<std::int32_t> box2_;
  std::size_t box_index_ = 0;
  std::vector<std::int32_t> delay_;
  std::size_t delay_index_ = 0;
};

}  // namespace engine
