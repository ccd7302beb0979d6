// Authority: whom a request is addressed to, "host[:port]", and which names are this server's own.
//
// A page of another site can have its own name resolve to this server's address (DNS rebinding);
// the browser then takes our answers for that site's and lets it read them. What it cannot change
// is the name in the request, so a server without logins has to know its names. Addresses are free:
// a page whose origin is an address of this machine was served by this machine.
//
// Source: RFC 9110 sections 4.2 and 7.2, RFC 3986 section 3.2.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <unordered_set>

namespace server {

struct Authority {
  /// In lower case, without a final dot and without the brackets of an IPv6 address. Never empty.
  std::string host;
  bool is_address = false;  ///< A numeric IPv4 or IPv6 address.
};

/// Reads "host", "host:port" and "[IPv6]:port". Nothing for what is no valid authority of an http
/// URL: an empty host, userinfo ("a@b"), characters that a host cannot have, a port that is none.
std::optional<Authority> parse_authority(std::string_view text);

/// The names that requests may be addressed to.
class PublicNames {
 public:
  /// localhost and every name below it.
  PublicNames() = default;
  /// Also the machine's own name, its first label, and that below .local (multicast DNS).
  static PublicNames of_this_machine();

  /// Adds one name without port; no wildcards, other scripts as "xn--...". False, and nothing is
  /// added, when it is no such name.
  bool add(std::string_view name);

  /// True for every address and for the names of this object.
  bool include(const Authority& authority) const;

 private:
  std::unordered_set<std::string> names_;
};

}  // namespace server
