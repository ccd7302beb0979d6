#include "engine/cli/file_driver.h"

#include "engine/base/check.h"

namespace engine::cli {

Failure describe(const Error& error, const SourceFile& file) {
  const std::string where = " (byte " + std::to_string(error.byte_offset) + ")";
  switch (error.code()) {
    case ErrorCode::kUnsupportedFormat:
      return {kExitInput, file.name() + ": not supported: " + error.words()};
    case ErrorCode::kCorruptData:
      return {kExitInput, file.name() + ": damaged: " + error.words() + where};
    case ErrorCode::kLimitExceeded:
      return {kExitInput, file.name() + ": past a limit of this program: " + error.words() + where};
    case ErrorCode::kInvalidArgument:
      break;
  }
  return {kExitUsage, file.name() + ": " + error.words()};
}

void FileDriver::attach(Session& session) const {
  const Status status = session.set_source_size(file_.size_bytes());
  ENGINE_CHECK(static_cast<bool>(status));
}

std::optional<Failure> FileDriver::answer(Session& session,
                                          std::span<const ByteRange> ranges) const {
  for (const ByteRange& range : ranges) {
    auto bytes = file_.read(range);
    if (auto* failure = std::get_if<Failure>(&bytes)) return *failure;
    const Status status = session.supply(range.begin, std::get<0>(bytes));
    ENGINE_CHECK(static_cast<bool>(status));
  }
  return std::nullopt;
}

}  // namespace engine::cli
