#include "engine/dsp/de_esser.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <vector>

#include <gtest/gtest.h>

#include "engine/dsp/band_compressor.h"
#include "tests/engine/dsp/dynamics_signals.h"

namespace engine {
namespace {

using test::Mono;

constexpr int kDelayHops = BandCompressor::kDelayHops;

/// Gain per hop of delayed audio: [k] is at the end of hop k of the input.
std::vector<double> gains_for(const Mono& high, const Mono& middle, double reduction_max_db = 4) {
  const Mono side(kHopFrames, 0.0f);
  const Mono nothing(kHopFrames, 0.0f);
  DeEsser de_esser(reduction_max_db, kDelayHops);
  std::vector<double> gains_db;
  const std::size_t hops = high.size() / kHopFrames;
  for (std::size_t k = 0; k < hops + kDelayHops; ++k) {
    const std::size_t at = k * kHopFrames;
    const float* samples = k < hops ? high.data() + at : nothing.data();
    const float* mid = k < hops ? middle.data() + at : nothing.data();
    const double gain_db = de_esser.push(samples, hop_power(mid, side.data()));
    if (k >= kDelayHops) gains_db.push_back(gain_db);
  }
  return gains_db;
}

/// Something like a vowel: harmonics of 150 Hz below 4 kHz, falling 9 dB per octave.
Mono vowel(double seconds, double amplitude) {
  Mono signal = test::silence(seconds);
  for (int h = 1; h <= 26; ++h) {
    test::add(signal,
              test::sine(seconds, 150.0 * h, amplitude * std::pow(h, -1.5), 48000, 37.0 * h));
  }
  return signal;
}

/// What of the vowel reaches above 4 kHz, and air.
Mono air(double seconds, double amplitude) {
  Mono signal = test::silence(seconds);
  for (int h = 27; h <= 50; ++h) {
    test::add(signal,
              test::sine(seconds, 150.0 * h, amplitude * std::pow(h, -1.5), 48000, 37.0 * h));
  }
  test::add(signal, test::noise(seconds, amplitude * 0.003, 6));
  return signal;
}

Mono hiss(double length_ms, double rms, std::uint64_t seed) {
  Mono burst = test::band_noise(length_ms / 1000, 5000, 9000, rms, seed);
  test::fade(burst, 10);
  return burst;
}

std::size_t hop_at(double seconds) {
  return static_cast<std::size_t>(seconds * kHopsPerSecond);
}

double deepest(const std::vector<double>& gains_db, double begin_s, double end_s) {
  return *std::min_element(gains_db.begin() + static_cast<std::ptrdiff_t>(hop_at(begin_s)),
                           gains_db.begin() + static_cast<std::ptrdiff_t>(hop_at(end_s)));
}

TEST(DeEsserTest, TurnsHissesOfAVoiceDown) {
  for (const double length_ms : {60.0, 90.0, 120.0}) {
    for (const double hiss_db : {-6.0, 0.0}) {  // Against the vowel.
      const Mono middle = vowel(4, 0.2);
      double vowel_power = 0;
      for (const float sample : middle) vowel_power += static_cast<double>(sample * sample);
      const double vowel_rms = std::sqrt(vowel_power / static_cast<double>(middle.size()));
      Mono high = air(4, 0.2);
      for (int i = 0; i < 5; ++i) {
        const Mono burst =
            hiss(length_ms, vowel_rms * test::from_db(hiss_db), static_cast<std::uint64_t>(i));
        test::add_at(high, burst, static_cast<std::size_t>(33333 * i + 30000));
      }
      const std::vector<double> gains_db = gains_for(high, middle);
      for (int i = 0; i < 5; ++i) {
        const double begin_s = (33333.0 * i + 30000) / 48000;
        const double end_s = begin_s + length_ms / 1000;
        SCOPED_TRACE(length_ms);
        EXPECT_LE(deepest(gains_db, begin_s, end_s), -3.5);
        // Over most of the hiss, from near its beginning.
        double sum_db = 0;
        for (std::size_t k = hop_at(begin_s + 0.01); k < hop_at(end_s - 0.01); ++k) {
          sum_db += gains_db[k];
        }
        const auto hops = static_cast<double>(hop_at(end_s - 0.01) - hop_at(begin_s + 0.01));
        EXPECT_LE(sum_db / hops, -2.5);
        // And not between them.
        EXPECT_EQ(deepest(gains_db, end_s + 0.2, end_s + 0.4), 0);
        EXPECT_EQ(deepest(gains_db, begin_s - 0.1, begin_s - 0.03), 0);
      }
    }
  }
}

TEST(DeEsserTest, LeavesHatsAlone) {
  const Mono middle = vowel(4, 0.2);
  for (const double decay_ms : {8.0, 20.0, 60.0, 150.0}) {
    std::array<Mono, 4> hits;
    for (std::size_t h = 0; h < hits.size(); ++h) {
      hits[h] = test::band_noise(0.3, 6000, 16000, 0.3, h);
      test::decay(hits[h], decay_ms);
    }
    for (const std::size_t step : {std::size_t{3000}, std::size_t{6000}, std::size_t{12000}}) {
      Mono hats = test::noise(4, 0.001, 2);
      for (std::size_t i = 0; i * step < hats.size(); ++i) {
        test::add_at(hats, hits[i * i % hits.size()], i * step);
      }
      const std::vector<double> gains_db = gains_for(hats, middle);
      EXPECT_EQ(deepest(gains_db, 0, 4), 0) << decay_ms << " ms, every " << step;
    }
  }
}

TEST(DeEsserTest, LeavesDrumsAlone) {
  // A snare whose wires rattle in the very band, over a vowel: what tells it from a voice is the
  // stroke in the middle band.
  Mono high = air(4, 0.2);
  Mono middle = vowel(4, 0.2);
  const Mono quiet_middle = middle;
  for (std::size_t at = 30000; at < 170000; at += 24000) {
    Mono rattle = test::band_noise(0.2, 5000, 9000, 0.3, at);
    test::decay(rattle, 60);
    test::add_at(high, rattle, at);
    Mono stroke = test::band_noise(0.15, 200, 3500, 0.9, at);
    test::decay(stroke, 60);
    test::add_at(middle, stroke, at);
  }
  EXPECT_EQ(deepest(gains_for(high, middle), 0, 4), 0);
  EXPECT_LT(deepest(gains_for(high, quiet_middle), 0, 4), -3);
}

TEST(DeEsserTest, LeavesShortAndSteadySoundsOfTheHissBandAlone) {
  // Sticks in the very band: 5 to 9 kHz, but over within milliseconds.
  for (const double decay_ms : {3.0, 6.0}) {
    Mono sticks = test::noise(4, 0.001, 2);
    for (int i = 0; i < 15; ++i) {
      Mono hit = test::band_noise(0.1, 5000, 9000, 0.3, static_cast<std::uint64_t>(i));
      test::decay(hit, decay_ms);
      test::add_at(sticks, hit, static_cast<std::size_t>(i * 12000));
    }
    EXPECT_EQ(deepest(gains_for(sticks, vowel(4, 0.2)), 0, 4), 0) << decay_ms;
  }
  // Steady noise, also in the very band: it does not stand out of its own mean. From the first
  // frame on it does, for a moment.
  const Mono steady = test::band_noise(4, 5000, 9000, 0.2, 3);
  EXPECT_EQ(deepest(gains_for(steady, vowel(4, 0.2)), 0.5, 4), 0);
}

TEST(DeEsserTest, LeavesAloneWhatTheMiddleBandCovers) {
  // The same hiss, 24 dB below the rest of the music.
  const Mono middle = test::noise(3, 0.5, 1);
  Mono high = test::noise(3, 0.0003, 2);
  test::add_at(high, hiss(90, 0.29 * test::from_db(-24), 3), 48000);
  EXPECT_EQ(deepest(gains_for(high, middle), 0, 3), 0);
}

TEST(DeEsserTest, DoesNothingWhereNothingIsAllowedOrHeard) {
  Mono high = test::silence(2);
  test::add_at(high, hiss(90, 0.2, 3), 48000);
  EXPECT_EQ(deepest(gains_for(high, test::silence(2), 0), 0, 2), 0);
  EXPECT_LT(deepest(gains_for(high, test::silence(2)), 0, 2), -3.5);
  test::scale(high, test::from_db(-60));
  EXPECT_EQ(deepest(gains_for(high, test::silence(2)), 0, 2), 0);
}

TEST(DeEsserTest, GainMovesSmoothly) {
  for (auto& [name, signal] : test::dynamic_signals()) {
    SCOPED_TRACE(name);
    const std::vector<double> gains_db = gains_for(signal, signal, 5);
    for (std::size_t k = 1; k < gains_db.size(); ++k) {
      const double step = gains_db[k] - gains_db[k - 1];
      ASSERT_LE(step * kHopsPerSecond, DeEsser::kReleaseDbPerSecond * 1.01);
      ASSERT_GE(step, -5.0 / 4 - 1e-9);
      ASSERT_LE(gains_db[k], 0);
      ASSERT_GE(gains_db[k], -5.0 - 1e-9);
    }
  }
}

TEST(DeEsserTest, StaysANumberWhateverComes) {
  const float most = std::numeric_limits<float>::max();
  for (const float value : {1e6f, 1e30f, most}) {
    Mono high = test::noise(1, 0.1, 1);
    for (std::size_t i = 10000; i < 20000; ++i) high[i] = i % 2 == 0 ? value : -value;
    for (const double gain_db : gains_for(high, high)) {
      ASSERT_TRUE(gain_db <= 0 && gain_db >= -4.0 - 1e-9) << value;
    }
  }
}

TEST(DeEsserTest, RemembersNoMoreThanItSays) {
  Mono common = test::noise(2, 0.001, 1);
  for (std::size_t at = 0; at < common.size(); at += 15000) {
    test::add_at(common, hiss(80, 0.1, at), at);
  }
  Mono one = test::band_noise(1, 5000, 9000, 0.5, 4);
  Mono other = test::silence(1);
  test::append(one, common);
  test::append(other, common);
  const auto from_one = gains_for(one, test::silence(3));
  const auto from_other = gains_for(other, test::silence(3));
  // gains_for() drops the delay.
  const auto memory = static_cast<std::size_t>(DeEsser(4, kDelayHops).memory_hops() - kDelayHops);
  bool differs = false;
  for (std::size_t k = 750; k < from_one.size(); ++k) {
    const bool same = from_one[k] == from_other[k];
    ASSERT_TRUE(same || k < 750 + memory) << k;
    differs = differs || !same;
  }
  EXPECT_TRUE(differs);
}

}  // namespace
}  // namespace engine
