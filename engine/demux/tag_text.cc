#include "engine/demux/tag_text.h"

#include <cstdint>
#include <optional>

#include "engine/base/media_types.h"

namespace engine {
namespace {

// Bytes of the UTF-8 character at the front of `bytes`; nothing when it is none (Unicode 15.0,
// table 3-7: overlong forms, surrogates and values past U+10FFFF are none).
std::optional<std::size_t> utf8_character_bytes(std::span<const std::byte> bytes) {
  const auto first = std::to_integer<unsigned>(bytes[0]);
  if (first < 0x80) return 1;
  const std::size_t count = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2;
  if (first < 0xC2 || first > 0xF4 || bytes.size() < count) return std::nullopt;

  for (std::size_t i = 1; i < count; ++i) {
    if ((std::to_integer<unsigned>(bytes[i]) & 0xC0U) != 0x80) return std::nullopt;
  }
  const auto second = std::to_integer<unsigned>(bytes[1]);
  if ((first == 0xE0 && second < 0xA0) || (first == 0xED && second > 0x9F)) return std::nullopt;
  if ((first == 0xF0 && second < 0x90) || (first == 0xF4 && second > 0x8F)) return std::nullopt;
  return count;
}

bool is_utf8(std::span<const std::byte> bytes) {
  while (!bytes.empty()) {
    const auto count = utf8_character_bytes(bytes);
    if (!count) return false;
    bytes = bytes.subspan(*count);
  }
  return true;
}

std::string utf8_of_latin1(unsigned character) {
  if (character < 0x80) return {static_cast<char>(character)};
  return {static_cast<char>(0xC0U | (character >> 6)),
          static_cast<char>(0x80U | (character & 0x3FU))};
}

}  // namespace

std::string tag_text_of(std::span<const std::byte> bytes) {
  std::size_t size = 0;
  while (size < bytes.size() && bytes[size] != std::byte{0}) ++size;
  bytes = bytes.first(size);

  const bool utf8 = is_utf8(bytes);
  std::string text;
  while (!bytes.empty()) {
    const auto first = std::to_integer<unsigned>(bytes[0]);
    const std::size_t count = utf8 ? *utf8_character_bytes(bytes) : 1;
    std::string character;
    if (utf8 && count > 1) {
      for (std::size_t i = 0; i < count; ++i) character += static_cast<char>(bytes[i]);
    } else if (first >= 0x20 && first != 0x7F) {
      character = utf8_of_latin1(first);
    }
    if (text.size() + character.size() > kTagBytesMax) break;
    text += character;
    bytes = bytes.subspan(count);
  }
  while (!text.empty() && text.back() == ' ') text.pop_back();
  return text;
}

}  // namespace engine
