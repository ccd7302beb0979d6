#include "engine/dsp/gain_smoother.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include <gtest/gtest.h>

#include "engine/dsp/control_hop.h"
#include "tests/engine/dsp/test_signals.h"

namespace engine {
namespace {

/// Raw gains that jump about, with stretches of 0 dB.
std::vector<double> jumps(std::size_t count, double depth_db, std::uint64_t seed) {
  test::Random random(seed);
  std::vector<double> raw;
  while (raw.size() < count) {
    const double gain_db = -depth_db * std::fabs(static_cast<double>(random.uniform()));
    const double value = random.integer(0, 2) == 0 ? 0 : gain_db;
    raw.insert(raw.end(), static_cast<std::size_t>(random.integer(1, 120)), value);
  }
  return raw;
}

std::vector<double> smooth(const GainSmootherSettings& settings, const std::vector<double>& raw) {
  GainSmoother smoother(settings);
  std::vector<double> smoothed;
  for (const double gain_db : raw) smoothed.push_back(smoother.push(gain_db));
  return smoothed;
}

TEST(GainSmootherTest, FallsAsTheTriangleAndRisesAsTheSlope) {
  for (const int box_hops : {1, 2, 4, 8}) {
    for (const double release : {10.0, 40.0, 100.0}) {
      const GainSmootherSettings settings = {13, box_hops, 3, release, 6};
      const std::vector<double> smoothed = smooth(settings, jumps(5000, 6, 1));
      double fall = 0;
      double rise = 0;
      for (std::size_t k = 1; k < smoothed.size(); ++k) {
        fall = std::max(fall, smoothed[k - 1] - smoothed[k]);
        rise = std::max(rise, smoothed[k] - smoothed[k - 1]);
      }
      EXPECT_LE(fall, 6.0 / box_hops + 1e-9);
      EXPECT_LE(rise * kHopsPerSecond, release * 1.01);
      EXPECT_GE(rise * kHopsPerSecond, release * 0.99);
    }
  }
}

TEST(GainSmootherTest, NeverRisesAboveTheRawGainWhenTheHoldCoversTheTriangle) {
  const GainSmootherSettings settings = {13, 4, 0, 50, 6};
  const std::vector<double> raw = jumps(3000, 6, 2);
  const std::vector<double> smoothed = smooth(settings, raw);
  // The middle of the triangle: 3 hops later.
  for (std::size_t k = 3; k < raw.size(); ++k)
    ASSERT_LE(smoothed[k + 3 < raw.size() ? k + 3 : k], raw[k - 3] + 1e-6);
}

TEST(GainSmootherTest, RippleShorterThanTheHoldDisappears) {
  std::vector<double> raw;
  for (int k = 0; k < 400; ++k) raw.push_back(k % 12 == 0 ? -3.0 : -2.0);
  const std::vector<double> smoothed = smooth({13, 4, 0, 100, 6}, raw);
  for (std::size_t k = 100; k < smoothed.size(); ++k) ASSERT_EQ(smoothed[k], -3.0);
}

TEST(GainSmootherTest, RemembersNoMoreThanItSays) {
  const GainSmootherSettings settings = {24, 4, 5, 60, 5};
  const auto memory = static_cast<std::size_t>(GainSmoother(settings).memory_hops());
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    std::vector<double> one(300, -5.0);  // The deepest past.
    std::vector<double> other(300, 0.0);
    const std::vector<double> common = jumps(600, 5, seed);
    one.insert(one.end(), common.begin(), common.end());
    other.insert(other.end(), common.begin(), common.end());
    const std::vector<double> from_one = smooth(settings, one);
    const std::vector<double> from_other = smooth(settings, other);
    for (std::size_t k = 300 + memory; k < from_one.size(); ++k) {
      ASSERT_EQ(from_one[k], from_other[k]) << k;
    }
  }
  // Nor much less: after silence the deepest past is audible nearly as long.
  std::vector<double> past(300, -5.0);
  past.resize(300 + memory, 0.0);
  const std::vector<double> tail = smooth(settings, past);
  EXPECT_LT(tail[300 + memory - 8], 0);
  EXPECT_EQ(tail.back(), 0);
}

TEST(GainSmootherTest, TakesAnythingAndKeepsZeroExact) {
  GainSmoother smoother({4, 2, 0, 100, 6});
  EXPECT_EQ(smoother.push(std::numeric_limits<double>::quiet_NaN()), 0);
  EXPECT_EQ(smoother.push(5), 0);
  for (int k = 0; k < 20; ++k) smoother.push(-std::numeric_limits<double>::infinity());
  EXPECT_EQ(smoother.push(-1000), -6);
  smoother.reset();
  EXPECT_EQ(smoother.push(0), 0);
}

TEST(GainSmootherTest, DelaysByWhatItSays) {
  for (const int delay_hops : {0, 1, 7}) {
    GainSmoother smoother({1, 4, delay_hops, 1e5, 4});
    int at_half = -1;
    for (int k = 0; k < 40; ++k) {
      // One step down; the triangle has half of it behind it at its middle.
      if (smoother.push(-4) <= -2 && at_half < 0) at_half = k;
    }
    EXPECT_EQ(at_half, smoother.latency_hops());
  }
}

}  // namespace
}  // namespace engine
