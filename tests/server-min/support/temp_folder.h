// TempFolder: a folder of its own for one test, removed at the end.
#pragma once

#include <chrono>
#include <cstdlib>
#include <fcntl.h>
#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>
#include <sys/stat.h>
#include <thread>

#include <gtest/gtest.h>

namespace server {

class TempFolder {
 public:
  TempFolder() {
    std::string pattern = ::testing::TempDir() + "auralis-server-XXXXXX";
    const char* made = ::mkdtemp(pattern.data());
    if (made == nullptr) std::abort();
    path_ = made;
  }
  ~TempFolder() {
    std::error_code error;
    std::filesystem::remove_all(path_, error);
  }
  TempFolder(const TempFolder&) = delete;
  TempFolder& operator=(const TempFolder&) = delete;

  std::string path() const { return path_.string(); }
  std::string path_of(const std::string& name) const { return (path_ / name).string(); }

  /// Writes a file and the folders it needs.
  void write(const std::string& name, std::string_view bytes) const {
    std::filesystem::create_directories((path_ / name).parent_path());
    std::ofstream file(path_ / name, std::ios::binary | std::ios::trunc);
    file.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
    if (!file.good()) std::abort();
  }

  /// Sets the modification time in whole seconds since 1970.
  void set_modified(const std::string& name, std::int64_t unix_seconds) const {
    const timespec times[2] = {{unix_seconds, 0}, {unix_seconds, 0}};
    if (::utimensat(AT_FDCWD, path_of(name).c_str(), times, 0) != 0) std::abort();
  }

  /// Waits until the file system's clock, which ticks a few hundred times a second, has moved on.
  static void wait_for_tick() { std::this_thread::sleep_for(std::chrono::milliseconds(30)); }

  /// A link called `name` to `target`, which is stored as it is.
  void link(const std::string& name, const std::string& target) const {
    std::filesystem::create_directories((path_ / name).parent_path());
    std::filesystem::create_symlink(target, path_ / name);
  }

 private:
  std::filesystem::path path_;
};

}  // namespace server
