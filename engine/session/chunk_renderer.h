// ChunkRenderer: one chunk of an EnhancedSource as Opus packets, clusters or plain frames.
//
// Every chunk gets a fresh encoder that runs kPrerollPackets in front of it, so the packets do not
// depend on what was rendered before. The first packet of every cluster does not predict from the
// ones before it: a decoder may start there (a seek) and a cluster rendered with other settings may
// follow (docs/decisions/chunk-seams.md). Nor does packet -1, the lead that hides the join to
// another track (docs/decisions/track-joins.md).
#pragma once

#include <cstdint>
#include <optional>
#include <variant>
#include <vector>

#include "engine/base/result.h"
#include "engine/encode/opus_encoder.h"
#include "engine/session/carry.h"
#include "engine/session/chunk_plan.h"
#include "engine/session/enhanced_source.h"
#include "engine/session/session.h"

namespace engine {

class ChunkRenderer {
 public:
  ChunkRenderer(EnhancedSource& enhanced, const SessionOptions& options);

  /// Starts over with `chunk`, which must have packets in `plan`. `carry`: what stands in front of
  /// the track, of plan.carry_frames(), and lives until the next begin(); nullptr: nothing does.
  void begin(const ChunkPlan& plan, std::int64_t chunk, const Carry* carry);

  /// The frames of the track that the first cluster of the chunk still needs.
  FrameRange first_input() const;

  /// A bounded piece of work. Output events, Working, NeedRanges, or EndOfTrack when the source is
  /// found to end before the chunk. Precondition: begun, not done.
  Result<Event> advance(const Source& source);

  /// Everything of the chunk was handed over.
  bool done() const { return next_packet_ >= end_packet_; }

  /// The plan of begin(), or a shorter one once the source was found to end early.
  const ChunkPlan& plan() const { return plan_; }

  /// What the track leaves to the next one, once its last packet was handed over.
  const std::optional<Carry>& carry_over() const { return carry_over_; }

  /// The settings, the profile or the carry changed: the last chunk has to be rendered anew.
  void forget_carry_over() { carry_over_.reset(); }

 private:
  Result<Event> advance_pcm(const Source& source);
  bool source_ended_before_output();
  Result<EnhancedStep> prepare(const Source& source, FrameCount begin, FrameCount end);
  BufferSlice input(FrameCount begin, FrameCount end);
  FrameCount input_begin(std::int64_t packet) const;
  StageGains gains_of(std::int64_t packet) const;
  Carry make_carry_over() const;
  Event flush();
  bool is_independent(std::int64_t packet) const;
  Event end_of_track();
  bool last_of_track() const { return end_packet_ == plan_.packet_count(); }

  EnhancedSource& enhanced_;
  SessionOptions options_;
  OpusPacketEncoder encoder_;
  ChunkPlan plan_{0};
  std::int64_t chunk_ = 0;
  std::int64_t next_packet_ = 0;  // Next to encode; starts with the pre-roll.
  std::int64_t end_packet_ = 0;
  std::int64_t pending_first_ = 0;
  std::vector<Packet> pending_;  // Encoded, not yet handed over.
  Packet lead_;                  // Packet -1, from its encoding to the first cluster.
  const Carry* carry_ = nullptr;
  std::optional<Carry> carry_over_;
  AudioBuffer carried_;  // Scratch: a packet's frames that reach in front of the track.
};

}  // namespace engine
