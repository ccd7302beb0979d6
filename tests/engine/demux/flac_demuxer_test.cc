#include "engine/demux/flac_demuxer.h"

#include <algorithm>
#include <cstdlib>
#include <iterator>
#include <random>
#include <string>

#include <gtest/gtest.h>

#include "tests/support/demux.h"
#include "tests/support/flac_builder.h"

namespace engine {
namespace {

using testing::ByteWriter;
using testing::demux;
using testing::Demuxed;
using testing::FlacBuilder;
using testing::header_error;
using testing::kWhole;
using testing::make_signal;
using testing::OwnedPacket;
using testing::SplitFeeder;

std::vector<std::byte> comment_block(std::initializer_list<std::string_view> fields) {
  ByteWriter body;
  body.le(4, 4).text("test").le(fields.size(), 4);
  for (const std::string_view field : fields) body.le(field.size(), 4).text(field);
  return body.data();
}

FlacBuilder small_stream() {
  FlacBuilder builder(make_signal({44100, 1, 16, 1500, {}}, 3));
  builder.blocks({64}).metadata(4, comment_block({"TITLE=A title", "artist=Someone"}));
  return builder;
}

FlacBuilder variable_stream() {
  FlacBuilder builder(make_signal({44100, 2, 12, 6000, {}}, 4));
  builder.blocks({16, 100, 33, 480, 1, 77}).variable_blocking();
  return builder;
}

class FlacDemuxerSplitTest : public ::testing::TestWithParam<std::size_t> {};

TEST_P(FlacDemuxerSplitTest, PacketsDoNotDependOnHowBytesArrive) {
  for (FlacBuilder builder : {small_stream(), variable_stream(), small_stream().unknown_length()}) {
    const auto file = builder.build();
    const Demuxed whole = demux<FlacDemuxer>(file);
    const Demuxed pieces = demux<FlacDemuxer>(file, GetParam());
    EXPECT_EQ(pieces.info, whole.info);
    EXPECT_EQ(pieces.packets, whole.packets);
    EXPECT_EQ(whole.packets.size(), builder.frame_offsets().size());
  }
}

INSTANTIATE_TEST_SUITE_P(PieceSizes, FlacDemuxerSplitTest, ::testing::Values(1, 7, 17, 4096));

TEST(FlacDemuxerTest, ReadsFactsAndTags) {
  FlacBuilder builder(make_signal({96000, 3, 20, 777, {}}, 1));
  builder.metadata(4, comment_block({"ALBUM=Alb\xC3\xBCm", "Title=T", "title=second",
                                     "WAVEFORMATEXTENSIBLE_CHANNEL_MASK=0x0B"}));
  const TrackInfo info = demux<FlacDemuxer>(builder.build()).info;
  EXPECT_EQ(info.container, Container::kFlac);
  EXPECT_EQ(info.codec, Codec::kFlac);
  EXPECT_EQ(info.sample_rate_hz, 96000);
  EXPECT_EQ(info.channels, 3);
  EXPECT_EQ(info.bits_per_sample, 20);
  EXPECT_EQ(info.frame_count, 777);
  EXPECT_EQ(info.channel_mask, 0x0Bu);
  EXPECT_EQ(info.codec_header.size(), 34u);
  EXPECT_EQ(info.tags, (Tags{"T", "", "Alb\xC3\xBCm"}));
}

TEST(FlacDemuxerTest, PacketsTileTheTrack) {
  for (FlacBuilder builder : {small_stream(), variable_stream()}) {
    const auto file = builder.build();
    const Demuxed all = demux<FlacDemuxer>(file);
    FrameCount expected = 0;
    for (std::size_t i = 0; i < all.packets.size(); ++i) {
      EXPECT_EQ(all.packets[i].first_frame, expected);
      EXPECT_FALSE(all.packets[i].preroll);
      expected += all.packets[i].frame_count;
    }
    EXPECT_EQ(expected, all.info.frame_count);
  }
}

TEST(FlacDemuxerTest, CutOffAnywhereItEndsEarlyOrIsAnError) {
  const auto file = small_stream().build();
  const Demuxed all = demux<FlacDemuxer>(file);
  for (std::size_t size = 0; size < file.size(); ++size) {
    SCOPED_TRACE(size);
    const std::span<const std::byte> all_bytes(file);
    SplitFeeder feeder(all_bytes.first(size), kWhole);
    FlacDemuxer demuxer;
    const auto header = feeder.read_header(demuxer);
    if (!header) continue;
    const auto packets = feeder.read_packets(demuxer);
    ASSERT_LT(packets.size(), all.packets.size());
    ASSERT_TRUE(std::equal(packets.begin(), packets.end(), all.packets.begin()));
    const auto end = feeder.read_packet(demuxer);
    ASSERT_TRUE(end);
    ASSERT_TRUE(std::holds_alternative<EndOfStream>(*end));
    ASSERT_FALSE(packets.empty());
    // A seek behind the cut comes to rest at the last packet that is whole.
    const FrameCount length = std::get<TrackInfo>(*header).frame_count;
    const auto placed = feeder.seek(demuxer, length - 1);
    ASSERT_TRUE(placed);
    ASSERT_EQ(std::get<Placed>(*placed).first_frame, packets.back().first_frame);
  }
}

TEST(FlacDemuxerTest, CutOffWithoutDeclaredLengthIsAsLongAsItsPackets) {
  FlacBuilder builder = small_stream().unknown_length();
  const auto file = builder.build();
  const auto& offsets = builder.frame_offsets();
  for (std::size_t size = offsets[1]; size < file.size(); size += 13) {
    SCOPED_TRACE(size);
    const Demuxed cut = demux<FlacDemuxer>(std::span(file).first(size));
    std::size_t whole_packets = 0;
    while (whole_packets + 1 < offsets.size() && offsets[whole_packets + 1] <= size) {
      ++whole_packets;
    }
    ASSERT_EQ(cut.packets.size(), whole_packets);
    ASSERT_EQ(cut.info.frame_count, static_cast<FrameCount>(64 * whole_packets));
  }
}

// Checks that seeking to each of `targets` leads where reading from the start comes by.
void expect_exact_seeks(std::span<const std::byte> file, std::size_t piece_size,
                        const std::vector<FrameCount>& targets) {
  const Demuxed all = demux<FlacDemuxer>(file);
  SplitFeeder warm_feeder(file, piece_size);
  FlacDemuxer warm;
  ASSERT_TRUE(warm_feeder.read_header(warm));
  for (const FrameCount target : targets) {
    SCOPED_TRACE(target);
    // The last packet that begins at or before the target, else the first.
    std::size_t expected = 0;
    while (expected + 1 < all.packets.size() && all.packets[expected + 1].first_frame <= target) {
      ++expected;
    }
    SplitFeeder cold_feeder(file, piece_size);
    FlacDemuxer cold;
    ASSERT_TRUE(cold_feeder.read_header(cold));
    for (auto [feeder, demuxer] :
         {std::pair(&warm_feeder, &warm), std::pair(&cold_feeder, &cold)}) {
      const auto placed = feeder->seek(*demuxer, target);
      ASSERT_TRUE(placed);
      ASSERT_EQ(std::get<Placed>(*placed).first_frame, all.packets[expected].first_frame);
      const auto packets = feeder->read_packets(*demuxer, 2);
      ASSERT_FALSE(packets.empty());
      ASSERT_EQ(packets[0], all.packets[expected]);
      if (packets.size() > 1) {
        ASSERT_EQ(packets[1], all.packets[expected + 1]);
      }
    }
  }
}

TEST(FlacDemuxerTest, SeekToEveryFrameIsExact) {
  std::vector<FrameCount> targets(1500);
  std::mt19937 random(1);
  for (std::size_t i = 0; i < targets.size(); ++i) targets[i] = static_cast<FrameCount>(i);
  std::shuffle(targets.begin(), targets.end(), random);
  expect_exact_seeks(small_stream().build(), kWhole, targets);
  expect_exact_seeks(variable_stream().build(), kWhole, targets);
}

TEST(FlacDemuxerTest, SeekBehindTheLastFrameIsTheEnd) {
  const auto file = small_stream().build();
  SplitFeeder feeder(file, kWhole);
  FlacDemuxer demuxer;
  ASSERT_TRUE(feeder.read_header(demuxer));
  ASSERT_TRUE(feeder.seek(demuxer, 1500));
  EXPECT_TRUE(feeder.read_packets(demuxer).empty());
  ASSERT_TRUE(feeder.seek(demuxer, 0));
  EXPECT_EQ(feeder.read_packets(demuxer).size(), 24u);
}

// A long stream whose byte rate varies by a factor of 400 from section to section: noise as it is,
// then a constant.
FlacBuilder uneven_stream(std::int64_t frames) {
  testing::PcmSignal signal{44100, 2, 16, frames, {}};
  std::mt19937 random(5);
  for (std::int64_t i = 0; i < 2 * frames; ++i) {
    const bool loud = (i / 2 / 4096) % 97 < 31;
    signal.samples.push_back(loud ? static_cast<std::int16_t>(random()) : 5);
  }
  FlacBuilder builder(std::move(signal));
  builder.blocks({1024});
  return builder;
}

std::vector<std::byte> seek_table(const FlacBuilder& builder, std::int64_t frame_shift) {
  ByteWriter table;
  const auto& offsets = builder.frame_offsets();
  for (std::size_t i = 0; i < offsets.size(); i += 40) {
    const auto frame = static_cast<std::int64_t>(1024 * i) + (i == 0 ? 0 : frame_shift);
    table.be(static_cast<std::uint64_t>(frame), 8).be(offsets[i] - offsets[0], 8).be(1024, 2);
  }
  return table.data();
}

TEST(FlacDemuxerTest, SeeksTakeFewRequestsWithAndWithoutSeekTable) {
  constexpr std::int64_t kFrames = 2000000;
  FlacBuilder plain = uneven_stream(kFrames);
  const auto plain_file = plain.build();
  FlacBuilder with_table = uneven_stream(kFrames);
  with_table.metadata(3, seek_table(plain, 0)).declare_frame_bytes_max();
  FlacBuilder with_lies = uneven_stream(kFrames);
  with_lies.metadata(3, seek_table(plain, 300000));
  std::mt19937 random(2);
  std::vector<FrameCount> targets(30);
  for (auto& target : targets) target = static_cast<FrameCount>(random() % kFrames);

  for (const auto& file : {plain_file, with_table.build(), with_lies.build()}) {
    expect_exact_seeks(file, kWhole, targets);
    for (const FrameCount target : targets) {
      SplitFeeder feeder(file, kWhole);
      FlacDemuxer demuxer;
      ASSERT_TRUE(feeder.read_header(demuxer));
      feeder.forget_requests();
      ASSERT_TRUE(feeder.seek(demuxer, target));
      EXPECT_LE(feeder.requests().size(), 16u) << target;
      EXPECT_LE(feeder.supplied_bytes(), 600000u) << target;
      ASSERT_EQ(feeder.read_packets(demuxer, 1).size(), 1u);
    }
  }
}

TEST(FlacDemuxerTest, SecondSeekNearbyAsksForNothing) {
  const auto file = uneven_stream(500000).build();
  SplitFeeder feeder(file, kWhole);
  FlacDemuxer demuxer;
  ASSERT_TRUE(feeder.read_header(demuxer));
  ASSERT_TRUE(feeder.seek(demuxer, 300000));
  ASSERT_EQ(feeder.read_packets(demuxer, 5).size(), 5u);
  feeder.forget_requests();
  ASSERT_TRUE(feeder.seek(demuxer, 302000));
  ASSERT_TRUE(feeder.seek(demuxer, 300000));
  EXPECT_EQ(feeder.requests().size(), 0u);
}

TEST(FlacDemuxerTest, PicturesAndPaddingAreNotFetched) {
  FlacBuilder builder = small_stream();
  builder.metadata(6, std::vector<std::byte>(5 << 20)).metadata(1, std::vector<std::byte>(100000));
  const auto file = builder.build();
  SplitFeeder feeder(file, kWhole);
  FlacDemuxer demuxer;
  const auto header = feeder.read_header(demuxer);
  ASSERT_TRUE(header);
  EXPECT_EQ(feeder.read_packets(demuxer).size(), 24u);
  EXPECT_LT(feeder.supplied_bytes(), 8000u + 2 * (12u << 10));
  EXPECT_LE(feeder.requests().size(), 3u);
  EXPECT_EQ(std::get<TrackInfo>(*header).tags.title, "A title");
}

TEST(FlacDemuxerTest, HugeCommentIsReadInPart) {
  const std::string long_field = "LYRICS=" + std::string(1 << 20, 'x');
  FlacBuilder builder(make_signal({44100, 1, 16, 1500, {}}, 3));
  builder.metadata(4, comment_block({"TITLE=Kept", long_field, "ARTIST=Too far"}));
  const auto file = builder.build();
  SplitFeeder feeder(file, kWhole);
  FlacDemuxer demuxer;
  const auto header = feeder.read_header(demuxer);
  ASSERT_TRUE(header);
  EXPECT_EQ(std::get<TrackInfo>(*header).tags, (Tags{"Kept", "", ""}));
  EXPECT_LT(feeder.supplied_bytes(), 70000u);
}

TEST(FlacDemuxerTest, Id3TagsAndRubbishAroundTheStreamAreNoAudio) {
  for (FlacBuilder builder : {small_stream(), small_stream().unknown_length()}) {
    const auto stream = builder.build();
    ByteWriter file;
    file.text("ID3").be(0x0400, 2).be(0, 1).be(0x0202, 4).zeros(258);
    file.bytes(stream).text("TAG").zeros(125).text("\xFF\xF8 and more");
    const Demuxed wrapped = demux<FlacDemuxer>(file.data());
    const Demuxed plain = demux<FlacDemuxer>(stream);
    EXPECT_EQ(wrapped.packets, plain.packets);
    EXPECT_EQ(wrapped.info.frame_count, 1500);
  }
}

TEST(FlacDemuxerTest, DamageCostsOnlyTheDamagedPackets) {
  FlacBuilder builder = small_stream();
  const auto file = builder.build();
  const auto offsets = builder.frame_offsets();
  const Demuxed all = demux<FlacDemuxer>(file);
  for (std::size_t frame = 0; frame < offsets.size(); ++frame) {
    const std::size_t end = frame + 1 < offsets.size() ? offsets[frame + 1] : file.size();
    for (const std::size_t at : {offsets[frame], offsets[frame] + 5, end - 9, end - 1}) {
      SCOPED_TRACE(at);
      auto damaged = file;
      damaged[at] ^= std::byte{0x41};
      auto expected = all.packets;
      expected.erase(expected.begin() + static_cast<std::ptrdiff_t>(frame));
      ASSERT_EQ(demux<FlacDemuxer>(damaged).packets, expected);
    }
  }
}

TEST(FlacDemuxerTest, SeeksInDamagedStreamsAgreeWithReading) {
  FlacBuilder builder = small_stream();
  auto file = builder.build();
  for (const std::size_t frame : {0U, 7U, 8U, 9U, 23U}) {
    file[builder.frame_offsets()[frame] + 20] ^= std::byte{1};
  }
  std::vector<FrameCount> targets;
  for (FrameCount target = 0; target < 1500; target += 31) targets.push_back(target);
  expect_exact_seeks(file, kWhole, targets);
}

// The samples of one block spell the header of the block after it, CRC-8 included.
TEST(FlacDemuxerTest, FalseSyncInsideTheAudioSplitsNothing) {
  testing::PcmSignal signal{44100, 1, 8, 16 * 6, {}};
  const std::vector<unsigned> header = {0xFF, 0xF8, 0x70, 0x00, 0x03, 0x00, 0x0F};
  ByteWriter bytes;
  for (const unsigned byte : header) bytes.be(byte, 1);
  bytes.be(crc8(bytes.data()), 1);
  const FlacStreamInfo info{16, 16, 0, 44100, 1, 8, 16 * 6};
  ASSERT_TRUE(parse_flac_frame_header(bytes.data(), info));
  for (int i = 0; i < 16 * 6; ++i) {
    const bool inside = i >= 32 && i < 40;
    const int value =
        inside ? std::to_integer<int>(bytes.data()[static_cast<std::size_t>(i) - 32]) : i % 7;
    signal.samples.push_back(static_cast<std::int8_t>(value));
  }
  FlacBuilder builder(signal);
  const auto file = builder.blocks({16}).build();
  const Demuxed all = demux<FlacDemuxer>(file);
  ASSERT_EQ(all.packets.size(), 6u);
  for (std::size_t i = 0; i < 6; ++i) {
    EXPECT_EQ(all.packets[i].first_frame, static_cast<FrameCount>(16 * i));
  }
}

// Headers and nothing else, made to look like a stream: a megabyte of them is refused in one go.
TEST(FlacDemuxerTest, HeadersWithoutAudioCostLittle) {
  FlacBuilder builder = small_stream();
  auto file = builder.build();
  const std::size_t begin = builder.frame_offsets()[0];
  const std::vector<std::byte> header(file.begin() + static_cast<std::ptrdiff_t>(begin),
                                      file.begin() + static_cast<std::ptrdiff_t>(begin) + 8);
  file.resize(begin);
  for (int i = 0; i < (1 << 17); ++i) file.insert(file.end(), header.begin(), header.end());
  SplitFeeder feeder(file, kWhole);
  feeder.store().insert(0, file);
  FlacDemuxer demuxer;
  const auto read = feeder.read_header(demuxer);
  ASSERT_FALSE(read);
  EXPECT_EQ(read.error().detail, ErrorDetail::kFlacNoFrames);
}

TEST(FlacDemuxerTest, SeekNearIsTheSameWhateverCameBefore) {
  const auto file = uneven_stream(300000).build();
  SplitFeeder warm_feeder(file, kWhole);
  FlacDemuxer warm;
  ASSERT_TRUE(warm_feeder.read_header(warm));
  warm_feeder.read_packets(warm, 100);
  for (FrameCount target = 0; target <= 300000; target += 7500) {
    SCOPED_TRACE(target);
    SplitFeeder feeder(file, 4096);
    FlacDemuxer cold;
    ASSERT_TRUE(feeder.read_header(cold));
    const auto here = feeder.seek_near(cold, target);
    const auto there = warm_feeder.seek_near(warm, target);
    ASSERT_TRUE(here);
    ASSERT_TRUE(there);
    EXPECT_EQ(std::get<Placed>(*here).first_frame, std::get<Placed>(*there).first_frame);
    EXPECT_EQ(feeder.read_packets(cold, 3), warm_feeder.read_packets(warm, 3));
    EXPECT_LE(feeder.requests().size(), 8u);
  }
}

TEST(FlacDemuxerTest, ProbeRangeHoldsWhatTheProbeReads) {
  FlacBuilder builder(make_signal({44100, 2, 16, 400000, {}}, 6));
  const auto file = builder.blocks({4096}).declare_frame_bytes_max().build();
  for (const FrameCount target : {0, 100000, 200000, 399999}) {
    SCOPED_TRACE(target);
    SplitFeeder feeder(file, kWhole);
    FlacDemuxer demuxer;
    ASSERT_TRUE(feeder.read_header(demuxer));
    const ByteRange range = demuxer.probe_range(feeder.source(), target, 20000);
    ASSERT_FALSE(range.empty());
    ASSERT_LE(range.end, file.size());
    feeder.store().insert(range.begin, std::span(file).subspan(range.begin, range.size()));
    feeder.forget_requests();
    const auto placed = feeder.seek_near(demuxer, target);
    ASSERT_TRUE(placed);
    EXPECT_LT(std::abs(std::get<Placed>(*placed).first_frame - target), 30000);
    feeder.read_packets(demuxer, 4);
    EXPECT_EQ(feeder.requests().size(), 0u);
  }
}

TEST(FlacDemuxerTest, RandomDamageNeverHangsNorGoesBack) {
  const auto streams = {small_stream().build(), variable_stream().build(),
                        small_stream().unknown_length().build()};
  for (unsigned seed = 0; seed < 300; ++seed) {
    SCOPED_TRACE(seed);
    std::mt19937 random(seed);
    for (auto file : streams) {
      const auto count = 1 + random() % 20;
      const std::size_t from = random() % 2 == 0 ? 0 : 100;
      for (unsigned long i = 0; i < count; ++i) {
        file[from + random() % (file.size() - from)] = static_cast<std::byte>(random());
      }
      SplitFeeder feeder(file, kWhole);
      FlacDemuxer demuxer;
      const auto header = feeder.read_header(demuxer);
      if (!header) continue;
      const FrameCount total = std::get<TrackInfo>(*header).frame_count;
      FrameCount end = 0;
      for (const auto& packet : feeder.read_packets(demuxer)) {
        ASSERT_GE(packet.first_frame, end);
        end = packet.first_frame + packet.frame_count;
        ASSERT_LE(end, total);
      }
      ASSERT_TRUE(feeder.seek(demuxer, static_cast<FrameCount>(random()) % (total + 1)));
      ASSERT_TRUE(feeder.seek_near(demuxer, static_cast<FrameCount>(random()) % (total + 1)));
    }
  }
}

TEST(FlacDemuxerTest, PureNoiseBehindTheHeaderIsNoAudio) {
  FlacBuilder builder = small_stream();
  auto file = builder.build();
  std::mt19937 random(9);
  file.resize(builder.frame_offsets()[0] + 300000);
  for (std::size_t i = builder.frame_offsets()[0]; i < file.size(); ++i) {
    file[i] = static_cast<std::byte>(random());
  }
  EXPECT_EQ(header_error<FlacDemuxer>(file).code(), ErrorCode::kCorruptData);
  auto unknown = small_stream().unknown_length().build();
  std::copy(file.begin() + static_cast<std::ptrdiff_t>(builder.frame_offsets()[0]), file.end(),
            std::back_inserter(unknown));
  unknown.erase(unknown.begin() + static_cast<std::ptrdiff_t>(builder.frame_offsets()[0]),
                unknown.begin() + static_cast<std::ptrdiff_t>(builder.frame_offsets()[0]) + 4000);
  EXPECT_EQ(header_error<FlacDemuxer>(unknown).code(), ErrorCode::kCorruptData);
}

TEST(FlacDemuxerTest, EachErrorHasItsCode) {
  const auto good = small_stream().build();
  EXPECT_EQ(header_error<FlacDemuxer>({}).code(), ErrorCode::kUnsupportedFormat);
  auto file = good;
  file[0] = std::byte{'g'};
  EXPECT_EQ(header_error<FlacDemuxer>(file).code(), ErrorCode::kUnsupportedFormat);
  file = good;
  file[4] = std::byte{0x01};  // Padding where STREAMINFO has to be.
  EXPECT_EQ(header_error<FlacDemuxer>(file).code(), ErrorCode::kCorruptData);
  file = good;
  file = good;
  file[18] = std::byte{0};  // 0x00AC4 = 2 756 Hz.
  file[19] = std::byte{0xAC};
  EXPECT_EQ(header_error<FlacDemuxer>(file).code(), ErrorCode::kLimitExceeded);
  file = good;
  EXPECT_EQ(header_error<FlacDemuxer>(std::span(good).first(30)).code(), ErrorCode::kCorruptData);
}

}  // namespace
}  // namespace engine
