// MP3 files as the world joins, cuts and tags them: what the frames say counts, and what is left
// out is told.
#include <algorithm>
#include <string>

#include <gtest/gtest.h>

#include "engine/demux/mp3_demuxer.h"
#include "tests/engine/demux/id3_files.h"
#include "tests/engine/demux/mp3_files.h"
#include "tests/support/demux.h"

namespace engine {
namespace {

using namespace engine::testing;

constexpr std::uint32_t kMono64 = 0xFFFB50C0;    // MPEG-1, 44.1 kHz: 208 bytes.
constexpr std::uint32_t kHalfRate = 0xFFF380C0;  // MPEG-2, 22.05 kHz: 208 bytes too.

std::vector<std::byte> repeat(std::uint32_t header, int count) {
  ByteWriter file;
  for (int i = 0; i < count; ++i) file.bytes(silent_mpeg_frame(header));
  return file.data();
}

TrackWarnings set_of(std::initializer_list<TrackWarning> members) {
  TrackWarnings warnings;
  for (const TrackWarning warning : members) warnings.add(warning);
  return warnings;
}

// The length is that of the packets, all of them are there, and it is said when it is opened.
void expect_length(const std::vector<std::byte>& file, std::int64_t mpeg_frames,
                   TrackWarnings warnings) {
  for (const std::size_t piece_size : {std::size_t{7}, std::size_t{4096}, kWhole}) {
    const Demuxed result = demux<Mp3Demuxer>(file, piece_size);
    EXPECT_EQ(static_cast<std::int64_t>(result.packets.size()), mpeg_frames);
    EXPECT_EQ(result.info.frame_count + result.info.leading_trim + result.info.trailing_trim,
              mpeg_frames * 1152);
    EXPECT_EQ(result.info.warnings, warnings);
    EXPECT_EQ(result.warnings, warnings);
  }
}

// A tag without LAME's part; `bytes` 0: it tells a count alone.
std::vector<std::byte> plain_xing(std::uint32_t header, std::uint32_t frames, std::uint32_t bytes) {
  std::vector<std::byte> frame = silent_mpeg_frame(header, 0);
  ByteWriter tag;
  tag.text("Xing").be(bytes == 0 ? 1 : 3, 4).be(frames, 4);
  if (bytes != 0) tag.be(bytes, 4);
  const int at = 4 + parse_mp3_frame_header(frame)->side_info_bytes;
  std::copy(tag.data().begin(), tag.data().end(), frame.begin() + at);
  return frame;
}

std::vector<std::byte> vbri(std::uint32_t frames, std::uint32_t bytes) {
  auto frame = silent_mpeg_frame(mpeg1_header(9), 0);
  ByteWriter tag;
  tag.text("VBRI").be(1, 2).be(1105, 2).be(75, 2).be(bytes, 4).be(frames, 4);
  std::copy(tag.data().begin(), tag.data().end(), frame.begin() + 36);
  return frame;
}

TEST(Mp3OddFilesTest, ACountWithoutBytesIsThatOfTheFirstPart) {
  const auto corrected = set_of({TrackWarning::kLengthCorrected});
  expect_length(join({plain_xing(kMono64, 40, 0), repeat(kMono64, 100)}), 100, corrected);
  expect_length(join({plain_xing(kMono64, 40, 0), repeat(kMono64, 1000)}), 1000, corrected);
  const auto vbr = vbr_mpeg_frames(600, 3);
  expect_length(join({plain_xing(mpeg1_header(9), 200, 0), vbr}), 600, corrected);
  expect_length(join({plain_xing(mpeg1_header(9), 600, 0), vbr}), 600, {});
  expect_length(join({plain_xing(mpeg1_header(9), 900, 0), vbr}), 600, corrected);
}

TEST(Mp3OddFilesTest, BytesThatAreNotThoseOfTheFileAreNotBelieved) {
  const auto vbr = vbr_mpeg_frames(600, 3);
  const auto size = static_cast<std::uint32_t>(vbr.size() + 417);
  const auto xing = [&](std::uint32_t frames, std::uint32_t bytes) {
    return join({plain_xing(mpeg1_header(9), frames, bytes), vbr});
  };
  expect_length(xing(600, size), 600, {});
  expect_length(xing(600, size - 417), 600, {});
  expect_length(xing(600, size + 5000), 600, {});
  expect_length(xing(590, size - 3000), 600, set_of({TrackWarning::kLengthCorrected}));
  expect_length(xing(300, size / 2), 600, set_of({TrackWarning::kLengthCorrected}));
  expect_length(xing(1200, size * 2), 600, set_of({TrackWarning::kEndsEarly}));
  expect_length(join({vbri(600, size), vbr}), 600, {});
  expect_length(join({vbri(300, size / 2), vbr}), 600, set_of({TrackWarning::kLengthCorrected}));
  expect_length(join({vbri(1200, size * 2), vbr}), 600, set_of({TrackWarning::kEndsEarly}));
}

TEST(Mp3OddFilesTest, PaddingBehindTheClaimedEndIsNoSound) {
  const auto vbr = vbr_mpeg_frames(600, 3);
  const auto tag = plain_xing(mpeg1_header(9), 600, static_cast<std::uint32_t>(vbr.size() + 417));
  for (const std::size_t padding : {1U, 100U, 5000U}) {
    const auto file = join({tag, vbr, std::vector<std::byte>(padding)});
    expect_length(file, 600, {});
    EXPECT_EQ(demux<Mp3Demuxer>(file).info.audio_bytes.end, file.size() - padding);
  }
}

TEST(Mp3OddFilesTest, ACountThatIsTooLowInTheRightBytesIsToldAtItsEnd) {
  const auto vbr = vbr_mpeg_frames(600, 3);
  const auto file =
      join({plain_xing(mpeg1_header(9), 590, static_cast<std::uint32_t>(vbr.size() + 417)), vbr});
  const Demuxed result = demux<Mp3Demuxer>(file);
  EXPECT_EQ(result.packets.size(), 590u);
  EXPECT_EQ(result.warnings, set_of({TrackWarning::kAudioLeftOut}));
}

TEST(Mp3OddFilesTest, ATagInTheMidstIsAnMpegFrameOfSilence) {
  const auto part = vbr_mpeg_frames(100, 1);
  const auto tag = plain_xing(mpeg1_header(9), 100, static_cast<std::uint32_t>(part.size() + 417));
  expect_length(join({tag, part, tag, part}), 201, set_of({TrackWarning::kLengthCorrected}));
}

TEST(Mp3OddFilesTest, TrimsThatWouldLeaveNothingAreNotBelieved) {
  const auto gapless = [](int count, std::uint32_t delay, std::uint32_t padding) {
    const auto audio = cbr_mpeg_frames(count);
    const auto tag =
        xing_mpeg_frame(mpeg1_header(9), {.name = "Info",
                                          .frames = static_cast<std::uint32_t>(count),
                                          .bytes = static_cast<std::uint32_t>(audio.size() + 417),
                                          .delay = delay,
                                          .padding = padding});
    return demux<Mp3Demuxer>(join({tag, audio})).info;
  };
  EXPECT_EQ(gapless(1, 4095, 4095).frame_count, 1152);
  EXPECT_EQ(gapless(3, 4095, 4095).frame_count, 3 * 1152);
  EXPECT_EQ(gapless(3, 576, 2880).frame_count, 3 * 1152);
  EXPECT_EQ(gapless(3, 576, 2879).frame_count, 1);
  EXPECT_EQ(gapless(8, 4095, 4095).frame_count, 8 * 1152 - 4095 - 4095);
}

TEST(Mp3OddFilesTest, WhatChangesItsRateOrLayerIsLeftOutAndTold) {
  const auto left_out = set_of({TrackWarning::kAudioLeftOut});
  const auto own = repeat(kMono64, 20);
  const auto half = repeat(kHalfRate, 20);
  ByteWriter layer2;
  for (int i = 0; i < 20; ++i) layer2.be(0xFFFDC000, 4).zeros(831);
  expect_length(join({own, half}), 20, left_out);
  expect_length(join({own, half, own}), 40, left_out);
  expect_length(join({own, repeat(0xFFFB54C0, 20), own}), 40, left_out);  // 48 kHz.
  expect_length(join({own, layer2.data(), own}), 40, left_out);
  // The same where the size calls for a proof of a constant bit rate, and where a tag tells it.
  const auto long_own = repeat(kMono64, 1000);
  const auto long_half = repeat(kHalfRate, 1000);
  expect_length(join({long_own, long_half}), 1000, left_out);
  expect_length(join({long_own, long_half, long_own}), 2000, left_out);
  const auto tag = plain_xing(kMono64, 1000, static_cast<std::uint32_t>(208 + long_own.size()));
  expect_length(join({tag, long_own, half}), 1000, left_out);
  expect_length(join({tag, long_own, long_half}), 1000, left_out);
}

TEST(Mp3OddFilesTest, AChangeBehindATagOfTheWholeIsToldWhileItIsRead) {
  const auto own = vbr_mpeg_frames(300, 2);
  const auto half = repeat(kHalfRate, 300);
  const auto tag =
      plain_xing(mpeg1_header(9), 600, static_cast<std::uint32_t>(417 + own.size() + half.size()));
  const Demuxed result = demux<Mp3Demuxer>(join({tag, own, half}));
  EXPECT_EQ(result.packets.size(), 300u);
  EXPECT_TRUE(result.warnings.has(TrackWarning::kAudioLeftOut));
}

TEST(Mp3OddFilesTest, SeeksInAJoinedFileLeadToTheSamePacketsAsReadingOn) {
  const auto own = vbr_mpeg_frames(200, 2);
  const auto file = join({own, repeat(kHalfRate, 50), own, repeat(0xFFFB54C0, 50), own});
  const Demuxed linear = demux<Mp3Demuxer>(file);
  ASSERT_EQ(linear.packets.size(), 600u);
  for (FrameCount frame = 0; frame < linear.info.frame_count; frame += 37'777) {
    SplitFeeder feeder(file, kWhole);
    Mp3Demuxer demuxer;
    ASSERT_TRUE(feeder.read_header(demuxer));
    ASSERT_TRUE(feeder.seek(demuxer, frame));
    for (const OwnedPacket& packet : feeder.read_packets(demuxer, 10)) {
      EXPECT_EQ(packet.bytes,
                linear.packets[static_cast<std::size_t>(packet.first_frame / 1152)].bytes);
    }
  }
}

TEST(Mp3OddFilesTest, JunkOnTheWayIsToldAndPaddingBehindATagIsNot) {
  const auto junk = set_of({TrackWarning::kJunkSkipped});
  const auto vbr = vbr_mpeg_frames(100, 2);
  const auto tag = id3_tag(3, id3_frame(3, "TIT2", id3_text(0, "Song")));
  expect_length(join({tag, std::vector<std::byte>(2000), vbr}), 100, {});
  expect_length(join({tag, std::vector<std::byte>(5000), repeat(kMono64, 20)}), 20, junk);
  expect_length(join({tag, std::vector<std::byte>(250'000), vbr}), 100, junk);
  expect_length(join({vbr, std::vector<std::byte>(3000), vbr}), 200, junk);
}

TEST(Mp3OddFilesTest, WhatAProbeMeetsIsNotTold) {
  const auto vbr = vbr_mpeg_frames(300, 2);
  const auto half = repeat(kHalfRate, 20);
  for (const auto& between : {std::vector<std::byte>(3000), half}) {
    auto audio = join({vbr, between, vbr});
    audio.resize(audio.size() - 30);
    const auto bytes = static_cast<std::uint32_t>(417 + audio.size());
    const auto file = join({plain_xing(mpeg1_header(9), 600, bytes), audio});
    SplitFeeder feeder(file, kWhole);
    Mp3Demuxer demuxer;
    ASSERT_TRUE(feeder.read_header(demuxer));
    ASSERT_TRUE(demuxer.warnings().empty());
    for (const FrameCount frame : {0, 200 * 1152}) {
      ASSERT_TRUE(feeder.seek_near(demuxer, frame));
      EXPECT_GT(feeder.read_packets(demuxer).size(), 300u);
      EXPECT_TRUE(demuxer.warnings().empty()) << frame;
    }
    ASSERT_TRUE(feeder.seek(demuxer, 0));
    EXPECT_EQ(feeder.read_packets(demuxer).size(), 599u);
    EXPECT_FALSE(demuxer.warnings().empty());
  }
}

TEST(Mp3OddFilesTest, ALastMpegFrameThatIsCutOffIsTold) {
  auto file = vbr_mpeg_frames(100, 2);
  file.resize(file.size() - 50);
  expect_length(file, 99, set_of({TrackWarning::kEndsEarly}));
}

// Whatever is cut off, the length is that of the whole MPEG frames, as walking finds them.
TEST(Mp3OddFilesTest, ATaggedFileWhoseLastMpegFrameIsCutOffIsNotWalked) {
  const auto vbr = join({vbr_mpeg_frames(5000, 6), silent_mpeg_frame(mpeg1_header(1)),
                         silent_mpeg_frame(mpeg1_header(9))});
  const auto tag = plain_xing(mpeg1_header(9), 5002, static_cast<std::uint32_t>(vbr.size() + 417));
  const auto whole = join({tag, vbr});
  struct Row {
    std::size_t cut;
    std::int64_t mpeg_frames;
    bool cheap;
  };
  for (const Row& row : {Row{1, 5001, true}, Row{300, 5001, true}, Row{413, 5001, true},
                         Row{416, 5001, false}, Row{450, 5000, false}}) {
    SCOPED_TRACE(row.cut);
    const auto file =
        std::vector(whole.begin(), whole.end() - static_cast<std::ptrdiff_t>(row.cut));
    SplitFeeder feeder(file, kWhole);
    Mp3Demuxer demuxer;
    ASSERT_TRUE(feeder.read_header(demuxer));
    EXPECT_EQ(feeder.supplied_bytes() <= 20u * 1024, row.cheap) << feeder.supplied_bytes();
    if (row.cheap) {
      EXPECT_LE(feeder.requests().size(), 4u);
    }
    const Demuxed result = demux<Mp3Demuxer>(file);
    EXPECT_EQ(static_cast<std::int64_t>(result.packets.size()), row.mpeg_frames);
    EXPECT_EQ(result.info.frame_count, row.mpeg_frames * 1152);
    if (row.cheap) {
      EXPECT_EQ(result.info.warnings, set_of({TrackWarning::kEndsEarly}));
      EXPECT_EQ(result.warnings, set_of({TrackWarning::kEndsEarly}));
    }
  }
}

// The length of a tag at the end, taken off where it need not be.
TEST(Mp3OddFilesTest, AClaimThatIsShortByATagIsBelieved) {
  const auto vbr = vbr_mpeg_frames(600, 3);
  for (const std::uint32_t tag_bytes : {32U, 128U, 300U}) {
    const auto bytes = static_cast<std::uint32_t>(vbr.size() + 417 - tag_bytes);
    expect_length(join({plain_xing(mpeg1_header(9), 600, bytes), vbr}), 600, {});
  }
}

TEST(Mp3OddFilesTest, OneMpegFrameBetweenTagsPlays) {
  const auto id3v1 = ByteWriter().text("TAG").zeros(125).data();
  expect_length(join({cbr_mpeg_frames(1), id3v1}), 1, {});
}

TEST(Mp3OddFilesTest, ANormalFileCostsAsMuchAsEver) {
  const auto vbr = vbr_mpeg_frames(5000, 6);
  const auto file =
      join({plain_xing(mpeg1_header(9), 5000, static_cast<std::uint32_t>(vbr.size() + 417)), vbr});
  SplitFeeder feeder(file, kWhole);
  Mp3Demuxer demuxer;
  ASSERT_TRUE(feeder.read_header(demuxer));
  // The front, the tail, the first MPEG frame and what follows it.
  EXPECT_LE(feeder.requests().size(), 3u);
  EXPECT_LE(feeder.supplied_bytes(), 10u * 1024);
}

}  // namespace
}  // namespace engine
