// Request targets (RFC 9112 section 3.2, RFC 3986): a path of decoded segments and a query.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace server {

struct RequestTarget {
  /// Decoded segments; "/" has none, and a path that ends in "/" sets `is_folder`. No segment is
  /// empty, "." or "..", and none contains a control character, a slash or a backslash.
  std::vector<std::string> segments;
  bool is_folder = false;
  /// Decoded names and values in the order of the query.
  std::vector<std::pair<std::string, std::string>> query;

  /// The segments joined by "/": a name for FileRoot.
  std::string relative_path() const;
  /// The value of the first query parameter called `name`.
  std::optional<std::string> parameter(std::string_view name) const;
};

/// The authority of a target in absolute form ("http://host:80/a": "host:80"), which then counts
/// instead of Host (RFC 9112 section 3.2.2). Nothing for other forms.
std::optional<std::string_view> authority_of_target(std::string_view target);

/// Reads origin form ("/a/b?c=d") and absolute form ("http://host/a"). Nothing for other forms,
/// fragments, broken percent escapes, and paths in which a segment is empty, "." or "..", or holds
/// a control character, a backslash (a slash to some readers) or a slash behind an escape: such
/// names have no honest meaning here.
std::optional<RequestTarget> parse_request_target(std::string_view target);

}  // namespace server
