#include "engine/dsp/opus_high_pass.h"

#include <cmath>

#include <gtest/gtest.h>

#include "tests/engine/dsp/test_signals.h"

namespace engine {
namespace {

TEST(OpusHighPassTest, FollowsThePoleOfLibopus) {
  for (const double frequency_hz : {15.0, 25.0, 40.0, 60.0, 120.0}) {
    const test::Mono signal = test::sine(2, frequency_hz, 1.0);
    OpusHighPass predicted;
    double mean = 0;
    double largest_error = 0;
    double largest_offset = 0;
    for (std::size_t i = 0; i < signal.size(); ++i) {
      const double exact = mean;
      mean += 6.3 * 3 / 48000 * (static_cast<double>(signal[i]) - mean);
      const double error = static_cast<double>(predicted.offset(signal[i])) - exact;
      if (i < 48000) continue;
      largest_error = std::max(largest_error, std::fabs(error));
      largest_offset = std::max(largest_offset, std::fabs(exact));
    }
    // The ramp's straight end, against the pole's tail: less with every octave.
    EXPECT_LE(largest_error, 0.25 * largest_offset) << frequency_hz;
  }
}

TEST(OpusHighPassTest, ForgetsCompletely) {
  const test::Mono signal = test::noise(1, 2, 4);
  OpusHighPass old;
  for (int i = 0; i < 100000; ++i) old.offset(static_cast<float>(i % 7) * 9.0f);
  OpusHighPass fresh;
  for (std::size_t i = 0; i < signal.size(); ++i) {
    const float a = old.offset(signal[i]);
    const float b = fresh.offset(signal[i]);
    if (i >= OpusHighPass::kMemoryFrames) {
      ASSERT_EQ(a, b) << i;
    }
  }
  fresh.reset();
  EXPECT_EQ(fresh.offset(0.0f), 0.0f);
}

TEST(OpusHighPassTest, ConstantBecomesItsOwnOffset) {
  OpusHighPass high_pass;
  float offset = 0;
  for (int i = 0; i < 6000; ++i) offset = high_pass.offset(0.5f);
  EXPECT_NEAR(offset, 0.5f, 1e-5);
}

}  // namespace
}  // namespace engine
