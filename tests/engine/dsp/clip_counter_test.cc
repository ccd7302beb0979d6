#include "engine/dsp/clip_counter.h"

#include <vector>

#include <gtest/gtest.h>

namespace engine {
namespace {

TEST(ClipCounterTest, CountsRunsOfThreeAndMoreOnce) {
  ClipCounter counter;
  const std::vector<float> samples = {0, 1, 1, 0, 1, 1, 1, 1, 1, 0.5f, -1, -1, -1, 0, 0.99f, 1, 1};
  counter.add(0, samples);
  EXPECT_EQ(counter.run_count(), 2);
  // The run goes on in the next piece; the other channel has runs of its own.
  counter.add(0, std::vector<float>{1.0f, 1.0f});
  EXPECT_EQ(counter.run_count(), 3);
  counter.add(1, std::vector<float>{1.0f, 1.0f});
  EXPECT_EQ(counter.run_count(), 3);
  counter.begin_stretch();
  counter.add(1, std::vector<float>{1.0f, 1.0f});
  EXPECT_EQ(counter.run_count(), 3);
}

TEST(ClipCounterTest, RoundPeaksAboveFullScaleAreNoClipping) {
  ClipCounter counter;
  counter.add(0, std::vector<float>{0.9f, 1.0f, 1.1f, 1.15f, 1.16f, 1.14f, 1.05f, 0.9f});
  EXPECT_EQ(counter.run_count(), 0);
  // Flat ones are, at whatever level above.
  counter.add(0, std::vector<float>{1.2f, 1.5f, 1.5f, 1.5f, 1.5f, 1.1f});
  EXPECT_EQ(counter.run_count(), 1);
}

TEST(ClipCounterTest, SixteenBitFullScaleIsFullScale) {
  ClipCounter counter;
  const float top = 32767.0f / 32768.0f;
  counter.add(0, std::vector<float>{top, top, top});
  EXPECT_EQ(counter.run_count(), 1);
  counter.add(0, std::vector<float>{0.0f, 0.998f, 0.998f, 0.998f});
  EXPECT_EQ(counter.run_count(), 1);
}

}  // namespace
}  // namespace engine
