// What the tag of an MP3 file claims of its length, held against the file.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

#include "engine/base/byte_range.h"
#include "engine/demux/mp3_frame_header.h"
#include "engine/demux/mp3_stream_info.h"

namespace engine {

enum class Mp3LengthClaim : std::uint8_t {
  kFits,        // The bytes that it claims are those that are there, and make so many MPEG frames.
  kEndsBefore,  // The same, but a little follows: believed when that holds no MPEG frame.
  kEndsBehind,  // A VBR file lacks less than an MPEG frame: believed when that is of the last one.
  kWrong,       // The file is truncated, or joined, or the tag is not its own, or says too little.
};

/// No MPEG frame is larger: 320 kbit/s at 32 kHz, padded.
inline constexpr std::uint64_t kMpegFrameBytesMax = 1441;
/// The end of the audio that tells how its last MPEG frame is cut.
inline constexpr std::uint64_t kCutTailBytes = 4 * kMpegFrameBytesMax;

/// Where the MPEG frames lie that a tag speaks of.
struct Mp3TagPlace {
  std::uint64_t tag_begin = 0;     // Of the MPEG frame that holds the tag.
  std::uint64_t tag_end = 0;       // Where the first one with audio may begin.
  std::uint64_t audio_end = 0;     // Without the tags at the end of the file.
  std::uint64_t source_bytes = 0;  // With them.
};

/// Where the MPEG frames end by the claim of `info` (which claims bytes).
std::uint64_t claimed_end(const Mp3StreamInfo& info, const Mp3TagPlace& place);

/// Judges the claim of `info` for a stream whose MPEG frames are like `first`.
Mp3LengthClaim judge_length_claim(const Mp3StreamInfo& info, const Mp3FrameHeader& first,
                                  const Mp3TagPlace& place);

/// How many bytes the last MPEG frame lacks in `tail`, the end of a stream whose MPEG frames are
/// like `first`: nothing when it is whole or does not show its header.
std::optional<std::uint64_t> missing_of_last_mpeg_frame(std::span<const std::byte> tail,
                                                        const Mp3FrameHeader& first);

}  // namespace engine
