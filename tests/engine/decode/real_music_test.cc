// The decoders on real music, against ffmpeg: MP3 files as their makers encoded them, and excerpts
// as FLAC and WAV.
#include "tests/support/real_music.h"

#include <cmath>
#include <cstring>
#include <filesystem>

#include <gtest/gtest.h>

#include "tests/support/decode_all.h"

namespace engine {
namespace {

using testing::TemporaryFolder;

// `file` as ffmpeg decodes it: interleaved floats.
std::vector<float> oracle(const TemporaryFolder& folder, const std::string& file) {
  testing::run_command("ffmpeg -v error -y -i '" + file + "' -f f32le " +
                       folder.file("oracle.f32"));
  const auto bytes = folder.read("oracle.f32");
  std::vector<float> samples(bytes.size() / sizeof(float));
  std::memcpy(samples.data(), bytes.data(), samples.size() * sizeof(float));
  return samples;
}

// The largest difference; a failed test when the lengths differ.
double largest_difference(const testing::DecodedFile& decoded, const std::vector<float>& wanted) {
  const auto channels = static_cast<std::size_t>(decoded.audio.channels());
  EXPECT_EQ(static_cast<std::size_t>(decoded.audio.frames()) * channels, wanted.size());
  EXPECT_EQ(decoded.damaged_packets, 0);
  double largest = 0.0;
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    const auto frame = i / channels;
    if (static_cast<FrameCount>(frame) >= decoded.audio.frames()) break;
    const float sample = decoded.audio.channel(static_cast<int>(i % channels))[frame];
    largest =
        std::max(largest, std::abs(static_cast<double>(sample) - static_cast<double>(wanted[i])));
  }
  return largest;
}

TEST(RealMusicTest, Mp3IsWithinATinyStepOfFfmpegAndOfEqualLength) {
  const TemporaryFolder folder;
  ASSERT_TRUE(testing::require_program("lame"));
  for (const auto& excerpt : testing::kMusicExcerpts) {
    SCOPED_TRACE(excerpt.name);
    ASSERT_TRUE(testing::write_excerpt(folder, excerpt, 8, "in.wav"));
    for (const char* options : {"-V 2", "-b 128", "-b 64 --resample 22.05"}) {
      SCOPED_TRACE(options);
      ASSERT_TRUE(testing::run_command("lame --quiet " + std::string(options) + " " +
                                       folder.file("in.wav") + " " + folder.file("in.mp3")));
      const auto decoded = testing::decode_all(folder.read("in.mp3"), 65'536);
      EXPECT_LE(largest_difference(decoded, oracle(folder, folder.file("in.mp3"))),
                std::ldexp(1.0, -15));
    }
  }
}

// These three are MPEG-2 with intensity stereo, where decoders do not agree with each other
// (docs/decisions/mp3-decoder.md); their length is beyond doubt.
TEST(RealMusicTest, OldMpeg2FilesHaveTheLengthThatFfmpegGivesThem) {
  const TemporaryFolder folder;
  for (const char* name : {"frontiers", "machine_wars", "time_to_strike"}) {
    SCOPED_TRACE(name);
    const std::string path = std::string("/usr/share/games/asc/music/") + name + ".mp3";
    ASSERT_TRUE(std::filesystem::exists(path)) << path << " is missing: run `make setup-test`";
    std::filesystem::copy_file(path, folder.file("in.mp3"),
                               std::filesystem::copy_options::overwrite_existing);
    const auto decoded = testing::decode_all(folder.read("in.mp3"), 65'536);
    EXPECT_EQ(static_cast<std::size_t>(decoded.audio.frames()) * 2, oracle(folder, path).size());
    EXPECT_EQ(decoded.damaged_packets, 0);
  }
}

TEST(RealMusicTest, FlacAndWavAreExact) {
  const TemporaryFolder folder;
  ASSERT_TRUE(testing::require_program("flac"));
  for (const auto& excerpt : testing::kMusicExcerpts) {
    SCOPED_TRACE(excerpt.name);
    ASSERT_TRUE(testing::write_excerpt(folder, excerpt, 20, "in.wav"));
    ASSERT_TRUE(testing::run_command("flac --silent --force -8 -o " + folder.file("in.flac") + " " +
                                     folder.file("in.wav")));
    const auto wanted = oracle(folder, folder.file("in.wav"));
    for (const char* name : {"in.wav", "in.flac"}) {
      EXPECT_EQ(largest_difference(testing::decode_all(folder.read(name), 65'536), wanted), 0.0)
          << name;
    }
  }
}

}  // namespace
}  // namespace engine
