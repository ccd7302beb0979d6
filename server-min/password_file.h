// The file with the password: one line of UTF-8 that nobody but its owner can read, or one that
// systemd hands over (LoadCredential=), which gives the service's user access by an ACL, so that it
// looks as if its group could read it: mode 0440.
#pragma once

#include <optional>
#include <string>
#include <variant>

namespace server {

/// Longer passwords are refused.
inline constexpr std::size_t kPasswordSizeMax = 512;

/// Why there is no password, as the end of a sentence: "is empty".
struct PasswordFileError {
  std::string reason;
};

/// The line without its end. `credentials_folder`: what systemd says in $CREDENTIALS_DIRECTORY.
std::variant<std::string, PasswordFileError> read_password_file(
    const std::string& path, const std::optional<std::string>& credentials_folder);

}  // namespace server
