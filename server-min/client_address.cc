#include "server-min/client_address.h"

#include <algorithm>
#include <arpa/inet.h>
#include <array>

#include "server-min/text.h"

namespace server {
namespace {

using V6 = std::array<unsigned char, sizeof(in6_addr)>;

std::optional<V6> parse_v6(const std::string& text) {
  V6 address{};
  if (::inet_pton(AF_INET6, text.c_str(), address.data()) != 1) return std::nullopt;
  return address;
}

bool is_v4(const std::string& text) {
  in_addr address = {};
  return ::inet_pton(AF_INET, text.c_str(), &address) == 1;
}

template <typename Bytes>
std::string text_of(int family, const Bytes* address) {
  std::array<char, INET6_ADDRSTRLEN> text{};
  ::inet_ntop(family, address, text.data(), static_cast<socklen_t>(text.size()));
  return text.data();
}

}  // namespace

std::optional<std::string> normal_address(std::string_view text) {
  // inet_pton would stop at a NUL.
  if (text.find('\0') != std::string_view::npos) return std::nullopt;
  const std::string address(text);
  if (is_v4(address)) return address;
  const auto v6 = parse_v6(address);
  if (!v6) return std::nullopt;
  constexpr std::array<unsigned char, 12> kMapped = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF};
  if (std::equal(kMapped.begin(), kMapped.end(), v6->begin())) {
    return text_of(AF_INET, v6->data() + kMapped.size());
  }
  return text_of(AF_INET6, v6->data());
}

bool is_loopback(const std::string& address) {
  return address == "::1" || (is_v4(address) && address.starts_with("127."));
}

std::optional<std::string> forwarded_client(std::string_view forwarded_for) {
  std::string_view last = trim(forwarded_for.substr(forwarded_for.rfind(',') + 1));
  if (last.starts_with('[')) {
    const std::size_t close = last.find(']');
    if (close == std::string_view::npos) return std::nullopt;
    return normal_address(last.substr(1, close - 1));
  }
  if (std::count(last.begin(), last.end(), ':') == 1) last = last.substr(0, last.find(':'));
  return normal_address(last);
}

bool TrustedProxies::add(std::string_view address) {
  if (address == "localhost") {
    add_this_machine();
    return true;
  }
  const auto normal = normal_address(address);
  if (normal) addresses_.push_back(*normal);
  return normal.has_value();
}

bool TrustedProxies::includes(const std::string& address) const {
  if (this_machine_ && is_loopback(address)) return true;
  return std::find(addresses_.begin(), addresses_.end(), address) != addresses_.end();
}

std::string TrustedProxies::words() const {
  if (empty()) return "nobody";
  std::string words = this_machine_ ? "this machine" : "";
  for (const std::string& address : addresses_) words += (words.empty() ? "" : ", ") + address;
  return words;
}

std::string network_of(const std::string& address) {
  auto v6 = parse_v6(address);
  if (!v6) return address;
  constexpr std::size_t kNetworkBytes = 7;
  std::fill(v6->begin() + kNetworkBytes, v6->end(), static_cast<unsigned char>(0));
  return text_of(AF_INET6, v6->data()) + "/56";
}

}  // namespace server
