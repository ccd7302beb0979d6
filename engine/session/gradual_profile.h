// GradualProfile: measures a TrackProfile in two goes, for links on which all probes take too long.
//
// The first go is a few probes spread over the track, or the start of what is played; the second,
// beside the rendering, is the rest. No probe is fetched or decoded twice, and the profile of the
// second go has the bits of one that was measured in one go. Probes are read by a cursor of their
// own, so that the one which renders stays where it is.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <utility>

#include "engine/base/media_types.h"
#include "engine/demux/demuxer.h"
#include "engine/session/pcm_source.h"
#include "engine/session/probe_reader.h"

namespace engine {

/// What can be measured before the first plan.
enum class FirstGo : std::uint8_t {
  kAll,     // No second go: the profile is final.
  kSpread,  // Probes of the schedule.
  kStart,   // What is played first, which has to be fetched anyway.
  kNothing,
};

/// `budget`: as many probes may be measured; a short track that is measured whole costs as many as
/// fit into it.
FirstGo first_go_for(FrameCount track_frames, std::size_t budget);

/// With how many probes the first plan has all stages: kWholePlanProbes; a short track that is
/// measured whole has no other plan than that of all of it.
int whole_plan_probes(FrameCount track_frames);

/// About how many bytes the measuring of one probe touches.
std::uint64_t bytes_per_probe(const PcmSource& pcm, const Source& source);

class GradualProfile {
  // Only create() has one, so that only create() makes a GradualProfile.
  class Key {
    friend class GradualProfile;
    Key() = default;
  };

 public:
  /// Probes that are asked for at once in the second go: few, so that they do not stand in the way
  /// of what is wished for meanwhile; not one, since each question is a round trip.
  static constexpr std::size_t kAskedAtOnce = 4;

  /// `demuxer` has just read its header, which said `track`. Neither is kept.
  static Result<std::unique_ptr<GradualProfile>> create(const Demuxer& demuxer,
                                                        const TrackInfo& track);
  GradualProfile(Key /*key*/, std::unique_ptr<Demuxer> demuxer) : demuxer_(std::move(demuxer)) {}

  /// First go, one of these. `probes`: as of FirstGo::kSpread.
  void begin_spread(std::size_t probes);
  /// `start`: frames of the track, inside it; read by `pcm`, which has them at hand anyway.
  void begin_start(PcmSource& pcm, FrameRange start);
  /// Ends in the provisional profile. Precondition: begun.
  Result<MeasureStep> advance_first(const Source& source, std::uint64_t held_max);

  /// Second go; ends in the final profile. It may be interrupted at any time and for any time.
  Result<MeasureStep> advance_rest(const Source& source, std::uint64_t held_max);

 private:
  std::unique_ptr<Demuxer> demuxer_;
  std::unique_ptr<PcmSource> pcm_;
  ProbeShelf shelf_;
  ProbeShelf start_shelf_;  // Stays empty: a start is no probe of the schedule.
  std::unique_ptr<ProbeReader> reader_;
  bool in_rest_ = false;
};

}  // namespace engine
