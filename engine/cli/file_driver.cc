#include "engine/cli/file_driver.h"

#include "engine/base/check.h"

namespace engine::cli {

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
