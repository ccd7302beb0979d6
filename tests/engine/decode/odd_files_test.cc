// Files that were joined or tagged by hand, from real encoders, against other people's decoders:
// the same sound, sample by sample, and the same length.
#include <algorithm>
#include <cmath>
#include <cstring>
#include <string>

#include <gtest/gtest.h>

#include "tests/engine/demux/id3_files.h"
#include "tests/engine/demux/mp3_files.h"
#include "tests/support/decode_all.h"
#include "tests/support/oracle_tools.h"

namespace engine {
namespace {

using namespace engine::testing;

using Bytes = std::vector<std::byte>;

class OddFilesTest : public ::testing::Test {
 protected:
  Bytes lame(const std::string& options, int sample_rate_hz, int channels) {
    folder_.write("in.wav", wav_file(sweep_signal(sample_rate_hz, channels, 2.0)));
    EXPECT_TRUE(run_command("lame --quiet " + options + " " + folder_.file("in.wav") + " " +
                            folder_.file("out.mp3")));
    return folder_.read("out.mp3");
  }

  std::vector<float> ffmpeg(const Bytes& file, const std::string& name) {
    folder_.write(name, file);
    EXPECT_TRUE(run_command("ffmpeg -v fatal -y -i " + folder_.file(name) + " -f f32le " +
                            folder_.file("oracle.f32")));
    const Bytes bytes = folder_.read("oracle.f32");
    std::vector<float> samples(bytes.size() / sizeof(float));
    std::memcpy(samples.data(), bytes.data(), samples.size() * sizeof(float));
    return samples;
  }

  // `oracle` is interleaved.
  static void expect_equal(const DecodedFile& ours, const std::vector<float>& oracle,
                           double tolerance) {
    const auto channels = static_cast<std::size_t>(ours.info.channels);
    ASSERT_EQ(ours.info.frame_count, static_cast<FrameCount>(oracle.size() / channels));
    ASSERT_EQ(ours.audio.frames(), ours.info.frame_count);
    double largest = 0.0;
    for (std::size_t i = 0; i < oracle.size(); ++i) {
      const float sample = ours.audio.channel(static_cast<int>(i % channels))[i / channels];
      largest = std::max(largest, std::fabs(double{sample} - double{oracle[i]}));
    }
    EXPECT_LE(largest, tolerance);
    EXPECT_EQ(ours.damaged_packets, 0);
  }

  TemporaryFolder folder_;
};

TEST_F(OddFilesTest, JoinedFilesSoundAsFfmpegDecodesThem) {
  ASSERT_TRUE(require_program("lame"));
  ASSERT_TRUE(require_program("ffmpeg"));
  const Bytes vbr = lame("-V4", 44100, 2);
  const Bytes fine = lame("-V0", 44100, 2);
  const Bytes cbr = lame("-b 128", 44100, 2);
  const Bytes bare = lame("-t -V4", 44100, 2);
  for (const Bytes& file : {join({vbr, fine}), join({cbr, cbr}), join({cbr, vbr}),
                            join({bare, vbr, cbr}), join({fine, bare})}) {
    SCOPED_TRACE(file.size());
    expect_equal(decode_all(file, kWhole), ffmpeg(file, "joined.mp3"), 1.0 / 32768.0);
  }
}

// ffmpeg turns a mono part of a stereo stream down by 3 dB, so that part is compared alone.
TEST_F(OddFilesTest, APartInMonoSoundsFromBothSides) {
  ASSERT_TRUE(require_program("lame"));
  ASSERT_TRUE(require_program("ffmpeg"));
  const Bytes stereo = lame("-V4", 44100, 2);
  const Bytes mono = lame("-m m -V4", 44100, 1);
  const TrackInfo first = decode_all(stereo, kWhole).info;
  const DecodedFile joined = decode_all(join({stereo, mono}), kWhole);
  const auto oracle = ffmpeg(mono, "mono.mp3");
  // Behind the first part come its padding, the mono part's tag and delay.
  const FrameCount delay = 1152 + 1105;
  const auto begin = static_cast<std::size_t>(first.frame_count + first.trailing_trim + delay);
  ASSERT_GT(joined.audio.frames(), static_cast<FrameCount>(begin + oracle.size()));
  for (int c = 0; c < 2; ++c) {
    double largest = 0.0;
    for (std::size_t i = 0; i < oracle.size(); ++i) {
      largest = std::max(largest,
                         std::fabs(double{joined.audio.channel(c)[begin + i]} - double{oracle[i]}));
    }
    EXPECT_LE(largest, 1.0 / 32768.0);
  }
}

TEST_F(OddFilesTest, WhatIsBetweenTagsAndJunkSoundsAsItDoesAlone) {
  ASSERT_TRUE(require_program("lame"));
  ASSERT_TRUE(require_program("ffmpeg"));
  const Bytes vbr = lame("-V4", 44100, 2);
  const Bytes cbr = lame("-t -b 96", 44100, 2);
  const Bytes id3 = id3_tag(3, id3_frame(3, "TIT2", id3_text(0, "Song")));
  const Bytes id3v1 = ByteWriter().text("TAG").zeros(125).data();
  for (const Bytes& audio : {vbr, cbr}) {
    const auto alone = ffmpeg(audio, "alone.mp3");
    expect_equal(decode_all(join({id3, Bytes(5000), audio, id3v1}), kWhole), alone, 1.0 / 32768.0);
    expect_equal(decode_all(join({id3, Bytes(200'000), audio}), 4096), alone, 1.0 / 32768.0);
    expect_equal(decode_all(join({audio, Bytes(900)}), kWhole), alone, 1.0 / 32768.0);
  }
}

TEST_F(OddFilesTest, TheRestOfAFileThatChangesItsRateSoundsAsItsPartsDo) {
  ASSERT_TRUE(require_program("lame"));
  ASSERT_TRUE(require_program("ffmpeg"));
  const Bytes part = lame("-t -V4", 44100, 2);
  const Bytes half = lame("-t -V4", 22050, 2);
  const DecodedFile ours = decode_all(join({part, half, part}), kWhole);
  expect_equal(ours, ffmpeg(join({part, part}), "parts.mp3"), 1.0 / 32768.0);
  EXPECT_TRUE(ours.info.warnings.has(TrackWarning::kAudioLeftOut));
}

TEST_F(OddFilesTest, AWavOfOddChunksSoundsAsItDoesWithoutThem) {
  const PcmSignal signal = make_signal({44100, 2, 16, 5000, {}}, 4);
  const Bytes plain = wav_file(signal);
  ByteWriter list;
  list.text("LIST").le(15, 4).text("INFOINAM").le(3, 4).text("abc");  // No padding.
  Bytes odd = plain;
  odd.insert(odd.begin() + 36, list.data().begin(), list.data().end());
  const DecodedFile expected = decode_all(plain, kWhole);
  for (const std::size_t piece_size : {std::size_t{7}, kWhole}) {
    const DecodedFile ours = decode_all(odd, piece_size);
    EXPECT_EQ(ours.info.tags.title, "abc");
    ASSERT_EQ(ours.audio.frames(), 5000);
    for (int c = 0; c < 2; ++c) {
      const auto samples = ours.audio.channel(c);
      EXPECT_TRUE(std::equal(samples.begin(), samples.end(), expected.audio.channel(c).begin()));
    }
  }
}

}  // namespace
}  // namespace engine
