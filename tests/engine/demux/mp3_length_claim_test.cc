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

TEST(Mp3LengthClaimTest, LessThanAnMpegFrameShortIsLookedAt) {
  const auto first = *parse_mp3_frame_header(silent_mpeg_frame(mpeg1_header(9)));
  Mp3StreamInfo info;
  info.mpeg_frames = 300;
  const auto judge_short_by = [&](std::uint64_t missing, std::uint64_t tags) {
    info.size_bytes = kAudioBytes + missing;
    const Mp3TagPlace place{1000, 1417, 1000 + kAudioBytes, 1000 + kAudioBytes + tags};
    return judge_length_claim(info, first, place);
  };
  EXPECT_EQ(judge_short_by(1, 0), Mp3LengthClaim::kEndsBehind);
  EXPECT_EQ(judge_short_by(1000, 0), Mp3LengthClaim::kFits) << "the whole file";
  EXPECT_EQ(judge_short_by(999, 0), Mp3LengthClaim::kEndsBehind);
  EXPECT_EQ(judge_short_by(1441, 0), Mp3LengthClaim::kWrong);
  EXPECT_EQ(judge_short_by(200, 128), Mp3LengthClaim::kWrong) << "tags at the end: it is no cut";
  info.constant_bitrate = true;
  EXPECT_EQ(judge_short_by(1, 0), Mp3LengthClaim::kWrong);
}

TEST(Mp3LengthClaimTest, TheLastMpegFrameShowsWhatItLacks) {
  const auto first = *parse_mp3_frame_header(silent_mpeg_frame(mpeg1_header(9)));
  const auto audio = join({vbr_mpeg_frames(30, 4), silent_mpeg_frame(mpeg1_header(9))});
  for (const std::size_t missing : {0U, 1U, 300U, 413U, 414U, 417U}) {
    const auto kept = std::span(audio).first(audio.size() - missing);
    const auto found =
        missing_of_last_mpeg_frame(kept.last(static_cast<std::size_t>(kCutTailBytes)), first);
    const bool is_shown = missing > 0 && missing <= 413;
    EXPECT_EQ(found, is_shown ? std::optional<std::uint64_t>(missing) : std::nullopt) << missing;
  }
  EXPECT_FALSE(missing_of_last_mpeg_frame(std::vector<std::byte>(5764, std::byte{0x55}), first));
  EXPECT_FALSE(missing_of_last_mpeg_frame({}, first));
}

TEST(Mp3LengthClaimTest, NoBitrateMakesSuchCounts) {
  EXPECT_EQ(judge(0, kAudioBytes), Mp3LengthClaim::kWrong);
  EXPECT_EQ(judge(5, kAudioBytes), Mp3LengthClaim::kWrong);
  EXPECT_EQ(judge(2000, kAudioBytes), Mp3LengthClaim::kWrong);
  EXPECT_EQ(judge(0xFFFFFFFF, 0xFFFFFFFF), Mp3LengthClaim::kWrong);
}

}  // namespace
}  // namespace engine
