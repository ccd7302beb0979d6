// Names with wrong passwords, as a client sends them.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace server {

/// The line of a header that says "eve:w0" to "eve:w9", by `number`.
inline std::string wrong_login(std::size_t number) {
  constexpr std::string_view kLastDigits = "wxyz012345";
  return "Authorization: Basic ZXZlOnc" + std::string(1, kLastDigits.at(number)) + "\r\n";
}

}  // namespace server
