// FullPipe: a named pipe that somebody could read and nobody does.
#pragma once

#include <cerrno>
#include <fcntl.h>
#include <string>
#include <sys/stat.h>
#include <unistd.h>

#include <gtest/gtest.h>

#include "server-min/unique_fd.h"

namespace server {

class FullPipe {
 public:
  /// Empty as yet.
  explicit FullPipe(const std::string& path) {
    EXPECT_EQ(::mkfifo(path.c_str(), 0600), 0);
    reader_ = UniqueFd(::open(path.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC));
    writer_ = UniqueFd(::open(path.c_str(), O_WRONLY | O_NONBLOCK | O_CLOEXEC));
    EXPECT_TRUE(reader_.valid() && writer_.valid());
  }

  /// Until not a byte more finds room.
  void fill() const {
    while (::write(writer_.get(), "x", 1) == 1) {
    }
    EXPECT_EQ(errno, EAGAIN);
  }

  /// What is in it, which then is empty.
  std::string take() const {
    std::string text;
    char bytes[4096];
    for (ssize_t count = 0; (count = ::read(reader_.get(), bytes, sizeof(bytes))) > 0;) {
      text.append(bytes, static_cast<std::size_t>(count));
    }
    return text;
  }

  /// For who writes into it; blocks where there is no room.
  UniqueFd open_writer(const std::string& path) const {
    return UniqueFd(::open(path.c_str(), O_WRONLY | O_CLOEXEC));
  }

 private:
  UniqueFd reader_;
  UniqueFd writer_;
};

}  // namespace server
