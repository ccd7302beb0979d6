#include "engine/dsp/band_filter.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <limits>
#include <vector>

#include <gtest/gtest.h>

#include "tests/engine/dsp/signal_analysis.h"
#include "tests/engine/dsp/test_signals.h"
#include "tests/support/conformance.h"

namespace engine {
namespace {

constexpr FrameCount kBlock = BandFilter::kBlockFrames;

using Bands = std::vector<AudioBuffer>;

/// Runs blocks [first, last) of `input` through `filter`; the bands have as many frames.
Bands run(BandFilter& filter, const AudioBuffer& input, FrameCount first, FrameCount last) {
  Bands bands(filter.band_count());
  for (AudioBuffer& band : bands) band.resize(2, (last - first) * kBlock);
  for (FrameCount block = first; block < last; ++block) {
    const BufferSlice source(input, block * kBlock, (block + 1) * kBlock);
    std::vector<test::MutableSlice> slices;
    for (AudioBuffer& band : bands) {
      slices.emplace_back(band, (block - first) * kBlock, (block + 1 - first) * kBlock);
    }
    std::vector<MutableAudioView> views;
    for (const auto& slice : slices) views.push_back(slice.view());
    filter.process(source.view(), views);
  }
  return bands;
}

Bands run(BandFilter& filter, const AudioBuffer& input) {
  return run(filter, input, 0, input.frames() / kBlock);
}

AudioBuffer sum_of(const Bands& bands) {
  AudioBuffer sum(2, bands[0].frames());
  for (const AudioBuffer& band : bands) {
    for (int c = 0; c < 2; ++c) {
      for (std::size_t i = 0; i < sum.channel(c).size(); ++i) {
        sum.channel(c)[i] += band.channel(c)[i];
      }
    }
  }
  return sum;
}

/// Largest |a[i + latency_a] - b[i + latency_b]|, from frame `begin` on. dBFS.
double difference_db(std::span<const float> a, FrameCount latency_a, std::span<const float> b,
                     FrameCount latency_b, FrameCount begin = 0) {
  double worst = 0;
  const FrameCount longest = std::max(latency_a, latency_b);
  for (FrameCount i = begin; i + longest < static_cast<FrameCount>(a.size()); ++i) {
    const double off = static_cast<double>(a[static_cast<std::size_t>(i + latency_a)]) -
                       static_cast<double>(b[static_cast<std::size_t>(i + latency_b)]);
    worst = std::max(worst, std::fabs(off));
  }
  return test::to_db(worst + 1e-12);
}

ToneCurve random_curve(std::uint64_t seed) {
  test::Random random(seed);
  ToneCurve curve;
  double level_db = 6.0 * static_cast<double>(random.uniform());
  for (double& point : curve) {
    point = level_db;
    level_db = std::clamp(level_db + 2.0 * static_cast<double>(random.uniform()), -6.0, 6.0);
  }
  return curve;
}

BandFilterSettings random_settings(std::uint64_t seed, bool split) {
  BandFilterSettings settings;
  settings.mid_db = random_curve(seed);
  settings.side_db = random_curve(seed + 1000);
  settings.split = split;
  return settings;
}

/// Music and hiss below 17 kHz, different left and right, full scale.
AudioBuffer programme(FrameCount blocks, std::uint64_t seed) {
  AudioBuffer buffer = test::music(static_cast<double>(blocks * kBlock) / 48000, 0.7, seed);
  buffer.resize(2, blocks * kBlock);
  for (int c = 0; c < 2; ++c) {
    const double frequency_hz = c == 0 ? 17000 : 11111;
    for (FrameCount n = 0; n < buffer.frames(); ++n) {
      const double turns = frequency_hz * static_cast<double>(n) / 48000;
      buffer.channel(c)[static_cast<std::size_t>(n)] +=
          static_cast<float>(0.2 * std::sin(test::kTwoPi * (turns - std::floor(turns))));
    }
    // The drum hits have content up to half the rate.
    const test::Mono limited = test::band_limit_20k(test::plane(buffer, c));
    std::copy(limited.begin(), limited.end(), buffer.channel(c).begin());
  }
  return buffer;
}

/// Gain at a frequency of the impulse response in `response`. dB.
double gain_db(std::span<const float> response, double frequency_hz) {
  double re = 0;
  double im = 0;
  for (std::size_t n = 0; n < response.size(); ++n) {
    const double angle = test::kTwoPi * frequency_hz / 48000 * static_cast<double>(n);
    re += static_cast<double>(response[n]) * std::cos(angle);
    im += static_cast<double>(response[n]) * std::sin(angle);
  }
  return test::to_db(std::hypot(re, im) + 1e-9);
}

/// A unit impulse in mid (left = right) and the same in side (left = -right).
AudioBuffer impulse(bool mid, FrameCount frame) {
  AudioBuffer buffer(2, 4 * kBlock);
  buffer.channel(0)[static_cast<std::size_t>(frame)] = 1;
  buffer.channel(1)[static_cast<std::size_t>(frame)] = mid ? 1.0f : -1.0f;
  return buffer;
}

TEST(BandFilterTest, FlatCurvesGiveTheDelayedInput) {
  const AudioBuffer input = programme(12, 1);
  test::Mono mid(input.channel(0).size());
  test::Mono side(mid.size());
  for (std::size_t i = 0; i < mid.size(); ++i) {
    mid[i] = (input.channel(0)[i] + input.channel(1)[i]) / 2;
    side[i] = (input.channel(0)[i] - input.channel(1)[i]) / 2;
  }
  for (const bool split : {true, false}) {
    BandFilterSettings settings;
    settings.split = split;
    settings.low_pass_weight = 0;
    BandFilter filter(settings);
    const AudioBuffer sum = sum_of(run(filter, input));
    const FrameCount latency = filter.latency_frames();
    const double mid_db = difference_db(sum.channel(0), latency, mid, 0);
    const double side_db = difference_db(sum.channel(1), latency, side, 0);
    for (const double off_db : {mid_db, side_db}) {
      testing::conform("T5", "low + mid + high against the delayed input, flat curve", off_db,
                       testing::Limit::at_most(-130), "dBFS");
    }
  }
}

TEST(BandFilterTest, TheLowPassLeavesTonesBelow18KilohertzAlone) {
  for (const bool split : {true, false}) {
    for (const double frequency_hz : {30.0, 150.0, 997.0, 4000.0, 12345.0, 18000.0}) {
      SCOPED_TRACE(frequency_hz);
      const test::Mono tone = test::sine(4.0 * kBlock / 48000, frequency_hz, 0.5);
      BandFilterSettings settings;
      settings.split = split;
      BandFilter filter(settings);
      const AudioBuffer sum = sum_of(run(filter, test::stereo(tone)));
      const FrameCount latency = filter.latency_frames();
      EXPECT_LE(difference_db(sum.channel(0), latency, tone, 0, kBlock), -120);
    }
  }
}

TEST(BandFilterTest, TheBandsAddUpToTheUnsplitSignal) {
  const AudioBuffer input = programme(12, 2);
  for (std::uint64_t seed = 0; seed < 5; ++seed) {
    SCOPED_TRACE(seed);
    BandFilter three(random_settings(seed, true));
    BandFilter one(random_settings(seed, false));
    const AudioBuffer sum = sum_of(run(three, input));
    const AudioBuffer whole = run(one, input)[0];
    for (int c = 0; c < 2; ++c) {
      // Up to 6 dB were added to a full-scale signal: the limit is relative to that.
      const double off_db = difference_db(sum.channel(c), three.latency_frames(), whole.channel(c),
                                          one.latency_frames());
      testing::conform("T5", "low + mid + high against one filter of the curve", off_db,
                       testing::Limit::at_most(-124), "dBFS");
    }
  }
}

TEST(BandFilterTest, MidAndSideFollowTheirOwnCurves) {
  for (std::uint64_t seed = 0; seed < 6; ++seed) {
    const BandFilterSettings settings = random_settings(seed, seed % 2 == 0);
    BandFilter filter(settings);
    for (const bool mid : {true, false}) {
      filter.reset();
      const AudioBuffer sum = sum_of(run(filter, impulse(mid, 100)));
      const ToneCurve& curve = mid ? settings.mid_db : settings.side_db;
      for (double f = 30; f < 18500; f *= 1.03) {
        const double wanted_db = tone_curve_db(curve, (std::log10(f) - 1.4) * 10);
        const double off_db = std::fabs(gain_db(sum.channel(mid ? 0 : 1), f) - wanted_db);
        testing::conform("T5",
                         f < 60 ? "equaliser and split against the curve, 30 to 60 Hz"
                                : "equaliser and split against the curve, 60 Hz to 18.5 kHz",
                         off_db, testing::Limit::at_most(f < 60 ? 0.5 : 0.25), "dB");
      }
      const auto other = sum.channel(mid ? 1 : 0);
      EXPECT_TRUE(std::all_of(other.begin(), other.end(), [](float x) { return x == 0; }));
    }
  }
}

TEST(BandFilterTest, NothingComesBeforeTheSplitsPreRinging) {
  for (const bool split : {true, false}) {
    BandFilter filter(random_settings(3, split));
    constexpr FrameCount kAt = 1234;
    const AudioBuffer sum = sum_of(run(filter, impulse(true, kAt)));
    const FrameCount centre = kAt + filter.latency_frames();
    double early = 0;
    double energy = 0;
    for (std::size_t i = 0; i < sum.channel(0).size(); ++i) {
      const auto value = static_cast<double>(sum.channel(0)[i]);
      energy += value * value;
      // Half the low-pass: 2.3 ms, and only what belongs to 20 kHz.
      if (static_cast<FrameCount>(i) < centre - 113) early += value * value;
    }
    testing::conform("T5", "energy before the split's own pre-ringing",
                     10 * std::log10(early / energy + 1e-30), testing::Limit::at_most(-120), "dB");
  }
}

TEST(BandFilterTest, TheBandsHaveTheirEdges) {
  BandFilter filter({});
  const Bands bands = run(filter, impulse(true, 50));
  const auto low = bands[0].channel(0);
  const auto mid = bands[1].channel(0);
  const auto high = bands[2].channel(0);
  for (const double f :
       {20.0, 50.0, 100.0, 150.0, 200.0, 300.0, 1000.0, 3000.0, 4000.0, 5000.0, 10000.0}) {
    std::printf("T5 split at %5.0f Hz: low %6.1f mid %6.1f high %6.1f dB\n", f, gain_db(low, f),
                gain_db(mid, f), gain_db(high, f));
  }
  EXPECT_NEAR(gain_db(low, 150), -6.02, 0.1);
  EXPECT_NEAR(gain_db(mid, 150), -6.02, 0.1);
  EXPECT_NEAR(gain_db(mid, 4000), -6.02, 0.1);
  EXPECT_NEAR(gain_db(high, 4000), -6.02, 0.1);
  EXPECT_LE(std::fabs(gain_db(low, 40)), 0.5);
  EXPECT_LE(std::fabs(gain_db(mid, 400)), 0.01);
  EXPECT_LE(std::fabs(gain_db(high, 6000)), 0.01);
  for (double f = 350; f < 24000; f *= 1.02) ASSERT_LE(gain_db(low, f), -100) << f;
  for (double f = 10; f < 3300; f *= 1.05) ASSERT_LE(gain_db(high, f), -80) << f;
}

TEST(BandFilterTest, TheLowPassEndsBefore20600Hertz) {
  for (const double weight : {1.0, 0.5, 0.0}) {
    SCOPED_TRACE(weight);
    BandFilterSettings settings;
    settings.split = false;
    settings.low_pass_weight = weight;
    BandFilter filter(settings);
    const AudioBuffer out = run(filter, impulse(true, 0))[0];
    EXPECT_LE(std::fabs(gain_db(out.channel(0), 18800)), 0.0001);
    const double above_db = gain_db(out.channel(0), 20600);
    if (weight == 1.0) {
      EXPECT_LE(above_db, -115);
      EXPECT_LE(gain_db(out.channel(0), 20000), -10);
    } else {
      EXPECT_NEAR(above_db, test::to_db(1 - weight), 0.001);
    }
  }
}

TEST(BandFilterTest, TheResponseIsTheSameAtEveryPlaceInABlock) {
  for (const bool split : {true, false}) {
    BandFilter filter(random_settings(8, split));
    const Bands reference = run(filter, impulse(true, 0));
    for (const FrameCount at : {1, 15, 16, 777, 2048, 3999, 4000, 4095}) {
      SCOPED_TRACE(at);
      filter.reset();
      const Bands moved = run(filter, impulse(true, at));
      for (std::size_t b = 0; b < moved.size(); ++b) {
        EXPECT_LE(difference_db(moved[b].channel(0), at, reference[b].channel(0), 0), -118);
      }
    }
  }
}

TEST(BandFilterTest, AColdStartWithOneBlockOfContextHasTheSameBits) {
  const AudioBuffer input = programme(20, 5);
  test::Random random(77);
  for (const bool split : {true, false}) {
    BandFilter filter(random_settings(1, split));
    const Bands whole = run(filter, input);
    EXPECT_EQ(BandFilter::left_context_frames() % kBlock, 0);
    const FrameCount context = BandFilter::left_context_frames() / kBlock;
    for (int trial = 0; trial < 30; ++trial) {
      const FrameCount first = random.integer(context, 18);
      const FrameCount last = random.integer(first + 1, 20);
      filter.reset();
      const Bands part = run(filter, input, first - context, last);
      for (std::size_t b = 0; b < part.size(); ++b) {
        AudioBuffer expected(2, 0);
        expected.append(BufferSlice(whole[b], first * kBlock, last * kBlock).view());
        AudioBuffer actual(2, 0);
        actual.append(BufferSlice(part[b], context * kBlock, part[b].frames()).view());
        ASSERT_EQ(test::first_difference(expected, actual), -1);
      }
    }
  }
}

TEST(BandFilterTest, SilenceAndTheSideOfMonoStayExactlyZero) {
  for (const bool split : {true, false}) {
    BandFilter filter(random_settings(1, split));
    const auto is_zero = [](const AudioBuffer& buffer, int channel) {
      const auto samples = buffer.channel(channel);
      return std::all_of(samples.begin(), samples.end(), [](float x) { return x == 0; });
    };
    for (const AudioBuffer& band : run(filter, AudioBuffer(2, 3 * kBlock))) {
      EXPECT_TRUE(is_zero(band, 0));
      EXPECT_TRUE(is_zero(band, 1));
    }
    const test::Mono tone = test::sine(6.0 * kBlock / 48000, 440, 0.5);
    for (const AudioBuffer& band : run(filter, test::stereo(tone))) {
      EXPECT_FALSE(is_zero(band, 0));
      EXPECT_TRUE(is_zero(band, 1));
    }
    // Two blocks later nothing is left of it.
    const Bands after = run(filter, AudioBuffer(2, 3 * kBlock));
    for (const AudioBuffer& band : after) {
      for (FrameCount n = kBlock; n < band.frames(); ++n) {
        ASSERT_EQ(band.channel(0)[static_cast<std::size_t>(n)], 0.0f);
      }
    }
  }
}

TEST(BandFilterTest, WhatIsNotFiniteCountsAsZero) {
  AudioBuffer input = programme(4, 6);
  AudioBuffer cleared = input;
  const std::array<float, 3> values = {std::numeric_limits<float>::quiet_NaN(),
                                       std::numeric_limits<float>::infinity(),
                                       -std::numeric_limits<float>::infinity()};
  for (std::size_t i = 0; i < values.size(); ++i) {
    input.channel(0)[1000 + 3000 * i] = values[i];
    cleared.channel(0)[1000 + 3000 * i] = 0;
    input.channel(1)[1 + 5000 * i] = values[i];
    cleared.channel(1)[1 + 5000 * i] = 0;
  }
  for (const bool split : {true, false}) {
    BandFilter filter(random_settings(1, split));
    const Bands actual = run(filter, input);
    filter.reset();
    const Bands expected = run(filter, cleared);
    for (std::size_t b = 0; b < actual.size(); ++b) {
      EXPECT_EQ(test::first_difference(actual[b], expected[b]), -1);
    }
  }
}

}  // namespace
}  // namespace engine
