#include "engine/dsp/oversampler.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <functional>

#include <gtest/gtest.h>

#include "tests/engine/dsp/test_signals.h"

namespace engine {
namespace {

constexpr int kCount = 512;

/// `count` frames behind the oversampler's reach, changed by `function` at the higher rate.
template <typename Function>
test::Mono through(const test::Mono& signal, int block, Function function) {
  Oversampler oversampler(block);
  test::Mono out(signal.size());
  constexpr std::size_t kReach = Oversampler::kReach;
  for (std::size_t first = kReach; first + kReach < signal.size();) {
    const std::size_t left = signal.size() - kReach - first;
    const auto count = static_cast<int>(std::min(static_cast<std::size_t>(block), left / 8 * 8));
    if (count == 0) break;
    for (float& sample : oversampler.up(signal.data() + first, count)) sample = function(sample);
    oversampler.down(count, out.data() + first);
    first += static_cast<std::size_t>(count);
  }
  return out;
}

double worst_db(const test::Mono& actual, const std::function<double(std::size_t)>& expected) {
  double worst = 0;
  for (std::size_t i = 64; i + 64 < actual.size(); ++i) {
    worst = std::max(worst, std::fabs(static_cast<double>(actual[i]) - expected(i)));
  }
  return test::to_db(worst + 1e-12);
}

TEST(HalfBandTest, FindsTheFramesBetween) {
  const HalfBand<16> half_band;
  for (const double frequency_hz : {0.0, 100.0, 5000.0, 15000.0, 20000.0}) {
    SCOPED_TRACE(frequency_hz);
    const auto value = [&](double n) { return std::cos(test::kTwoPi * frequency_hz / 48000 * n); };
    test::Mono signal(kCount + 64);
    for (std::size_t i = 0; i < signal.size(); ++i) {
      signal[i] = static_cast<float>(value(static_cast<double>(i)));
    }
    test::Mono between(kCount);
    half_band.between(signal.data() + 32, kCount, between.data());
    for (std::size_t i = 0; i < between.size(); ++i) {
      ASSERT_NEAR(between[i], value(static_cast<double>(i) + 32.5), 3e-4);
    }
  }
}

TEST(OversamplerTest, BringsAToneAndItsSquareBack) {
  for (const double frequency_hz : {0.0, 50.0, 997.0, 8000.0, 15000.0, 20000.0}) {
    SCOPED_TRACE(frequency_hz);
    const double step = test::kTwoPi * frequency_hz / 48000;
    test::Mono tone(2000);
    for (std::size_t i = 0; i < tone.size(); ++i) {
      tone[i] = static_cast<float>(std::cos(step * static_cast<double>(i)));
    }
    const test::Mono same = through(tone, kCount, [](float x) { return x; });
    EXPECT_LE(
        worst_db(same, [&](std::size_t i) { return std::cos(step * static_cast<double>(i)); }),
        -66);
    // cos^2 = 1/2 + cos(2 x) / 2: only with all the frames in their places.
    if (frequency_hz > 9000) continue;
    const test::Mono squared = through(tone, kCount, [](float x) { return x * x; });
    const double off_db = worst_db(squared, [&](std::size_t i) {
      return 0.5 + 0.5 * std::cos(2 * step * static_cast<double>(i));
    });
    EXPECT_LE(off_db, -66);
  }
}

TEST(OversamplerTest, HarmonicsBeyondTheBandDoNotFoldBack) {
  // The third harmonic of 15 kHz, 45 kHz, must go, not fold to 3 kHz.
  const test::Mono tone = test::sine(0.2, 15000, 1);
  const test::Mono cubed = through(tone, kCount, [](float x) { return x * x * x; });
  double re = 0;
  double im = 0;
  for (std::size_t i = 480; i < 480 + 4800; ++i) {
    const double angle = test::kTwoPi * 3000 / 48000 * static_cast<double>(i);
    re += static_cast<double>(cubed[i]) * std::cos(angle);
    im += static_cast<double>(cubed[i]) * std::sin(angle);
  }
  const double folded_db = test::to_db(2 * std::hypot(re, im) / 4800 + 1e-12);
  std::printf("third harmonic of 15 kHz at 3 kHz: %.1f dB\n", folded_db);
  EXPECT_LE(folded_db, -90);
}

TEST(OversamplerTest, BlocksOfAnySizeGiveTheSameBits) {
  const test::Mono signal = test::noise(0.1, 1, 4);
  const auto cube = [](float x) { return x * x * x; };
  for (const int block : {8, 24, 64, 400}) {
    SCOPED_TRACE(block);
    EXPECT_EQ(through(signal, block, cube), through(signal, kCount, cube));
  }
}

TEST(OversamplerTest, NoSignalGoesBeyondTheGainBound) {
  test::Random random(5);
  Oversampler oversampler(kCount);
  EXPECT_LT(oversampler.gain_max(), 5.0f);
  float worst = 0;
  for (int trial = 0; trial < 50; ++trial) {
    test::Mono signal(kCount + 2 * Oversampler::kReach);
    for (float& sample : signal) sample = random.uniform() < 0 ? -1.0f : 1.0f;
    for (const float value : oversampler.up(signal.data() + Oversampler::kReach, kCount)) {
      worst = std::max(worst, std::fabs(value));
    }
  }
  EXPECT_LE(worst, oversampler.gain_max());
  EXPECT_GT(worst, 1.5f);
}

}  // namespace
}  // namespace engine
