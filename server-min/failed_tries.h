// FailedTries: how often a wrong password came from where, so that nobody can try many.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <unordered_map>

namespace server {

/// Not safe for several threads at once. Times are seconds of any clock.
class FailedTries {
 public:
  static constexpr int kCountMax = 10;                ///< In one window.
  static constexpr std::int64_t kWindowSeconds = 60;  ///< From the first failed try.
  /// How many networks are remembered. Beyond it the one is forgotten that began first.
  static constexpr std::size_t kNetworkCountMax = 1024;

  /// How many seconds nothing from there is to be looked at; 0 when it is.
  std::int64_t seconds_to_wait(const std::string& network, std::int64_t now_seconds) const;

  /// Counts one more. The result is how many they are in this window.
  int note(const std::string& network, std::int64_t now_seconds);

  std::size_t network_count() const { return windows_.size(); }

 private:
  struct Window {
    std::int64_t begin_seconds = 0;
    int count = 0;

    bool includes(std::int64_t now_seconds) const {
      return now_seconds >= begin_seconds && now_seconds < begin_seconds + kWindowSeconds;
    }
  };

  void make_room(std::int64_t now_seconds);

  std::unordered_map<std::string, Window> windows_;
};

}  // namespace server
