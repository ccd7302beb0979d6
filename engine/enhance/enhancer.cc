#include "engine/enhance/enhancer.h"

#include <algorithm>
#include <array>

#include "engine/base/check.h"
#include "engine/base/math.h"
#include "engine/base/simd.h"
#include "engine/base/units.h"
#include "engine/dsp/downmix.h"

namespace engine {
namespace {

/// target[i] = source[i] * gain; NaN and infinities become 0, wild values are clamped as by
/// to_stereo(): the limiter needs finite samples.
void apply_gain(std::span<const float> source, float gain, float* target) {
  const F32x4 zero = splat4(0);
  const F32x4 top = splat4(kSampleMagnitudeMax);
  const F32x4 finite = splat4(3.4e38f);
  const F32x4 factor = splat4(gain);
  const auto scaled = [&](F32x4 x) {
    const F32x4 tame = abs4(x) <= finite ? x : zero;
    const F32x4 below = tame > top ? top : tame;
    return (below < -top ? -top : below) * factor;
  };
  std::size_t i = 0;
  for (; i + kLaneCount <= source.size(); i += kLaneCount) {
    store4(target + i, scaled(load4(source.data() + i)));
  }
  for (; i < source.size(); ++i) target[i] = scaled(splat4(source[i]))[0];
}

}  // namespace

Enhancer::Enhancer(const EnhancementPlan& plan)
    : bypass_(plan.bypass),
      gain_(static_cast<float>(math::gain_from_db(plan.gain_db))),
      limiter_(kOutputChannelCount, {plan.ceiling_dbtp, plan.limiter_release_db_per_s, true}),
      scratch_(kOutputChannelCount, kBlockFrames) {}

void Enhancer::reset() {
  limiter_.reset();
}

void Enhancer::process(const AudioView& in, const MutableAudioView& out,
                       std::span<float> limiter_gain_db) {
  ENGINE_CHECK(in.channels() == kOutputChannelCount);
  ENGINE_CHECK(out.channels() == kOutputChannelCount);
  ENGINE_CHECK(in.frames() == out.frames());
  ENGINE_CHECK(limiter_gain_db.empty() ||
               limiter_gain_db.size() == static_cast<std::size_t>(in.frames()));
  if (bypass_) {
    for (int c = 0; c < kOutputChannelCount; ++c) {
      const auto source = in.channel(c);
      const auto target = out.channel(c);
      if (source.data() != target.data()) std::copy(source.begin(), source.end(), target.begin());
    }
    std::fill(limiter_gain_db.begin(), limiter_gain_db.end(), 0.0f);
    return;
  }
  for (FrameCount first = 0; first < in.frames(); first += kBlockFrames) {
    const FrameCount count = std::min<FrameCount>(kBlockFrames, in.frames() - first);
    const auto offset = static_cast<std::size_t>(first);
    const auto size = static_cast<std::size_t>(count);
    std::array<float*, kOutputChannelCount> targets{};
    for (int c = 0; c < kOutputChannelCount; ++c) {
      // Stages in front of the gain (tone, dynamics, ...) go here.
      apply_gain(in.channel(c).subspan(offset, size), gain_, scratch_.channel(c).data());
      targets[static_cast<std::size_t>(c)] = out.channel(c).data() + first;
    }
    const BufferSlice block(scratch_, 0, count);
    limiter_.process(
        block.view(), MutableAudioView(targets, count),
        limiter_gain_db.empty() ? limiter_gain_db : limiter_gain_db.subspan(offset, size));
  }
}

FrameCount Enhancer::latency_frames() const {
  return bypass_ ? 0 : Limiter::latency_frames();
}

FrameCount Enhancer::left_context_frames() const {
  return bypass_ ? 0 : limiter_.left_context_frames();
}

}  // namespace engine
