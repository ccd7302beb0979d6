// ProbeReader: measures the TrackProfile from the scheduled probes, or from the whole track.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <utility>
#include <variant>
#include <vector>

#include "engine/base/audio_buffer.h"
#include "engine/base/output_format.h"
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

/// Probes that were decoded and are measured once more: those of a first go belong to the profile
/// that is made of all.
class ProbeShelf {
 public:
  struct Probe {
    FrameCount first_frame = 0;
    AudioBuffer frames{kOutputChannelCount, 0};
    /// Clipped runs in each step of the reader.
    std::vector<std::int64_t> clipped_runs;
  };

  bool holds(std::size_t index) const { return probes_.count(index) > 0; }
  const Probe& at(std::size_t index) const { return probes_.at(index); }
  void put(std::size_t index, Probe probe) { probes_[index] = std::move(probe); }
  void drop(std::size_t index) { probes_.erase(index); }

 private:
  std::map<std::size_t, Probe> probes_;
};

/// What a ProbeReader measures.
struct ProbeTask {
  std::vector<FrameRange> schedule;
  /// Those of them to measure, rising.
  std::vector<std::size_t> chosen;
  /// Places are estimated; else read exactly.
  bool near = false;
  /// So many probes' bytes are asked for at once.
  std::size_t asked_at_once = 0;
};

/// All of probe_schedule(), or the whole track as one.
ProbeTask whole_probe_task(FrameCount track_frames, bool full);

class ProbeReader {
 public:
  /// `full`: the whole track instead of probes. `pcm` must not be read by others until the profile
  /// is there.
  ProbeReader(PcmSource& pcm, bool full);
  /// Takes probes from `shelf` instead of reading them; `keep`: puts there what it read. The shelf
  /// must outlive the reader.
  ProbeReader(PcmSource& pcm, ProbeTask task, ProbeShelf& shelf, bool keep);
  ProbeReader(const ProbeReader&) = delete;
  ProbeReader& operator=(const ProbeReader&) = delete;
  ~ProbeReader();

  /// Asks for the bytes of ProbeTask::asked_at_once probes at once, so that a driver can fetch them
  /// in parallel; `held_max` bounds how many that are. A profile of less than the whole schedule
  /// tells so by its probe_count.
  Result<MeasureStep> advance(const Source& source, std::uint64_t held_max);

 private:
  std::vector<ByteRange> missing_ranges(const Source& source, std::uint64_t held_max) const;
  std::size_t probe() const { return task_.chosen[index_]; }
  bool is_shelved(std::size_t index) const { return shelf_ != nullptr && shelf_->holds(index); }
  MeasureStep take_from_shelf();
  Result<std::optional<NeedBytes>> begin_probe(const Source& source);
  void end_probe();

  PcmSource& pcm_;
  ProbeTask task_;
  ProbeShelf* shelf_ = nullptr;
  bool keep_ = false;
  Analyzer analyzer_;
  ClipCounter clips_;
  std::size_t asked_to_ = 0;  // The bytes of the chosen ones before it were asked for.
  std::size_t index_ = 0;     // Of the probe under way among the chosen.
  bool begun_ = false;        // Its place is found.
  FrameCount next_ = 0;       // Its next frame.
  FrameCount end_ = 0;
  AudioBuffer frames_;         // Scratch.
  ProbeShelf::Probe keeping_;  // Of the probe under way.
};

}  // namespace engine
