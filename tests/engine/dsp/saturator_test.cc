#include "engine/dsp/saturator.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <limits>

#include <gtest/gtest.h>

#include "tests/engine/dsp/signal_analysis.h"
#include "tests/engine/dsp/test_signals.h"

namespace engine {
namespace {

constexpr FrameCount kLatency = Saturator::latency_frames();

// Drive, mix, reference, asymmetry as presets use them.
constexpr SaturatorSettings kWarm = {4, 0.25, -12, 0.3};
constexpr SaturatorSettings kBright = {3, 0.10, -12, 0};
constexpr SaturatorSettings kPunchy = {2, 0.15, -12, 0};

AudioBuffer run(Saturator& saturator, const AudioBuffer& input, FrameCount begin, FrameCount end,
                FrameCount block = 4096) {
  AudioBuffer output(2, end - begin);
  for (FrameCount first = begin; first < end; first += block) {
    const FrameCount last = std::min(end, first + block);
    const BufferSlice source(input, first, last);
    const test::MutableSlice target(output, first - begin, last - begin);
    saturator.process(source.view(), target.view());
  }
  return output;
}

AudioBuffer run(const SaturatorSettings& settings, const test::Mono& signal) {
  Saturator saturator(settings);
  const AudioBuffer input = test::stereo(signal);
  return run(saturator, input, 0, input.frames());
}

test::Mono tone(double frequency_hz, double level_dbfs, double seconds = 1.024) {
  return test::sine(seconds, frequency_hz, test::from_db(level_dbfs));
}

TEST(SaturatorTest, PassesSmallSignalsAndAllOfThemAtMixZero) {
  for (SaturatorSettings settings : {kWarm, kBright, kPunchy}) {
    const AudioBuffer quiet = run(settings, tone(1000, -72));
    // 60 dB below the reference.
    EXPECT_NEAR(test::to_db(test::amplitude_at(test::plane(quiet, 0), 1000, 24000, 48000)), -72,
                0.001);
    settings.mix = 0;
    const test::Mono loud = test::noise(1.024, 1, 3);
    const AudioBuffer same = run(settings, loud);
    for (std::size_t i = 0; i + kLatency < loud.size(); ++i) {
      ASSERT_EQ(same.channel(0)[i + kLatency], loud[i]);
    }
  }
}

TEST(SaturatorTest, TendsToIdentityWithTheMix) {
  const test::Mono signal = test::plane(test::music(4.096, 0.5, 2), 0);
  double last = 1;
  for (const double mix : {0.25, 0.025, 0.0025}) {
    SaturatorSettings settings = kWarm;
    settings.mix = mix;
    const AudioBuffer output = run(settings, signal);
    double worst = 0;
    for (std::size_t i = 0; i + kLatency < signal.size(); ++i) {
      const double off = output.channel(0)[i + kLatency] - signal[i];
      worst = std::max(worst, std::fabs(off));
    }
    EXPECT_LE(worst, mix);
    EXPECT_LT(worst, last * 0.2);
    last = worst;
  }
}

TEST(SaturatorTest, TheReferenceCarriesTheLevel) {
  SaturatorSettings settings = kWarm;
  const AudioBuffer loud = run(settings, tone(440, -12));
  settings.reference_dbfs -= 20;
  const AudioBuffer quiet = run(settings, tone(440, -32));
  for (std::size_t i = 0; i < loud.channel(0).size(); ++i) {
    ASSERT_NEAR(quiet.channel(0)[i] * 10, loud.channel(0)[i], 2e-7);
  }
}

TEST(SaturatorTest, HarmonicsAreWhereTheyBelong) {
  const auto level_db = [](const AudioBuffer& output, double frequency_hz) {
    const test::Mono samples = test::plane(output, 0);
    return test::to_db(test::amplitude_at(samples, frequency_hz, 19200, 43200) + 1e-9);
  };
  const auto print = [&](const char* name, const SaturatorSettings& settings, double over_db) {
    const AudioBuffer output = run(settings, tone(1000, settings.reference_dbfs + over_db));
    const double first_db = level_db(output, 1000);
    std::printf(
        "%-8s 1 kHz %+3.0f dB re reference: H1 %+.2f dB, H2 %.1f, H3 %.1f, H4 %.1f, H5 %.1f\n",
        name, over_db, first_db - settings.reference_dbfs - over_db,
        level_db(output, 2000) - first_db, level_db(output, 3000) - first_db,
        level_db(output, 4000) - first_db, level_db(output, 5000) - first_db);
  };
  for (const double over_db : {-12.0, -6.0, 0.0, 6.0}) {
    print("warm", kWarm, over_db);
    print("bright", kBright, over_db);
    print("punchy", kPunchy, over_db);
  }
  const AudioBuffer odd = run(kBright, tone(1000, -12));
  EXPECT_LE(level_db(odd, 2000), -140);
  EXPECT_GE(level_db(odd, 3000) - level_db(odd, 1000), -50);
  const AudioBuffer even = run(kWarm, tone(1000, -12));
  EXPECT_GE(level_db(even, 2000) - level_db(even, 1000), -50);
}

TEST(SaturatorTest, NothingFoldsBelowTheFundamental) {
  for (const SaturatorSettings& settings : {kWarm, kBright, kPunchy}) {
    for (const double frequency_hz : {5000.0, 7000.0, 11000.0}) {
      // 6 dB above the reference: harder than music is driven.
      const AudioBuffer output = run(settings, tone(frequency_hz, -6));
      const test::Mono samples = test::plane(output, 0);
      const double first = test::amplitude_at(samples, frequency_hz, 19200, 43200);
      double worst_db = -200;
      // All products are multiples of 1 kHz.
      for (double f = 1000; f < frequency_hz; f += 1000) {
        const double product = test::amplitude_at(samples, f, 19200, 43200);
        worst_db = std::max(worst_db, test::to_db(product / first + 1e-12));
      }
      std::printf("drive %.0f dB, mix %.2f, %.0f kHz: folded %.1f dB\n", settings.drive_db,
                  settings.mix, frequency_hz / 1000, worst_db);
      EXPECT_LE(worst_db, -90);
    }
  }
}

TEST(SaturatorTest, AsymmetryLeavesNoOffset) {
  test::Mono burst = test::silence(0.512);
  test::append(burst, tone(200, -6, 1.024));
  test::append(burst, test::silence(0.512));
  const AudioBuffer output = run(kWarm, burst);
  const auto samples = output.channel(0);
  const auto mean_db = [&](std::size_t begin, std::size_t end) {
    double sum = 0;
    for (std::size_t i = begin; i < end; ++i) sum += static_cast<double>(samples[i]);
    return test::to_db(std::fabs(sum) / static_cast<double>(end - begin) + 1e-12);
  };
  // Whole periods of 240 frames; a quarter of a second after the start it has settled.
  const double settled_db = mean_db(24576 + kLatency + 12000, 24576 + kLatency + 12000 + 24000);
  const double whole_db = mean_db(24576 + kLatency, 24576 + kLatency + 240 * 50);
  std::printf("offset after 0.25 s %.1f dBFS, mean of the first 0.25 s %.1f dBFS\n", settled_db,
              whole_db);
  EXPECT_LE(settled_db, -100);
  for (std::size_t i = 0; i < 24576; ++i) ASSERT_EQ(samples[i], 0.0f);
  for (std::size_t i = samples.size() - 12000; i < samples.size(); ++i) ASSERT_EQ(samples[i], 0.0f);
}

TEST(SaturatorTest, AnyLevelStaysFiniteAndBounded) {
  SaturatorSettings settings = kWarm;
  settings.mix = 1;
  for (const double level_dbfs : {0.0, 40.0, 80.0}) {
    const AudioBuffer output = run(settings, tone(333, level_dbfs, 0.512));
    for (const float sample : output.channel(0)) {
      ASSERT_TRUE(std::isfinite(sample));
      ASSERT_LE(std::fabs(sample), 1.2f * static_cast<float>(test::from_db(level_dbfs)));
    }
  }
}

TEST(SaturatorTest, AColdStartWithItsContextHasTheSameBits) {
  const AudioBuffer input = test::music(4.096, 0.7, 6);
  test::Random random(8);
  for (const SaturatorSettings& settings : {kWarm, kBright}) {
    Saturator saturator(settings);
    const AudioBuffer whole = run(saturator, input, 0, input.frames());
    const FrameCount context = saturator.left_context_frames();
    EXPECT_EQ(context % kHopFrames, 0);
    for (int trial = 0; trial < 40; ++trial) {
      const FrameCount first = kHopFrames * random.integer(context / kHopFrames, 2900);
      const FrameCount last = kHopFrames * random.integer(first / kHopFrames + 1, 3072);
      saturator.reset();
      const AudioBuffer part =
          run(saturator, input, first - context, last, kHopFrames * random.integer(1, 100));
      AudioBuffer expected(2, 0);
      AudioBuffer actual(2, 0);
      const FrameCount latency = Saturator::latency_frames();
      if (first + latency >= last) continue;
      expected.append(BufferSlice(whole, first + latency, last).view());
      actual.append(BufferSlice(part, context + latency, part.frames()).view());
      ASSERT_EQ(test::first_difference(expected, actual), -1);
    }
  }
}

TEST(SaturatorTest, WorksInPlaceAndForgetsWhatWasNotFinite) {
  AudioBuffer input = test::music(2.048, 0.7, 6);
  Saturator saturator(kWarm);
  const AudioBuffer expected = run(saturator, input, 0, input.frames());
  AudioBuffer in_place = input;
  saturator.reset();
  const BufferSlice source(in_place);
  const test::MutableSlice target(in_place);
  saturator.process(source.view(), target.view());
  EXPECT_EQ(test::first_difference(in_place, expected), -1);

  input.channel(0)[6400] = std::numeric_limits<float>::quiet_NaN();
  saturator.reset();
  AudioBuffer after = run(saturator, input, 0, input.frames());
  const FrameCount healed = 6400 + saturator.left_context_frames() + Saturator::latency_frames();
  for (FrameCount n = healed; n < input.frames(); ++n) {
    const auto i = static_cast<std::size_t>(n);
    ASSERT_EQ(after.channel(0)[i], expected.channel(0)[i]);
  }
}

}  // namespace
}  // namespace engine
