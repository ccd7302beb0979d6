#include "server-min/content_key.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <string_view>
#include <unistd.h>

namespace server {
namespace {

constexpr std::size_t kEndSize = 4 * 1024;

// Eight bytes at a time: each is mixed in by a multiplication whose high half comes back down.
std::uint64_t mix(std::uint64_t hash, std::string_view bytes) {
  while (!bytes.empty()) {
    std::uint64_t word = 0;
    const std::size_t count = std::min(bytes.size(), sizeof(word));
    std::memcpy(&word, bytes.data(), count);
    hash = (hash ^ word) * 0x9E3779B97F4A7C15U;
    hash ^= hash >> 32;
    bytes.remove_prefix(count);
  }
  return hash;
}

}  // namespace

std::optional<std::uint64_t> content_key(int fd, std::uint64_t size_bytes) {
  if (size_bytes == 0) return std::nullopt;
  std::array<char, kEndSize> buffer{};
  std::uint64_t hash =
      mix(0xD6E8FEB86659FD93U, {reinterpret_cast<const char*>(&size_bytes), sizeof(size_bytes)});
  const std::uint64_t tail = size_bytes > kEndSize ? size_bytes - kEndSize : 0;
  for (const std::uint64_t offset : {std::uint64_t{0}, tail}) {
    const ssize_t count = ::pread(fd, buffer.data(), buffer.size(), static_cast<off_t>(offset));
    if (count < 0) return std::nullopt;
    hash = mix(hash, {buffer.data(), static_cast<std::size_t>(count)});
    if (tail == 0) break;
  }
  return hash;
}

}  // namespace server
