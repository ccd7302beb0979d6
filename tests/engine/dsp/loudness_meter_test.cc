// EBU Tech 3341 (v4, 2023) table 1, Tech 3342 table 1 and BS.2217 cases, synthesised; libebur128 as
// oracle. Cases 7 and 8 of Tech 3341 (and 5, 6 of Tech 3342) are programme material that cannot be
// synthesised: they are named as left out.
#include "engine/dsp/loudness_meter.h"

#include <array>
#include <cmath>
#include <ebur128.h>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

#include "tests/engine/dsp/test_signals.h"
#include "tests/support/conformance.h"

namespace engine {
namespace {

using test::Mono;

struct Segment {
  double seconds;
  double level_dbfs;  // Peak of a 1 kHz sine; -200: silence.
};
constexpr double kSilent = -200;

/// Continuous 1 kHz sine whose level follows `segments`.
Mono tone(const std::vector<Segment>& segments, int rate_hz, double frequency_hz = 1000) {
  double seconds = 0;
  for (const Segment& segment : segments) seconds += segment.seconds;
  Mono signal = test::sine(seconds, frequency_hz, 1.0, rate_hz);
  std::size_t at = 0;
  double end_seconds = 0;
  for (const Segment& segment : segments) {
    end_seconds += segment.seconds;
    const double gain = segment.level_dbfs <= kSilent ? 0 : test::from_db(segment.level_dbfs);
    for (; at < signal.size() && static_cast<double>(at) < end_seconds * rate_hz; ++at) {
      signal[at] = static_cast<float>(signal[at] * gain);
    }
  }
  return signal;
}

class LoudnessMeterCase : public ::testing::TestWithParam<int> {
 protected:
  int rate() const { return GetParam(); }

  /// Deviation of a reading from what the case asks for.
  void expect_reading(std::string_view name, double measured, double expected) const {
    testing::conform("T1", name, measured - expected, testing::Limit::within(0.1), "LU",
                     std::to_string(rate()) + " Hz");
  }

  LoudnessMeter measure(const Mono& signal) const {
    LoudnessMeter meter(rate(), 2);
    const AudioBuffer both = test::stereo(signal);
    meter.add(BufferSlice(both).view());
    return meter;
  }
  double integrated(const std::vector<Segment>& segments, double frequency_hz = 1000) const {
    return measure(tone(segments, rate(), frequency_hz)).integrated_lufs();
  }
};
INSTANTIATE_TEST_SUITE_P(Rates, LoudnessMeterCase, ::testing::Values(44100, 48000),
                         ::testing::PrintToStringParamName());

TEST_P(LoudnessMeterCase, Ebu3341Cases1And2SteadyTones) {
  for (const double level : {-23.0, -33.0}) {
    const LoudnessMeter meter = measure(tone({{20, level}}, rate()));
    const std::string name = level > -30 ? "Tech 3341 case 1" : "Tech 3341 case 2";
    for (const double reading :
         {meter.integrated_lufs(), meter.momentary_lufs(), meter.short_term_lufs(),
          meter.momentary_max_lufs(), meter.short_term_max_lufs()}) {
      expect_reading(name + ": steady tone, M, S, I", reading, level);
    }
  }
  expect_reading("calibration: 1 kHz at -18 dBFS", integrated({{20, -18}}), -18.0);
}

TEST_P(LoudnessMeterCase, Ebu3341Cases3To5Gating) {
  expect_reading("Tech 3341 case 3: gating", integrated({{10, -36}, {60, -23}, {10, -36}}), -23.0);
  expect_reading("Tech 3341 case 4: gating",
                 integrated({{10, -72}, {10, -36}, {60, -23}, {10, -36}, {10, -72}}), -23.0);
  expect_reading("Tech 3341 case 5: gating", integrated({{20, -26}, {20.1, -20}, {20, -26}}),
                 -23.0);
}

TEST_P(LoudnessMeterCase, Ebu3341Case6FiveChannels) {
  const std::vector<double> weights = {1, 1, 1, 1.41, 1.41};
  const std::vector<double> levels = {-28, -28, -24, -30, -30};
  LoudnessMeter meter(rate(), 5, weights);
  const Mono carrier = tone({{20, 0}}, rate());
  AudioBuffer audio(5, static_cast<FrameCount>(carrier.size()));
  for (int c = 0; c < 5; ++c) {
    const double gain = test::from_db(levels[static_cast<std::size_t>(c)]);
    for (std::size_t i = 0; i < carrier.size(); ++i) {
      audio.channel(c)[i] = static_cast<float>(carrier[i] * gain);
    }
  }
  meter.add(BufferSlice(audio).view());
  expect_reading("Tech 3341 case 6: five channels", meter.integrated_lufs(), -23.0);
}

/// Feeds `signal` in hops of 10 ms and calls `look` after each, with the time in seconds.
void watch(int rate_hz, const Mono& signal,
           const std::function<void(double, const LoudnessMeter&)>& look) {
  LoudnessMeter meter(rate_hz, 2);
  const AudioBuffer both = test::stereo(signal);
  const FrameCount hop = rate_hz / 100;
  for (FrameCount at = 0; at + hop <= both.frames(); at += hop) {
    meter.add(BufferSlice(both, at, at + hop).view());
    look(static_cast<double>(at + hop) / rate_hz, meter);
  }
}

TEST_P(LoudnessMeterCase, Ebu3341Case9ShortTermStaysConstant) {
  std::vector<Segment> segments;
  for (int i = 0; i < 5; ++i) {
    segments.push_back({1.34, -20});
    segments.push_back({1.66, -30});
  }
  watch(rate(), tone(segments, rate()), [&](double seconds, const LoudnessMeter& meter) {
    if (seconds >= 3.0) {
      expect_reading("Tech 3341 case 9: constant S", meter.short_term_lufs(), -23.0);
    }
  });
}

TEST_P(LoudnessMeterCase, Ebu3341Case10ShortTermMaximumOfEveryOffset) {
  for (int i = 0; i < 20; ++i) {
    const LoudnessMeter meter =
        measure(tone({{i * 0.15, kSilent}, {3, -23}, {1, kSilent}}, rate()));
    expect_reading("Tech 3341 case 10: largest S, any offset", meter.short_term_max_lufs(), -23.0);
  }
}

TEST_P(LoudnessMeterCase, Ebu3341Case11ShortTermMaximumOfEachBurst) {
  std::vector<Segment> segments;
  for (int i = 0; i < 20; ++i) {
    segments.push_back({i * 0.15, kSilent});
    segments.push_back({3, -38.0 + i});
    segments.push_back({3 - i * 0.15, kSilent});
  }
  double largest = -70;
  watch(rate(), tone(segments, rate()), [&](double seconds, const LoudnessMeter& meter) {
    largest = std::max(largest, meter.short_term_lufs());
    // Each burst with its pauses lasts 6 s; by then the maximum is that burst's level.
    const int burst = static_cast<int>(std::lround(seconds * 100)) / 600 - 1;
    if (std::lround(seconds * 100) % 600 == 0) {
      expect_reading("Tech 3341 case 11: largest S, live", largest, -38.0 + burst);
    }
  });
}

TEST_P(LoudnessMeterCase, Ebu3341Case12MomentaryStaysConstant) {
  std::vector<Segment> segments;
  for (int i = 0; i < 25; ++i) {
    segments.push_back({0.18, -20});
    segments.push_back({0.22, -30});
  }
  watch(rate(), tone(segments, rate()), [&](double seconds, const LoudnessMeter& meter) {
    if (seconds >= 1.0) {
      expect_reading("Tech 3341 case 12: constant M", meter.momentary_lufs(), -23.0);
    }
  });
}

TEST_P(LoudnessMeterCase, Ebu3341Case13MomentaryMaximumOfEveryOffset) {
  for (int i = 0; i < 20; ++i) {
    const LoudnessMeter meter =
        measure(tone({{i * 0.02, kSilent}, {0.4, -23}, {1, kSilent}}, rate()));
    expect_reading("Tech 3341 case 13: largest M, any offset", meter.momentary_max_lufs(), -23.0);
  }
}

TEST_P(LoudnessMeterCase, Ebu3341Case14MomentaryMaximumOfEachBurst) {
  std::vector<Segment> segments;
  for (int i = 0; i < 20; ++i) {
    segments.push_back({i * 0.02, kSilent});
    segments.push_back({0.4, -38.0 + i});
    segments.push_back({0.4 - i * 0.02, kSilent});
  }
  double largest = -70;
  watch(rate(), tone(segments, rate()), [&](double seconds, const LoudnessMeter& meter) {
    largest = std::max(largest, meter.momentary_lufs());
    const auto hops = std::lround(seconds * 100);
    if (hops % 80 == 0) {
      expect_reading("Tech 3341 case 14: largest M, live", largest,
                     -39.0 + static_cast<double>(hops / 80));
    }
  });
}

TEST_P(LoudnessMeterCase, Ebu3342LoudnessRange) {
  const auto range = [&](const std::vector<double>& levels) {
    std::vector<Segment> segments;
    for (const double level : levels) segments.push_back({20, level});
    return measure(tone(segments, rate())).range_lu();
  };
  // The standard allows 1 LU.
  expect_reading("Tech 3342 case 1: loudness range", range({-20, -30}), 10);
  expect_reading("Tech 3342 case 2: loudness range", range({-20, -15}), 5);
  expect_reading("Tech 3342 case 3: loudness range", range({-40, -20}), 20);
  expect_reading("Tech 3342 case 4: loudness range", range({-50, -35, -20, -35, -50}), 15);
}

TEST_P(LoudnessMeterCase, Bs2217FrequenciesReadTheirLoudness) {
  const KWeighting weighting(rate());
  for (const double frequency_hz : {25.0, 100.0, 500.0, 1000.0, 2000.0, 10000.0}) {
    for (const double target : {-23.0, -24.0}) {
      // The level that BS.1770's own 48 kHz tables turn into `target`.
      const double level = target + 0.691 - KWeighting(48000).magnitude_db(frequency_hz);
      expect_reading("BS.2217: tones of 25 Hz to 10 kHz", integrated({{20, level}}, frequency_hz),
                     target);
    }
  }
}

TEST_P(LoudnessMeterCase, Bs2217Gates) {
  expect_reading(
      "BS.2217: relative gate",
      integrated({{0.5, kSilent}, {0.9, -19.9}, {1.3, -7.1}, {0.8, -19.9}, {0.5, kSilent}}), -10.0);
  expect_reading("BS.2217: absolute gate", integrated({{10, -69.48}}), -69.5);
  EXPECT_EQ(integrated({{10, -71}}), kLoudnessFloorLufs);
}

TEST(LoudnessMeterTest, ProgrammeMaterialIsLeftOut) {
  testing::not_covered("T1", "Tech 3341 cases 7 and 8",
                       "programme material, not to be synthesised");
  testing::not_covered("T1", "Tech 3342 cases 5 and 6",
                       "programme material, not to be synthesised");
  GTEST_SKIP() << "cases 7 and 8 of Tech 3341, 5 and 6 of Tech 3342: programme material";
}

TEST(LoudnessMeterTest, KFilterMatchesTheTablesOfBs1770) {
  const std::vector<std::pair<double, double>> expected = {
      {25, -10.393}, {40, -5.567},  {63, -2.664},  {100, -1.134}, {200, -0.265},  {500, 0.043},
      {997, 0.691},  {2000, 3.071}, {4000, 3.968}, {8000, 4.039}, {10000, 4.042}, {16000, 4.043}};
  const KWeighting at_48k(48000);
  for (const auto& [frequency_hz, db] : expected) {
    testing::conform("T1", "K filter at 48 kHz, 25 Hz to 16 kHz",
                     at_48k.magnitude_db(frequency_hz) - db, testing::Limit::within(0.02), "dB",
                     std::to_string(static_cast<int>(frequency_hz)) + " Hz");
    for (const int rate_hz : {44100, 88200, 96000, 192000, 32000}) {
      if (frequency_hz > 0.4 * rate_hz) continue;
      testing::conform(
          "T1", "K filter at 32 to 192 kHz, up to 0.4 of the rate",
          KWeighting(rate_hz).magnitude_db(frequency_hz) - db, testing::Limit::within(0.1), "dB",
          std::to_string(static_cast<int>(frequency_hz)) + " Hz at " + std::to_string(rate_hz));
    }
  }
}

TEST(LoudnessMeterTest, OneFullScaleChannelReadsMinusThree) {
  const Mono signal = test::sine(10, 997, 1.0);
  const AudioBuffer audio = test::stereo(signal, Mono(signal.size(), 0.0f));
  LoudnessMeter meter(48000, 2);
  meter.add(BufferSlice(audio).view());
  testing::conform("T1", "997 Hz at full scale in one channel", meter.integrated_lufs() - -3.01,
                   testing::Limit::within(0.05), "LU");
}

TEST(LoudnessMeterTest, AgreesWithLibebur128OnMusic) {
  for (std::uint64_t seed = 1; seed <= 6; ++seed) {
    SCOPED_TRACE(seed);
    const AudioBuffer audio = test::music(30, 0.05 * static_cast<double>(seed * seed), seed);
    LoudnessMeter meter(48000, 2);
    meter.add(BufferSlice(audio).view());

    ebur128_state* oracle =
        ebur128_init(2, 48000, EBUR128_MODE_I | EBUR128_MODE_LRA | EBUR128_MODE_S);
    ASSERT_NE(oracle, nullptr);
    std::vector<float> interleaved;
    for (std::size_t i = 0; i < static_cast<std::size_t>(audio.frames()); ++i) {
      interleaved.push_back(audio.channel(0)[i]);
      interleaved.push_back(audio.channel(1)[i]);
    }
    ASSERT_EQ(ebur128_add_frames_float(oracle, interleaved.data(), interleaved.size() / 2), 0);
    double integrated = 0;
    double range = 0;
    double short_term = 0;
    ebur128_loudness_global(oracle, &integrated);
    ebur128_loudness_range(oracle, &range);
    ebur128_loudness_shortterm(oracle, &short_term);
    ebur128_destroy(&oracle);
    EXPECT_NEAR(meter.integrated_lufs(), integrated, 0.02);
    EXPECT_NEAR(meter.short_term_lufs(), short_term, 0.01);
    EXPECT_NEAR(meter.range_lu(), range, 0.5);
  }
}

TEST(LoudnessMeterTest, PieceSizeHasNoInfluenceOnAnyBit) {
  const AudioBuffer audio = test::music(7, 0.4, 9);
  LoudnessMeter whole(48000, 2);
  whole.add(BufferSlice(audio).view());
  test::Random random(4);
  LoudnessMeter pieces(48000, 2);
  for (FrameCount at = 0; at < audio.frames();) {
    const FrameCount end = std::min(audio.frames(), at + random.integer(1, 1300));
    pieces.add(BufferSlice(audio, at, end).view());
    at = end;
  }
  EXPECT_EQ(whole.integrated_lufs(), pieces.integrated_lufs());
  EXPECT_EQ(whole.short_term_lufs(), pieces.short_term_lufs());
  EXPECT_EQ(whole.momentary_max_lufs(), pieces.momentary_max_lufs());
  EXPECT_EQ(whole.range_lu(), pieces.range_lu());
}

TEST(LoudnessMeterTest, StretchesSettleAndGateTogether) {
  const Mono loud = test::sine(0.44, 1000, test::from_db(-20));
  const Mono quiet = test::sine(0.44, 1000, test::from_db(-40));
  LoudnessMeter meter(48000, 2);
  for (int i = 0; i < 6; ++i) {
    meter.begin_stretch(1920);
    const AudioBuffer audio = test::stereo(i % 2 == 0 ? loud : quiet);
    meter.add(BufferSlice(audio).view());
  }
  EXPECT_EQ(meter.block_count(), 6);
  // The quiet ones fall below the relative gate.
  EXPECT_NEAR(meter.integrated_lufs(), -20, 0.1);
  meter.reset();
  EXPECT_EQ(meter.integrated_lufs(), kLoudnessFloorLufs);
  EXPECT_EQ(meter.block_count(), 0);
}

TEST(LoudnessMeterTest, SilenceReadsTheFloor) {
  LoudnessMeter meter(48000, 2);
  const AudioBuffer audio(2, 48000 * 4);
  meter.add(BufferSlice(audio).view());
  EXPECT_EQ(meter.integrated_lufs(), kLoudnessFloorLufs);
  EXPECT_EQ(meter.momentary_lufs(), kLoudnessFloorLufs);
  EXPECT_EQ(meter.range_lu(), 0);
}

TEST(GatedLoudnessTest, DropsBlocksBelowEitherGate) {
  constexpr FrameCount kFrames = 9600;
  // A mean power of 1 is -0.691 LUFS.
  const std::array<double, 3> even = {kFrames, kFrames, kFrames};
  EXPECT_NEAR(gated_loudness_lufs(even, kFrames), -0.691, 1e-9);
  // 30 dB lower: below the relative gate. 90 dB lower: below the absolute one.
  const std::array<double, 4> gated = {kFrames, 1e-3 * kFrames, 1e-9 * kFrames, kFrames};
  EXPECT_NEAR(gated_loudness_lufs(gated, kFrames), -0.691, 1e-9);
  const std::array<double, 2> kept = {kFrames, 0.5 * kFrames};
  EXPECT_NEAR(gated_loudness_lufs(kept, kFrames), -0.691 - 1.249, 1e-3);
  const std::array<double, 2> silent = {0, 1e-9 * kFrames};
  EXPECT_EQ(gated_loudness_lufs(silent, kFrames), kLoudnessFloorLufs);
  EXPECT_EQ(gated_loudness_lufs({}, kFrames), kLoudnessFloorLufs);
}

}  // namespace
}  // namespace engine
