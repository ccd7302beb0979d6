// Runs other people's programs (ffmpeg, flac) in a folder of its own: the oracles of the tests.
//
// A missing program fails the test, it does not skip it: a suite that proves nothing must not pass.
#pragma once

#include <cstddef>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <span>
#include <string>
#include <sys/wait.h>
#include <vector>

#include <gtest/gtest.h>

namespace engine::testing {

/// A new folder under the system's temporary one, deleted with everything in it at the end.
class TemporaryFolder {
 public:
  TemporaryFolder() {
    std::string name = (std::filesystem::temp_directory_path() / "auralis-test-XXXXXX").string();
    if (mkdtemp(name.data()) == nullptr) ADD_FAILURE() << "cannot make a temporary folder";
    path_ = name;
  }
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  ~TemporaryFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }

  std::string file(const std::string& name) const { return (path_ / name).string(); }

  void write(const std::string& name, std::span<const std::byte> bytes) const {
    std::ofstream stream(file(name), std::ios::binary);
    for (const std::byte byte : bytes) stream.put(static_cast<char>(byte));
  }

  std::vector<std::byte> read(const std::string& name) const {
    std::ifstream stream(file(name), std::ios::binary);
    EXPECT_TRUE(stream.good()) << "cannot read " << name;
    std::vector<std::byte> bytes;
    for (std::istreambuf_iterator<char> at(stream), end; at != end; ++at) {
      bytes.push_back(static_cast<std::byte>(*at));
    }
    return bytes;
  }

 private:
  std::filesystem::path path_;
};

/// True when `program` is installed; else fails the test with a line that says so.
inline bool require_program(const std::string& program) {
  const bool found = std::system(("command -v " + program + " >/dev/null 2>&1").c_str()) == 0;
  if (!found) ADD_FAILURE() << "this test needs the program `" << program << "`: install it";
  return found;
}

/// Runs a shell command of at most a minute; false, and a failed test, unless it exits with 0.
inline bool run_command(const std::string& command) {
  const int status = std::system(("timeout 60 " + command + " </dev/null").c_str());
  const bool good = WIFEXITED(status) && WEXITSTATUS(status) == 0;
  if (!good) ADD_FAILURE() << "failed: " << command;
  return good;
}

}  // namespace engine::testing
