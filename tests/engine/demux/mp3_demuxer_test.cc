#include "engine/demux/mp3_demuxer.h"

#include <random>
#include <string>

#include <gtest/gtest.h>

#include "tests/engine/demux/id3_files.h"
#include "tests/engine/demux/mp3_files.h"
#include "tests/support/demux.h"

namespace engine {
namespace {

using namespace engine::testing;

void expect_one_timeline(const Demuxed& result) {
  FrameCount next = -result.info.leading_trim;
  for (const OwnedPacket& packet : result.packets) {
    EXPECT_EQ(packet.first_frame, next);
    EXPECT_FALSE(packet.preroll);
    next = packet.first_frame + packet.frame_count;
  }
  EXPECT_EQ(next, result.info.frame_count + result.info.trailing_trim);
}

/// Files of every way to know the length: name, bytes, MPEG frames.
struct Sample {
  std::string name;
  std::vector<std::byte> bytes;
  std::int64_t mpeg_frames;
};

std::vector<Sample> samples() {
  const auto vbr = vbr_mpeg_frames(300, 1);
  const auto cbr = cbr_mpeg_frames(300);
  const auto unpadded = cbr_mpeg_frames(300, false);
  const auto tag = [](const char* name, const std::vector<std::byte>& audio) {
    return xing_mpeg_frame(
        mpeg1_header(9),
        {.name = name, .frames = 300, .bytes = static_cast<std::uint32_t>(audio.size() + 417)});
  };
  const auto id3 = id3_tag(3, std::vector<std::byte>(1000));
  return {
      {"vbr without tag", vbr, 300},
      {"vbr with Xing", join({tag("Xing", vbr), vbr}), 300},
      {"cbr without tag", cbr, 300},
      {"cbr with Info", join({tag("Info", cbr), cbr}), 300},
      {"cbr that is never padded", unpadded, 300},
      {"cbr behind ID3v2 and junk", join({id3, std::vector<std::byte>(700), cbr}), 300},
      {"vbr that calls itself Info", join({tag("Info", vbr), vbr}), 300},
      {"small vbr", vbr_mpeg_frames(20, 2), 20},
      {"one MPEG frame", cbr_mpeg_frames(1), 1},
  };
}

TEST(Mp3DemuxerTest, EveryMpegFrameIsAPacketWhateverTheFileIsFedIn) {
  for (const Sample& sample : samples()) {
    SCOPED_TRACE(sample.name);
    const Demuxed whole = demux<Mp3Demuxer>(sample.bytes);
    EXPECT_EQ(static_cast<std::int64_t>(whole.packets.size()), sample.mpeg_frames);
    expect_one_timeline(whole);
    for (const std::size_t piece_size : {1U, 7U, 17U, 4096U}) {
      const Demuxed pieces = demux<Mp3Demuxer>(sample.bytes, piece_size);
      EXPECT_EQ(pieces.info, whole.info);
      EXPECT_EQ(pieces.packets, whole.packets);
    }
  }
}

TEST(Mp3DemuxerTest, TrimsWhatLameSaysOfItself) {
  const auto audio = cbr_mpeg_frames(100);
  const auto bytes = static_cast<std::uint32_t>(audio.size() + 417);
  struct Row {
    std::uint32_t delay, padding;
    FrameCount leading_trim, trailing_trim;
  };
  // As ffmpeg has it: 529 frames of decoder delay go to the front, and come off the padding.
  for (const Row& row : {Row{576, 1000, 1105, 471}, Row{0, 0, 529, 0}, Row{1105, 529, 1634, 0},
                         Row{576, 4095, 1105, 3566}}) {
    SCOPED_TRACE(row.padding);
    const auto tag = xing_mpeg_frame(mpeg1_header(9), {.name = "Info",
                                                       .frames = 100,
                                                       .bytes = bytes,
                                                       .delay = row.delay,
                                                       .padding = row.padding});
    const Demuxed result = demux<Mp3Demuxer>(join({tag, audio}));
    EXPECT_EQ(result.info.leading_trim, row.leading_trim);
    EXPECT_EQ(result.info.trailing_trim, row.trailing_trim);
    EXPECT_EQ(result.info.frame_count, 100 * 1152 - row.leading_trim - row.trailing_trim);
    EXPECT_EQ(result.info.audio_bytes, (ByteRange{417, 417 + audio.size()}));
  }
}

TEST(Mp3DemuxerTest, WithoutLameNothingIsTrimmed) {
  const auto audio = vbr_mpeg_frames(100, 3);
  const auto tag =
      xing_mpeg_frame(mpeg1_header(9), {.frames = 100,
                                        .bytes = static_cast<std::uint32_t>(audio.size() + 417),
                                        .encoder = "Xing     "});
  for (const auto& file : {audio, join({tag, audio})}) {
    const Demuxed result = demux<Mp3Demuxer>(file);
    EXPECT_EQ(result.info.leading_trim, 0);
    EXPECT_EQ(result.info.trailing_trim, 0);
    EXPECT_EQ(result.info.frame_count, 100 * 1152);
  }
}

TEST(Mp3DemuxerTest, ReadsVbriAsFraunhoferWritesIt) {
  const auto audio = vbr_mpeg_frames(100, 3);
  auto tag = silent_mpeg_frame(mpeg1_header(9), 0);
  ByteWriter vbri;
  vbri.text("VBRI").be(1, 2).be(1105, 2).be(75, 2).be(audio.size() + 417, 4).be(100, 4);
  std::copy(vbri.data().begin(), vbri.data().end(), tag.begin() + 36);
  const Demuxed result = demux<Mp3Demuxer>(join({tag, audio}));
  EXPECT_EQ(result.packets.size(), 100u);
  EXPECT_EQ(result.info.frame_count, 100 * 1152);
}

TEST(Mp3DemuxerTest, ATagThatDoesNotFitTheFileIsNotBelieved) {
  const auto audio = vbr_mpeg_frames(300, 4);
  const auto size = static_cast<std::uint32_t>(audio.size());
  // Two files in one; and counts that no bitrate could make of the bytes.
  for (const XingFields& fields :
       {XingFields{.frames = 100, .bytes = size / 3}, XingFields{.frames = 5, .bytes = size},
        XingFields{.frames = 0xFFFFFFFF, .bytes = size}}) {
    const Demuxed result =
        demux<Mp3Demuxer>(join({xing_mpeg_frame(mpeg1_header(9), fields), audio}));
    EXPECT_EQ(result.packets.size(), 300u);
    EXPECT_EQ(result.info.frame_count, 300 * 1152 - 1105);
  }
}

TEST(Mp3DemuxerTest, ConstantBitrateIsProvedWithAFewSmallRequests) {
  const auto file = cbr_mpeg_frames(20000);
  SplitFeeder feeder(file, kWhole);
  Mp3Demuxer demuxer;
  const auto header = feeder.read_header(demuxer);
  ASSERT_TRUE(header);
  EXPECT_EQ(std::get<TrackInfo>(*header).frame_count, 20000 * 1152);
  EXPECT_LE(feeder.supplied_bytes(), 64u * 1024);
  feeder.forget_requests();
  ASSERT_TRUE(feeder.seek(demuxer, 15000 * 1152));
  ASSERT_TRUE(feeder.read_packet(demuxer));
  EXPECT_LE(feeder.supplied_bytes(), 8u * 1024);
}

TEST(Mp3DemuxerTest, ADeclaredCountCostsNoWalk) {
  const auto audio = vbr_mpeg_frames(5000, 6);
  const auto tag = xing_mpeg_frame(
      mpeg1_header(9), {.frames = 5000, .bytes = static_cast<std::uint32_t>(audio.size() + 417)});
  const auto cover = id3_tag(3, id3_frame(3, "APIC", std::vector<std::byte>(5'000'000)));
  const Demuxed result = demux<Mp3Demuxer>(join({cover, tag, audio}));
  EXPECT_LE(result.header_bytes, 16u * 1024);
  EXPECT_EQ(result.packets.size(), 5000u);
}

TEST(Mp3DemuxerTest, SeeksLeadToTheSamePacketsAsReadingOnWhateverWasDoneBefore) {
  for (const Sample& sample : samples()) {
    SCOPED_TRACE(sample.name);
    const Demuxed linear = demux<Mp3Demuxer>(sample.bytes);
    SplitFeeder feeder(sample.bytes, kWhole);
    Mp3Demuxer used;
    ASSERT_TRUE(feeder.read_header(used));
    std::mt19937_64 random(9);
    for (int round = 0; round < 60; ++round) {
      const auto frame = static_cast<FrameCount>(
          random() % static_cast<std::uint64_t>(linear.info.frame_count + 1));
      SCOPED_TRACE(frame);
      const auto step = feeder.seek(used, frame);
      ASSERT_TRUE(step);
      const FrameCount placed = std::get<Placed>(*step).first_frame;
      EXPECT_LE(placed, frame);
      EXPECT_GT(placed + 1152, frame);
      const auto packets = feeder.read_packets(used, 20);

      SplitFeeder cold_feeder(sample.bytes, kWhole);
      Mp3Demuxer cold;
      ASSERT_TRUE(cold_feeder.read_header(cold));
      ASSERT_TRUE(cold_feeder.seek(cold, frame));
      EXPECT_EQ(cold_feeder.read_packets(cold, 20), packets);
      for (const OwnedPacket& packet : packets) {
        const auto number =
            static_cast<std::size_t>((packet.first_frame + linear.info.leading_trim) / 1152);
        EXPECT_EQ(packet.bytes, linear.packets[number].bytes);
        EXPECT_EQ(packet.preroll, packet.first_frame < placed);
      }
    }
  }
}

TEST(Mp3DemuxerTest, PrerollFillsTheReservoirOfEachVersion) {
  // 24 bytes in each MPEG frame, 11 of main data: 24 of them make 255, and two decode before.
  std::vector<std::byte> file;
  for (int i = 0; i < 400; ++i) file = join({file, silent_mpeg_frame(mpeg2_header(1))});
  SplitFeeder feeder(file, kWhole);
  Mp3Demuxer demuxer;
  ASSERT_TRUE(feeder.read_header(demuxer));
  ASSERT_TRUE(feeder.seek(demuxer, 300 * 576));
  std::size_t preroll = 0;
  for (const OwnedPacket& packet : feeder.read_packets(demuxer, 40)) preroll += packet.preroll;
  EXPECT_EQ(preroll, 26u);

  const auto cbr320 = [] {
    ByteWriter writer;
    for (int i = 0; i < 100; ++i) writer.bytes(silent_mpeg_frame(mpeg1_header(14)));
    return writer.data();
  }();
  SplitFeeder feeder320(cbr320, kWhole);
  Mp3Demuxer demuxer320;
  ASSERT_TRUE(feeder320.read_header(demuxer320));
  ASSERT_TRUE(feeder320.seek(demuxer320, 50 * 1152));
  preroll = 0;
  for (const OwnedPacket& packet : feeder320.read_packets(demuxer320, 40)) {
    preroll += packet.preroll;
  }
  EXPECT_EQ(preroll, 2u);
}

TEST(Mp3DemuxerTest, NearSeeksAskForLittleInsideTheProbeRange) {
  const auto audio = vbr_mpeg_frames(4000, 8);
  const auto tag = xing_mpeg_frame(
      mpeg1_header(9), {.frames = 4000, .bytes = static_cast<std::uint32_t>(audio.size() + 417)});
  for (const auto& file : {join({tag, audio}), cbr_mpeg_frames(4000), audio}) {
    SplitFeeder feeder(file, kWhole);
    Mp3Demuxer demuxer;
    const auto header = feeder.read_header(demuxer);
    ASSERT_TRUE(header);
    const TrackInfo& info = std::get<TrackInfo>(*header);
    for (const FrameCount frame : {FrameCount{0}, info.frame_count / 3, info.frame_count - 44100}) {
      const FrameCount count = 44100;
      const ByteRange range = demuxer.probe_range(feeder.source(), frame, count);
      EXPECT_FALSE(range.empty());
      EXPECT_LE(range.end, file.size());
      SplitFeeder cold_feeder(file, kWhole);
      Mp3Demuxer cold;
      ASSERT_TRUE(cold_feeder.read_header(cold));
      cold_feeder.store().insert(range.begin,
                                 std::span(file).subspan(static_cast<std::size_t>(range.begin),
                                                         static_cast<std::size_t>(range.size())));
      cold_feeder.forget_requests();
      const auto step = cold_feeder.seek_near(cold, frame);
      ASSERT_TRUE(step);
      EXPECT_LE(std::get<Placed>(*step).first_frame, frame);
      EXPECT_GT(std::get<Placed>(*step).first_frame, frame - 1152);
      const auto packets = cold_feeder.read_packets(cold, 30);
      EXPECT_EQ(packets.size(), 30u);
      EXPECT_LE(cold_feeder.supplied_bytes(), 16u * 1024);
      // The same once the demuxer knows every place.
      ASSERT_TRUE(feeder.seek(demuxer, info.frame_count));
      ASSERT_TRUE(feeder.seek_near(demuxer, frame));
      EXPECT_EQ(feeder.read_packets(demuxer, 30), packets);
    }
  }
}

TEST(Mp3DemuxerTest, ATruncatedFileHasTheLengthThatIsThere) {
  const auto vbr = vbr_mpeg_frames(300, 1);
  const auto cbr = cbr_mpeg_frames(300);
  for (const auto& audio : {vbr, cbr}) {
    const auto tag =
        xing_mpeg_frame(mpeg1_header(9), {.name = audio == cbr ? "Info" : "Xing",
                                          .frames = 300,
                                          .bytes = static_cast<std::uint32_t>(audio.size() + 417)});
    auto file = join({tag, audio});
    const Demuxed whole = demux<Mp3Demuxer>(file);
    EXPECT_TRUE(whole.info.warnings.empty());
    file.resize(file.size() / 2);
    const Demuxed half = demux<Mp3Demuxer>(file);
    const auto packets = static_cast<FrameCount>(half.packets.size());
    EXPECT_LT(packets, 200);
    EXPECT_EQ(half.info.frame_count, packets * 1152 - 1105);
    EXPECT_EQ(half.info.trailing_trim, 0);
    EXPECT_TRUE(half.info.warnings.has(TrackWarning::kEndsEarly));
    EXPECT_TRUE(std::equal(half.packets.begin(), half.packets.end(), whole.packets.begin()));
    SplitFeeder feeder(file, kWhole);
    Mp3Demuxer demuxer;
    ASSERT_TRUE(feeder.read_header(demuxer));
    ASSERT_TRUE(feeder.seek(demuxer, half.info.frame_count));
    for (const OwnedPacket& packet : feeder.read_packets(demuxer)) EXPECT_TRUE(packet.preroll);
  }
}

TEST(Mp3DemuxerTest, DamageInAConstantBitrateLeavesAGapOfItsLength) {
  auto file = cbr_mpeg_frames(400);
  const Demuxed whole = demux<Mp3Demuxer>(file);
  const auto begin = file.begin() + 200 * 417;
  std::fill(begin, begin + 2000, std::byte{0});
  const Demuxed damaged = demux<Mp3Demuxer>(file);
  EXPECT_EQ(damaged.info.frame_count, whole.info.frame_count);
  EXPECT_GE(damaged.packets.size(), 394u);
  EXPECT_LT(damaged.packets.size(), 398u);
  EXPECT_EQ(damaged.packets.back(), whole.packets.back());
}

TEST(Mp3DemuxerTest, DamageInAVariableBitrateIsPassedOver) {
  auto file = vbr_mpeg_frames(300, 5);
  std::fill(file.begin() + 60000, file.begin() + 63000, std::byte{0});
  const Demuxed damaged = demux<Mp3Demuxer>(file);
  EXPECT_GT(damaged.packets.size(), 285u);
  EXPECT_LT(damaged.packets.size(), 300u);
  expect_one_timeline(damaged);
}

TEST(Mp3DemuxerTest, SaysWhatIsWrong) {
  EXPECT_EQ(header_error<Mp3Demuxer>({}).code(), ErrorCode::kCorruptData);
  EXPECT_EQ(header_error<Mp3Demuxer>(id3_tag(3, std::vector<std::byte>(50))).code(),
            ErrorCode::kCorruptData);
  EXPECT_EQ(header_error<Mp3Demuxer>(std::vector<std::byte>(400'000, std::byte{0xFF})).code(),
            ErrorCode::kUnsupportedFormat);
  const auto tag = xing_mpeg_frame(mpeg1_header(9), {.frames = 10, .bytes = 5000});
  EXPECT_EQ(header_error<Mp3Demuxer>(tag).code(), ErrorCode::kCorruptData);
  // Free format: MPEG frames of equal size, which no header tells.
  ByteWriter free_format;
  for (int i = 0; i < 50; ++i) free_format.be(0xFFFB0000, 4).zeros(1000);
  EXPECT_EQ(header_error<Mp3Demuxer>(free_format.data()).code(), ErrorCode::kUnsupportedFormat);
}

// Reads all there is, seeks about, and checks only that everything ends and stays in bounds.
void run_through(const std::vector<std::byte>& file) {
  SplitFeeder feeder(file, 4096);
  Mp3Demuxer demuxer;
  const auto header = feeder.read_header(demuxer);
  if (!header) return;
  const TrackInfo info = std::get<TrackInfo>(*header);
  ASSERT_GE(info.frame_count, 0);
  ASSERT_LE(info.audio_bytes.end, file.size());
  static_cast<void>(feeder.read_packets(demuxer));
  for (const FrameCount frame : {info.frame_count / 2, info.frame_count, FrameCount{0}}) {
    ASSERT_TRUE(feeder.seek(demuxer, frame));
    static_cast<void>(feeder.read_packets(demuxer, 5));
    ASSERT_TRUE(feeder.seek_near(demuxer, frame));
    static_cast<void>(feeder.read_packets(demuxer, 5));
    const ByteRange range = demuxer.probe_range(feeder.source(), frame, 1000);
    ASSERT_FALSE(range.empty());
    ASSERT_LE(range.end, file.size());
  }
}

TEST(Mp3DemuxerTest, TruncationAtEveryOffsetOfASmallFileIsHarmless) {
  const auto audio = vbr_mpeg_frames(5, 7);
  const auto file =
      join({id3_tag(3, id3_frame(3, "TIT2", id3_text(0, "title"))),
            xing_mpeg_frame(mpeg1_header(5),
                            {.frames = 5, .bytes = static_cast<std::uint32_t>(audio.size())}),
            audio});
  for (std::size_t size = 0; size <= file.size(); ++size) {
    SCOPED_TRACE(size);
    run_through({file.begin(), file.begin() + static_cast<std::ptrdiff_t>(size)});
  }
}

TEST(Mp3DemuxerTest, RandomDamageIsHarmless) {
  const auto all = samples();
  for (unsigned seed = 0; seed < 150; ++seed) {
    SCOPED_TRACE(seed);
    std::mt19937 random(seed);
    std::vector<std::byte> file = all[seed % all.size()].bytes;
    for (auto flips = 1 + random() % 60; flips > 0; --flips) {
      // Half of it where it hurts most: in the tags and the first headers.
      const std::size_t limit =
          random() % 2 == 0 ? file.size() : std::min<std::size_t>(600, file.size());
      file[random() % limit] = static_cast<std::byte>(random());
    }
    if (random() % 3 == 0) file.resize(random() % file.size());
    run_through(file);
  }
}

}  // namespace
}  // namespace engine
