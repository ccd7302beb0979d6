#include "engine/dsp/soft_clipper.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <limits>

#include <gtest/gtest.h>

#include "tests/engine/dsp/signal_analysis.h"
#include "tests/engine/dsp/test_signals.h"

namespace engine {
namespace {

constexpr FrameCount kLatency = SoftClipper::latency_frames();

AudioBuffer run(SoftClipper& clipper, const AudioBuffer& input, FrameCount begin, FrameCount end,
                FrameCount block = 4096) {
  AudioBuffer output(2, end - begin);
  for (FrameCount first = begin; first < end; first += block) {
    const FrameCount last = std::min(end, first + block);
    const BufferSlice source(input, first, last);
    const test::MutableSlice target(output, first - begin, last - begin);
    clipper.process(source.view(), target.view());
  }
  return output;
}

test::Mono run(const SoftClipperSettings& settings, const test::Mono& signal) {
  SoftClipper clipper(settings);
  const AudioBuffer input = test::stereo(signal);
  return test::plane(run(clipper, input, 0, input.frames()), 0);
}

float peak_of(const test::Mono& signal) {
  float peak = 0;
  for (const float sample : signal) peak = std::max(peak, std::fabs(sample));
  return peak;
}

TEST(SoftClipperTest, PassesEverythingBelowTheThresholdBitForBit) {
  // Band-limited: nothing between its samples is above -3 dBFS either.
  test::Mono signal = test::band_limit_20k(test::noise(0.512, 1, 3));
  test::scale(signal, test::from_db(-3.1) / test::true_peak_32x(signal));
  const test::Mono output = run({-3, 1.5}, signal);
  for (std::size_t i = 0; i + kLatency < signal.size(); ++i) {
    ASSERT_EQ(output[i + kLatency], signal[i]);
  }
  // And everything at all when it may not reduce.
  const test::Mono loud = test::noise(0.512, 4, 5);
  const test::Mono same = run({-3, 0}, loud);
  for (std::size_t i = 0; i + kLatency < loud.size(); ++i) ASSERT_EQ(same[i + kLatency], loud[i]);
}

TEST(SoftClipperTest, OnlyTheSurroundingsOfAPeakChange) {
  test::Mono signal = test::sine(0.512, 440, 0.5);
  signal[10000] = 1.5f;
  const test::Mono output = run({-3, 1.5}, signal);
  bool changed = false;
  for (std::size_t i = 0; i + kLatency < signal.size(); ++i) {
    const bool near = i + 2 * kLatency > 10000 && i < 10000 + 2 * kLatency;
    changed = changed || output[i + kLatency] != signal[i];
    if (!near) {
      ASSERT_EQ(output[i + kLatency], signal[i]);
    }
  }
  EXPECT_TRUE(changed);
}

TEST(SoftClipperTest, TheStaticCurveIsTheDocumentedOne) {
  const double threshold = test::from_db(-3);
  const double range = test::from_db(3) - threshold;
  const double depth = 1 - test::from_db(-1.5);
  double last_in = 0;
  double last_out = 0;
  double last_slope = 1;
  for (double level_db = -6; level_db <= 12; level_db += 0.25) {
    // 75 Hz: at its top the tone is flat, and no harmonic is near the filter's edge.
    const double peak = test::from_db(level_db);
    const double out = static_cast<double>(peak_of(run({-3, 1.5}, test::sine(0.128, 75, peak))));
    const double z = std::clamp((peak - threshold) / range, 0.0, 1.0);
    const double bend = z * z * z * (10 - 15 * z + 6 * z * z);
    EXPECT_NEAR(out, peak - depth * peak * bend, 2e-4 * peak) << level_db;
    EXPECT_LE(test::to_db(peak / out), 1.501);
    if (last_in > 0) {
      const double slope = (out - last_out) / (peak - last_in);
      EXPECT_GT(slope, 0.3);
      EXPECT_LE(std::fabs(slope - last_slope), 0.2);
      last_slope = slope;
    }
    last_in = peak;
    last_out = out;
  }
}

TEST(SoftClipperTest, SeesPeaksBetweenSamples) {
  // A quarter of the rate at 45 degrees: samples at -3.5 dBFS, the tone itself 3 dB higher.
  const test::Mono tone = test::sine(0.512, 12000, test::from_db(-0.5), 48000, 45);
  ASSERT_LT(peak_of(tone), test::from_db(-3));
  const test::Mono output = run({-3, 1.5}, tone);
  const double fitted = test::fit_sine(output, 12000, 4800, 19200).amplitude;
  EXPECT_LT(test::to_db(fitted), -0.6);
  EXPECT_GT(test::to_db(fitted), -2.0);
}

TEST(SoftClipperTest, NothingFoldsBelowTheFundamental) {
  for (const double frequency_hz : {1000.0, 5000.0, 7000.0, 11000.0}) {
    for (const double over_db : {1.0, 3.0, 6.0}) {
      const test::Mono output =
          run({-3, 1.5}, test::sine(1.024, frequency_hz, test::from_db(-3 + over_db)));
      const double first = test::amplitude_at(output, frequency_hz, 9600, 33600);
      const auto relative_db = [&](double f) {
        return test::to_db(test::amplitude_at(output, f, 9600, 33600) / first + 1e-12);
      };
      double worst_db = -200;
      for (double f = 500; f < frequency_hz; f += 500)
        worst_db = std::max(worst_db, relative_db(f));
      std::printf("clip, %2.0f kHz %+.0f dB over: H1 %+.2f dB, H3 %.1f, H5 %.1f, folded %.1f dB\n",
                  frequency_hz / 1000, over_db, test::to_db(first) + 3 - over_db,
                  3 * frequency_hz < 20000 ? relative_db(3 * frequency_hz) : -200,
                  5 * frequency_hz < 20000 ? relative_db(5 * frequency_hz) : -200, worst_db);
      EXPECT_LE(worst_db, frequency_hz <= 5000 ? -80 : -60);
    }
  }
}

TEST(SoftClipperTest, AColdStartWithItsContextHasTheSameBits) {
  const AudioBuffer input = test::music(4.096, 2.0, 6);
  test::Random random(8);
  SoftClipper clipper({-3, 1.5});
  const AudioBuffer whole = run(clipper, input, 0, input.frames());
  const FrameCount context = SoftClipper::left_context_frames();
  EXPECT_EQ(context % 8, 0);
  for (int trial = 0; trial < 40; ++trial) {
    const FrameCount first = 8 * random.integer(context / 8, 20000);
    const FrameCount last = first + 8 * random.integer(20, 4000);
    clipper.reset();
    const AudioBuffer part = run(clipper, input, first - context, last, 8 * random.integer(1, 600));
    AudioBuffer expected(2, 0);
    AudioBuffer actual(2, 0);
    expected.append(BufferSlice(whole, first + kLatency, last).view());
    actual.append(BufferSlice(part, context + kLatency, part.frames()).view());
    ASSERT_EQ(test::first_difference(expected, actual), -1);
  }
}

TEST(SoftClipperTest, SilenceStaysSilentAndWhatWasNotFiniteIsForgotten) {
  for (const float sample : run({-3, 1.5}, test::silence(0.256))) ASSERT_EQ(sample, 0.0f);

  AudioBuffer input = test::music(1.024, 2.0, 6);
  SoftClipper clipper({-3, 1.5});
  const AudioBuffer expected = run(clipper, input, 0, input.frames());
  for (const float value :
       {std::numeric_limits<float>::quiet_NaN(), std::numeric_limits<float>::infinity()}) {
    AudioBuffer spoilt = input;
    spoilt.channel(1)[8000] = value;
    clipper.reset();
    const AudioBuffer output = run(clipper, spoilt, 0, input.frames());
    for (FrameCount n = 8000 + SoftClipper::left_context_frames(); n < input.frames(); ++n) {
      const auto i = static_cast<std::size_t>(n);
      ASSERT_EQ(output.channel(1)[i], expected.channel(1)[i]);
    }
  }
  AudioBuffer in_place = input;
  clipper.reset();
  const BufferSlice source(in_place);
  const test::MutableSlice target(in_place);
  clipper.process(source.view(), target.view());
  EXPECT_EQ(test::first_difference(in_place, expected), -1);
}

}  // namespace
}  // namespace engine
