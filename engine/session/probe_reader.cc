#include "engine/session/probe_reader.h"

#include <algorithm>
#include <array>

#include "engine/base/output_format.h"

namespace engine {
namespace {

constexpr FrameCount kStepFrames = 4800;  // 0.1 s of audio for one call.

}  // namespace

ProbeReader::ProbeReader(PcmSource& pcm, bool full) : pcm_(pcm) {
  const FrameCount total = pcm.frame_count();
  if (full) {
    if (total > 0) schedule_.push_back({0, total});
  } else {
    schedule_ = probe_schedule(total);
  }
  near_ = schedule_.size() > 1;
}

ProbeReader::~ProbeReader() {
  pcm_.count_clips_in(nullptr);
}

std::vector<ByteRange> ProbeReader::missing_ranges(const Source& source,
                                                   std::uint64_t held_max) const {
  std::vector<ByteRange> ranges;
  std::uint64_t total = 0;
  for (const FrameRange& probe : schedule_) {
    const ByteRange range = pcm_.probe_range(source, probe.begin, probe.end - probe.begin);
    total += range.size();
    if (total > held_max) break;
    if (!range.empty() && !source.bytes.find(range)) ranges.push_back(range);
  }
  return ranges;
}

Result<MeasureStep> ProbeReader::advance(const Source& source, std::uint64_t held_max) {
  if (near_ && !asked_) {
    asked_ = true;
    auto ranges = missing_ranges(source, held_max);
    if (!ranges.empty()) return MeasureStep{NeedManyBytes{std::move(ranges)}};
  }
  if (index_ == schedule_.size()) {
    pcm_.leave_near();
    pcm_.count_clips_in(nullptr);
    return MeasureStep{analyzer_.finish(pcm_.frame_count())};
  }
  const FrameRange& probe = schedule_[index_];
  if (!begun_) {
    next_ = probe.begin;
    if (near_) {
      ENGINE_TRY(const NearStep step, pcm_.place_near(source, probe.begin));
      if (const auto* need = std::get_if<NeedBytes>(&step)) {
        return MeasureStep{NeedManyBytes{{need->range}}};
      }
      next_ = std::get<Placed>(step).first_frame;
    }
    end_ = next_ + (probe.end - probe.begin);
    begun_ = true;
    analyzer_.begin_probe(next_);
    pcm_.count_clips_in(&clips_);
  }
  const FrameCount count = std::min(end_ - next_, kStepFrames);
  frames_.resize(kOutputChannelCount, count);
  const std::array<float*, 2> planes{frames_.channel(0).data(), frames_.channel(1).data()};
  const std::int64_t clipped_runs = clips_.run_count();
  ENGINE_TRY(const PcmStep step,
             pcm_.read(source, next_, MutableAudioView(std::span<float* const>(planes), count)));
  if (const auto* need = std::get_if<NeedBytes>(&step)) {
    return MeasureStep{NeedManyBytes{{need->range}}};
  }
  analyzer_.add(BufferSlice(frames_).view(), clips_.run_count() - clipped_runs);
  next_ += count;
  if (next_ >= end_) {
    ++index_;
    begun_ = false;
  }
  return MeasureStep{ProbePending{}};
}

}  // namespace engine
