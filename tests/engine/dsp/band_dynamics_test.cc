#include "engine/dsp/band_dynamics.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "tests/engine/dsp/dynamics_signals.h"

namespace engine {
namespace {

using test::Mono;
using test::MutableSlice;

constexpr FrameCount kLatency = BandDynamics::latency_frames();

BandDynamicsSettings settings_of(double threshold_db, double ratio, double deess_max_db = 0) {
  BandDynamicsSettings settings;
  for (std::size_t b = 0; b < kBandCount; ++b) {
    settings.bands[b].threshold_db = threshold_db;
    settings.bands[b].ratio = ratio;
  }
  settings.deess_max_db = deess_max_db;
  return settings;
}

struct Gains {
  std::array<std::vector<float>, 4> per_hop_db;  // Low, middle, high, de-esser.
};

/// Planes of `six`: mid and side of the low, of the middle and of the high band.
void process(BandDynamics& dynamics, AudioBuffer& six, FrameCount begin, FrameCount end,
             Gains* gains = nullptr) {
  std::array<std::array<float*, 2>, kBandCount> pointers{};
  for (std::size_t p = 0; p < 6; ++p) {
    pointers[p / 2][p % 2] = six.channel(static_cast<int>(p)).data() + begin;
  }
  BandDynamicsTrace trace;
  if (gains != nullptr) {
    for (auto& plane : gains->per_hop_db) {
      plane.resize(static_cast<std::size_t>((end - begin) / kHopFrames));
    }
    trace = {gains->per_hop_db[0], gains->per_hop_db[1], gains->per_hop_db[2],
             gains->per_hop_db[3]};
  }
  dynamics.process(
      {MutableAudioView(pointers[0], end - begin), MutableAudioView(pointers[1], end - begin),
       MutableAudioView(pointers[2], end - begin)},
      trace);
}

/// Six planes from a signal, cut to whole hops: each band another level and another delay.
AudioBuffer six_planes(const Mono& signal) {
  const std::size_t frames = signal.size() / kHopFrames * kHopFrames;
  AudioBuffer six(6, static_cast<FrameCount>(frames));
  for (std::size_t p = 0; p < 6; ++p) {
    const std::array<double, 6> gains = {0.7, 0.2, 0.5, 0.3, 0.4, 0.3};
    for (std::size_t i = 0; i < frames; ++i) {
      six.channel(static_cast<int>(p))[i] =
          static_cast<float>(gains[p]) * signal[(i + 4001 * p) % frames];
    }
  }
  return six;
}

/// One band's mid channel, delay removed.
Mono through_band(const Mono& mid, std::size_t band, const BandDynamicsSettings& settings) {
  AudioBuffer six(6, static_cast<FrameCount>(mid.size()) / kHopFrames * kHopFrames + kLatency);
  const auto channel = static_cast<int>(2 * band);
  for (std::size_t i = 0; i < mid.size() / kHopFrames * kHopFrames; ++i) {
    six.channel(channel)[i] = mid[i];
  }
  BandDynamics dynamics(settings);
  process(dynamics, six, 0, six.frames());
  six.drop_front(kLatency);
  return test::plane(six, channel);
}

TEST(BandDynamicsTest, SteadyBassStaysClean) {
  // 30..100 Hz, 6 dB over the threshold: THD+N <= -100 dB once the gain has settled.
  double worst_db = -300;
  for (const double attack_ms : {10.0, 20.0, 30.0}) {
    for (const double frequency_hz : {30.0, 37.3, 40.0, 50.0, 60.0, 80.0, 100.0}) {
      BandDynamicsSettings settings = settings_of(-20, 2.2);
      settings.bands[0].attack_ms = attack_ms;
      const double amplitude = test::from_db(-14) * std::sqrt(2.0);
      const Mono output = through_band(test::sine(3, frequency_hz, amplitude), 0, settings);
      const test::SineFit fit = test::fit_sine(output, frequency_hz, 48000, 144000 - 4800);
      EXPECT_LE(fit.residual_db, -100) << frequency_hz;
      EXPECT_LE(test::to_db(fit.amplitude / amplitude), -2);
      worst_db = std::max(worst_db, fit.residual_db);
    }
  }
  RecordProperty("worst_thdn_db", std::to_string(worst_db));
}

TEST(BandDynamicsTest, BassDoesNotModulateTheRest) {
  // Bass 5 dB over the threshold and 1 kHz 20 dB below it: sidebands of the 1 kHz <= -60 dB.
  double worst_db = -300;
  for (const std::size_t band : {std::size_t{0}, std::size_t{1}}) {
    for (const double attack_ms : {5.0, 10.0, 30.0}) {
      for (const double bass_hz : {60.0, 80.0, 110.0, 150.0}) {
        Mono signal = test::sine(3, bass_hz, 1.0);
        test::add(signal, test::sine(3, 1000, 0.1));
        BandDynamicsSettings settings = settings_of(-8, 2.2);
        settings.bands[band].attack_ms = attack_ms;
        settings.bands[band].release_db_per_s = 40;
        const Mono output = through_band(signal, band, settings);
        const double carrier = test::amplitude_at(output, 1000, 48000, 96000);
        EXPECT_LE(test::to_db(carrier / 0.1), -2);
        for (int k = -4; k <= 4; ++k) {
          const double sideband_hz = 1000 + k * bass_hz;
          if (k == 0 || std::fmod(sideband_hz, bass_hz) == 0) continue;
          const double sideband = test::amplitude_at(output, sideband_hz, 48000, 96000);
          const double relative_db = test::to_db(sideband / carrier);
          EXPECT_LE(relative_db, -60) << bass_hz << " " << k;
          worst_db = std::max(worst_db, relative_db);
        }
      }
    }
  }
  RecordProperty("worst_sideband_db", std::to_string(worst_db));
}

TEST(BandDynamicsTest, MovingGainLeavesNoTraceOfTheHops) {
  // Release at 40 dB/s through a 5 kHz tone: nothing at 750 Hz from it, nor at multiples.
  Mono signal = test::sine(0.3, 5000, 0.8);
  test::append(signal, test::sine(1, 5000, 0.05));
  BandDynamicsSettings settings = settings_of(-20, 4);
  settings.bands[2].reduction_max_db = 12;
  settings.bands[2].release_db_per_s = 40;
  const Mono output = through_band(signal, 2, settings);
  // 64 ms while the gain rises, windowed.
  const auto hann_at = [&](double frequency_hz) {
    Mono part(output.begin() + 19200, output.begin() + 19200 + 3072);
    for (std::size_t i = 0; i < part.size(); ++i) {
      part[i] *=
          static_cast<float>(0.5 - 0.5 * std::cos(test::kTwoPi * (static_cast<double>(i)) / 3072));
    }
    return test::amplitude_at(part, frequency_hz, 0, part.size());
  };
  const double carrier = hann_at(5000);
  for (const double offset_hz : {-2250.0, -1500.0, -750.0, 750.0, 1500.0, 2250.0}) {
    EXPECT_LE(test::to_db(hann_at(5000 + offset_hz) / carrier), -90) << offset_hz;
  }
  EXPECT_LT(carrier / 0.025, test::from_db(-3));
}

TEST(BandDynamicsTest, QuietBandsPassBitForBit) {
  for (const auto& [name, signal] : test::dynamic_signals()) {
    SCOPED_TRACE(name);
    const AudioBuffer input = six_planes(signal);
    // Ratio 1; and ratio 3 with a threshold that nothing but the extremes reaches.
    for (const BandDynamicsSettings& settings : {settings_of(-60, 1), settings_of(40, 3)}) {
      if (name == "extremes" && settings.bands[0].ratio > 1) continue;
      BandDynamics dynamics(settings);
      AudioBuffer output = input;
      output.append_silence(kLatency);
      Gains gains;
      process(dynamics, output, 0, output.frames(), &gains);
      output.drop_front(kLatency);
      EXPECT_EQ(test::first_difference(input, output), -1);
      for (const auto& plane : gains.per_hop_db) {
        for (const float gain_db : plane) ASSERT_EQ(gain_db, 0.0f);
      }
    }
  }
}

TEST(BandDynamicsTest, TracesTellTheGainsThatWereApplied) {
  AudioBuffer audio = six_planes(test::plane(test::music(4, 1.0, 5), 0));
  const AudioBuffer input = audio;
  BandDynamics dynamics(settings_of(-30, 2, 3));
  Gains gains;
  process(dynamics, audio, 0, audio.frames(), &gains);
  for (std::size_t b = 0; b < kBandCount; ++b) {
    double deepest_db = 0;
    for (std::size_t hop = 30; hop < gains.per_hop_db[b].size(); ++hop) {
      double gain_db = static_cast<double>(gains.per_hop_db[b - 0][hop - 1]);
      if (b == 2) gain_db += static_cast<double>(gains.per_hop_db[3][hop - 1]);
      deepest_db = std::min(deepest_db, gain_db);
      // The first frame of a hop has the gain of the end of the hop before; mid and side alike.
      const std::size_t i = hop * kHopFrames;
      for (const int plane : {0, 1}) {
        const int channel = static_cast<int>(2 * b) + plane;
        const double before =
            static_cast<double>(input.channel(channel)[i - static_cast<std::size_t>(kLatency)]);
        ASSERT_NEAR(static_cast<double>(audio.channel(channel)[i]), before * test::from_db(gain_db),
                    1e-6 * std::fabs(before) + 1e-9);
      }
    }
    EXPECT_LT(deepest_db, -1) << b;
  }
}

TEST(BandDynamicsTest, DeEsserMultipliesTheHighBandOnly) {
  AudioBuffer audio(6, 48000 / kHopFrames * kHopFrames + kLatency);
  Mono burst = test::band_noise(0.1, 5000, 9000, 0.2, 1);
  test::fade(burst, 10);
  const Mono steady = test::noise(1, 0.01, 2);
  for (int p = 0; p < 6; ++p) {
    std::copy(steady.begin(), steady.end(), audio.channel(p).begin());
    for (std::size_t i = 0; p >= 4 && i < burst.size(); ++i) {
      audio.channel(p)[24000 + i] += (p == 4 ? 1.0f : 0.3f) * burst[i];
    }
  }
  const AudioBuffer input = audio;
  BandDynamicsSettings settings = settings_of(-30, 1, 4);
  settings.bands[2].ratio = 2;
  BandDynamics dynamics(settings);
  Gains gains;
  process(dynamics, audio, 0, audio.frames(), &gains);
  audio.drop_front(kLatency);
  for (int p = 0; p < 4; ++p) {
    for (std::size_t i = 0; i < 40000; ++i) ASSERT_EQ(audio.channel(p)[i], input.channel(p)[i]);
  }
  const float deess = *std::min_element(gains.per_hop_db[3].begin(), gains.per_hop_db[3].end());
  const float high = *std::min_element(gains.per_hop_db[2].begin(), gains.per_hop_db[2].end());
  EXPECT_NEAR(static_cast<double>(deess), -4, 0.5);
  EXPECT_LT(high, -2.5f);
  const double both = static_cast<double>(audio.channel(4)[26400] / input.channel(4)[26400]);
  EXPECT_LT(test::to_db(both), -5.5);
}

// dsp.md T6.
TEST(BandDynamicsTest, ColdStartsGiveTheBitsOfAContinuousRun) {
  BandDynamicsSettings slow = settings_of(-30, 1.8, 5);
  for (auto& band : slow.bands) {
    band.reduction_max_db = 4;
    band.release_db_per_s = 10;  // The longest memory of any preset.
    band.attack_ms = 30;
  }
  BandDynamicsSettings fast = settings_of(-20, 4);
  for (auto& band : fast.bands) {
    band.attack_ms = 5;
    band.release_db_per_s = 200;
    band.reduction_max_db = 12;
  }
  for (const BandDynamicsSettings& settings : {slow, fast, settings_of(-20, 1, 3)}) {
    BandDynamics dynamics(settings);
    const test::StageUnderTest stage = {[&] { dynamics.reset(); },
                                        [&](AudioBuffer& six, FrameCount begin, FrameCount end) {
                                          process(dynamics, six, begin, end);
                                        },
                                        kLatency, dynamics.left_context_frames()};
    for (const auto& [name, signal] : test::dynamic_signals()) {
      SCOPED_TRACE(name);
      test::expect_cold_equals_whole(stage, six_planes(signal), 3);
    }
  }
}

TEST(BandDynamicsTest, ShorterContextWouldNotDo) {
  BandDynamicsSettings settings = settings_of(-30, 4);
  BandDynamics dynamics(settings);
  test::StageUnderTest stage = {[&] { dynamics.reset(); },
                                [&](AudioBuffer& six, FrameCount begin, FrameCount end) {
                                  process(dynamics, six, begin, end);
                                },
                                kLatency, dynamics.left_context_frames()};
  // Loud, then quiet: while the gain is on its way up, a start in the quiet part is too high.
  Mono signal = test::noise(1, 0.9, 1);
  test::append(signal, test::noise(1, 0.001, 2));
  const AudioBuffer track = six_planes(signal);
  const AudioBuffer whole = test::render_whole(stage, track);
  test::Random random(1);
  bool equal = true;
  for (FrameCount begin = 48000; begin < 72000; begin += 10 * kHopFrames) {
    EXPECT_TRUE(test::cold_equals(stage, track, whole, begin, kHopFrames, stage.left_context_frames,
                                  random));
    const FrameCount half = stage.left_context_frames / 2 / kHopFrames * kHopFrames;
    equal = equal && test::cold_equals(stage, track, whole, begin, kHopFrames, half, random);
  }
  EXPECT_FALSE(equal);
}

TEST(BandDynamicsTest, MemoryStaysWithinItsBound) {
  for (const double deess_max_db : {0.0, 5.0}) {
    BandDynamicsSettings settings = settings_of(-20, 2, deess_max_db);
    for (auto& band : settings.bands) {
      band.attack_ms = 40;
      band.reduction_max_db = 4;
      band.release_db_per_s = 10;
    }
    EXPECT_LE(BandDynamics(settings).left_context_frames(), 0.6 * kOutputRateHz);
    EXPECT_EQ(BandDynamics(settings).left_context_frames() % kHopFrames, 0);
  }
  EXPECT_EQ(BandDynamics(settings_of(-20, 1)).left_context_frames(), 0);
}

TEST(BandDynamicsTest, StaysFiniteWhateverComes) {
  for (const float value : {0.0f, 1e-42f, 1e-20f, 1e6f, 1e18f}) {
    Mono signal = test::noise(1, 1, 1);
    test::scale(signal, static_cast<double>(value));
    AudioBuffer six = six_planes(signal);
    BandDynamics dynamics(settings_of(-20, 2, 3));
    process(dynamics, six, 0, six.frames());
    for (int p = 0; p < 6; ++p) {
      for (const float sample : six.channel(p)) ASSERT_TRUE(std::isfinite(sample)) << value;
    }
  }
}

}  // namespace
}  // namespace engine
