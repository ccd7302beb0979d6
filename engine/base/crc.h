// The cyclic redundancy checks of the audio formats. All run most significant bit first.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace engine {

/// CRC-8 of a FLAC frame header: polynomial x^8 + x^2 + x + 1, start 0 (RFC 9639 section 9.1.8).
std::uint8_t crc8(std::span<const std::byte> bytes);

/// CRC-16 with polynomial x^16 + x^15 + x^2 + 1. `initial` is 0 for a FLAC frame (RFC 9639 section
/// 9.3), 0xFFFF for MPEG audio (ISO 11172-3 section 2.4.3.1), or the result for the bytes before.
std::uint16_t crc16(std::span<const std::byte> bytes, std::uint16_t initial = 0);

}  // namespace engine
