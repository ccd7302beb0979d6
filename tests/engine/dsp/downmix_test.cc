#include "engine/dsp/downmix.h"

#include <cmath>
#include <limits>
#include <vector>

#include <gtest/gtest.h>

#include "tests/engine/dsp/test_signals.h"

namespace engine {
namespace {

constexpr float kMinus3Db = 0.70710678f;

TEST(DownmixTest, DoublesMonoAndCopiesStereoBitForBit) {
  AudioBuffer mono(1, 3);
  mono.channel(0)[0] = 0.1f;
  mono.channel(0)[1] = -1.5f;
  mono.channel(0)[2] = 1e-42f;
  AudioBuffer out(2, 3);
  // 0: no mask; 4: centre; 1: left. A single channel is mono whatever it is called.
  for (const std::uint32_t mask : {0u, 4u, 1u}) {
    to_stereo(BufferSlice(mono).view(), mask, test::MutableSlice(out).view());
    EXPECT_EQ(test::plane(out, 0), test::plane(mono, 0));
    EXPECT_EQ(test::plane(out, 1), test::plane(mono, 0));
  }
  const AudioBuffer pair = test::stereo(test::noise(0.01, 1, 1), test::noise(0.01, 1, 2));
  AudioBuffer copy(2, pair.frames());
  to_stereo(BufferSlice(pair).view(), 0u, test::MutableSlice(copy).view());
  EXPECT_EQ(test::plane(copy, 0), test::plane(pair, 0));
  EXPECT_EQ(test::plane(copy, 1), test::plane(pair, 1));
}

TEST(DownmixTest, MixesFiveOneByBs775) {
  const DownmixMatrix matrix = downmix_matrix(6, 0);
  const float sum = 1 + 2 * kMinus3Db;
  const std::vector<float> left = {1 / sum, 0, kMinus3Db / sum, 0, kMinus3Db / sum, 0};
  const std::vector<float> right = {0, 1 / sum, kMinus3Db / sum, 0, 0, kMinus3Db / sum};
  for (std::size_t c = 0; c < 6; ++c) {
    EXPECT_FLOAT_EQ(matrix.gains[0][c], left[c]) << c;
    EXPECT_FLOAT_EQ(matrix.gains[1][c], right[c]) << c;
  }
}

TEST(DownmixTest, FollowsTheMaskWhereItFitsTheCount) {
  // FL FR LFE: the third channel is dropped, nothing is attenuated.
  const DownmixMatrix with_lfe = downmix_matrix(3, 0xb);
  EXPECT_EQ(with_lfe.gains[0][2], 0.0f);
  EXPECT_EQ(with_lfe.gains[0][0], 1.0f);
  // Two bits for three channels: the usual order, with a centre.
  const DownmixMatrix unusable = downmix_matrix(3, 0x3);
  EXPECT_GT(unusable.gains[0][2], 0.0f);
  // Side instead of back speakers.
  EXPECT_EQ(downmix_matrix(6, 0x60f).gains, downmix_matrix(6, 0x3f).gains);
}

TEST(DownmixTest, NeverExceedsFullScaleForFullScaleInput) {
  for (int channels = 1; channels <= kChannelCountMax; ++channels) {
    AudioBuffer in(channels, 1);
    for (int c = 0; c < channels; ++c) in.channel(c)[0] = 1.0f;
    AudioBuffer out(2, 1);
    to_stereo(BufferSlice(in).view(), 0u, test::MutableSlice(out).view());
    EXPECT_NEAR(out.channel(0)[0], 1.0f, 1e-6) << channels;
    EXPECT_NEAR(out.channel(1)[0], 1.0f, 1e-6) << channels;
  }
}

TEST(DownmixTest, TamesWhatIsNotANumber) {
  constexpr float kInfinity = std::numeric_limits<float>::infinity();
  AudioBuffer in(2, 5);
  const std::vector<float> wild = {std::nanf(""), kInfinity, -kInfinity, 1e30f, -1e30f};
  for (std::size_t i = 0; i < wild.size(); ++i) in.channel(0)[i] = wild[i];
  AudioBuffer out(2, 5);
  to_stereo(BufferSlice(in).view(), 0u, test::MutableSlice(out).view());
  const std::vector<float> tame = {0, 0, 0, kSampleMagnitudeMax, -kSampleMagnitudeMax};
  EXPECT_EQ(test::plane(out, 0), tame);
}

TEST(DownmixTest, CentreWithLfeIsMono) {
  AudioBuffer in(2, 1);
  in.channel(0)[0] = 1.0f;
  in.channel(1)[0] = 0.25f;
  AudioBuffer out(2, 1);
  // LFE and centre: the centre alone, doubled.
  to_stereo(BufferSlice(in).view(), 0xcu, test::MutableSlice(out).view());
  EXPECT_EQ(out.channel(0)[0], 1.0f);
  EXPECT_EQ(out.channel(1)[0], 1.0f);
}

}  // namespace
}  // namespace engine
