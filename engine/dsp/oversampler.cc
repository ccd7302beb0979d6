#include "engine/dsp/oversampler.h"

#include <algorithm>
#include <cmath>

#include "engine/base/check.h"
#include "engine/base/simd.h"
#include "engine/dsp/linear_phase_fir.h"

namespace engine {
namespace {

constexpr double kAttenuationDb = 80;

}  // namespace

template <int pairs>
HalfBand<pairs>::HalfBand() {
  // A quarter of the rate is 12 kHz for the designer. Every second tap is 0, the centre 1/2; the
  // others are doubled, since only they see the frames that are there.
  const auto design = design_low_pass({4 * pairs - 1, 12000, kAttenuationDb});
  double sum = 0;
  for (std::size_t j = 0; j < taps.size(); ++j) {
    sum += design[static_cast<std::size_t>(2 * pairs) + 2 * j];
  }
  for (std::size_t j = 0; j < taps.size(); ++j) {
    const double tap = design[static_cast<std::size_t>(2 * pairs) + 2 * j];
    taps[j] = static_cast<float>(0.5 * tap / sum);
  }
}

template <int pairs>
void HalfBand<pairs>::between(const float* x, int count, float* out) const {
  for (int i = 0; i < count; i += 2 * kLaneCount) {
    F32x4 low = splat4(0);
    F32x4 high = splat4(0);
    for (int j = pairs - 1; j >= 0; --j) {  // Small products first.
      const F32x4 tap = splat4(taps[static_cast<std::size_t>(j)]);
      low += tap * (load4(x + i - j) + load4(x + i + 1 + j));
      high += tap * (load4(x + i + 4 - j) + load4(x + i + 5 + j));
    }
    store4(out + i, low);
    store4(out + i + 4, high);
  }
}

template struct HalfBand<16>;
template struct HalfBand<5>;

Oversampler::Oversampler(int frames_max)
    : frames_max_(frames_max),
      odd_(static_cast<std::size_t>(2 * (frames_max + kBackMargin))),
      even_(static_cast<std::size_t>(frames_max + kBackMargin)),
      samples_(static_cast<std::size_t>(4 * frames_max + 4 * kDoubleMargin + 2 * kBetweenMargin)) {
  ENGINE_CHECK(frames_max >= 8);
  static_assert(kDoubleMargin + kPairs <= kReach);
  static_assert(kBetweenMargin + kOuterPairs <= 2 * kDoubleMargin);
  static_assert(kBackMargin + kOuterPairs <= kBetweenMargin);
  static_assert(2 * kPairs <= kBackMargin);
  float inner_gain = 0;
  float outer_gain = 0;
  for (const float tap : half_band_.taps) inner_gain += 2.0f * std::fabs(tap);
  for (const float tap : outer_.taps) outer_gain += 2.0f * std::fabs(tap);
  // A little on top for rounding.
  gain_max_ = 1.0001f * inner_gain * outer_gain;
}

std::span<float> Oversampler::up(const float* x, int count) {
  ENGINE_CHECK(count <= frames_max_);
  ENGINE_CHECK(count % 8 == 0);
  const int doubled = count + 2 * kDoubleMargin;
  const float* even = x - kDoubleMargin;
  half_band_.between(even, doubled, odd_.data());
  for (int i = 0; i < doubled; ++i) {
    samples_[static_cast<std::size_t>(2 * i)] = even[i];
    samples_[static_cast<std::size_t>(2 * i + 1)] = odd_[static_cast<std::size_t>(i)];
  }
  const int between = 2 * (count + kBetweenMargin);
  outer_.between(samples_.data() + 2 * kDoubleMargin - kBetweenMargin, between,
                 samples_.data() + 2 * doubled);
  return std::span(samples_).first(static_cast<std::size_t>(2 * doubled + between));
}

void Oversampler::down(int count, float* out) {
  // Twice the rate, from kBackMargin before the block to as far behind it.
  const int doubled = 2 * (count + 2 * kDoubleMargin);
  const int back = 2 * (count + kBackMargin);
  const float* at_frames = samples_.data() + 2 * kDoubleMargin - kBackMargin;
  const float* between = samples_.data() + doubled + kBetweenMargin - kBackMargin - 1;
  std::vector<float>& sums = odd_;
  outer_.between(between, back, sums.data());
  for (int i = 0; i < back / 2; ++i) {
    const auto even = static_cast<std::size_t>(2 * i);
    const auto at = static_cast<std::size_t>(i);
    const float first = (sums[even] + at_frames[even]) * 0.5f;
    const float second = (sums[even + 1] + at_frames[even + 1]) * 0.5f;
    even_[at] = first;
    sums[at] = second;  // Behind what is still read.
  }
  half_band_.between(sums.data() + kBackMargin / 2 - 1, count, out);
  const F32x4 half = splat4(0.5f);
  for (int i = 0; i < count; i += kLaneCount) {
    store4(out + i, (load4(out + i) + load4(even_.data() + kBackMargin / 2 + i)) * half);
  }
}

}  // namespace engine
