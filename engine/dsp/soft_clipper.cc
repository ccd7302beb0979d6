#include "engine/dsp/soft_clipper.h"

#include <algorithm>

#include "engine/base/check.h"
#include "engine/base/math.h"
#include "engine/base/simd.h"

namespace engine {
namespace {

/// values = y - x of soft_clipper.h; false when all of them are 0.
bool shape(std::span<float> values, float threshold, float range_scale, float depth) {
  const F32x4 zero = splat4(0);
  const F32x4 one = splat4(1);
  F32x4 peak = zero;
  for (std::size_t i = 0; i < values.size(); i += kLaneCount) {
    const F32x4 x = load4(values.data() + i);
    const F32x4 magnitude = abs4(x);
    peak = max4(magnitude, peak);
    F32x4 z = (magnitude - splat4(threshold)) * splat4(range_scale);
    z = z > zero ? z : zero;
    z = z < one ? z : one;
    const F32x4 bend = z * z * z * (z * (z * splat4(6) - splat4(15)) + splat4(10));
    store4(values.data() + i, splat4(-depth) * x * bend);
  }
  return max_lane(peak) > threshold;
}

float peak_of(const float* x, int count) {
  F32x4 peak = splat4(0);
  for (int i = 0; i < count; i += kLaneCount) peak = max4(abs4(load4(x + i)), peak);
  return max_lane(peak);
}

}  // namespace

SoftClipper::SoftClipper(const SoftClipperSettings& settings)
    : threshold_(static_cast<float>(math::gain_from_db(settings.threshold_dbfs))),
      range_scale_(
          static_cast<float>(1.0 / (math::gain_from_db(settings.threshold_dbfs + kRangeDb) -
                                    math::gain_from_db(settings.threshold_dbfs)))),
      depth_(static_cast<float>(1.0 - math::gain_from_db(-settings.max_reduction_db))),
      oversampler_(kBlockFrames) {
  ENGINE_CHECK(settings.threshold_dbfs >= -40 && settings.threshold_dbfs <= 20);
  ENGINE_CHECK(settings.max_reduction_db >= 0 && settings.max_reduction_db <= 2);
  for (auto& line : lines_) line.resize(kHistoryFrames + kBlockFrames);
}

void SoftClipper::reset() {
  for (auto& line : lines_) std::fill(line.begin(), line.end(), 0.0f);
}

void SoftClipper::process(const AudioView& in, const MutableAudioView& out) {
  ENGINE_CHECK(in.channels() == kOutputChannelCount);
  ENGINE_CHECK(out.channels() == kOutputChannelCount);
  ENGINE_CHECK(in.frames() == out.frames());
  ENGINE_CHECK(in.frames() % 8 == 0);
  for (FrameCount first = 0; first < in.frames(); first += kBlockFrames) {
    const auto count = static_cast<int>(std::min<FrameCount>(kBlockFrames, in.frames() - first));
    for (std::size_t c = 0; c < lines_.size(); ++c) {
      const float* source = in.channel(static_cast<int>(c)).data() + first;
      float* target = out.channel(static_cast<int>(c)).data() + first;
      std::vector<float>& line = lines_[c];
      std::copy(source, source + count, line.begin() + kHistoryFrames);
      const float* x = line.data() + Oversampler::kReach;
      if (clip(x, count)) {
        for (int i = 0; i < count; ++i) {
          target[i] = x[i] + difference_[static_cast<std::size_t>(i)];
        }
      } else {
        std::copy(x, x + count, target);
      }
      std::copy(line.begin() + count, line.begin() + count + kHistoryFrames, line.begin());
    }
  }
}

/// Fills difference_ for the `count` frames at x; false when nothing near them is above the
/// threshold, where it would be all zeros.
bool SoftClipper::clip(const float* x, int count) {
  if (depth_ == 0) return false;
  constexpr int kReach = Oversampler::kReach;
  if (peak_of(x - kReach, count + 2 * kReach) * oversampler_.gain_max() <= threshold_) return false;
  if (!shape(oversampler_.up(x, count), threshold_, range_scale_, depth_)) return false;
  oversampler_.down(count, difference_.data());
  return true;
}

}  // namespace engine
