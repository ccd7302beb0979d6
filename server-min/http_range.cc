#include "server-min/http_range.h"

#include <algorithm>
#include <limits>
#include <optional>

#include "server-min/text.h"

namespace server {
namespace {

// Digits of any length: a number too large for 64 bits saturates, because a position behind every
// possible file is still a well-formed position (RFC 9110 section 14.1.1 sets no limit).
std::optional<std::uint64_t> parse_position(std::string_view digits) {
  if (digits.empty()) return std::nullopt;
  constexpr std::uint64_t kMax = std::numeric_limits<std::uint64_t>::max();
  std::uint64_t value = 0;
  for (const char c : digits) {
    if (c < '0' || c > '9') return std::nullopt;
    const auto digit = static_cast<std::uint64_t>(c - '0');
    value = value > (kMax - digit) / 10 ? kMax : value * 10 + digit;
  }
  return value;
}

// suffix-range = "-" suffix-length: the last bytes, or all when the file is shorter.
RangeAnswer suffix_range(std::uint64_t length, std::uint64_t size_bytes) {
  if (length == 0) return UnsatisfiableRange{};
  // Nothing of an empty file can be named in a Content-Range, so it is sent whole.
  if (size_bytes == 0) return WholeFile{};
  return ByteRange{size_bytes - std::min(length, size_bytes), size_bytes};
}

}  // namespace

RangeAnswer parse_range(std::string_view value, std::uint64_t size_bytes) {
  const std::size_t equals = value.find('=');
  if (equals == std::string_view::npos) return WholeFile{};
  if (!equals_ignoring_case(trim(value.substr(0, equals)), "bytes")) return WholeFile{};

  const std::string_view spec = trim(value.substr(equals + 1));
  const std::size_t dash = spec.find('-');
  if (dash == std::string_view::npos || spec.find(',') != std::string_view::npos) {
    return WholeFile{};
  }
  const std::string_view first_text = spec.substr(0, dash);
  const std::string_view last_text = spec.substr(dash + 1);
  const auto last = parse_position(last_text);

  if (first_text.empty()) return last ? suffix_range(*last, size_bytes) : RangeAnswer(WholeFile{});
  const auto first = parse_position(first_text);
  if (!first || (!last && !last_text.empty())) return WholeFile{};
  if (last && *last < *first) return WholeFile{};
  if (*first >= size_bytes) return UnsatisfiableRange{};
  if (!last || *last >= size_bytes) return ByteRange{*first, size_bytes};
  return ByteRange{*first, *last + 1};
}

std::string content_range(ByteRange range, std::uint64_t size_bytes) {
  return "bytes " + std::to_string(range.begin) + "-" + std::to_string(range.end - 1) + "/" +
         std::to_string(size_bytes);
}

std::string unsatisfied_content_range(std::uint64_t size_bytes) {
  return "bytes */" + std::to_string(size_bytes);
}

}  // namespace server
