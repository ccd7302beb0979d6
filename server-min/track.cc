#include "server-min/track.h"

#include <array>
#include <cstdio>

namespace server {

std::string format_id(PublicId id) {
  std::array<char, 17> text{};
  std::snprintf(text.data(), text.size(), "%016llx", static_cast<unsigned long long>(id));
  return text.data();
}

std::optional<PublicId> parse_id(std::string_view text) {
  if (text.size() != 16) return std::nullopt;
  PublicId id = 0;
  for (const char c : text) {
    const bool is_letter = c >= 'a' && c <= 'f';
    if (!is_letter && (c < '0' || c > '9')) return std::nullopt;
    id = id * 16 + static_cast<PublicId>(is_letter ? c - 'a' + 10 : c - '0');
  }
  return id;
}

// FNV-1a with 64 bits, then the finaliser of MurmurHash3 so that every bit reaches every digit.
PublicId hash_bytes(std::string_view bytes, std::uint64_t salt) {
  std::uint64_t hash = 0xCBF29CE484222325U ^ salt;
  for (const char c : bytes) {
    hash ^= static_cast<unsigned char>(c);
    hash *= 0x100000001B3U;
  }
  hash ^= hash >> 33;
  hash *= 0xFF51AFD7ED558CCDU;
  hash ^= hash >> 33;
  hash *= 0xC4CEB9FE1A85EC53U;
  return hash ^ (hash >> 33);
}

}  // namespace server
