#include "engine/dsp/peak_interpolator.h"

#include <cmath>
#include <cstddef>

#include "engine/base/math.h"

namespace engine {
namespace {

// Beta 8: images of 20 kHz (at 28 kHz and beyond) are down 80 dB.
constexpr double kBeta = 8.0;

/// Value of the windowed sinc at `distance` samples.
double windowed_sinc(double distance) {
  const double relative = distance / (PeakInterpolator::kTaps / 2.0);
  const double inside = 1.0 - relative * relative;
  if (inside <= 0) return 0;
  const double window = math::bessel_i0(kBeta * std::sqrt(inside)) / math::bessel_i0(kBeta);
  return window * math::sin_pi(distance) / (math::kPi * distance);
}

using PhaseTaps = std::array<double, PeakInterpolator::kTaps>;

/// Taps for the point `phase` / kPhases behind a sample, 0 < phase < kPhases; they sum to 1.
PhaseTaps design_phase(int phase) {
  PhaseTaps taps{};
  const double offset = static_cast<double>(phase) / PeakInterpolator::kPhases;
  double sum = 0;
  for (std::size_t k = 0; k < taps.size(); ++k) {
    taps[k] = windowed_sinc(static_cast<double>(k) - PeakInterpolator::kLeft - offset);
    sum += taps[k];
  }
  for (double& tap : taps) tap /= sum;
  return taps;
}

}  // namespace

PeakInterpolator::PeakInterpolator() {
  double overshoot = 1;
  for (int pair = 1; pair <= kPhases / 2; ++pair) {
    const PhaseTaps taps = design_phase(pair);
    const PhaseTaps mirror = design_phase(kPhases - pair);
    double sum = 0;
    for (std::size_t k = 0; k < taps.size(); ++k) sum += std::fabs(taps[k]);
    overshoot = overshoot > sum ? overshoot : sum;
    for (std::size_t k = 0; k < kHalf; ++k) {
      const auto symmetric = static_cast<float>(0.5 * (taps[k] + mirror[k]));
      const auto antisymmetric = static_cast<float>(0.5 * (taps[k] - mirror[k]));
      const auto row = k * kFilters + static_cast<std::size_t>(pair) - 1;
      folded_[row] = splat4(symmetric);
      if (pair < kPhases / 2) folded_[row + kPhases / 2] = splat4(antisymmetric);
    }
  }
  // A thousandth covers the rounding of the sums.
  overshoot_max_ = static_cast<float>(overshoot * 1.001);
}

// Each pair of phases j, 8 - j has the values S + D and S - D: the larger magnitude is |S| + |D|.
void PeakInterpolator::accumulate4(const float* samples, float* peaks) const {
  F32x4 s1 = splat4(0);
  F32x4 s2 = splat4(0);
  F32x4 s3 = splat4(0);
  F32x4 s4 = splat4(0);
  F32x4 d1 = splat4(0);
  F32x4 d2 = splat4(0);
  F32x4 d3 = splat4(0);
  const F32x4* taps = folded_.data();
  for (int k = 0; k < kHalf; ++k) {
    const F32x4 left = load4(samples - kLeft + k);
    const F32x4 right = load4(samples + kRight - k);
    const F32x4 sum = left + right;
    const F32x4 difference = left - right;
    s1 += sum * taps[0];
    s2 += sum * taps[1];
    s3 += sum * taps[2];
    s4 += sum * taps[3];
    d1 += difference * taps[4];
    d2 += difference * taps[5];
    d3 += difference * taps[6];
    taps += kFilters;
  }
  const F32x4 outer = max4(abs4(s1) + abs4(d1), abs4(s2) + abs4(d2));
  const F32x4 inner = max4(abs4(s3) + abs4(d3), abs4(s4));
  const F32x4 peak = max4(max4(outer, inner), abs4(load4(samples)));
  store4(peaks, max4(peak, load4(peaks)));
}

void PeakInterpolator::accumulate(const float* samples, std::span<float> peaks) const {
  const std::size_t count = peaks.size();
  if (count < kLaneCount) {
    // Too short for four lanes: the same arithmetic on a padded copy.
    std::array<float, kTaps + kLaneCount - 1> padded{};
    std::array<float, kLaneCount> result{};
    const float* first = samples - kLeft;
    for (std::size_t i = 0; i < count + kTaps - 1; ++i) padded[i] = first[i];
    for (std::size_t i = 0; i < count; ++i) result[i] = peaks[i];
    if (count > 0) accumulate4(padded.data() + kLeft, result.data());
    for (std::size_t i = 0; i < count; ++i) peaks[i] = result[i];
    return;
  }
  std::size_t i = 0;
  for (; i + kLaneCount <= count; i += kLaneCount) accumulate4(samples + i, peaks.data() + i);
  // The last group overlaps the one before: a maximum may be taken twice.
  if (i < count) accumulate4(samples + count - kLaneCount, peaks.data() + count - kLaneCount);
}

void PeakInterpolator::accumulate_above(const float* samples, float threshold,
                                        std::span<float> peaks) const {
  constexpr std::size_t kGroup = 16;
  constexpr int kSpan = static_cast<int>(kGroup) + kTaps - 1;  // Samples under one group: 47.
  const float harmless = threshold / overshoot_max_;
  std::size_t i = 0;
  for (; i + kGroup <= peaks.size(); i += kGroup) {
    const float* first = samples + i - kLeft;
    F32x4 largest = abs4(load4(first + kSpan - kLaneCount));
    for (int k = 0; k + kLaneCount <= kSpan; k += kLaneCount) {
      largest = max4(abs4(load4(first + k)), largest);
    }
    if (max_lane(largest) >= harmless) {
      for (std::size_t k = 0; k < kGroup; k += kLaneCount) {
        accumulate4(samples + i + k, peaks.data() + i + k);
      }
    } else {
      for (std::size_t k = 0; k < kGroup; k += kLaneCount) {
        float* target = peaks.data() + i + k;
        store4(target, max4(abs4(load4(samples + i + k)), load4(target)));
      }
    }
  }
  accumulate(samples + i, peaks.subspan(i));
}

}  // namespace engine
