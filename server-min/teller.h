// Teller: words on standard output or standard error that nobody waits for: whoever reads them may
// have stopped (a pipe nobody empties, a terminal that is held), and must not hold the server with
// it. What finds no room is dropped, and how much that was is said with the next words.
#pragma once

#include <climits>
#include <cstdint>
#include <mutex>
#include <string>
#include <string_view>
#include <sys/types.h>

namespace server {

/// Writes to standard output or error, or a copy of one, if it takes something now; else the result
/// is -1 and errno EAGAIN. As write(2) otherwise, but never a SIGPIPE. `bytes`: PIPE_BUF at most,
/// for which a pipe has room if it has any. From any thread: they take turns, as both may be one
/// pipe.
ssize_t write_if_room(int file, std::string_view bytes);

class Teller {
 public:
  /// What of one text is shown at most, in bytes; longer ones are cut.
  static constexpr std::size_t kTextSizeMax = PIPE_BUF - 256;

  /// `front` comes before each line, and is short. `file` stays open while this lives.
  Teller(int file, std::string front);

  /// `words` as a line. From any thread.
  void say(std::string_view words);

  /// `text` as it is, without front and end. From any thread.
  void show(std::string_view text);

 private:
  void write(std::string text);

  const int file_;
  const std::string front_;
  std::mutex mutex_;  // Guards what follows.
  std::uint64_t lost_count_ = 0;
};

}  // namespace server
