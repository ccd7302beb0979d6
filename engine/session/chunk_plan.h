// ChunkPlan: pure arithmetic between frames, packets, clusters and chunks of one track.
#pragma once

#include <algorithm>
#include <cstdint>

#include "engine/base/check.h"
#include "engine/base/output_format.h"

namespace engine {

class ChunkPlan {
 public:
  /// `frame_count` at 48 kHz, >= 0.
  explicit constexpr ChunkPlan(FrameCount frame_count) : frame_count_(frame_count) {}

  constexpr FrameCount frame_count() const { return frame_count_; }
  /// The last packet may reach past the end of the track; the player trims it.
  constexpr std::int64_t packet_count() const { return ceil_div(frame_count_, kPacketFrames); }
  constexpr std::int64_t chunk_count() const { return ceil_div(frame_count_, kChunkFrames); }

  static constexpr std::int64_t first_packet(std::int64_t chunk) { return chunk * kChunkPackets; }
  /// Packets of `chunk` (any number >= 0): kChunkPackets, fewer in the last one, 0 past the end.
  constexpr std::int64_t packets_in(std::int64_t chunk) const {
    if (chunk >= chunk_count()) return 0;  // Before it is multiplied: it may be huge.
    return std::clamp<std::int64_t>(packet_count() - first_packet(chunk), 0, kChunkPackets);
  }
  /// Frames of [first_packet, first_packet + count) that lie inside the track.
  constexpr FrameCount frames_in(std::int64_t first, std::int64_t count) const {
    const FrameCount end = std::min((first + count) * kPacketFrames, frame_count_);
    return std::max<FrameCount>(end - first * kPacketFrames, 0);
  }

 private:
  static constexpr std::int64_t ceil_div(std::int64_t a, std::int64_t b) { return (a + b - 1) / b; }

  FrameCount frame_count_;
};

}  // namespace engine
