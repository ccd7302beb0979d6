#include "engine/enhance/analyzer.h"

#include <array>
#include <cmath>
#include <limits>

#include <gtest/gtest.h>

#include "tests/engine/dsp/test_signals.h"

namespace engine {
namespace {

TrackProfile measure(const AudioBuffer& track, const std::vector<FrameRange>& probes) {
  Analyzer analyzer;
  for (const FrameRange& probe : probes) {
    analyzer.begin_probe(probe.begin);
    analyzer.add(BufferSlice(track, probe.begin, probe.end).view());
  }
  return analyzer.finish(track.frames());
}

TrackProfile measure_full(const AudioBuffer& track) {
  return measure(track, {{0, track.frames()}});
}

TEST(AnalyzerTest, ScheduleCoversShortTracksWholeAndLongOnesEvenly) {
  EXPECT_TRUE(probe_schedule(0).empty());
  EXPECT_EQ(probe_schedule(1), (std::vector<FrameRange>{{0, 1}}));
  const FrameCount short_track = kProbeCount * kShortTrackProbeFrames;
  EXPECT_EQ(probe_schedule(short_track), (std::vector<FrameRange>{{0, short_track}}));
  for (const FrameCount frames :
       {short_track + 1, FrameCount{48000} * 200, FrameCount{48000} * 86400}) {
    const auto probes = probe_schedule(frames);
    ASSERT_EQ(probes.size(), static_cast<std::size_t>(kProbeCount));
    FrameCount previous_end = 0;
    for (std::size_t i = 0; i < probes.size(); ++i) {
      EXPECT_EQ(probes[i].size(),
                frames < kShortTrackFrames ? kShortTrackProbeFrames : kProbeFrames);
      EXPECT_GE(probes[i].begin, previous_end);
      EXPECT_LE(probes[i].end, frames);
      // Each lies in its own part of the track.
      const FrameCount part = frames / kProbeCount;
      EXPECT_EQ(probes[i].begin / part, static_cast<FrameCount>(i));
      EXPECT_LE(probes[i].end, part * static_cast<FrameCount>(i + 1));
      previous_end = probes[i].end;
    }
  }
}

TEST(AnalyzerTest, ProbesDoNotKeepStepWithTheBars) {
  // They wander over the inner fifth of their parts: no quarter of it holds half of them.
  const FrameCount frames = FrameCount{48000} * 240;
  const FrameCount part = frames / kProbeCount;
  std::array<int, 4> quarters{};
  for (const FrameRange& probe : probe_schedule(frames)) {
    const FrameCount room = part - probe.size();
    const FrameCount place = probe.begin % part - room * 4 / 10;
    ++quarters[static_cast<std::size_t>(std::clamp<FrameCount>(place * 20 / room, 0, 3))];
  }
  for (const int count : quarters) EXPECT_LT(count, kProbeCount / 2);
  EXPECT_EQ(probe_schedule(frames, 32).size(), 32u);
}

TEST(AnalyzerTest, MeasuresAToneExactly) {
  const AudioBuffer track = test::stereo(test::sine(30, 1000, test::from_db(-18)));
  const TrackProfile full = measure_full(track);
  EXPECT_TRUE(full.full);
  EXPECT_EQ(full.probe_count, 1);
  EXPECT_EQ(full.measured_frames, track.frames());
  EXPECT_NEAR(full.integrated_loudness_lufs, -18, 0.05);
  EXPECT_NEAR(full.true_peak_dbtp, -18, 0.05);
  EXPECT_NEAR(full.peak_p99_dbtp, -18, 0.1);
  const TrackProfile probed = measure(track, probe_schedule(track.frames()));
  EXPECT_FALSE(probed.full);
  EXPECT_EQ(probed.probe_count, kProbeCount);
  EXPECT_NEAR(probed.integrated_loudness_lufs, -18, 0.05);
  EXPECT_NEAR(probed.true_peak_dbtp, -18, 0.05);
}

// Samples 3 dB below their true peaks: the loudest place of the track, behind a sample that is far
// above all of it.
TEST(AnalyzerTest, PeaksBehindAWildSampleAreKnown) {
  constexpr FrameCount kWild = 10 * kOutputRateHz;
  AudioBuffer track = test::stereo(test::sine(30, 1000, test::from_db(-20)));
  for (int c = 0; c < kOutputChannelCount; ++c) {
    const auto samples = track.channel(c);
    for (FrameCount i = 0; i < kOutputRateHz; ++i) {
      const double phase = 0.5 * 3.14159265358979 * (static_cast<double>(i) + 0.5);
      samples[static_cast<std::size_t>(kWild + 4800 + i)] =
          static_cast<float>(test::from_db(-6) * std::sin(phase));
    }
  }
  const TrackProfile without = measure_full(track);
  EXPECT_NEAR(without.true_peak_dbtp, -6, 0.5);
  track.channel(0)[kWild] = static_cast<float>(test::from_db(85));
  const TrackProfile with = measure_full(track);
  EXPECT_NEAR(with.true_peak_dbtp, without.true_peak_dbtp, 0.05);
  EXPECT_NEAR(with.opus_peak_dbtp, without.opus_peak_dbtp, 0.05);
  EXPECT_NEAR(with.peak_p99_dbtp, without.peak_p99_dbtp, 0.05);
}

TEST(AnalyzerTest, ProbesComeCloseToTheWholeTrack) {
  for (std::uint64_t seed = 1; seed <= 6; ++seed) {
    SCOPED_TRACE(seed);
    const AudioBuffer track = test::music(90, 0.7, seed);
    const TrackProfile full = measure_full(track);
    const TrackProfile probed = measure(track, probe_schedule(track.frames()));
    EXPECT_NEAR(probed.integrated_loudness_lufs, full.integrated_loudness_lufs, 1.2);
    EXPECT_LE(probed.true_peak_dbtp, full.true_peak_dbtp);
    EXPECT_NEAR(probed.peak_p99_dbtp, full.peak_p99_dbtp, 2.0);
    EXPECT_LE(full.peak_p99_dbtp, full.opus_peak_dbtp);
    for (std::size_t part = 0; part < kLoudPeakCount; ++part) {
      EXPECT_NEAR(probed.loud_peaks_dbtp[part], full.loud_peaks_dbtp[part], 3.0);
    }
  }
}

TEST(AnalyzerTest, PlacesThatCrowdDoNotCountMore) {
  // A loud half and one 8 dB quieter; three of four probes fall into the loud one.
  test::Mono signal = test::sine(60, 1000, 0.5);
  test::append(signal, test::sine(60, 1000, 0.5 * test::from_db(-8)));
  const AudioBuffer track = test::stereo(signal);
  std::vector<FrameRange> probes;
  for (FrameCount i = 0; i < 30; ++i) probes.push_back({i * 96000 + 40000, i * 96000 + 51520});
  for (FrameCount i = 0; i < 10; ++i) {
    probes.push_back({2880000 + i * 288000 + 140000, 2880000 + i * 288000 + 151520});
  }
  const TrackProfile full = measure_full(track);
  EXPECT_NEAR(measure(track, probes).integrated_loudness_lufs, full.integrated_loudness_lufs, 0.1);
}

TEST(AnalyzerTest, PieceSizeHasNoInfluenceOnTheProfile) {
  const AudioBuffer track = test::music(12, 0.7, 3);
  const auto probes = probe_schedule(track.frames());
  const TrackProfile whole = measure(track, probes);
  test::Random random(9);
  Analyzer analyzer;
  for (const FrameRange& probe : probes) {
    analyzer.begin_probe(probe.begin);
    for (FrameCount at = probe.begin; at < probe.end;) {
      const FrameCount end = std::min(probe.end, at + random.integer(1, 2000));
      analyzer.add(BufferSlice(track, at, end).view());
      at = end;
    }
  }
  EXPECT_EQ(analyzer.finish(track.frames()), whole);
}

TEST(AnalyzerTest, ProbeEdgesDoNotReadAsPeaks) {
  // Low tone at 0.5: a filter that saw the cut would overshoot.
  const AudioBuffer track = test::stereo(test::sine(30, 20, 0.5));
  const TrackProfile probed = measure(track, probe_schedule(track.frames()));
  EXPECT_NEAR(probed.true_peak_dbtp, -6.02, 0.02);
}

TEST(AnalyzerTest, EnvelopePercentileFollowsTheReleaseOfTheLimiter) {
  // Four clicks of full scale in 60 s of -40 dB (one alone would be damage): the envelope is down
  // 10 dB after a third of a second.
  test::Mono signal = test::sine(60, 300, test::from_db(-40));
  for (std::size_t i = 1; i <= 4; ++i) signal[i * 480000] = 1.0f;
  const TrackProfile four = measure_full(test::stereo(signal));
  EXPECT_NEAR(four.true_peak_dbtp, 0, 0.2);
  EXPECT_LT(four.peak_p99_dbtp, -4);
  EXPECT_GT(four.peak_p99_dbtp, -6);
  // Two dozen keep it up for one hundredth of the time.
  for (std::size_t i = 1; i < 24; ++i) signal[i * 100000] = 1.0f;
  EXPECT_GT(measure_full(test::stereo(signal)).peak_p99_dbtp, -2);
}

TEST(AnalyzerTest, SeesThePeaksThatOpusHighPassMakes) {
  // A tone on an offset that changes sign every 0.2 s: the high-pass follows too late.
  test::Mono signal = test::sine(20, 1000, 0.2);
  for (std::size_t i = 0; i < signal.size(); ++i) {
    signal[i] += i / 9600 % 2 == 0 ? 0.3f : -0.3f;
  }
  const TrackProfile profile = measure_full(test::stereo(signal));
  EXPECT_GT(profile.opus_peak_dbtp, profile.true_peak_dbtp + 2.5);
  EXPECT_LT(profile.opus_peak_dbtp, profile.true_peak_dbtp + 6.0);
  // Far above 3 Hz nothing is added.
  const TrackProfile tone = measure_full(test::stereo(test::sine(20, 1000, 0.5)));
  EXPECT_NEAR(tone.opus_peak_dbtp, tone.true_peak_dbtp, 0.02);
}

TEST(AnalyzerTest, LoudPeaksAreWeightedByLoudness) {
  // Nine tenths of the time at -40 dB, the rest at -10: nearly all the power is in the loud part.
  test::Mono signal = test::sine(36, 1000, test::from_db(-40));
  test::append(signal, test::sine(4, 1000, test::from_db(-10)));
  const TrackProfile profile = measure_full(test::stereo(signal));
  for (const double level : profile.loud_peaks_dbtp) EXPECT_NEAR(level, -10, 0.1);
  // Half of the power at each level.
  signal = test::sine(20, 1000, test::from_db(-20));
  test::append(signal, test::sine(2, 1000, test::from_db(-10)));
  const TrackProfile halves = measure_full(test::stereo(signal));
  for (std::size_t i = 0; i < kLoudPeakCount; ++i) {
    EXPECT_NEAR(halves.loud_peaks_dbtp[i], i < kLoudPeakCount / 2 ? -20 : -10, 0.1) << i;
  }
}

TEST(AnalyzerTest, SilenceEmptyAndVeryShortTracksGiveTheFloor) {
  const TrackProfile silent = measure_full(AudioBuffer(2, 48000 * 3));
  EXPECT_EQ(silent.integrated_loudness_lufs, kLoudnessFloorLufs);
  EXPECT_EQ(silent.true_peak_dbtp, kLevelFloorDb);
  EXPECT_EQ(silent.opus_peak_dbtp, kLevelFloorDb);
  for (const double level : silent.loud_peaks_dbtp) EXPECT_EQ(level, kLevelFloorDb);
  EXPECT_TRUE(silent.full);
  Analyzer nothing;
  const TrackProfile empty = nothing.finish(0);
  EXPECT_EQ(empty.integrated_loudness_lufs, kLoudnessFloorLufs);
  EXPECT_TRUE(empty.full);
  // 0.1 s: too short for a gating block, but its peak counts.
  const TrackProfile brief = measure_full(test::stereo(test::sine(0.1, 1000, 0.5)));
  EXPECT_NEAR(brief.true_peak_dbtp, -6.02, 0.05);
  EXPECT_TRUE(brief.full);
}

TEST(AnalyzerTest, NanAndInfinityCountAsZero) {
  AudioBuffer track = test::stereo(test::sine(5, 1000, 0.1));
  const TrackProfile clean = measure_full(track);
  track.channel(0)[1000] = std::numeric_limits<float>::quiet_NaN();
  track.channel(1)[2000] = std::numeric_limits<float>::infinity();
  const TrackProfile dirty = measure_full(track);
  EXPECT_NEAR(dirty.integrated_loudness_lufs, clean.integrated_loudness_lufs, 0.01);
  EXPECT_TRUE(std::isfinite(dirty.true_peak_dbtp));
}

/// What must not differ between a song and the same song with damage in one place.
void expect_same(const TrackProfile& a, const TrackProfile& b) {
  EXPECT_NEAR(a.integrated_loudness_lufs, b.integrated_loudness_lufs, 0.2);
  EXPECT_NEAR(a.loudness_range_lu, b.loudness_range_lu, 0.3);
  EXPECT_NEAR(a.true_peak_dbtp, b.true_peak_dbtp, 0.5);
  EXPECT_NEAR(a.opus_peak_dbtp, b.opus_peak_dbtp, 0.5);
  EXPECT_NEAR(a.peak_p99_dbtp, b.peak_p99_dbtp, 0.5);
  EXPECT_NEAR(a.treble_peak_db, b.treble_peak_db, 1.5);
  EXPECT_EQ(a.bandwidth_hz, b.bandwidth_hz);
  EXPECT_EQ(a.clipped_runs, b.clipped_runs);
  for (std::size_t i = 0; i < kLoudPeakCount; ++i) {
    EXPECT_NEAR(a.loud_peaks_dbtp[i], b.loud_peaks_dbtp[i], 0.5);
  }
  for (std::size_t i = 0; i < kThirdOctaveCount; ++i) {
    EXPECT_NEAR(a.spectrum_db[i], b.spectrum_db[i], 1.0) << i;
  }
  for (std::size_t i = 0; i < a.band_levels_db.size(); ++i) {
    EXPECT_NEAR(a.band_levels_db[i], b.band_levels_db[i], 0.8) << i;
  }
}

TEST(AnalyzerTest, OneDamagedPlaceChangesHardlyAnything) {
  const AudioBuffer track = test::music(20, 0.4, 3);
  const AudioBuffer noise = test::stereo(test::noise(1, 1, 5));
  struct Case {
    FrameCount frames;
    float level;
  };
  for (const Case damage : {Case{1, 64}, Case{1200, 64}, Case{1200, 10}, Case{9600, 2}}) {
    SCOPED_TRACE(damage.frames);
    for (const FrameCount at :
         {FrameCount{0}, FrameCount{480123}, track.frames() - damage.frames}) {
      SCOPED_TRACE(at);
      AudioBuffer damaged = track;
      for (int c = 0; c < 2; ++c) {
        for (FrameCount i = 0; i < damage.frames; ++i) {
          damaged.channel(c)[static_cast<std::size_t>(at + i)] =
              damage.level *
              (damage.frames == 1 ? 1.0f : noise.channel(c)[static_cast<std::size_t>(i)]);
        }
      }
      const TrackProfile profile = measure_full(damaged);
      expect_same(profile, measure_full(track));
      EXPECT_GE(profile.left_out_frames, at + damage.frames == track.frames() ? 0 : damage.frames);
    }
  }
  EXPECT_EQ(measure_full(track).left_out_frames, 0);
}

TEST(AnalyzerTest, ClippedRunsOfADamagedPlaceDoNotCount) {
  AudioBuffer track = test::music(20, 0.4, 3);
  for (std::size_t i = 480000; i < 481200; ++i) track.channel(0)[i] = i % 2 == 0 ? 30.0f : -30.0f;
  Analyzer analyzer;
  analyzer.begin_probe(0);
  for (FrameCount at = 0; at < track.frames(); at += 4800) {
    // Three runs everywhere, and many where the damage is; the piece before it touches it.
    analyzer.add(BufferSlice(track, at, at + 4800).view(), at == 480000 ? 500 : 3);
  }
  EXPECT_EQ(analyzer.finish(track.frames()).clipped_runs, 3 * (200 - 2));
}

TEST(AnalyzerTest, WhatIsMeasuredWholeIsJudgedInStretches) {
  // 13 minutes: more than is held at once; damage in the first stretch and in the last.
  AudioBuffer minute = test::music(60, 0.4, 3);
  const auto measure_minutes = [&](bool damaged) {
    Analyzer analyzer;
    analyzer.begin_probe(0);
    for (int i = 0; i < 13; ++i) {
      AudioBuffer audio = minute;
      for (std::size_t frame = 0; damaged && i % 12 == 0 && frame < 1000; ++frame) {
        audio.channel(1)[480000 + frame] = frame % 2 == 0 ? 50.0f : -50.0f;
      }
      analyzer.add(BufferSlice(audio).view());
    }
    return analyzer.finish(13 * minute.frames());
  };
  const TrackProfile clean = measure_minutes(false);
  const TrackProfile damaged = measure_minutes(true);
  EXPECT_EQ(clean.left_out_frames, 0);
  EXPECT_GE(damaged.left_out_frames, 2 * 1000);
  expect_same(damaged, clean);
}

TEST(AnalyzerTest, ConstantOffsetIsNotLoudness) {
  AudioBuffer track(2, 48000 * 60);
  for (float& sample : track.channel(0)) sample = 0.5f;
  const TrackProfile probed = measure(track, probe_schedule(track.frames()));
  EXPECT_LT(probed.integrated_loudness_lufs, -60);
}

}  // namespace
}  // namespace engine
