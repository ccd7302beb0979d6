// Program: auralis-server as users run it, in a process of its own.
#pragma once

#include <chrono>
#include <fcntl.h>
#include <fstream>
#include <iterator>
#include <signal.h>
#include <spawn.h>
#include <string>
#include <string_view>
#include <sys/wait.h>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include "tests/server-min/support/temp_folder.h"

// NOLINTNEXTLINE(readability-redundant-declaration): POSIX leaves it to the program.
extern char** environ;

namespace server {

/// Killed in the destructor if it has not ended before.
class Program {
 public:
  /// Starts the server with its output going to "out" and "err" in `folder`, and what it keeps to
  /// "auralis" there unless the arguments say otherwise. Its standard input is `input`, which is no
  /// terminal unless told.
  Program(const TempFolder& folder, std::vector<std::string> arguments,
          const std::string& input = "/dev/null")
      : folder_(folder) {
    arguments.insert(arguments.begin(), AURALIS_SERVER_PROGRAM);
    std::vector<char*> words;
    for (std::string& argument : arguments) words.push_back(argument.data());
    words.push_back(nullptr);
    posix_spawn_file_actions_t actions;
    ::posix_spawn_file_actions_init(&actions);
    const std::string out = folder.path_of("out");
    const std::string err = folder.path_of("err");
    constexpr int kFlags = O_WRONLY | O_CREAT | O_TRUNC;
    ::posix_spawn_file_actions_addopen(&actions, 0, input.c_str(), O_RDONLY | O_NOCTTY, 0);
    ::posix_spawn_file_actions_addopen(&actions, 1, out.c_str(), kFlags, 0600);
    ::posix_spawn_file_actions_addopen(&actions, 2, err.c_str(), kFlags, 0600);
    std::string state = "XDG_STATE_HOME=" + folder.path();
    std::vector<char*> variables = {state.data()};
    for (char** variable = environ; *variable != nullptr; ++variable) {
      if (!std::string_view(*variable).starts_with("XDG_STATE_HOME=")) {
        variables.push_back(*variable);
      }
    }
    variables.push_back(nullptr);
    // Whoever runs the tests may have them ignore it (nohup), which would be handed on.
    sigset_t hangup;
    ::sigemptyset(&hangup);
    ::sigaddset(&hangup, SIGHUP);
    posix_spawnattr_t attributes;
    ::posix_spawnattr_init(&attributes);
    ::posix_spawnattr_setsigdefault(&attributes, &hangup);
    ::posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGDEF);
    EXPECT_EQ(::posix_spawn(&pid_, words[0], &actions, &attributes, words.data(), variables.data()),
              0);
    ::posix_spawnattr_destroy(&attributes);
    ::posix_spawn_file_actions_destroy(&actions);
  }
  ~Program() {
    if (pid_ <= 0) return;
    ::kill(pid_, SIGKILL);
    ::waitpid(pid_, nullptr, 0);
  }
  Program(const Program&) = delete;
  Program& operator=(const Program&) = delete;

  pid_t pid() const { return pid_; }
  void send_signal(int signal) const { ::kill(pid_, signal); }

  /// How long is waited for what the program does soon, beside whatever else the machine does.
  static constexpr std::chrono::minutes kPatience{5};

  /// The exit status, or -1 when the program has not ended within kPatience or was killed.
  int wait() {
    const auto deadline = std::chrono::steady_clock::now() + kPatience;
    while (std::chrono::steady_clock::now() < deadline) {
      int status = 0;
      if (::waitpid(pid_, &status, WNOHANG) == pid_) {
        pid_ = -1;
        return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
      }
      std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
    return -1;
  }

  /// The port from "listening on http://ADDRESS:PORT" once the server knows all of the music,
  /// waiting for it; 0 when it has ended before, or after kPatience.
  std::uint16_t port() const { return port_when(" tracks"); }
  /// The port as soon as the server listens.
  std::uint16_t early_port() const { return port_when(kListening); }

  std::string read(const std::string& name) const {
    std::ifstream file(folder_.path_of(name));
    return {std::istreambuf_iterator<char>(file), {}};
  }

 private:
  static constexpr std::string_view kListening = "listening on http://";

  std::uint16_t port_when(std::string_view told) const {
    const auto deadline = std::chrono::steady_clock::now() + kPatience;
    while (std::chrono::steady_clock::now() < deadline) {
      const bool has_ended = is_over();
      const std::string text = read("out");
      const std::size_t at = text.find(kListening);
      const bool is_told = text.find(told) != std::string::npos;
      if (at != std::string::npos && is_told && text.ends_with('\n')) {
        const std::string line = text.substr(at, text.find('\n', at) - at);
        return static_cast<std::uint16_t>(std::atoi(line.c_str() + line.rfind(':') + 1));
      }
      if (has_ended) return 0;
      std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
    return 0;
  }

  // It stays a process to be waited for.
  bool is_over() const {
    siginfo_t info = {};
    const int result = ::waitid(P_PID, static_cast<id_t>(pid_), &info, WEXITED | WNOHANG | WNOWAIT);
    return result != 0 || info.si_pid != 0;
  }

  const TempFolder& folder_;
  pid_t pid_ = -1;
};

}  // namespace server
