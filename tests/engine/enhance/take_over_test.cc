#include "engine/enhance/take_over.h"

#include <algorithm>
#include <cmath>
#include <random>

#include <gtest/gtest.h>

#include "engine/enhance/analyzer.h"
#include "engine/enhance/provisional_plan.h"
#include "tests/engine/dsp/signal_analysis.h"
#include "tests/engine/dsp/test_signals.h"

namespace engine {
namespace {

using test::MutableSlice;

constexpr FrameCount kFrom = 150'001;  // Rounded up to 150,016.

TrackProfile measure(const AudioBuffer& track) {
  Analyzer analyzer;
  analyzer.begin_probe(0);
  analyzer.add(BufferSlice(track).view());
  return analyzer.finish(track.frames());
}

/// From blind to all that a preset does.
TakeOver change_for(const AudioBuffer& track, const EnhancementSettings& settings) {
  const TrackProfile profile = measure(track);
  return plan_take_over(make_provisional_plan({}, settings), make_plan(profile, settings), profile,
                        kFrom);
}

/// The whole track in pieces of `piece` frames, aligned with the input.
template <typename Chain>
AudioBuffer run(Chain&& chain, const AudioBuffer& track, FrameCount piece = 1 << 20) {
  AudioBuffer audio = track;
  audio.append_silence(chain.latency_frames());
  chain.reset(0);
  for (FrameCount at = 0; at < audio.frames(); at += piece) {
    const FrameCount end = std::min(at + piece, audio.frames());
    chain.process(BufferSlice(audio, at, end).view(), MutableSlice(audio, at, end).view());
  }
  audio.drop_front(chain.latency_frames());
  return audio;
}

TEST(TakeOverTest, TheWeightRisesFromNothingToAllWithoutHaste) {
  for (const double rise_db : {-9.0, -0.001, 0.0, 0.5, 11.0}) {
    TakeOver change;
    change.begin_frame = 6400;
    change.rise_db = rise_db;
    const double seconds = std::max(std::abs(rise_db) / kTakeOverDbPerSecond, kTakeOverSecondsMin);
    change.end_frame = change.begin_frame + static_cast<FrameCount>(seconds * kOutputRateHz);
    EXPECT_EQ(take_over_weight(change, -100), 0);
    EXPECT_EQ(take_over_weight(change, change.begin_frame), 0);
    EXPECT_EQ(take_over_weight(change, change.end_frame), 1);
    const double factor = std::pow(10, rise_db / 20);
    double last_db = 0;
    for (FrameCount frame = 6400; frame <= change.end_frame; frame += 64) {
      const double weight = take_over_weight(change, frame);
      const double level_db = 20 * std::log10(1 + weight * (factor - 1));
      EXPECT_LE(std::abs(level_db - last_db), kTakeOverDbPerSecond * 64 / kOutputRateHz + 1e-9);
      last_db = level_db;
    }
    EXPECT_NEAR(last_db, rise_db, 1e-3);
  }
}

TEST(TakeOverTest, ItTakesItsTimeForEveryDecibelOfAnyThird) {
  const AudioBuffer track = test::music(8, 0.4, 1);
  const TakeOver change = change_for(track, {Preset::kWarm, 100});
  EXPECT_EQ(change.begin_frame % 64, 0);
  EXPECT_EQ(change.end_frame % 64, 0);
  EXPECT_GE(change.begin_frame, kFrom);
  const double seconds = static_cast<double>(change.end_frame - change.begin_frame) / kOutputRateHz;
  EXPECT_GE(seconds * kTakeOverDbPerSecond, std::abs(change.rise_db));
  const TrackProfile profile = measure(track);
  for (std::size_t third = 0; third < kThirdOctaveCount; ++third) {
    // In the middle; the sides are a part of the power only.
    if (profile.spectrum_db[third] < kEmptyThirdDb) continue;
    const double step_db = change.after.gain_db + change.after.tone.mid_db[third] -
                           change.before.gain_db - change.before.tone.mid_db[third];
    EXPECT_LE(std::abs(step_db), seconds * kTakeOverDbPerSecond + 0.5);
  }
}

TEST(TakeOverTest, OutsideTheBlendTheChainsAreLeftAlone) {
  const AudioBuffer track = test::music(30, 0.4, 2);
  for (int preset = 0; preset < kPresetCount; ++preset) {
    SCOPED_TRACE(preset);
    const TakeOver change = change_for(track, {static_cast<Preset>(preset), 100});
    ASSERT_LT(change.end_frame + 48000, track.frames());
    const AudioBuffer both = run(TakeOverChain(change), track);
    const AudioBuffer before = run(Enhancer(change.before), track);
    const AudioBuffer after = run(Enhancer(change.after), track);
    for (int c = 0; c < 2; ++c) {
      const auto begin = static_cast<std::ptrdiff_t>(change.begin_frame);
      const auto end = static_cast<std::ptrdiff_t>(change.end_frame);
      EXPECT_TRUE(std::equal(both.channel(c).begin(), both.channel(c).begin() + begin,
                             before.channel(c).begin()));
      // a + 1 * (b - a) is b but for rounding.
      for (std::ptrdiff_t i = 0; i < both.frames(); ++i) {
        const auto at = static_cast<std::size_t>(i);
        const double weight = take_over_weight(change, i);
        const double a = before.channel(c)[at];
        const double b = after.channel(c)[at];
        ASSERT_NEAR(both.channel(c)[at], a + weight * (b - a), 1e-5) << i;
        if (i >= end) {
          ASSERT_NEAR(both.channel(c)[at], b, 1e-6) << i;
        }
      }
    }
  }
}

TEST(TakeOverTest, AColdStartGivesTheBitsOfRunningThrough) {
  const AudioBuffer track = test::music(12, 0.6, 3);
  const TakeOver change = change_for(track, {Preset::kPunchy, 100});
  const AudioBuffer whole = run(TakeOverChain(change), track);
  EXPECT_EQ(test::first_difference(run(TakeOverChain(change), track, 777), whole), -1);
  std::mt19937 random(1);
  TakeOverChain chain(change);
  for (int round = 0; round < 6; ++round) {
    const FrameCount begin =
        change.begin_frame - 20000 + static_cast<FrameCount>(random() % 200000);
    const FrameCount end = begin + 5000;
    const FrameCount first = std::max<FrameCount>(begin - chain.left_context_frames(), 0) /
                             Enhancer::kGridFrames * Enhancer::kGridFrames;
    AudioBuffer window(2, 0);
    window.append(BufferSlice(track, first, end + chain.latency_frames()).view());
    chain.reset(first);
    chain.process(BufferSlice(window).view(), MutableSlice(window).view());
    window.drop_front(begin - first + chain.latency_frames());
    AudioBuffer expected(2, 0);
    expected.append(BufferSlice(whole, begin, end).view());
    EXPECT_EQ(test::first_difference(window, expected), -1) << begin;
  }
}

TEST(TakeOverTest, ComparedOriginalsKeepTheirSamples) {
  const AudioBuffer track = test::music(8, 0.9, 4);
  const TakeOver change =
      change_for(track, {.preset = Preset::kGentle, .compare = Compare::kOriginal});
  TakeOverChain chain(change);
  EXPECT_EQ(chain.latency_frames(), 0);
  const AudioBuffer out = run(chain, track);
  const double before = std::pow(10, change.before.trim_db / 20);
  const double after = std::pow(10, change.after.trim_db / 20);
  for (const FrameCount frame : {FrameCount{100}, change.begin_frame, track.frames() - 1}) {
    const double weight = take_over_weight(change, frame);
    const auto at = static_cast<std::size_t>(frame);
    EXPECT_NEAR(out.channel(0)[at], track.channel(0)[at] * (before + weight * (after - before)),
                1e-6);
  }
}

TEST(TakeOverTest, WhatTheStagesDoIsTheMeanOfBoth) {
  const AudioBuffer track = test::music(10, 1.0, 5);
  const TakeOver change = change_for(track, {Preset::kPunchy, 100});
  TakeOverChain chain(change);
  Enhancer after(change.after);
  run(chain, track);
  run(after, track);
  float most = 0;
  for (FrameCount packet = 10; packet < 450; ++packet) {
    const auto weight = static_cast<float>(take_over_weight(change, packet * kPacketFrames));
    const float deepest = after.gains_of_packet(packet).low_db;
    EXPECT_NEAR(chain.gains_of_packet(packet).low_db, weight * deepest, 1e-4F);
    most = std::min(most, deepest);
  }
  EXPECT_LT(most, -0.1F);
}

}  // namespace
}  // namespace engine
