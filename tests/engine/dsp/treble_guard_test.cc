#include "engine/dsp/treble_guard.h"

#include <cmath>

#include <gtest/gtest.h>

#include "tests/engine/dsp/signal_analysis.h"
#include "tests/engine/dsp/test_signals.h"

namespace engine {
namespace {

constexpr std::size_t kHop = TrebleGuard::kHopFrames;

test::Mono part_of(const AudioBuffer& audio, int channel, std::size_t begin, std::size_t count) {
  const auto samples = audio.channel(channel).subspan(begin, count);
  return {samples.begin(), samples.end()};
}

TEST(TrebleGuardTest, MeasuresDifferencesOfNeighbours) {
  // A tone of amplitude a and w radians per frame differs by 2 a sin(w / 2) from itself a frame on.
  const AudioBuffer tone = test::stereo(test::sine(1, 6000, 0.5), test::silence(1));
  const double expected = 2 * 0.5 * std::sin(test::kTwoPi * 6000 / 48000 / 2) / std::sqrt(2.0);
  EXPECT_NEAR(treble_rms(BufferSlice(tone, 0, 4801).view()), expected, 1e-4);
  EXPECT_EQ(treble_rms(BufferSlice(AudioBuffer(2, 480)).view()), 0);
  // Lengths that leave a rest behind groups of four.
  const AudioBuffer steps = test::stereo({0, 1, 0, 1, 0, 1});
  EXPECT_FLOAT_EQ(treble_rms(BufferSlice(steps).view()), 1);
}

TEST(TrebleGuardTest, PassesEveryBitBelowTheBound) {
  const AudioBuffer before = test::music(4, 0.9, 3);
  AudioBuffer audio = before;
  audio.resize(2, 48000 * 4 / TrebleGuard::kHopFrames * TrebleGuard::kHopFrames);
  TrebleGuard(2, 2).process(test::MutableSlice(audio).view());
  for (int c = 0; c < 2; ++c) {
    for (std::size_t i = 0; i < static_cast<std::size_t>(audio.frames()); ++i) {
      ASSERT_EQ(audio.channel(c)[i], before.channel(c)[i]) << i;
    }
  }
}

TEST(TrebleGuardTest, BoundsABurstAndLetsGoOverOneHop) {
  test::Mono signal = test::sine(1, 200, 0.2);
  signal.resize(kHop * 40);
  const test::Mono burst = test::noise(1, 1, 7);
  std::copy_n(burst.begin(), 3 * kHop, signal.begin() + 10 * kHop);
  AudioBuffer audio = test::stereo(signal);
  TrebleGuard(0.1f, 2).process(test::MutableSlice(audio).view());
  for (std::size_t hop = 0; hop < 40; ++hop) {
    const auto begin = static_cast<FrameCount>(hop * kHop);
    const BufferSlice slice(audio, begin, begin + TrebleGuard::kHopFrames);
    EXPECT_LE(treble_rms(slice.view()), 0.1001f) << hop;
    const bool untouched = hop < 10 || hop > 13;
    const test::Mono now = part_of(audio, 0, hop * kHop, kHop);
    const test::Mono was(signal.begin() + static_cast<std::ptrdiff_t>(hop * kHop),
                         signal.begin() + static_cast<std::ptrdiff_t>((hop + 1) * kHop));
    EXPECT_EQ(now == was, untouched) << hop;
  }
  // The last frame of the hop behind the burst has its level again.
  EXPECT_EQ(audio.channel(1)[14 * kHop - 1], signal[14 * kHop - 1]);
}

TEST(TrebleGuardTest, AClippedHopIsLeftAQuarter) {
  test::Mono signal = test::sine(1, 100, 0.2);
  signal.resize(kHop * 10);
  signal[3 * kHop + 7] = -1.5f;
  AudioBuffer audio = test::stereo(signal, test::Mono(signal.size(), 0.1f));
  TrebleGuard(1, 1.5f).process(test::MutableSlice(audio).view());
  EXPECT_EQ(audio.channel(0)[3 * kHop + 7], -1.5f * TrebleGuard::kClippedGain);
  EXPECT_EQ(audio.channel(1)[3 * kHop], 0.1f * TrebleGuard::kClippedGain);
  EXPECT_EQ(audio.channel(1)[3 * kHop - 1], 0.1f);
  EXPECT_EQ(audio.channel(1)[5 * kHop - 1], 0.1f);
}

TEST(TrebleGuardTest, RemembersOneHop) {
  const AudioBuffer noise = test::stereo(test::noise(1, 1, 7));
  AudioBuffer warm = noise;
  warm.resize(2, 20 * TrebleGuard::kHopFrames);
  AudioBuffer cold = warm;
  cold.drop_front(9 * TrebleGuard::kHopFrames);
  TrebleGuard guard(0.1f, 2);
  guard.process(test::MutableSlice(warm).view());
  guard.reset();
  guard.process(test::MutableSlice(cold).view());
  EXPECT_EQ(part_of(warm, 0, 10 * kHop, 10 * kHop), part_of(cold, 0, kHop, 10 * kHop));
}

}  // namespace
}  // namespace engine
