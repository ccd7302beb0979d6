// Carry: what a track leaves to the one that follows it, where a player can cut whole packets only.
//
// The track before ends with its last packet that needs nothing of what follows; its frames behind
// that are the first ones of the next track's packets, whose grid begins so much earlier. Every
// packet is then the one that an encoder running through both tracks would make, but for the
// pre-roll (docs/decisions/track-joins.md).
#pragma once

#include <algorithm>
#include <cstdint>

#include "engine/base/audio_buffer.h"
#include "engine/base/output_format.h"
#include "engine/session/chunk_plan.h"

namespace engine {

struct Carry {
  /// Packets that the track before plays itself; those behind them are not to be played.
  std::int64_t packet_count = 0;
  /// Its frames behind these packets. [0, kPacketFrames + kOpusLookaheadFrames).
  FrameCount frame_count = 0;
  /// 2 x n, n >= frame_count: what is heard in front of the next track, up to its first frame.
  AudioBuffer before;
};

/// How many packets of `plan` an encoder can make without a look behind the end of the track.
constexpr std::int64_t packets_before_carry(const ChunkPlan& plan) {
  const FrameCount seen = plan.carry_frames() + plan.frame_count() - kOpusLookaheadFrames;
  return std::max<FrameCount>(seen, 0) / kPacketFrames;
}

}  // namespace engine
