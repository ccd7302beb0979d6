#include "engine/demux/mp3_length_claim.h"

#include <gtest/gtest.h>

#include "tests/engine/demux/mp3_files.h"

namespace engine {
namespace {

using namespace engine::testing;

// 300 MPEG frames of 417 bytes behind the one with the tag; 128 bytes of tags at the end.
constexpr std::uint64_t kAudioBytes = std::uint64_t{301} * 417;
constexpr Mp3TagPlace kPlace{1000, 1417, 1000 + kAudioBytes, 1128 + kAudioBytes};

Mp3LengthClaim judge(std::int64_t mpeg_frames, std::uint64_t size_bytes) {
  Mp3StreamInfo info;
  info.mpeg_frames = mpeg_frames;
  info.size_bytes = size_bytes;
  const auto first = parse_mp3_frame_header(silent_mpeg_frame(mpeg1_header(9)));
  return judge_length_claim(info, *first, kPlace);
}

TEST(Mp3LengthClaimTest, EveryUsualWayToCountTheBytesFits) {
  for (const std::uint64_t bytes : {
           kAudioBytes,         // LAME, libav.
           kAudioBytes - 417,   // Without the MPEG frame of the tag.
           kAudioBytes + 128,   // With ID3v1.
           kAudioBytes + 1128,  // The whole file.
       }) {
    EXPECT_EQ(judge(300, bytes), Mp3LengthClaim::kFits) << bytes;
  }
}

TEST(Mp3LengthClaimTest, ACountWithoutBytesIsNoProof) {
  EXPECT_EQ(judge(300, 0), Mp3LengthClaim::kWrong);
}

TEST(Mp3LengthClaimTest, FewerBytesThanClaimedAreATruncatedFile) {
  EXPECT_EQ(judge(300, kAudioBytes + 129), Mp3LengthClaim::kWrong);
  EXPECT_EQ(judge(600, 2 * kAudioBytes), Mp3LengthClaim::kWrong);
}

TEST(Mp3LengthClaimTest, MoreBytesThanClaimedAreLookedAt) {
  EXPECT_EQ(judge(299, kAudioBytes - 10), Mp3LengthClaim::kEndsBefore);
  EXPECT_EQ(judge(200, kAudioBytes - 41700), Mp3LengthClaim::kEndsBefore);
  EXPECT_EQ(judge(100, kAudioBytes - 83400), Mp3LengthClaim::kWrong);
}

TEST(Mp3LengthClaimTest, NoBitrateMakesSuchCounts) {
  EXPECT_EQ(judge(0, kAudioBytes), Mp3LengthClaim::kWrong);
  EXPECT_EQ(judge(5, kAudioBytes), Mp3LengthClaim::kWrong);
  EXPECT_EQ(judge(2000, kAudioBytes), Mp3LengthClaim::kWrong);
  EXPECT_EQ(judge(0xFFFFFFFF, 0xFFFFFFFF), Mp3LengthClaim::kWrong);
}

}  // namespace
}  // namespace engine
