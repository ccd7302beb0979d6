// What this process has read so far, to tell how often a file was read.
#pragma once

#include <cstdint>
#include <fstream>
#include <string>

#include <gtest/gtest.h>

namespace server {

/// Bytes of all reads of all threads since the process began, from files and sockets, whether or
/// not a disk was asked. Sparse parts of files count.
inline std::uint64_t bytes_read_by_process() {
  std::ifstream io("/proc/self/io");
  std::string name;
  std::uint64_t count = 0;
  io >> name >> count;
  EXPECT_EQ(name, "rchar:") << "the kernel does not count";
  return count;
}

}  // namespace server
