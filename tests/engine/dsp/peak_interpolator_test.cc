#include "engine/dsp/peak_interpolator.h"

#include <cmath>
#include <vector>

#include <gtest/gtest.h>

#include "tests/engine/dsp/test_signals.h"

namespace engine {
namespace {

using test::Mono;

Mono peaks_of(const Mono& signal) {
  const PeakInterpolator interpolator;
  Mono peaks(signal.size() - PeakInterpolator::kTaps + 1, 0.0f);
  interpolator.accumulate(signal.data() + PeakInterpolator::kLeft, peaks);
  return peaks;
}

TEST(PeakInterpolatorTest, FindsThePeaksOfSinesBetweenTheSamples) {
  for (const double frequency_hz : {100.0, 997.0, 5000.0, 12000.0, 16000.0, 20000.0}) {
    const Mono signal = test::sine(0.1, frequency_hz, 1.0, 48000, 33);
    float largest = 0;
    for (const float peak : peaks_of(signal)) largest = std::max(largest, peak);
    // Half a step of the 8x grid away from the crest, at worst.
    const double grid_loss_db = test::to_db(std::cos(test::kTwoPi * frequency_hz / 48000 / 16));
    EXPECT_LE(test::to_db(largest), 0.003) << frequency_hz;
    EXPECT_GE(test::to_db(largest), grid_loss_db - 0.003) << frequency_hz;
  }
}

TEST(PeakInterpolatorTest, NeverReadsBelowTheSampleItself) {
  const Mono signal = test::noise(0.05, 1, 2);
  const Mono peaks = peaks_of(signal);
  for (std::size_t i = 0; i < peaks.size(); ++i) {
    ASSERT_GE(peaks[i], std::fabs(signal[i + PeakInterpolator::kLeft]));
  }
}

TEST(PeakInterpolatorTest, PositionInTheCallHasNoInfluenceOnAnyBit) {
  const Mono signal = test::noise(0.02, 1, 8);
  const Mono whole = peaks_of(signal);
  const PeakInterpolator interpolator;
  for (std::size_t count = 1; count < 40; ++count) {
    for (std::size_t at = 0; at + count <= whole.size(); at += count) {
      Mono piece(count, 0.0f);
      interpolator.accumulate(signal.data() + PeakInterpolator::kLeft + at, piece);
      for (std::size_t i = 0; i < count; ++i) ASSERT_EQ(piece[i], whole[at + i]);
    }
  }
}

TEST(PeakInterpolatorTest, ThresholdNeverHidesAPeakAboveIt) {
  const PeakInterpolator interpolator;
  EXPECT_NEAR(interpolator.overshoot_max(), 2.43, 0.05);
  test::Random random(6);
  for (int round = 0; round < 50; ++round) {
    // The worst pattern for a sinc: alternating signs that flip in the middle.
    Mono signal(200, 0.0f);
    for (std::size_t i = 0; i < signal.size(); ++i) {
      const float sign = (i % 2 == 0) == (i < 100) ? 1.0f : -1.0f;
      signal[i] = round == 0 ? sign : (random.uniform() > 0 ? 1.0f : -1.0f);
    }
    const float gain = 0.5f + 0.25f * random.uniform();
    test::scale(signal, static_cast<double>(gain));
    const Mono exact = peaks_of(signal);
    for (const float threshold : {0.3f, 0.9f, 1.2f, 1.8f}) {
      Mono above(exact.size(), 0.0f);
      interpolator.accumulate_above(signal.data() + PeakInterpolator::kLeft, threshold, above);
      for (std::size_t i = 0; i < exact.size(); ++i) {
        if (exact[i] >= threshold) {
          ASSERT_EQ(above[i], exact[i]);
        } else {
          ASSERT_LT(above[i], threshold);
        }
      }
    }
  }
}

TEST(PeakInterpolatorTest, AccumulatesOverChannels) {
  const Mono quiet = test::noise(0.01, 0.1, 1);
  const Mono loud = test::noise(0.01, 1, 2);
  const PeakInterpolator interpolator;
  Mono peaks = peaks_of(loud);
  const Mono expected_at_least = peaks;
  interpolator.accumulate(quiet.data() + PeakInterpolator::kLeft, peaks);
  for (std::size_t i = 0; i < peaks.size(); ++i) ASSERT_GE(peaks[i], expected_at_least[i]);
}

}  // namespace
}  // namespace engine
