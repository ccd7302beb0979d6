// What the tag of an MP3 file claims of its length, held against the file.
#pragma once

#include <cstdint>
#include <optional>

#include "engine/base/byte_range.h"
#include "engine/demux/mp3_frame_header.h"
#include "engine/demux/mp3_stream_info.h"

namespace engine {

enum class Mp3LengthClaim : std::uint8_t {
  kFits,        // The bytes that it claims are those that are there, and make so many MPEG frames.
  kEndsBefore,  // The same, but a little follows: believed when that holds no MPEG frame.
  kWrong,       // The file is truncated, or joined, or the tag is not its own, or says too little.
};

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

}  // namespace engine
