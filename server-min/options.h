// The command line of auralis-server.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <variant>
#include <vector>

#include "server-min/client_address.h"

namespace server {

struct Options {
  std::vector<std::string> music_folders;  ///< Each once at least.
  std::optional<std::string> data_folder;  ///< Absent: see default_data_folder().
  std::optional<std::string> web_folder;   ///< Absent: look in the usual places.
  std::string host = "127.0.0.1";          ///< A numeric address.
  std::uint16_t port = 8080;
  std::vector<std::string> public_names;     ///< Valid, each as it was given.
  std::chrono::seconds grace{5};             ///< How long answers may go on after a signal.
  std::optional<std::string> access_log;     ///< A file, or "-" for standard output.
  std::string user;                          ///< Empty: everybody may listen.
  std::optional<std::string> password_file;  ///< There where a user is.
  TrustedProxies trusted_proxies;
  bool help = false;
  bool version = false;
};

/// One line that says what is wrong with the command line.
struct UsageError {
  std::string message;
};

/// Reads the arguments after the program's name. Values may follow as "--port 80" or "--port=80";
/// --public-name and --trust-proxy take all words up to the next option. "localhost" is taken as
/// 127.0.0.1. `music_folders` has one unless help or version is asked for.
std::variant<Options, UsageError> parse_options(std::span<const std::string> arguments);

/// The text for --help.
std::string usage_text();

}  // namespace server
