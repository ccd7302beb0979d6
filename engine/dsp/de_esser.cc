#include "engine/dsp/de_esser.h"

#include <algorithm>
#include <cmath>

#include "engine/base/check.h"
#include "engine/base/math.h"
#include "engine/base/simd.h"
#include "engine/base/units.h"

namespace engine {
namespace {

constexpr double kLowEdgeHz = 4000;
constexpr double kHighEdgeHz = 9000;
constexpr double kFilterBeta = 3.0;

/// Where a share begins and where it is whole.
struct Ramp {
  double none_db = 0;
  double full_db = 0;
};
constexpr Ramp kOverOwnMean = {3, 6};
constexpr Ramp kOverMiddle = {-15, -9};
constexpr Ramp kMiddleRise = {6, 3};
constexpr Ramp kOfHighBand = {-4, -2.5};
/// Below -60 dB nobody hears a hiss.
constexpr double kQuietPower = 1e-6;

/// Shares as integers, so that equal ones are equal in every build.
constexpr double kShareUnits = 1 << 20;

double share(double power, double reference, const Ramp& ramp) {
  const double ratio_db = 10.0 * math::log10(power_in_range(power) / power_in_range(reference));
  return std::clamp((ratio_db - ramp.none_db) / (ramp.full_db - ramp.none_db), 0.0, 1.0);
}

std::int32_t to_units(double share) {
  return static_cast<std::int32_t>(share * kShareUnits);
}

GainSmootherSettings smoother_settings(double reduction_max_db, int delay_hops) {
  constexpr int kBoxHops = 4;
  // A hiss that began kPersistHops ago has just been recognised. Its first hop leaves the audio's
  // delay delay_hops later than it came, and the triangle needs its time before that.
  GainSmootherSettings smoother;
  smoother.box_hops = kBoxHops;
  smoother.delay_hops = std::max(0, delay_hops - DeEsser::kPersistHops - kBoxHops);
  // When the hiss ends, kPersistHops of it are still to leave.
  smoother.hold_hops = DeEsser::kPersistHops + kBoxHops;
  smoother.release_db_per_s = DeEsser::kReleaseDbPerSecond;
  smoother.depth_max_db = std::max(reduction_max_db, 0.01);
  return smoother;
}

}  // namespace

DeEsser::DeEsser(double reduction_max_db, int delay_hops)
    : reduction_max_db_(reduction_max_db),
      hiss_short_(kShortHops),
      hiss_mean_(kMeanHops),
      all_short_(kShortHops),
      middle_short_(kShortHops),
      middle_mean_(kMeanHops),
      calm_(kStrokeHops, to_units(1)),
      persistence_(kPersistHops, 0),
      smoother_(smoother_settings(reduction_max_db, delay_hops)) {
  ENGINE_CHECK(reduction_max_db >= 0);
  ENGINE_CHECK(reduction_max_db <= kReductionMaxDb);
  ENGINE_CHECK(delay_hops >= 24);
  ENGINE_CHECK(delay_hops <= 64);
  // Windowed difference of two sincs, 1 in the middle of the band.
  const double low = kLowEdgeHz / kOutputRateHz;
  const double high = kHighEdgeHz / kOutputRateHz;
  std::array<double, kHalfTaps + 1> taps{};
  double middle_gain = 0;
  for (int k = 0; k <= kHalfTaps; ++k) {
    const double x = static_cast<double>(k) / (kHalfTaps + 1);
    const double window = math::bessel_i0(kFilterBeta * std::sqrt(1.0 - x * x));
    const double ideal =
        k == 0 ? 2.0 * (high - low)
               : (math::sin_pi(2.0 * high * k) - math::sin_pi(2.0 * low * k)) / (math::kPi * k);
    const auto index = static_cast<std::size_t>(k);
    taps[index] = window * ideal;
    middle_gain += (k == 0 ? 1.0 : 2.0) * taps[index] * math::cos_pi((low + high) * k);
  }
  for (std::size_t k = 0; k < taps.size(); ++k) {
    filter_[k] = static_cast<float>(taps[k] / middle_gain);
  }
}

void DeEsser::reset() {
  samples_.fill(0);
  hiss_short_.reset();
  hiss_mean_.reset();
  all_short_.reset();
  middle_short_.reset();
  middle_mean_.reset();
  calm_.reset();
  persistence_.reset();
  smoother_.reset();
}

int DeEsser::memory_hops() const {
  const int filter_hops = 1;
  static_assert(kTaps - 1 <= kHopFrames);
  return filter_hops + kMeanHops + kStrokeHops + kPersistHops + smoother_.memory_hops();
}

/// Mean powers of the 64 frames that the filter's middle is at.
DeEsser::Powers DeEsser::listen(const float* high_mid) {
  std::copy(samples_.end() - (kTaps - 1), samples_.end(), samples_.begin());
  std::copy(high_mid, high_mid + kHopFrames, samples_.begin() + kTaps - 1);
  F32x4 hiss{};
  F32x4 all{};
  for (int i = 0; i < kHopFrames; i += kLaneCount) {
    const float* middle = samples_.data() + i + kHalfTaps;
    const F32x4 sample = load4(middle);
    F32x4 sum = sample * splat4(filter_[0]);
    for (int k = 1; k <= kHalfTaps; ++k) {
      sum += (load4(middle - k) + load4(middle + k)) * splat4(filter_[static_cast<std::size_t>(k)]);
    }
    hiss += sum * sum;
    all += sample * sample;
  }
  return {static_cast<double>(sum4(hiss)) / kHopFrames,
          static_cast<double>(sum4(all)) / kHopFrames};
}

double DeEsser::push(const float* high_mid, const HopPower& middle) {
  if (!active()) return 0;
  const Powers powers = listen(high_mid);
  const double hiss = hiss_short_.push(powers.hiss);
  const double mean = hiss_mean_.push(powers.hiss);
  const double all = all_short_.push(powers.all);
  const double middle_power =
      (static_cast<double>(middle.rising) + static_cast<double>(middle.falling)) / kHopFrames;
  const double middle_short = middle_short_.push(middle_power);
  const double middle_mean = middle_mean_.push(middle_power);
  const double middle_before = std::max(middle_mean, kQuietPower);
  const std::int32_t calm = calm_.push(to_units(share(middle_short, middle_before, kMiddleRise)));
  double smallest = 0;
  if (hiss > kQuietPower) {
    smallest = std::min(share(hiss, mean, kOverOwnMean), share(hiss, middle_mean, kOverMiddle));
    smallest = std::min(smallest, share(hiss, all, kOfHighBand));
  }
  // The smallest of the last: how much of the share has lasted.
  const std::int32_t lasting = persistence_.push(std::min(to_units(smallest), calm));
  return smoother_.push(-reduction_max_db_ * lasting / kShareUnits);
}

}  // namespace engine
