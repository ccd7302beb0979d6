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
    if (argument == "--trust-proxy") {
      options.trust_proxy = true;
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
    const bool takes_more = name == "--public-name" && equals == std::string::npos;
    while (takes_more && complaint.empty() && i + 1 < arguments.size() &&
           !arguments[i + 1].starts_with('-')) {
      complaint = apply(options, name, arguments[++i]);
    }
    if (!complaint.empty()) return UsageError{complaint};
  }
  if (options.user.empty() == options.password_file.has_value()) {
    return UsageError{"--user and --password-file go together"};
  }
  const bool needs_music = !options.help && !options.version;
  if (needs_music && options.music_folders.empty()) return UsageError{"--music DIR is required"};
  return options;
}

std::string usage_text() {
  return "usage: auralis-server --music DIR [--data DIR] [--port 8080] [--host 127.0.0.1]\n"
         "                      [--web DIR] [--public-name NAME...] [--grace 5]\n"
         "Serves the music below DIR (WAV, FLAC, MP3) and the web app that plays it enhanced.\n"
         "  --music DIR  the music folder; may be given several times, for several folders.\n"
         "               Nothing outside them can be read, links to folders are followed within\n"
         "               them. The tracks of the first one keep the ids that they have alone\n"
         "  --data DIR   where the catalogue is kept, a file for each set of them; by default\n"
         "               $XDG_STATE_HOME/auralis, else ~/.local/state/auralis. It may be deleted\n"
         "               while the server is not running: the music is then read anew\n"
         "  --port N     0 lets the system choose; the address is printed on start\n"
         "  --host IP    the address to listen on; 0.0.0.0 means every IPv4 address of this\n"
         "               machine, :: every one\n"
         "  --grace SECONDS  how long answers that are being sent may go on after SIGTERM or\n"
         "               Ctrl-C; a second one ends at once\n"
         "  --access-log FILE|-  a line for each answer, in the Combined Log Format, appended to\n"
         "               FILE, which SIGHUP opens anew, or on standard output\n"
         "  --web DIR    the built web app; default: web/dist near the program or here\n"
         "  --public-name NAME...  names under which browsers reach this server, such as that of "
         "a\n"
         "               proxy in front. Addresses, localhost, this machine's own name and that "
         "name\n"
         "               below .local need no option; requests to any other name are refused, so\n"
         "               that no other site can have its name point here and read the library\n"
         "The server answers at once with what it knows. The music is looked through beside that, "
         "at\n"
         "the start and then every 15 seconds, or less often where a look takes long; what is new "
         "or\n"
         "changed is read. Where the system tells of changes they are looked at at once.\n"
         "/api/library/scan tells how far it is, POST there looks again, /api/library/skipped "
         "tells\n"
         "what is passed over and why.\n"
         "exit status: 0 ended by a signal, 2 wrong usage, 4 a folder or the address is unusable\n";
}

}  // namespace server
