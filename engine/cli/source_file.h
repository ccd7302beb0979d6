// SourceFile: the file driver's bytes: a regular file read by position, or all of a pipe on
// standard input.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include "engine/base/byte_range.h"
#include "engine/cli/failure.h"

namespace engine::cli {

class SourceFile {
 public:
  /// "-" is standard input: from its position on where it is a regular file, else read to its end
  /// (at most 4 GiB).
  static std::variant<SourceFile, Failure> open(const std::string& path);

  SourceFile(const SourceFile&) = delete;
  SourceFile& operator=(const SourceFile&) = delete;
  SourceFile(SourceFile&& other) noexcept;
  SourceFile& operator=(SourceFile&&) = delete;
  ~SourceFile();

  std::uint64_t size_bytes() const { return size_bytes_; }
  const std::string& name() const { return name_; }
  /// Of the open file; -1: the bytes came through a pipe.
  int descriptor() const { return descriptor_; }

  /// The bytes of `range`, which lies inside the file. A failure when the file shrank meanwhile.
  std::variant<std::vector<std::byte>, Failure> read(const ByteRange& range) const;

 private:
  SourceFile() = default;
  std::variant<SourceFile, Failure> read_standard_input() &&;

  std::string name_;
  int descriptor_ = -1;
  std::uint64_t begin_ = 0;        // Where the source begins in the open file.
  std::vector<std::byte> memory_;  // Of a pipe.
  std::uint64_t size_bytes_ = 0;
};

}  // namespace engine::cli
