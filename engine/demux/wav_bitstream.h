// Compressed streams that lie in a WAV file as if they were 16-bit stereo samples: DTS (a "DTS CD"
// or its rip), and whatever a digital output carries in bursts (AC-3, DTS and more). Played as
// samples they are noise at full level.
//
// DTS (ETSI TS 102 114, 5.3): sync word 0x7FFE8001, frame type:1 deficit:5 crc:1 blocks:7
// frame_bytes-1:14 channels:6 rate:4 ...; in words of 16 bits, or of 14 bits in the lower part of
// 16, each in either byte order. Bursts (IEC 61937-1, 6.1): 0xF872 0x4E1F, type:16 (the lower 5
// bits), length:16, in either byte order.
#pragma once

#include <cstddef>
#include <optional>
#include <span>

#include "engine/base/vocabulary.h"

namespace engine {

/// So many bytes show for certain what they hold: bursts come every 6 to 60 KiB.
inline constexpr std::size_t kBitstreamLookBytes = 64 * 1024;

/// Where in `bytes`, which begin with a whole sample, something like a sync word stands; nothing in
/// nearly all music. Cheap.
std::optional<std::size_t> find_bitstream_sync(std::span<const std::byte> bytes);

/// What stream it is, when sync words with sound headers come again at one distance.
std::optional<ErrorDetail> find_bitstream(std::span<const std::byte> bytes);

}  // namespace engine
