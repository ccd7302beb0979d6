#include "engine/decode/pcm_decoder.h"

#include <cmath>
#include <cstring>
#include <limits>
#include <string>

#include <gtest/gtest.h>

#include "engine/base/byte_order.h"
#include "tests/support/byte_writer.h"
#include "tests/support/decode_all.h"
#include "tests/support/oracle_tools.h"
#include "tests/support/pcm_signal.h"

namespace engine {
namespace {

using testing::ByteWriter;

TrackInfo pcm_info(Codec codec, int channels, int sample_bytes) {
  TrackInfo info;
  info.codec = codec;
  info.channels = channels;
  info.block_bytes = channels * sample_bytes;
  return info;
}

// Decodes one packet of mono samples.
std::vector<float> decode_mono(Codec codec, int sample_bytes, std::span<const std::byte> bytes) {
  PcmDecoder decoder(pcm_info(codec, 1, sample_bytes));
  AudioBuffer out(1, 0);
  EncodedPacket packet;
  packet.frame_count = static_cast<FrameCount>(bytes.size()) / sample_bytes;
  packet.bytes = bytes;
  EXPECT_TRUE(decoder.decode(packet, out));
  EXPECT_EQ(decoder.damaged_packets(), 0);
  const auto plane = out.channel(0);
  return {plane.begin(), plane.end()};
}

TEST(PcmDecoderTest, EightBitsAreUnsigned) {
  std::vector<std::byte> bytes;
  for (int i = 0; i < 256; ++i) bytes.push_back(static_cast<std::byte>(i));
  const auto samples = decode_mono(Codec::kPcmInt, 1, bytes);
  for (int i = 0; i < 256; ++i) {
    EXPECT_EQ(samples[static_cast<std::size_t>(i)], static_cast<float>(i - 128) / 128.0F);
  }
}

TEST(PcmDecoderTest, IntegersUpTo24BitsAreExact) {
  for (const int sample_bytes : {2, 3}) {
    const std::int64_t full = std::int64_t{1} << (8 * sample_bytes - 1);
    ByteWriter bytes;
    std::vector<double> expected;
    for (const std::int64_t value : {std::int64_t{0}, std::int64_t{1}, std::int64_t{-1}, full - 1,
                                     -full, full / 2 + 3, -full / 3}) {
      bytes.le(static_cast<std::uint64_t>(value), sample_bytes);
      expected.push_back(static_cast<double>(value) / static_cast<double>(full));
    }
    const auto samples = decode_mono(Codec::kPcmInt, sample_bytes, bytes.data());
    for (std::size_t i = 0; i < expected.size(); ++i) {
      EXPECT_EQ(static_cast<double>(samples[i]), expected[i]);
    }
  }
}

TEST(PcmDecoderTest, ThirtyTwoBitIntegersAreRoundedToTheNearestFloat) {
  ByteWriter bytes;
  const std::vector<std::int32_t> values = {
      0, 1, -1, 0x01000001, 0x01000003, 0x7FFFFFFF, -16777219, -67108863, INT32_MIN};
  for (const std::int32_t value : values) bytes.le(static_cast<std::uint64_t>(value), 4);
  const auto samples = decode_mono(Codec::kPcmInt, 4, bytes.data());
  for (std::size_t i = 0; i < values.size(); ++i) {
    const double exact = static_cast<double>(values[i]) / 2147483648.0;
    EXPECT_EQ(samples[i], static_cast<float>(exact));  // A double's rounding to float is nearest.
  }
}

template <typename Number, typename Bits>
std::vector<std::byte> number_bytes(const std::vector<Number>& numbers) {
  ByteWriter bytes;
  for (const Number number : numbers) {
    Bits bits = 0;
    std::memcpy(&bits, &number, sizeof(bits));
    bytes.le(bits, sizeof(bits));
  }
  return bytes.data();
}

TEST(PcmDecoderTest, FloatsAreTakenAsTheyAre) {
  const std::vector<float> numbers = {0.0F, -0.5F, 1.75F, 1e-40F, 3.4e38F};
  EXPECT_EQ(decode_mono(Codec::kPcmFloat, 4, number_bytes<float, std::uint32_t>(numbers)), numbers);
  const std::vector<double> doubles = {0.1, -1.0 / 3.0, 1e-300, 2.0};
  const auto samples =
      decode_mono(Codec::kPcmFloat, 8, number_bytes<double, std::uint64_t>(doubles));
  for (std::size_t i = 0; i < doubles.size(); ++i) {
    EXPECT_EQ(samples[i], static_cast<float>(doubles[i]));
  }
}

TEST(PcmDecoderTest, NumbersThatAreNotFiniteBecomeZeroAndAreCounted) {
  const float infinity = std::numeric_limits<float>::infinity();
  const float nan = std::numeric_limits<float>::quiet_NaN();
  const auto bytes = number_bytes<float, std::uint32_t>({infinity, 1.0F, nan, -infinity});
  PcmDecoder decoder(pcm_info(Codec::kPcmFloat, 2, 4));
  AudioBuffer out(2, 0);
  EXPECT_TRUE(decoder.decode({0, 2, bytes, false}, out));
  EXPECT_EQ(out.channel(0)[0], 0.0F);
  EXPECT_EQ(out.channel(1)[0], 1.0F);
  EXPECT_EQ(out.channel(0)[1], 0.0F);
  EXPECT_EQ(out.channel(1)[1], 0.0F);
  EXPECT_EQ(decoder.non_finite_samples(), 3);

  const auto large = number_bytes<double, std::uint64_t>({1e300, -1e300, 0.5});
  EXPECT_EQ(decode_mono(Codec::kPcmFloat, 8, large), (std::vector<float>{0.0F, 0.0F, 0.5F}));
}

TEST(PcmDecoderTest, PacketOfTheWrongSizeBecomesSilenceAndIsCounted) {
  PcmDecoder decoder(pcm_info(Codec::kPcmInt, 2, 2));
  AudioBuffer out(2, 0);
  const std::vector<std::byte> bytes(7, std::byte{1});
  EXPECT_TRUE(decoder.decode({0, 2, bytes, false}, out));
  EXPECT_TRUE(decoder.decode({0, 2, bytes, true}, out));
  EXPECT_EQ(out.frames(), 4);
  EXPECT_EQ(out.channel(1)[3], 0.0F);
  EXPECT_EQ(decoder.damaged_packets(), 1);
}

TEST(PcmDecoderTest, UnknownWidthsAreRefused) {
  EXPECT_FALSE(make_audio_decoder(pcm_info(Codec::kPcmInt, 2, 5)));
  EXPECT_FALSE(make_audio_decoder(pcm_info(Codec::kPcmInt, 2, 0)));
  EXPECT_FALSE(make_audio_decoder(pcm_info(Codec::kPcmFloat, 2, 2)));
  EXPECT_FALSE(make_audio_decoder(pcm_info(Codec::kPcmInt, 0, 2)));
  EXPECT_FALSE(make_audio_decoder(pcm_info(Codec::kPcmInt, 9, 2)));
  EXPECT_TRUE(make_audio_decoder(pcm_info(Codec::kPcmInt, 8, 4)));
}

struct Case {
  const char* name;
  int channels;
  int rate_hz;
  const char* codec;  // ffmpeg's name.
  const char* options;
  const char* extension;
};

const Case kCases[] = {
    {"Unsigned8", 2, 44100, "pcm_u8", "", "wav"},
    {"Signed16", 2, 44100, "pcm_s16le", "", "wav"},
    {"Signed24", 2, 96000, "pcm_s24le", "", "wav"},
    {"Signed32", 1, 48000, "pcm_s32le", "", "wav"},
    {"Float32", 2, 48000, "pcm_f32le", "", "wav"},
    {"Float64", 2, 48000, "pcm_f64le", "", "wav"},
    {"Channels6", 6, 48000, "pcm_s24le", "", "wav"},
    {"Channels8", 8, 192000, "pcm_s16le", "", "wav"},
    {"Rf64", 2, 44100, "pcm_s16le", "-rf64 always", "wav"},
    {"Wave64", 2, 48000, "pcm_s24le", "", "w64"},
    {"Tagged", 2, 8000, "pcm_s16le", "-metadata title=T -metadata artist=A", "wav"},
};

class WavOracleTest : public ::testing::TestWithParam<Case> {};

// ffmpeg makes the file and, from it, 64-bit floats: what every width holds exactly.
TEST_P(WavOracleTest, EverySampleAndTheLengthEqualFfmpeg) {
  if (!testing::require_program("ffmpeg")) return;
  const Case& test = GetParam();
  const testing::TemporaryFolder folder;
  // Unequal channels, so that mixed-up ones are seen.
  const std::string pan = test.channels == 1
                              ? "anull"
                              : "pan=" + std::to_string(test.channels) + "c\\|c0=c0\\|c1=0.5*c0";
  const std::string in = folder.file("in." + std::string(test.extension));
  ASSERT_TRUE(testing::run_command(
      "ffmpeg -v error -f lavfi -i anoisesrc=r=" + std::to_string(test.rate_hz) +
      ":a=0.9:seed=1:d=0.3 -af " + pan + " -c:a " + test.codec + " " + test.options + " " + in));
  ASSERT_TRUE(testing::run_command("ffmpeg -v error -i " + in + " -f f64le -c:a pcm_f64le " +
                                   folder.file("out.raw")));

  const auto file = folder.read("in." + std::string(test.extension));
  const auto oracle = folder.read("out.raw");
  for (const std::size_t piece_size : {std::size_t{4096}, testing::kWhole}) {
    const auto decoded = testing::decode_all(file, piece_size);
    ASSERT_EQ(decoded.info.channels, test.channels);
    ASSERT_EQ(decoded.info.sample_rate_hz, test.rate_hz);
    ASSERT_EQ(decoded.audio.frames(), decoded.info.frame_count);
    const auto channels = static_cast<std::size_t>(test.channels);
    ASSERT_EQ(oracle.size(), static_cast<std::size_t>(decoded.audio.frames()) * channels * 8);
    std::int64_t different = 0;
    for (std::size_t i = 0; i < oracle.size() / 8; ++i) {
      const std::uint64_t bits = load_u64le(oracle, 8 * i);
      double expected = 0.0;
      std::memcpy(&expected, &bits, sizeof(expected));
      const auto plane = decoded.audio.channel(static_cast<int>(i % channels));
      if (plane[i / channels] != static_cast<float>(expected)) ++different;
    }
    EXPECT_EQ(different, 0);
    if (std::string(test.name) == "Tagged") {
      EXPECT_EQ(decoded.info.tags, (Tags{"T", "A", ""}));
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Encodings, WavOracleTest, ::testing::ValuesIn(kCases),
                         [](const auto& test) { return std::string(test.param.name); });

}  // namespace
}  // namespace engine
