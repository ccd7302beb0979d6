#include "engine/session/probe_reader.h"

#include <algorithm>
#include <array>
#include <numeric>

#include "engine/base/check.h"
#include "engine/base/output_format.h"

namespace engine {
namespace {

constexpr FrameCount kStepFrames = 4800;  // 0.1 s of audio for one call.

}  // namespace

ProbeTask whole_probe_task(FrameCount track_frames, bool full) {
  ProbeTask task;
  if (!full) {
    task.schedule = probe_schedule(track_frames);
  } else if (track_frames > 0) {
    task.schedule.push_back({0, track_frames});
  }
  task.near = task.schedule.size() > 1;
  task.asked_at_once = task.schedule.size();
  task.chosen.resize(task.schedule.size());
  std::iota(task.chosen.begin(), task.chosen.end(), std::size_t{0});
  return task;
}

ProbeReader::ProbeReader(PcmSource& pcm, bool full)
    : pcm_(pcm), task_(whole_probe_task(pcm.frame_count(), full)) {}

ProbeReader::ProbeReader(PcmSource& pcm, ProbeTask task, ProbeShelf& shelf, bool keep)
    : pcm_(pcm), task_(std::move(task)), shelf_(&shelf), keep_(keep) {
  ENGINE_CHECK(task_.asked_at_once > 0);
}

ProbeReader::~ProbeReader() {
  pcm_.count_clips_in(nullptr);
}

std::vector<ByteRange> ProbeReader::missing_ranges(const Source& source,
                                                   std::uint64_t held_max) const {
  std::vector<ByteRange> ranges;
  std::uint64_t total = 0;
  for (std::size_t i = index_; i < asked_to_; ++i) {
    const std::size_t index = task_.chosen[i];
    if (is_shelved(index)) continue;
    const FrameRange& probe = task_.schedule[index];
    const ByteRange range = pcm_.probe_range(source, probe.begin, probe.end - probe.begin);
    total += range.size();
    if (total > held_max) break;
    if (!range.empty() && !source.bytes.find(range)) ranges.push_back(range);
  }
  return ranges;
}

Result<MeasureStep> ProbeReader::advance(const Source& source, std::uint64_t held_max) {
  if (task_.near && index_ >= asked_to_ && index_ < task_.chosen.size()) {
    asked_to_ = std::min(index_ + task_.asked_at_once, task_.chosen.size());
    auto ranges = missing_ranges(source, held_max);
    if (!ranges.empty()) return MeasureStep{NeedManyBytes{std::move(ranges)}};
  }
  if (index_ == task_.chosen.size()) {
    pcm_.leave_near();
    pcm_.count_clips_in(nullptr);
    return MeasureStep{analyzer_.finish(pcm_.frame_count())};
  }
  if (is_shelved(probe())) return take_from_shelf();
  if (!begun_) {
    ENGINE_TRY(const auto need, begin_probe(source));
    if (need) return MeasureStep{NeedManyBytes{{need->range}}};
  }
  const FrameCount count = std::min(end_ - next_, kStepFrames);
  frames_.resize(kOutputChannelCount, count);
  const std::array<float*, 2> planes{frames_.channel(0).data(), frames_.channel(1).data()};
  const std::int64_t clipped_before = clips_.run_count();
  ENGINE_TRY(const PcmStep step,
             pcm_.read(source, next_, MutableAudioView(std::span<float* const>(planes), count)));
  if (const auto* need = std::get_if<NeedBytes>(&step)) {
    return MeasureStep{NeedManyBytes{{need->range}}};
  }
  const std::int64_t clipped_runs = clips_.run_count() - clipped_before;
  analyzer_.add(BufferSlice(frames_).view(), clipped_runs);
  if (keep_) {
    keeping_.frames.append(BufferSlice(frames_).view());
    keeping_.clipped_runs.push_back(clipped_runs);
  }
  next_ += count;
  if (next_ >= end_) end_probe();
  return MeasureStep{ProbePending{}};
}

Result<std::optional<NeedBytes>> ProbeReader::begin_probe(const Source& source) {
  using Answer = Result<std::optional<NeedBytes>>;
  const FrameRange& range = task_.schedule[probe()];
  next_ = range.begin;
  if (task_.near) {
    ENGINE_TRY(const NearStep step, pcm_.place_near(source, range.begin));
    if (const auto* need = std::get_if<NeedBytes>(&step)) return Answer{*need};
    next_ = std::get<Placed>(step).first_frame;
  }
  end_ = next_ + (range.end - range.begin);
  begun_ = true;
  analyzer_.begin_probe(next_);
  pcm_.count_clips_in(&clips_);
  keeping_ = {};
  keeping_.first_frame = next_;
  return Answer{std::nullopt};
}

void ProbeReader::end_probe() {
  if (keep_) shelf_->put(probe(), std::exchange(keeping_, {}));
  ++index_;
  begun_ = false;
}

/// By the steps that it was read in: so it is measured as if it were read now.
MeasureStep ProbeReader::take_from_shelf() {
  const ProbeShelf::Probe& probe = shelf_->at(this->probe());
  analyzer_.begin_probe(probe.first_frame);
  FrameCount first = 0;
  for (const std::int64_t clipped_runs : probe.clipped_runs) {
    const FrameCount end = std::min(first + kStepFrames, probe.frames.frames());
    analyzer_.add(BufferSlice(probe.frames, first, end).view(), clipped_runs);
    first = end;
  }
  if (!keep_) shelf_->drop(this->probe());
  ++index_;
  return MeasureStep{ProbePending{}};
}

}  // namespace engine
