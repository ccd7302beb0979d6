// OutputFile: where a command writes. A file is written beside its target under a name of its own,
// and takes the target's name at commit(): a failure leaves what was there, and nothing else.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <variant>

#include "engine/cli/failure.h"
#include "engine/cli/output_target.h"

namespace engine::cli {

class OutputFile {
 public:
  /// Begins to write. A new file has the permissions of the one that it will replace, else those
  /// that the umask leaves.
  static std::variant<OutputFile, Failure> create(OutputTarget target);

  OutputFile(const OutputFile&) = delete;
  OutputFile& operator=(const OutputFile&) = delete;
  OutputFile(OutputFile&& other) noexcept;
  OutputFile& operator=(OutputFile&&) = delete;
  ~OutputFile();

  std::optional<Failure> append(std::span<const std::byte> bytes);
  /// Overwrites bytes that were appended before. Where the output cannot be sought in, nothing.
  std::optional<Failure> patch(std::uint64_t offset, std::span<const std::byte> bytes);
  /// Ends the writing: all is on the disk, though not in its place. After an interruption, a
  /// failure. A command with several outputs prepares all of them before it commits one.
  std::optional<Failure> prepare();
  /// Puts the file in its place; prepares it before, where that was not done. What was prepared is
  /// not stopped by an interruption any more.
  std::optional<Failure> commit();

  std::uint64_t size_bytes() const { return size_bytes_; }
  bool is_standard_output() const { return target_.kind() == OutputTarget::Kind::kStandardOutput; }

 private:
  explicit OutputFile(OutputTarget target) : target_(std::move(target)) {}
  std::optional<Failure> open();
  std::optional<Failure> open_beside();
  Failure failure(int error_number) const;

  OutputTarget target_;
  std::string temporary_name_;  // In the target's folder. Empty: none, or committed.
  int descriptor_ = -1;
  std::uint64_t size_bytes_ = 0;
};

}  // namespace engine::cli
