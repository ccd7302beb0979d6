// SourceFile: the file driver's bytes: a regular file read by position, or all of standard input.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include "engine/base/byte_range.h"

namespace engine::cli {

/// Exit codes of the program.
inline constexpr int kExitDone = 0;
inline constexpr int kExitUsage = 2;
inline constexpr int kExitInput = 3;
inline constexpr int kExitIo = 4;

/// Why the program ends; `message` is one line for a person.
struct Failure {
  int exit_code = kExitIo;
  std::string message;
};

class SourceFile {
 public:
  /// "-" reads standard input to its end (at most 4 GiB).
  static std::variant<SourceFile, Failure> open(const std::string& path);

  SourceFile(const SourceFile&) = delete;
  SourceFile& operator=(const SourceFile&) = delete;
  SourceFile(SourceFile&& other) noexcept;
  SourceFile& operator=(SourceFile&&) = delete;
  ~SourceFile();

  std::uint64_t size_bytes() const { return size_bytes_; }
  const std::string& name() const { return name_; }

  /// The bytes of `range`, which lies inside the file; fewer when the file shrank meanwhile.
  std::variant<std::vector<std::byte>, Failure> read(const ByteRange& range) const;

 private:
  SourceFile() = default;

  std::string name_;
  int descriptor_ = -1;
  std::vector<std::byte> memory_;  // Of standard input.
  std::uint64_t size_bytes_ = 0;
};

}  // namespace engine::cli
