// Request and Reply: what routes see of HTTP. No sockets, no parser library.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "server-min/authority.h"
#include "server-min/conditional.h"
#include "server-min/event_hub.h"
#include "server-min/http_range.h"
#include "server-min/unique_fd.h"

namespace server {

enum class Method { kGet, kHead, kPost, kOther };

struct Request {
  Method method = Method::kOther;
  std::string target;
  /// From the target if it is in absolute form, else from Host. Absent only in HTTP/1.0.
  std::optional<Authority> authority;
  std::string addressee;  ///< The same as it was sent: "host[:port]".
  /// What a browser tells of the page that asks; repeated fields joined by ", ".
  std::optional<std::string> origin;
  std::optional<std::string> fetch_site;
  Conditions conditions;
  std::optional<std::string> range;  ///< Absent too when the field came more than once.
  std::string accept_encoding;
  std::optional<std::string> authorization;  ///< Absent too when the field came more than once.
  std::string client_address;                ///< As numbers, see client_address.h.
  bool hides_client = false;                 ///< It names another client, and is not believed.
};

/// A part of an open file, sent without passing through user space.
struct FileSlice {
  UniqueFd file;
  ByteRange range;
};

/// Several parts of an open file as multipart/byteranges (RFC 9110 section 14.6). Each part's range
/// is sent behind its head; `tail` ends the body.
struct FileParts {
  struct Part {
    std::string head;
    ByteRange range;
  };
  UniqueFd file;
  std::vector<Part> parts;
  std::string tail;
};

/// A part of an open file that an ID3v2 tag has unsynchronised, sent decoded (see TagReader).
struct UnsynchronisedSlice {
  UniqueFd file;
  ByteRange range;
  std::uint64_t size_bytes = 0;  ///< After decoding.
};

/// What happens, as it happens: a body without an end, see EventHub.
struct EventStream {
  std::shared_ptr<EventHub::Listener> listener;
};

struct Reply {
  int status = 200;
  std::string headers;  ///< Complete lines, each ended by CR LF; without length, date, connection.
  std::variant<std::monostate, std::string, FileSlice, FileParts, UnsynchronisedSlice, EventStream>
      body;
  bool close_connection = false;
  std::string user;  ///< Who has asked, where that was proved; for the access log.

  /// Appends one header line. Neither part may contain CR or LF; a line that does is left out.
  void add_header(std::string_view name, std::string_view value);
  /// False for a body that ends with the connection.
  bool has_length() const { return !std::holds_alternative<EventStream>(body); }
  /// Size of the body in bytes, also when a HEAD request keeps it from being sent.
  std::uint64_t content_length() const;
};

/// The reason phrase of a status code this server uses.
std::string_view reason_phrase(int status);

/// {"error":{"code":...,"message":...}} with `status`. `code` is stable, for programs; `message` is
/// for people.
Reply error_reply(int status, std::string_view code, std::string_view message);
/// 404 to an address below /api that is none.
Reply no_such_resource();

/// True unless a browser says that the page of another site asks. What is no browser says nothing,
/// and does not do other sites' bidding.
bool is_from_own_site(const Request& request);

/// 200 with a JSON text.
Reply json_reply(std::string json, std::string_view cache_control = "no-store");

}  // namespace server
