// Small text helpers for protocol words: ASCII only, no locale.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace server {

/// Drops HTTP's optional whitespace (space and tab, RFC 9110 section 5.6.3) at both ends.
std::string_view trim(std::string_view text);

/// Compares as HTTP compares tokens: ASCII letters without regard to case.
bool equals_ignoring_case(std::string_view a, std::string_view b);

/// ASCII letters in lower case, every other byte unchanged.
std::string ascii_lower(std::string_view text);

/// '0' to '9'.
constexpr bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

/// A whole decimal number without sign; nothing when empty, not a number, or above 2^64 - 1.
std::optional<std::uint64_t> parse_whole_number(std::string_view text);

/// Splits at each `separator`; empty pieces are kept, so "a,,b" has three pieces and "" has one.
std::vector<std::string_view> split(std::string_view text, char separator);

/// The part after the last dot of a file name, in lower case; empty when there is none.
std::string extension_of(std::string_view file_name);

/// The bytes as valid UTF-8: each byte that does not belong to a well-formed sequence (RFC 3629:
/// no overlong form, no surrogate, nothing above U+10FFFF) becomes U+FFFD.
std::string repair_utf8(std::string_view bytes);

/// A text file's bytes as UTF-8, which they most likely are; else each is a character of Latin-1. A
/// byte order mark in front is dropped.
std::string text_of_file(std::string_view bytes);

}  // namespace server
