// JoinedTracks: the enhanced frames of the input files, one track after another without a gap.
//
// Every track has its own plan and exactly its own frames: the result is the concatenation of what
// `auralis pcm` makes of each. --start and --duration count from the first frame of the first
// track; tracks in front of the start are not read.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "engine/base/audio_buffer.h"
#include "engine/base/json_writer.h"
#include "engine/base/track_warnings.h"
#include "engine/cli/failure.h"
#include "engine/cli/options.h"
#include "engine/cli/output_target.h"
#include "engine/cli/render_report.h"
#include "engine/enhance/enhancement_plan.h"

namespace engine::cli {

/// What became of one input file.
struct JoinedTrack {
  std::string input;
  FrameCount frame_count = 0;  // Handed over.
  bool truncated = false;      // The file ends before its headers' promise.
  std::optional<EnhancementPlan> plan;
  RenderReport report;
  TrackWarnings warnings;
};

class JoinedTracks {
 public:
  /// Opens and claims all input files, and sets them up as the options say.
  static std::variant<JoinedTracks, Failure> open(const Options& options, FileClaims& claims);

  JoinedTracks(JoinedTracks&&) noexcept;
  JoinedTracks(const JoinedTracks&) = delete;
  JoinedTracks& operator=(const JoinedTracks&) = delete;
  JoinedTracks& operator=(JoinedTracks&&) = delete;
  ~JoinedTracks();

  /// Reads all headers. A failure names the file. Once, before the rest.
  std::optional<Failure> begin();

  /// The frames that the headers promise.
  FrameCount promised_frames() const { return end_ - begin_; }
  FrameCount frames_done() const { return frames_done_; }

  /// The next frames (2 x n, n >= 1); nothing behind the last. A track that cannot be decoded for
  /// the most part is a failure, and so is an end before --start.
  std::variant<std::optional<AudioBuffer>, Failure> next();

  /// In the order of the options; complete when next() answered nothing.
  const std::vector<JoinedTrack>& tracks() const { return tracks_; }

 private:
  struct Reading;

  explicit JoinedTracks(const Options& options);
  std::optional<Failure> begin_track();
  std::optional<Failure> end_track(bool truncated);
  std::optional<AudioBuffer> take(const AudioBuffer& frames, FrameCount first_frame);

  Options options_;
  std::vector<std::unique_ptr<Reading>> readings_;  // Of each track; empty once it was read.
  std::vector<JoinedTrack> tracks_;
  std::size_t at_ = 0;          // The track that is read.
  FrameCount begin_ = 0;        // On the timeline of all tracks.
  FrameCount end_ = 0;          // The same.
  FrameCount track_begin_ = 0;  // Of the track that is read, the same.
  FrameCount frames_done_ = 0;
};

/// The member "tracks" of an open object: a list of {"input", "first_frame", "frame_count",
/// "truncated", "enhanced", "plan" where there is one, "warnings"}.
void write_tracks(JsonWriter& json, const JoinedTracks& joined);

}  // namespace engine::cli
