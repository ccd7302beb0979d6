#include "engine/enhance/enhancer.h"

#include <cmath>
#include <limits>

#include <gtest/gtest.h>

#include "engine/enhance/analyzer.h"
#include "tests/engine/dsp/signal_analysis.h"
#include "tests/engine/dsp/test_signals.h"

namespace engine {
namespace {

using test::MutableSlice;

TrackProfile measure(const AudioBuffer& track) {
  Analyzer analyzer;
  analyzer.begin_probe(0);
  analyzer.add(BufferSlice(track).view());
  return analyzer.finish(track.frames());
}

EnhancementPlan plan_for(const AudioBuffer& track, Preset preset, int intensity_percent) {
  return make_plan(measure(track), {preset, intensity_percent});
}

/// The whole track in one run, aligned with the input.
AudioBuffer enhance(const AudioBuffer& track, const EnhancementPlan& plan) {
  Enhancer enhancer(plan);
  AudioBuffer padded = track;
  padded.append_silence(enhancer.latency_frames());
  enhancer.process(BufferSlice(padded).view(), MutableSlice(padded).view());
  padded.drop_front(enhancer.latency_frames());
  return padded;
}

/// Frames [begin, end), cold, by the rule in enhancer.h.
AudioBuffer enhance_cold(Enhancer& enhancer, const AudioBuffer& track, FrameCount begin,
                         FrameCount end) {
  const FrameCount context = begin - enhancer.left_context_frames();
  const FrameCount first =
      std::max<FrameCount>(0, context / Enhancer::kGridFrames) * Enhancer::kGridFrames;
  enhancer.reset(first);
  const FrameCount last = end + enhancer.latency_frames();
  AudioBuffer window(2, last - first);
  for (int c = 0; c < 2; ++c) {
    for (FrameCount n = first; n < std::min(last, track.frames()); ++n) {
      window.channel(c)[static_cast<std::size_t>(n - first)] =
          track.channel(c)[static_cast<std::size_t>(n)];
    }
  }
  enhancer.process(BufferSlice(window).view(), MutableSlice(window).view());
  window.drop_front(begin - first + enhancer.latency_frames());
  return window;
}

AudioBuffer slice_of(const AudioBuffer& track, FrameCount begin, FrameCount end) {
  AudioBuffer part(2, 0);
  part.append(BufferSlice(track, begin, end).view());
  return part;
}

double error_dbfs(const AudioBuffer& a, const AudioBuffer& b) {
  double largest = 0;
  for (int c = 0; c < 2; ++c) {
    for (std::size_t i = 0; i < static_cast<std::size_t>(a.frames()); ++i) {
      largest = std::max(largest, std::fabs(double{a.channel(c)[i]} - double{b.channel(c)[i]}));
    }
  }
  return test::to_db(largest);
}

double error_energy(const AudioBuffer& a, const AudioBuffer& b) {
  double energy = 0;
  for (int c = 0; c < 2; ++c) {
    for (std::size_t i = 0; i < static_cast<std::size_t>(a.frames()); ++i) {
      const double error = double{a.channel(c)[i]} - double{b.channel(c)[i]};
      energy += error * error;
    }
  }
  return energy;
}

/// Music at -14 LUFS.
AudioBuffer music_at_minus_14(double seconds, std::uint64_t seed) {
  AudioBuffer track = test::music(seconds, 0.5, seed);
  const double gain = test::from_db(-14 - measure(track).integrated_loudness_lufs);
  for (int c = 0; c < 2; ++c) {
    for (float& sample : track.channel(c)) sample = static_cast<float>(sample * gain);
  }
  return track;
}

// dsp.md T4.
TEST(EnhancerTest, IntensityZeroPassesEveryBit) {
  AudioBuffer track = test::music(2, 1.5, 4);
  track.channel(0)[7] = std::numeric_limits<float>::quiet_NaN();
  track.channel(1)[9] = -0.0f;
  const EnhancementPlan plan = plan_for(track, Preset::kPunchy, 0);
  Enhancer enhancer(plan);
  EXPECT_EQ(enhancer.latency_frames(), 0);
  EXPECT_EQ(enhancer.left_context_frames(), 0);
  EXPECT_EQ(test::first_difference(enhance(track, plan), track), -1);
}

TEST(EnhancerTest, IntensityNearZeroTendsToIdentity) {
  for (std::uint64_t seed = 1; seed <= 3; ++seed) {
    const AudioBuffer track = music_at_minus_14(8, seed);
    for (int i = 0; i < kPresetCount; ++i) {
      SCOPED_TRACE(kPresetNames[static_cast<std::size_t>(i)]);
      const auto preset = static_cast<Preset>(i);
      const AudioBuffer faint = enhance(track, plan_for(track, preset, 1));
      EXPECT_LE(error_dbfs(faint, track), -40);
    }
  }
}

TEST(EnhancerTest, EffectGrowsWithIntensity) {
  const AudioBuffer track = test::music(10, 0.4, 6);
  for (int i = 0; i < kPresetCount; ++i) {
    SCOPED_TRACE(kPresetNames[static_cast<std::size_t>(i)]);
    double previous = 0;
    for (const int percent : {1, 25, 50, 100}) {
      const AudioBuffer output = enhance(track, plan_for(track, static_cast<Preset>(i), percent));
      const double energy = error_energy(output, track);
      EXPECT_GT(energy, previous);
      previous = energy;
    }
  }
}

// dsp.md T2 and T10: ceiling and loudness of every preset.
TEST(EnhancerTest, ReachesItsTargetAndKeepsItsCeiling) {
  for (std::uint64_t seed = 1; seed <= 4; ++seed) {
    const AudioBuffer track = test::music(12, 0.15 * static_cast<double>(seed), seed);
    for (int i = 0; i < kPresetCount; ++i) {
      SCOPED_TRACE(testing::Message() << kPresetNames[static_cast<std::size_t>(i)] << seed);
      const EnhancementPlan plan = plan_for(track, static_cast<Preset>(i), 100);
      const AudioBuffer output = enhance(track, plan);
      const TrackProfile result = measure(output);
      EXPECT_NEAR(result.integrated_loudness_lufs, plan.expected_lufs, 0.5);
      EXPECT_LE(result.true_peak_dbtp, plan.ceiling_dbtp);
      if (plan.limited_by == GainLimit::kNone) {
        EXPECT_NEAR(result.integrated_loudness_lufs, plan.target_lufs, 0.5);
      } else {
        EXPECT_GT(plan.shortfall_lu, 0);
      }
    }
  }
}

// dsp.md T6: 0 differing samples.
TEST(EnhancerTest, ChunksInAnyOrderAndLengthEqualTheContinuousRun) {
  const AudioBuffer track = test::music(14, 1.2, 21);
  for (int i = 0; i < kPresetCount; ++i) {
    SCOPED_TRACE(kPresetNames[static_cast<std::size_t>(i)]);
    EnhancementPlan plan = plan_for(track, static_cast<Preset>(i), 100);
    plan.gain_db += 6;  // Keeps the limiter busy.
    const AudioBuffer continuous = enhance(track, plan);
    Enhancer enhancer(plan);
    test::Random random(static_cast<std::uint64_t>(i) + 1);
    const std::array<FrameCount, 4> lengths = {24000, 48000, 96000, 240000};
    for (int round = 0; round < 14; ++round) {
      const FrameCount length =
          round < 8 ? lengths[static_cast<std::size_t>(round % 4)] : random.integer(1, 50000);
      const FrameCount begin = round < 8 ? random.integer(0, track.frames() / length - 1) * length
                                         : random.integer(0, track.frames() - 1);
      const FrameCount end = std::min(track.frames(), begin + length);
      const AudioBuffer cold = enhance_cold(enhancer, track, begin, end);
      ASSERT_EQ(cold.frames(), end - begin);
      EXPECT_EQ(test::first_difference(cold, slice_of(continuous, begin, end)), -1)
          << "[" << begin << ", " << end << ")";
    }
  }
}

TEST(EnhancerTest, WarmChunksEqualTheContinuousRun) {
  const AudioBuffer track = test::music(6, 2.0, 22);
  const EnhancementPlan plan = plan_for(track, Preset::kAdaptive, 70);
  const AudioBuffer whole = enhance(track, plan);
  Enhancer enhancer(plan);
  AudioBuffer padded = track;
  padded.append_silence(enhancer.latency_frames());
  AudioBuffer output(2, padded.frames());
  test::Random random(8);
  for (FrameCount at = 0; at < padded.frames();) {
    const FrameCount end = std::min(padded.frames(), at + random.integer(0, 3000));
    enhancer.process(BufferSlice(padded, at, end).view(), MutableSlice(output, at, end).view());
    at = end;
  }
  output.drop_front(enhancer.latency_frames());
  EXPECT_EQ(test::first_difference(output, whole), -1);
}

TEST(EnhancerTest, LogTellsWhatTheStagesDid) {
  // Two seconds quiet, two loud: the stages work in the second half.
  AudioBuffer track = test::music(4, 1.0, 5);
  for (int c = 0; c < 2; ++c) {
    for (std::size_t i = 0; i < 96000; ++i) track.channel(c)[i] *= 0.03f;
  }
  EnhancementPlan plan = plan_for(track, Preset::kPunchy, 100);
  ASSERT_FALSE(plan.restrained);
  plan.gain_db += 3;
  Enhancer enhancer(plan);
  AudioBuffer padded = track;
  padded.append_silence(enhancer.latency_frames());
  enhancer.process(BufferSlice(padded).view(), MutableSlice(padded).view());
  StageGains quiet;
  StageGains loud;
  const auto deepen = [](StageGains& all, const StageGains& one) {
    all.low_db = std::min(all.low_db, one.low_db);
    all.mid_db = std::min(all.mid_db, one.mid_db);
    all.high_db = std::min(all.high_db, one.high_db);
    all.limiter_db = std::min(all.limiter_db, one.limiter_db);
  };
  for (FrameCount packet = 0; packet < 200; ++packet) {
    if (packet == 99) continue;  // The limiter looks ahead.
    deepen(packet < 100 ? quiet : loud, enhancer.gains_of_packet(packet));
  }
  EXPECT_EQ(quiet.limiter_db, 0);
  EXPECT_GT(quiet.low_db, -0.1f);
  EXPECT_LT(loud.low_db, -0.5f);
  EXPECT_LT(loud.mid_db, -0.5f);
  EXPECT_LT(loud.limiter_db, -1.0f);
  EXPECT_GE(loud.low_db,
            static_cast<float>(-1.0 * preset_values(Preset::kPunchy).dynamics.reduction_max_db));
}

TEST(EnhancerTest, LogOfAColdStartEqualsThatOfTheContinuousRun) {
  const AudioBuffer track = test::music(8, 1.0, 15);
  EnhancementPlan plan = plan_for(track, Preset::kBright, 100);
  plan.gain_db += 12;
  Enhancer continuous(plan);
  AudioBuffer padded = track;
  padded.append_silence(continuous.latency_frames());
  continuous.process(BufferSlice(padded).view(), MutableSlice(padded).view());
  Enhancer cold(plan);
  enhance_cold(cold, track, 960 * 250, 960 * 300);
  bool anything = false;
  for (FrameCount packet = 250; packet < 299; ++packet) {
    EXPECT_EQ(cold.gains_of_packet(packet), continuous.gains_of_packet(packet)) << packet;
    anything = anything || continuous.gains_of_packet(packet).limiter_db < 0;
  }
  EXPECT_TRUE(anything);
}

TEST(EnhancerTest, ComparingTheOriginalOnlyAttenuatesIt) {
  const AudioBuffer track = test::music(3, 0.3, 5);
  EnhancementPlan plan = plan_for(track, Preset::kWarm, 100);
  plan.bypass = true;
  plan.trim_db = -6;
  const AudioBuffer output = enhance(track, plan);
  const auto factor = static_cast<float>(test::from_db(-6));
  for (std::size_t i = 0; i < 1000; ++i) {
    ASSERT_NEAR(output.channel(1)[i], track.channel(1)[i] * factor, 1e-7);
  }
}

// dsp.md T11.
TEST(EnhancerTest, SurvivesWhatNoDecoderShouldSend) {
  EnhancementPlan plan;
  plan.gain_db = 8;
  plan.ceiling_dbtp = -1;
  AudioBuffer wild = test::stereo(test::sine(1, 440, 0.3));
  wild.channel(0)[100] = std::numeric_limits<float>::quiet_NaN();
  wild.channel(1)[200] = std::numeric_limits<float>::infinity();
  wild.channel(0)[300] = -std::numeric_limits<float>::infinity();
  wild.channel(1)[400] = 1e38f;
  wild.channel(0)[500] = 1e-42f;
  for (std::size_t i = 20000; i < 30000; ++i) wild.channel(0)[i] = 0.5f;
  const AudioBuffer output = enhance(wild, plan);
  for (int c = 0; c < 2; ++c) {
    for (const float sample : output.channel(c)) {
      ASSERT_TRUE(std::isfinite(sample));
      ASSERT_LE(std::fabs(sample), test::from_db(-1.0) * 1.0001);
    }
  }
  // One wild sample does not outlast its hold and release.
  EXPECT_GT(std::fabs(output.channel(0)[47000]), 0.1);

  const AudioBuffer silence(2, 20000);
  EXPECT_EQ(test::first_difference(enhance(silence, plan), silence), -1);
  EXPECT_EQ(enhance(AudioBuffer(2, 0), plan).frames(), 0);
  EXPECT_EQ(enhance(AudioBuffer(2, 1), plan).frames(), 1);
}

}  // namespace
}  // namespace engine
