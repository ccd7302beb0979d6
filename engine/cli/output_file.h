// OutputFile: where a command writes; removed again unless commit() was reached.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <variant>

#include "engine/cli/source_file.h"

namespace engine::cli {

class OutputFile {
 public:
  /// "-" is standard output. A file is written beside `path` and takes its name at commit(), so
  /// that a failure never leaves half a file nor destroys the one before it.
  static std::variant<OutputFile, Failure> create(const std::string& path);

  OutputFile(const OutputFile&) = delete;
  OutputFile& operator=(const OutputFile&) = delete;
  OutputFile(OutputFile&& other) noexcept;
  OutputFile& operator=(OutputFile&&) = delete;
  ~OutputFile();

  std::optional<Failure> append(std::span<const std::byte> bytes);
  /// Overwrites bytes that were appended before. Where the output cannot be sought in, nothing.
  std::optional<Failure> patch(std::uint64_t offset, std::span<const std::byte> bytes);
  std::optional<Failure> commit();

  std::uint64_t size_bytes() const { return size_bytes_; }

 private:
  OutputFile() = default;
  Failure failure(const char* what) const;

  std::string path_;
  std::string temporary_path_;  // Empty: standard output, or committed.
  int descriptor_ = -1;
  std::uint64_t size_bytes_ = 0;
};

}  // namespace engine::cli
