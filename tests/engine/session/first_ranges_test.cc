#include "engine/session/first_ranges.h"

#include <gtest/gtest.h>

#include "tests/support/music_signal.h"
#include "tests/support/opened_track.h"

namespace engine {
namespace {

constexpr std::uint64_t kNoLimit = std::uint64_t{1} << 40;

/// 10 s of 16 bit stereo at 48 kHz: 192 bytes a millisecond behind a header of 44.
const std::vector<std::byte>& file() {
  static const std::vector<std::byte> bytes = [] {
    testing::PcmSignal shape;
    shape.sample_rate_hz = 48000;
    return testing::wav_file(testing::music_signal(shape, 10.0, 3));
  }();
  return bytes;
}

TEST(FirstRangesTest, WhatIsMissingIsOneRunAroundTheFrames) {
  testing::OpenedTrack track(file(), 4096);
  const auto ranges =
      missing_ranges_for(track.pcm(), track.feeder().source(), {96000, 144000}, kNoLimit);
  ASSERT_EQ(ranges.size(), 1u);
  EXPECT_LE(ranges[0].begin, 44u + 4 * 96000);
  EXPECT_GE(ranges[0].end, 44u + 4 * 144000);
  EXPECT_LT(ranges[0].size(), 4u * 48000 + 16384);

  track.feeder().store().insert(0, file());
  EXPECT_TRUE(
      missing_ranges_for(track.pcm(), track.feeder().source(), {96000, 144000}, kNoLimit).empty());
}

TEST(FirstRangesTest, FramesOutsideTheTrackCostNothing) {
  testing::OpenedTrack track(file(), 4096);
  const Source source = track.feeder().source();
  EXPECT_TRUE(missing_ranges_for(track.pcm(), source, {-5000, 0}, kNoLimit).empty());
  const auto last = missing_ranges_for(track.pcm(), source, {470000, 900000}, kNoLimit);
  ASSERT_EQ(last.size(), 1u);
  EXPECT_LE(last[0].end, file().size());
}

TEST(FirstRangesTest, TheSizeIsBounded) {
  testing::OpenedTrack track(file(), 4096);
  const auto ranges =
      missing_ranges_for(track.pcm(), track.feeder().source(), {96000, 400000}, 20000);
  ASSERT_EQ(ranges.size(), 1u);
  EXPECT_LE(ranges[0].size(), 20000u);
}

}  // namespace
}  // namespace engine
