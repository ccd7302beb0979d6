#include "engine/session/enhanced_source.h"

#include <algorithm>
#include <array>

#include "engine/base/check.h"
#include "engine/base/output_format.h"
#include "engine/session/session.h"

namespace engine {
namespace {

// What the chunk after this one needs again: its encoder's pre-roll.
constexpr FrameCount kKeptFrames = (kPrerollPackets + 1) * kPacketFrames;

FrameCount floor_to_grid(FrameCount frame) {
  constexpr FrameCount kGrid = Enhancer::kGridFrames;
  return (frame >= 0 ? frame / kGrid : -((kGrid - 1 - frame) / kGrid)) * kGrid;
}

MutableAudioView stereo_view(AudioBuffer& buffer, std::array<float*, 2>& pointers) {
  pointers = {buffer.channel(0).data(), buffer.channel(1).data()};
  return {std::span<float* const>(pointers), buffer.frames()};
}

}  // namespace

void EnhancedSource::configure(const std::optional<EnhancementPlan>& plan) {
  change_.reset();
  plan_key_ = engine::plan_key(plan);
  enhancer_.reset();
  if (plan) enhancer_.emplace(*plan);
  started_ = false;
}

void EnhancedSource::configure(const TakeOver& change) {
  change_ = change;
  chain_ = Chain::kBoth;
  enhancer_.emplace(change);
  started_ = false;
}

void EnhancedSource::turn_to(FrameCount begin, FrameCount end_frame) {
  if (!change_) return;
  const Chain wanted = end_frame <= change_->begin_frame ? Chain::kBefore
                       : begin >= change_->end_frame     ? Chain::kAfter
                                                         : Chain::kBoth;
  if (wanted == chain_) return;
  chain_ = wanted;
  if (wanted == Chain::kBoth) {
    enhancer_.emplace(*change_);
  } else {
    enhancer_.emplace(wanted == Chain::kBefore ? change_->before : change_->after);
  }
  started_ = false;
}

std::optional<std::uint64_t> EnhancedSource::plan_key() const {
  if (!change_) return plan_key_;
  if (chain_ == Chain::kBoth) return std::nullopt;
  return engine::plan_key(chain_ == Chain::kBefore ? change_->before : change_->after);
}

/// Starting anew costs the context; running on to `begin` is cheaper up to that distance.
bool EnhancedSource::reaches(FrameCount begin) const {
  const FrameCount reach = kStepFrames + (enhancer_ ? enhancer_->left_context_frames() : 0);
  return started_ && begin >= std::max(begin_, settled_begin_) && begin <= end() + reach;
}

FrameCount EnhancedSource::restart_frame(FrameCount begin) const {
  // Frames before the track are zeros, which is what a chain that was just reset has in memory.
  const FrameCount context = enhancer_ ? enhancer_->left_context_frames() : 0;
  const FrameCount frame = std::max(begin - context, std::min<FrameCount>(begin, 0));
  return context > 0 ? floor_to_grid(frame) : frame;
}

FrameRange EnhancedSource::input_for(FrameCount begin, FrameCount end_frame) const {
  const FrameCount latency = enhancer_ ? enhancer_->latency_frames() : 0;
  const FrameCount first = reaches(begin) ? next_input_ : restart_frame(begin);
  return {first, std::max(first, end_frame + latency)};
}

void EnhancedSource::restart(FrameCount begin) {
  begin_ = restart_frame(begin);
  settled_begin_ = begin;
  next_input_ = begin_;
  frames_.clear();
  frames_.resize(kOutputChannelCount, 0);
  if (enhancer_) enhancer_->reset(begin_);
  started_ = true;
}

Result<EnhancedStep> EnhancedSource::prepare(const Source& source, FrameCount begin,
                                             FrameCount end_frame) {
  if (!reaches(begin)) restart(begin);
  if (end() >= end_frame) return EnhancedStep{EnhancedReady{}};

  const FrameCount latency = enhancer_ ? enhancer_->latency_frames() : 0;
  const FrameCount count = std::min(end_frame + latency - next_input_, kStepFrames);
  ENGINE_CHECK(count > 0);
  input_.resize(kOutputChannelCount, count);
  std::array<float*, 2> pointers{};
  ENGINE_TRY(const PcmStep step, pcm_.read(source, next_input_, stereo_view(input_, pointers)));
  if (const auto* need = std::get_if<NeedBytes>(&step)) return EnhancedStep{*need};

  const FrameCount drop = std::max<FrameCount>(begin - kKeptFrames - begin_, 0);
  if (drop > 0) {
    const FrameCount dropped = std::min(drop, frames_.frames());
    frames_.drop_front(dropped);
    begin_ += dropped;
  }
  FrameCount first_output = next_input_ - latency;
  next_input_ += count;
  if (!enhancer_) {
    frames_.append(BufferSlice(input_).view());
  } else {
    output_.resize(kOutputChannelCount, count);
    enhancer_->process(BufferSlice(input_).view(), stereo_view(output_, pointers));
    // The first `latency` frames after a restart come before its first frame.
    const FrameCount skip = std::clamp<FrameCount>(end() - first_output, 0, count);
    frames_.append(BufferSlice(output_, skip, count).view());
  }
  if (end() >= end_frame) return EnhancedStep{EnhancedReady{}};
  return EnhancedStep{EnhancedPending{}};
}

BufferSlice EnhancedSource::frames(FrameCount begin, FrameCount end_frame) const {
  ENGINE_CHECK(begin >= begin_);
  ENGINE_CHECK(end_frame <= end());
  return {frames_, begin - begin_, end_frame - begin_};
}

}  // namespace engine
