// TagReader: the bytes of a part of a file, in order and in pieces of bounded size, with ID3v2's
// unsynchronisation taken out where it is used.
//
// Unsynchronisation puts a zero behind each FF byte that might look like an MPEG frame's start, so
// that "FF 00" stands for "FF" (ID3v2.4 section 6.1). Only a reader that decodes knows where in
// such a tag a frame begins.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "server-min/http_range.h"

namespace server {

class TagReader {
 public:
  /// Reads `range` of the open file `fd`, which must stay open; its offset is not used.
  TagReader(int fd, ByteRange range, bool unsynchronised);

  /// The next decoded byte; nothing at the end of the range, of the file, or after an error.
  std::optional<std::uint8_t> take();
  /// A number of `byte_count` bytes, the highest first. Nothing when it is not all there.
  std::optional<std::uint32_t> take_number(int byte_count);
  /// Passes over decoded bytes, unread where they need no decoding. False when fewer are left.
  bool skip(std::uint64_t byte_count);
  /// Decoded bytes, as many as are at hand, at most a few KiB; empty at the end.
  std::string_view take_piece();

  /// Where in the file the next undecoded byte stands.
  std::uint64_t position() const { return position_; }
  std::uint64_t end() const { return end_; }

 private:
  bool fill();
  std::optional<std::uint8_t> take_undecoded();

  int fd_;
  std::uint64_t position_;
  std::uint64_t end_;
  bool unsynchronised_;
  bool after_ff_ = false;           // A zero that follows is none of the tag's.
  std::vector<char> buffer_;        // What was read last...
  std::uint64_t buffer_begin_ = 0;  // ...and where in the file that is.
  std::vector<char> piece_;         // What take_piece() gave last.
};

}  // namespace server
