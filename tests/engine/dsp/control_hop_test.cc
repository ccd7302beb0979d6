#include "engine/dsp/control_hop.h"

#include <cmath>
#include <limits>
#include <vector>

#include <gtest/gtest.h>

#include "tests/engine/dsp/dynamics_signals.h"

namespace engine {
namespace {

using test::Mono;

/// The powers at all borders of a signal whose side channel is silent.
std::vector<double> border_powers(const Mono& mid) {
  const Mono side(kHopFrames, 0.0f);
  std::vector<double> powers;
  HopPower before;
  for (std::size_t at = 0; at + kHopFrames <= mid.size(); at += kHopFrames) {
    const HopPower newest = hop_power(mid.data() + at, side.data());
    powers.push_back(border_power(before, newest));
    before = newest;
  }
  return powers;
}

TEST(ControlHopTest, PowerIsTheMeanSquareOfLeftAndRight) {
  // L = 0.6, R = -0.2: mid 0.2, side 0.4.
  const Mono mid(kHopFrames, 0.2f);
  const Mono side(kHopFrames, 0.4f);
  const HopPower power = hop_power(mid.data(), side.data());
  EXPECT_NEAR(border_power(power, power), (0.36 + 0.04) / 2, 1e-7);
}

TEST(ControlHopTest, TonesNearTheHopRateCauseNoSlowRipple) {
  // The power of a 370 Hz tone swings at 740 Hz, 10 Hz below the rate of the hops: a plain sum per
  // hop would let 1.3 % of it through as a ripple of 10 Hz, the triangle lets 0.02 %.
  const std::vector<double> powers = border_powers(test::sine(1, 370, 1.0));
  for (std::size_t k = 2; k < powers.size(); ++k) ASSERT_NEAR(powers[k], 0.5, 0.5 * 3e-4);
}

TEST(ControlHopTest, PowersStayInsideTheRangeOfDecibels) {
  EXPECT_EQ(power_in_range(0.25), 0.25);
  EXPECT_EQ(power_in_range(0), 1e-20);
  EXPECT_EQ(power_in_range(std::numeric_limits<double>::quiet_NaN()), 1e-20);
  EXPECT_EQ(power_in_range(std::numeric_limits<double>::infinity()), 1e20);
}

TEST(PowerBoxTest, IsTheMeanOfTheLastPowers) {
  PowerBox box(5);
  test::Random random(4);
  std::vector<double> powers;
  for (int k = 0; k < 200; ++k) {
    powers.push_back(std::fabs(static_cast<double>(random.uniform())));
    const double mean = box.push(powers.back());
    double sum = 0;
    for (std::size_t j = 0; j < 5 && j < powers.size(); ++j) sum += powers[powers.size() - 1 - j];
    ASSERT_NEAR(mean, sum / 5, 1e-11);
  }
}

TEST(PowerBoxTest, ForgetsWithoutARest) {
  PowerBox box(512);
  const double infinity = std::numeric_limits<double>::infinity();
  for (const double power : {1e-9, 1e30, infinity, std::numeric_limits<double>::quiet_NaN()}) {
    for (int k = 0; k < 600; ++k) {
      const double mean = box.push(power);
      ASSERT_GE(mean, 0);
      ASSERT_LE(mean, 8192.0);
    }
    double mean = 1;
    for (int k = 0; k < 512; ++k) mean = box.push(0);
    EXPECT_EQ(mean, 0);
  }
}

TEST(PowerBoxTest, ResetEqualsFresh) {
  PowerBox used(7);
  used.push(3);
  used.reset();
  EXPECT_EQ(used.push(0.7), PowerBox(7).push(0.7));
}

TEST(HopDelayTest, PassesBitForBitAtGainOne) {
  const AudioBuffer input = test::music(1, 0.9, 3);
  AudioBuffer audio = input;
  HopDelay delay(2, 5);
  for (FrameCount at = 0; at < audio.frames(); at += kHopFrames) {
    delay.exchange(test::MutableSlice(audio).view(), at, 1, 1);
  }
  for (std::size_t i = 0; i < 48000; ++i) {
    const std::size_t delayed = 5 * kHopFrames;
    ASSERT_EQ(audio.channel(1)[i], i < delayed ? 0.0f : input.channel(1)[i - delayed]);
  }
}

TEST(HopDelayTest, GainMovesInAStraightLineWithoutJumps) {
  AudioBuffer audio(1, 3 * kHopFrames);
  for (float& sample : audio.channel(0)) sample = 1.0f;
  HopDelay delay(1, 1);
  const auto view = test::MutableSlice(audio);
  delay.exchange(view.view(), 0, 0.5f, 0.75f);
  delay.exchange(view.view(), kHopFrames, 0.75f, 0.5f);
  delay.exchange(view.view(), 2 * kHopFrames, 0.5f, 1.0f);
  for (std::size_t i = 0; i < kHopFrames; ++i) {
    EXPECT_EQ(audio.channel(0)[i], 0.0f);
    EXPECT_NEAR(audio.channel(0)[kHopFrames + i], 0.75 - 0.25 * static_cast<double>(i) / 64, 1e-7);
    EXPECT_NEAR(audio.channel(0)[2 * kHopFrames + i], 0.5 + 0.5 * static_cast<double>(i) / 64,
                1e-7);
  }
}

}  // namespace
}  // namespace engine
