// gzip: a body in the format of RFC 1952. The only unit that includes zlib.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace server {

/// `bytes` packed at the fastest level; nothing when there is no memory for it.
std::optional<std::string> gzip(std::string_view bytes);

}  // namespace server
