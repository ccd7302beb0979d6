#include "engine/dsp/control_hop.h"

#include <algorithm>
#include <array>

#include "engine/base/check.h"
#include "engine/base/simd.h"

namespace engine {
namespace {

constexpr std::array<float, kHopFrames> make_rising() {
  std::array<float, kHopFrames> weights{};
  for (int i = 0; i < kHopFrames; ++i) {
    weights[static_cast<std::size_t>(i)] = (static_cast<float>(i) + 0.5f) / kHopFrames;
  }
  return weights;
}
constexpr std::array<float, kHopFrames> kRising = make_rising();

constexpr double kPowerUnits = static_cast<double>(std::int64_t{1} << 40);
constexpr double kPowerMax = 8192.0;

/// Exchanges one hop of `line` and `samples`; the samples get the delayed ones as they are.
void swap_hop(float* line, float* samples) {
  for (int i = 0; i < kHopFrames; i += kLaneCount) {
    const F32x4 leaving = load4(line + i);
    store4(line + i, load4(samples + i));
    store4(samples + i, leaving);
  }
}

/// As swap_hop(), times begin + (end - begin) i / kHopFrames.
void swap_hop(float* line, float* samples, float begin, float end) {
  const F32x4 step = splat4((end - begin) / kHopFrames);
  F32x4 index = {0, 1, 2, 3};
  for (int i = 0; i < kHopFrames; i += kLaneCount) {
    const F32x4 gain = splat4(begin) + index * step;
    const F32x4 leaving = load4(line + i) * gain;
    store4(line + i, load4(samples + i));
    store4(samples + i, leaving);
    index += splat4(kLaneCount);
  }
}

}  // namespace

HopPower hop_power(const float* mid, const float* side) {
  F32x4 rising{};
  F32x4 falling{};
  for (int i = 0; i < kHopFrames; i += kLaneCount) {
    const F32x4 m = load4(mid + i);
    const F32x4 s = load4(side + i);
    const F32x4 weight = load4(kRising.data() + i);
    const F32x4 power = m * m + s * s;
    rising += power * weight;
    falling += power * (splat4(1) - weight);
  }
  return {sum4(rising), sum4(falling)};
}

PowerBox::PowerBox(int hops) {
  ENGINE_CHECK(hops >= 1);
  ENGINE_CHECK(hops <= 512);  // The sum stays below 2^63.
  ring_.resize(static_cast<std::size_t>(hops));
}

void PowerBox::reset() {
  std::fill(ring_.begin(), ring_.end(), 0);
  at_ = 0;
  sum_ = 0;
}

double PowerBox::push(double power) {
  const double limited = power < kPowerMax ? power : kPowerMax;
  const auto units = static_cast<std::int64_t>((limited > 0 ? limited : 0) * kPowerUnits);
  sum_ += units - ring_[at_];
  ring_[at_] = units;
  at_ = at_ + 1 == ring_.size() ? 0 : at_ + 1;
  return static_cast<double>(sum_) / (kPowerUnits * static_cast<double>(ring_.size()));
}

HopDelay::HopDelay(int planes, int hops) : planes_(planes), hops_(hops) {
  ENGINE_CHECK(planes >= 1);
  ENGINE_CHECK(planes <= kChannelCountMax);
  ENGINE_CHECK(hops >= 1);
  lines_.resize(static_cast<std::size_t>(planes) * static_cast<std::size_t>(hops) * kHopFrames);
}

void HopDelay::reset() {
  std::fill(lines_.begin(), lines_.end(), 0.0f);
  at_ = 0;
}

void HopDelay::exchange(const MutableAudioView& audio, FrameCount first, float gain_begin,
                        float gain_end) {
  ENGINE_CHECK(audio.channels() == planes_);
  ENGINE_CHECK(first >= 0);
  ENGINE_CHECK(first + kHopFrames <= audio.frames());
  const bool as_it_is = gain_begin == 1 && gain_end == 1;
  for (int p = 0; p < planes_; ++p) {
    float* line = lines_.data() + static_cast<std::ptrdiff_t>(p * hops_ + at_) * kHopFrames;
    float* samples = audio.channel(p).data() + first;
    if (as_it_is) {
      swap_hop(line, samples);
    } else {
      swap_hop(line, samples, gain_begin, gain_end);
    }
  }
  at_ = at_ + 1 == hops_ ? 0 : at_ + 1;
}

}  // namespace engine
