// FailedTries: how many wrong passwords came from where, so that nobody can try many. The same one
// again is no further try: a browser repeats what it remembers with every request.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

namespace server {

/// Not safe for several threads at once. Times are seconds of any clock.
class FailedTries {
 public:
  static constexpr std::size_t kCountMax = 10;        ///< Different ones, in one window.
  static constexpr std::int64_t kWindowSeconds = 60;  ///< From the first failed try.
  /// How many networks are remembered. Beyond it the one is forgotten that began first.
  static constexpr std::size_t kNetworkCountMax = 1024;

  /// How many seconds nothing from there is to be looked at; 0 when it is.
  std::int64_t seconds_to_wait(const std::string& network, std::int64_t now_seconds) const;

  /// Notes a wrong value by its `digest`. The result is how many different ones they are in this
  /// window; nothing when this one is among them already.
  std::optional<std::size_t> note(const std::string& network, std::size_t digest,
                                  std::int64_t now_seconds);

  std::size_t network_count() const { return windows_.size(); }

 private:
  struct Window {
    std::int64_t begin_seconds = 0;
    std::vector<std::size_t> digests;  // kCountMax at most: then nothing is looked at any more.

    bool includes(std::int64_t now_seconds) const {
      return now_seconds >= begin_seconds && now_seconds < begin_seconds + kWindowSeconds;
    }
  };

  void make_room(std::int64_t now_seconds);

  std::unordered_map<std::string, Window> windows_;
};

}  // namespace server
