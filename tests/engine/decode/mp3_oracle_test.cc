// The MP3 demuxer and decoder against other people's: files from `lame` and ffmpeg, decoded by
// ffmpeg. Length must be equal, samples within 2^-15 of full scale; and a decode that starts
// anywhere must equal the one from the start, bit for bit.
#include <cmath>
#include <cstring>
#include <memory>
#include <string>

#include <gtest/gtest.h>

#include "engine/decode/mp3_decoder.h"
#include "engine/demux/mp3_demuxer.h"
#include "tests/engine/decode/mp3_random_stream.h"
#include "tests/engine/demux/id3_files.h"
#include "tests/engine/demux/mp3_files.h"
#include "tests/support/oracle_tools.h"
#include "tests/support/split_feeder.h"

namespace engine {
namespace {

using namespace engine::testing;

constexpr double kTolerance = 1.0 / 32768.0;

enum class Oracle {
  kFfmpeg,
  // ffmpeg's scale factor bands of 24 kHz are not those of ISO/IEC 13818-3 (band 18 begins at line
  // 330 instead of 332), so its spectra are wrong there. `lame --decode` has them right; it rounds
  // to 16 bits, which adds to the difference.
  kLame,
  // libmad's command line player: of the decoders at hand the one that takes for illegal the
  // intensity position of MPEG-2 that ISO/IEC 13818-3 does. It rounds to 24 bits.
  kLibmad,
};

struct OracleCase {
  const char* name;
  const char* encode;  // From in.wav to out.mp3.
  Oracle oracle = Oracle::kFfmpeg;
};

// NOLINTNEXTLINE(readability-identifier-naming): GoogleTest looks for this name.
void PrintTo(const OracleCase& value, std::ostream* stream) {
  *stream << value.name;
}

/// The whole coded timeline (gapless timeline and trims), decoded in one go.
struct Linear {
  TrackInfo info;
  AudioBuffer coded;
  std::int64_t damaged_packets = 0;
};

Linear decode_linear(std::span<const std::byte> file) {
  SplitFeeder feeder(file, kWhole);
  Mp3Demuxer demuxer;
  const auto header = feeder.read_header(demuxer);
  if (!header) {
    ADD_FAILURE() << header.error().words();
    return {};
  }
  Linear linear{std::get<TrackInfo>(*header), {}, 0};
  linear.coded = AudioBuffer(linear.info.channels, 0);
  Mp3Decoder decoder(linear.info);
  for (const OwnedPacket& packet : feeder.read_packets(demuxer)) {
    EXPECT_EQ(packet.first_frame, linear.coded.frames() - linear.info.leading_trim);
    EXPECT_FALSE(packet.preroll);
    EXPECT_TRUE(decoder.decode(packet.packet(), linear.coded));
  }
  linear.damaged_packets = decoder.damaged_packets();
  return linear;
}

/// Interleaved floats of `name` as `oracle` decodes it.
std::vector<float> decode_by(Oracle oracle, const TemporaryFolder& folder,
                             const std::string& name) {
  std::string source = folder.file(name);
  if (oracle == Oracle::kLame) {
    source = folder.file("lame.wav");
    run_command("lame --quiet --decode " + folder.file(name) + " " + source);
  }
  if (oracle == Oracle::kLibmad) {
    source = folder.file("libmad.wav");
    run_command("madplay --quiet --no-dither --bit-depth=24 --output=wave:" + source + " " +
                folder.file(name));
  }
  run_command("ffmpeg -v error -y -i " + source + " -f f32le " + folder.file("oracle.f32"));
  const std::vector<std::byte> bytes = folder.read("oracle.f32");
  std::vector<float> samples(bytes.size() / sizeof(float));
  std::memcpy(samples.data(), bytes.data(), samples.size() * sizeof(float));
  return samples;
}

double largest_difference(const Linear& linear, const std::vector<float>& oracle) {
  const auto channels = static_cast<std::size_t>(linear.info.channels);
  double largest = 0.0;
  for (std::size_t c = 0; c < channels; ++c) {
    const auto ours = linear.coded.channel(static_cast<int>(c))
                          .subspan(static_cast<std::size_t>(linear.info.leading_trim));
    for (std::size_t i = 0; i * channels + c < oracle.size() && i < ours.size(); ++i) {
      largest = std::max(largest, std::fabs(double{ours[i]} - double{oracle[i * channels + c]}));
    }
  }
  return largest;
}

/// Seeks to `frame` and compares what a new decoder makes of the next packets with `linear`.
void expect_seek_equals_linear(SplitFeeder& feeder, Mp3Demuxer& demuxer, const Linear& linear,
                               FrameCount frame) {
  SCOPED_TRACE(frame);
  const auto step = feeder.seek(demuxer, frame);
  ASSERT_TRUE(step);
  const FrameCount placed = std::get<Placed>(*step).first_frame;
  Mp3Decoder decoder(linear.info);
  bool found = false;
  int compared = 0;
  for (const OwnedPacket& packet : feeder.read_packets(demuxer, 300)) {
    AudioBuffer out(linear.info.channels, 0);
    ASSERT_TRUE(decoder.decode(packet.packet(), out));
    if (packet.preroll) continue;
    EXPECT_TRUE(found || packet.first_frame == placed);
    found = true;
    const auto at = static_cast<std::size_t>(packet.first_frame + linear.info.leading_trim);
    for (int c = 0; c < linear.info.channels; ++c) {
      const auto expected =
          linear.coded.channel(c).subspan(at, static_cast<std::size_t>(out.frames()));
      ASSERT_EQ(std::memcmp(out.channel(c).data(), expected.data(), expected.size_bytes()), 0)
          << "packet at " << packet.first_frame;
    }
    if (++compared == 4) break;
  }
  EXPECT_LE(placed, frame);
  EXPECT_GT(placed, frame - 1152);
  const bool at_the_end = placed + linear.info.leading_trim == linear.coded.frames();
  EXPECT_TRUE(found || at_the_end);
}

void expect_seeks_equal_linear(std::span<const std::byte> file, const Linear& linear) {
  const FrameCount count = linear.info.frame_count;
  std::vector<FrameCount> places{0, 1, 575, 1152, count / 2, count - 1, count};
  std::mt19937 random(11);
  for (int i = 0; i < 12; ++i) places.push_back(static_cast<FrameCount>(random()) % count);

  SplitFeeder warm_feeder(file, kWhole);
  Mp3Demuxer warm;
  ASSERT_TRUE(warm_feeder.read_header(warm));
  for (const FrameCount place : places) {
    expect_seek_equals_linear(warm_feeder, warm, linear, place);
    SplitFeeder feeder(file, 4096);
    Mp3Demuxer cold;
    ASSERT_TRUE(feeder.read_header(cold));
    expect_seek_equals_linear(feeder, cold, linear, place);
  }
}

class Mp3OracleTest : public ::testing::TestWithParam<OracleCase> {};

TEST_P(Mp3OracleTest, LengthSamplesAndSeeksAreRight) {
  ASSERT_TRUE(require_program("lame"));
  ASSERT_TRUE(require_program("ffmpeg"));
  TemporaryFolder folder;
  folder.write("in.wav", wav_file(sweep_signal(44100, 2, 9.0)));
  const std::string cd = "sh -c 'cd " + folder.file("") + " && ";
  ASSERT_TRUE(run_command(cd + GetParam().encode + "'"));
  const std::vector<std::byte> file = folder.read("out.mp3");

  const Linear linear = decode_linear(file);
  EXPECT_EQ(linear.damaged_packets, 0);
  EXPECT_EQ(linear.coded.frames(),
            linear.info.leading_trim + linear.info.frame_count + linear.info.trailing_trim);
  const auto oracle = decode_by(GetParam().oracle, folder, "out.mp3");
  EXPECT_EQ(linear.info.frame_count, static_cast<FrameCount>(oracle.size()) / linear.info.channels);
  const double rounding = GetParam().oracle == Oracle::kLame ? kTolerance : 0.0;
  EXPECT_LE(largest_difference(linear, oracle), kTolerance + rounding);
  expect_seeks_equal_linear(file, linear);
}

INSTANTIATE_TEST_SUITE_P(
    Files, Mp3OracleTest,
    ::testing::Values(
        OracleCase{"Cbr32", "lame --quiet -b 32 in.wav out.mp3"},
        OracleCase{"Cbr96", "lame --quiet -b 96 in.wav out.mp3"},
        OracleCase{"Cbr128", "lame --quiet -b 128 in.wav out.mp3"},
        OracleCase{"Cbr192Stereo", "lame --quiet -b 192 -m s in.wav out.mp3"},
        OracleCase{"Cbr320", "lame --quiet -b 320 in.wav out.mp3"},
        OracleCase{"Cbr128NoTag", "lame --quiet -t -b 128 in.wav out.mp3"},
        OracleCase{"Cbr320NoTag", "lame --quiet -t -b 320 in.wav out.mp3"},
        OracleCase{"Cbr64Mono", "lame --quiet -b 64 -m m in.wav out.mp3"},
        OracleCase{"Cbr32MonoNoTag", "lame --quiet -t -b 32 -m m in.wav out.mp3"},
        OracleCase{"ForcedJoint", "lame --quiet -b 128 -m f in.wav out.mp3"},
        OracleCase{"DualMono", "lame --quiet -b 128 -m d in.wav out.mp3"},
        OracleCase{"WithCrc", "lame --quiet -p -b 128 in.wav out.mp3"},
        OracleCase{"NoReservoir", "lame --quiet --nores -b 128 in.wav out.mp3"},
        OracleCase{"Abr", "lame --quiet --abr 130 in.wav out.mp3"},
        OracleCase{"Vbr0", "lame --quiet -V0 in.wav out.mp3"},
        OracleCase{"Vbr2", "lame --quiet -V2 in.wav out.mp3"},
        OracleCase{"Vbr4", "lame --quiet -V4 in.wav out.mp3"},
        OracleCase{"Vbr6", "lame --quiet -V6 in.wav out.mp3"},
        OracleCase{"Vbr9", "lame --quiet -V9 in.wav out.mp3"},
        OracleCase{"Vbr2NoTag", "lame --quiet -t -V2 in.wav out.mp3"},
        OracleCase{"Vbr9MonoNoTag", "lame --quiet -t -V9 -m m in.wav out.mp3"},
        OracleCase{"Rate48Cbr", "lame --quiet --resample 48 -b 192 in.wav out.mp3"},
        OracleCase{"Rate32Vbr", "lame --quiet --resample 32 -V3 in.wav out.mp3"},
        OracleCase{"Rate24Cbr", "lame --quiet --resample 24 -b 64 in.wav out.mp3", Oracle::kLame},
        OracleCase{"Rate24Vbr", "lame --quiet --resample 24 -V4 in.wav out.mp3", Oracle::kLame},
        OracleCase{"Rate22Cbr", "lame --quiet --resample 22.05 -b 56 in.wav out.mp3"},
        OracleCase{"Rate22VbrNoTag", "lame --quiet --resample 22.05 -t -V5 in.wav out.mp3"},
        OracleCase{"Rate16Cbr8MonoNoTag", "lame --quiet --resample 16 -t -m m -b 8 in.wav out.mp3"},
        OracleCase{"Rate16Vbr", "lame --quiet --resample 16 -V4 in.wav out.mp3"},
        OracleCase{"Rate12Cbr", "lame --quiet --resample 12 -b 32 in.wav out.mp3"},
        OracleCase{"Rate11Vbr", "lame --quiet --resample 11.025 -V4 in.wav out.mp3"},
        OracleCase{"Rate11CbrNoTag", "lame --quiet --resample 11.025 -t -b 48 in.wav out.mp3"},
        OracleCase{"Rate8Cbr", "lame --quiet --resample 8 -b 16 in.wav out.mp3"},
        OracleCase{"Rate8Cbr8MonoNoTag", "lame --quiet --resample 8 -t -m m -b 8 in.wav out.mp3"},
        OracleCase{"FfmpegCbr", "ffmpeg -v error -i in.wav -b:a 192k out.mp3"},
        OracleCase{"FfmpegVbr", "ffmpeg -v error -i in.wav -q:a 3 out.mp3"},
        OracleCase{"FfmpegNoXing", "ffmpeg -v error -i in.wav -b:a 160k -write_xing 0 out.mp3"},
        OracleCase{"FfmpegTags",
                   "ffmpeg -v error -i in.wav -b:a 128k -id3v2_version 4 -write_id3v1 1 "
                   "-metadata title=T out.mp3"}),
    [](const auto& test) { return std::string(test.param.name); });

// The bit reservoir is what makes these hard: eight frames of it and more at 8 kbit/s.
TEST(Mp3OracleTest, EveryFrameOfASmallFileIsReachedColdBitForBit) {
  ASSERT_TRUE(require_program("lame"));
  TemporaryFolder folder;
  folder.write("in.wav", wav_file(sweep_signal(44100, 1, 4.0)));
  for (const std::string options :
       {"--resample 24 -t -m m -b 8", "--resample 16 -V6 -t", "-b 320 -m m", "-V5 -t"}) {
    SCOPED_TRACE(options);
    ASSERT_TRUE(run_command("lame --quiet " + options + " " + folder.file("in.wav") + " " +
                            folder.file("out.mp3")));
    const std::vector<std::byte> file = folder.read("out.mp3");
    const Linear linear = decode_linear(file);
    SplitFeeder feeder(file, kWhole);
    Mp3Demuxer demuxer;
    ASSERT_TRUE(feeder.read_header(demuxer));
    for (FrameCount frame = 0; frame <= linear.info.frame_count; frame += 571) {
      expect_seek_equals_linear(feeder, demuxer, linear, frame);
    }
  }
}

// The encoder's input at a place is what is heard at that place: position is right to the frame.
TEST(Mp3OracleTest, PositionsAreThoseOfTheOriginal) {
  ASSERT_TRUE(require_program("lame"));
  TemporaryFolder folder;
  const PcmSignal signal = sweep_signal(44100, 1, 6.0);
  folder.write("in.wav", wav_file(signal));
  for (const std::string options : {"-b 320", "-V0"}) {
    SCOPED_TRACE(options);
    ASSERT_TRUE(run_command("lame --quiet " + options + " " + folder.file("in.wav") + " " +
                            folder.file("out.mp3")));
    const std::vector<std::byte> file = folder.read("out.mp3");
    const Linear linear = decode_linear(file);
    ASSERT_EQ(linear.info.frame_count, signal.frames);
    for (const FrameCount place : {FrameCount{2000}, signal.frames / 2, signal.frames - 4000}) {
      int best_lag = -100;
      double best_error = 1e9;
      for (int lag = -40; lag <= 40; ++lag) {
        double error = 0.0;
        for (FrameCount i = 0; i < 2000; ++i) {
          const auto ours = static_cast<std::size_t>(place + i + linear.info.leading_trim);
          const auto theirs = static_cast<std::size_t>(place + i + lag);
          const double difference =
              double{linear.coded.channel(0)[ours]} - signal.samples[theirs] / 32768.0;
          error += difference * difference;
        }
        if (error < best_error) {
          best_error = error;
          best_lag = lag;
        }
      }
      EXPECT_EQ(best_lag, 0) << "at " << place;
      // What is left is the noise above the encoder's low pass.
      EXPECT_LT(std::sqrt(best_error / 2000.0), 0.05) << "at " << place;
    }
  }
}

void expect_random_stream_is(const RandomStreamOptions& options, unsigned seed, Oracle oracle) {
  TemporaryFolder folder;
  const auto file = RandomStream(options, seed).mpeg_frames(80);
  folder.write("random.mp3", file);
  const Linear linear = decode_linear(file);
  EXPECT_EQ(linear.damaged_packets, 0);
  const auto wanted = decode_by(oracle, folder, "random.mp3");
  EXPECT_EQ(linear.info.frame_count, static_cast<FrameCount>(wanted.size()) / linear.info.channels);
  EXPECT_LE(largest_difference(linear, wanted), kTolerance);
  EXPECT_GT(*std::max_element(wanted.begin(), wanted.end()), 0.01F);
}

TEST(Mp3OracleTest, LegalStreamsThatNoEncoderWritesDecodeAsByFfmpeg) {
  ASSERT_TRUE(require_program("ffmpeg"));
  const std::vector<RandomStreamOptions> all{
      {.mono = true},
      {.mono = true, .mixed_blocks = true},
      {.mixed_blocks = true},
      {.mid_side = true},
      {.intensity = true, .mixed_blocks = true},
      {.mid_side = true, .intensity = true},
      {.mid_side = true, .intensity = true, .own_block_types = true},
      {.mpeg1 = false, .mono = true},
      {.mpeg1 = false, .mono = true, .mixed_blocks = true},
      {.mpeg1 = false},
      {.mpeg1 = false, .mixed_blocks = true, .own_block_types = true},
      {.mpeg1 = false, .mid_side = true},
      {.mpeg1 = false, .intensity = true},
      {.mpeg1 = false, .intensity = true, .mixed_blocks = true},
      {.mpeg1 = false, .mid_side = true, .intensity = true},
      {.mpeg1 = false, .mid_side = true, .intensity = true, .own_block_types = true},
  };
  for (std::size_t i = 0; i < all.size(); ++i) {
    for (unsigned seed = 1; seed <= 3; ++seed) {
      SCOPED_TRACE(100 * i + seed);
      expect_random_stream_is(all[i], seed, Oracle::kFfmpeg);
    }
  }
}

// Positions up to 31, and the illegal one of every length (docs/decisions/mp3-decoder.md).
TEST(Mp3OracleTest, EveryIntensityPositionOfMpeg2DecodesAsByLibmad) {
  ASSERT_TRUE(require_program("madplay"));
  for (const bool mid_side : {false, true}) {
    for (unsigned seed = 1; seed <= 5; ++seed) {
      SCOPED_TRACE(10 * seed + (mid_side ? 1 : 0));
      expect_random_stream_is(
          {.mpeg1 = false, .mid_side = mid_side, .intensity = true, .positions = Positions::kEvery},
          seed, Oracle::kLibmad);
    }
  }
}

// Outside of joint stereo the mode extension says nothing (ISO/IEC 11172-3, 2.4.2.3).
TEST(Mp3OracleTest, StrayModeExtensionChangesNothing) {
  for (const bool mpeg1 : {true, false}) {
    for (const bool mono : {true, false}) {
      SCOPED_TRACE(2 * mpeg1 + mono);
      auto file = RandomStream({.mpeg1 = mpeg1, .mono = mono}, 1).mpeg_frames(20);
      const Linear plain = decode_linear(file);
      for (std::size_t i = 3; i < file.size(); i += mpeg1 ? 1044 : 522) file[i] |= std::byte{0x30};
      const Linear stray = decode_linear(file);
      ASSERT_EQ(stray.coded.frames(), plain.coded.frames());
      for (int c = 0; c < plain.info.channels; ++c) {
        const auto wanted = plain.coded.channel(c);
        EXPECT_EQ(std::memcmp(stray.coded.channel(c).data(), wanted.data(), wanted.size_bytes()),
                  0);
      }
    }
  }
}

TEST(Mp3OracleTest, TagsAroundTheAudioChangeNothing) {
  ASSERT_TRUE(require_program("lame"));
  TemporaryFolder folder;
  folder.write("in.wav", wav_file(sweep_signal(44100, 2, 5.0)));
  for (const std::string options : {"-b 128", "-V4", "-t -b 128", "-t -V4"}) {
    SCOPED_TRACE(options);
    ASSERT_TRUE(run_command("lame --quiet " + options + " " + folder.file("in.wav") + " " +
                            folder.file("plain.mp3")));
    const auto plain = folder.read("plain.mp3");
    ByteWriter file;
    file.bytes(id3_tag(3, id3_frame(3, "APIC", std::vector<std::byte>(5'000'000))));
    file.bytes(plain);
    file.text("APETAGEX").le(2000, 4).le(32 + 40, 4).le(1, 4).le(0xA0000000, 4).zeros(8);
    for (int i = 0; i < 40; ++i) file.be(0xFF, 1);
    file.text("APETAGEX").le(2000, 4).le(32 + 40, 4).le(1, 4).le(0x80000000, 4).zeros(8);
    file.text("TAG").zeros(125);
    folder.write("tagged.mp3", file.data());

    const Linear expected = decode_linear(plain);
    const Linear linear = decode_linear(file.data());
    EXPECT_EQ(linear.info.frame_count, expected.info.frame_count);
    const auto oracle = decode_by(Oracle::kFfmpeg, folder, "tagged.mp3");
    EXPECT_EQ(linear.info.frame_count, static_cast<FrameCount>(oracle.size()) / 2);
    EXPECT_LE(largest_difference(linear, oracle), kTolerance);
  }
}

}  // namespace
}  // namespace engine
