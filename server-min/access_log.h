// AccessLog: one line for each answer, in the Combined Log Format of web servers:
//
//   ADDRESS - USER [30/Nov/2026:04:00:00 +0000] "GET / HTTP/1.1" 200 1234 "REFERER" "USER-AGENT"
//
// What is not known is "-". Quotes, backslashes and all bytes that are not printable ASCII are
// written as \", \\ and \xHH, so a line stays a line whatever a client sends; what is long is cut,
// and ends in "...". Times are UTC.
// Whoever writes a line never waits for a disk or a pipe: a thread of the log does. Lines come
// whole into a pipe, or not at all.
#pragma once

#include <climits>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>

#include "server-min/unique_fd.h"

namespace server {

struct AccessEntry {
  std::string_view address;
  std::string_view user;
  std::int64_t unix_seconds = 0;
  std::string_view request_line;  ///< "GET / HTTP/1.1".
  int status = 0;
  std::uint64_t body_size_bytes = 0;  ///< As sent, without the head.
  std::string_view referer;
  std::string_view user_agent;
};

/// Longer is no line: so much comes into a pipe in one piece (write(2)).
inline constexpr std::size_t kAccessLineSizeMax = PIPE_BUF;

/// The line with its end. User and password in the address of the referer are left out.
std::string format_access_line(const AccessEntry& entry);

class AccessLog {
 public:
  /// How much waits at most, beside as much that is being written; what comes beyond it is dropped,
  /// and counted.
  static constexpr std::size_t kPendingSizeMax = 1 << 20;

  /// `path` is appended to; "-" is standard output. `tell` gets words about lines that are lost, on
  /// the thread of the log. Throws std::system_error where the file cannot be opened; with
  /// std::errc::no_such_device_or_address for a pipe that nobody reads, which would have to be
  /// waited for.
  AccessLog(std::string path, std::function<void(const std::string&)> tell);
  /// Writes what is pending, unless the other end of a pipe takes nothing.
  ~AccessLog();
  AccessLog(const AccessLog&) = delete;
  AccessLog& operator=(const AccessLog&) = delete;

  /// Does not wait. From any thread.
  void write(const AccessEntry& entry);

  /// From now on writes into a file that is opened anew by its name: the one there was may have
  /// been moved away. From any thread.
  void reopen();

 private:
  void run();
  void write_out(std::string_view lines);
  void open_again();
  bool is_stopping();

  const std::string path_;
  const bool is_standard_output_;
  const std::function<void(const std::string&)> tell_;
  UniqueFd file_;         // Used by the log's thread once it runs.
  bool failing_ = false;  // The same.
  bool is_torn_ = false;  // The same: a line was begun and its end found no room on the disk.

  std::mutex mutex_;  // Guards what follows.
  std::condition_variable changed_;
  std::string pending_;
  std::uint64_t dropped_count_ = 0;
  bool reopening_ = false;
  bool stopping_ = false;

  std::thread thread_;
};

}  // namespace server
