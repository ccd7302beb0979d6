#include "engine/enhance/take_over.h"

#include <algorithm>
#include <cmath>

#include "engine/base/check.h"
#include "engine/base/math.h"
#include "engine/base/units.h"
#include "engine/enhance/tone_plan.h"

namespace engine {
namespace {

FrameCount to_hops(FrameCount frames) {
  return (frames + kHopFrames - 1) / kHopFrames * kHopFrames;
}

/// What the plan does to the loudness of the track, trim included; compressors and limiter by what
/// the plan itself expects of them.
double loudness_gain_lu(const EnhancementPlan& plan, const TrackProfile& profile) {
  if (plan.bypass) return plan.trim_db;
  const bool silent = profile.integrated_loudness_lufs <= kLoudnessFloorLufs;
  const double tone_lu = silent ? 0 : toned_power(profile, plan.tone).loudness_gain_lu;
  return tone_lu + plan.gain_db - plan.dynamics_loss_lu - plan.limiter_loss_lu + plan.trim_db;
}

/// What gain, tone and trim do to the power of a third of an octave of the track, dB.
double third_gain_db(const EnhancementPlan& plan, const TrackProfile& profile, std::size_t third) {
  const double side = side_share(profile, third);
  const double power = (1.0 - side) * math::exp10(0.1 * plan.tone.mid_db[third]) +
                       side * math::exp10(0.1 * plan.tone.side_db[third]);
  return 10.0 * math::log10(power) + plan.gain_db + plan.trim_db;
}

/// The largest change of any third of an octave that the track has.
double largest_step_db(const EnhancementPlan& before, const EnhancementPlan& after,
                       const TrackProfile& profile) {
  if (before.bypass) return 0;
  double largest = 0;
  for (std::size_t third = 0; third < kThirdOctaveCount; ++third) {
    if (profile.spectrum_db[third] < kEmptyThirdDb) continue;
    const double step_db =
        third_gain_db(after, profile, third) - third_gain_db(before, profile, third);
    largest = std::max(largest, std::abs(step_db));
  }
  return largest;
}

}  // namespace

TakeOver plan_take_over(const EnhancementPlan& before, const EnhancementPlan& after,
                        const TrackProfile& profile, FrameCount from_frame) {
  ENGINE_CHECK(from_frame >= 0);
  ENGINE_CHECK(before.bypass == after.bypass);
  TakeOver change{before, after, to_hops(from_frame), 0, 0};
  change.rise_db = loudness_gain_lu(after, profile) - loudness_gain_lu(before, profile);
  const double largest_db =
      std::max(std::abs(change.rise_db), largest_step_db(before, after, profile));
  const double seconds = std::max(largest_db / kTakeOverDbPerSecond, kTakeOverSecondsMin);
  change.end_frame =
      change.begin_frame + to_hops(static_cast<FrameCount>(std::ceil(seconds * kOutputRateHz)));
  return change;
}

double take_over_weight(const TakeOver& change, FrameCount frame) {
  if (frame <= change.begin_frame) return 0;
  if (frame >= change.end_frame) return 1;
  const double part = static_cast<double>(frame - change.begin_frame) /
                      static_cast<double>(change.end_frame - change.begin_frame);
  // Below, the straight line of decibels is one of factors, too.
  constexpr double kLevelDb = 0.01;
  if (std::abs(change.rise_db) < kLevelDb) return part;
  return (math::gain_from_db(change.rise_db * part) - 1.0) /
         (math::gain_from_db(change.rise_db) - 1.0);
}

TakeOverChain::TakeOverChain(const EnhancementPlan& plan)
    : chain_(plan), delay_(kOutputChannelCount, 0) {}

TakeOverChain::TakeOverChain(const TakeOver& change)
    : change_(change), chain_(change.before), delay_(kOutputChannelCount, 0) {
  Enhancer after(change.after);
  const FrameCount ahead = chain_.latency_frames() - after.latency_frames();
  delay_ = DelayLine(kOutputChannelCount, std::max<FrameCount>(-ahead, 0));
  entering_.emplace(
      Entering{std::move(after), DelayLine(kOutputChannelCount, std::max<FrameCount>(ahead, 0))});
}

void TakeOverChain::reset(FrameCount first_frame) {
  chain_.reset(first_frame);
  next_output_ = first_frame - latency_frames();
  if (!entering_) return;
  delay_.reset();
  entering_->chain.reset(first_frame);
  entering_->delay.reset();
}

void TakeOverChain::process(const AudioView& in, const MutableAudioView& out) {
  if (!entering_) {
    chain_.process(in, out);
    return;
  }
  scratch_.resize(kOutputChannelCount, in.frames());
  std::array<float*, kOutputChannelCount> planes{scratch_.channel(0).data(),
                                                 scratch_.channel(1).data()};
  const MutableAudioView entering(std::span<float* const>(planes), in.frames());
  // First: `in` and `out` may be the same memory.
  entering_->chain.process(in, entering);
  entering_->delay.process(BufferSlice(scratch_).view(), entering);
  chain_.process(in, out);
  const std::array<const float*, kOutputChannelCount> leaving{out.channel(0).data(),
                                                              out.channel(1).data()};
  delay_.process(AudioView(leaving, out.frames()), out);
  blend(BufferSlice(scratch_).view(), out, next_output_);
  next_output_ += out.frames();
}

/// The weight goes in straight lines from hop to hop.
void TakeOverChain::blend(const AudioView& entering, const MutableAudioView& out,
                          FrameCount first_frame) const {
  const FrameCount count = out.frames();
  for (FrameCount i = 0; i < count;) {
    const FrameCount frame = first_frame + i;
    if (frame < change_->begin_frame) {
      i += std::min(change_->begin_frame - frame, count - i);
      continue;
    }
    const FrameCount hop = frame / kHopFrames * kHopFrames;
    const FrameCount end = std::min(hop + kHopFrames - first_frame, count);
    const auto weight = static_cast<float>(take_over_weight(*change_, hop));
    const auto next = static_cast<float>(take_over_weight(*change_, hop + kHopFrames));
    const float slope = (next - weight) / static_cast<float>(kHopFrames);
    for (int c = 0; c < kOutputChannelCount; ++c) {
      const float* source = entering.channel(c).data();
      float* target = out.channel(c).data();
      for (FrameCount k = i; k < end; ++k) {
        const float share = weight + slope * static_cast<float>(first_frame + k - hop);
        target[k] += share * (source[k] - target[k]);
      }
    }
    i = end;
  }
}

StageGains TakeOverChain::gains_of_packet(FrameCount packet) const {
  StageGains gains = chain_.gains_of_packet(packet);
  if (!entering_) return gains;
  const StageGains other = entering_->chain.gains_of_packet(packet);
  const auto weight = static_cast<float>(take_over_weight(*change_, packet * kPacketFrames));
  for (const auto stage : kStageGains) gains.*stage += weight * (other.*stage - gains.*stage);
  return gains;
}

FrameCount TakeOverChain::latency_frames() const {
  const FrameCount latency = chain_.latency_frames();
  return entering_ ? std::max(latency, entering_->chain.latency_frames()) : latency;
}

FrameCount TakeOverChain::left_context_frames() const {
  const FrameCount context = chain_.left_context_frames();
  return entering_ ? std::max(context, entering_->chain.left_context_frames()) : context;
}

}  // namespace engine
