#include "engine/session/gradual_profile.h"

#include <algorithm>
#include <utility>

#include "engine/base/check.h"
#include "engine/enhance/analyzer.h"
#include "engine/enhance/provisional_plan.h"

namespace engine {

namespace {

/// What the profile of the whole schedule takes of a budget.
std::size_t full_budget(FrameCount track_frames, std::size_t count) {
  const FrameCount whole = (track_frames + kProbeFrames - 1) / kProbeFrames;
  return count > 1 ? count : static_cast<std::size_t>(whole);
}

}  // namespace

FirstGo first_go_for(FrameCount track_frames, std::size_t budget) {
  const std::size_t count = probe_schedule(track_frames).size();
  if (budget >= full_budget(track_frames, count)) return FirstGo::kAll;
  if (count > 1 && budget >= kSpreadProbesMin) return FirstGo::kSpread;
  return budget > 0 ? FirstGo::kStart : FirstGo::kNothing;
}

int whole_plan_probes(FrameCount track_frames) {
  if (first_go_for(track_frames, kWholePlanProbes) == FirstGo::kSpread) return kWholePlanProbes;
  return static_cast<int>(full_budget(track_frames, probe_schedule(track_frames).size()));
}

std::uint64_t bytes_per_probe(const PcmSource& pcm, const Source& source) {
  std::uint64_t bytes = 0;
  FrameCount frames = 0;
  for (const FrameRange& probe : probe_schedule(pcm.frame_count())) {
    bytes += pcm.probe_range(source, probe.begin, probe.end - probe.begin).size();
    frames += probe.end - probe.begin;
  }
  // Of what is measured whole, the share of one.
  return frames > 0 ? bytes * kProbeFrames / static_cast<std::uint64_t>(frames) : 0;
}

Result<std::unique_ptr<GradualProfile>> GradualProfile::create(const Demuxer& demuxer,
                                                               const TrackInfo& track) {
  auto profile = std::make_unique<GradualProfile>(Key(), demuxer.clone());
  ENGINE_TRY(profile->pcm_, PcmSource::create(*profile->demuxer_, track));
  return profile;
}

void GradualProfile::begin_spread(std::size_t probes) {
  ProbeTask task = whole_probe_task(pcm_->frame_count(), false);
  const std::size_t count = task.schedule.size();
  ENGINE_CHECK(task.near);
  ENGINE_CHECK(probes >= kSpreadProbesMin);
  ENGINE_CHECK(probes < count);
  task.chosen.clear();
  for (std::size_t i = 0; i < probes; ++i) {
    task.chosen.push_back((2 * i + 1) * count / (2 * probes));
  }
  task.asked_at_once = probes;
  reader_ = std::make_unique<ProbeReader>(*pcm_, std::move(task), shelf_, true);
}

void GradualProfile::begin_start(PcmSource& pcm, FrameRange start) {
  ENGINE_CHECK(start.begin < start.end);
  ProbeTask task{{start}, {0}, false, 1};
  reader_ = std::make_unique<ProbeReader>(pcm, std::move(task), start_shelf_, false);
}

Result<MeasureStep> GradualProfile::advance_first(const Source& source, std::uint64_t held_max) {
  ENGINE_CHECK(reader_ != nullptr);
  ENGINE_CHECK(!in_rest_);
  ENGINE_TRY(MeasureStep step, reader_->advance(source, held_max));
  if (std::holds_alternative<TrackProfile>(step)) reader_.reset();
  return step;
}

Result<MeasureStep> GradualProfile::advance_rest(const Source& source, std::uint64_t held_max) {
  if (!in_rest_) {
    in_rest_ = true;
    ProbeTask task = whole_probe_task(pcm_->frame_count(), false);
    task.asked_at_once = kAskedAtOnce;
    reader_ = std::make_unique<ProbeReader>(*pcm_, std::move(task), shelf_, false);
  }
  return reader_->advance(source, held_max);
}

}  // namespace engine
