#include "engine/dsp/downmix.h"

#include <algorithm>

#include "engine/base/check.h"

namespace engine {
namespace {

constexpr float kMinus3Db = 0.70710678f;
constexpr float kMinus6Db = 0.5f;

// WAVEFORMATEXTENSIBLE dwChannelMask, bit 0 upward: FL FR FC LFE BL BR FLC FRC BC SL SR TC TFL TFC
// TFR TBL TBC TBR. Gains to left and right; heights enter as the speaker below them.
struct SpeakerGains {
  float left;
  float right;
};
constexpr std::array<SpeakerGains, 18> kSpeakers = {{
    {1, 0},
    {0, 1},
    {kMinus3Db, kMinus3Db},
    {0, 0},
    {kMinus3Db, 0},
    {0, kMinus3Db},
    {1, 0},
    {0, 1},
    {kMinus6Db, kMinus6Db},
    {kMinus3Db, 0},
    {0, kMinus3Db},
    {kMinus6Db, kMinus6Db},
    {kMinus3Db, 0},
    {kMinus6Db, kMinus6Db},
    {0, kMinus3Db},
    {kMinus3Db, 0},
    {kMinus6Db, kMinus6Db},
    {0, kMinus3Db},
}};

// The usual order of 1..8 channels.
constexpr std::array<std::uint32_t, kChannelCountMax> kUsualMasks = {
    0x4,    // FC
    0x3,    // FL FR
    0x7,    // FL FR FC
    0x33,   // FL FR BL BR
    0x37,   // FL FR FC BL BR
    0x3f,   // FL FR FC LFE BL BR
    0x70f,  // FL FR FC LFE BC SL SR
    0x63f,  // FL FR FC LFE BL BR SL SR
};

int count_bits(std::uint32_t mask) {
  int count = 0;
  for (; mask != 0; mask &= mask - 1) ++count;
  return count;
}

/// NaN fails both comparisons of the first test and becomes 0; so do infinities.
float tame(float sample) {
  const float magnitude = sample < 0 ? -sample : sample;
  if (magnitude <= kSampleMagnitudeMax) return sample;
  if (!(magnitude <= 3.4e38f)) return 0;
  return sample < 0 ? -kSampleMagnitudeMax : kSampleMagnitudeMax;
}

/// out[i] = sum over channels of gain * sample, in channel order; gains of 0 are skipped and a
/// single gain of 1 copies.
void mix_row(const AudioView& in, const std::array<float, kChannelCountMax>& gains,
             std::span<float> out) {
  bool first = true;
  for (int c = 0; c < in.channels(); ++c) {
    const float gain = gains[static_cast<std::size_t>(c)];
    if (gain == 0) continue;
    const auto source = in.channel(c);
    for (std::size_t i = 0; i < out.size(); ++i) {
      const float part = tame(source[i]) * gain;
      out[i] = first ? part : out[i] + part;
    }
    first = false;
  }
  if (first) std::fill(out.begin(), out.end(), 0.0f);
}

}  // namespace

DownmixMatrix downmix_matrix(int channels, std::uint32_t channel_mask) {
  ENGINE_CHECK(channels >= 1);
  ENGINE_CHECK(channels <= kChannelCountMax);
  const std::uint32_t known = channel_mask & ((1u << kSpeakers.size()) - 1u);
  const bool usable = count_bits(known) == channels;
  const std::uint32_t mask = usable ? known : kUsualMasks[static_cast<std::size_t>(channels) - 1];

  DownmixMatrix matrix;
  matrix.channels = channels;
  float left_sum = 0;
  float right_sum = 0;
  std::size_t channel = 0;
  for (std::size_t speaker = 0; speaker < kSpeakers.size(); ++speaker) {
    if ((mask >> speaker & 1u) == 0) continue;
    // A single channel is mono whatever it is called.
    const SpeakerGains gains = channels == 1 ? SpeakerGains{1, 1} : kSpeakers[speaker];
    matrix.gains[0][channel] = gains.left;
    matrix.gains[1][channel] = gains.right;
    left_sum += gains.left;
    right_sum += gains.right;
    ++channel;
  }
  const float sum = std::max(left_sum, right_sum);
  if (sum > 0) {
    for (auto& row : matrix.gains) {
      for (float& gain : row) gain /= sum;
    }
  }
  return matrix;
}

void to_stereo(const AudioView& in, const DownmixMatrix& matrix, const MutableAudioView& out) {
  ENGINE_CHECK(in.channels() == matrix.channels);
  ENGINE_CHECK(out.channels() == 2);
  ENGINE_CHECK(in.frames() == out.frames());
  mix_row(in, matrix.gains[0], out.channel(0));
  mix_row(in, matrix.gains[1], out.channel(1));
}

void to_stereo(const AudioView& in, std::uint32_t channel_mask, const MutableAudioView& out) {
  to_stereo(in, downmix_matrix(in.channels(), channel_mask), out);
}

}  // namespace engine
