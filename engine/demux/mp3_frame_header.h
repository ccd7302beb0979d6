// The four bytes in front of every MPEG audio frame, layer III.
//
// Layout (ISO/IEC 11172-3 section 2.4.1.3 and 13818-3; MPEG-2.5 is the Fraunhofer extension):
// sync:11 version:2 layer:2 no_crc:1 bitrate_index:4 rate_index:2 padding:1 private:1 mode:2
// mode_extension:2 copyright:1 original:1 emphasis:2
//
// "MPEG frame" is the coded unit; "frame" alone keeps its meaning of one sample per channel.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

#include "engine/base/audio_view.h"

namespace engine {

enum class MpegVersion : std::uint8_t { k1, k2, k25 };

inline constexpr std::size_t kMp3HeaderBytes = 4;
/// 320 kbit/s at 32 kHz, padded: the longest MPEG frame whose header tells its length.
inline constexpr int kMp3FrameBytesMax = 1441;

struct Mp3FrameHeader {
  MpegVersion version{};
  int sample_rate_hz = 0;
  int bitrate_kbps = 0;  // 0: free format, the header does not tell the length.
  int channels = 0;      // 1 or 2.
  bool has_crc = false;
  bool padded = false;
  FrameCount frame_count = 0;  // Frames that it decodes to: 1152, in MPEG-2 and 2.5 576.
  int size_bytes = 0;          // Of the whole MPEG frame; 0 for free format.
  int side_info_bytes = 0;

  /// Bytes of main data, which is what the bit reservoir is made of. 0 for free format.
  int payload_bytes() const;
  /// Most bytes that main_data_begin can reach back: 511, in MPEG-2 and 2.5 255.
  int reservoir_bytes_max() const { return version == MpegVersion::k1 ? 511 : 255; }
  /// One granule is 576 frames.
  int granules() const { return version == MpegVersion::k1 ? 2 : 1; }
  /// True when `other` can follow in the same stream: version and sample rate are equal. Bitrate
  /// and channel mode may change from one MPEG frame to the next.
  bool continues(const Mp3FrameHeader& other) const {
    return version == other.version && sample_rate_hz == other.sample_rate_hz;
  }
};

/// The header in the first four bytes of `bytes`; nothing when they are no layer III header (or
/// are fewer than four).
std::optional<Mp3FrameHeader> parse_mp3_frame_header(std::span<const std::byte> bytes);

/// True when `bytes`, the beginning of a file after its ID3v2 tags, holds a chain of layer III
/// frames that begins within the first 4 KiB: three in a row, or two where `bytes` ends before a
/// third could begin. Wants 8 KiB or the whole file.
bool looks_like_mpeg_audio(std::span<const std::byte> bytes);

}  // namespace engine
