// request_framing: does a request have a body, and would everybody on the way agree?
//
// A server that overlooks a body takes it for the next request: whoever can put bytes into a body
// can then speak for another client of the same proxy (request smuggling). So a length that is not
// certain ends the connection.
//
// Source: RFC 9112 sections 6.1 to 6.3.
#pragma once

#include <optional>
#include <string>

namespace server {

struct FramingFields {
  std::optional<std::string> transfer_encoding;  ///< Repeated fields joined by ", ".
  std::optional<std::string> content_length;     ///< The same.
  bool http_1_0 = false;
};

enum class Framing {
  kNoBody,
  kBody,           ///< There is one, and where it ends is certain.
  kUncertain,      ///< 400: contradictory, malformed, or without an end that can be known.
  kUnknownCoding,  ///< 501: it ends somewhere known, but is coded in a way not spoken here.
};

Framing framing_of(const FramingFields& fields);

}  // namespace server
