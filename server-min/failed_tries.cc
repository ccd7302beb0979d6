#include "server-min/failed_tries.h"

#include <algorithm>

namespace server {

std::int64_t FailedTries::seconds_to_wait(const std::string& network,
                                          std::int64_t now_seconds) const {
  const auto found = windows_.find(network);
  if (found == windows_.end() || !found->second.includes(now_seconds)) return 0;
  if (found->second.digests.size() < kCountMax) return 0;
  return found->second.begin_seconds + kWindowSeconds - now_seconds;
}

std::optional<std::size_t> FailedTries::note(const std::string& network, std::size_t digest,
                                             std::int64_t now_seconds) {
  auto found = windows_.find(network);
  if (found == windows_.end()) {
    make_room(now_seconds);
    found = windows_.emplace(network, Window{now_seconds, {}}).first;
  }
  Window& window = found->second;
  if (!window.includes(now_seconds)) window = {now_seconds, {}};
  auto& digests = window.digests;
  if (std::find(digests.begin(), digests.end(), digest) != digests.end()) return std::nullopt;
  if (digests.size() < kCountMax) digests.push_back(digest);
  return digests.size();
}

void FailedTries::make_room(std::int64_t now_seconds) {
  if (windows_.size() < kNetworkCountMax) return;
  std::erase_if(windows_,
                [now_seconds](const auto& entry) { return !entry.second.includes(now_seconds); });
  if (windows_.size() < kNetworkCountMax) return;
  windows_.erase(
      std::min_element(windows_.begin(), windows_.end(), [](const auto& a, const auto& b) {
        return a.second.begin_seconds < b.second.begin_seconds;
      }));
}

}  // namespace server
