#include "engine/demux/mp3_stream_info.h"

#include <gtest/gtest.h>

#include "tests/engine/demux/mp3_files.h"

namespace engine {
namespace {

using namespace engine::testing;

std::optional<Mp3StreamInfo> parse(const std::vector<std::byte>& frame) {
  return parse_mp3_stream_info(frame, *parse_mp3_frame_header(frame));
}

TEST(Mp3StreamInfoTest, ReadsCountsAndGaplessFromXingAtEachPlace) {
  // Stereo and mono, MPEG-1 and MPEG-2: the tag begins after 32, 17 or 9 bytes of side information.
  for (const std::uint32_t header : {0xFFFBE000U, 0xFFFBE0C0U, 0xFFF3E000U, 0xFFF3E0C0U}) {
    SCOPED_TRACE(header);
    const auto info = parse(xing_mpeg_frame(
        header, {.name = "Xing", .frames = 1234, .bytes = 567890, .delay = 1105, .padding = 4095}));
    ASSERT_TRUE(info);
    EXPECT_FALSE(info->constant_bitrate);
    EXPECT_EQ(info->mpeg_frames, 1234);
    EXPECT_EQ(info->size_bytes, 567890u);
    EXPECT_FALSE(info->has_toc);
    EXPECT_TRUE(info->has_gapless);
    EXPECT_EQ(info->encoder_delay, 1105);
    EXPECT_EQ(info->encoder_padding, 4095);
  }
}

TEST(Mp3StreamInfoTest, InfoMeansConstantBitrate) {
  const auto info = parse(xing_mpeg_frame(mpeg1_header(9), {.name = "Info", .frames = 1}));
  ASSERT_TRUE(info);
  EXPECT_TRUE(info->constant_bitrate);
}

TEST(Mp3StreamInfoTest, OnlyLameAndLibavSayWhatTheyAdded) {
  for (const char* encoder : {"LAME3.100", "Lavf59.27", "Lavc59.37"}) {
    EXPECT_TRUE(
        parse(xing_mpeg_frame(mpeg1_header(9), {.frames = 1, .encoder = encoder}))->has_gapless);
  }
  EXPECT_FALSE(
      parse(xing_mpeg_frame(mpeg1_header(9), {.frames = 1, .encoder = "GOGO3.100"}))->has_gapless);
}

TEST(Mp3StreamInfoTest, ReadsTheTableOfContents) {
  std::vector<std::byte> frame = silent_mpeg_frame(mpeg1_header(9), 0);
  ByteWriter tag;
  tag.text("Xing").be(4 | 1, 4).be(77, 4);
  for (int i = 0; i < 100; ++i) tag.be(static_cast<std::uint64_t>(i * 2), 1);
  std::copy(tag.data().begin(), tag.data().end(), frame.begin() + 36);
  const auto info = parse(frame);
  ASSERT_TRUE(info);
  EXPECT_EQ(info->mpeg_frames, 77);
  ASSERT_TRUE(info->has_toc);
  EXPECT_EQ(info->toc[0], 0);
  EXPECT_EQ(info->toc[99], 198);
}

TEST(Mp3StreamInfoTest, ReadsVbri) {
  std::vector<std::byte> frame = silent_mpeg_frame(mpeg1_header(9), 0);
  ByteWriter tag;
  tag.text("VBRI").be(1, 2).be(1105, 2).be(75, 2).be(424242, 4).be(999, 4);
  std::copy(tag.data().begin(), tag.data().end(), frame.begin() + 36);
  const auto info = parse(frame);
  ASSERT_TRUE(info);
  EXPECT_EQ(info->mpeg_frames, 999);
  EXPECT_EQ(info->size_bytes, 424242u);
  EXPECT_FALSE(info->has_gapless);

  frame[36 + 5] = std::byte{2};  // A version that nobody knows.
  EXPECT_FALSE(parse(frame));
}

TEST(Mp3StreamInfoTest, PlainAudioAndATagThatTellsNothingAreNone) {
  EXPECT_FALSE(parse(silent_mpeg_frame(mpeg1_header(9), 0)));
  EXPECT_FALSE(parse(xing_mpeg_frame(mpeg1_header(9), {.frames = 0, .bytes = 0})));
}

TEST(Mp3StreamInfoTest, ATagThatIsCutOffAnywhereIsReadAsFarAsItGoes) {
  const auto frame = xing_mpeg_frame(mpeg1_header(9), {.frames = 5, .bytes = 6});
  const auto header = *parse_mp3_frame_header(frame);
  for (std::size_t size = 0; size <= frame.size(); ++size) {
    const auto info = parse_mp3_stream_info(std::span(frame).first(size), header);
    EXPECT_EQ(info.has_value(), size >= 36 + 12) << size;
  }
}

}  // namespace
}  // namespace engine
