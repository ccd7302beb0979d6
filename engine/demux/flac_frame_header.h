// The facts in front of a FLAC stream (STREAMINFO) and in front of each of its frames.
//
// Layout of STREAMINFO (RFC 9639 section 8.2): block_size_min:16 block_size_max:16
// frame_bytes_min:24 frame_bytes_max:24 sample_rate:20 channels-1:3 bits-1:5 total:36 md5:128.
// Layout of a frame header (section 9.1): sync:15 blocking_strategy:1 block_size:4 sample_rate:4
// channels:4 bit_depth:3 reserved:1 coded_number:8..56 [block_size-1:8|16] [sample_rate:8|16]
// crc8:8.
//
// "FLAC frame" is the coded unit; "frame" alone keeps its meaning of one sample per channel.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

#include "engine/base/audio_view.h"
#include "engine/base/result.h"

namespace engine {

inline constexpr std::size_t kFlacStreamInfoBytes = 34;
inline constexpr std::size_t kFlacFrameHeaderBytesMax = 16;

struct FlacStreamInfo {
  int block_size_min = 0;
  int block_size_max = 0;             // [16, 65535].
  std::uint32_t frame_bytes_max = 0;  // As declared; 0: unknown. Not to be relied on.
  int sample_rate_hz = 0;
  int channels = 0;            // [1, 8].
  int bits_per_sample = 0;     // [4, 32].
  FrameCount frame_count = 0;  // 0: unknown.
};

/// Precondition: `bytes` are the 34 of STREAMINFO. `byte_offset` is theirs in the source.
Result<FlacStreamInfo> parse_flac_stream_info(std::span<const std::byte> bytes,
                                              std::uint64_t byte_offset);

struct FlacFrameHeader {
  FrameCount first_frame = 0;
  int block_size = 0;          // Frames that the FLAC frame decodes to, [1, 65535].
  int channel_assignment = 0;  // 0 to 7: independent; 8: left/side, 9: side/right, 10: mid/side.
  std::size_t size_bytes = 0;  // Of the header, with its CRC-8.

  FrameCount end_frame() const { return first_frame + block_size; }
};

/// The header at the front of `bytes`; nothing when there is none, when its CRC-8 is wrong, when it
/// contradicts `info` (rate, channels, depth, block size, total length), or when `bytes` ends
/// inside it.
std::optional<FlacFrameHeader> parse_flac_frame_header(std::span<const std::byte> bytes,
                                                       const FlacStreamInfo& info);

}  // namespace engine
