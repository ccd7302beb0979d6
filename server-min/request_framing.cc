#include "server-min/request_framing.h"

#include <string_view>

#include "server-min/text.h"

namespace server {
namespace {

// Only chunked, and only in the last place, tells where a request ends (RFC 9112 section 6.3, rule
// 4). It may not be applied twice (section 6.1).
Framing framing_of_codings(std::string_view list) {
  std::size_t chunked_count = 0;
  std::size_t other_count = 0;
  bool chunked_last = false;
  for (const std::string_view raw : split(list, ',')) {
    const std::string_view coding = trim(raw);
    if (coding.empty()) continue;  // RFC 9110 section 5.6.1.2: empty elements say nothing.
    chunked_last = equals_ignoring_case(coding, "chunked");
    ++(chunked_last ? chunked_count : other_count);
  }
  if (!chunked_last || chunked_count > 1) return Framing::kUncertain;
  return other_count > 0 ? Framing::kUnknownCoding : Framing::kBody;
}

}  // namespace

Framing framing_of(const FramingFields& fields) {
  if (fields.transfer_encoding) {
    // Both lengths at once, and a coding in a version that has none, are the two classic ways to
    // make a proxy and a server disagree.
    if (fields.content_length || fields.http_1_0) return Framing::kUncertain;
    return framing_of_codings(*fields.transfer_encoding);
  }
  if (!fields.content_length) return Framing::kNoBody;
  // One number and nothing else; a list of equal ones may be refused (section 6.3, rule 5).
  const auto length = parse_whole_number(*fields.content_length);
  if (!length) return Framing::kUncertain;
  return *length > 0 ? Framing::kBody : Framing::kNoBody;
}

}  // namespace server
