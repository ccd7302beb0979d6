#include "engine/cli/joined_tracks.h"

#include <algorithm>
#include <utility>

#include "engine/cli/command_support.h"
#include "engine/session/chunk_plan.h"

namespace engine::cli {
namespace {

SessionOptions pcm_options() {
  SessionOptions options;
  options.output = SessionOutput::kPcm;
  return options;
}

}  // namespace

// Stays where it is: the driver knows the file.
struct JoinedTracks::Reading {
  explicit Reading(SourceFile source) : file(std::move(source)), driver(file) {}

  SourceFile file;
  FileDriver driver;
  Session session{pcm_options()};
  FrameCount frame_count = 0;  // By the headers.
  std::int64_t next_chunk = 0;
};

JoinedTracks::JoinedTracks(const Options& options) : options_(options) {}

JoinedTracks::JoinedTracks(JoinedTracks&&) noexcept = default;
JoinedTracks::~JoinedTracks() = default;

std::variant<JoinedTracks, Failure> JoinedTracks::open(const Options& options, FileClaims& claims) {
  JoinedTracks joined(options);
  for (const std::string& input : options.inputs()) {
    auto opened = SourceFile::open(input);
    if (auto* failure = std::get_if<Failure>(&opened)) return *failure;
    auto reading = std::make_unique<Reading>(std::get<SourceFile>(std::move(opened)));
    claims.add_source(reading->file);
    reading->driver.attach(reading->session);
    if (auto failure = configure_session(reading->session, options, claims)) return *failure;
    joined.readings_.push_back(std::move(reading));
    joined.tracks_.emplace_back().input = input;
  }
  return joined;
}

std::optional<Failure> JoinedTracks::begin() {
  FrameCount total = 0;
  for (const auto& reading : readings_) {
    // Whatever is wished for, the first event of a session is this one, or an error.
    auto event = reading->driver.next(reading->session, reading->session);
    if (auto* failure = std::get_if<Failure>(&event)) return *failure;
    reading->frame_count = std::get<TrackReady>(std::get<0>(event)).frame_count;
    total += reading->frame_count;
  }
  begin_ = to_frames(options_.start_s);
  end_ = total;
  if (options_.duration_s) end_ = std::min(end_, begin_ + to_frames(*options_.duration_s));
  if (begin_ >= end_) {
    return engine_failure({ErrorDetail::kStartPastEnd, 0}, tracks_.back().input);
  }
  return begin_track();
}

// Goes to the first track from `at_` on that has frames to hand over.
std::optional<Failure> JoinedTracks::begin_track() {
  while (at_ < readings_.size()) {
    Reading& reading = *readings_[at_];
    if (track_begin_ + reading.frame_count > begin_) {
      reading.next_chunk = std::max<FrameCount>(begin_ - track_begin_, 0) / kChunkFrames;
      return std::nullopt;
    }
    track_begin_ += reading.frame_count;
    readings_[at_].reset();
    ++at_;
  }
  return std::nullopt;
}

std::optional<Failure> JoinedTracks::end_track(bool truncated) {
  Reading& reading = *readings_[at_];
  JoinedTrack& track = tracks_[at_];
  if (reading.session.mostly_undecodable()) {
    return engine_failure({ErrorDetail::kMostlyUndecodable, 0}, track.input);
  }
  track.truncated = truncated;
  track.warnings = reading.session.warnings();
  track_begin_ = std::max(begin_, track_begin_) + track.frame_count;
  readings_[at_].reset();
  ++at_;
  return begin_track();
}

// What is wanted of frames of the track that is read.
std::optional<AudioBuffer> JoinedTracks::take(const AudioBuffer& frames, FrameCount first_frame) {
  const FrameCount at = track_begin_ + first_frame;
  const FrameCount begin = std::max<FrameCount>(begin_ - at, 0);
  const FrameCount end = std::min(frames.frames(), end_ - at);
  if (begin >= end) return std::nullopt;
  AudioBuffer wanted(kOutputChannelCount, 0);
  wanted.append(BufferSlice(frames, begin, end).view());
  tracks_[at_].frame_count += wanted.frames();
  frames_done_ += wanted.frames();
  return wanted;
}

std::variant<std::optional<AudioBuffer>, Failure> JoinedTracks::next() {
  while (at_ < readings_.size() && frames_done_ < promised_frames()) {
    Reading& reading = *readings_[at_];
    JoinedTrack& track = tracks_[at_];
    auto event = reading.driver.next(reading.session, reading.session);
    if (auto* failure = std::get_if<Failure>(&event)) return *failure;
    Event& step = std::get<0>(event);
    if (reading.session.undecodable_for_long()) {
      return engine_failure({ErrorDetail::kMostlyUndecodable, 0}, track.input);
    }
    if (const auto* plan = std::get_if<PlanReady>(&step)) {
      track.plan = plan->plan;
      track.report.set_plan(plan->profile, plan->plan);
    } else if (const auto* end = std::get_if<EndOfTrack>(&step)) {
      if (auto failure = end_track(end->truncated)) return *failure;
    } else if (std::holds_alternative<Idle>(step)) {
      const Status status = reading.session.request_chunk(reading.next_chunk++);
      if (!status) return engine_failure(status.error(), track.input);
    } else if (const auto* pcm = std::get_if<PcmReady>(&step)) {
      track.report.add(pcm->first_frame / kPacketFrames, pcm->gains);
      if (auto wanted = take(pcm->frames, pcm->first_frame)) return wanted;
    }
  }
  if (at_ < readings_.size()) {
    if (auto failure = end_track(false)) return *failure;
    at_ = readings_.size();  // Past --duration.
  }
  if (frames_done_ == 0) {
    return engine_failure({ErrorDetail::kEndsBeforeStart, 0}, tracks_.back().input);
  }
  return std::nullopt;
}

void write_tracks(JsonWriter& json, const JoinedTracks& joined) {
  FrameCount first = 0;
  json.key("tracks");
  json.begin_array();
  for (const JoinedTrack& track : joined.tracks()) {
    json.begin_object();
    json.member("input", track.input);
    json.member("first_frame", static_cast<std::int64_t>(first));
    json.member("frame_count", static_cast<std::int64_t>(track.frame_count));
    json.member("truncated", track.truncated);
    json.member("enhanced", track.plan && track.plan->settings.enhanced);
    if (track.plan) {
      json.key("plan");
      json.begin_object();
      write_plan(json, *track.plan);
      json.end_object();
    }
    write_warnings(json, track.warnings);
    json.end_object();
    first += track.frame_count;
  }
  json.end_array();
}

}  // namespace engine::cli
