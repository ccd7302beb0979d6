#include "engine/dsp/linear_phase_fir.h"

#include <cmath>
#include <cstddef>

#include "engine/base/check.h"
#include "engine/base/math.h"
#include "engine/base/units.h"

namespace engine {

std::vector<double> design_low_pass(const LowPass& settings) {
  ENGINE_CHECK(settings.taps >= 3);
  ENGINE_CHECK(settings.taps % 2 == 1);
  ENGINE_CHECK(settings.cutoff_hz > 0);
  ENGINE_CHECK(2 * settings.cutoff_hz < kOutputRateHz);
  ENGINE_CHECK(settings.attenuation_db >= 50);
  ENGINE_CHECK(settings.attenuation_db <= 140);
  const double beta = 0.1102 * (settings.attenuation_db - 8.7);
  const double turns = 2.0 * settings.cutoff_hz / kOutputRateHz;
  const int half = (settings.taps - 1) / 2;
  std::vector<double> taps(static_cast<std::size_t>(settings.taps));
  double sum = 0;
  for (int k = 0; k <= half; ++k) {
    const double sinc = k == 0 ? 1.0 : math::sin_pi(turns * k) / (math::kPi * turns * k);
    const double r = static_cast<double>(k) / (half + 1);
    const double tap = sinc * math::bessel_i0(beta * std::sqrt(1.0 - r * r));
    taps[static_cast<std::size_t>(half + k)] = tap;
    taps[static_cast<std::size_t>(half - k)] = tap;
    sum += k == 0 ? tap : 2.0 * tap;
  }
  for (double& tap : taps) tap /= sum;
  return taps;
}

}  // namespace engine
