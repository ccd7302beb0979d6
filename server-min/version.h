// The name and version that /api/version and --version report.
#pragma once

#include <string_view>

namespace server {

inline constexpr std::string_view kServerName = "auralis-server";
inline constexpr std::string_view kServerVersion = AURALIS_VERSION;  // From CMake's project().

}  // namespace server
