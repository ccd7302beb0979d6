// Signals and limits in the middle of the work: what was there stays, and nothing else is left.
#include "engine/cli/interruption.h"

#include <algorithm>
#include <array>
#include <csignal>
#include <span>
#include <unistd.h>

#include "engine/cli/output_file.h"
#include "tests/engine/cli/program_fixture.h"

namespace engine::cli {
namespace {

class InterruptionTest : public ProgramTest {
 protected:
  void SetUp() override {
    ProgramTest::SetUp();
    folder_.write("old.webm", std::vector<std::byte>(3));
    // An hour and a half of silence: its header, and 1 GB that is not on the disk.
    const auto size = std::array{std::byte{0xFF}, std::byte{0xFF}, std::byte{0xFF}, std::byte{63}};
    std::copy(size.begin(), size.end(), wav_.begin() + 40);
    folder_.write("long.wav", std::span(wav_).first(44));
    std::filesystem::resize_file(folder_.file("long.wav"), 1ULL << 30);
    before_ = names();
  }

  // The program in the folder with these arguments; its process.
  pid_t start(std::vector<std::string> arguments, int standard_input = -1) const {
    const pid_t child = fork();
    if (child != 0) return child;
    std::vector<char*> words{const_cast<char*>("auralis")};
    for (std::string& argument : arguments) words.push_back(argument.data());
    words.push_back(nullptr);
    if (standard_input >= 0) dup2(standard_input, STDIN_FILENO);
    alarm(60);
    if (chdir(folder_.file("").c_str()) == 0) execv(AURALIS_PROGRAM, words.data());
    _exit(127);
  }

  // Waits until so many unfinished files are there.
  bool begun(std::size_t count) const {
    for (int i = 0; i < 20'000; ++i) {
      const auto now = names();
      const auto hidden = std::count_if(now.begin(), now.end(), [](const std::string& name) {
        return name.rfind(".auralis-", 0) == 0;
      });
      if (static_cast<std::size_t>(hidden) == count) return true;
      usleep(1000);
    }
    return false;
  }

  static int signal_of(pid_t child) {
    int status = 0;
    EXPECT_EQ(waitpid(child, &status, 0), child);
    return WIFSIGNALED(status) ? WTERMSIG(status) : 0;
  }

  std::vector<std::string> before_;
};

TEST_F(InterruptionTest, ASignalLeavesTheOldFileAndNothingElse) {
  for (const int signal_number :
       {SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGALRM, SIGXCPU, SIGVTALRM, SIGUSR1, SIGUSR2}) {
    const pid_t child = start({"render", "long.wav", "-o", "old.webm", "--report", "new.json"});
    ASSERT_TRUE(begun(2));
    kill(child, signal_number);
    kill(child, signal_number);  // As `timeout` does.
    EXPECT_EQ(signal_of(child), signal_number);
    EXPECT_EQ(names(), before_);
    EXPECT_EQ(folder_.read("old.webm").size(), 3u);
  }
  const pid_t child = start({"pcm", "long.wav", "-o", "new.wav"});
  ASSERT_TRUE(begun(1));
  kill(child, SIGTERM);
  EXPECT_EQ(signal_of(child), SIGTERM);
  EXPECT_EQ(names(), before_);
}

TEST_F(InterruptionTest, AReportThatCannotTakeItsPlaceLeavesTheOldRendering) {
  // Ten seconds.
  std::filesystem::resize_file(folder_.file("long.wav"), 10 * 48000 * 4);
  const pid_t child = start({"render", "long.wav", "-o", "old.webm", "--report", "new.json"});
  ASSERT_TRUE(begun(2));
  kill(child, SIGSTOP);
  std::filesystem::create_directory(folder_.file("new.json"));
  kill(child, SIGCONT);
  int status = 0;
  EXPECT_EQ(waitpid(child, &status, 0), child);
  EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 4) << status;
  EXPECT_EQ(folder_.read("old.webm").size(), 3u);
  std::filesystem::remove(folder_.file("new.json"));
  EXPECT_EQ(names(), before_);
}

// In a process of its own, which notes the signal for good.
TEST_F(InterruptionTest, WhatIsPreparedIsCommittedTogetherOrNotAtAll) {
  for (const bool before_all_is_prepared : {true, false}) {
    const pid_t child = fork();
    if (child == 0) {
      watch_for_interruption();
      const auto create = [&](const char* name) {
        auto target = OutputTarget::resolve(folder_.file(name));
        return std::get<OutputFile>(OutputFile::create(std::get<OutputTarget>(std::move(target))));
      };
      bool failed = false;
      {
        std::array outputs{create("old.webm"), create("new.json")};
        for (OutputFile& output : outputs) failed |= output.append(wav_).has_value();
        failed |= outputs[0].prepare().has_value();
        if (before_all_is_prepared) std::raise(SIGTERM);
        failed |= outputs[1].prepare().has_value();
        std::raise(SIGTERM);
        for (OutputFile& output : outputs) failed = failed || output.commit().has_value();
      }
      _exit(failed ? 1 : 0);
    }
    int status = 0;
    EXPECT_EQ(waitpid(child, &status, 0), child);
    ASSERT_TRUE(WIFEXITED(status));
    EXPECT_EQ(WEXITSTATUS(status), before_all_is_prepared ? 1 : 0);
    EXPECT_EQ(folder_.read("old.webm").size(), before_all_is_prepared ? 3u : wav_.size());
    EXPECT_EQ(names() == before_, before_all_is_prepared);
  }
  EXPECT_EQ(folder_.read("new.json").size(), wav_.size());
}

TEST_F(InterruptionTest, ASignalEndsWaitingForAPipe) {
  std::array<int, 2> pipe_ends{};
  ASSERT_EQ(pipe(pipe_ends.data()), 0);
  const pid_t child = start({"info", "-"}, pipe_ends[0]);
  usleep(200'000);
  kill(child, SIGTERM);
  EXPECT_EQ(signal_of(child), SIGTERM);
  close(pipe_ends[0]);
  close(pipe_ends[1]);
}

TEST_F(InterruptionTest, AnIgnoredSignalStaysIgnored) {
  const auto before = std::signal(SIGHUP, SIG_IGN);  // As nohup does.
  const pid_t child = start({"pcm", "long.wav", "-o", "new.wav"});
  std::signal(SIGHUP, before);
  ASSERT_TRUE(begun(1));
  kill(child, SIGHUP);
  usleep(200'000);
  EXPECT_EQ(waitpid(child, nullptr, WNOHANG), 0) << "it goes on";
  kill(child, SIGTERM);
  EXPECT_EQ(signal_of(child), SIGTERM);
}

TEST_F(InterruptionTest, AReaderThatGoesAwayEndsItQuietly) {
  EXPECT_EQ(
      shell("{ $auralis pcm long.wav -o - 2>err.txt; echo $? >code; } | head -c 100 >out.txt"), 0);
  EXPECT_EQ(text("code"), "141\n");
  EXPECT_EQ(text("err.txt"), "");
  std::filesystem::remove(folder_.file("code"));
  shell("$auralis render long.wav -o - --report new.json 2>err.txt | head -c 100 >out.txt");
  EXPECT_EQ(names(), before_);
}

TEST_F(InterruptionTest, AFileSizeLimitIsAnErrorThatLeavesTheOldFile) {
  EXPECT_EQ(shell("ulimit -f 64; $auralis pcm in.wav --json -o old.webm >out.txt 2>err.txt"), 4);
  EXPECT_NE(text("out.txt").find("\"detail\":\"file-too-large\""), std::string::npos);
  EXPECT_EQ(names(), before_);
  EXPECT_EQ(folder_.read("old.webm").size(), 3u);
}

}  // namespace
}  // namespace engine::cli
