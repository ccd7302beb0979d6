// Conditional requests: validators of a file and what the If-* headers make of them.
//
// Source: RFC 9110 sections 8.8 (validators) and 13 (conditional requests).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace server {

/// What identifies one version of a representation.
struct Validators {
  std::string etag;                   ///< Strong entity tag with its quotes.
  std::int64_t modified_seconds = 0;  ///< Last-Modified, whole seconds since 1970 UTC.
};

/// The conditional fields of a request, as received; repeated fields joined by ", ".
struct Conditions {
  std::optional<std::string> if_match;
  std::optional<std::string> if_none_match;
  std::optional<std::string> if_modified_since;
  std::optional<std::string> if_unmodified_since;
  std::optional<std::string> if_range;
};

enum class Precondition {
  kProceed,      ///< Answer as if there were no conditions.
  kNotModified,  ///< 304: the client's copy is current.
  kFailed,       ///< 412: the client wanted another version.
};

/// A strong entity tag of a file: size, both times and inode all take part, so a file that is
/// replaced or rewritten gets another tag even within the same second, and even when whoever
/// rewrote it kept size and modification time.
std::string make_etag(std::uint64_t size_bytes, std::int64_t modified_ns, std::int64_t changed_ns,
                      std::uint64_t inode);

/// True when `list` ("*", or entity tags with commas, weak or strong) names `etag`. Strong
/// comparison refuses tags marked weak (RFC 9110 section 8.8.3.2).
bool etag_list_matches(std::string_view list, std::string_view etag, bool strong);

/// Evaluates If-Match, If-Unmodified-Since, If-None-Match and If-Modified-Since for GET and HEAD in
/// the order of RFC 9110 section 13.2.2. `now_seconds` is the server's clock.
Precondition evaluate(const Conditions& conditions, const Validators& validators,
                      std::int64_t now_seconds);

/// True when a Range may be honoured: there is no If-Range, or it names exactly this version (a
/// strong tag that is equal, or a date equal to Last-Modified whose second is over).
bool range_still_valid(const Conditions& conditions, const Validators& validators,
                       std::int64_t now_seconds);

}  // namespace server
