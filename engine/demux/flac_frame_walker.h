// The exact length of a FLAC frame, found by reading its subframes without keeping a sample.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "engine/demux/flac_frame_header.h"

namespace engine {

struct FlacFrameWalk {
  enum class End : std::uint8_t {
    kWhole,   // All subframes are there; `size_bytes` is the size with the CRC-16.
    kBroken,  // The subframes break RFC 9639 sections 9.2.1 to 9.2.7.
    kCutOff,  // `bytes` ends before they do.
  };
  End end = End::kBroken;
  std::size_t size_bytes = 0;
};

/// Walks through the FLAC frame whose header `header` stands at the front of `bytes`. The CRC-16 is
/// not checked. O(samples).
FlacFrameWalk walk_flac_frame(std::span<const std::byte> bytes, const FlacFrameHeader& header);

}  // namespace engine
