#include "engine/dsp/treble_guard.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "engine/base/check.h"
#include "engine/base/media_types.h"
#include "engine/base/simd.h"

namespace engine {

float treble_rms(const AudioView& hop) {
  ENGINE_CHECK(hop.frames() >= 2);
  float largest = 0;
  for (int c = 0; c < hop.channels(); ++c) {
    const float* samples = hop.channel(c).data();
    const FrameCount count = hop.frames() - 1;
    F32x4 sums = splat4(0);
    FrameCount i = 0;
    for (; i + kLaneCount <= count; i += kLaneCount) {
      const F32x4 difference = load4(samples + i + 1) - load4(samples + i);
      sums += difference * difference;
    }
    float sum = sum4(sums);
    for (; i < count; ++i) {
      const float difference = samples[i + 1] - samples[i];
      sum += difference * difference;
    }
    largest = std::max(largest, sum / static_cast<float>(count));
  }
  return std::sqrt(largest);
}

float TrebleGuard::gain_for(const AudioView& hop) const {
  F32x4 largest = splat4(0);
  for (int c = 0; c < hop.channels(); ++c) {
    const float* samples = hop.channel(c).data();
    for (int i = 0; i < kHopFrames; i += kLaneCount) {
      largest = max4(largest, abs4(load4(samples + i)));
    }
  }
  const float most = max_lane(largest) >= sample_max_ ? kClippedGain : 1.0f;
  const float rms = treble_rms(hop);
  return rms * most > rms_max_ ? rms_max_ / rms : most;
}

void TrebleGuard::process(const MutableAudioView& audio) {
  ENGINE_CHECK(audio.frames() % kHopFrames == 0);
  for (FrameCount first = 0; first < audio.frames(); first += kHopFrames) {
    std::array<const float*, kChannelCountMax> sources{};
    for (int c = 0; c < audio.channels(); ++c) {
      sources[static_cast<std::size_t>(c)] = audio.channel(c).data() + first;
    }
    const auto channels = static_cast<std::size_t>(audio.channels());
    const float gain =
        gain_for(AudioView(std::span<const float* const>(sources).first(channels), kHopFrames));
    if (gain < 1 || gain_ < 1) {
      const float from = std::min(gain_, gain);
      const float step = (gain - from) / static_cast<float>(kHopFrames);
      for (int c = 0; c < audio.channels(); ++c) {
        float* samples = audio.channel(c).data() + first;
        for (int i = 0; i < kHopFrames; ++i) samples[i] *= from + step * static_cast<float>(i + 1);
      }
    }
    gain_ = gain;
  }
}

}  // namespace engine
