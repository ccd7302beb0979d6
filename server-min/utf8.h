// Single characters of UTF-8 (RFC 3629 section 3).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace server {

/// Appends the character `code` as UTF-8.
void append_utf8(std::string& out, std::uint32_t code);

/// Takes one character off the front of valid UTF-8 that is not empty.
std::uint32_t take_code(std::string_view& utf8);

}  // namespace server
