// ChunkPlan: pure arithmetic between frames, packets, clusters and chunks of one track.
//
// Packet k holds the frames [960 k - carry, 960 (k + 1) - carry) of the track. The carry is 0 but
// where frames of the track before stand in front of this one's first (engine/session/carry.h).
#pragma once

#include <algorithm>
#include <cstdint>

#include "engine/base/check.h"
#include "engine/base/output_format.h"

namespace engine {

class ChunkPlan {
 public:
  /// `frame_count` of the track and `carry_frames` in front of it, at 48 kHz, >= 0.
  explicit constexpr ChunkPlan(FrameCount frame_count, FrameCount carry_frames = 0)
      : frame_count_(frame_count), carry_frames_(carry_frames) {}

  constexpr FrameCount frame_count() const { return frame_count_; }
  constexpr FrameCount carry_frames() const { return carry_frames_; }
  /// The last packet may reach past the end of the track; the player trims it.
  constexpr std::int64_t packet_count() const { return ceil_div(coded_frames(), kPacketFrames); }
  constexpr std::int64_t chunk_count() const { return ceil_div(coded_frames(), kChunkFrames); }

  static constexpr std::int64_t first_packet(std::int64_t chunk) { return chunk * kChunkPackets; }
  /// Of the track; negative for packets in front of it.
  constexpr FrameCount first_frame(std::int64_t packet) const {
    return packet * kPacketFrames - carry_frames_;
  }
  /// Packets of `chunk` (any number >= 0): kChunkPackets, fewer in the last one, 0 past the end.
  constexpr std::int64_t packets_in(std::int64_t chunk) const {
    if (chunk >= chunk_count()) return 0;  // Before it is multiplied: it may be huge.
    return std::clamp<std::int64_t>(packet_count() - first_packet(chunk), 0, kChunkPackets);
  }
  /// Frames of [first_packet, first_packet + count) that lie inside the track or are carried.
  constexpr FrameCount frames_in(std::int64_t first, std::int64_t count) const {
    const FrameCount end = std::min((first + count) * kPacketFrames, coded_frames());
    return std::max<FrameCount>(end - first * kPacketFrames, 0);
  }

 private:
  static constexpr std::int64_t ceil_div(std::int64_t a, std::int64_t b) { return (a + b - 1) / b; }
  constexpr FrameCount coded_frames() const { return frame_count_ + carry_frames_; }

  FrameCount frame_count_;
  FrameCount carry_frames_;
};

}  // namespace engine
