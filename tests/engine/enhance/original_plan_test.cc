// The plan of an original that has a level: as loud as the enhanced track, and never turned up.
#include <algorithm>
#include <cmath>
#include <set>

#include <gtest/gtest.h>

#include "engine/enhance/enhancement_plan.h"
#include "engine/enhance/plan_key.h"
#include "engine/enhance/provisional_plan.h"
#include "tests/engine/enhance/plan_profiles.h"

namespace engine {
namespace {

using test::corridor_profile;

/// Of a master of these years: dense, and everything near full scale.
TrackProfile loud_master() {
  return corridor_profile(-7.7, -1.0, -1.2);
}

TrackProfile quiet_master() {
  return corridor_profile(-23, -6, -9);
}

EnhancementSettings original_of(EnhancementSettings settings) {
  settings.enhanced = false;
  return settings;
}

double heard_lufs(const EnhancementPlan& plan) {
  return plan.expected_lufs + plan.trim_db;
}

/// Calls look(settings) for every preset, some intensities, and every level.
template <typename Look>
void each_setting(const Look& look) {
  for (int preset = 0; preset < kPresetCount; ++preset) {
    for (const int intensity : {1, 25, 60, 100}) {
      for (const Level level : {Level::kOff, Level::kTrack, Level::kAlbum}) {
        EnhancementSettings settings{static_cast<Preset>(preset), intensity, level};
        if (level == Level::kAlbum) settings.album_loudness_mlufs = -6'500;
        SCOPED_TRACE(::testing::Message()
                     << name_of(settings.preset) << " " << intensity << " " << name_of(level));
        look(settings);
      }
    }
  }
}

TEST(OriginalPlanTest, ALoudMasterIsAsLoudAsItWouldBeEnhanced) {
  each_setting([](const EnhancementSettings& settings) {
    if (settings.level == Level::kOff) return;
    const EnhancementPlan enhanced = make_plan(loud_master(), settings);
    const EnhancementPlan original = make_plan(loud_master(), original_of(settings));
    EXPECT_TRUE(original.bypass);
    EXPECT_EQ(original.settings, original_of(settings));
    EXPECT_DOUBLE_EQ(heard_lufs(original), enhanced.expected_lufs);
    EXPECT_DOUBLE_EQ(original.target_lufs, enhanced.expected_lufs);
    EXPECT_EQ(original.limited_by, GainLimit::kNone);
    EXPECT_EQ(original.shortfall_lu, 0);
  });
}

TEST(OriginalPlanTest, WithoutALevelOrAnIntensityNothingIsDone) {
  for (const TrackProfile& profile : {loud_master(), quiet_master(), TrackProfile{}}) {
    for (const int intensity : {0, 100}) {
      EnhancementSettings settings{Preset::kPunchy, intensity};
      settings.level = intensity > 0 ? Level::kOff : Level::kTrack;
      EXPECT_FALSE(needs_plan(original_of(settings)));
      const EnhancementPlan plan = make_plan(profile, original_of(settings));
      EXPECT_EQ(plan.trim_db, 0);
      EXPECT_EQ(plan_key(plan), plan_key(std::nullopt));
      EXPECT_EQ(plan_key(make_provisional_plan(profile, original_of(settings))),
                plan_key(std::nullopt));
    }
  }
}

TEST(OriginalPlanTest, WhatIsEnhancedIsLouderThanStaysAsItIs) {
  const EnhancementSettings settings{Preset::kWarm, 100};
  const EnhancementPlan enhanced = make_plan(quiet_master(), settings);
  const EnhancementPlan original = make_plan(quiet_master(), original_of(settings));
  ASSERT_GT(enhanced.expected_lufs, -20);
  EXPECT_EQ(plan_key(original), plan_key(std::nullopt));
  EXPECT_EQ(original.limited_by, GainLimit::kDownOnly);
  EXPECT_DOUBLE_EQ(original.shortfall_lu, enhanced.expected_lufs - -23.0);
}

TEST(OriginalPlanTest, PeaksAreKeptBelowTheCeilingOfThePreset) {
  for (int preset = 0; preset < kPresetCount; ++preset) {
    const EnhancementSettings settings{static_cast<Preset>(preset), 100};
    // As loud as the preset makes it anyway, but with peaks that no preset lets through.
    const TrackProfile profile = corridor_profile(-14, 1.5, -2);
    const EnhancementPlan enhanced = make_plan(profile, settings);
    const EnhancementPlan original = make_plan(profile, original_of(settings));
    EXPECT_LE(1.5 + original.trim_db, enhanced.ceiling_dbtp + 1e-9) << preset;
    EXPECT_LE(heard_lufs(original), enhanced.expected_lufs + 1e-9) << preset;
    if (heard_lufs(original) < enhanced.expected_lufs) {
      EXPECT_EQ(original.limited_by, GainLimit::kCeiling) << preset;
      EXPECT_DOUBLE_EQ(original.shortfall_lu, enhanced.expected_lufs - heard_lufs(original));
    }
  }
  EXPECT_EQ(make_plan(corridor_profile(-14, 1.5, -2), original_of({})).limited_by,
            GainLimit::kCeiling);
}

TEST(OriginalPlanTest, NoProfileTurnsItUpOrKeepsAReasonBack) {
  each_setting([](const EnhancementSettings& settings) {
    for (double lufs = -40; lufs <= -4; lufs += 1.5) {
      for (const double crest_db : {4.0, 9.0, 16.0, 22.0}) {
        const TrackProfile profile = corridor_profile(lufs, lufs + crest_db, lufs + crest_db - 2);
        const EnhancementPlan enhanced = make_plan(profile, settings);
        const EnhancementPlan original = make_plan(profile, original_of(settings));
        EXPECT_TRUE(std::isfinite(original.trim_db));
        EXPECT_LE(original.trim_db, 0);
        if (settings.level == Level::kOff) continue;
        const double missing_lu = enhanced.expected_lufs - heard_lufs(original);
        EXPECT_GE(missing_lu, -1e-9);
        EXPECT_NEAR(original.shortfall_lu, missing_lu, 1e-9);
        EXPECT_EQ(original.limited_by == GainLimit::kNone, original.shortfall_lu == 0);
        EXPECT_LE(
            lufs + crest_db + original.trim_db,
            std::max(enhanced.ceiling_dbtp, lufs + crest_db + std::min(0.0, -missing_lu)) + 1e-9);
      }
    }
  });
}

TEST(OriginalPlanTest, AnAlbumIsTurnedDownByOneGain) {
  EnhancementSettings settings = original_of({Preset::kWarm, 100, Level::kAlbum, -9'000});
  // The loudest track, and one that is to stay quieter.
  const EnhancementPlan loud = make_plan(corridor_profile(-9, 1, -1), settings);
  const EnhancementPlan quiet = make_plan(corridor_profile(-19, -8, -10), settings);
  EXPECT_NEAR(quiet.trim_db, -15.0 - -9.0, 1e-5);
  EXPECT_NEAR(loud.trim_db, quiet.trim_db, 0.5);
  // One that is quieter than the target is left alone, all of it.
  settings.album_loudness_mlufs = -19'000;
  EXPECT_EQ(make_plan(corridor_profile(-19, -8, -10), settings).trim_db, 0);
  EXPECT_EQ(make_plan(corridor_profile(-25, -14, -16), settings).trim_db, 0);
}

TEST(OriginalPlanTest, WhatHasNoLoudnessIsLeftAlone) {
  TrackProfile brief;
  brief.full = true;
  brief.measured_frames = 9600;
  brief.true_peak_dbtp = 0;
  brief.opus_peak_dbtp = 0;
  const EnhancementPlan plan = make_plan(brief, original_of({}));
  EXPECT_EQ(plan.limited_by, GainLimit::kTooShort);
  EXPECT_EQ(plan_key(plan), plan_key(std::nullopt));
  EXPECT_EQ(make_plan(TrackProfile{}, original_of({})).limited_by, GainLimit::kSilence);
}

TEST(OriginalPlanTest, ComparingDoesNotCount) {
  EnhancementSettings settings = original_of({});
  const EnhancementPlan plan = make_plan(loud_master(), settings);
  for (const Compare compare : {Compare::kEnhanced, Compare::kOriginal}) {
    settings.compare = compare;
    EXPECT_EQ(plan_key(make_plan(loud_master(), settings)), plan_key(plan));
  }
}

TEST(OriginalPlanTest, AProvisionalOneIsAsLoudAsTheProvisionalEnhanced) {
  each_setting([](const EnhancementSettings& settings) {
    for (const int probes : {0, 1, 3, 8, kWholePlanProbes}) {
      for (const double lufs : {-30.0, -20.0, -7.7}) {
        TrackProfile profile = corridor_profile(lufs, lufs + 8, lufs + 7);
        profile.probe_count = probes;
        const EnhancementPlan enhanced = make_provisional_plan(profile, settings);
        const EnhancementPlan original = make_provisional_plan(profile, original_of(settings));
        EXPECT_TRUE(original.bypass);
        const double change_lu = enhanced.expected_lufs - enhanced.source_lufs;
        if (settings.level == Level::kOff) {
          EXPECT_EQ(original.trim_db, 0);
        } else if (original.limited_by != GainLimit::kCeiling) {
          EXPECT_DOUBLE_EQ(original.trim_db, std::min(0.0, change_lu));
        }
      }
    }
  });
  // The loudest of these has its peaks at 0.3 dBTP; of nothing known there is no peak either.
  EXPECT_DOUBLE_EQ(make_provisional_plan({}, original_of({})).trim_db, -14.0 - kUnknownLufs);
}

TEST(OriginalPlanTest, TheKeyTellsEveryLoudnessApart) {
  std::set<std::uint64_t> keys = {plan_key(std::nullopt)};
  for (int preset = 0; preset < kPresetCount; ++preset) {
    const EnhancementSettings settings{static_cast<Preset>(preset), 100};
    const EnhancementPlan plan = make_plan(loud_master(), original_of(settings));
    keys.insert(plan_key(plan));
    EnhancementPlan other = plan;
    other.trim_db -= 0.001;
    EXPECT_NE(plan_key(other), plan_key(plan));
    EXPECT_NE(plan_key(make_plan(loud_master(), settings)), plan_key(plan));
  }
  EXPECT_GE(keys.size(), 3u);
}

}  // namespace
}  // namespace engine
