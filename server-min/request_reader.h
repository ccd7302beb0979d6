// RequestReader: bytes of a connection in, requests out. Does no I/O.
//
// Boost.Beast parses (RFC 9112); this unit is the only one that includes it. It also refuses what
// this server never accepts: bodies, lengths that are not certain (see request_framing.h), folded
// lines, lines that end in LF alone, heads beyond the limit, a request whose addressee cannot be
// told. Empty lines in front of a request are passed over, and HTTP/1.2 to 1.9 is taken as 1.1.
#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <variant>

#include "server-min/message.h"

namespace server {

/// The head is not complete yet: read more bytes into prepare().
struct NeedBytes {};

/// What is of no use to the routes: for the access log, and who the client is.
struct RequestNotes {
  std::string line;  ///< "GET / HTTP/1.1"; "" where no valid request came.
  std::string referer;
  std::string user_agent;
  std::string forwarded_for;
};

struct ReceivedRequest {
  Request request;
  RequestNotes notes;
  bool keep_alive = false;  ///< The client allows another request on this connection.
  bool http_1_0 = false;    ///< The client must be told when the connection stays open.
};

/// The connection cannot go on: send `reply` and close.
struct RefusedRequest {
  Reply reply;
  bool head_only = false;  ///< The request was HEAD, so that the reply has no body.
};

using ReadStep = std::variant<NeedBytes, ReceivedRequest, RefusedRequest>;

class RequestReader {
 public:
  /// `head_size_max` bounds a request's line and fields together, in bytes, and the memory used.
  explicit RequestReader(std::size_t head_size_max);
  ~RequestReader();
  RequestReader(const RequestReader&) = delete;
  RequestReader& operator=(const RequestReader&) = delete;

  /// Room for bytes from the network; never empty after next() said NeedBytes. Valid until the
  /// next call.
  std::span<char> prepare();
  /// The first `byte_count` bytes of prepare() have been filled.
  void commit(std::size_t byte_count);

  /// Looks at what is there. After a ReceivedRequest, bytes of the following request are kept, so
  /// call next() again before reading.
  ReadStep next();

  /// True when nothing of a further request has arrived yet.
  bool idle() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace server
