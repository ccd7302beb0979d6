#include "server-min/utf8.h"

namespace server {

void append_utf8(std::string& out, std::uint32_t code) {
  const auto put = [&out](std::uint32_t byte) { out.push_back(static_cast<char>(byte)); };
  const auto put_tail = [&](std::uint32_t shift) { put(0x80U | ((code >> shift) & 0x3FU)); };
  if (code < 0x80) {
    put(code);
  } else if (code < 0x800) {
    put(0xC0U | (code >> 6));
    put_tail(0);
  } else if (code < 0x10000) {
    put(0xE0U | (code >> 12));
    put_tail(6);
    put_tail(0);
  } else {
    put(0xF0U | (code >> 18));
    put_tail(12);
    put_tail(6);
    put_tail(0);
  }
}

std::uint32_t take_code(std::string_view& utf8) {
  const auto byte = [&](std::size_t i) {
    return static_cast<std::uint32_t>(static_cast<unsigned char>(utf8[i]));
  };
  const std::uint32_t lead = byte(0);
  const std::size_t size = lead < 0x80 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
  std::uint32_t code = size == 1 ? lead : lead & (0xFFU >> (size + 1));
  for (std::size_t i = 1; i < size && i < utf8.size(); ++i) code = (code << 6) | (byte(i) & 0x3FU);
  utf8.remove_prefix(size < utf8.size() ? size : utf8.size());
  return code;
}

}  // namespace server
