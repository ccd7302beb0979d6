#include "engine/demux/flac_seek_search.h"

#include <vector>

#include <gtest/gtest.h>

namespace engine {
namespace {

constexpr int kBlock = 100;

FlacStream stream() {
  FlacStream stream;
  stream.info = {kBlock, kBlock, 0, 44100, 2, 16, 100000};
  stream.audio = {1000, 201000};  // Two bytes per frame.
  return stream;
}

TEST(FlacSeekSearchTest, EstimateIsOnTheLineAndALittleEarly) {
  EXPECT_EQ(estimate_flac_byte(stream(), {}, 0), 1000u);
  EXPECT_EQ(estimate_flac_byte(stream(), {}, 100), 1000u);
  EXPECT_EQ(estimate_flac_byte(stream(), {}, 50000), 1000u + 2 * (50000 - 150));
  EXPECT_EQ(estimate_flac_byte(stream(), {}, 100000), 1000u + 2 * (100000 - 150));
}

TEST(FlacSeekSearchTest, EstimateFollowsTheSeekPoints) {
  const std::vector<FlacSeekPoint> points = {{0, 1000}, {40000, 11000}, {50000, 191000}};
  EXPECT_EQ(estimate_flac_byte(stream(), points, 20000), 1000u + (20000 - 150) / 4);
  EXPECT_EQ(estimate_flac_byte(stream(), points, 40000), 11000u);
  EXPECT_EQ(estimate_flac_byte(stream(), points, 45000), 11000u + 18 * (5000 - 150));
  EXPECT_EQ(estimate_flac_byte(stream(), points, 99999), 191000u + (49999 - 150) / 5);
}

TEST(FlacSeekSearchTest, EstimateStaysInsideTheAudio) {
  const std::vector<FlacSeekPoint> lying = {{10, 200999}, {90000, 201000}};
  for (FrameCount frame = 0; frame <= 100000; frame += 997) {
    EXPECT_GE(estimate_flac_byte(stream(), lying, frame), 1000u);
    EXPECT_LE(estimate_flac_byte(stream(), lying, frame), 201000u);
  }
}

}  // namespace
}  // namespace engine
