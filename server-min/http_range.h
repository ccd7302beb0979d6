// The Range header: which bytes of a representation a request asks for.
//
// Source: RFC 9110 section 14 (Range Requests). One range is honoured; a list of ranges, another
// unit and anything malformed are ignored, which section 14.2 allows, so they get the whole file.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>

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

using RangeAnswer = std::variant<WholeFile, ByteRange, UnsatisfiableRange>;

/// Interprets the value of one Range field for a file of `size_bytes`. A ByteRange result is never
/// empty and never reaches behind `size_bytes`. Numbers of any length are understood.
RangeAnswer parse_range(std::string_view value, std::uint64_t size_bytes);

/// The Content-Range value of a 206: "bytes first-last/size".
std::string content_range(ByteRange range, std::uint64_t size_bytes);

/// The Content-Range value of a 416: "bytes */size".
std::string unsatisfied_content_range(std::uint64_t size_bytes);

}  // namespace server
