// StaticFiles: the web app from its folder.
#pragma once

#include <cstdint>
#include <optional>

#include "server-min/file_root.h"
#include "server-min/message.h"
#include "server-min/request_target.h"

namespace server {

class StaticFiles {
 public:
  /// Without a folder every request is answered by 404 with the reason in words.
  explicit StaticFiles(std::optional<FileRoot> root) : root_(std::move(root)) {}

  /// The file of that name with its media type and caching rule:
  /// - "/" and every unknown name without an extension give index.html, so that the app's own
  ///   addresses can be reloaded; unknown names with an extension are 404;
  /// - names under /assets/ carry a hash of their content and may be cached for a year, all others
  ///   are revalidated;
  /// - NAME.br or NAME.gz beside NAME, unless older than it, is sent to clients that accept it;
  /// - names with a component that starts with a dot do not exist.
  Reply answer(const RequestTarget& target, const Request& request, std::int64_t now_seconds) const;

 private:
  std::optional<Reply> find(const std::string& name, const Request& request,
                            std::int64_t now_seconds) const;

  std::optional<FileRoot> root_;
};

/// The media type for a file name, by its extension; "application/octet-stream" when unknown.
std::string_view media_type_of_name(std::string_view file_name);

/// True when an Accept-Encoding value allows the coding `name` (RFC 9110 section 12.5.3): it is
/// listed, or "*" is, with a weight above zero.
bool accepts_encoding(std::string_view accept_encoding, std::string_view name);

}  // namespace server
