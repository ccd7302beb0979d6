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
  // One click of full scale in 60 s of -40 dB: the envelope is down 10 dB after a third of a
  // second.
  test::Mono signal = test::sine(60, 300, test::from_db(-40));
  signal[480000] = 1.0f;
  const TrackProfile one = measure_full(test::stereo(signal));
  EXPECT_NEAR(one.true_peak_dbtp, 0, 0.2);
  EXPECT_LT(one.peak_p99_dbtp, -17);
  EXPECT_GT(one.peak_p99_dbtp, -20);
  // Ten clicks keep it up for one hundredth of the time.
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

TEST(AnalyzerTest, ConstantOffsetIsNotLoudness) {
  AudioBuffer track(2, 48000 * 60);
  for (float& sample : track.channel(0)) sample = 0.5f;
  const TrackProfile probed = measure(track, probe_schedule(track.frames()));
  EXPECT_LT(probed.integrated_loudness_lufs, -60);
}

}  // namespace
}  // namespace engine
