// HTTP dates (RFC 9110 section 5.6.7), in whole seconds since 1970 UTC.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace server {

/// "Sun, 06 Nov 1994 08:49:37 GMT" (IMF-fixdate, the only form a server may send).
/// Years outside 1..9999 are clamped to that interval.
std::string format_http_date(std::int64_t unix_seconds);

/// Reads all three forms that a recipient must accept: IMF-fixdate, RFC 850 and asctime. The
/// two-digit year of RFC 850 is taken as the latest year that is not more than 50 years behind
/// `now_seconds`. Nothing for anything else.
std::optional<std::int64_t> parse_http_date(std::string_view text, std::int64_t now_seconds);

}  // namespace server
