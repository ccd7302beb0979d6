#include "engine/dsp/band_compressor.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include <gtest/gtest.h>

#include "tests/engine/dsp/dynamics_signals.h"

namespace engine {
namespace {

using test::Mono;

BandCompressorSettings settings_of(double threshold_db, double ratio, double lowest_hz = 150) {
  BandCompressorSettings settings;
  settings.threshold_db = threshold_db;
  settings.ratio = ratio;
  settings.reduction_max_db = 12;
  settings.lowest_hz = lowest_hz;
  return settings;
}

/// The gain per hop for a mid channel; the side is silent.
std::vector<double> gains_for(const Mono& mid, const BandCompressorSettings& settings) {
  const Mono side(kHopFrames, 0.0f);
  BandCompressor compressor(settings);
  std::vector<double> gains_db;
  for (std::size_t at = 0; at + kHopFrames <= mid.size(); at += kHopFrames) {
    gains_db.push_back(compressor.push(hop_power(mid.data() + at, side.data())));
  }
  return gains_db;
}

TEST(CompressorGainTest, IsTheSoftKneeOfThePaper) {
  const BandCompressorSettings settings = settings_of(-20, 3);  // Knee 6 dB.
  // Giannoulis, Massberg, Reiss 2012, equation 4.
  const auto expected = [](double x) {
    const double t = -20;
    const double r = 3;
    const double w = 6;
    double y = x;
    if (2 * (x - t) >= w) {
      y = t + (x - t) / r;
    } else if (2 * std::fabs(x - t) < w) {
      y = x + (1 / r - 1) * std::pow(x - t + w / 2, 2) / (2 * w);
    }
    return y - x;
  };
  // Up to 0.75 of the cap the cap has no part in it: 9 dB are wanted at 13.5 dB over.
  for (double level_db = -100; level_db <= -6.5; level_db += 0.25) {
    EXPECT_NEAR(compressor_gain_db(level_db, settings), expected(level_db), 1e-12) << level_db;
  }
}

TEST(CompressorGainTest, BendsSoftlyIntoItsCap) {
  BandCompressorSettings settings = settings_of(-20, 4);
  settings.reduction_max_db = 3;
  double last_db = 0;
  double last_slope = 0;
  for (double level_db = -40; level_db <= 40; level_db += 0.01) {
    const double gain_db = compressor_gain_db(level_db, settings);
    ASSERT_LE(gain_db, last_db + 1e-12);
    ASSERT_GE(gain_db, -3.0 - 1e-12);
    const double slope = (gain_db - last_db) / 0.01;
    ASSERT_NEAR(slope, last_slope, 0.01) << level_db;  // No corner.
    last_db = gain_db;
    last_slope = slope;
  }
  EXPECT_NEAR(last_db, -3.0, 1e-12);
}

TEST(CompressorGainTest, AsksNothingAtRatioOneOrWithoutRange) {
  BandCompressorSettings settings = settings_of(-20, 1);
  const double infinity = std::numeric_limits<double>::infinity();
  for (const double level_db : {-100.0, -20.0, 30.0, infinity}) {
    EXPECT_EQ(compressor_gain_db(level_db, settings), 0);
  }
  settings = settings_of(-20, 4);
  settings.reduction_max_db = 0;
  EXPECT_EQ(compressor_gain_db(0, settings), 0);
  settings.reduction_max_db = 3;
  EXPECT_NEAR(compressor_gain_db(infinity, settings), -3, 1e-9);
  EXPECT_EQ(compressor_gain_db(-infinity, settings), 0);
  settings.knee_db = 0;
  EXPECT_EQ(compressor_gain_db(-20, settings), 0);
  EXPECT_NEAR(compressor_gain_db(-19, settings), -0.75, 1e-12);
}

TEST(BandCompressorTest, SteadyTonesGetTheGainOfTheStaticCurve) {
  for (const double frequency_hz : {30.0, 47.0, 120.0, 1000.0}) {
    const BandCompressorSettings settings = settings_of(-20, 2.5, frequency_hz);
    for (const double over_db : {-6.0, -1.0, 2.0, 8.0}) {
      // Power of a sine of amplitude a in mid: a^2 / 2.
      const double amplitude = test::from_db(-20 + over_db) * std::sqrt(2.0);
      const auto gains_db = gains_for(test::sine(1, frequency_hz, amplitude), settings);
      const double expected_db = compressor_gain_db(-20 + over_db, settings);
      for (std::size_t k = 200; k < gains_db.size(); ++k) {
        ASSERT_NEAR(gains_db[k], expected_db, 0.002) << frequency_hz << " Hz, " << over_db;
      }
    }
  }
}

TEST(BandCompressorTest, GainTakesAboutTheAttackAndLooksAhead) {
  for (const double attack_ms : {10.0, 20.0, 30.0, 40.0}) {
    BandCompressorSettings settings = settings_of(-20, 2);
    settings.attack_ms = attack_ms;
    Mono signal = test::sine(1, 1000, test::from_db(-40));
    test::append(signal, test::sine(1, 1000, test::from_db(-7)));
    const std::vector<double> gains_db = gains_for(signal, settings);
    const double last_db = gains_db.back();
    // gains_db[k] belongs to the frame 64 (k + 1 - kDelayHops) of the delayed audio.
    const auto reached_ms = [&](double share) {
      std::size_t k = 0;
      while (gains_db[k] > share * last_db) ++k;
      return (static_cast<double>(k) + 1 - BandCompressor::kDelayHops) * 1000 / kHopsPerSecond -
             1000;
    };
    EXPECT_GE(reached_ms(0.01), -0.5 * attack_ms);  // Not heard before the start: masked.
    EXPECT_NEAR(reached_ms(0.5), 0.45 * attack_ms, 2.5);
    EXPECT_LE(reached_ms(0.9), attack_ms);
    EXPECT_GE(reached_ms(0.9), 0.6 * attack_ms);
  }
}

// dsp.md T3.
TEST(BandCompressorTest, GainMovesSmoothly) {
  for (auto& [name, signal] : test::dynamic_signals()) {
    SCOPED_TRACE(name);
    for (const double release : {12.0, 40.0}) {
      BandCompressorSettings settings = settings_of(-25, 4);
      settings.release_db_per_s = release;
      settings.attack_ms = 10;
      const std::vector<double> gains_db = gains_for(signal, settings);
      const double depth = -*std::min_element(gains_db.begin(), gains_db.end());
      for (std::size_t k = 1; k < gains_db.size(); ++k) {
        const double step = gains_db[k] - gains_db[k - 1];
        ASSERT_LE(step * kHopsPerSecond, release * 1.01);
        ASSERT_GE(step, -depth / BandCompressor::kBoxHops - 1e-9);
        ASSERT_LE(gains_db[k], 0);
        ASSERT_GE(gains_db[k], -12);
      }
    }
  }
}

TEST(BandCompressorTest, StaysANumberWhateverComes) {
  const float most = std::numeric_limits<float>::max();
  const float least = std::numeric_limits<float>::denorm_min();
  for (const float value : {0.0f, least, 1e-20f, 1.0f, 1e6f, 1e30f, most}) {
    const auto gains_db = gains_for(Mono(9600, value), settings_of(-20, 2));
    for (const double gain_db : gains_db) ASSERT_TRUE(gain_db <= 0 && gain_db >= -12) << value;
    if (value != 1) {
      EXPECT_NEAR(gains_db.back(), value > 1 ? -12 : 0, 1e-5);
    }
  }
}

TEST(BandCompressorTest, RemembersNoMoreThanItSays) {
  const BandCompressorSettings settings = settings_of(-30, 3, 30);
  const Mono common = test::noise(2, 0.1, 1);
  Mono loud(48000, 1.0f);
  Mono quiet(48000, 0.0f);
  test::append(loud, common);
  test::append(quiet, common);
  const auto after_loud = gains_for(loud, settings);
  const auto after_quiet = gains_for(quiet, settings);
  const auto memory = static_cast<std::size_t>(BandCompressor(settings).memory_hops());
  for (std::size_t k = 750 + memory; k < after_loud.size(); ++k) {
    ASSERT_EQ(after_loud[k], after_quiet[k]);
  }
  EXPECT_NE(after_loud[750 + memory / 2], after_quiet[750 + memory / 2]);
}

}  // namespace
}  // namespace engine
