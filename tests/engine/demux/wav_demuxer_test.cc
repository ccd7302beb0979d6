#include "engine/demux/wav_demuxer.h"

#include <algorithm>
#include <random>
#include <string>

#include <gtest/gtest.h>

#include "tests/support/byte_writer.h"
#include "tests/support/pcm_signal.h"
#include "tests/support/split_feeder.h"

namespace engine {
namespace {

using testing::ByteWriter;
using testing::kWhole;
using testing::make_signal;
using testing::OwnedPacket;
using testing::SplitFeeder;
using testing::wav_file;

// The body of a "fmt " chunk of 16 bytes.
std::vector<std::byte> fmt(unsigned tag, unsigned channels, unsigned rate_hz, unsigned bits) {
  const unsigned block = channels * ((bits + 7) / 8);
  return ByteWriter()
      .le(tag, 2)
      .le(channels, 2)
      .le(rate_hz, 4)
      .le(std::uint64_t{rate_hz} * block, 4)
      .le(block, 2)
      .le(bits, 2)
      .data();
}

ByteWriter riff() {
  return ByteWriter().text("RIFF").le(0, 4).text("WAVE");
}

void add_chunk(ByteWriter& file, std::string_view id, std::span<const std::byte> body) {
  file.text(id).le(body.size(), 4).bytes(body).zeros(body.size() % 2);
}

// 44 100 Hz, stereo, 16 bit, 3 000 frames; an odd-sized chunk stands between fmt and data.
std::vector<std::byte> stereo_file() {
  ByteWriter file = riff();
  add_chunk(file, "fmt ", fmt(1, 2, 44100, 16));
  add_chunk(file, "junk", std::vector<std::byte>(3));
  ByteWriter audio;
  for (int i = 0; i < 6000; ++i) audio.le(static_cast<std::uint64_t>(i) * 7, 2);
  add_chunk(file, "data", audio.data());
  return file.data();
}

Result<HeaderStep> read_header(std::span<const std::byte> file, std::size_t piece_size = kWhole) {
  SplitFeeder feeder(file, piece_size);
  WavDemuxer demuxer;
  return feeder.read_header(demuxer);
}

TrackInfo info_of(std::span<const std::byte> file) {
  const auto header = read_header(file);
  if (!header) {
    ADD_FAILURE() << header.error().words();
    return {};
  }
  return std::get<TrackInfo>(*header);
}

void expect_error(std::span<const std::byte> file, ErrorCode code, const std::string& text) {
  const auto header = read_header(file);
  ASSERT_FALSE(header);
  EXPECT_EQ(header.error().code(), code);
  EXPECT_NE(std::string(header.error().words()).find(text), std::string::npos)
      << header.error().words();
}

class WavDemuxerSplitTest : public ::testing::TestWithParam<std::size_t> {};

TEST_P(WavDemuxerSplitTest, ResultsDoNotDependOnHowBytesArrive) {
  const auto file = stereo_file();
  SplitFeeder feeder(file, GetParam());
  WavDemuxer demuxer;
  const auto header = feeder.read_header(demuxer);

  ASSERT_TRUE(header);
  TrackInfo expected;
  expected.container = Container::kWav;
  expected.codec = Codec::kPcmInt;
  expected.sample_rate_hz = 44100;
  expected.channels = 2;
  expected.bits_per_sample = 16;
  expected.frame_count = 3000;
  expected.block_bytes = 4;
  expected.audio_bytes = {56, 12056};
  EXPECT_EQ(std::get<TrackInfo>(*header), expected);

  std::vector<OwnedPacket> packets;
  for (const FrameCount first : {0, 1024, 2048}) {
    const FrameCount count = std::min<FrameCount>(1024, 3000 - first);
    const auto begin = file.begin() + 56 + 4 * first;
    packets.push_back({first, count, {begin, begin + 4 * count}, false});
  }
  EXPECT_EQ(feeder.read_packets(demuxer), packets);
}

INSTANTIATE_TEST_SUITE_P(PieceSizes, WavDemuxerSplitTest, ::testing::Values(1, 7, 17, 4096));

TEST(WavDemuxerTest, SeekLandsOnThePacketGrid) {
  const auto file = stereo_file();
  SplitFeeder feeder(file, kWhole);
  WavDemuxer demuxer;
  ASSERT_TRUE(feeder.read_header(demuxer));
  const auto all = feeder.read_packets(demuxer);
  for (FrameCount frame = 0; frame <= 3000; ++frame) {
    const auto placed = feeder.seek(demuxer, frame);
    ASSERT_TRUE(placed);
    const FrameCount first = std::get<Placed>(*placed).first_frame;
    ASSERT_EQ(first, frame == 3000 ? 3000 : frame / 1024 * 1024);
    const auto packets = feeder.read_packets(demuxer);
    const auto skipped = frame == 3000 ? all.end() : all.begin() + frame / 1024;
    ASSERT_EQ(packets, std::vector(skipped, all.end()));
  }
}

TEST(WavDemuxerTest, ProbeRangeIsExactlyWhatIsRead) {
  const auto file = stereo_file();
  SplitFeeder feeder(file, kWhole);
  WavDemuxer demuxer;
  ASSERT_TRUE(feeder.read_header(demuxer));
  EXPECT_EQ(demuxer.probe_range(feeder.source(), 0, 1), (ByteRange{56, 56 + 4096}));
  EXPECT_EQ(demuxer.probe_range(feeder.source(), 1500, 10), (ByteRange{56 + 4096, 56 + 8192}));
  EXPECT_EQ(demuxer.probe_range(feeder.source(), 2999, 1 << 20), (ByteRange{56 + 8192, 12056}));
  EXPECT_EQ(demuxer.probe_range(feeder.source(), 3000, 0), (ByteRange{56 + 8192, 12056}));
}

TEST(WavDemuxerTest, BigChunksBeforeDataAreNotFetched) {
  ByteWriter file = riff();
  add_chunk(file, "fmt ", fmt(1, 1, 8000, 8));
  add_chunk(file, "id3 ", std::vector<std::byte>(5 << 20));
  add_chunk(file, "LIST", std::vector<std::byte>(1 << 20));
  add_chunk(file, "data", std::vector<std::byte>(10));
  SplitFeeder feeder(file.data(), kWhole);
  WavDemuxer demuxer;
  ASSERT_TRUE(feeder.read_header(demuxer));
  EXPECT_EQ(feeder.read_packets(demuxer).size(), 1u);
  EXPECT_LT(feeder.supplied_bytes(), 2000u);
}

TEST(WavDemuxerTest, ListInfoBeforeDataIsRead) {
  ByteWriter list;
  list.text("INFO");
  add_chunk(list, "INAM", ByteWriter().text(std::string_view("Odd\0", 4)).zeros(1).data());
  add_chunk(list, "ICMT", ByteWriter().text("comment").data());
  add_chunk(list, "IART", ByteWriter().text("Caf\xE9 ").data());  // ISO 8859-1.
  add_chunk(list, "IPRD", ByteWriter().text("Caf\xC3\xA9").data());
  ByteWriter file = riff();
  add_chunk(file, "fmt ", fmt(1, 1, 8000, 8));
  add_chunk(file, "LIST", list.data());
  add_chunk(file, "data", std::vector<std::byte>(10));
  EXPECT_EQ(info_of(file.data()).tags, (Tags{"Odd", "Caf\xC3\xA9", "Caf\xC3\xA9"}));
}

TEST(WavDemuxerTest, EveryWidthIsUnderstood) {
  struct Width {
    unsigned tag, bits;
    Codec codec;
    int block_bytes;
  };
  for (const Width width : {Width{1, 8, Codec::kPcmInt, 2}, Width{1, 12, Codec::kPcmInt, 4},
                            Width{1, 16, Codec::kPcmInt, 4}, Width{1, 24, Codec::kPcmInt, 6},
                            Width{1, 32, Codec::kPcmInt, 8}, Width{3, 32, Codec::kPcmFloat, 8},
                            Width{3, 64, Codec::kPcmFloat, 16}}) {
    ByteWriter file = riff();
    add_chunk(file, "fmt ", fmt(width.tag, 2, 48000, width.bits));
    add_chunk(file, "data", std::vector<std::byte>(100));
    const TrackInfo info = info_of(file.data());
    EXPECT_EQ(info.codec, width.codec);
    EXPECT_EQ(info.bits_per_sample, static_cast<int>(width.bits));
    EXPECT_EQ(info.block_bytes, width.block_bytes);
    EXPECT_EQ(info.frame_count, 100 / width.block_bytes);
  }
}

TEST(WavDemuxerTest, ExtensibleHeaderGivesValidBitsAndChannelMask) {
  const auto file = wav_file(make_signal({96000, 6, 20, 100, {}}, 1));
  const TrackInfo info = info_of(file);
  EXPECT_EQ(info.codec, Codec::kPcmInt);
  EXPECT_EQ(info.bits_per_sample, 20);
  EXPECT_EQ(info.block_bytes, 18);
  EXPECT_EQ(info.channel_mask, 0x3Fu);
  EXPECT_EQ(info.frame_count, 100);
}

TEST(WavDemuxerTest, DataWithoutUsableSizeEndsWithTheFile) {
  for (const std::uint64_t size : {0ULL, 0xFFFFFFFFULL, 1000ULL, 0x7FFFFFF0ULL}) {
    ByteWriter file = riff();
    add_chunk(file, "fmt ", fmt(1, 1, 8000, 16));
    file.text("data").le(size, 4).zeros(333);
    const TrackInfo info = info_of(file.data());
    EXPECT_EQ(info.frame_count, 166) << size;
    EXPECT_EQ(info.audio_bytes, (ByteRange{44, 44 + 332}));
  }
}

TEST(WavDemuxerTest, AChunkThatIsNotWhereTheSizesPutItIsFound) {
  ByteWriter info;
  info.text("INFO");
  add_chunk(info, "INAM", ByteWriter().text("abc").data());
  info.data().pop_back();
  const auto format = fmt(1, 2, 44100, 16);
  const auto extended = ByteWriter().bytes(format).zeros(2).data();
  struct Row {
    const char* what;
    std::size_t fmt_told;  // 16 or 18 bytes are there.
    std::span<const std::byte> fmt_body;
    std::size_t list_told;  // 15 bytes are there.
    std::size_t padding;
  };
  for (const Row& row :
       {Row{"right", 16, format, 15, 1}, Row{"no padding", 16, format, 15, 0},
        Row{"one too few", 16, format, 14, 1}, Row{"one too many", 16, format, 16, 0},
        Row{"two too many", 16, format, 18, 1}, Row{"fmt of 14", 14, format, 15, 1},
        Row{"fmt of 17", 17, extended, 15, 1}, Row{"fmt of 16 for 18", 16, extended, 15, 1},
        Row{"nonsense", 16, format, 3000, 1}, Row{"past the file", 16, format, 0x70000000, 1}}) {
    SCOPED_TRACE(row.what);
    ByteWriter file = riff();
    file.text("fmt ").le(row.fmt_told, 4).bytes(row.fmt_body);
    file.text("LIST").le(row.list_told, 4).bytes(info.data()).zeros(row.padding);
    ByteWriter audio;
    for (int i = 0; i < 6000; ++i) audio.le(static_cast<std::uint64_t>(i) * 7, 2);
    file.text("data").le(audio.size(), 4);
    const std::uint64_t begin = file.size();
    file.bytes(audio.data());
    for (const std::size_t piece_size : {std::size_t{1}, std::size_t{17}, kWhole}) {
      const auto header = read_header(file.data(), piece_size);
      ASSERT_TRUE(header) << header.error().words();
      const TrackInfo track = std::get<TrackInfo>(*header);
      EXPECT_EQ(track.audio_bytes, (ByteRange{begin, begin + 12000}));
      EXPECT_EQ(track.frame_count, 3000);
      EXPECT_TRUE(track.warnings.empty());
    }
  }
}

TEST(WavDemuxerTest, DataThatAreCutOffAreFoundBehindAWrongSize) {
  ByteWriter info;
  info.text("INFO");
  add_chunk(info, "ICMT", ByteWriter().text("the data of a tape").data());
  const auto ends_early = TrackWarning::kEndsEarly;
  for (const std::uint64_t list_told :
       {info.size() - 1, info.size() + 2, std::size_t{3000}, std::size_t{0x70000000}}) {
    for (const std::uint64_t data_told :
         {0x7FFFFFFFULL, 0x7FFFFFF0ULL, 0xFFFFFFFFULL, 100'000ULL}) {
      SCOPED_TRACE(::testing::Message() << list_told << " " << data_told);
      ByteWriter file = riff();
      add_chunk(file, "fmt ", fmt(1, 2, 44100, 16));
      file.text("LIST").le(list_told, 4).bytes(info.data());
      file.text("data").le(data_told, 4);
      const std::uint64_t begin = file.size();
      for (int i = 0; i < 6000; ++i) file.le(static_cast<std::uint64_t>(i) * 7, 2);
      for (const std::size_t piece_size : {std::size_t{1}, std::size_t{17}, kWhole}) {
        const auto header = read_header(file.data(), piece_size);
        ASSERT_TRUE(header) << header.error().words();
        const TrackInfo track = std::get<TrackInfo>(*header);
        EXPECT_EQ(track.audio_bytes, (ByteRange{begin, begin + 12000}));
        EXPECT_EQ(track.frame_count, 3000);
        EXPECT_EQ(track.warnings.has(ends_early), data_told == 100'000);
      }
    }
  }
}

TEST(WavDemuxerTest, UnknownChunksAreNoReasonToSearch) {
  ByteWriter file = riff();
  add_chunk(file, "fmt ", fmt(1, 1, 8000, 8));
  add_chunk(file, "abcd", ByteWriter().text("data").le(1, 4).zeros(30).data());
  add_chunk(file, "Wxyz", ByteWriter().text("data").le(1, 4).zeros(31).data());
  add_chunk(file, "data", std::vector<std::byte>(10));
  EXPECT_EQ(info_of(file.data()).frame_count, 10);
}

TEST(WavDemuxerTest, DataThatAreEmptyHoldNoSound) {
  ByteWriter file = riff();
  add_chunk(file, "fmt ", fmt(1, 1, 8000, 16));
  add_chunk(file, "data", {});
  add_chunk(file, "LIST", std::vector<std::byte>(100));
  EXPECT_EQ(info_of(file.data()).frame_count, 0);
}

TEST(WavDemuxerTest, WhatIsCutOffOrLeftOutIsTold) {
  const auto warnings_of = [](std::uint64_t told, std::size_t there, std::string_view next_id) {
    ByteWriter file = riff();
    add_chunk(file, "fmt ", fmt(1, 2, 44100, 16));
    file.text("data").le(told, 4).zeros(there);
    if (!next_id.empty()) file.text(next_id).le(200'000, 4).zeros(200'000);
    return info_of(file.data()).warnings;
  };
  TrackWarnings early;
  TrackWarnings left_out;
  early.add(TrackWarning::kEndsEarly);
  left_out.add(TrackWarning::kAudioLeftOut);
  EXPECT_EQ(warnings_of(1000, 1000, ""), TrackWarnings());
  EXPECT_EQ(warnings_of(1001, 1000, ""), TrackWarnings());
  EXPECT_EQ(warnings_of(0x7FFFFFFF, 1000, ""), TrackWarnings());
  EXPECT_EQ(warnings_of(5000, 1000, ""), early);
  EXPECT_EQ(warnings_of(1000, 1000, "id3 "), TrackWarnings());
  EXPECT_EQ(warnings_of(1000, 1000, "data"), left_out);
  EXPECT_EQ(warnings_of(1000, 300'000, ""), left_out);
}

TEST(WavDemuxerTest, ASizeOf32BitsThatRanOverIsMadeGood) {
  ByteWriter head = riff();
  add_chunk(head, "fmt ", fmt(1, 2, 44100, 16));
  head.text("data").le(400, 4);
  head.zeros(16384 - head.size());
  ByteStore bytes;
  bytes.insert(0, head.data());
  const std::uint64_t data_bytes = (2ULL << 32) + 400;
  const Source source{bytes, 44 + data_bytes + 100};  // Tags follow.
  WavDemuxer demuxer;
  const auto header = demuxer.read_header(source);
  ASSERT_TRUE(header);
  const auto& info = std::get<TrackInfo>(*header);
  EXPECT_EQ(info.frame_count, static_cast<FrameCount>(data_bytes / 4));
  EXPECT_TRUE(info.warnings.has(TrackWarning::kLengthCorrected));
}

TEST(WavDemuxerTest, Rf64TakesTheSizeFromDs64) {
  for (const char* id : {"RF64", "BW64"}) {
    ByteWriter file;
    file.text(id).le(0xFFFFFFFF, 4).text("WAVE");
    add_chunk(file, "ds64", ByteWriter().le(0, 8).le(20, 8).le(10, 8).le(0, 4).data());
    add_chunk(file, "fmt ", fmt(1, 1, 8000, 16));
    file.text("data").le(0xFFFFFFFF, 4).zeros(20).text("junk").le(4, 4).zeros(4);
    EXPECT_EQ(info_of(file.data()).frame_count, 10);
  }
}

TEST(WavDemuxerTest, Wave64IsUnderstood) {
  const std::string riff_tail = "\x2E\x91\xCF\x11\xA5\xD6\x28\xDB\x04\xC1";
  const std::string tail = "\xF3\xAC\xD3\x11\x8C\xD1";
  const std::string tail_end = "\xC0\x4F\x8E\xDB\x8A";
  const auto guid = [&](ByteWriter& file, const char* id) {
    file.text(id).text(tail).zeros(1).text(tail_end);
  };
  ByteWriter file;
  file.text("riff").text(riff_tail).zeros(2).le(0, 8);
  guid(file, "wave");
  guid(file, "junk");
  file.le(24 + 3, 8).zeros(8);
  guid(file, "fmt ");
  file.le(24 + 16, 8).bytes(fmt(1, 2, 96000, 24));
  guid(file, "data");
  file.le(24 + 600, 8).zeros(700);
  const TrackInfo info = info_of(file.data());
  EXPECT_EQ(info.sample_rate_hz, 96000);
  EXPECT_EQ(info.frame_count, 100);
  EXPECT_EQ(info.audio_bytes.begin, file.size() - 700);
}

TEST(WavDemuxerTest, EachErrorHasItsCodeAndText) {
  expect_error({}, ErrorCode::kUnsupportedFormat, "too short");
  expect_error(ByteWriter().text("RIFX").zeros(60).data(), ErrorCode::kUnsupportedFormat,
               "not a WAV");
  ByteWriter data_first = riff();
  add_chunk(data_first, "data", std::vector<std::byte>(8));
  expect_error(data_first.data(), ErrorCode::kCorruptData, "before its format");

  struct Bad {
    unsigned tag, channels, rate_hz, bits;
    ErrorCode code;
    const char* text;
  };
  for (const Bad bad : {Bad{2, 1, 8000, 4, ErrorCode::kUnsupportedFormat, "ADPCM"},
                        Bad{6, 1, 8000, 8, ErrorCode::kUnsupportedFormat, "A-law"},
                        Bad{7, 1, 8000, 8, ErrorCode::kUnsupportedFormat, "mu-law"},
                        Bad{0x11, 1, 8000, 4, ErrorCode::kUnsupportedFormat, "IMA"},
                        Bad{0x55, 2, 44100, 0, ErrorCode::kUnsupportedFormat, "MPEG"},
                        Bad{0x999, 2, 44100, 16, ErrorCode::kUnsupportedFormat, "compressed"},
                        Bad{1, 0, 44100, 16, ErrorCode::kCorruptData, "without channels"},
                        Bad{1, 2, 44100, 0, ErrorCode::kCorruptData, "without channels"},
                        Bad{1, 9, 44100, 16, ErrorCode::kLimitExceeded, "channels"},
                        Bad{1, 2, 4000, 16, ErrorCode::kLimitExceeded, "sample rate"},
                        Bad{1, 2, 768000, 16, ErrorCode::kLimitExceeded, "sample rate"},
                        Bad{1, 2, 44100, 64, ErrorCode::kUnsupportedFormat, "width"},
                        Bad{3, 2, 44100, 16, ErrorCode::kUnsupportedFormat, "width"}}) {
    SCOPED_TRACE(bad.tag);
    ByteWriter file = riff();
    add_chunk(file, "fmt ", fmt(bad.tag, bad.channels, bad.rate_hz, bad.bits));
    add_chunk(file, "data", std::vector<std::byte>(64));
    expect_error(file.data(), bad.code, bad.text);
  }
  ByteWriter many = riff();
  for (int i = 0; i < 1100; ++i) add_chunk(many, "junk", {});
  expect_error(many.data(), ErrorCode::kLimitExceeded, "chunks");
}

TEST(WavDemuxerTest, CutOffAnywhereItIsAnErrorOrShorter) {
  auto file = stereo_file();
  for (std::size_t size = 0; size < 400; ++size) {
    const auto header = read_header(std::span<const std::byte>(file).first(size));
    ASSERT_EQ(static_cast<bool>(header), size >= 56) << size;
    if (header) {
      EXPECT_EQ(std::get<TrackInfo>(*header).frame_count, static_cast<FrameCount>(size - 56) / 4);
    }
  }
}

TEST(WavDemuxerTest, RandomBytesNeverHang) {
  const auto good = wav_file(make_signal({44100, 2, 24, 50, {}}, 1));
  for (unsigned seed = 0; seed < 3000; ++seed) {
    SCOPED_TRACE(seed);
    std::mt19937 random(seed);
    auto file = good;
    for (auto i = 1 + random() % 6; i-- > 0;) {
      file[12 + random() % 80] = static_cast<std::byte>(random());
    }
    SplitFeeder feeder(file, kWhole);
    WavDemuxer demuxer;
    const auto header = feeder.read_header(demuxer);
    if (!header) continue;
    const auto& info = std::get<TrackInfo>(*header);
    ASSERT_LE(info.audio_bytes.end, file.size());
    FrameCount end = 0;
    for (const auto& packet : feeder.read_packets(demuxer)) {
      ASSERT_EQ(packet.first_frame, end);
      end += packet.frame_count;
    }
    ASSERT_EQ(end, info.frame_count);
  }
}

}  // namespace
}  // namespace engine
