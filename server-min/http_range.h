// The Range header: which bytes of a representation a request asks for.
//
// Source: RFC 9110 section 14 (Range Requests). One range is honoured, and so is a list of ranges
// that do not overlap. Another unit, anything malformed, overlapping ranges and too many of them
// are ignored, as section 14.2 advises, so they get the whole file.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace server {

/// Half-open byte interval [begin, end) of a file. HTTP's inclusive form exists only in headers.
struct ByteRange {
  std::uint64_t begin = 0;
  std::uint64_t end = 0;

  bool operator==(const ByteRange&) const = default;
  std::uint64_t size_bytes() const { return end - begin; }
};

/// The request asks for everything, or for something this server ignores: answer 200.
struct WholeFile {
  bool operator==(const WholeFile&) const = default;
};

/// The range is well formed and starts behind the last byte: answer 416.
struct UnsatisfiableRange {
  bool operator==(const UnsatisfiableRange&) const = default;
};

/// A list of ranges is honoured up to this length: every part costs a head of about 100 bytes and a
/// system call or two.
inline constexpr std::size_t kRangeCountMax = 64;

/// At least two ranges, in the order they were asked for; no two overlap.
using RangeList = std::vector<ByteRange>;

using RangeAnswer = std::variant<WholeFile, ByteRange, RangeList, UnsatisfiableRange>;

/// Interprets the value of one Range field for a file of `size_bytes`. The ranges of a result are
/// never empty and never reach behind `size_bytes`. Of a list, what starts behind the last byte is
/// left out; a list of which one range is left is that range. Numbers of any length are understood.
RangeAnswer parse_range(std::string_view value, std::uint64_t size_bytes);

/// The Content-Range value of a 206: "bytes first-last/size".
std::string content_range(ByteRange range, std::uint64_t size_bytes);

/// The Content-Range value of a 416: "bytes */size".
std::string unsatisfied_content_range(std::uint64_t size_bytes);

}  // namespace server
