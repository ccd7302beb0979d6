// Oversampler: a signal at four times the rate for a memoryless function, and back.
//
// Two stages of linear-phase half-band filters. A band that ends at 20 kHz is met within 0.001;
// images and what would fold back are 80 dB down. They are meant for
// *differences*: y = x + down(f(up(x)) - up(x)) leaves the signal itself untouched where f changes
// nothing.
//
// It is stateless: an output frame is a function of the kReach frames on either side of it.
#pragma once

#include <array>
#include <cstddef>
#include <span>
#include <vector>

namespace engine {

/// Half-band interpolation: frames halfway between those of a signal. `pairs` taps to either side.
template <int pairs>
struct HalfBand {
  HalfBand();

  /// out[i] = the signal at i + 1/2, for i < count. Reads x[1 - pairs ... count + pairs - 1]. count
  /// is a multiple of 8.
  void between(const float* x, int count, float* out) const;

  std::array<float, std::size_t{pairs}> taps{};  // At distances 1/2, 3/2, ...; they sum to 1/2.
};

class Oversampler {
 public:
  static constexpr int kReach = 40;

  /// Prepares for blocks of up to `frames_max` frames.
  explicit Oversampler(int frames_max);

  /// The signal at four times the rate around the `count` frames at x, in an order that down()
  /// knows, to be changed in place. Reads x[-kReach ... count + kReach). count is a multiple of 8,
  /// at most frames_max. The span lives until the next call.
  std::span<float> up(const float* x, int count);

  /// Back to `count` frames, low-passed at half the rate.
  void down(int count, float* out);

  /// |up(x)| <= gain_max() * max|x|, for any signal.
  float gain_max() const { return gain_max_; }

 private:
  // Frames on either side of the block that each step needs: at the single rate for the signal at
  // twice the rate, at twice the rate for the frames between that and for the way back.
  static constexpr int kDoubleMargin = 24;
  static constexpr int kBetweenMargin = 40;
  static constexpr int kBackMargin = 32;
  static constexpr int kPairs = 16;
  static constexpr int kOuterPairs = 5;

  HalfBand<kPairs> half_band_;
  HalfBand<kOuterPairs> outer_;
  float gain_max_ = 1;
  int frames_max_ = 0;
  std::vector<float> odd_;
  std::vector<float> even_;
  std::vector<float> samples_;  // Twice the rate, in order; then what lies between.
};

}  // namespace engine
