// Session: one track from source bytes to WebM clusters. The public face of the engine.
//
// Sans-I/O: a Session never reads a file, a socket, a clock or a random device, never blocks and
// never calls back. A driver tells it bytes and wishes, then calls advance() and does what the
// returned Event says. The worker (fetch), the command line (pread) and the tests (memory) are the
// drivers.
//
// Determinism: what is rendered for a chunk is a function of the source bytes, the chunk's index,
// the settings and the track profile. It depends neither on the order in which bytes, wishes or
// seeks arrived nor on the chunks rendered before it.
//
// Order of events: TrackReady once; Noticed between any others; PlanReady whenever a plan was made
// (never where needs_plan() says that none is needed); then the output of each wished-for
// chunk and at its end Idle.
//
// On a slow link, or in a hurry, a driver lets few probes come before the first plan
// (set_probe_budget), which is then provisional; it asks for the rest beside the playback
// (request_profile, up to ProfileReady) and says from which frame on the final plan counts
// (take_over).
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <memory>
#include <optional>
#include <span>
#include <variant>
#include <vector>

#include "engine/base/audio_buffer.h"
#include "engine/base/byte_range.h"
#include "engine/base/media_types.h"
#include "engine/base/output_format.h"
#include "engine/base/result.h"
#include "engine/encode/opus_encoder.h"
#include "engine/enhance/enhancement_plan.h"
#include "engine/enhance/enhancement_settings.h"
#include "engine/enhance/stage_gains.h"
#include "engine/enhance/track_profile.h"
#include "engine/mux/webm_muxer.h"
#include "engine/session/carry.h"

namespace engine {

/// What a Session makes of a chunk.
enum class SessionOutput : std::uint8_t {
  kClusters,  // ClusterReady: WebM for Media Source Extensions.
  kPackets,   // PacketsReady: the same Opus packets, bare, for a file.
  kPcm,       // PcmReady: what enters the encoder.
};

struct SessionOptions {
  SessionOutput output = SessionOutput::kClusters;
  int bitrate_bps = kBitrateBpsDefault;
  /// kPackets: pre-roll packets handed over in front of every chunk's own. [0, kPrerollPackets].
  int lead_packets = 0;
  /// Measure the whole track instead of probes.
  bool full_profile = false;
  /// The source bytes held at most; NeedBytes never asks for more at once. >= 4 MiB.
  std::uint64_t source_bytes_held_max = 16ULL << 20;
};

/// Packets that a fresh encoder runs in front of a chunk until it agrees with one that ran through
/// (docs/decisions/chunk-seams.md).
inline constexpr int kPrerollPackets = 16;

// Events: what advance() answers.

/// Work cannot go on until all of these are supplied, in any order: fetch them in parallel.
struct NeedRanges {
  std::vector<ByteRange> ranges;  // Never empty; each non-empty and inside the source.
  /// For request_profile() alone: a wish does not wait for these.
  bool beside = false;
};
struct TrackReady {
  TrackInfo track;                      // Of the source, at its own rate.
  FrameCount frame_count = 0;           // At 48 kHz.
  std::int64_t chunk_count = 0;         // Of the track and what is carried.
  std::vector<std::byte> init_segment;  // EBML header and Segment up to the first Cluster.
  std::uint64_t probe_bytes = 0;        // About what one probe of set_probe_budget() costs.
  /// With so many probes the first plan has all stages, and is hardly told from the final one.
  int whole_plan_probes = 0;
};
/// Something that the listener should know of the track, noticed while it was read; all of it since
/// TrackReady::track.warnings. Comes whenever there is more.
struct Noticed {
  TrackWarnings warnings;
};
struct PlanReady {
  TrackProfile profile;
  EnhancementPlan plan;
  /// Made of a part of the probes, or of none; `profile` is then no profile of the track.
  bool provisional = false;
};
/// What request_profile() has asked for is there; it counts from take_over() on.
struct ProfileReady {
  TrackProfile profile;
};
struct ClusterReady {
  std::int64_t chunk = 0;
  int index_in_chunk = 0;
  FrameCount first_frame = 0;  // At 48 kHz, on the gapless timeline of the track; < 0: carried.
  FrameCount frame_count = 0;  // Inside the track or carried; the last packet may reach past it.
  bool last_of_chunk = false;
  bool last_of_track = false;
  std::vector<std::byte> bytes;  // One whole Cluster.
  /// With the first cluster of the track, else empty: the same once more with the packet in front
  /// of the track (-1) before all others, from timecode 0 on. Appended instead of `bytes`, one
  /// packet early, with the lead hidden by the append window, it makes the first frames right where
  /// the track follows another one off the packet grid (docs/decisions/track-joins.md).
  std::vector<std::byte> lead;
  /// plan_key() of the one plan that the whole chunk follows: with source, chunk and carry it tells
  /// the bytes. Nothing within a take-over.
  std::optional<std::uint64_t> plan_key;
  /// What the stages did to each packet; all zeros for an original.
  std::vector<StageGains> gains;
};
struct PacketsReady {
  std::int64_t first_packet = 0;  // Negative for lead packets in front of the track.
  bool last_of_chunk = false;
  bool last_of_track = false;
  std::vector<Packet> packets;
  std::vector<StageGains> gains;  // One per packet.
};
struct PcmReady {
  FrameCount first_frame = 0;
  bool last_of_chunk = false;
  bool last_of_track = false;
  AudioBuffer frames;  // 2 x n at 48 kHz.
  /// One for each packet that begins in them; `first_frame` begins one.
  std::vector<StageGains> gains;
};
struct Working {};             // Call again; the driver may first look at its own queue.
struct Idle {};                // Nothing is wished for.
struct EndOfTrack {            // The wished-for chunk lies past the end. Answered once; then Idle.
  FrameCount frame_count = 0;  // Where the track really ends.
  bool truncated = false;      // Before the place that the headers promise.
};
using Event = std::variant<NeedRanges, TrackReady, Noticed, PlanReady, ProfileReady, ClusterReady,
                           PacketsReady, PcmReady, Working, Idle, EndOfTrack>;

/// As many as there are.
inline constexpr int kAllProbes = std::numeric_limits<int>::max();

/// Where a final profile follows a provisional one.
struct ProfileChange {
  TrackProfile provisional;
  FrameCount from_frame = 0;
};

class Session {
 public:
  explicit Session(const SessionOptions& options);
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;
  ~Session();

  /// Tells the size of the source. Before the first advance(), once.
  Status set_source_size(std::uint64_t size_bytes);

  /// Copies `bytes`, found at `offset` of the source. Any order; repeats are harmless.
  Status supply(std::uint64_t offset, std::span<const std::byte> bytes);

  /// Wishes for one chunk (>= 0); replaces the wish before it. A seek is a wish for another index.
  Status request_chunk(std::int64_t index);

  /// Takes the wish back.
  void cancel();

  /// Holds from now on; a chunk under way is begun anew. Nothing: the original, untouched.
  Status set_enhancement(const std::optional<EnhancementSettings>& settings);

  /// Uses this profile instead of measuring one, or instead of the measured one: holds from now on,
  /// a chunk under way is begun anew.
  void set_profile(const TrackProfile& profile);

  /// The same, but up to `change.from_frame` (>= 0) the provisional plan holds, and from there on
  /// it gives way to that of `profile`, at most kTakeOverDbPerSecond fast (engine/enhance/
  /// take_over.h). A chunk is a function of both profiles and the frame, too.
  Status set_profile(const TrackProfile& profile, const ProfileChange& change);

  /// How many probes may be measured before the first plan (>= 0). Where the track has more, that
  /// plan is provisional: made of so many, spread over the track; of fewer than kSpreadProbesMin:
  /// of the audio that the wished-for chunk begins with, which costs no byte; of 0: of nothing.
  /// Counts for the next measurement.
  Status set_probe_budget(int probes);

  /// Measures the rest for a provisional plan whenever no chunk is wished for. Nothing happens
  /// where the plan is not provisional.
  void request_profile();

  /// From `from_frame` (>= 0) on the plan of ProfileReady takes over, as by set_profile() above;
  /// nothing: it holds everywhere, at once, as if there had been no other. Without effect where the
  /// plan is final already. Error before ProfileReady (kProfileMissing); that one is not final.
  Status take_over(std::optional<FrameCount> from_frame);

  /// Puts what carry_over() of the track before told in front of this track: its packet k, from
  /// which chunks and clusters count as ever, holds the frames [960 k - c, 960 (k + 1) - c) of the
  /// track then, c = carry->frame_count. What is rendered depends on it too. Holds from now on, a
  /// chunk under way is begun anew. Nothing: the track begins with packet 0. Not for
  /// SessionOutput::kPcm.
  void set_carry(std::optional<Carry> carry);

  /// What this track leaves to the one that follows, when its last chunk was rendered with the
  /// settings, profile and carry of now; else nothing. For players that can cut whole packets only.
  std::optional<Carry> carry_over() const;

  /// Does a bounded piece of work (about 0.1 s of audio). After an Error it only repeats that.
  Result<Event> advance();

  /// All that was noticed so far, TrackInfo::warnings included.
  TrackWarnings warnings() const;

  /// Whether more than a tenth of what was read in order is silence in place of what cannot be
  /// decoded: a file made of it is no success. A session whose output is clusters only fails
  /// (kMostlyUndecodable) where the whole of chunk 0 is such silence; later chunks play.
  bool mostly_undecodable() const;

  /// Whether that is so on the way and more than ten minutes of such silence have been made.
  /// Whoever writes a file gives up, or a few hostile bytes would fill a disk with zeros.
  bool undecodable_for_long() const;

  /// Source bytes held at the moment.
  std::uint64_t source_bytes_held() const;

 private:
  class State;
  std::unique_ptr<State> state_;
};

}  // namespace engine
