#include "engine/demux/flac_seek_index.h"

#include <random>

#include <gtest/gtest.h>

namespace engine {
namespace {

TEST(FlacSeekIndexTest, AnswersTheNearestKnownOnBothSides) {
  FlacSeekIndex index;
  EXPECT_FALSE(index.at_or_before(100));
  EXPECT_FALSE(index.after(0));
  for (const FrameCount frame : {500, 0, 300}) {
    index.note({frame, static_cast<std::uint64_t>(frame) * 10});
  }
  EXPECT_EQ(index.at_or_before(299)->first_frame, 0);
  EXPECT_EQ(index.at_or_before(300)->byte_offset, 3000u);
  EXPECT_EQ(index.after(299)->first_frame, 300);
  EXPECT_EQ(index.after(300)->first_frame, 500);
  EXPECT_FALSE(index.after(500));
}

TEST(FlacSeekIndexTest, StaysBoundedAndTrue) {
  FlacSeekIndex index;
  std::mt19937 random(3);
  for (int i = 0; i < 100000; ++i) {
    const auto frame = static_cast<FrameCount>(random() % 100000) * 4096;
    index.note({frame, static_cast<std::uint64_t>(frame) * 2});
    ASSERT_LE(index.entry_count(), FlacSeekIndex::kEntryCountMax);
  }
  EXPECT_GT(index.entry_count(), FlacSeekIndex::kEntryCountMax / 4);
  for (FrameCount frame = 0; frame < 100000LL * 4096; frame += 999999) {
    const auto before = index.at_or_before(frame);
    const auto after = index.after(frame);
    if (before) {
      ASSERT_LE(before->first_frame, frame);
      ASSERT_EQ(before->byte_offset, static_cast<std::uint64_t>(before->first_frame) * 2);
    }
    if (after) {
      ASSERT_GT(after->first_frame, frame);
    }
  }
}

}  // namespace
}  // namespace engine
