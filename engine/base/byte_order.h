// Loads of unsigned integers from bytes, whatever the byte order and alignment of the machine.
//
// Precondition of every load: `at` and the bytes of the number lie inside `bytes`.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "engine/base/check.h"

namespace engine {

/// The number of `count` bytes (1 to 8), least significant first, which begins at `at`.
inline std::uint64_t load_le(std::span<const std::byte> bytes, std::size_t at, std::size_t count) {
  ENGINE_CHECK(at <= bytes.size());
  ENGINE_CHECK(count <= bytes.size() - at);
  std::uint64_t value = 0;
  for (std::size_t i = count; i-- > 0;) {
    value = (value << 8) | std::to_integer<std::uint64_t>(bytes[at + i]);
  }
  return value;
}

/// The number of `count` bytes (1 to 8), most significant first, which begins at `at`.
inline std::uint64_t load_be(std::span<const std::byte> bytes, std::size_t at, std::size_t count) {
  ENGINE_CHECK(at <= bytes.size());
  ENGINE_CHECK(count <= bytes.size() - at);
  std::uint64_t value = 0;
  for (std::size_t i = 0; i < count; ++i) {
    value = (value << 8) | std::to_integer<std::uint64_t>(bytes[at + i]);
  }
  return value;
}

inline std::uint8_t load_u8(std::span<const std::byte> bytes, std::size_t at) {
  return static_cast<std::uint8_t>(load_le(bytes, at, 1));
}
inline std::uint16_t load_u16le(std::span<const std::byte> bytes, std::size_t at) {
  return static_cast<std::uint16_t>(load_le(bytes, at, 2));
}
inline std::uint32_t load_u32le(std::span<const std::byte> bytes, std::size_t at) {
  return static_cast<std::uint32_t>(load_le(bytes, at, 4));
}
inline std::uint64_t load_u64le(std::span<const std::byte> bytes, std::size_t at) {
  return load_le(bytes, at, 8);
}
inline std::uint16_t load_u16be(std::span<const std::byte> bytes, std::size_t at) {
  return static_cast<std::uint16_t>(load_be(bytes, at, 2));
}
inline std::uint32_t load_u24be(std::span<const std::byte> bytes, std::size_t at) {
  return static_cast<std::uint32_t>(load_be(bytes, at, 3));
}
inline std::uint32_t load_u32be(std::span<const std::byte> bytes, std::size_t at) {
  return static_cast<std::uint32_t>(load_be(bytes, at, 4));
}
inline std::uint64_t load_u64be(std::span<const std::byte> bytes, std::size_t at) {
  return load_be(bytes, at, 8);
}

/// A four-character code as load_u32be() reads it: compare load_u32be(bytes, 0) with
/// four_cc("RIFF").
constexpr std::uint32_t four_cc(const char (&name)[5]) {
  std::uint32_t value = 0;
  for (std::size_t i = 0; i < 4; ++i) value = (value << 8) | static_cast<unsigned char>(name[i]);
  return value;
}

/// True when `bytes` begins with the characters of `text`.
template <std::size_t kSize>
bool starts_with(std::span<const std::byte> bytes, const char (&text)[kSize]) {
  if (bytes.size() < kSize - 1) return false;
  for (std::size_t i = 0; i + 1 < kSize; ++i) {
    if (bytes[i] != static_cast<std::byte>(text[i])) return false;
  }
  return true;
}

}  // namespace engine
