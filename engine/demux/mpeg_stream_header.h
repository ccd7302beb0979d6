// The header of a frame of any MPEG audio layer, or of AAC in ADTS: as much as it takes to follow a
// chain of them. For naming what is not played; layer III is parsed in mp3_frame_header.h.
//
// Layout of layers I to III: see mp3_frame_header.h. Layout of ADTS (ISO/IEC 13818-7, 6.2):
// sync:12 id:1 layer:2 (0) no_crc:1 profile:2 rate_index:4 private:1 channels:3 4 more bits
// frame_bytes:13 ...
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

namespace engine {

enum class MpegStreamKind : std::uint8_t { kLayer1, kLayer2, kLayer3, kAdts };

inline constexpr std::size_t kMpegStreamHeaderBytes = 7;

struct MpegStreamHeader {
  MpegStreamKind kind{};
  int sample_rate_hz = 0;
  std::size_t size_bytes = 0;  // Of the whole frame, > 0.

  bool continues(const MpegStreamHeader& other) const {
    return kind == other.kind && sample_rate_hz == other.sample_rate_hz;
  }
};

/// The header at the front of `bytes` (layers need 4 bytes, ADTS 7); nothing when there is none or
/// its frame's length is not told (free format).
std::optional<MpegStreamHeader> parse_mpeg_stream_header(std::span<const std::byte> bytes);

/// Whether `count` frames of one stream follow each other from the front of `bytes` on. Where
/// `bytes` ends before the last header, fewer will do, but never fewer than two.
bool is_mpeg_stream(std::span<const std::byte> bytes, int count);

/// Whether frames of layer III whose length no header tells (bitrate index 0) follow each other
/// from the front of `bytes` on: four equal headers at one distance, give or take the padding.
bool is_free_format(std::span<const std::byte> bytes);

}  // namespace engine
