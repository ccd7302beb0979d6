// What is heard with the enhancement on and off: another sound at the same loudness, measured on
// rendered tracks (docs/decisions/honest-switch.md).
#include <algorithm>
#include <cmath>
#include <optional>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "engine/base/output_format.h"
#include "engine/enhance/analyzer.h"
#include "engine/enhance/plan_key.h"
#include "engine/session/session.h"
#include "tests/engine/dsp/signal_analysis.h"
#include "tests/engine/dsp/test_signals.h"
#include "tests/support/damaged_audio.h"
#include "tests/support/session_driver.h"

namespace engine {
namespace {

using testing::SessionDriver;

constexpr double kSameLoudnessLu = 0.5;
constexpr int kAlbumMlufs = -7'000;

/// A song, pressed against full scale by `drive` as masters are, then scaled.
std::vector<std::byte> master(double drive, double amplitude, double seconds = 16) {
  const AudioBuffer song = test::music(seconds, 1.0, 11);
  std::vector<float> interleaved;
  for (FrameCount i = 0; i < song.frames(); ++i) {
    for (int c = 0; c < kOutputChannelCount; ++c) {
      const double sample = double{song.channel(c)[static_cast<std::size_t>(i)]};
      interleaved.push_back(static_cast<float>(amplitude * std::tanh(drive * sample)));
    }
  }
  return testing::float_wav_file(interleaved, kOutputRateHz);
}

const std::vector<std::byte>& loud_master() {
  static const std::vector<std::byte> file = master(4.0, 0.98);
  return file;
}

const std::vector<std::byte>& quiet_master() {
  static const std::vector<std::byte> file = master(0.5, 0.15);
  return file;
}

struct Rendered {
  TrackProfile measured;
  std::optional<EnhancementPlan> plan;
  AudioBuffer frames{kOutputChannelCount, 0};
};

Rendered render(const std::vector<std::byte>& file,
                const std::optional<EnhancementSettings>& settings) {
  SessionOptions options;
  options.output = SessionOutput::kPcm;
  SessionDriver driver(file, options, {.piece_size = 1 << 20});
  EXPECT_TRUE(driver.session().set_enhancement(settings));
  Rendered rendered;
  for (std::int64_t chunk = 0; driver.open() && chunk < driver.track()->chunk_count; ++chunk) {
    rendered.frames.append(BufferSlice(driver.pcm(chunk)).view());
  }
  EXPECT_FALSE(driver.error());
  Analyzer analyzer;
  analyzer.begin_probe(0);
  analyzer.add(BufferSlice(rendered.frames).view());
  rendered.measured = analyzer.finish(rendered.frames.frames());
  if (driver.plan()) rendered.plan = driver.plan()->plan;
  return rendered;
}

double lufs(const Rendered& rendered) {
  return rendered.measured.integrated_loudness_lufs;
}

EnhancementSettings settings_of(int preset, Level level) {
  EnhancementSettings settings{static_cast<Preset>(preset), 100, level};
  if (level == Level::kAlbum) settings.album_loudness_mlufs = kAlbumMlufs;
  return settings;
}

EnhancementSettings switched_off(EnhancementSettings settings) {
  settings.enhanced = false;
  return settings;
}

class HonestSwitchTest : public ::testing::TestWithParam<Level> {};

TEST_P(HonestSwitchTest, ALoudMasterKeepsItsLoudnessWhenItIsSwitchedOff) {
  const double source_lufs = lufs(render(loud_master(), std::nullopt));
  ASSERT_GT(source_lufs, -8.5);
  for (int preset = 0; preset < kPresetCount; ++preset) {
    const EnhancementSettings settings = settings_of(preset, GetParam());
    const Rendered on = render(loud_master(), settings);
    const Rendered off = render(loud_master(), switched_off(settings));
    EXPECT_NEAR(lufs(off), lufs(on), kSameLoudnessLu) << name_of(settings.preset);
    EXPECT_LT(lufs(off), source_lufs - 3) << name_of(settings.preset);
    ASSERT_TRUE(off.plan);
    EXPECT_EQ(off.plan->limited_by, GainLimit::kNone) << name_of(settings.preset);
    EXPECT_LE(off.measured.true_peak_dbtp, on.plan->ceiling_dbtp) << name_of(settings.preset);
  }
}

TEST_P(HonestSwitchTest, AQuietMasterIsNotTurnedUp) {
  const Rendered source = render(quiet_master(), std::nullopt);
  ASSERT_LT(lufs(source), -20);
  for (int preset = 0; preset < kPresetCount; ++preset) {
    EnhancementSettings settings = settings_of(preset, GetParam());
    if (GetParam() == Level::kAlbum) {
      settings.album_loudness_mlufs = static_cast<int>(1000 * lufs(source));
    }
    const Rendered off = render(quiet_master(), switched_off(settings));
    EXPECT_EQ(test::first_difference(off.frames, source.frames), -1) << name_of(settings.preset);
    ASSERT_TRUE(off.plan);
    EXPECT_EQ(off.plan->limited_by, GainLimit::kDownOnly) << name_of(settings.preset);
    const double on_lufs = lufs(render(quiet_master(), settings));
    EXPECT_NEAR(off.plan->shortfall_lu, on_lufs - lufs(source), kSameLoudnessLu);
  }
}

TEST_P(HonestSwitchTest, AChunkDependsOnNothingThatWasPlayedBefore) {
  const EnhancementSettings settings = switched_off(settings_of(0, GetParam()));
  SessionDriver through(loud_master(), {});
  SessionDriver jumping(loud_master(), {});
  ASSERT_TRUE(through.session().set_enhancement(settings));
  // Another sound first.
  ASSERT_TRUE(jumping.session().set_enhancement(settings_of(1, GetParam())));
  jumping.clusters(2);
  ASSERT_TRUE(jumping.session().set_enhancement(settings));
  std::vector<std::vector<std::byte>> chunks;
  for (std::int64_t chunk = 0; chunk < 4; ++chunk) chunks.push_back(through.clusters(chunk));
  for (const std::int64_t chunk : {3, 0, 2, 1}) {
    EXPECT_EQ(jumping.clusters(chunk), chunks[static_cast<std::size_t>(chunk)]) << chunk;
  }
}

INSTANTIATE_TEST_SUITE_P(Levels, HonestSwitchTest, ::testing::Values(Level::kTrack, Level::kAlbum),
                         [](const auto& test) { return std::string(name_of(test.param)); });

/// Before anything is measured it is as loud as the enhanced would be, and then it gets there.
TEST(OriginalTest, TheFinalLoudnessTakesOverSlowly) {
  const std::vector<std::byte> file = master(4.0, 0.98, 44);
  const EnhancementSettings settings = switched_off(settings_of(1, Level::kTrack));
  SessionOptions options;
  options.output = SessionOutput::kPcm;
  SessionDriver driver(file, options, {.piece_size = 1 << 20});
  ASSERT_TRUE(driver.session().set_enhancement(settings));
  ASSERT_TRUE(driver.session().set_probe_budget(0));
  const AudioBuffer first = driver.pcm(0);
  ASSERT_TRUE(driver.plan() && driver.plan()->provisional);
  const double before_db = driver.plan()->plan.trim_db;
  EXPECT_LT(before_db, -4);
  driver.session().request_profile();
  while (const auto event = driver.next()) {
    if (std::holds_alternative<ProfileReady>(*event)) break;
  }
  ASSERT_TRUE(driver.session().take_over(kChunkFrames));
  const AudioBuffer last = driver.pcm(21);
  ASSERT_TRUE(driver.plan() && !driver.plan()->provisional);
  const double after_db = driver.plan()->plan.trim_db;
  EXPECT_LT(after_db, before_db - 0.5);
  const Rendered untouched = render(file, std::nullopt);
  const auto gain_db = [&](const AudioBuffer& chunk, FrameCount begin, FrameCount at) {
    const auto heard = chunk.channel(0)[static_cast<std::size_t>(at)];
    const auto source = untouched.frames.channel(0)[static_cast<std::size_t>(begin + at)];
    return 20 * std::log10(double{heard} / double{source});
  };
  EXPECT_NEAR(gain_db(first, 0, 1000), before_db, 1e-4);
  EXPECT_NEAR(gain_db(last, 21 * kChunkFrames, 1000), after_db, 1e-4);
}

TEST(OriginalTest, WithoutALevelTheOriginalPassesBitForBitAndUnmeasured) {
  const Rendered untouched = render(loud_master(), std::nullopt);
  for (EnhancementSettings settings :
       {settings_of(0, Level::kOff), settings_of(4, Level::kTrack)}) {
    if (settings.level == Level::kTrack) settings.intensity_percent = 0;
    const Rendered off = render(loud_master(), switched_off(settings));
    EXPECT_EQ(test::first_difference(off.frames, untouched.frames), -1);
    EXPECT_FALSE(off.plan);
  }
}

TEST(OriginalTest, TheKeyOfEveryChunkTellsTheLoudness) {
  std::vector<std::optional<std::uint64_t>> keys;
  for (const std::optional<EnhancementSettings>& settings :
       {std::optional<EnhancementSettings>(),
        std::optional(switched_off(settings_of(0, Level::kTrack))),
        std::optional(switched_off(settings_of(1, Level::kTrack))),
        std::optional(settings_of(0, Level::kTrack))}) {
    SessionDriver driver(loud_master(), {});
    ASSERT_TRUE(driver.session().set_enhancement(settings));
    ASSERT_TRUE(driver.session().request_chunk(1));
    while (const auto event = driver.next()) {
      const auto* cluster = std::get_if<ClusterReady>(&*event);
      if (cluster == nullptr) continue;
      ASSERT_TRUE(cluster->plan_key);
      keys.push_back(cluster->plan_key);
      break;
    }
  }
  ASSERT_EQ(keys.size(), 4u);
  EXPECT_EQ(keys[0], plan_key(std::nullopt));
  std::sort(keys.begin(), keys.end());
  EXPECT_EQ(std::unique(keys.begin(), keys.end()), keys.end());
}

}  // namespace
}  // namespace engine
