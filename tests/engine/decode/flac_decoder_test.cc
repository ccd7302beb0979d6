#include "engine/decode/flac_decoder.h"

#include <algorithm>
#include <random>
#include <string>

#include <gtest/gtest.h>

#include "engine/base/byte_order.h"
#include "tests/support/decode_all.h"
#include "tests/support/flac_builder.h"
#include "tests/support/oracle_tools.h"
#include "tests/support/pcm_signal.h"

namespace engine {
namespace {

using testing::decode_all;
using testing::make_signal;
using testing::PcmSignal;

struct Case {
  const char* name;
  PcmSignal shape;
  const char* options;
  // Debian 12's ffmpeg 5.1 decodes neither 32 bits nor the longest block: `flac -d` is the oracle.
  bool ffmpeg_decodes = true;
};

// `flac` encodes a generated WAV file with every option that changes the bitstream.
const Case kCases[] = {
    {"Bits8", {44100, 2, 8, 20001, {}}, ""},
    {"Bits12", {44100, 2, 12, 20001, {}}, ""},
    {"Bits16", {44100, 2, 16, 50001, {}}, ""},
    {"Bits20", {44100, 2, 20, 20001, {}}, ""},
    {"Bits24", {44100, 2, 24, 50001, {}}, ""},
    {"Bits32", {44100, 2, 32, 20001, {}}, "", false},
    {"Rate8000", {8000, 2, 16, 20000, {}}, ""},
    {"Rate11025", {11025, 1, 16, 20000, {}}, ""},
    {"Rate12345", {12345, 2, 16, 20000, {}}, "--lax"},
    {"Rate32000", {32000, 2, 16, 20000, {}}, ""},
    {"Rate48000", {48000, 2, 24, 20000, {}}, ""},
    {"Rate88200", {88200, 2, 24, 20000, {}}, ""},
    {"Rate96000", {96000, 2, 24, 20000, {}}, ""},
    {"Rate176400", {176400, 2, 24, 20000, {}}, ""},
    {"Rate192000", {192000, 2, 24, 20000, {}}, ""},
    {"Rate384000", {384000, 1, 24, 20000, {}}, "--lax"},
    {"Mono", {44100, 1, 16, 20000, {}}, ""},
    {"Channels3", {44100, 3, 16, 20000, {}}, "--channel-map=none"},
    {"Channels4", {44100, 4, 16, 20000, {}}, "--channel-map=none"},
    {"Channels5", {44100, 5, 16, 20000, {}}, "--channel-map=none"},
    {"Channels6", {44100, 6, 24, 20000, {}}, ""},
    {"Channels7", {44100, 7, 16, 20000, {}}, "--channel-map=none"},
    {"Channels8", {44100, 8, 16, 20000, {}}, "--channel-map=none"},
    {"Block16", {44100, 2, 16, 20001, {}}, "-b 16 --lax"},
    {"Block192", {44100, 2, 16, 20001, {}}, "-b 192"},
    {"Block1000", {44100, 2, 16, 20001, {}}, "-b 1000 --lax"},
    {"Block4608", {44100, 2, 16, 20001, {}}, "-b 4608"},
    {"Block65535", {96000, 2, 24, 200001, {}}, "-b 65535 --lax", false},
    {"Level0", {44100, 2, 16, 30000, {}}, "-0"},
    {"Level1", {44100, 2, 16, 30000, {}}, "-1"},
    {"Level2", {44100, 2, 16, 30000, {}}, "-2"},
    {"Level3", {44100, 2, 16, 30000, {}}, "-3"},
    {"Level4", {44100, 2, 16, 30000, {}}, "-4"},
    {"Level5", {44100, 2, 16, 30000, {}}, "-5"},
    {"Level6", {44100, 2, 16, 30000, {}}, "-6"},
    {"Level7", {44100, 2, 16, 30000, {}}, "-7"},
    {"Level8", {44100, 2, 16, 30000, {}}, "-8"},
    {"HighOrder", {44100, 2, 24, 30000, {}}, "-l 32 --lax -r 0,15"},
    {"NoSeekTable", {44100, 2, 16, 30000, {}}, "--no-seektable --no-padding"},
    {"DenseSeekTable", {44100, 2, 16, 30000, {}}, "-S 5x -S 12345 -S 100x"},
    {"OneFrame", {44100, 2, 16, 1, {}}, ""},
    {"OneBlock", {44100, 2, 16, 4096, {}}, ""},
    {"OneBlockAndOneFrame", {44100, 2, 16, 4097, {}}, ""},
    {"NoSubset", {44100, 2, 16, 30000, {}}, "--lax -b 8192 -M"},
};

class FlacOracleTest : public ::testing::TestWithParam<Case> {};

// `oracle` holds little-endian, interleaved, left-justified samples of that many bytes each.
void expect_equal_samples(const AudioBuffer& audio, std::span<const std::byte> oracle,
                          std::size_t sample_bytes) {
  const auto channels = static_cast<std::size_t>(audio.channels());
  ASSERT_EQ(oracle.size(), static_cast<std::size_t>(audio.frames()) * channels * sample_bytes);
  std::int64_t different = 0;
  for (std::size_t i = 0; i < oracle.size() / sample_bytes; ++i) {
    const auto bits = static_cast<std::uint32_t>(load_le(oracle, sample_bytes * i, sample_bytes));
    const auto sample = static_cast<std::int32_t>(bits << (32 - 8 * sample_bytes));
    const float expected = static_cast<float>(sample) / 2147483648.0F;
    const auto plane = audio.channel(static_cast<int>(i % channels));
    if (plane[i / channels] != expected) ++different;
  }
  EXPECT_EQ(different, 0);
}

TEST_P(FlacOracleTest, EverySampleAndTheLengthEqualFfmpegAndTheOriginal) {
  if (!testing::require_program("flac") || !testing::require_program("ffmpeg")) return;
  const PcmSignal signal = make_signal(GetParam().shape, 7);
  const testing::TemporaryFolder folder;
  folder.write("in.wav", wav_file(signal));
  ASSERT_TRUE(testing::run_command("flac -s -f " + std::string(GetParam().options) + " -o " +
                                   folder.file("in.flac") + " " + folder.file("in.wav")));
  const bool use_ffmpeg = GetParam().ffmpeg_decodes;
  ASSERT_TRUE(testing::run_command(
      use_ffmpeg ? "ffmpeg -v error -i " + folder.file("in.flac") + " -f s32le -c:a pcm_s32le " +
                       folder.file("out.raw")
                 : "flac -d -s --force-raw-format --endian=little --sign=signed -o " +
                       folder.file("out.raw") + " " + folder.file("in.flac")));

  const auto decoded = decode_all(folder.read("in.flac"), testing::kWhole);
  EXPECT_EQ(decoded.info.frame_count, signal.frames);
  EXPECT_EQ(decoded.info.channels, signal.channels);
  EXPECT_EQ(decoded.info.sample_rate_hz, signal.sample_rate_hz);
  EXPECT_EQ(decoded.info.bits_per_sample, signal.bits);
  EXPECT_EQ(decoded.damaged_packets, 0);
  ASSERT_EQ(decoded.audio.frames(), signal.frames);
  expect_equal_samples(decoded.audio, folder.read("out.raw"),
                       use_ffmpeg ? 4 : static_cast<std::size_t>(signal.bits / 8));
  testing::ByteWriter original;
  for (const std::int32_t sample : signal.samples) {
    original.le(static_cast<std::uint64_t>(sample) << (32 - signal.bits), 4);
  }
  expect_equal_samples(decoded.audio, original.data(), 4);
}

INSTANTIATE_TEST_SUITE_P(Encodings, FlacOracleTest, ::testing::ValuesIn(kCases),
                         [](const auto& test) { return std::string(test.param.name); });

// What a packet decodes to depends on it alone: not on gaps, repeats or damage before it.
TEST(FlacDecoderTest, PacketsDecodeTheSameInAnyOrderAndAmongDamage) {
  testing::FlacBuilder builder(make_signal({44100, 2, 16, 40000, {}}, 9));
  const auto file = builder.blocks({256, 16, 4096}).variable_blocking().build();
  testing::SplitFeeder feeder(file, testing::kWhole);
  const auto demuxer = make_demuxer(Container::kFlac);
  const auto header = feeder.read_header(*demuxer);
  ASSERT_TRUE(header);
  const TrackInfo info = std::get<TrackInfo>(*header);
  const auto packets = feeder.read_packets(*demuxer);
  ASSERT_GT(packets.size(), 20u);
  auto warm = make_audio_decoder(info);
  ASSERT_TRUE(warm);

  std::mt19937 random(1);
  std::int64_t damaged = 0;
  for (int step = 0; step < 400; ++step) {
    const auto& packet = packets[random() % packets.size()];
    AudioBuffer out(2, 0);
    if (random() % 4 == 0) {
      auto broken = packet;
      broken.bytes[random() % broken.bytes.size()] ^= static_cast<std::byte>(1 + random() % 255);
      if (random() % 2 == 0) broken.bytes.resize(random() % broken.bytes.size());
      ASSERT_TRUE((*warm)->decode(broken.packet(), out));
      ASSERT_EQ(out.frames(), packet.frame_count);
      ASSERT_EQ((*warm)->damaged_packets(), ++damaged);
      for (int c = 0; c < 2; ++c) {
        for (const float sample : out.channel(c)) ASSERT_EQ(sample, 0.0F);
      }
      continue;
    }
    ASSERT_TRUE((*warm)->decode(packet.packet(), out));
    ASSERT_EQ((*warm)->damaged_packets(), damaged);
    auto cold = make_audio_decoder(info);
    ASSERT_TRUE(cold);
    AudioBuffer expected(2, 0);
    ASSERT_TRUE((*cold)->decode(packet.packet(), expected));
    for (int c = 0; c < 2; ++c) {
      const auto plane = out.channel(c);
      ASSERT_TRUE(std::equal(plane.begin(), plane.end(), expected.channel(c).begin()));
    }
  }
  EXPECT_GT(damaged, 50);
}

TEST(FlacDecoderTest, FrameOfAnotherRateOrShapeIsDamaged) {
  const auto packet_of = [](const testing::PcmSignal& shape, TrackInfo& info) {
    const auto file = testing::FlacBuilder(make_signal(shape, 1)).build();
    testing::SplitFeeder feeder(file, testing::kWhole);
    const auto demuxer = make_demuxer(Container::kFlac);
    info = std::get<TrackInfo>(*feeder.read_header(*demuxer));
    return feeder.read_packets(*demuxer, 1).at(0);
  };
  TrackInfo mono;
  TrackInfo stereo;
  const auto mono_packet = packet_of({44100, 1, 16, 64, {}}, mono);
  const auto stereo_packet = packet_of({44100, 2, 16, 64, {}}, stereo);
  auto decoder = make_audio_decoder(mono);
  ASSERT_TRUE(decoder);
  AudioBuffer out(1, 0);
  EXPECT_TRUE((*decoder)->decode(stereo_packet.packet(), out));
  EXPECT_EQ((*decoder)->damaged_packets(), 1);
  auto longer = mono_packet.packet();
  longer.frame_count = 65;  // More than it holds.
  EXPECT_TRUE((*decoder)->decode(longer, out));
  EXPECT_EQ((*decoder)->damaged_packets(), 2);
  auto preroll = longer;
  preroll.preroll = true;
  EXPECT_TRUE((*decoder)->decode(preroll, out));
  EXPECT_EQ((*decoder)->damaged_packets(), 2);
  EXPECT_TRUE((*decoder)->decode(mono_packet.packet(), out));
  EXPECT_EQ((*decoder)->damaged_packets(), 2);
  EXPECT_EQ(out.frames(), 64 + 65 + 65 + 64);
}

TEST(FlacDecoderTest, EveryBitDepthIsExact) {
  for (int bits = 4; bits <= 32; ++bits) {
    SCOPED_TRACE(bits);
    const PcmSignal signal = make_signal({44100, 2, bits, 20000, {}}, 3);
    const auto decoded = decode_all(testing::FlacBuilder(signal).blocks({1000}).build(), 4096);
    EXPECT_EQ(decoded.damaged_packets, 0);
    EXPECT_EQ(decoded.info.bits_per_sample, bits);
    ASSERT_EQ(decoded.audio.frames(), signal.frames);
    testing::ByteWriter original;
    for (const std::int32_t sample : signal.samples) {
      original.le(static_cast<std::uint64_t>(sample) << (32 - bits), 4);
    }
    expect_equal_samples(decoded.audio, original.data(), 4);
  }
}

TEST(FlacDecoderTest, HeaderThatIsNoneIsAnError) {
  TrackInfo info;
  info.codec = Codec::kFlac;
  info.channels = 2;
  info.bits_per_sample = 16;
  EXPECT_FALSE(make_audio_decoder(info));
  info.codec_header.resize(33);
  EXPECT_FALSE(make_audio_decoder(info));
}

// An encoder with variable blocking made by hand, against two decoders that know the standard.
TEST(FlacDecoderTest, VariableBlockingEqualsTheReferenceDecoder) {
  if (!testing::require_program("flac")) return;
  const PcmSignal signal = make_signal({48000, 2, 24, 30000, {}}, 2);
  testing::FlacBuilder builder(signal);
  const auto file = builder.blocks({16, 4608, 333, 1, 2048}).variable_blocking().build();
  const testing::TemporaryFolder folder;
  folder.write("in.flac", file);
  ASSERT_TRUE(
      testing::run_command("flac -d -s --force-raw-format --endian=little --sign=signed -o " +
                           folder.file("out.raw") + " " + folder.file("in.flac")));
  for (const std::size_t piece_size : {std::size_t{7}, std::size_t{4096}, testing::kWhole}) {
    const auto decoded = decode_all(file, piece_size);
    EXPECT_EQ(decoded.damaged_packets, 0);
    ASSERT_EQ(decoded.audio.frames(), signal.frames);
    expect_equal_samples(decoded.audio, folder.read("out.raw"), 3);
  }
}

}  // namespace
}  // namespace engine
