// Finding whole FLAC frames in a source: where the coded units of a damaged, truncated or
// unindexed stream begin and end.
//
// A FLAC frame does not say how long it is. Its end is where the first header with the right CRC-8
// stands before which the CRC-16 of everything is right (RFC 9639 sections 9.1 and 9.3); a sync
// code inside the audio fails both. Where no such header follows (last frame, rubbish or damage
// behind it) the subframes are walked bit by bit, which gives the length exactly.
#pragma once

#include <variant>

#include "engine/base/byte_range.h"
#include "engine/base/media_types.h"
#include "engine/demux/flac_frame_header.h"

namespace engine {

/// What the finder has to know of a stream.
struct FlacStream {
  FlacStreamInfo info;
  ByteRange audio;  // Where FLAC frames may lie.
  FlacNumbering numbering;
  FlacAgreement agreement = FlacAgreement::kPlace;
};

/// A whole FLAC frame whose checksums are right.
struct FlacFrame {
  FlacFrameHeader header;
  ByteRange bytes;
};
struct NoFlacFrame {};
using FlacFrameStep = std::variant<NeedBytes, FlacFrame, NoFlacFrame>;

/// The FLAC frame that begins exactly at `offset`. Asks for its declared longest size, more only
/// when that does not suffice.
FlacFrameStep flac_frame_at(const Source& source, const FlacStream& stream, std::uint64_t offset);

/// The first FLAC frame that begins in [from, limit). Asks for windows of flac_window_bytes(). When
/// it needs bytes it moves `from` past what it has excluded already: call again with the same
/// variable.
FlacFrameStep find_flac_frame(const Source& source, const FlacStream& stream, std::uint64_t& from,
                              std::uint64_t limit);

/// A stretch that holds the beginning and the end of some FLAC frame almost surely, [16, 64] KiB.
std::uint64_t flac_window_bytes(const FlacStream& stream);

}  // namespace engine
