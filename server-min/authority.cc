#include "server-min/authority.h"

#include <arpa/inet.h>
#include <array>
#include <unistd.h>

#include "server-min/text.h"

namespace server {
namespace {

constexpr std::size_t kHostSizeMax = 255;  // RFC 1035 section 2.3.4.

bool is_hex(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

// reg-name = *( unreserved / pct-encoded / sub-delims ) (RFC 3986 section 3.2.2), but not empty:
// an http URL has a host (RFC 9110 section 4.2.1).
bool is_reg_name(std::string_view text) {
  constexpr std::string_view kMarks = "-._~!$&'()*+,;=";
  if (text.empty() || text.size() > kHostSizeMax) return false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if ((c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z')) continue;
    if (kMarks.find(c) != std::string_view::npos) continue;
    if (c != '%' || text.size() - i < 3 || !is_hex(text[i + 1]) || !is_hex(text[i + 2])) {
      return false;
    }
    i += 2;
  }
  return true;
}

bool is_address(int family, const std::string& text) {
  std::array<unsigned char, sizeof(in6_addr)> address{};
  return ::inet_pton(family, text.c_str(), address.data()) == 1;
}

// port = *DIGIT: "host:" is valid, and means the scheme's own port.
bool is_port(std::string_view text) {
  if (text.empty()) return true;
  const auto number = parse_whole_number(text);
  return number && *number <= 65535;
}

std::optional<Authority> parse_ipv6(std::string_view text) {
  const std::size_t close = text.find(']');
  if (close == std::string_view::npos) return std::nullopt;
  const std::string_view rest = text.substr(close + 1);
  if (!rest.empty() && (rest.front() != ':' || !is_port(rest.substr(1)))) return std::nullopt;
  Authority authority{ascii_lower(text.substr(1, close - 1)), true};
  // inet_pton would stop at a NUL.
  if (authority.host.find('\0') != std::string::npos) return std::nullopt;
  if (!is_address(AF_INET6, authority.host)) return std::nullopt;
  return authority;
}

}  // namespace

std::optional<Authority> parse_authority(std::string_view text) {
  if (text.starts_with('[')) return parse_ipv6(text);
  const std::size_t colon = text.find(':');
  const std::string_view name = text.substr(0, colon);
  if (colon != std::string_view::npos && !is_port(text.substr(colon + 1))) return std::nullopt;
  if (!is_reg_name(name)) return std::nullopt;
  Authority authority{ascii_lower(name), false};
  if (authority.host.ends_with('.')) authority.host.pop_back();  // The root's dot.
  if (authority.host.empty()) return std::nullopt;
  authority.is_address = is_address(AF_INET, authority.host);
  return authority;
}

PublicNames PublicNames::of_this_machine() {
  PublicNames names;
  std::array<char, kHostSizeMax + 1> buffer{};
  if (::gethostname(buffer.data(), buffer.size() - 1) != 0) return names;
  const std::string own = buffer.data();
  const std::string label = own.substr(0, own.find('.'));
  names.add(own);
  if (names.add(label)) names.add(label + ".local");
  return names;
}

bool PublicNames::add(std::string_view name) {
  // More than DNS has a use for would never match, or look like an option that lost its place.
  constexpr std::string_view kCharacters =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._";
  if (name.starts_with('-') || name.find_first_not_of(kCharacters) != std::string_view::npos) {
    return false;
  }
  auto authority = parse_authority(name);
  if (!authority) return false;
  names_.insert(std::move(authority->host));
  return true;
}

bool PublicNames::include(const Authority& authority) const {
  const std::string& host = authority.host;
  if (authority.is_address || host == "localhost" || host.ends_with(".localhost")) return true;
  return names_.count(host) > 0;
}

}  // namespace server
