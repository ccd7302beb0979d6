#include "engine/enhance/spectrum_meter.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include <gtest/gtest.h>

#include "tests/engine/dsp/test_signals.h"

namespace engine {
namespace {

TrackProfile measure(const AudioBuffer& audio) {
  SpectrumMeter meter;
  meter.begin_stretch();
  meter.add(BufferSlice(audio).view());
  TrackProfile profile;
  meter.finish(profile);
  return profile;
}

AudioBuffer left_and_right(const test::Mono& left, const test::Mono& right) {
  AudioBuffer audio = test::stereo(left);
  std::copy(right.begin(), right.end(), audio.channel(1).begin());
  return audio;
}

TEST(SpectrumMeterTest, FindsATonesPowerInItsThirdOfAnOctave) {
  for (const std::size_t third : {8u, 12u, 16u, 20u, 24u, 28u}) {
    SCOPED_TRACE(third);
    // RMS of 0.1 in both channels: -20 dB, the sine's amplitude is 3 dB more.
    const TrackProfile profile =
        measure(test::stereo(test::sine(2, kThirdOctavesHz[third], 0.1 * std::sqrt(2.0))));
    EXPECT_NEAR(profile.spectrum_db[third], -20, 0.1);
    for (std::size_t other = 0; other < kThirdOctaveCount; ++other) {
      if (other + 1 < third || other > third + 1) {
        EXPECT_LT(profile.spectrum_db[other], -60) << other;
      }
    }
  }
}

TEST(SpectrumMeterTest, WhiteNoiseRisesByADecibelPerThird) {
  const TrackProfile profile = measure(test::stereo(test::noise(20, 0.5, 3)));
  for (std::size_t third = 5; third + 1 < kThirdOctaveCount; ++third) {
    // Uniform noise of amplitude a has the power a^2 / 3, spread over 24 kHz.
    const double width_hz = kThirdOctavesHz[third] * (std::pow(10.0, 0.05) - std::pow(10.0, -0.05));
    const double expected = 10.0 * std::log10(0.25 / 3.0 * width_hz / 24000.0);
    EXPECT_NEAR(profile.spectrum_db[third], expected, 0.8) << third;
  }
  EXPECT_EQ(profile.bandwidth_hz, 24000);
}

TEST(SpectrumMeterTest, TellsMidFromSide) {
  const test::Mono tone = test::sine(3, 1000, 0.2);
  test::Mono inverse = tone;
  for (float& sample : inverse) sample = -sample;
  const std::size_t band = 3;  // 795 to 1458 Hz.
  EXPECT_LT(measure(test::stereo(tone)).side_mid_db[band], -100);
  EXPECT_GT(measure(left_and_right(tone, inverse)).side_mid_db[band], 100);
  const test::Mono silence(tone.size());
  EXPECT_NEAR(measure(left_and_right(tone, silence)).side_mid_db[band], 0, 0.01);
  const std::size_t third = 16;  // 1 kHz.
  const TrackProfile one_side = measure(left_and_right(tone, silence));
  EXPECT_NEAR(one_side.side_spectrum_db[third], one_side.spectrum_db[third] - 3.01, 0.01);
  EXPECT_NEAR(side_share(one_side, third), 0.5, 0.001);
  EXPECT_LT(side_share(measure(test::stereo(tone)), third), 1e-9);
  EXPECT_NEAR(side_share(measure(left_and_right(tone, inverse)), third), 1, 0.001);
  // The power is the mean of both channels' whichever way it is spread.
  const double whole = measure(test::stereo(tone)).corridor_db[band];
  EXPECT_NEAR(measure(left_and_right(tone, inverse)).corridor_db[band], whole, 0.01);
  EXPECT_NEAR(measure(left_and_right(tone, silence)).corridor_db[band], whole - 3.01, 0.01);
}

TEST(SpectrumMeterTest, TellsHowEmptyTheQuieterChannelIs) {
  const test::Mono tone = test::sine(4, 1000, 0.2);
  const std::size_t band = 3;  // 795 to 1458 Hz.
  const auto quieter_db = [&](const AudioBuffer& audio) {
    return measure(audio).quieter_channel_db[band];
  };
  EXPECT_NEAR(quieter_db(test::stereo(tone)), 0, 0.01);
  test::Mono inverse = tone;
  for (float& sample : inverse) sample = -sample;
  EXPECT_NEAR(quieter_db(left_and_right(tone, inverse)), 0, 0.01);
  test::Mono quiet = tone;
  for (float& sample : quiet) sample *= 0.1f;
  EXPECT_NEAR(quieter_db(left_and_right(tone, quiet)), -20, 0.01);
  EXPECT_NEAR(quieter_db(left_and_right(quiet, tone)), -20, 0.01);
  const test::Mono silence(tone.size());
  EXPECT_LT(quieter_db(left_and_right(tone, silence)), -60);
  EXPECT_LT(quieter_db(left_and_right(silence, tone)), -60);
  // First one side alone, then the other.
  test::Mono first = tone;
  test::Mono second = tone;
  const auto middle = 23 * SpectrumMeter::kWindowFrames;
  std::fill(first.begin() + middle, first.end(), 0.0f);
  std::fill(second.begin(), second.begin() + middle, 0.0f);
  EXPECT_LT(quieter_db(left_and_right(first, second)), -60);
}

TEST(SpectrumMeterTest, WeighsTheCorridorByLoudness) {
  // BS.1770-5 tables 1 and 2: -1.134 dB at 100 Hz, +4.042 dB at 10 kHz.
  const double amplitude = 0.1 * std::sqrt(2.0);
  const TrackProfile low = measure(test::stereo(test::sine(2, 100, amplitude)));
  EXPECT_NEAR(low.corridor_db[0], -20 - 1.134, 0.1);
  const TrackProfile high = measure(test::stereo(test::sine(2, 10000, amplitude)));
  EXPECT_NEAR(high.corridor_db[7], -20 + 4.042, 0.05);
  EXPECT_NEAR(high.spectrum_db[26], -20, 0.05);
}

TEST(SpectrumMeterTest, GatesWhatIsQuietAndKeepsItInThePercentiles) {
  test::Mono signal = test::sine(10, 1000, 0.2);
  test::append(signal, test::sine(30, 1000, 0.002));
  const TrackProfile profile = measure(test::stereo(signal));
  const TrackProfile loud = measure(test::stereo(test::sine(10, 1000, 0.2)));
  EXPECT_NEAR(profile.corridor_db[3], loud.corridor_db[3], 0.1);
  EXPECT_NEAR(profile.corridor_p90_db[3], loud.corridor_p50_db[3], 0.5);
  EXPECT_NEAR(profile.corridor_p50_db[3], loud.corridor_p50_db[3] - 40, 0.5);
  EXPECT_NEAR(profile.corridor_p10_db[3], loud.corridor_p50_db[3] - 40, 0.5);
}

TEST(SpectrumMeterTest, SortsTheDynamicsBandsByPower) {
  // The middle band: half of its power at -20 dB, half ten times shorter at -10 dB.
  test::Mono signal = test::sine(20, 1000, 0.1 * std::sqrt(2.0));
  test::append(signal, test::sine(2, 1000, std::sqrt(0.2)));
  const TrackProfile profile = measure(test::stereo(signal));
  for (std::size_t i = 0; i < kBandLevelCount; ++i) {
    const double expected = i < kBandLevelCount / 2 ? -20 : -10;
    EXPECT_NEAR(profile.band_levels_db[kBandLevelCount + i], expected, 0.3) << i;
    // What the jump of the level splatters.
    EXPECT_LT(profile.band_levels_db[i], -40);
  }
}

TEST(SpectrumMeterTest, SeesWhereALowPassEnds) {
  // A steep low-pass of 201 taps at 16 kHz over noise.
  const test::Mono source = test::noise(8, 0.5, 7);
  constexpr int kHalf = 100;
  std::vector<double> taps;
  for (int i = -kHalf; i <= kHalf; ++i) {
    const double x = 2.0 * 16000.0 / 48000.0 * i;
    const double sinc = i == 0 ? 1 : std::sin(3.14159265358979 * x) / (3.14159265358979 * x);
    const double window = 0.5 + 0.5 * std::cos(3.14159265358979 * i / (kHalf + 1));
    taps.push_back(2.0 * 16000.0 / 48000.0 * sinc * window);
  }
  test::Mono filtered(source.size());
  for (std::size_t n = taps.size(); n < source.size(); ++n) {
    double sum = 0;
    for (std::size_t k = 0; k < taps.size(); ++k) {
      sum += taps[k] * static_cast<double>(source[n - k]);
    }
    filtered[n] = static_cast<float>(sum);
  }
  EXPECT_NEAR(measure(test::stereo(filtered)).bandwidth_hz, 16000, 500);
  // A single loud tone is no edge; where nothing else is, the tone is the end.
  test::Mono tone_in_noise = test::noise(8, 0.05, 9);
  const test::Mono tone = test::sine(8, 6000, 0.9);
  for (std::size_t i = 0; i < tone.size(); ++i) tone_in_noise[i] += tone[i];
  EXPECT_EQ(measure(test::stereo(tone_in_noise)).bandwidth_hz, 24000);
  EXPECT_LT(measure(test::stereo(test::sine(8, 1000, 0.5))).bandwidth_hz, 2000);
}

TEST(SpectrumMeterTest, SibilanceStandsOut) {
  // A vowel of 1 to 3 kHz; bursts of 7 kHz now and then, or the same all the time.
  test::Mono vowel = test::sine(20, 1500, 0.1);
  test::Mono steady = vowel;
  test::Mono bursts = vowel;
  const test::Mono hiss = test::sine(20, 7000, 0.1);
  for (std::size_t i = 0; i < vowel.size(); ++i) {
    steady[i] += hiss[i];
    bursts[i] += i / 9600 % 8 == 0 ? hiss[i] : 0.001f * hiss[i];
  }
  EXPECT_LT(measure(test::stereo(steady)).sibilance_db, 1);
  EXPECT_GT(measure(test::stereo(bursts)).sibilance_db, 15);
}

TEST(SpectrumMeterTest, SilenceAndShortAudioGiveWhatTheyHold) {
  const TrackProfile silent = measure(AudioBuffer(2, 48000));
  EXPECT_EQ(silent, TrackProfile{});
  const TrackProfile nothing = measure(AudioBuffer(2, 0));
  EXPECT_EQ(nothing, TrackProfile{});
  const TrackProfile brief = measure(test::stereo(test::sine(0.04, 1000, 0.5)));
  EXPECT_GT(brief.corridor_db[3], -30);
}

TEST(SpectrumMeterTest, QuantilesSplitTheEnergyInEqualParts) {
  const std::vector<double> energies = {0, 4, 0, 2, 2, 0};
  std::array<double, 4> levels{};
  energy_quantiles_db(energies, -10, 1, levels);
  EXPECT_EQ(levels, (std::array<double, 4>{-8.5, -8.5, -6.5, -5.5}));
  std::array<double, 2> untouched = {1, 2};
  energy_quantiles_db(std::vector<double>(5), -10, 1, untouched);
  EXPECT_EQ(untouched, (std::array<double, 2>{1, 2}));
}

}  // namespace
}  // namespace engine
