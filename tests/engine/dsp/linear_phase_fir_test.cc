#include "engine/dsp/linear_phase_fir.h"

#include <cmath>

#include <gtest/gtest.h>

#include "tests/engine/dsp/test_signals.h"

namespace engine {
namespace {

double gain_db(const std::vector<double>& taps, double frequency_hz) {
  const double centre = static_cast<double>(taps.size() - 1) / 2;
  double sum = 0;
  for (std::size_t n = 0; n < taps.size(); ++n) {
    sum +=
        taps[n] * std::cos(test::kTwoPi * frequency_hz / 48000 * (static_cast<double>(n) - centre));
  }
  return test::to_db(std::fabs(sum) + 1e-12);
}

TEST(LinearPhaseFirTest, KeepsToKaisersFormula) {
  for (const double attenuation_db : {60.0, 80.0, 100.0, 120.0}) {
    for (const int count : {127, 255, 1023}) {
      for (const double cutoff_hz : {4000.0, 12000.0, 19700.0}) {
        // The formula is an approximation: 6 % on top.
        const double half_width_hz = 1.06 * (attenuation_db - 8) / 14.36 * 48000 / count / 2;
        if (cutoff_hz - half_width_hz < 100 || cutoff_hz + half_width_hz > 23900) continue;
        SCOPED_TRACE(cutoff_hz);
        const auto taps = design_low_pass({count, cutoff_hz, attenuation_db});
        // 0 dB at 0 Hz may itself be the top or the bottom of a ripple.
        const double ripple = test::from_db(-attenuation_db + 6);
        for (double f = 0; f < 24000; f += 10.7) {
          if (f < cutoff_hz - half_width_hz) {
            ASSERT_LE(std::fabs(test::from_db(gain_db(taps, f)) - 1), ripple) << f;
          }
          if (f > cutoff_hz + half_width_hz) {
            ASSERT_LE(gain_db(taps, f), -attenuation_db + 3) << f;
          }
        }
        EXPECT_NEAR(gain_db(taps, cutoff_hz), -6.02, 0.1);
        for (std::size_t n = 0; n < taps.size(); ++n) {
          ASSERT_EQ(taps[n], taps[taps.size() - 1 - n]);
        }
      }
    }
  }
}

}  // namespace
}  // namespace engine
