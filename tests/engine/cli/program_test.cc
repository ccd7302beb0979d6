// The program `auralis` itself: exit codes, messages, files.
#include <cstdlib>
#include <filesystem>
#include <string>
#include <sys/wait.h>

#include <gtest/gtest.h>

#include "engine/base/output_format.h"
#include "engine/mux/webm_muxer.h"
#include "tests/support/music_signal.h"
#include "tests/support/session_driver.h"

namespace engine {
namespace {

using testing::PcmSignal;
using testing::TemporaryFolder;

class ProgramTest : public ::testing::Test {
 protected:
  void SetUp() override {
    PcmSignal shape;
    shape.sample_rate_hz = kOutputRateHz;
    signal_ = testing::music_signal(shape, 5.015, 4);
    wav_ = testing::wav_file(signal_);
    folder_.write("in.wav", wav_);
  }

  // Runs the program in the folder; its exit code. Output goes to out.txt and err.txt.
  int run(const std::string& arguments) const {
    const std::string command = "cd '" + folder_.file("") + "' && timeout 60 " AURALIS_PROGRAM " " +
                                arguments + " >out.txt 2>err.txt </dev/null";
    const int status = std::system(command.c_str());
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  }

  std::string text(const std::string& name) const {
    std::string result;
    for (const std::byte value : folder_.read(name)) result.push_back(static_cast<char>(value));
    return result;
  }

  TemporaryFolder folder_;
  PcmSignal signal_;
  std::vector<std::byte> wav_;
};

TEST_F(ProgramTest, ChunkWritesWhatASessionRenders) {
  testing::SessionDriver driver(wav_, SessionOptions{});
  ASSERT_TRUE(driver.session().set_enhancement(EnhancementSettings{Preset::kBright, 70}));
  for (const int chunk : {0, 2}) {
    ASSERT_EQ(run("chunk in.wav --preset bright --intensity 0.7 -o c.bin --index " +
                  std::to_string(chunk)),
              0);
    EXPECT_EQ(folder_.read("c.bin"), driver.clusters(chunk));
  }
  ASSERT_EQ(run("chunk --init -o init.bin"), 0);
  EXPECT_EQ(folder_.read("init.bin"), webm_init_segment());
}

TEST_F(ProgramTest, PcmOfTheOriginalIsTheFile) {
  ASSERT_EQ(run("pcm in.wav --original -o out.wav --json"), 0);
  EXPECT_NE(text("out.txt").find("\"frame_count\":240720"), std::string::npos);
  // The same samples as a decoder other than ours makes of both files.
  testing::run_command("ffmpeg -v error -y -i " + folder_.file("in.wav") + " -f s16le " +
                       folder_.file("a.raw"));
  testing::run_command("ffmpeg -v error -y -i " + folder_.file("out.wav") + " -f s16le " +
                       folder_.file("b.raw"));
  EXPECT_EQ(folder_.read("a.raw"), folder_.read("b.raw"));
}

TEST_F(ProgramTest, PcmTakesAPart) {
  ASSERT_EQ(run("pcm in.wav --original -o part.wav --start 1.25 --duration 2.5"), 0);
  const auto part = folder_.read("part.wav");
  ASSERT_EQ(run("pcm in.wav --original -o whole.wav"), 0);
  const auto whole = folder_.read("whole.wav");
  constexpr std::size_t kHead = 58;
  ASSERT_EQ(part.size(), kHead + 120'000 * 8);
  EXPECT_TRUE(std::equal(part.begin() + kHead, part.end(), whole.begin() + kHead + 60'000 * 8));
}

TEST_F(ProgramTest, StandardInputAndOutputServeAsFiles) {
  ASSERT_EQ(run("render in.wav -o a.webm"), 0);
  const std::string command = "cd '" + folder_.file("") +
                              "' && timeout 60 " AURALIS_PROGRAM
                              " render - -o - <in.wav >b.webm 2>err.txt";
  ASSERT_EQ(std::system(command.c_str()), 0);
  // Standard output cannot be patched: same packets, no sizes and no way to the index.
  EXPECT_EQ(folder_.read("b.webm").size(), folder_.read("a.webm").size());
  EXPECT_TRUE(
      testing::run_command("ffmpeg -v error -xerror -i " + folder_.file("b.webm") + " -f null -"));
}

TEST_F(ProgramTest, InfoAndAnalyzeTellFacts) {
  ASSERT_EQ(run("info in.wav --json"), 0);
  const std::string info = text("out.txt");
  EXPECT_NE(info.find("\"sample_rate_hz\":48000"), std::string::npos) << info;
  EXPECT_NE(info.find("\"frame_count\":240720"), std::string::npos) << info;
  ASSERT_EQ(run("analyze in.wav --json"), 0);
  folder_.write("profile.json", folder_.read("out.txt"));
  EXPECT_NE(text("out.txt").find("\"preset\":\"punchy\""), std::string::npos);
  ASSERT_EQ(run("chunk in.wav --index 1 -o measured.bin"), 0);
  ASSERT_EQ(run("chunk in.wav --index 1 -o given.bin --profile profile.json"), 0);
  EXPECT_EQ(folder_.read("measured.bin"), folder_.read("given.bin"));
  ASSERT_EQ(run("analyze in.wav --full"), 0);
  EXPECT_NE(text("out.txt").find("all of it"), std::string::npos);
}

TEST_F(ProgramTest, ReportTellsWhatEveryStageDidInEveryPacket) {
  ASSERT_EQ(run("render in.wav -o out.webm --preset punchy --report report.json"), 0);
  const std::string report = text("report.json");
  // 5.015 s are 251 packets of 20 ms in three chunks, the last of 51.
  EXPECT_NE(report.find(R"({"chunk":2,"first_packet":200,"low_db":[)"), std::string::npos);
  const std::size_t last = report.rfind("\"limiter_db\":[") + 14;
  const std::string values = report.substr(last, report.find(']', last) - last);
  EXPECT_EQ(std::count(values.begin(), values.end(), ','), 50);
  EXPECT_NE(report.find("\"words\":[\"loudness"), std::string::npos);
  // The same from any start: gains belong to packets, not to the run.
  ASSERT_EQ(run("render in.wav -o part.webm --preset punchy --start 4 --report part.json"), 0);
  const std::string part = text("part.json");
  const auto chunk_2 = [](const std::string& json) {
    const std::size_t begin = json.find(R"({"chunk":2,)");
    return json.substr(begin, json.find('}', begin) - begin);
  };
  EXPECT_EQ(chunk_2(part), chunk_2(report));
}

TEST_F(ProgramTest, FailuresHaveTheirCodesAndOneLine) {
  folder_.write("empty.flac", {});
  folder_.write("text.mp3", std::vector<std::byte>(5000, std::byte{'x'}));
  folder_.write("old.webm", std::vector<std::byte>(3));
  const std::pair<std::string, int> cases[] = {
      {"frobnicate", 2},
      {"render in.wav", 2},
      {"chunk in.wav --index 3 -o c.bin", 2},
      {"pcm in.wav -o p.wav --start 100", 2},
      {"render empty.flac -o old.webm", 3},
      {"render text.mp3 -o old.webm", 3},
      {"info missing.wav", 4},
      {"info .", 4},
      {"render in.wav -o missing/out.webm", 4},
  };
  for (const auto& [arguments, code] : cases) {
    EXPECT_EQ(run(arguments), code) << arguments;
    const std::string message = text("err.txt");
    EXPECT_EQ(message.compare(0, 9, "auralis: "), 0) << message;
    EXPECT_EQ(std::count(message.begin(), message.end(), '\n'), 1) << message;
  }
  EXPECT_EQ(folder_.read("old.webm").size(), 3u) << "a failure must not destroy the file before";
  EXPECT_FALSE(std::filesystem::exists(folder_.file("old.webm.part")));
}

TEST_F(ProgramTest, AFullDiskIsAnIoError) {
  EXPECT_EQ(run("render in.wav -o /dev/full"), 4);
}

}  // namespace
}  // namespace engine
