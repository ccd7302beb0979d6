// What a Session is made of, for session.cc alone: what is known, what is wished for, and the
// stages that work on it.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "engine/base/byte_store.h"
#include "engine/demux/demuxer.h"
#include "engine/session/carry.h"
#include "engine/session/chunk_plan.h"
#include "engine/session/chunk_renderer.h"
#include "engine/session/enhanced_source.h"
#include "engine/session/first_ranges.h"
#include "engine/session/gradual_profile.h"
#include "engine/session/pcm_source.h"
#include "engine/session/probe_reader.h"
#include "engine/session/session.h"

namespace engine {

class Session::State {
 public:
  explicit State(const SessionOptions& session_options);

  Result<Event> advance();
  Status supply(std::uint64_t offset, std::span<const std::byte> bytes);
  void set_enhancement(const std::optional<EnhancementSettings>& wanted);
  void set_profile(const TrackProfile& given, const std::optional<ProfileChange>& change);
  void request_profile() { rest_wanted_ = true; }
  Status take_over(std::optional<FrameCount> from_frame);
  void set_carry(std::optional<Carry> carry);
  std::optional<Carry> carry_over() const;
  void set_wish(std::optional<std::int64_t> chunk);
  TrackWarnings warnings() const;
  bool mostly_undecodable() const { return pcm_ && pcm_->mostly_undecodable(); }
  bool undecodable_for_long() const { return pcm_ && pcm_->undecodable_for_long(); }

  // Session reads these; State is its private half, not a class with users of its own.
  // NOLINTBEGIN(misc-non-private-member-variables-in-classes)
  SessionOptions options;
  ByteStore bytes;
  std::optional<std::uint64_t> source_size;
  std::optional<Error> failed;
  std::optional<EnhancementSettings> settings;
  int probe_budget = kAllProbes;
  // NOLINTEND(misc-non-private-member-variables-in-classes)

 private:
  Result<Event> proceed();
  Result<Event> open();
  Result<Event> read_header();
  Result<Event> measure();
  Status begin_measuring();
  FrameRange start_of_wish();
  void begin_wish();
  Result<Event> measure_rest();
  Result<Event> make_the_plan();
  Result<Event> render();
  Event hand_out(Event event);
  void begin_anew();
  Event need(std::vector<ByteRange> ranges, std::uint64_t run = 0);
  std::uint64_t probe_run_bytes() const;
  void abandon_probes();
  std::vector<ByteRange> first_cluster_ranges() const {
    return missing_ranges_for(*pcm_, source(), renderer_->first_input(),
                              options.source_bytes_held_max / 4);
  }
  bool begins_undecodable() const;
  void add_start_of_wish(std::vector<ByteRange>& ranges) const;
  Source source() const { return {bytes, *source_size}; }
  bool wants_plan() const { return settings && needs_plan(*settings); }

  std::unique_ptr<Demuxer> demuxer_;
  TrackInfo track_;
  std::unique_ptr<PcmSource> pcm_;
  std::unique_ptr<ProbeReader> probes_;      // Measuring in one go,
  std::unique_ptr<GradualProfile> gradual_;  // or in two.
  bool in_first_go_ = false;
  std::optional<std::int64_t> start_measured_;  // The first go measures the start of this chunk.
  bool rest_wanted_ = false;
  std::optional<TrackProfile> provisional_;  // With profile_: up to change_frame_.
  std::optional<TrackProfile> profile_;      // Final, in force.
  std::optional<TrackProfile> waiting_;      // Final, not in force yet.
  FrameCount change_frame_ = 0;
  std::unique_ptr<EnhancedSource> enhanced_;
  std::unique_ptr<ChunkRenderer> renderer_;
  ChunkPlan plan_{0};
  std::optional<Carry> carry_;
  TrackWarnings told_;
  std::optional<Event> held_;  // The next answer, behind a Noticed.
  bool truncated_ = false;     // plan_ ends before the place that the headers promise.
  std::optional<std::int64_t> wish_;
  bool configured_ = false;  // The chain carries out `settings`.
  bool begun_ = false;       // The renderer works on `wish_`.
};

}  // namespace engine
