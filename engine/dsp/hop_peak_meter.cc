#include "engine/dsp/hop_peak_meter.h"

#include <algorithm>

#include "engine/base/check.h"

namespace engine {
namespace {

// No peak is looked for that would rise more than this (3.5 dB) above all samples under the filter.
// Tones reach 3 dB (a quarter of the rate, at 45 degrees); music had none beyond. In theory 7.7 dB
// are possible, in a pattern of alternating full-scale samples with a flip.
constexpr float kOvershoot = 1.5f;
// One pole at 3 Hz as in libopus, moved once per group: 6.3 * 3 / rate per frame.
constexpr float kHighPassShare = 6.3f * 3.0f / kOutputRateHz;

}  // namespace

HopPeakMeter::HopPeakMeter(int channels) {
  ENGINE_CHECK(channels >= 1);
  ENGINE_CHECK(channels <= kChannelCountMax);
  channels_.resize(static_cast<std::size_t>(channels));
}

void HopPeakMeter::begin_stretch(bool from_silence) {
  std::fill(channels_.begin(), channels_.end(), Channel{});
  // The first output group lies in the history; two more touch it with their filters.
  first_group_ = from_silence ? 0 : 2;
}

/// Appends the hop and describes its groups.
void HopPeakMeter::take_in(Channel& channel, std::span<const float> hop) const {
  constexpr std::size_t kOldGroups = kHistoryFrames / kGroupFrames;
  std::copy(channel.samples.end() - kHistoryFrames, channel.samples.end(), channel.samples.begin());
  std::copy(hop.begin(), hop.end(), channel.samples.begin() + kHistoryFrames);
  for (std::size_t g = 0; g < kOldGroups; ++g) {
    channel.sample_peaks[g] = channel.sample_peaks[kGroups - kOldGroups + g];
    channel.offsets[g] = channel.offsets[kGroups - kOldGroups + g];
  }
  for (std::size_t g = kOldGroups; g < kGroups; ++g) {
    const float* first = channel.samples.data() + g * kGroupFrames;
    F32x4 largest = splat4(0);
    F32x4 sum = splat4(0);
    for (int i = 0; i < kGroupFrames; i += kLaneCount) {
      const F32x4 x = load4(first + i);
      largest = max4(largest, abs4(x));
      sum += x;
    }
    channel.sample_peaks[g] = max_lane(largest);
    channel.offset += kHighPassShare * (sum4(sum) - kGroupFrames * channel.offset);
    channel.offsets[g] = channel.offset;
  }
}

/// Raises the peaks to those of the channel's newest complete groups.
void HopPeakMeter::scan(const Channel& channel, float& opus_peak) {
  for (std::size_t g = 1 + first_group_; g + 1 < kGroups; ++g) {
    const float nearby = std::max(
        {channel.sample_peaks[g - 1], channel.sample_peaks[g], channel.sample_peaks[g + 1]});
    const float bound = kOvershoot * nearby;
    const float offset = channel.offsets[g];
    const float raise_max = offset < 0 ? -offset : offset;
    if (bound <= true_peak_ && bound + raise_max <= opus_peak) continue;
    const float* samples = channel.samples.data() + g * kGroupFrames;
    std::array<float, kGroupFrames> peaks{};
    interpolator_.accumulate(samples, peaks);
    // Subtracting an offset of the other sign makes a peak larger.
    const F32x4 raise_positive = splat4(std::max(-offset, 0.0f));
    const F32x4 raise_negative = splat4(std::max(offset, 0.0f));
    F32x4 largest = splat4(0);
    F32x4 largest_raised = splat4(0);
    for (std::size_t i = 0; i < kGroupFrames; i += kLaneCount) {
      const F32x4 peak = load4(peaks.data() + i);
      const F32x4 raise = load4(samples + i) < splat4(0) ? raise_negative : raise_positive;
      largest = max4(largest, peak);
      largest_raised = max4(largest_raised, peak + raise);
    }
    hop_true_peak_ = std::max(hop_true_peak_, max_lane(largest));
    true_peak_ = std::max(true_peak_, hop_true_peak_);
    opus_peak = std::max(opus_peak, max_lane(largest_raised));
  }
}

float HopPeakMeter::measure(const AudioView& hop, float floor) {
  ENGINE_CHECK(hop.channels() == static_cast<int>(channels_.size()));
  ENGINE_CHECK(hop.frames() == kHopFrames);
  // The samples themselves are peaks: nothing below the largest of them needs interpolation.
  float sample_peak = 0;
  for (std::size_t c = 0; c < channels_.size(); ++c) {
    Channel& channel = channels_[c];
    take_in(channel, hop.channel(static_cast<int>(c)));
    for (std::size_t g = 1 + first_group_; g + 1 < kGroups; ++g) {
      sample_peak = std::max(sample_peak, channel.sample_peaks[g]);
    }
  }
  hop_true_peak_ = sample_peak;
  true_peak_ = std::max(true_peak_, sample_peak);
  float opus_peak = std::max(sample_peak, floor);
  for (const Channel& channel : channels_) scan(channel, opus_peak);
  first_group_ = 0;
  if (opus_peak > floor) opus_peak_ = std::max(opus_peak_, opus_peak);
  return opus_peak;
}

float HopPeakMeter::hop_offset() const {
  float largest = 0;
  for (const Channel& channel : channels_) {
    largest = std::max({largest, channel.offset, -channel.offset});
  }
  return largest;
}

}  // namespace engine
