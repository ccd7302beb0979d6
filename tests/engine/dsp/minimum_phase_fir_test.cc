#include "engine/dsp/minimum_phase_fir.h"

#include <algorithm>
#include <cmath>
#include <complex>
#include <cstdio>
#include <vector>

#include <gtest/gtest.h>

#include "tests/engine/dsp/test_signals.h"
#include "tests/support/conformance.h"

namespace engine {
namespace {

constexpr std::size_t kTaps = 3072;  // As engine/dsp/band_filter.cc has them.
constexpr int kGrid = 65536;         // 0.7 Hz.

double position_of(double frequency_hz) {
  return (std::log10(frequency_hz) - 1.4) * 10.0;
}

ToneCurve random_curve(std::uint64_t seed) {
  test::Random random(seed);
  ToneCurve curve;
  double level_db = 6.0 * static_cast<double>(random.uniform());
  for (double& point : curve) {
    point = level_db;
    // 6 dB per octave are 2 dB per point.
    level_db = std::clamp(level_db + 2.0 * static_cast<double>(random.uniform()), -6.0, 6.0);
  }
  return curve;
}

std::vector<Complex> spectrum_of(const std::vector<float>& taps) {
  static const Fft fft(kGrid);
  std::vector<Complex> in(kGrid);
  for (std::size_t n = 0; n < taps.size(); ++n) in[n].re = taps[n];
  std::vector<Complex> out(kGrid);
  fft.forward(in, out);
  return out;
}

struct CurveError {
  double above_60_db = 0;
  double bass_db = 0;
};

CurveError error_of(const ToneCurve& curve, const std::vector<float>& taps) {
  const auto spectrum = spectrum_of(taps);
  CurveError error;
  for (std::size_t k = 1; k < kGrid / 2; ++k) {
    const double frequency_hz = static_cast<double>(k) * 48000 / kGrid;
    if (frequency_hz < 30 || frequency_hz > 20000) continue;
    const double level_db = test::to_db(std::hypot(spectrum[k].re, spectrum[k].im));
    const double off = std::fabs(level_db - tone_curve_db(curve, position_of(frequency_hz)));
    double& worst = frequency_hz < 60 ? error.bass_db : error.above_60_db;
    worst = std::max(worst, off);
  }
  return error;
}

TEST(ToneCurveTest, GoesThroughItsPointsAndNeverLeavesTheirRange) {
  for (std::uint64_t seed = 0; seed < 50; ++seed) {
    SCOPED_TRACE(seed);
    const ToneCurve curve = random_curve(seed);
    for (std::size_t i = 0; i < curve.size(); ++i) {
      EXPECT_NEAR(tone_curve_db(curve, static_cast<double>(i)), curve[i], 1e-12);
      EXPECT_NEAR(tone_curve_db(curve, position_of(kThirdOctavesHz[i])), curve[i], 1e-12);
    }
    for (std::size_t i = 0; i + 1 < curve.size(); ++i) {
      double last = curve[i];
      for (int step = 1; step <= 50; ++step) {
        const double value = tone_curve_db(curve, static_cast<double>(i) + step / 50.0);
        // From point to point it only rises or only falls.
        EXPECT_GE((value - last) * (curve[i + 1] - curve[i]), -1e-12);
        EXPECT_LE(std::fabs(value - last), 0.2);
        last = value;
      }
    }
    EXPECT_EQ(tone_curve_db(curve, -3.0), curve.front());
    EXPECT_EQ(tone_curve_db(curve, 40.0), curve.back());
  }
}

TEST(MinimumPhaseDesignerTest, MeetsTwoHundredRandomCurves) {
  MinimumPhaseDesigner designer;
  std::vector<float> taps(kTaps);
  for (std::uint64_t seed = 0; seed < 200; ++seed) {
    SCOPED_TRACE(seed);
    const ToneCurve curve = random_curve(seed);
    designer.design(curve, taps);
    const CurveError error = error_of(curve, taps);
    testing::conform("T5", "equaliser against random curves, 60 Hz to 20 kHz", error.above_60_db,
                     testing::Limit::at_most(0.25), "dB");
    testing::conform("T5", "equaliser against random curves, 30 to 60 Hz", error.bass_db,
                     testing::Limit::at_most(0.5), "dB");
  }
}

TEST(MinimumPhaseDesignerTest, AFlatCurveIsAnExactDelta) {
  MinimumPhaseDesigner designer;
  std::vector<float> taps(kTaps, 1.0f);
  designer.design(ToneCurve{}, taps);
  double off = std::fabs(double{taps[0]} - 1.0);
  for (std::size_t n = 1; n < kTaps; ++n) off += std::fabs(double{taps[n]});
  testing::conform("T5", "equaliser, flat curve: distance of the filter from the delta", off,
                   testing::Limit::exactly(0), "");

  ToneCurve three_db;
  three_db.fill(3.0);
  designer.design(three_db, taps);
  EXPECT_NEAR(taps[0], test::from_db(3.0), 1e-6);
  for (std::size_t n = 1; n < kTaps; ++n) ASSERT_LE(std::fabs(taps[n]), 1e-6f) << n;
}

TEST(MinimumPhaseDesignerTest, TheTapsTendToTheDeltaWithTheCurve) {
  MinimumPhaseDesigner designer;
  const ToneCurve full = random_curve(4);
  double last = 1e9;
  for (const double intensity : {1.0, 0.1, 0.01, 0.001, 0.0001}) {
    ToneCurve curve = full;
    for (double& point : curve) point *= intensity;
    std::vector<float> taps(kTaps);
    designer.design(curve, taps);
    taps[0] -= 1.0f;
    double energy = 0;
    for (const float tap : taps) energy += static_cast<double>(tap) * static_cast<double>(tap);
    // As a share of what passes; 6 dB are a change by 1.
    EXPECT_LE(std::sqrt(energy), intensity);
    EXPECT_LT(energy, last);
    last = energy;
  }
}

/// Phase at half the rate against that at 0, followed without jumps. Radians.
double phase_wound(const std::vector<float>& taps) {
  const auto spectrum = spectrum_of(taps);
  double phase = 0;
  for (std::size_t k = 1; k <= kGrid / 2; ++k) {
    const std::complex<double> from(spectrum[k - 1].re, spectrum[k - 1].im);
    const std::complex<double> to(spectrum[k].re, spectrum[k].im);
    phase += std::arg(to / from);
  }
  return phase;
}

// A filter has all its zeros inside the unit circle exactly when its phase comes back to where it
// started: nothing can reach the same magnitudes earlier.
TEST(MinimumPhaseDesignerTest, ThePhaseDoesNotWind) {
  MinimumPhaseDesigner designer;
  std::vector<float> taps(kTaps);
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    SCOPED_TRACE(seed);
    designer.design(random_curve(seed), taps);
    EXPECT_NEAR(phase_wound(taps), 0.0, 1e-3);
  }
  // One frame of delay shows.
  taps.insert(taps.begin(), 0.0f);
  EXPECT_NEAR(phase_wound(taps), -test::kTwoPi / 2, 1e-3);
}

TEST(MinimumPhaseDesignerTest, TheSameCurveGivesTheSameBitsWhateverCameBefore) {
  MinimumPhaseDesigner used;
  std::vector<float> first(kTaps);
  used.design(random_curve(1), first);
  used.design(random_curve(2), first);
  MinimumPhaseDesigner fresh;
  std::vector<float> second(kTaps);
  fresh.design(random_curve(2), second);
  EXPECT_EQ(first, second);
}

TEST(MinimumPhaseDesignerTest, ASteepCutOfTheBassIsMetAtItsPoints) {
  // What makes the side mono below 100 Hz.
  ToneCurve curve{};
  for (std::size_t i = 0; i < curve.size(); ++i) {
    if (kThirdOctavesHz[i] < 101) curve[i] = -14;
  }
  MinimumPhaseDesigner designer;
  std::vector<float> taps(kTaps);
  designer.design(curve, taps);
  const auto spectrum = spectrum_of(taps);
  for (std::size_t i = 1; i < curve.size(); ++i) {
    const auto k = static_cast<std::size_t>(std::lround(kThirdOctavesHz[i] * kGrid / 48000));
    const double level_db = test::to_db(std::hypot(spectrum[k].re, spectrum[k].im));
    EXPECT_NEAR(level_db, curve[i], 0.8) << kThirdOctavesHz[i];
  }
}

}  // namespace
}  // namespace engine
