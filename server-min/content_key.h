// content_key: what a file and its copy elsewhere have in common, without reading it all.
#pragma once

#include <cstdint>
#include <optional>

namespace server {

/// A number of 64 bits from the size and the first and last 4 KiB of the open file. Nothing for an
/// empty file and after an error. The file's offset is not used.
std::optional<std::uint64_t> content_key(int fd, std::uint64_t size_bytes);

}  // namespace server
