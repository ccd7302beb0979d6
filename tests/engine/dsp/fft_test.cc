#include "engine/dsp/fft.h"

#include <cmath>
#include <complex>
#include <cstring>
#include <vector>

#include <gtest/gtest.h>

#include "tests/engine/dsp/test_signals.h"

namespace engine {
namespace {

std::vector<Complex> random_values(int size, std::uint64_t seed) {
  test::Random random(seed);
  std::vector<Complex> values(static_cast<std::size_t>(size));
  for (Complex& value : values) value = {random.uniform(), random.uniform()};
  return values;
}

/// Largest error of `transformed` against the definition, relative to the RMS of the result.
double error_against_definition(const std::vector<Complex>& in,
                                const std::vector<Complex>& transformed, double sign) {
  const std::size_t size = in.size();
  double worst = 0;
  double power = 0;
  for (std::size_t k = 0; k < size; ++k) {
    std::complex<double> sum = 0;
    for (std::size_t n = 0; n < size; ++n) {
      const double turns = static_cast<double>(k * n % size) / static_cast<double>(size);
      const std::complex<double> value(static_cast<double>(in[n].re),
                                       static_cast<double>(in[n].im));
      sum += value * std::polar(1.0, sign * test::kTwoPi * turns);
    }
    const std::complex<double> actual(static_cast<double>(transformed[k].re),
                                      static_cast<double>(transformed[k].im));
    worst = std::max(worst, std::abs(actual - sum));
    power += std::norm(sum);
  }
  return worst / std::sqrt(power / static_cast<double>(size));
}

TEST(FftTest, BothDirectionsFollowTheDefinition) {
  for (const int size : {2, 3, 4, 5, 8, 60, 64, 120, 512, 1000, 1024}) {
    SCOPED_TRACE(size);
    const Fft fft(size);
    const auto in = random_values(size, static_cast<std::uint64_t>(size));
    std::vector<Complex> out(in.size());
    fft.forward(in, out);
    EXPECT_LE(error_against_definition(in, out, -1), 2e-6);
    fft.inverse(in, out);
    EXPECT_LE(error_against_definition(in, out, 1), 2e-6);
  }
}

TEST(FftTest, ForwardAndInverseGiveTheInputTimesTheSize) {
  for (const int size : {256, 2048, 8192, 65536}) {
    SCOPED_TRACE(size);
    const Fft fft(size);
    const auto in = random_values(size, 3);
    std::vector<Complex> spectrum(in.size());
    std::vector<Complex> out(in.size());
    fft.forward(in, spectrum);
    fft.inverse(spectrum, out);
    double worst = 0;
    for (std::size_t n = 0; n < in.size(); ++n) {
      worst = std::max<double>(worst, std::fabs(out[n].re / static_cast<float>(size) - in[n].re));
      worst = std::max<double>(worst, std::fabs(out[n].im / static_cast<float>(size) - in[n].im));
    }
    EXPECT_LE(worst, 1e-6);
  }
}

TEST(FftTest, TheRealTransformHasTheBinsOfTheComplexOne) {
  for (const int size : {4, 12, 256, 1000, 4096}) {
    SCOPED_TRACE(size);
    auto in = random_values(size, 9);
    std::vector<float> samples;
    for (Complex& value : in) {
      value.im = 0;
      samples.push_back(value.re);
    }
    std::vector<Complex> expected(in.size());
    Fft(size).forward(in, expected);
    RealFft fft(size);
    std::vector<Complex> bins(static_cast<std::size_t>(fft.bins()));
    fft.forward(samples, bins);
    for (std::size_t k = 0; k < bins.size(); ++k) {
      EXPECT_NEAR(bins[k].re, expected[k].re, 2e-6 * size);
      EXPECT_NEAR(bins[k].im, expected[k].im, 2e-6 * size);
    }
    EXPECT_EQ(bins.front().im, 0.0f);
    EXPECT_EQ(bins.back().im, 0.0f);
    std::vector<float> back(samples.size());
    fft.inverse(bins, back);
    for (std::size_t n = 0; n < back.size(); ++n) {
      EXPECT_NEAR(back[n] / static_cast<float>(size), samples[n], 1e-6);
    }
  }
}

TEST(FftTest, ZerosStayZerosAndAMovedTransformWorksOn) {
  Fft first(64);
  const Fft fft(std::move(first));
  std::vector<Complex> in(64);
  std::vector<Complex> out(64, Complex{1, 1});
  fft.forward(in, out);
  for (const Complex& value : out) {
    EXPECT_EQ(value.re, 0.0f);
    EXPECT_EQ(value.im, 0.0f);
  }
}

TEST(FftDeathTest, WrongSizesStopTheProgram) {
  const Fft fft(8);
  std::vector<Complex> eight(8);
  std::vector<Complex> seven(7);
  EXPECT_DEATH(fft.forward(seven, eight), "");
  EXPECT_DEATH(fft.forward(eight, eight), "");
  EXPECT_DEATH(RealFft(7), "");
}

}  // namespace
}  // namespace engine
