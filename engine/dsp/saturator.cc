#include "engine/dsp/saturator.h"

#include <algorithm>

#include "engine/base/check.h"
#include "engine/base/math.h"
#include "engine/base/simd.h"

namespace engine {
namespace {

/// T of saturator.h.
F32x4 curve(F32x4 v) {
  const F32x4 top = splat4(3);
  v = v > top ? top : v;
  v = v < -top ? -top : v;
  const F32x4 square = v * v;
  return v * (splat4(27) + square) / (splat4(27) + splat4(9) * square);
}

/// values = mix * (T(k x) / k - x): by T's formula -8 v^2 / (27 + 9 v^2) * x while |v| <= 3, which
/// keeps its precision for small signals.
void shape(std::span<float> values, float drive, float mix) {
  const F32x4 k = splat4(drive);
  const F32x4 share = splat4(mix);
  const F32x4 top = splat4(3);
  const F32x4 scale = splat4(1.0f / drive);
  for (std::size_t i = 0; i < values.size(); i += kLaneCount) {
    const F32x4 x = load4(values.data() + i);
    const F32x4 v = abs4(x * k);
    const F32x4 square = v * v;
    const F32x4 inside = x * (splat4(-8) * square / (splat4(27) + splat4(9) * square));
    const F32x4 outside = (x > splat4(0) ? scale : -scale) - x;
    store4(values.data() + i, share * (v > top ? outside : inside));
  }
}

/// The same with a bias: mix * (S(k x) / k - x).
void shape_biased(std::span<float> values, float drive, float mix, float bias) {
  const F32x4 k = splat4(drive);
  const F32x4 share = splat4(mix);
  const F32x4 b = splat4(bias);
  const F32x4 rest = curve(b);
  // T'(v) = ((9 - v^2) / (9 + 3 v^2))^2
  const float root = (9.0f - bias * bias) / (9.0f + 3.0f * bias * bias);
  const F32x4 scale = splat4(1.0f / (drive * root * root));
  for (std::size_t i = 0; i < values.size(); i += kLaneCount) {
    const F32x4 x = load4(values.data() + i);
    store4(values.data() + i, share * ((curve(x * k + b) - rest) * scale - x));
  }
}

bool all_zero(const float* values, int count) {
  return std::all_of(values, values + count, [](float value) { return value == 0; });
}

}  // namespace

Saturator::Saturator(const SaturatorSettings& settings)
    : settings_(settings),
      drive_(static_cast<float>(math::gain_from_db(settings.drive_db - settings.reference_dbfs))),
      bias_(static_cast<float>(settings.asymmetry)),
      oversampler_(kBlockFrames) {
  ENGINE_CHECK(settings.drive_db >= -24 && settings.drive_db <= 24);
  ENGINE_CHECK(settings.mix >= 0 && settings.mix <= 1);
  ENGINE_CHECK(settings.reference_dbfs >= -60 && settings.reference_dbfs <= 12);
  ENGINE_CHECK(settings.asymmetry >= 0 && settings.asymmetry <= 1);
  for (auto& line : lines_) line.resize(kHistoryFrames + kBlockFrames);
  // Hann's window over the hops; the sum of a hop's frames weighs in as a mean.
  for (std::size_t i = 0; i < kOffsetHops; ++i) {
    const double turns = (static_cast<double>(i) + 0.5) / kOffsetHops;
    weights_[i] =
        static_cast<float>((1.0 - math::cos_pi(2.0 * turns)) / (kOffsetHops * kHopFrames));
  }
}

void Saturator::reset() {
  for (auto& line : lines_) std::fill(line.begin(), line.end(), 0.0f);
  for (OffsetGuard& guard : guards_) guard = {};
}

FrameCount Saturator::left_context_frames() const {
  // The oversampler's reach to either side, in whole hops.
  constexpr FrameCount kReachHops = (kHistoryFrames + kHopFrames - 1) / kHopFrames;
  // The offset of a hop comes from the hops before it, and ends where the hop before began.
  const FrameCount offset_hops = bias_ > 0 ? FrameCount{kOffsetHops} + 2 : 0;
  return (kReachHops + offset_hops) * kHopFrames;
}

void Saturator::process(const AudioView& in, const MutableAudioView& out) {
  ENGINE_CHECK(in.channels() == kOutputChannelCount);
  ENGINE_CHECK(out.channels() == kOutputChannelCount);
  ENGINE_CHECK(in.frames() == out.frames());
  ENGINE_CHECK(in.frames() % kHopFrames == 0);
  for (FrameCount first = 0; first < in.frames(); first += kBlockFrames) {
    const auto count = static_cast<int>(std::min<FrameCount>(kBlockFrames, in.frames() - first));
    for (std::size_t c = 0; c < lines_.size(); ++c) {
      const float* source = in.channel(static_cast<int>(c)).data() + first;
      float* target = out.channel(static_cast<int>(c)).data() + first;
      std::vector<float>& line = lines_[c];
      std::copy(source, source + count, line.begin() + kHistoryFrames);
      const float* x = line.data() + Oversampler::kReach;
      add_difference(x, count, difference_.data());
      if (bias_ > 0) {
        for (int hop = 0; hop < count; hop += kHopFrames) {
          guard_offset(guards_[c], difference_.data() + hop);
        }
      }
      for (int i = 0; i < count; ++i) target[i] = x[i] + difference_[static_cast<std::size_t>(i)];
      std::copy(line.begin() + count, line.begin() + count + kHistoryFrames, line.begin());
    }
  }
}

/// What saturation adds to the `count` frames at x.
void Saturator::add_difference(const float* x, int count, float* difference) {
  const auto mix = static_cast<float>(settings_.mix);
  if (mix == 0 || all_zero(x - Oversampler::kReach, count + 2 * Oversampler::kReach)) {
    std::fill(difference, difference + count, 0.0f);
    return;
  }
  const std::span<float> samples = oversampler_.up(x, count);
  if (bias_ > 0) {
    shape_biased(samples, drive_, mix, bias_);
  } else {
    shape(samples, drive_, mix);
  }
  oversampler_.down(count, difference);
}

/// Takes from a hop of the difference the mean of the hops before it, in a straight line from the
/// last hop's.
void Saturator::guard_offset(OffsetGuard& guard, float* difference) {
  guard.begin = guard.end;
  guard.end = 0;
  for (std::size_t i = 0; i < kOffsetHops; ++i) {
    const std::size_t slot = guard.at + i;
    guard.end += weights_[i] * guard.sums[slot < kOffsetHops ? slot : slot - kOffsetHops];
  }
  F32x4 sum = splat4(0);
  for (int i = 0; i < kHopFrames; i += kLaneCount) sum += load4(difference + i);
  guard.sums[guard.at] = sum4(sum);
  guard.at = guard.at + 1 == kOffsetHops ? 0 : guard.at + 1;
  const float step = (guard.end - guard.begin) / static_cast<float>(kHopFrames);
  for (int i = 0; i < kHopFrames; ++i) {
    difference[i] -= guard.begin + step * static_cast<float>(i);
  }
}

}  // namespace engine
