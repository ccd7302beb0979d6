#include "engine/session/enhanced_source.h"

#include <gtest/gtest.h>

#include "engine/base/output_format.h"
#include "tests/support/music_signal.h"
#include "tests/support/opened_track.h"

namespace engine {
namespace {

using testing::first_difference;
using testing::OpenedTrack;

// 1.5 s at 48 kHz, so that frames without a plan are the samples of the file.
const std::vector<std::byte>& file() {
  static const std::vector<std::byte> bytes = [] {
    testing::PcmSignal shape;
    shape.sample_rate_hz = 48000;
    return testing::wav_file(testing::music_signal(shape, 1.5, 3));
  }();
  return bytes;
}

EnhancementPlan full_plan() {
  TrackProfile profile;
  profile.integrated_loudness_lufs = -20;
  profile.true_peak_dbtp = -3;
  profile.opus_peak_dbtp = -3;
  return make_plan(profile, {Preset::kPunchy, 100});
}

/// Prepares [begin, end) to the end and hands the frames over.
AudioBuffer prepared(EnhancedSource& enhanced, OpenedTrack& track, FrameCount begin,
                     FrameCount end) {
  auto& feeder = track.feeder();
  for (int step = 0; step < 1000; ++step) {
    const auto answer = feeder.run([&] { return enhanced.prepare(feeder.source(), begin, end); });
    if (!answer) break;
    if (std::holds_alternative<EnhancedPending>(*answer)) continue;
    AudioBuffer frames(kOutputChannelCount, 0);
    frames.append(enhanced.frames(begin, end).view());
    return frames;
  }
  ADD_FAILURE() << "frames are never ready";
  return AudioBuffer(kOutputChannelCount, end - begin);
}

TEST(EnhancedSourceTest, WithoutAPlanFramesPassUnchanged) {
  OpenedTrack track(file(), 4096);
  OpenedTrack plain(file(), testing::kWhole);
  EnhancedSource enhanced(track.pcm());
  enhanced.configure(std::nullopt);
  const AudioBuffer frames = prepared(enhanced, track, -960, 30'000);
  EXPECT_EQ(first_difference(frames, plain.read(-960, 30'960), 0), 30'960);
}

TEST(EnhancedSourceTest, AColdStartGivesTheBitsOfRunningThrough) {
  OpenedTrack track(file(), testing::kWhole);
  EnhancedSource running(track.pcm());
  running.configure(full_plan());
  const AudioBuffer reference = prepared(running, track, 0, 60'000);
  for (const FrameCount begin : {59'000, 1, 960, 20'011, 48'000}) {
    SCOPED_TRACE(begin);
    OpenedTrack other(file(), testing::kWhole);
    EnhancedSource cold(other.pcm());
    cold.configure(full_plan());
    const AudioBuffer part = prepared(cold, other, begin, begin + 1000);
    EXPECT_EQ(first_difference(part, reference, begin), 1000);
    // Going back and on within one source gives them too.
    const AudioBuffer again = prepared(running, track, begin, begin + 1000);
    EXPECT_EQ(first_difference(again, reference, begin), 1000);
  }
}

TEST(EnhancedSourceTest, APlanChangesTheFramesAndConfiguringForgetsIt) {
  OpenedTrack track(file(), testing::kWhole);
  EnhancedSource enhanced(track.pcm());
  enhanced.configure(full_plan());
  const AudioBuffer loud = prepared(enhanced, track, 0, 4800);
  enhanced.configure(std::nullopt);
  const AudioBuffer plain = prepared(enhanced, track, 0, 4800);
  EXPECT_LT(first_difference(loud, plain, 0), 4800);
  EXPECT_EQ(first_difference(plain, track.read(0, 4800), 0), 4800);
}

TEST(EnhancedSourceTest, OneCallComputesOneBoundedStep) {
  OpenedTrack track(file(), testing::kWhole);
  track.read(0, 72'000);  // All bytes are there from here on.
  EnhancedSource enhanced(track.pcm());
  enhanced.configure(std::nullopt);
  const FrameCount end = 3 * EnhancedSource::kStepFrames;
  for (int call = 0; call < 3; ++call) {
    const auto step = enhanced.prepare(track.feeder().source(), 0, end);
    ASSERT_TRUE(step);
    EXPECT_EQ(std::holds_alternative<EnhancedReady>(*step), call == 2) << call;
  }
}

}  // namespace
}  // namespace engine
