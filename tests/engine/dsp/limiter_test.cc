#include "engine/dsp/limiter.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <ebur128.h>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "tests/engine/dsp/adversarial_signals.h"
#include "tests/engine/dsp/signal_analysis.h"
#include "tests/engine/dsp/test_signals.h"
#include "tests/support/conformance.h"

namespace engine {
namespace {

using test::Mono;
using test::MutableSlice;

constexpr FrameCount kLatency = Limiter::latency_frames();

struct Limited {
  AudioBuffer audio;           // Aligned with the input.
  std::vector<float> gain_db;  // Per frame of `audio`.
};

/// Limits all of `input` in one call, delay removed.
Limited limit(const AudioBuffer& input, const LimiterSettings& settings = {}) {
  AudioBuffer padded = input;
  padded.append_silence(kLatency);
  Limiter limiter(input.channels(), settings);
  Limited result;
  result.gain_db.resize(static_cast<std::size_t>(padded.frames()));
  limiter.process(BufferSlice(padded).view(), MutableSlice(padded).view(), result.gain_db);
  padded.drop_front(kLatency);
  result.gain_db.erase(result.gain_db.begin(), result.gain_db.begin() + kLatency);
  result.audio = padded;
  return result;
}

Limited limit(const Mono& input, const LimiterSettings& settings = {}) {
  return limit(test::stereo(input), settings);
}

double ebur128_true_peak_of(const Mono& signal) {
  ebur128_state* state = ebur128_init(1, 48000, EBUR128_MODE_TRUE_PEAK);
  ebur128_add_frames_float(state, signal.data(), signal.size());
  double peak = 0;
  ebur128_true_peak(state, 0, &peak);
  ebur128_destroy(&state);
  return peak;
}

TEST(LimiterTest, HoldsTheCeilingOnAdversarialSignals) {
  for (auto& [name, raw] : test::adversarial_signals()) {
    const Mono banded = test::band_limit_20k(raw);
    for (const double drive_db : {6.0, 12.0}) {
      const std::string driven_name = name + ", " + (drive_db > 6 ? "12 dB" : "6 dB");
      const auto over = [&](const char* what, double peak_db, double allowed_db) {
        testing::conform("T2",
                         std::string("bare limiter, band-limited set, over the ceiling: ") + what,
                         peak_db + 1.0, testing::Limit::at_most(allowed_db), "dB", driven_name);
      };
      Mono driven = banded;
      test::scale(driven, test::from_db(drive_db));
      const Mono output = test::plane(limit(driven).audio, 0);
      over("libebur128", test::to_db(ebur128_true_peak_of(output)), 0);
      over("32x reference", test::to_db(test::true_peak_32x(output)), 0.05);
      float sample_peak = 0;
      for (const float sample : output) sample_peak = std::max(sample_peak, std::fabs(sample));
      over("samples", test::to_db(double{sample_peak}), 0);
    }
  }
}

/// libopus' dc_reject at 3 Hz.
Mono opus_high_passed(const Mono& signal) {
  Mono output = signal;
  double mean = 0;
  for (float& sample : output) {
    const double x = static_cast<double>(sample);
    sample = static_cast<float>(x - mean);
    mean += 6.3 * 3 / 48000 * (x - mean);
  }
  return output;
}

TEST(LimiterTest, HoldsTheCeilingBehindTheHighPassOfOpus) {
  // Four fifths of each period up, one fifth down: the high-pass moves the middle, and the short
  // side sticks out.
  Mono bass = test::silence(3);
  for (std::size_t i = 0; i < bass.size(); ++i) bass[i] = i % 1920 < 1536 ? 1.0f : -1.0f;
  bass = test::band_limit_20k(bass);
  const auto peak_behind = [&](bool before_opus) {
    const Limited result = limit(bass, {-1.0, 30.0, before_opus});
    return test::to_db(test::true_peak_32x(opus_high_passed(test::plane(result.audio, 0))));
  };
  EXPECT_GT(peak_behind(false), 2.0);
  EXPECT_LE(peak_behind(true), 0.0);
}

TEST(LimiterTest, CatchesAFileThatBeginsAtFullScale) {
  // Regression of the prototype: frames before 0 are zeros, not unknown (it read +9 dBTP).
  Mono signal = test::sine(0.2, 1000, 2.0, 48000, 90);
  const Mono output = test::plane(limit(signal).audio, 0);
  EXPECT_LE(test::to_db(test::true_peak_32x(output)), -1.0 + 0.05);
}

TEST(LimiterTest, PassesWhatStaysBelowTheThresholdBitForBit) {
  const AudioBuffer quiet = test::music(5, 0.5, 3);
  const Limited result = limit(quiet);
  for (const float gain : result.gain_db) ASSERT_EQ(gain, 0.0f);
  testing::conform("T3", "runs in which a limiter without work changes a bit",
                   test::first_difference(result.audio, quiet) == -1 ? 0 : 1,
                   testing::Limit::exactly(0), "runs");
  // Also between two loud places: the gain is back at exactly 1 after hold and release.
  Mono signal = test::sine(4, 500, 0.3);
  for (std::size_t i = 0; i < 4800; ++i) signal[i] *= 8;
  const Mono output = test::plane(limit(signal).audio, 0);
  for (std::size_t i = 48000; i < signal.size(); ++i) ASSERT_EQ(output[i], signal[i]) << i;
}

TEST(LimiterTest, SilenceStaysSilence) {
  const AudioBuffer silence(2, 5000);
  EXPECT_EQ(test::first_difference(limit(silence).audio, silence), -1);
}

// dsp.md T3.
TEST(LimiterTest, GainMovesSmoothly) {
  for (auto& [name, raw] : test::adversarial_signals()) {
    for (const double release : {30.0, 60.0}) {
      SCOPED_TRACE(name);
      Mono driven = raw;
      test::scale(driven, 4.0);
      const Limited result = limit(driven, {-1.0, release});
      const auto deepest = *std::min_element(result.gain_db.begin(), result.gain_db.end());
      double attack = 0;
      double rise = 0;
      for (std::size_t i = 1; i < result.gain_db.size(); ++i) {
        const double step = static_cast<double>(result.gain_db[i] - result.gain_db[i - 1]);
        attack = std::max(attack, -step);
        rise = std::max(rise, step);
      }
      // A triangle of 96 frames: no step above depth / 48, which is the depth in 1 ms.
      testing::conform("T3", "steepest attack, against the depth of the event in 1 ms",
                       attack * 48 / static_cast<double>(-deepest), testing::Limit::at_most(1.0001),
                       "", name);
      // The trace itself is float.
      testing::conform("T3", "steepest release, against the configured slope",
                       rise * 48000 / release, testing::Limit::at_most(1.01), "", name);
    }
  }
}

TEST(LimiterTest, SteadyBassStaysClean) {
  // 30..100 Hz driven 6 dB: THD+N <= -100 dB once the gain has settled.
  for (const double frequency_hz : {30.0, 40.0, 50.0, 60.0, 80.0, 100.0}) {
    const Mono driven = test::sine(3, frequency_hz, 2.0);
    const Mono output = test::plane(limit(driven).audio, 0);
    const test::SineFit fit = test::fit_sine(output, frequency_hz, 48000, 144000 - 48000);
    testing::conform("T3", "THD+N of steady tones 30 to 100 Hz, driven 6 dB, bare limiter",
                     fit.residual_db, testing::Limit::at_most(-100), "dB",
                     std::to_string(static_cast<int>(frequency_hz)) + " Hz");
  }
}

TEST(LimiterTest, BassDoesNotModulateTheRest) {
  // Full-scale bass and 1 kHz at -20 dB, driven 5 dB: sidebands of the 1 kHz <= -60 dB.
  for (const double bass_hz : {60.0, 80.0, 100.0, 150.0}) {
    Mono driven = test::sine(3, bass_hz, 1.0);
    test::add(driven, test::sine(3, 1000, 0.1));
    test::scale(driven, test::from_db(5));
    const Mono output = test::plane(limit(driven).audio, 0);
    const double carrier = test::amplitude_at(output, 1000, 48000, 96000);
    for (int k = -4; k <= 4; ++k) {
      const double sideband_hz = 1000 + k * bass_hz;
      if (k == 0 || std::fmod(sideband_hz, bass_hz) == 0) continue;
      const double sideband = test::amplitude_at(output, sideband_hz, 48000, 96000);
      testing::conform("T3", "sidebands of 1 kHz beside full-scale bass, driven 5 dB, bare limiter",
                       test::to_db(sideband / carrier), testing::Limit::at_most(-60), "dB",
                       std::to_string(static_cast<int>(bass_hz)) + " Hz");
    }
  }
}

TEST(LimiterTest, ClipsOnlyBeyondItsDeepestReduction) {
  // 30 dB above full scale: 21 dB are reduced smoothly, the ceiling holds for every sample.
  const Mono output = test::plane(limit(test::sine(0.5, 1000, test::from_db(30))).audio, 0);
  for (const float sample : output) ASSERT_LE(std::fabs(sample), test::from_db(-1.0));
}

/// Frames [begin, end) rendered cold: reset, left context, latency; zeros outside the track.
AudioBuffer render_cold(Limiter& limiter, const AudioBuffer& track, FrameCount begin,
                        FrameCount end) {
  limiter.reset();
  const FrameCount first = std::max<FrameCount>(0, begin - limiter.left_context_frames());
  AudioBuffer window(track.channels(), end + kLatency - first);
  for (int c = 0; c < track.channels(); ++c) {
    for (FrameCount n = first; n < end + kLatency && n < track.frames(); ++n) {
      window.channel(c)[static_cast<std::size_t>(n - first)] =
          track.channel(c)[static_cast<std::size_t>(n)];
    }
  }
  AudioBuffer output(track.channels(), window.frames());
  limiter.process(BufferSlice(window).view(), MutableSlice(output).view());
  output.drop_front(begin - first + kLatency);
  return output;
}

// dsp.md T6: 0 differing samples.
TEST(LimiterTest, ColdStartsGiveTheBitsOfAContinuousRun) {
  std::vector<std::pair<std::string, Mono>> signals = test::adversarial_signals();
  Mono deep = test::plane(test::music(4, 0.8, 8), 0);
  // The deepest events there can be, again and again: what the context must outlast.
  for (std::size_t i = 3000; i < deep.size(); i += 31000) deep[i] = 20.0f;
  signals.emplace_back("deep clicks in music", deep);
  for (auto& [name, raw] : signals) {
    SCOPED_TRACE(name);
    Mono left = raw;
    while (left.size() < 100000) test::append(left, raw);
    test::scale(left, 3.0);
    Mono right(left.rbegin(), left.rend());
    const AudioBuffer track = test::stereo(left, right);
    test::Random random(17);
    const std::array<LimiterSettings, 2> settings = {{{}, {-1.0, 30.0, true}}};
    const std::array<AudioBuffer, 2> runs = {limit(track, settings[0]).audio,
                                             limit(track, settings[1]).audio};
    std::array<Limiter, 2> limiters = {Limiter(2, settings[0]), Limiter(2, settings[1])};
    for (int round = 0; round < 16; ++round) {
      const AudioBuffer& continuous = runs[static_cast<std::size_t>(round % 2)];
      Limiter& limiter = limiters[static_cast<std::size_t>(round % 2)];
      const FrameCount begin = random.integer(0, track.frames() - 1);
      const FrameCount end = std::min(track.frames(), begin + random.integer(1, 24000));
      const AudioBuffer cold = render_cold(limiter, track, begin, end);
      for (int c = 0; c < 2; ++c) {
        for (FrameCount i = 0; i < end - begin; ++i) {
          ASSERT_EQ(cold.channel(c)[static_cast<std::size_t>(i)],
                    continuous.channel(c)[static_cast<std::size_t>(begin + i)])
              << "frame " << begin + i << ", cold start for " << begin;
        }
      }
    }
  }
}

TEST(LimiterTest, ShorterContextWouldNotDo) {
  // The bound is not idle: half of it changes samples after the deepest event.
  Mono signal = test::sine(1.2, 300, 0.87);
  signal[10000] = 30.0f;
  const AudioBuffer track = test::stereo(signal);
  const AudioBuffer continuous = limit(track).audio;
  Limiter limiter(2, {});
  AudioBuffer tail(2, track.frames() - 24000);
  for (int c = 0; c < 2; ++c) {
    std::copy(track.channel(c).begin() + 24000, track.channel(c).end(), tail.channel(c).begin());
  }
  AudioBuffer out(2, tail.frames());
  limiter.process(BufferSlice(tail).view(), MutableSlice(out).view());
  out.drop_front(kLatency);
  bool differs = false;
  for (std::size_t i = 2000; i < 4000; ++i) {
    differs = differs || out.channel(0)[i] != continuous.channel(0)[24000 + i];
  }
  EXPECT_TRUE(differs);
}

TEST(LimiterTest, BlockSizeHasNoInfluenceOnAnyBit) {
  const AudioBuffer track = test::music(4, 2.5, 12);
  AudioBuffer whole(2, track.frames());
  std::vector<float> whole_gain(static_cast<std::size_t>(track.frames()));
  Limiter(2, {}).process(BufferSlice(track).view(), MutableSlice(whole).view(), whole_gain);
  test::Random random(2);
  AudioBuffer pieces(2, track.frames());
  std::vector<float> pieces_gain(static_cast<std::size_t>(track.frames()));
  Limiter limiter(2, {});
  for (FrameCount at = 0; at < track.frames();) {
    const FrameCount end = std::min(track.frames(), at + random.integer(0, 700));
    const auto gain =
        std::span(pieces_gain)
            .subspan(static_cast<std::size_t>(at), static_cast<std::size_t>(end - at));
    limiter.process(BufferSlice(track, at, end).view(), MutableSlice(pieces, at, end).view(), gain);
    at = end;
  }
  EXPECT_EQ(test::first_difference(whole, pieces), -1);
  EXPECT_EQ(whole_gain, pieces_gain);
}

TEST(LimiterTest, ResetEqualsFresh) {
  const AudioBuffer track = test::music(1, 3, 12);
  Limiter used(2, {});
  AudioBuffer first(2, track.frames());
  AudioBuffer second(2, track.frames());
  used.process(BufferSlice(track).view(), MutableSlice(first).view());
  used.reset();
  used.process(BufferSlice(track).view(), MutableSlice(second).view());
  EXPECT_EQ(test::first_difference(first, second), -1);
}

TEST(LimiterTest, ChannelsShareOneGain) {
  Mono loud = test::sine(0.5, 200, 2.0);
  const Mono quiet = test::sine(0.5, 1000, 0.1);
  const Limited result = limit(test::stereo(loud, quiet));
  const auto level = std::size_t{12000};
  const double gain = test::from_db(static_cast<double>(result.gain_db[level]));
  EXPECT_LT(gain, 0.5);
  EXPECT_NEAR(result.audio.channel(1)[level], quiet[level] * gain, 1e-6);
}

}  // namespace
}  // namespace engine
