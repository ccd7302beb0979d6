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
#include <vector>

#include "engine/base/audio_view.h"
#include "engine/base/result.h"

namespace engine {

inline constexpr std::size_t kFlacStreamInfoBytes = 34;
inline constexpr std::size_t kFlacFrameHeaderBytesMax = 16;
/// What the 36 bits of STREAMINFO can say. No track is longer, whatever its numbers claim.
inline constexpr FrameCount kFlacFrameCountMax = (FrameCount{1} << 36) - 1;

struct FlacStreamInfo {
  int block_size_min = 0;
  int block_size_max = 0;             // [16, 65535] where it makes sense. Not to be relied on.
  std::uint32_t frame_bytes_max = 0;  // As declared; 0: unknown. Not to be relied on.
  int sample_rate_hz = 0;
  int channels = 0;            // [1, 8].
  int bits_per_sample = 0;     // [1, 32].
  FrameCount frame_count = 0;  // 0: unknown.
};

/// What STREAMINFO says, true or not. Precondition: `bytes` are the 34 of it.
FlacStreamInfo parse_flac_stream_info(std::span<const std::byte> bytes);

/// Whether a stream of these facts can be played. `byte_offset` is that of STREAMINFO.
Status check_flac_stream_info(const FlacStreamInfo& info, std::uint64_t byte_offset);

/// `bytes` (a STREAMINFO) with the facts of `info` in it, for a decoder that believes it.
/// Of the length only the 36 bits that there is room for.
std::vector<std::byte> corrected_flac_stream_info(std::span<const std::byte> bytes,
                                                  const FlacStreamInfo& info);

/// What the coded numbers of a stream's FLAC frames mean.
struct FlacNumbering {
  /// Frames that one count stands for where the blocking is fixed; 0: STREAMINFO's block_size_max.
  int frames_per_number = 0;
  /// What has to be taken off: the place that the number of the first FLAC frame tells.
  FrameCount origin = 0;
};

/// How far FLAC frames have to agree with what is known of their stream.
enum class FlacAgreement : std::uint8_t {
  kPlace,    // Rate, channels, block size and a place inside the track.
  kNothing,  // They are whole FLAC frames, of whatever stream.
};

struct FlacFrameHeader {
  FrameCount first_frame = 0;  // By its number.
  int block_size = 0;          // Frames that the FLAC frame decodes to, [1, 65535].
  int sample_rate_hz = 0;
  int channels = 0;
  int bits_per_sample = 0;
  int channel_assignment = 0;  // 0 to 7: independent; 8: left/side, 9: side/right, 10: mid/side.
  bool variable_blocking = false;  // The number counts samples.
  std::uint64_t number = 0;        // As coded.
  std::size_t size_bytes = 0;      // Of the header, with its CRC-8.

  FrameCount end_frame() const { return first_frame + block_size; }
  /// The depth may change on the way: a decoder follows it.
  bool same_format(const FlacStreamInfo& info) const {
    return sample_rate_hz == info.sample_rate_hz && channels == info.channels;
  }
};

/// The header at the front of `bytes`; nothing when there is none, when its CRC-8 is wrong, when it
/// does not agree, or when `bytes` ends inside it.
std::optional<FlacFrameHeader> parse_flac_frame_header(
    std::span<const std::byte> bytes, const FlacStreamInfo& info,
    const FlacNumbering& numbering = {}, FlacAgreement agreement = FlacAgreement::kPlace);

}  // namespace engine
