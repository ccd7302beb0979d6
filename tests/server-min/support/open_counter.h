// OpenCounter: how often a file is opened and read, by whomever, as the kernel tells it.
#pragma once

#include <array>
#include <cstring>
#include <string>
#include <sys/inotify.h>
#include <unistd.h>
#include <utility>

#include <gtest/gtest.h>

#include "server-min/unique_fd.h"

namespace server {

class OpenCounter {
 public:
  explicit OpenCounter(const std::string& path) : events_(::inotify_init1(IN_NONBLOCK)) {
    EXPECT_GE(::inotify_add_watch(events_.get(), path.c_str(), IN_OPEN | IN_ACCESS), 0);
  }
  int opened() { return take().first; }
  int read() { return take().second; }

 private:
  // Opens and reads since the last call.
  std::pair<int, int> take() {
    alignas(inotify_event) std::array<char, 4096> buffer{};
    std::pair<int, int> counts;
    for (ssize_t size = 0; (size = ::read(events_.get(), buffer.data(), buffer.size())) > 0;) {
      for (ssize_t at = 0; at < size; at += static_cast<ssize_t>(sizeof(inotify_event))) {
        inotify_event event = {};  // Events of a watched file have no name behind them.
        std::memcpy(&event, buffer.data() + at, sizeof(event));
        counts.first += (event.mask & IN_OPEN) != 0 ? 1 : 0;
        counts.second += (event.mask & IN_ACCESS) != 0 ? 1 : 0;
      }
    }
    return counts;
  }

  UniqueFd events_;
};

}  // namespace server
