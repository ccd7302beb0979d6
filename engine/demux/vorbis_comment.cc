#include "engine/demux/vorbis_comment.h"

#include <optional>
#include <string_view>

#include "engine/base/byte_order.h"
#include "engine/demux/tag_text.h"

namespace engine {
namespace {

// The value of `field` when its name is `name` (upper case; the field's case does not matter).
std::optional<std::span<const std::byte>> value_of(std::span<const std::byte> field,
                                                   std::string_view name) {
  if (field.size() <= name.size() || field[name.size()] != std::byte{'='}) return std::nullopt;
  for (std::size_t i = 0; i < name.size(); ++i) {
    char c = static_cast<char>(field[i]);
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
    if (c != name[i]) return std::nullopt;
  }
  return field.subspan(name.size() + 1);
}

// "0x" and hexadecimal digits; 0 when it is anything else.
std::uint32_t parse_mask(std::span<const std::byte> text) {
  if (text.size() < 3 || text.size() > 10 || text[0] != std::byte{'0'}) return 0;
  if ((text[1] | std::byte{0x20}) != std::byte{'x'}) return 0;
  std::uint32_t mask = 0;
  for (const std::byte byte : text.subspan(2)) {
    const char c = static_cast<char>(byte | std::byte{0x20});
    const int digit = c >= 'a' && c <= 'f' ? c - 'a' + 10 : static_cast<char>(byte) - '0';
    if (digit < 0 || digit > 15 || (digit > 9 && !(c >= 'a' && c <= 'f'))) return 0;
    mask = (mask << 4) | static_cast<std::uint32_t>(digit);
  }
  return mask;
}

void take_text(std::span<const std::byte> field, std::string_view name, std::string& text) {
  const auto value = value_of(field, name);
  if (value && text.empty()) text = tag_text_of(*value);
}

}  // namespace

VorbisComment parse_vorbis_comment(std::span<const std::byte> bytes) {
  VorbisComment comment;
  // Takes the next length-prefixed run off the front; nothing when it is not all there.
  const auto take_run = [&bytes]() -> std::optional<std::span<const std::byte>> {
    if (bytes.size() < 4) return std::nullopt;
    const std::size_t size = load_u32le(bytes, 0);
    if (size > bytes.size() - 4) return std::nullopt;
    const auto run = bytes.subspan(4, size);
    bytes = bytes.subspan(4 + size);
    return run;
  };

  if (!take_run() || bytes.size() < 4) return comment;
  const std::uint32_t count = load_u32le(bytes, 0);
  bytes = bytes.subspan(4);
  for (std::uint32_t i = 0; i < count; ++i) {  // Ends early when `bytes` is used up.
    const auto field = take_run();
    if (!field) break;
    take_text(*field, "TITLE", comment.tags.title);
    take_text(*field, "ARTIST", comment.tags.artist);
    take_text(*field, "ALBUM", comment.tags.album);
    const auto mask = value_of(*field, "WAVEFORMATEXTENSIBLE_CHANNEL_MASK");
    if (mask && comment.channel_mask == 0) comment.channel_mask = parse_mask(*mask);
  }
  return comment;
}

}  // namespace engine
