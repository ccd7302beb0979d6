// The exact length of a FLAC frame, found by reading its subframes without keeping a sample.
#pragma once

#include <cstddef>
#include <optional>
#include <span>

#include "engine/demux/flac_frame_header.h"

namespace engine {

/// The size in bytes of the FLAC frame whose header `header` stands at the front of `bytes`, with
/// its CRC-16 (which is not checked here). Nothing when the subframes break RFC 9639 sections 9.2.1
/// to 9.2.7 or when `bytes` ends before they do. O(samples).
std::optional<std::size_t> walk_flac_frame(std::span<const std::byte> bytes,
                                           const FlacStreamInfo& info,
                                           const FlacFrameHeader& header);

}  // namespace engine
