// Client addresses as text: whose request it is, for the access log and for counting wrong
// passwords.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace server {

/// The address as it is written usually: IPv4 also where it stands in an IPv6 address
/// ("::ffff:192.0.2.1"). Nothing for what is no numeric address.
std::optional<std::string> normal_address(std::string_view text);

/// True for 127.0.0.0/8 and ::1.
bool is_loopback(const std::string& address);

/// The client that a proxy names: the last element of X-Forwarded-For, which the proxy itself has
/// added. What stands before it may come from the client. Ports and brackets are left out.
std::optional<std::string> forwarded_client(std::string_view forwarded_for);

/// The proxies whose word about their client is believed; nobody's unless told.
class TrustedProxies {
 public:
  /// False for what is no numeric address; "localhost" is this machine.
  bool add(std::string_view address);
  /// Who connects from this machine (see is_loopback).
  void add_this_machine() { this_machine_ = true; }

  bool empty() const { return !this_machine_ && addresses_.empty(); }
  /// `address`: see normal_address().
  bool includes(const std::string& address) const;
  /// Who they are, in words: "this machine, 192.0.2.7"; "nobody".
  std::string words() const;

 private:
  bool this_machine_ = false;
  std::vector<std::string> addresses_;  // As normal_address() has them.
};

/// What one customer has of addresses: an IPv4 address, or the /56 of one of IPv6, as homes are
/// given one: each of its 256 networks would have tries of its own.
std::string network_of(const std::string& address);

}  // namespace server
