#include "engine/session/chunk_plan.h"

#include <gtest/gtest.h>

namespace engine {
namespace {

TEST(ChunkPlanTest, AnEmptyTrackHasNoChunks) {
  const ChunkPlan plan(0);
  EXPECT_EQ(plan.chunk_count(), 0);
  EXPECT_EQ(plan.packet_count(), 0);
  EXPECT_EQ(plan.packets_in(0), 0);
}

TEST(ChunkPlanTest, OneFrameMoreThanAChunkIsAPacketMore) {
  const ChunkPlan plan(kChunkFrames + 1);
  EXPECT_EQ(plan.chunk_count(), 2);
  EXPECT_EQ(plan.packets_in(0), kChunkPackets);
  EXPECT_EQ(plan.packets_in(1), 1);
  EXPECT_EQ(plan.packets_in(2), 0);
  EXPECT_EQ(plan.frames_in(ChunkPlan::first_packet(1), 1), 1);
  EXPECT_EQ(plan.frames_in(ChunkPlan::first_packet(2), 1), 0);
}

TEST(ChunkPlanTest, FramesOfAllPacketsAddUpToTheTrack) {
  for (const FrameCount frames : {1LL, 959LL, 960LL, 961LL, 95'999LL, 96'000LL, 1'234'567LL}) {
    const ChunkPlan plan(frames);
    FrameCount sum = 0;
    for (std::int64_t chunk = 0; chunk < plan.chunk_count(); ++chunk) {
      sum += plan.frames_in(ChunkPlan::first_packet(chunk), plan.packets_in(chunk));
    }
    EXPECT_EQ(sum, frames);
  }
}

TEST(ChunkPlanTest, FramesInFrontOfTheTrackCount) {
  const ChunkPlan plan(kChunkFrames, 400);
  EXPECT_EQ(plan.first_frame(0), -400);
  EXPECT_EQ(plan.chunk_count(), 2);
  EXPECT_EQ(plan.packet_count(), kChunkPackets + 1);
  EXPECT_EQ(plan.first_frame(ChunkPlan::first_packet(1)), kChunkFrames - 400);
  EXPECT_EQ(plan.frames_in(0, 1), kPacketFrames);
  EXPECT_EQ(plan.frames_in(ChunkPlan::first_packet(1), 1), 400);
}

TEST(ChunkPlanTest, ADayAtFullRateDoesNotOverflow) {
  const ChunkPlan plan(24LL * 3600 * kOutputRateHz);
  EXPECT_EQ(plan.chunk_count(), 24 * 3600 / 2);
}

}  // namespace
}  // namespace engine
