// The time of the system's clock, as file times and HTTP dates count it.
#pragma once

#include <chrono>
#include <cstdint>

namespace server {

/// Whole seconds since 1970 UTC.
inline std::int64_t unix_now_seconds() {
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  return std::chrono::duration_cast<std::chrono::seconds>(now).count();
}

}  // namespace server
