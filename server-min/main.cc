// auralis-server: serves a music folder and the web app. See usage_text() for its options.

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <exception>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <sys/resource.h>
#include <system_error>
#include <unistd.h>
#include <utility>
#include <vector>

#include "server-min/access_log.h"
#include "server-min/data_folder.h"
#include "server-min/file_root.h"
#include "server-min/library.h"
#include "server-min/login_gate.h"
#include "server-min/options.h"
#include "server-min/password_file.h"
#include "server-min/routes.h"
#include "server-min/scan_teller.h"
#include "server-min/server.h"
#include "server-min/static_files.h"
#include "server-min/teller.h"
#include "server-min/version.h"

namespace server {
namespace {

constexpr int kExitUsage = 2;
constexpr int kExitIo = 4;

// How often the music folder is looked over for new, changed and vanished files.
constexpr std::chrono::seconds kRescanInterval{15};

// How long the very first scan keeps the first answers waiting.
constexpr std::chrono::milliseconds kFirstScanWait{500};

int fail(int exit_status, const std::string& message) {
  std::fprintf(stderr, "auralis-server: %s\n", message.c_str());
  return exit_status;
}

// A connection takes two descriptors while it sends. The default soft limit of many systems, 1024,
// is far below the cap on connections, and raising it to the hard limit needs no privilege.
std::size_t connection_count_allowed(std::size_t wanted) {
  constexpr std::size_t kReserved = 64;
  struct rlimit limit = {};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return wanted;
  limit.rlim_cur = limit.rlim_max;
  ::setrlimit(RLIMIT_NOFILE, &limit);
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur <= 2 * kReserved) return wanted;
  return std::min<std::size_t>(wanted, (limit.rlim_cur - kReserved) / 2);
}

// web/dist is looked for where a build leaves it: upwards from the program
// (build/native/bin/auralis-server), then from the working directory.
std::optional<FileRoot> find_web_app() {
  std::error_code error;
  std::vector<std::filesystem::path> places;
  auto folder = std::filesystem::read_symlink("/proc/self/exe", error).parent_path();
  constexpr int kLevels = 4;
  for (int level = 0; level < kLevels && folder.has_relative_path(); ++level) {
    places.push_back(folder);
    folder = folder.parent_path();
  }
  places.emplace_back(".");
  for (const auto& place : places) {
    const auto candidate = place / "web" / "dist";
    if (!std::filesystem::is_regular_file(candidate / "index.html", error)) continue;
    if (auto root = FileRoot::open(candidate.string())) return root;
  }
  return std::nullopt;
}

std::optional<std::string> environment_value(const std::string& name) {
  const char* value = std::getenv(name.c_str());
  return value == nullptr ? std::nullopt : std::optional<std::string>(value);
}

// The catalog on disk. Where the usual folder cannot be used, one in memory: a newcomer on a
// machine without a home shall hear music, too. Nothing when the folder was asked for.
std::unique_ptr<Catalog> find_catalog(const Options& options) {
  const auto folder =
      options.data_folder ? options.data_folder : default_data_folder(environment_value);
  std::string reason = "neither XDG_STATE_HOME nor HOME says where";
  if (folder) {
    try {
      std::string note;
      auto catalog = open_catalog(*folder, options.music_folders, note);
      if (!note.empty()) std::fprintf(stderr, "auralis-server: %s\n", note.c_str());
      return catalog;
    } catch (const std::exception& error) {
      reason = *folder + ": " + error.what();
    }
  }
  if (options.data_folder) {
    fail(kExitIo, "cannot keep the catalogue in " + reason);
    return nullptr;
  }
  std::fprintf(stderr,
               "auralis-server: cannot keep the catalogue (%s). It is kept in memory, and the "
               "music is read anew at each start; --data DIR names another place\n",
               reason.c_str());
  return Catalog::in_memory();
}

// What is said once signals are waited for: until then whoever waits can be ended by one.
struct Tellers {
  Teller out{STDOUT_FILENO, ""};
  Teller err{STDERR_FILENO, "auralis-server: "};
};

int serve_library(const Options& options, ServerConfig config, const StaticFiles& web,
                  LoginGate* gate, Tellers& tellers) {
  auto catalog = find_catalog(options);
  if (catalog == nullptr) return kExitIo;
  Library library(options.music_folders, std::move(catalog));
  PublicNames names = PublicNames::of_this_machine();
  for (const std::string& name : options.public_names) names.add(name);
  const Routes routes(library, web, std::move(names), gate);
  std::unique_ptr<AccessLog> access_log;
  if (options.access_log) {
    try {
      access_log = std::make_unique<AccessLog>(
          *options.access_log, [&tellers](const std::string& words) { tellers.err.say(words); });
    } catch (const std::system_error& error) {
      const bool is_unread = error.code() == std::errc::no_such_device_or_address;
      return fail(kExitIo, "cannot write the access log " + *options.access_log + ": " +
                               (is_unread ? "nobody reads this pipe" : error.code().message()));
    }
    config.access_log = access_log.get();
  }
  // Where there is no terminal that could hang up, as in a service, it is for the log alone.
  if (::isatty(STDIN_FILENO) == 0) config.on_hangup = [] {};
  if (access_log && *options.access_log != "-") {
    config.on_hangup = [log = access_log.get()] { log->reopen(); };
  }
  try {
    Server server(routes, std::move(config));
    server.stop_on_signals();
    if (!options.trusted_proxies.empty()) {
      tellers.out.say("X-Forwarded-For is believed from " + options.trusted_proxies.words());
    }
    tellers.out.say("listening on " + server.url());
    const bool is_first = library.report().scanned_s == 0;
    ScanTeller teller(tellers.out);  // Told on the library's thread alone from here on.
    library.watch(kRescanInterval, [&](const ScanReport& report) { teller.tell(report); });
    // Who comes at once waits a moment in the queue of the system, and sees all of a small library.
    if (is_first) library.wait_for_scan(kFirstScanWait);
    server.run();
    library.stop();
  } catch (const boost::system::system_error& error) {
    return fail(kExitIo, "cannot listen on " + url_of(options.host, options.port) + ": " +
                             error.code().message());
  }
  return 0;
}

int serve(const Options& options) {
  // One that is not there, such as a disk that is not mounted yet, is opened when it comes.
  std::vector<std::string> failures;
  for (const std::string& folder : options.music_folders) {
    if (FileRoot::open(folder)) continue;
    failures.push_back("cannot read the music folder " + folder + ": " + std::strerror(errno));
  }
  if (failures.size() == options.music_folders.size()) return fail(kExitIo, failures.front());
  for (const std::string& failure : failures) {
    std::fprintf(stderr, "auralis-server: %s; going on without it until it can be read\n",
                 failure.c_str());
  }
  if (const auto overlap = overlap_of(options.music_folders)) return fail(kExitUsage, *overlap);
  auto web = options.web_folder ? FileRoot::open(*options.web_folder) : find_web_app();
  if (!web && options.web_folder) {
    return fail(kExitIo,
                "cannot read the web folder " + *options.web_folder + ": " + std::strerror(errno));
  }
  if (!web) {
    std::fprintf(stderr,
                 "auralis-server: no built web app found (web/dist), serving the API only; "
                 "build it or pass --web DIR\n");
  }
  ServerConfig config;
  config.host = options.host;
  config.port = options.port;
  config.grace = options.grace;
  Tellers tellers;
  config.on_waiting = [&tellers](std::size_t count) {
    tellers.out.say("stopping: " + std::to_string(count) +
                    " connections are still in use; Ctrl-C again ends them");
  };
  config.on_time_out = [&tellers](std::size_t count) {
    tellers.out.say("stopping: the time is over, " + std::to_string(count) +
                    " connections are cut off");
  };
  config.limits.connection_count_max = connection_count_allowed(config.limits.connection_count_max);
  config.trusted_proxies = options.trusted_proxies;
  std::optional<LoginGate> gate;
  if (options.password_file) {
    const auto password =
        read_password_file(*options.password_file, environment_value("CREDENTIALS_DIRECTORY"));
    if (const auto* error = std::get_if<PasswordFileError>(&password)) {
      return fail(kExitIo, "the password file " + *options.password_file + " " + error->reason);
    }
    gate.emplace(options.user, std::get<std::string>(password),
                 [&tellers](const std::string& words) { tellers.err.say(words); });
  }
  const StaticFiles static_files(std::move(web));
  return serve_library(options, std::move(config), static_files, gate ? &*gate : nullptr, tellers);
}

int run(std::span<const std::string> arguments) {
  const auto parsed = parse_options(arguments);
  if (const auto* error = std::get_if<UsageError>(&parsed)) {
    return fail(kExitUsage, error->message + " (see auralis-server --help)");
  }
  const auto& options = std::get<Options>(parsed);
  if (options.help) {
    std::fputs(usage_text().c_str(), stdout);
    return 0;
  }
  if (options.version) {
    std::printf("%s %s\n", std::string(kServerName).c_str(), std::string(kServerVersion).c_str());
    return 0;
  }
  return serve(options);
}

}  // namespace
}  // namespace server

int main(int argument_count, char** arguments) {
  try {
    const std::vector<std::string> words(arguments + 1, arguments + argument_count);
    return server::run(words);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "auralis-server: %s\n", error.what());
    return 4;
  }
}
