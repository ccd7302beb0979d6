#include "engine/demux/mp3_frame_index.h"

#include <random>
#include <vector>

#include <gtest/gtest.h>

namespace engine {
namespace {

std::vector<std::uint64_t> random_offsets(std::int64_t count) {
  std::mt19937 random(5);
  std::vector<std::uint64_t> offsets{100};
  while (static_cast<std::int64_t>(offsets.size()) < count) {
    offsets.push_back(offsets.back() + 24 + random() % 1400);
  }
  return offsets;
}

TEST(Mp3FrameIndexTest, FindsAnEntryNearEveryNumberHoweverManyThereAre) {
  // Over 16384 x 8 entries: the stride has doubled four times.
  const auto offsets = random_offsets(150000);
  Mp3FrameIndex index;
  index.reset(offsets[0]);
  for (std::size_t i = 1; i < offsets.size(); ++i) {
    index.note(static_cast<std::int64_t>(i), offsets[i]);
  }
  for (std::int64_t number = 0; number < 150000; number += 37) {
    const auto entry = index.at_or_before(number);
    ASSERT_LE(entry.number, number);
    ASSERT_GT(entry.number, number - 32);
    ASSERT_EQ(entry.offset, offsets[static_cast<std::size_t>(entry.number)]);
  }
  EXPECT_EQ(index.frontier().number, 149999);
  EXPECT_EQ(index.at_or_before(1'000'000).number, 149999);
}

TEST(Mp3FrameIndexTest, OnlyTheNextNumberCounts) {
  Mp3FrameIndex index;
  index.reset(10);
  index.note(2, 999);
  index.note(0, 999);
  EXPECT_EQ(index.frontier().number, 0);
  index.note(1, 50);
  index.note(1, 999);
  EXPECT_EQ(index.frontier().offset, 50u);
  EXPECT_EQ(index.at_or_before(0).offset, 10u);
}

}  // namespace
}  // namespace engine
