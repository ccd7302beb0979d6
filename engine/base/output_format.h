// The grid of the output: every chunk, packet and timestamp of the engine lies on it.
#pragma once

#include "engine/base/units.h"

namespace engine {

/// One Opus packet, one SimpleBlock: 20 ms, so that every timestamp is a whole millisecond.
inline constexpr FrameCount kPacketFrames = 960;
inline constexpr int kPacketDurationMs = 20;

/// One Cluster: 0.5 s, the smallest thing that is appended. A browser starts with about 0.26 s.
inline constexpr int kClusterPackets = 25;
inline constexpr FrameCount kClusterFrames = kClusterPackets * kPacketFrames;

/// One chunk: 2 s, the unit of rendering, caching and keys.
inline constexpr int kChunkClusters = 4;
inline constexpr int kChunkPackets = kChunkClusters * kClusterPackets;
inline constexpr FrameCount kChunkFrames = kChunkPackets * kPacketFrames;

/// Delay of libopus's encoder and decoder together in OPUS_APPLICATION_AUDIO at 48 kHz. The encoder
/// is fed this many frames ahead, so that the stream needs no pre-skip: what a decoder puts out at
/// media time t is the frame of time t (docs/decisions/pre-skip.md).
inline constexpr FrameCount kOpusLookaheadFrames = 312;

}  // namespace engine
