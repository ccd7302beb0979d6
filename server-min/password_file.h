// The file with the password: one line of UTF-8 that nobody but its owner can read.
#pragma once

#include <string>
#include <variant>

namespace server {

/// Longer passwords are refused.
inline constexpr std::size_t kPasswordSizeMax = 512;

/// Why there is no password, as the end of a sentence: "is empty".
struct PasswordFileError {
  std::string reason;
};

/// The line without its end.
std::variant<std::string, PasswordFileError> read_password_file(const std::string& path);

}  // namespace server
