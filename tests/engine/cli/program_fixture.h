// ProgramTest: the program `auralis` in a folder of its own, with a file of something like music.
#pragma once

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <sys/wait.h>
#include <vector>

#include <gtest/gtest.h>

#include "engine/base/output_format.h"
#include "tests/support/music_signal.h"

namespace engine::cli {

class ProgramTest : public ::testing::Test {
 protected:
  void SetUp() override {
    testing::PcmSignal shape;
    shape.sample_rate_hz = kOutputRateHz;
    wav_ = testing::wav_file(testing::music_signal(shape, 5.015, 4));
    folder_.write("in.wav", wav_);
    folder_.write("out.txt", {});
    folder_.write("err.txt", {});
  }

  // Runs the shell line in the folder, with $auralis for the program; its exit code, that of a
  // signal as the shell tells it (128 + n).
  int shell(const std::string& line) const {
    const std::string command =
        "cd '" + folder_.file("") + "' && auralis='timeout 60 " AURALIS_PROGRAM "'; " + line;
    const int status = std::system(command.c_str());
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  }

  // Runs the program in the folder; its exit code. Output goes to out.txt and err.txt.
  int run(const std::string& arguments) const {
    return shell("$auralis " + arguments + " >out.txt 2>err.txt </dev/null");
  }

  std::string text(const std::string& name) const {
    std::string result;
    for (const std::byte value : folder_.read(name)) result.push_back(static_cast<char>(value));
    return result;
  }

  // Names in the folder, hidden ones too, sorted.
  std::vector<std::string> names() const {
    std::vector<std::string> found;
    for (const auto& entry : std::filesystem::directory_iterator(folder_.file(""))) {
      found.push_back(entry.path().filename().string());
    }
    std::sort(found.begin(), found.end());
    return found;
  }

  testing::TemporaryFolder folder_;
  std::vector<std::byte> wav_;
};

}  // namespace engine::cli
