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

// What one range-spec of a list asks for; WholeFile when it is malformed.
using SpecAnswer = std::variant<WholeFile, ByteRange, UnsatisfiableRange>;

// suffix-range = "-" suffix-length: the last bytes, or all when the file is shorter.
SpecAnswer suffix_range(std::uint64_t length, std::uint64_t size_bytes) {
  if (length == 0) return UnsatisfiableRange{};
  // Nothing of an empty file can be named in a Content-Range, so it is sent whole.
  if (size_bytes == 0) return WholeFile{};
  return ByteRange{size_bytes - std::min(length, size_bytes), size_bytes};
}

SpecAnswer parse_spec(std::string_view spec, std::uint64_t size_bytes) {
  const std::size_t dash = spec.find('-');
  if (dash == std::string_view::npos) return WholeFile{};
  const std::string_view first_text = spec.substr(0, dash);
  const std::string_view last_text = spec.substr(dash + 1);
  const auto last = parse_position(last_text);

  if (first_text.empty()) return last ? suffix_range(*last, size_bytes) : SpecAnswer(WholeFile{});
  const auto first = parse_position(first_text);
  if (!first || (!last && !last_text.empty())) return WholeFile{};
  if (last && *last < *first) return WholeFile{};
  if (*first >= size_bytes) return UnsatisfiableRange{};
  if (!last || *last >= size_bytes) return ByteRange{*first, size_bytes};
  return ByteRange{*first, *last + 1};
}

bool overlap(RangeList ranges) {
  std::sort(ranges.begin(), ranges.end(),
            [](const ByteRange& a, const ByteRange& b) { return a.begin < b.begin; });
  for (std::size_t i = 1; i < ranges.size(); ++i) {
    if (ranges[i].begin < ranges[i - 1].end) return true;
  }
  return false;
}

}  // namespace

RangeAnswer parse_range(std::string_view value, std::uint64_t size_bytes) {
  const std::size_t equals = value.find('=');
  if (equals == std::string_view::npos) return WholeFile{};
  if (!equals_ignoring_case(trim(value.substr(0, equals)), "bytes")) return WholeFile{};

  RangeList ranges;
  std::size_t spec_count = 0;
  for (const std::string_view element : split(value.substr(equals + 1), ',')) {
    const std::string_view spec = trim(element);
    if (spec.empty()) continue;  // RFC 9110 section 5.6.1.2.
    if (++spec_count > kRangeCountMax) return WholeFile{};
    const SpecAnswer answer = parse_spec(spec, size_bytes);
    if (std::holds_alternative<WholeFile>(answer)) return WholeFile{};
    if (const auto* range = std::get_if<ByteRange>(&answer)) ranges.push_back(*range);
  }
  if (spec_count == 0 || overlap(ranges)) return WholeFile{};
  if (ranges.empty()) return UnsatisfiableRange{};
  if (ranges.size() == 1) return ranges.front();
  return ranges;
}

std::string content_range(ByteRange range, std::uint64_t size_bytes) {
  return "bytes " + std::to_string(range.begin) + "-" + std::to_string(range.end - 1) + "/" +
         std::to_string(size_bytes);
}

std::string unsatisfied_content_range(std::uint64_t size_bytes) {
  return "bytes */" + std::to_string(size_bytes);
}

}  // namespace server
