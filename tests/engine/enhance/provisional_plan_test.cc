#include "engine/enhance/provisional_plan.h"

#include <algorithm>
#include <cmath>

#include <gtest/gtest.h>

#include "engine/enhance/plan_key.h"
#include "tests/engine/enhance/plan_profiles.h"

namespace engine {
namespace {

using test::corridor_profile;

/// A track of some loudness, with 14 dB of peaks above it, as `probes` probes saw it.
TrackProfile seen_by(int probes, double loudness_lufs) {
  TrackProfile profile = corridor_profile(loudness_lufs, loudness_lufs + 14, loudness_lufs + 11);
  profile.probe_count = probes;
  // A tilt, so that there is tone to correct.
  for (std::size_t band = 0; band < kCorridorBandCount; ++band) {
    profile.corridor_db[band] -= 2.0 * static_cast<double>(band);
  }
  for (std::size_t third = 0; third < kThirdOctaveCount; ++third) {
    profile.spectrum_db[third] -=
        2.0 * static_cast<double>(corridor_band_of(kThirdOctavesHz[third]));
  }
  return profile;
}

double change_lu(const EnhancementPlan& plan) {
  return plan.expected_lufs - plan.source_lufs;
}

double largest_tone_db(const EnhancementPlan& plan) {
  double largest = 0;
  for (const double gain_db : plan.tone.mid_db) largest = std::max(largest, std::abs(gain_db));
  return largest;
}

TEST(ProvisionalPlanTest, NothingIsLouderThanFewProbesAllow) {
  for (int preset = 0; preset < kPresetCount; ++preset) {
    for (const int intensity : {1, 40, 100}) {
      const EnhancementSettings settings{static_cast<Preset>(preset), intensity};
      for (double lufs = -35; lufs <= -6; lufs += 0.5) {
        for (const int probes : {0, 1, 2, 3, 8, kWholePlanProbes - 1}) {
          const TrackProfile profile = seen_by(probes, lufs);
          const double given = change_lu(make_provisional_plan(profile, settings));
          const double measured = change_lu(make_plan(profile, settings));
          SCOPED_TRACE(::testing::Message()
                       << preset << " " << intensity << " " << lufs << " " << probes);
          if (probes < kSpreadProbesMin) {
            EXPECT_LE(given, 0);
          } else {
            const double error_lu = kProbeErrorLu / std::sqrt(probes);
            EXPECT_LE(given, std::max(measured - error_lu, std::min(measured, 0.0)) + 1e-9);
            EXPECT_GE(given, std::min(measured, 0.0) - 1e-9) << "nor lower than need be";
          }
        }
      }
    }
  }
}

TEST(ProvisionalPlanTest, NothingIsAssumedOfWhatIsUnknown) {
  const EnhancementSettings settings{Preset::kAdaptive, 100};
  const EnhancementPlan plan = make_provisional_plan({}, settings);
  EXPECT_FALSE(plan.bypass);
  EXPECT_DOUBLE_EQ(plan.gain_db, -14.0 - kUnknownLufs);
  EXPECT_EQ(largest_tone_db(plan), 0);
  EXPECT_DOUBLE_EQ(plan.ceiling_dbtp, make_plan(seen_by(48, -9), settings).ceiling_dbtp);
  // Whatever else an empty profile holds does not count.
  TrackProfile other = seen_by(48, -30);
  other.probe_count = 0;
  EXPECT_EQ(make_provisional_plan(other, settings).gain_db, plan.gain_db);
  // A track that began with silence is as unknown.
  TrackProfile silent;
  silent.probe_count = 5;
  EXPECT_EQ(make_provisional_plan(silent, settings).gain_db, plan.gain_db);
}

TEST(ProvisionalPlanTest, LevelDecidesWhatIsUnknown) {
  EnhancementSettings settings{Preset::kPunchy, 50};
  EXPECT_DOUBLE_EQ(make_provisional_plan({}, settings).gain_db, 0.5 * (-13.0 - kUnknownLufs));
  settings.level = Level::kOff;
  EXPECT_EQ(make_provisional_plan({}, settings).gain_db, 0);
  settings.level = Level::kAlbum;
  settings.album_loudness_mlufs = -7000;
  EXPECT_DOUBLE_EQ(make_provisional_plan({}, settings).gain_db, 0.5 * (-13.0 + 7.0));
  settings.album_loudness_mlufs = -20000;
  EXPECT_EQ(make_provisional_plan({}, settings).gain_db, 0);
}

TEST(ProvisionalPlanTest, AStartCanOnlyLowerTheLevel) {
  const EnhancementSettings settings{Preset::kAdaptive, 100};
  const double blind = change_lu(make_provisional_plan({}, settings));
  EXPECT_DOUBLE_EQ(change_lu(make_provisional_plan(seen_by(1, -30), settings)), blind);
  const double loud = change_lu(make_plan(seen_by(1, -7), settings));
  EXPECT_NEAR(change_lu(make_provisional_plan(seen_by(1, -7), settings)), 0.5 * (blind + loud),
              1e-9);
}

TEST(ProvisionalPlanTest, ToneComesWithTheEvidence) {
  const EnhancementSettings settings{Preset::kAdaptive, 100};
  const double whole = largest_tone_db(make_plan(seen_by(48, -18), settings));
  ASSERT_GT(whole, 1);
  double last = -1;
  for (const int probes : {2, 3, 6, 8, kWholePlanProbes - 1}) {
    const double some = largest_tone_db(make_provisional_plan(seen_by(probes, -18), settings));
    EXPECT_GT(some, last);
    last = some;
    if (probes == 2) {
      EXPECT_EQ(some, 0);
    }
    if (probes == 8) {
      EXPECT_NEAR(some, whole * 8 / (8 + kHalfToneProbes), 1e-9);
    }
  }
  EXPECT_LT(last, whole);
}

TEST(ProvisionalPlanTest, OnlyToneGainAndLimiterAreThere) {
  for (int preset = 0; preset < kPresetCount; ++preset) {
    const TrackProfile profile = seen_by(kWholePlanProbes - 1, -20);
    const EnhancementPlan plan = make_provisional_plan(profile, {static_cast<Preset>(preset), 100});
    for (const BandCompressorSettings& band : plan.dynamics.bands) EXPECT_EQ(band.ratio, 1);
    EXPECT_EQ(plan.dynamics.deess_max_db, 0);
    EXPECT_EQ(plan.saturation.mix, 0);
    EXPECT_EQ(plan.transient_boost_db, 0);
    EXPECT_EQ(plan.clip_max_db, 0);
    EXPECT_GE(plan.treble_max_db + plan.gain_db, kLoudestTrebleDb - 1e-9);
  }
}

TEST(ProvisionalPlanTest, ManyProbesGiveTheWholePlan) {
  for (int preset = 0; preset < kPresetCount; ++preset) {
    for (const int intensity : {30, 100}) {
      for (const double lufs : {-9.0, -20.0, -30.0}) {
        const EnhancementSettings settings{static_cast<Preset>(preset), intensity};
        const TrackProfile profile = seen_by(kWholePlanProbes, lufs);
        EnhancementPlan plan = make_provisional_plan(profile, settings);
        const EnhancementPlan whole = make_plan(profile, settings);
        // But treble that no probe has met may pass.
        EXPECT_GE(plan.treble_max_db + plan.gain_db, kLoudestTrebleDb - 1e-9);
        EXPECT_GE(plan.treble_max_db, whole.treble_max_db);
        plan.treble_max_db = whole.treble_max_db;
        EXPECT_EQ(plan_key(plan), plan_key(whole));
      }
    }
  }
}

TEST(ProvisionalPlanTest, AComparisonIsOfOneLoudness) {
  EnhancementSettings settings{Preset::kAdaptive, 100};
  for (const int probes : {0, 1, 12}) {
    for (const double lufs : {-8.0, -24.0}) {
      settings.compare = Compare::kEnhanced;
      const EnhancementPlan enhanced = make_provisional_plan(seen_by(probes, lufs), settings);
      settings.compare = Compare::kOriginal;
      const EnhancementPlan original = make_provisional_plan(seen_by(probes, lufs), settings);
      EXPECT_TRUE(original.bypass);
      EXPECT_LE(original.trim_db, 0);
      EXPECT_NEAR(original.trim_db, change_lu(enhanced) + enhanced.trim_db, 1e-9);
    }
  }
}

TEST(ProvisionalPlanTest, IntensityZeroStaysTheOriginal) {
  const EnhancementPlan plan = make_provisional_plan(seen_by(3, -9), {Preset::kWarm, 0});
  EXPECT_TRUE(plan.bypass);
  EXPECT_EQ(plan.trim_db, 0);
}

}  // namespace
}  // namespace engine
