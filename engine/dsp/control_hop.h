// Control hops: what every stage of dynamics shares to run its gain at 750 values per second.
//
// A hop is 64 frames, counted from reset(). Power is measured hop by hop with triangular weights
// over two hops, so that what lies near multiples of 750 Hz does not come back as a slow ripple. A
// gain is known at the borders of hops and moves in a straight line between them.
//
// Everything here has finite memory: a result depends on a bounded number of hops, bit for bit.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "engine/base/audio_view.h"
#include "engine/base/units.h"

namespace engine {

inline constexpr int kHopFrames = 64;
inline constexpr double kHopsPerSecond = static_cast<double>(kOutputRateHz) / kHopFrames;

/// The two halves of the triangles that meet in one hop: sums of mid^2 + side^2, weighted with a
/// line that rises from 0 to 1 over the hop and with one that falls.
struct HopPower {
  float rising = 0;
  float falling = 0;
};

/// `mid` and `side`: kHopFrames each. The sums are made in a fixed order.
HopPower hop_power(const float* mid, const float* side);

/// Power around the border before the newest hop: (L^2 + R^2) / 2, 1 = full scale.
inline double border_power(const HopPower& before, const HopPower& newest) {
  return (static_cast<double>(before.rising) + static_cast<double>(newest.falling)) / kHopFrames;
}

/// Range of a power that decibels are taken of, -200 dB to +200 dB; NaN counts as nothing.
inline double power_in_range(double power) {
  constexpr double kLeast = 1e-20;
  constexpr double kMost = 1e20;
  if (!(power > kLeast)) return kLeast;
  return power < kMost ? power : kMost;
}

/// Mean of the last `hops` powers. Powers are integers of 2^-40 inside (-120 dB) and saturate at
/// +39 dB, so that the running sum is exact and forgets.
class PowerBox {
 public:
  /// 1 <= hops <= 512; powers before the first push() are 0.
  explicit PowerBox(int hops);
  void reset();
  double push(double power);
  int hops() const { return static_cast<int>(ring_.size()); }

 private:
  std::vector<std::int64_t> ring_;
  std::size_t at_ = 0;
  std::int64_t sum_ = 0;
};

/// Delays planes by whole hops and multiplies what leaves with a gain.
class HopDelay {
 public:
  /// planes >= 1, hops >= 1.
  HopDelay(int planes, int hops);
  /// Frames before the next one count as zeros.
  void reset();
  /// Replaces frames [first, first + kHopFrames) of each channel of `audio` by those that came
  /// hops() earlier, times a gain that goes from `gain_begin` (at the first frame) toward
  /// `gain_end` (at the frame after the last). Where both are 1 the samples pass bit for bit.
  void exchange(const MutableAudioView& audio, FrameCount first, float gain_begin, float gain_end);
  int hops() const { return hops_; }

 private:
  int planes_ = 0;
  int hops_ = 0;
  int at_ = 0;
  std::vector<float> lines_;  // planes x hops x kHopFrames.
};

}  // namespace engine
