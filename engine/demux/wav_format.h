// The body of the "fmt " chunk of WAV: WAVEFORMAT, PCMWAVEFORMAT, WAVEFORMATEX,
// WAVEFORMATEXTENSIBLE (Microsoft).
//
// Layout, little-endian: tag:16 channels:16 rate:32 bytes_per_second:32 block_bytes:16, then
// bits:16 (not in the oldest form), extra:16, and in an extensible one valid_bits:16
// channel_mask:32 sub_format:128, a GUID whose first two bytes are a tag.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "engine/base/media_types.h"
#include "engine/base/result.h"

namespace engine {

inline constexpr std::size_t kWavFormatBytesMin = 14;
inline constexpr std::size_t kWavFormatBytesMax = 40;

struct WavFormat {
  Codec codec{};  // kPcmInt or kPcmFloat.
  int sample_rate_hz = 0;
  int channels = 0;
  int bits_per_sample = 0;
  int block_bytes = 0;  // Of one frame.
  std::uint32_t channel_mask = 0;
  bool corrected = false;  // The header contradicts itself.
};

/// `body` holds kWavFormatBytesMin bytes or more; errors are at `offset`.
Result<WavFormat> parse_wav_format(std::span<const std::byte> body, std::uint64_t offset);

}  // namespace engine
