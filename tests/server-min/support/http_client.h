// HttpClient: one TCP connection that sends exactly the bytes it is told and reads answers.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "server-min/unique_fd.h"

namespace server {

struct HttpResponse {
  int status = 0;
  std::vector<std::pair<std::string, std::string>> headers;  ///< Names in lower case.
  std::string body;

  /// The value of a header by its lower-case name; "" when absent.
  std::string header(std::string_view name) const;
  bool has(std::string_view name) const;
};

/// Every wait is bounded by five seconds.
class HttpClient {
 public:
  /// `receive_buffer_bytes` asks for a small kernel buffer, so that the server notices slow
  /// reading.
  explicit HttpClient(std::uint16_t port, int receive_buffer_bytes = 0)
      : HttpClient("127.0.0.1", port, receive_buffer_bytes) {}
  /// `address`: IPv4 or IPv6.
  HttpClient(const std::string& address, std::uint16_t port, int receive_buffer_bytes = 0);

  /// Whether this machine has the address ::1.
  static bool has_ipv6();

  bool connected() const { return socket_.valid(); }
  /// False when the server does not take the bytes any more.
  bool send(std::string_view bytes);
  /// Reads one answer; nothing when the connection ends or stays silent before it is complete.
  /// `without_body` is for answers to HEAD.
  std::optional<HttpResponse> read_response(bool without_body = false);
  /// Sends "METHOD target HTTP/1.1" with Host and `header_lines` (each ended by CR LF).
  std::optional<HttpResponse> request(std::string_view method, std::string_view target,
                                      std::string_view header_lines = "");
  std::optional<HttpResponse> get(std::string_view target, std::string_view header_lines = "") {
    return request("GET", target, header_lines);
  }
  /// Up to `size_max` bytes as they come; "" at the end of the connection or after five seconds.
  std::string receive(std::size_t size_max);
  /// True when the server has closed the connection, or does so within `timeout`, without sending
  /// anything more.
  bool closes_within(std::chrono::milliseconds timeout);

 private:
  UniqueFd socket_;
  std::string buffer_;
};

}  // namespace server
