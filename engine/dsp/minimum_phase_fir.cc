#include "engine/dsp/minimum_phase_fir.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstring>

#include "engine/base/check.h"
#include "engine/base/math.h"
#include "engine/base/simd.h"
#include "engine/base/units.h"

namespace engine {
namespace {

// Bins of 2.9 Hz: the cepstrum of anything a third-octave curve can ask for has died away.
constexpr int kFftSize = 16384;
// A longer fade costs accuracy below 60 Hz, none leaves a step.
constexpr std::size_t kFadeShare = 32;
constexpr double kNepersPerDb = 0.11512925464970228420;  // ln(10) / 20

/// Slope of the curve at a point with these secants on either side: their harmonic mean, or 0 at an
/// extremum.
double butland_slope(double left, double right) {
  const double product = left * right;
  return product > 0 ? 2.0 * product / (left + right) : 0.0;
}

/// sum of a[i] * b[i], in two lanes and one order.
double dot(const double* a, const double* b, std::size_t count) {
  F64x2 sums[2] = {{0, 0}, {0, 0}};
  std::size_t i = 0;
  for (; i + 4 <= count; i += 4) {
    F64x2 x[2];
    F64x2 y[2];
    std::memcpy(x, a + i, sizeof x);
    std::memcpy(y, b + i, sizeof y);
    sums[0] += x[0] * y[0];
    sums[1] += x[1] * y[1];
  }
  double tail = 0;
  for (; i < count; ++i) tail += a[i] * b[i];
  const F64x2 sum = sums[0] + sums[1];
  return (sum[0] + sum[1]) + tail;
}

}  // namespace

double tone_curve_db(const ToneCurve& curve, double position) {
  constexpr auto kLast = static_cast<double>(kThirdOctaveCount - 1);
  if (!(position > 0)) return curve.front();
  if (position >= kLast) return curve.back();
  const auto i = static_cast<std::size_t>(position);
  const double t = position - static_cast<double>(i);
  const auto secant = [&](std::size_t from) { return curve[from + 1] - curve[from]; };
  const double step = secant(i);
  const double left = i == 0 ? 0.0 : butland_slope(secant(i - 1), step);
  const double right = i + 2 == kThirdOctaveCount ? 0.0 : butland_slope(step, secant(i + 1));
  // Hermite form, grouped so that equal points give exactly their value.
  const double square = t * t;
  return curve[i] + step * square * (3.0 - 2.0 * t) + left * t * (1.0 - t) * (1.0 - t) -
         right * square * (1.0 - t);
}

MinimumPhaseDesigner::MinimumPhaseDesigner()
    : fft_(kFftSize),
      positions_(static_cast<std::size_t>(fft_.bins())),
      log_magnitude_(positions_.size()),
      cepstrum_(static_cast<std::size_t>(kFftSize)),
      weighted_(kTapsMax),
      response_(kTapsMax) {
  positions_[0] = 0;
  for (std::size_t bin = 1; bin < positions_.size(); ++bin) {
    const double frequency_hz = static_cast<double>(bin) * kOutputRateHz / kFftSize;
    positions_[bin] = (math::log10(frequency_hz) - third_octave_log10_hz(0)) * 10.0;
  }
}

void MinimumPhaseDesigner::design(const ToneCurve& curve_db, std::span<float> taps) {
  ENGINE_CHECK(!taps.empty());
  ENGINE_CHECK(taps.size() <= kTapsMax);
  for (const double level_db : curve_db) ENGINE_CHECK(level_db >= -60.0 && level_db <= 24.0);
  for (std::size_t bin = 0; bin < positions_.size(); ++bin) {
    const double level_db = tone_curve_db(curve_db, positions_[bin]);
    log_magnitude_[bin] = {static_cast<float>(level_db * kNepersPerDb), 0};
  }
  fft_.inverse(log_magnitude_, cepstrum_);

  // c[k] for k > 0 is twice the real cepstrum; weighted_ is reversed so that both factors of the
  // recursion's sum run forward.
  const std::size_t count = taps.size();
  for (std::size_t k = 1; k < count; ++k) {
    weighted_[count - 1 - k] =
        static_cast<double>(cepstrum_[k]) * (2.0 / kFftSize) * static_cast<double>(k);
  }
  response_[0] = math::exp(static_cast<double>(cepstrum_[0]) * (1.0 / kFftSize));
  for (std::size_t n = 1; n < count; ++n) {
    const double sum = dot(weighted_.data() + (count - 1 - n), response_.data(), n);
    response_[n] = sum / static_cast<double>(n);
  }
  const std::size_t fade = count / kFadeShare;
  for (std::size_t n = 0; n < count; ++n) {
    const std::size_t left = count - n;
    double weight = 1;
    if (left <= fade) {
      weight = 0.5 - 0.5 * math::cos_pi(static_cast<double>(left) / static_cast<double>(fade + 1));
    }
    taps[n] = static_cast<float>(response_[n] * weight);
  }
}

}  // namespace engine
