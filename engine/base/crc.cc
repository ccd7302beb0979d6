#include "engine/base/crc.h"

#include <array>

namespace engine {
namespace {

constexpr std::array<std::uint8_t, 256> make_crc8_table() {
  std::array<std::uint8_t, 256> table{};
  for (unsigned byte = 0; byte < 256; ++byte) {
    unsigned value = byte;
    for (int bit = 0; bit < 8; ++bit) value = (value << 1) ^ ((value & 0x80U) != 0 ? 0x07U : 0U);
    table[byte] = static_cast<std::uint8_t>(value & 0xFFU);
  }
  return table;
}

// Table k holds the effect of a byte that is followed by k zero bytes: eight input bytes are then
// eight independent look-ups ("slicing by eight").
using Crc16Tables = std::array<std::array<std::uint16_t, 256>, 8>;

constexpr Crc16Tables make_crc16_tables() {
  Crc16Tables tables{};
  for (unsigned byte = 0; byte < 256; ++byte) {
    unsigned value = byte << 8;
    for (int bit = 0; bit < 8; ++bit) {
      value = (value << 1) ^ ((value & 0x8000U) != 0 ? 0x8005U : 0U);
    }
    tables[0][byte] = static_cast<std::uint16_t>(value & 0xFFFFU);
  }
  for (std::size_t k = 1; k < tables.size(); ++k) {
    for (unsigned byte = 0; byte < 256; ++byte) {
      const unsigned before = tables[k - 1][byte];
      tables[k][byte] =
          static_cast<std::uint16_t>(((before << 8) ^ tables[0][before >> 8]) & 0xFFFFU);
    }
  }
  return tables;
}

constexpr std::array<std::uint8_t, 256> kCrc8Table = make_crc8_table();
constexpr Crc16Tables kCrc16Tables = make_crc16_tables();

}  // namespace

std::uint8_t crc8(std::span<const std::byte> bytes) {
  std::uint8_t value = 0;
  for (const std::byte byte : bytes) value = kCrc8Table[value ^ std::to_integer<unsigned>(byte)];
  return value;
}

std::uint16_t crc16(std::span<const std::byte> bytes, std::uint16_t initial) {
  unsigned value = initial;
  std::size_t at = 0;
  for (; bytes.size() - at >= 8; at += 8) {
    const std::byte* p = bytes.data() + at;
    const auto byte_at = [p](std::size_t i) { return std::to_integer<unsigned>(p[i]); };
    value = kCrc16Tables[7][byte_at(0) ^ (value >> 8)] ^
            static_cast<unsigned>(kCrc16Tables[6][byte_at(1) ^ (value & 0xFFU)]) ^
            kCrc16Tables[5][byte_at(2)] ^ kCrc16Tables[4][byte_at(3)] ^
            kCrc16Tables[3][byte_at(4)] ^ kCrc16Tables[2][byte_at(5)] ^
            kCrc16Tables[1][byte_at(6)] ^ kCrc16Tables[0][byte_at(7)];
  }
  for (; at < bytes.size(); ++at) {
    const unsigned byte = std::to_integer<unsigned>(bytes[at]);
    value = ((value << 8) & 0xFFFFU) ^ kCrc16Tables[0][(value >> 8) ^ byte];
  }
  return static_cast<std::uint16_t>(value);
}

}  // namespace engine
