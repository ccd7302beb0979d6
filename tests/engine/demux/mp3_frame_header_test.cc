#include "engine/demux/mp3_frame_header.h"

#include <random>
#include <vector>

#include <gtest/gtest.h>

#include "tests/engine/demux/mp3_files.h"

namespace engine {
namespace {

using namespace engine::testing;

std::optional<Mp3FrameHeader> parse(std::uint32_t word) {
  ByteWriter writer;
  writer.be(word, 4);
  return parse_mp3_frame_header(writer.data());
}

TEST(Mp3FrameHeaderTest, ReadsTheFactsOfEachVersion) {
  struct Row {
    std::uint32_t word;
    MpegVersion version;
    int sample_rate_hz, bitrate_kbps, channels, size_bytes, side_info_bytes;
    FrameCount frame_count;
  };
  // Sizes: 144 (72) x bitrate / sample rate, by hand.
  const std::vector<Row> rows{
      {0xFFFB9064, MpegVersion::k1, 44100, 128, 2, 417, 32, 1152},
      {0xFFFB9264, MpegVersion::k1, 44100, 128, 2, 418, 32, 1152},  // Padded.
      {0xFFFBE4C4, MpegVersion::k1, 48000, 320, 1, 960, 17, 1152},
      {0xFFFBEA00, MpegVersion::k1, 32000, 320, 2, 1441, 32, 1152},  // The longest.
      {0xFFF314C0, MpegVersion::k2, 24000, 8, 1, 24, 9, 576},        // The shortest.
      {0xFFF3E000, MpegVersion::k2, 22050, 160, 2, 522, 17, 576},
      {0xFFE31800, MpegVersion::k25, 8000, 8, 2, 72, 17, 576},
      {0xFFE3E0C0, MpegVersion::k25, 11025, 160, 1, 1044, 9, 576},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.word);
    const auto header = parse(row.word);
    ASSERT_TRUE(header);
    EXPECT_EQ(header->version, row.version);
    EXPECT_EQ(header->sample_rate_hz, row.sample_rate_hz);
    EXPECT_EQ(header->bitrate_kbps, row.bitrate_kbps);
    EXPECT_EQ(header->channels, row.channels);
    EXPECT_EQ(header->size_bytes, row.size_bytes);
    EXPECT_EQ(header->side_info_bytes, row.side_info_bytes);
    EXPECT_EQ(header->frame_count, row.frame_count);
    EXPECT_EQ(header->payload_bytes(), row.size_bytes - 4 - row.side_info_bytes);
  }
}

TEST(Mp3FrameHeaderTest, RefusesWhatIsNoLayer3Header) {
  EXPECT_FALSE(parse(0xFFDB9064));  // Ten bits of sync.
  EXPECT_FALSE(parse(0xFFEB9064));  // The version that does not exist.
  EXPECT_FALSE(parse(0xFFFD9064));  // Layer II.
  EXPECT_FALSE(parse(0xFFFF9064));  // Layer I.
  EXPECT_FALSE(parse(0xFFF99064));  // No layer: AAC in ADTS looks like this.
  EXPECT_FALSE(parse(0xFFFBF064));  // Bitrate 15.
  EXPECT_FALSE(parse(0xFFFB9C64));  // Sample rate 3.
  const std::vector<std::byte> three(3, std::byte{0xFF});
  EXPECT_FALSE(parse_mp3_frame_header(three));
}

TEST(Mp3FrameHeaderTest, AnMpegFrameWithCrcHasTwoBytesLessOfMainData) {
  EXPECT_EQ(parse(0xFFFA9064)->payload_bytes(), 417 - 4 - 2 - 32);
}

TEST(Mp3FrameHeaderTest, FreeFormatHasNoSize) {
  const auto header = parse(0xFFFB0064);
  ASSERT_TRUE(header);
  EXPECT_EQ(header->size_bytes, 0);
  EXPECT_EQ(header->payload_bytes(), 0);
}

TEST(Mp3FrameHeaderTest, BitrateAndModeMayChangeInAStreamButRateAndVersionMayNot) {
  const auto header = *parse(0xFFFB9064);
  EXPECT_TRUE(parse(0xFFFAE2C4)->continues(header));
  EXPECT_FALSE(parse(0xFFFB9464)->continues(header));
  EXPECT_FALSE(parse(0xFFF39064)->continues(header));
}

TEST(Mp3FrameHeaderTest, AChainOfThreeLooksLikeMpegAudioWhereverItBegins) {
  ByteWriter file;
  file.zeros(700).bytes(cbr_mpeg_frames(3)).zeros(50);
  EXPECT_TRUE(looks_like_mpeg_audio(file.data()));
  ByteWriter two;
  two.bytes(cbr_mpeg_frames(2)).zeros(2000);
  EXPECT_FALSE(looks_like_mpeg_audio(two.data()));
  ByteWriter late;
  late.zeros(5000).bytes(cbr_mpeg_frames(10));
  EXPECT_FALSE(looks_like_mpeg_audio(late.data()));
}

TEST(Mp3FrameHeaderTest, AShortFileOfOneOrTwoMpegFramesLooksLikeMpegAudio) {
  EXPECT_TRUE(looks_like_mpeg_audio(cbr_mpeg_frames(1)));
  EXPECT_TRUE(looks_like_mpeg_audio(cbr_mpeg_frames(2)));
}

TEST(Mp3FrameHeaderTest, RandomBytesAndTextDoNotLookLikeMpegAudio) {
  std::mt19937 random(3);
  for (int round = 0; round < 50; ++round) {
    std::vector<std::byte> bytes(8192);
    for (std::byte& byte : bytes) byte = static_cast<std::byte>(random());
    EXPECT_FALSE(looks_like_mpeg_audio(bytes)) << round;
  }
  EXPECT_FALSE(looks_like_mpeg_audio({}));
  EXPECT_FALSE(looks_like_mpeg_audio(std::vector<std::byte>(8192, std::byte{0xFF})));
}

}  // namespace
}  // namespace engine
