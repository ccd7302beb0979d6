#include "tests/server-min/support/http_client.h"

#include <arpa/inet.h>
#include <cstdlib>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/time.h>

#include "server-min/text.h"

namespace server {
namespace {

constexpr int kTimeoutSeconds = 5;

std::optional<HttpResponse> parse_head(std::string_view head) {
  HttpResponse response;
  if (!head.starts_with("HTTP/1.1 ") || head.size() < 12) return std::nullopt;
  response.status = std::atoi(std::string(head.substr(9, 3)).c_str());
  std::size_t line_end = head.find("\r\n");
  while (line_end != std::string_view::npos) {
    head.remove_prefix(line_end + 2);
    line_end = head.find("\r\n");
    const std::string_view line = head.substr(0, line_end);
    const std::size_t colon = line.find(':');
    if (colon == std::string_view::npos) return std::nullopt;
    response.headers.emplace_back(ascii_lower(line.substr(0, colon)),
                                  std::string(trim(line.substr(colon + 1))));
  }
  return response;
}

}  // namespace

std::string HttpResponse::header(std::string_view name) const {
  for (const auto& [key, value] : headers) {
    if (key == name) return value;
  }
  return "";
}

bool HttpResponse::has(std::string_view name) const {
  for (const auto& [key, value] : headers) {
    if (key == name) return true;
  }
  return false;
}

HttpClient::HttpClient(const std::string& address, std::uint16_t port, int receive_buffer_bytes) {
  const bool is_v6 = address.find(':') != std::string::npos;
  socket_ = UniqueFd(::socket(is_v6 ? AF_INET6 : AF_INET, SOCK_STREAM, 0));
  const timeval timeout = {kTimeoutSeconds, 0};
  ::setsockopt(socket_.get(), SOL_SOCKET, SO_RCVTIMEO, &timeout, sizeof(timeout));
  ::setsockopt(socket_.get(), SOL_SOCKET, SO_SNDTIMEO, &timeout, sizeof(timeout));
  if (receive_buffer_bytes > 0) {
    ::setsockopt(socket_.get(), SOL_SOCKET, SO_RCVBUF, &receive_buffer_bytes,
                 sizeof(receive_buffer_bytes));
  }
  sockaddr_in v4 = {};
  v4.sin_family = AF_INET;
  v4.sin_port = htons(port);
  sockaddr_in6 v6 = {};
  v6.sin6_family = AF_INET6;
  v6.sin6_port = htons(port);
  void* place = is_v6 ? static_cast<void*>(&v6.sin6_addr) : static_cast<void*>(&v4.sin_addr);
  const auto* target =
      is_v6 ? reinterpret_cast<const sockaddr*>(&v6) : reinterpret_cast<const sockaddr*>(&v4);
  const auto size = static_cast<socklen_t>(is_v6 ? sizeof(v6) : sizeof(v4));
  if (::inet_pton(is_v6 ? AF_INET6 : AF_INET, address.c_str(), place) != 1 ||
      ::connect(socket_.get(), target, size) != 0) {
    socket_ = UniqueFd();
  }
}

bool HttpClient::has_ipv6() {
  const UniqueFd probe(::socket(AF_INET6, SOCK_STREAM, 0));
  sockaddr_in6 own = {};
  own.sin6_family = AF_INET6;
  own.sin6_addr = IN6ADDR_LOOPBACK_INIT;
  return ::bind(probe.get(), reinterpret_cast<const sockaddr*>(&own), sizeof(own)) == 0;
}

bool HttpClient::send(std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t sent = ::send(socket_.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent <= 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
  return true;
}

std::string HttpClient::receive(std::size_t size_max) {
  if (!buffer_.empty()) {
    std::string bytes = buffer_.substr(0, size_max);
    buffer_.erase(0, bytes.size());
    return bytes;
  }
  std::string bytes(size_max, '\0');
  const ssize_t count = ::recv(socket_.get(), bytes.data(), bytes.size(), 0);
  bytes.resize(count > 0 ? static_cast<std::size_t>(count) : 0);
  return bytes;
}

std::optional<HttpResponse> HttpClient::read_response(bool without_body) {
  std::string received;
  std::size_t head_end = std::string::npos;
  while (head_end == std::string::npos) {
    const std::string more = receive(65536);
    if (more.empty()) return std::nullopt;
    received += more;
    head_end = received.find("\r\n\r\n");
  }
  auto response = parse_head(std::string_view(received).substr(0, head_end));
  if (!response) return std::nullopt;
  const bool no_body = without_body || response->status == 304;
  const auto length = parse_whole_number(response->header("content-length"));
  if (!no_body && !length) return std::nullopt;
  const std::size_t total = head_end + 4 + (no_body ? 0 : *length);
  while (received.size() < total) {
    const std::string more = receive(1 << 20);
    if (more.empty()) return std::nullopt;
    received += more;
  }
  buffer_ = received.substr(total) + buffer_;
  response->body = received.substr(head_end + 4, total - head_end - 4);
  return response;
}

std::optional<HttpResponse> HttpClient::request(std::string_view method, std::string_view target,
                                                std::string_view header_lines) {
  std::string text(method);
  text.append(" ").append(target).append(" HTTP/1.1\r\nHost: localhost\r\n");
  text.append(header_lines).append("\r\n");
  if (!send(text)) return std::nullopt;
  return read_response(method == "HEAD");
}

bool HttpClient::closes_within(std::chrono::milliseconds timeout) {
  if (!buffer_.empty()) return false;
  pollfd waited = {socket_.get(), POLLIN, 0};
  if (::poll(&waited, 1, static_cast<int>(timeout.count())) <= 0) return false;
  char byte = 0;
  return ::recv(socket_.get(), &byte, 1, MSG_DONTWAIT) <= 0;
}

}  // namespace server
