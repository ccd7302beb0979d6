#include "server-min/password_file.h"

#include <array>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <filesystem>
#include <string_view>
#include <sys/stat.h>
#include <system_error>
#include <unistd.h>

#include "server-min/text.h"
#include "server-min/unique_fd.h"

namespace server {
namespace {

bool is_in_folder(const std::string& path, const std::string& folder) {
  std::error_code error;
  const auto file = std::filesystem::canonical(path, error);
  if (error) return false;
  const auto there = std::filesystem::canonical(folder, error);
  return !error && file.parent_path() == there;
}

}  // namespace

std::variant<std::string, PasswordFileError> read_password_file(
    const std::string& path, const std::optional<std::string>& credentials_folder) {
  const auto system_says = [] { return "cannot be read: " + std::string(std::strerror(errno)); };
  // O_NONBLOCK: a pipe that nobody writes into would be waited for.
  const UniqueFd file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  if (!file.valid()) return PasswordFileError{system_says()};
  struct stat facts = {};
  if (::fstat(file.get(), &facts) != 0) return PasswordFileError{system_says()};
  if (!S_ISREG(facts.st_mode)) return PasswordFileError{"is no file"};
  const bool is_credential = credentials_folder && is_in_folder(path, *credentials_folder);
  const mode_t reading_by_group = is_credential ? S_IRGRP : 0U;
  if ((facts.st_mode & 077U & ~reading_by_group) != 0) {
    return PasswordFileError{"can be read by others; chmod 600 makes it its owner's own"};
  }
  std::array<char, kPasswordSizeMax + 3> buffer{};  // CR LF, and one to see that it is too long.
  const ssize_t size = ::read(file.get(), buffer.data(), buffer.size());
  if (size < 0) return PasswordFileError{system_says()};
  std::string_view line(buffer.data(), static_cast<std::size_t>(size));
  if (line.ends_with('\n')) line.remove_suffix(1);
  if (line.ends_with('\r')) line.remove_suffix(1);
  if (line.empty()) return PasswordFileError{"is empty"};
  if (line.size() > kPasswordSizeMax) {
    return PasswordFileError{"is longer than " + std::to_string(kPasswordSizeMax) + " bytes"};
  }
  for (const char c : line) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '\n') return PasswordFileError{"has more than one line"};
    // RFC 7617 section 2.
    if (byte < 0x20 || byte == 0x7F) return PasswordFileError{"has control characters"};
  }
  std::string password(line);
  if (repair_utf8(password) != password) return PasswordFileError{"is not in UTF-8"};
  return password;
}

}  // namespace server
