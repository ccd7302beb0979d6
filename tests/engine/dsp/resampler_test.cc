#include "engine/dsp/resampler.h"

#include <cmath>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "tests/engine/dsp/signal_analysis.h"
#include "tests/engine/dsp/test_signals.h"
#include "tests/support/conformance.h"

namespace engine {
namespace {

using test::Mono;
using test::MutableSlice;

/// Output frames [first, first + count) of `input`, zeros outside it.
Mono resample(const Resampler& resampler, const Mono& input, FrameCount first, FrameCount count) {
  const FrameRange range = resampler.input_range(first, count);
  AudioBuffer window(1, range.size());
  for (FrameCount i = range.begin; i < range.end; ++i) {
    if (i < 0 || i >= static_cast<FrameCount>(input.size())) continue;
    window.channel(0)[static_cast<std::size_t>(i - range.begin)] =
        input[static_cast<std::size_t>(i)];
  }
  AudioBuffer output(1, count);
  resampler.process(BufferSlice(window).view(), first, MutableSlice(output).view());
  return test::plane(output, 0);
}

TEST(ResamplerTest, CountsOutputFramesExactly) {
  EXPECT_EQ(Resampler(48000).output_frames(12345), 12345);
  EXPECT_EQ(Resampler(44100).output_frames(0), 0);
  EXPECT_EQ(Resampler(44100).output_frames(1), 2);
  EXPECT_EQ(Resampler(44100).output_frames(147), 160);
  EXPECT_EQ(Resampler(44100).output_frames(148), 162);
  EXPECT_EQ(Resampler(96000).output_frames(3), 2);
  // 24 hours at 384 kHz.
  EXPECT_EQ(Resampler(384000).output_frames(FrameCount{384000} * 86400), FrameCount{48000} * 86400);
  EXPECT_EQ(Resampler(383999).output_frames(FrameCount{383999} * 86400), FrameCount{48000} * 86400);
}

TEST(ResamplerTest, CopiesAt48Kilohertz) {
  const Resampler resampler(48000);
  EXPECT_TRUE(resampler.is_identity());
  EXPECT_EQ(resampler.input_range(-5, 10), (FrameRange{-5, 5}));
  const Mono input = test::noise(0.01, 1, 3);
  EXPECT_EQ(resample(resampler, input, 0, 480), input);
}

// dsp.md T5: SNR >= 115 dB from 20 Hz to 19 kHz, +/-0.01 dB up to 20 kHz.
TEST(ResamplerTest, KeepsSinesCleanAndLevel) {
  struct Case {
    int rate_hz;
    std::vector<double> frequencies_hz;
    double flat_to_hz;
    double snr_db;
  };
  const std::vector<Case> cases = {
      {44100, {20, 1000, 5000, 10000, 15000, 19000, 20000}, 20000, 115},
      {88200, {20, 1000, 10000, 19000, 20000}, 20000, 115},
      {96000, {20, 1000, 10000, 19000, 20000}, 20000, 115},
      {176400, {1000, 10000, 19000, 20000}, 20000, 115},
      {192000, {20, 1000, 10000, 19000, 20000}, 20000, 115},
      {384000, {1000, 19000}, 20000, 115},
      {32000, {20, 1000, 10000, 14500}, 14500, 105},
      {22050, {20, 1000, 10000}, 10000, 105},
      {11025, {20, 1000, 5000}, 5000, 105},
      {8000, {20, 1000, 3600}, 3600, 105},
      {44056, {1000, 10000, 19000}, 19000, 110},
      {47999, {1000, 10000, 19000}, 19000, 110},
      {23001, {1000, 10000}, 10000, 100},
      {191999, {1000, 10000, 19000}, 19000, 110},
  };
  for (const Case& c : cases) {
    const Resampler resampler(c.rate_hz);
    for (const double frequency_hz : c.frequencies_hz) {
      const std::string name =
          std::to_string(static_cast<int>(frequency_hz)) + " Hz at " + std::to_string(c.rate_hz);
      const Mono input = test::sine(1.1, frequency_hz, 0.9, c.rate_hz);
      const Mono output = resample(resampler, input, 0, 50000);
      const test::SineFit fit = test::fit_sine(output, frequency_hz, 1000, 49000);
      if (frequency_hz <= 19000) {
        testing::conform("T5",
                         c.snr_db >= 115
                             ? "resampler, 44.1 to 384 kHz: signal to noise, 20 Hz to 19 kHz"
                             : "resampler, low and odd rates: signal to noise",
                         -fit.residual_db, testing::Limit::at_least(c.snr_db), "dB", name);
      }
      if (frequency_hz <= c.flat_to_hz) {
        testing::conform("T5", "resampler: gain, up to 20 kHz or 0.45 of the rate",
                         test::to_db(fit.amplitude / 0.9), testing::Limit::within(0.01), "dB",
                         name);
      }
    }
  }
}

TEST(ResamplerTest, RemovesWhatLiesAboveTheOutputBand) {
  for (const int rate_hz : {96000, 192000}) {
    const Resampler resampler(rate_hz);
    for (const double frequency_hz : {28000.0, 30000.0, 40000.0}) {
      const Mono input = test::sine(0.5, frequency_hz, 1.0, rate_hz);
      const Mono output = resample(resampler, input, 1000, 20000);
      double peak = 0;
      for (const float sample : output) peak = std::max(peak, std::fabs(double{sample}));
      EXPECT_LE(test::to_db(peak), -105) << rate_hz << " " << frequency_hz;
    }
  }
}

TEST(ResamplerTest, SuppressesImagesOfLowRates) {
  // 22.05 kHz: a tone at 10.2 kHz must not come back at 22050 - 10200 = 11850 Hz.
  const Resampler resampler(22050);
  const Mono input = test::sine(1.1, 10000, 0.9, 22050);
  const Mono output = resample(resampler, input, 0, 50000);
  EXPECT_LE(test::to_db(test::amplitude_at(output, 12050, 1000, 49000)), -100);
}

TEST(ResamplerTest, PutsFrameNAtItsExactTime) {
  // A slow tone sampled at both rates from the same time 0: the values agree at every frame.
  const Resampler resampler(44100);
  const Mono input = test::sine(2, 100, 0.5, 44100);
  const Mono expected = test::sine(2, 100, 0.5, 48000);
  const Mono output = resample(resampler, input, 0, 90000);
  for (std::size_t i = 1000; i < 89000; ++i) ASSERT_NEAR(output[i], expected[i], 1e-6) << i;
}

TEST(ResamplerTest, IsStatelessSoAnyCutGivesTheSameBits) {
  for (const int rate_hz : {8000, 11025, 44056, 44100, 96000, 191999}) {
    SCOPED_TRACE(rate_hz);
    const Resampler resampler(rate_hz);
    test::Random random(static_cast<std::uint64_t>(rate_hz));
    Mono input(static_cast<std::size_t>(rate_hz / 4));
    for (float& sample : input) sample = random.uniform();
    const FrameCount total = resampler.output_frames(static_cast<FrameCount>(input.size()));
    const Mono whole = resample(resampler, input, 0, total);
    for (FrameCount at = 0; at < total;) {
      const FrameCount count = std::min<FrameCount>(random.integer(0, 1700), total - at);
      const Mono piece = resample(resampler, input, at, count);
      for (FrameCount i = 0; i < count; ++i) {
        ASSERT_EQ(piece[static_cast<std::size_t>(i)], whole[static_cast<std::size_t>(at + i)]);
      }
      at += std::max<FrameCount>(count, 1);
    }
  }
}

TEST(ResamplerTest, ChannelsDoNotInfluenceEachOther) {
  for (const int rate_hz : {44100, 44056, 96000, 22050}) {
    const Resampler resampler(rate_hz);
    const FrameRange range = resampler.input_range(5, 999);
    AudioBuffer input(3, range.size());
    test::Random random(12);
    for (int c = 0; c < 3; ++c) {
      for (float& sample : input.channel(c)) sample = random.uniform();
    }
    AudioBuffer together(3, 999);
    resampler.process(BufferSlice(input).view(), 5, MutableSlice(together).view());
    for (int c = 0; c < 3; ++c) {
      AudioBuffer alone_in(1, range.size());
      std::copy(input.channel(c).begin(), input.channel(c).end(), alone_in.channel(0).begin());
      AudioBuffer alone(1, 999);
      resampler.process(BufferSlice(alone_in).view(), 5, MutableSlice(alone).view());
      EXPECT_EQ(test::plane(alone, 0), test::plane(together, c));
    }
  }
}

TEST(ResamplerTest, StaysExactAfterADayAndBeforeZero) {
  // The phase pattern repeats after 160 output and 147 input frames, however far out.
  const Resampler resampler(44100);
  const FrameCount day = FrameCount{86400} * 300;  // Times 160 output frames.
  const Mono noise = test::noise(0.1, 1, 5);
  const auto run = [&](FrameCount first) {
    const FrameRange range = resampler.input_range(first, 1000);
    AudioBuffer window(1, range.size());
    for (std::size_t i = 0; i < static_cast<std::size_t>(range.size()); ++i) {
      window.channel(0)[i] = noise[i];
    }
    AudioBuffer output(1, 1000);
    resampler.process(BufferSlice(window).view(), first, MutableSlice(output).view());
    return std::pair(range, test::plane(output, 0));
  };
  const auto near = run(7);
  const auto far = run(7 + day * 160);
  const auto before = run(7 - 160 * 3);
  EXPECT_EQ(far.first.begin - near.first.begin, day * 147);
  EXPECT_EQ(far.second, near.second);
  EXPECT_EQ(near.first.begin - before.first.begin, 147 * 3);
  EXPECT_EQ(before.second, near.second);
}

TEST(ResamplerTest, RangeOfNothingIsEmpty) {
  EXPECT_TRUE(Resampler(44100).input_range(100, 0).empty());
}

TEST(ResamplerTest, PassesSilenceAndConstants) {
  const Resampler resampler(44100);
  EXPECT_EQ(resample(resampler, test::silence(0.1), 0, 4000), Mono(4000, 0.0f));
  const Mono constant(10000, 0.5f);
  const Mono output = resample(resampler, constant, 200, 4000);
  for (const float sample : output) ASSERT_NEAR(sample, 0.5f, 1e-6);
}

}  // namespace
}  // namespace engine
