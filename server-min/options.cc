#include "server-min/options.h"

#include <arpa/inet.h>
#include <array>

#include "server-min/authority.h"
#include "server-min/login_gate.h"
#include "server-min/music_roots.h"
#include "server-min/text.h"

namespace server {
namespace {

constexpr std::uint64_t kGraceSecondsMax = 3600;

bool is_numeric_address(const std::string& host) {
  std::array<unsigned char, sizeof(in6_addr)> address{};
  return ::inet_pton(AF_INET, host.c_str(), address.data()) == 1 ||
         ::inet_pton(AF_INET6, host.c_str(), address.data()) == 1;
}

// Stores one option's value; the result is the complaint, empty when all is well.
std::string apply(Options& options, const std::string& name, const std::string& value) {
  if (value.empty()) return name + " needs a value";
  if (name == "--music") {
    if (options.music_folders.size() >= MusicRoots::kCountMax) {
      return "--music can be given " + std::to_string(MusicRoots::kCountMax) + " times at most";
    }
    options.music_folders.push_back(value);
  } else if (name == "--data") {
    options.data_folder = value;
  } else if (name == "--access-log") {
    options.access_log = value;
  } else if (name == "--user") {
    if (!is_user_name(value)) return "--user needs a short name without colon";
    options.user = value;
  } else if (name == "--password-file") {
    options.password_file = value;
  } else if (name == "--web") {
    options.web_folder = value;
  } else if (name == "--host") {
    options.host = value == "localhost" ? "127.0.0.1" : value;
    // Brackets belong to URLs, but are easily copied from one.
    if (value.size() > 2 && value.front() == '[' && value.back() == ']') {
      options.host = value.substr(1, value.size() - 2);
    }
    if (!is_numeric_address(options.host)) return "--host needs an IP address, not " + value;
  } else if (name == "--port") {
    const auto port = parse_whole_number(value);
    if (!port || *port > 65535) return "--port needs a number from 0 to 65535, not " + value;
    options.port = static_cast<std::uint16_t>(*port);
  } else if (name == "--grace") {
    const auto seconds = parse_whole_number(value);
    if (!seconds || *seconds > kGraceSecondsMax) {
      return "--grace needs whole seconds from 0 to " + std::to_string(kGraceSecondsMax) +
             ", not " + value;
    }
    options.grace = std::chrono::seconds(*seconds);
  } else if (name == "--public-name") {
    if (!PublicNames().add(value)) {
      return "--public-name needs a name without scheme and port, not " + value;
    }
    options.public_names.push_back(value);
  } else if (name == "--trust-proxy") {
    if (!options.trusted_proxies.add(value)) {
      return "--trust-proxy needs IP addresses, not " + value;
    }
  } else {
    return "unknown option " + name;
  }
  return "";
}

}  // namespace

std::variant<Options, UsageError> parse_options(std::span<const std::string> arguments) {
  Options options;
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    const std::string& argument = arguments[i];
    if (argument == "--help" || argument == "-h") {
      options.help = true;
      continue;
    }
    if (argument == "--version") {
      options.version = true;
      continue;
    }
    const bool is_last = i + 1 == arguments.size() || arguments[i + 1].starts_with('-');
    if (argument == "--trust-proxy" && is_last) {
      options.trusted_proxies.add_this_machine();
      continue;
    }
    if (!argument.starts_with("--")) return UsageError{"unexpected argument " + argument};
    const std::size_t equals = argument.find('=');
    const std::string name = argument.substr(0, equals);
    std::string value;
    if (equals != std::string::npos) {
      value = argument.substr(equals + 1);
    } else if (i + 1 < arguments.size()) {
      value = arguments[++i];
    }
    std::string complaint = apply(options, name, value);
    const bool takes_more =
        (name == "--public-name" || name == "--trust-proxy") && equals == std::string::npos;
    while (takes_more && complaint.empty() && i + 1 < arguments.size() &&
           !arguments[i + 1].starts_with('-')) {
      complaint = apply(options, name, arguments[++i]);
    }
    if (!complaint.empty()) return UsageError{complaint};
  }
  if (options.help || options.version) return options;
  if (options.music_folders.empty()) return UsageError{"--music DIR is required"};
  if (options.user.empty() == options.password_file.has_value()) {
    return UsageError{"--user and --password-file go together"};
  }
  return options;
}

}  // namespace server
