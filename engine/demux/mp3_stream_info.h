// The tag inside a first MPEG frame that decodes to nothing: Xing/Info (with LAME's extension) or
// VBRI. It says how many MPEG frames follow, where they lie, and what the encoder added.
//
// Layout of Xing/Info, where the main data would begin: "Xing" or "Info", flags:32, then, each only
// when its flag is set, frames:32 (1), bytes:32 (2), toc:100 bytes (4), quality:32 (8); then LAME's
// extension: encoder:9 bytes, 12 bytes of other facts, delay:12 padding:12 (bits).
// Layout of VBRI, always 32 bytes after the header: "VBRI" version:16 delay:16 quality:16 bytes:32
// frames:32 ...
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>

#include "engine/demux/mp3_frame_header.h"

namespace engine {

/// Frames that a layer III decoder lags behind its input: 528 of the filter bank and one more, by
/// the convention of LAME's tag.
inline constexpr FrameCount kMp3DecoderDelayFrames = 529;

struct Mp3StreamInfo {
  bool constant_bitrate = false;  // "Info": what its writer calls constant.
  std::int64_t mpeg_frames = 0;   // Without the one that holds the tag. 0: not said.
  std::uint64_t size_bytes = 0;   // From the one that holds the tag on. 0: not said.
  bool has_toc = false;
  /// Entry i: the place of i percent of the playing time, in 256ths of size_bytes.
  std::array<std::uint8_t, 100> toc{};
  bool has_gapless = false;
  FrameCount encoder_delay = 0;    // Frames that the encoder put in front, [0, 4095].
  FrameCount encoder_padding = 0;  // And at the end, [0, 4095].
};

/// The tag in `mpeg_frame` (whole, with its parsed header); nothing when it is plain audio: when it
/// holds no tag, or one that tells neither the number of MPEG frames nor their bytes.
std::optional<Mp3StreamInfo> parse_mp3_stream_info(std::span<const std::byte> mpeg_frame,
                                                   const Mp3FrameHeader& header);

}  // namespace engine
