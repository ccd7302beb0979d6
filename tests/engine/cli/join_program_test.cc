// `auralis render A B` and `auralis pcm A B`: tracks joined without a gap.
#include <cmath>
#include <cstring>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "tests/engine/cli/program_fixture.h"
#include "tests/support/music_signal.h"

namespace engine {
namespace {

constexpr std::size_t kWavHeadBytes = 58;

class JoinProgramTest : public cli::ProgramTest {
 protected:
  void SetUp() override {
    ProgramTest::SetUp();
    testing::PcmSignal shape;  // 44.1 kHz: its frames at 48 kHz are no whole packets.
    folder_.write("b.wav", testing::wav_file(testing::music_signal(shape, 1.2345, 9)));
    shape.sample_rate_hz = kOutputRateHz;
    folder_.write("c.wav", testing::wav_file(testing::music_signal(shape, 0.7, 6, 0.1)));
  }

  // The samples of the WAV file `name`, as bytes.
  std::vector<std::byte> samples(const std::string& name) const {
    const auto file = folder_.read(name);
    EXPECT_GT(file.size(), kWavHeadBytes);
    return {file.begin() + kWavHeadBytes, file.end()};
  }

  // The first channel of what ffmpeg's libopus makes of a rendering.
  std::vector<float> decoded(const std::string& name) const {
    const std::string path = folder_.file(name);
    EXPECT_TRUE(testing::run_command("ffmpeg -v error -y -request_sample_fmt flt -c:a libopus -i " +
                                     path + " -f f32le -ac 2 " + path + ".raw"));
    const auto bytes = folder_.read(name + ".raw");
    std::vector<float> left(bytes.size() / (2 * sizeof(float)));
    for (std::size_t i = 0; i < left.size(); ++i) {
      std::memcpy(&left[i], &bytes[2 * sizeof(float) * i], sizeof(float));
    }
    return left;
  }
};

TEST_F(JoinProgramTest, PcmIsTheConcatenationOfEach) {
  for (const std::string options : {"--preset punchy", "--original"}) {
    std::vector<std::byte> each;
    for (const std::string name : {"in", "b", "c"}) {
      ASSERT_EQ(run("pcm " + name + ".wav -o one.wav " + options), 0) << text("err.txt");
      const auto one = samples("one.wav");
      each.insert(each.end(), one.begin(), one.end());
    }
    ASSERT_EQ(run("pcm in.wav b.wav c.wav -o all.wav --json " + options), 0) << text("err.txt");
    EXPECT_EQ(samples("all.wav"), each);
    EXPECT_NE(text("out.txt").find("\"frame_count\":333576,\"truncated\":false,\"tracks\":"),
              std::string::npos)
        << text("out.txt");
    EXPECT_NE(text("out.txt").find(R"({"input":"c.wav","first_frame":299976,"frame_count":33600,)"),
              std::string::npos)
        << text("out.txt");
  }
}

TEST_F(JoinProgramTest, APartIsCountedFromTheFirstTrack) {
  ASSERT_EQ(run("pcm in.wav b.wav c.wav -o all.wav --original"), 0);
  // From inside the first track to inside the last one; and inside the second alone.
  for (const auto& [start_s, duration_s] : {std::pair{4.5, 2.0}, std::pair{5.25, 0.5}}) {
    ASSERT_EQ(run("pcm in.wav b.wav c.wav -o part.wav --original --start " +
                  std::to_string(start_s) + " --duration " + std::to_string(duration_s)),
              0);
    const auto all = samples("all.wav");
    const auto begin = all.begin() + std::llround(start_s * kOutputRateHz) * 8;
    const std::vector part(begin, begin + std::llround(duration_s * kOutputRateHz) * 8);
    EXPECT_EQ(samples("part.wav"), part);
  }
}

TEST_F(JoinProgramTest, ASineCutAtAnOddFrameIsHeardAsOne) {
  testing::PcmSignal shape;
  shape.sample_rate_hz = kOutputRateHz;
  constexpr std::int64_t kFrames = 96'000;
  constexpr std::int64_t kCut = 41'377;
  const auto sine = [](std::int64_t i) { return 0.5 * std::sin(0.0577 * static_cast<double>(i)); };
  testing::PcmSignal first = shape;
  testing::PcmSignal second = shape;
  for (std::int64_t i = 0; i < kFrames; ++i) {
    testing::PcmSignal& part = i < kCut ? first : second;
    for (int c = 0; c < 2; ++c) {
      part.samples.push_back(static_cast<std::int32_t>(std::lround(sine(i) * 32767)));
    }
  }
  folder_.write("first.wav", testing::wav_file(first));
  folder_.write("second.wav", testing::wav_file(second));
  for (const std::string how : {"--original", "--intensity 0"}) {
    ASSERT_EQ(run("render first.wav second.wav -o joined.webm " + how), 0) << text("err.txt");
    const auto heard = decoded("joined.webm");
    ASSERT_EQ(heard.size(), static_cast<std::size_t>(kFrames));
    const auto worst = [&](std::int64_t begin, std::int64_t end) {
      double error = 0;
      for (std::int64_t i = begin; i < end; ++i) {
        const auto sample = static_cast<double>(heard[static_cast<std::size_t>(i)]);
        error = std::max(error, std::fabs(sample - sine(i)));
      }
      return error;
    };
    // A slip of one frame alone is an error of 0.029. The piece itself begins and ends with a step,
    // which Opus spreads over some packets.
    const double anywhere = worst(4800, kFrames - 4800);
    EXPECT_LT(anywhere, 0.012) << how;
    EXPECT_LT(worst(kCut - 2400, kCut + 2400), anywhere) << how;
  }
}

TEST_F(JoinProgramTest, TheFileHasTheLengthOfAllTracks) {
  ASSERT_EQ(run("render in.wav b.wav c.wav -o all.webm --json"), 0) << text("err.txt");
  EXPECT_NE(text("out.txt").find("\"frame_count\":333576,\"duration_s\":6.949500,"),
            std::string::npos)
      << text("out.txt");
  EXPECT_EQ(decoded("all.webm").size(), 333576U);
  ASSERT_EQ(shell("ffprobe -v error -show_entries format=duration -of csv=p=0 all.webm >p"), 0);
  EXPECT_NEAR(std::stod(text("p")), 333576.0 / kOutputRateHz, 0.001);
}

TEST_F(JoinProgramTest, TheReportHasEachTrack) {
  ASSERT_EQ(run("render in.wav b.wav -o all.webm --preset punchy --report all.json"), 0);
  EXPECT_NE(text("out.txt").find("all.webm: "), std::string::npos);
  EXPECT_NE(text("out.txt").find("  b.wav: "), std::string::npos);
  const std::string all = text("all.json");
  for (const std::string name : {"in.wav", "b.wav"}) {
    ASSERT_EQ(run("render " + name + " -o one.webm --preset punchy --report one.json"), 0);
    // But for the last packets, which the render alone runs past the end of the track.
    const std::string one = text("one.json");
    const std::string head = one.substr(0, one.find("\"low_db\"") + 500);
    EXPECT_NE(all.find(head), std::string::npos) << head;
    const std::string profile = one.substr(one.find("\"profile\""), 400);
    EXPECT_NE(all.find(profile), std::string::npos) << profile;
  }
}

TEST_F(JoinProgramTest, AFailureNamesItsFileAndLeavesNothing) {
  folder_.write("text.mp3", std::vector<std::byte>(5000, std::byte{'x'}));
  folder_.write("old.webm", std::vector<std::byte>(3));
  const std::tuple<std::string, int, std::string> cases[] = {
      {"render in.wav text.mp3 c.wav -o old.webm", 3, "text.mp3: "},
      {"pcm in.wav text.mp3 c.wav -o old.webm", 3, "text.mp3: "},
      {"render in.wav missing.wav -o old.webm", 4, "missing.wav: "},
      {"render in.wav b.wav -o old.webm --start 7", 2, "b.wav: "},
      {"render in.wav b.wav -o b.wav", 2, "b.wav"},
      {"pcm in.wav b.wav c.wav -o c.wav", 2, "c.wav"},
      {"render in.wav b.wav -o old.webm --report in.wav", 2, "in.wav"},
      {"render in.wav - -o old.webm", 2, "standard input"},
      {"render in.wav b.wav -o old.webm --profile p.json", 2, "--profile"},
  };
  const auto files_before = names();
  for (const auto& [arguments, code, words] : cases) {
    EXPECT_EQ(run(arguments), code) << arguments;
    EXPECT_NE(text("err.txt").find(words), std::string::npos) << text("err.txt");
    EXPECT_EQ(names(), files_before) << arguments;
  }
  EXPECT_EQ(folder_.read("old.webm").size(), 3U);
}

TEST_F(JoinProgramTest, ATrackThatEndsEarlyIsFollowedAtOnce) {
  ASSERT_TRUE(testing::require_program("flac"));
  ASSERT_EQ(shell("flac -s -o in.flac in.wav"), 0);
  auto flac = folder_.read("in.flac");
  flac.resize(flac.size() - 20'000);
  folder_.write("cut.flac", flac);
  ASSERT_EQ(run("pcm cut.flac -o cut.wav --original"), 0);
  ASSERT_EQ(run("pcm c.wav -o one.wav --original"), 0);
  auto each = samples("cut.wav");
  const auto one = samples("one.wav");
  each.insert(each.end(), one.begin(), one.end());
  ASSERT_EQ(run("pcm cut.flac c.wav -o all.wav --original --json"), 0);
  EXPECT_EQ(samples("all.wav"), each);
  EXPECT_NE(text("out.txt").find("\"truncated\":true,\"tracks\":"), std::string::npos);
  EXPECT_NE(text("err.txt").find("auralis: cut.flac: warning: "), std::string::npos);
}

}  // namespace
}  // namespace engine
