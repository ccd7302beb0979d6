// ProbeReader: measures the TrackProfile from the scheduled probes, or from the whole track.
#pragma once

#include <variant>
#include <vector>

#include "engine/base/audio_buffer.h"
#include "engine/base/result.h"
#include "engine/dsp/clip_counter.h"
#include "engine/enhance/analyzer.h"
#include "engine/enhance/track_profile.h"
#include "engine/session/pcm_source.h"

namespace engine {

/// A bounded piece of work was done: call again.
struct ProbePending {};
struct NeedManyBytes {
  std::vector<ByteRange> ranges;
};
using MeasureStep = std::variant<NeedManyBytes, ProbePending, TrackProfile>;

class ProbeReader {
 public:
  /// `full`: the whole track instead of probes. `pcm` must not be read by others until the profile
  /// is there.
  ProbeReader(PcmSource& pcm, bool full);
  ProbeReader(const ProbeReader&) = delete;
  ProbeReader& operator=(const ProbeReader&) = delete;
  ~ProbeReader();

  /// The first answer asks for the bytes of all probes at once, so that a driver can fetch them in
  /// parallel; `held_max` bounds how many that are.
  Result<MeasureStep> advance(const Source& source, std::uint64_t held_max);

 private:
  std::vector<ByteRange> missing_ranges(const Source& source, std::uint64_t held_max) const;

  PcmSource& pcm_;
  std::vector<FrameRange> schedule_;
  Analyzer analyzer_;
  ClipCounter clips_;
  bool near_ = false;      // Places are estimated; else read exactly.
  bool asked_ = false;     // The bytes of all probes were asked for.
  std::size_t index_ = 0;  // Of the probe under way.
  bool begun_ = false;     // Its place is found.
  FrameCount next_ = 0;    // Its next frame.
  FrameCount end_ = 0;
  AudioBuffer frames_;  // Scratch.
};

}  // namespace engine
