#include "engine/enhance/enhancement_plan.h"

#include <cmath>

#include <gtest/gtest.h>

#include "engine/dsp/limiter.h"
#include "engine/enhance/enhancer.h"
#include "engine/enhance/presets.h"
#include "tests/engine/enhance/plan_profiles.h"

namespace engine {
namespace {

TrackProfile profile_of(double loudness_lufs, double true_peak_dbtp, double peak_p99_dbtp) {
  return test::corridor_profile(loudness_lufs, true_peak_dbtp, peak_p99_dbtp);
}

EnhancementPlan plan_of(const TrackProfile& profile, Preset preset = Preset::kAdaptive,
                        int intensity_percent = 100) {
  return make_plan(profile, {preset, intensity_percent});
}

/// Sum of what the stages are expected to do to the loudness.
double stage_sum_lufs(const EnhancementPlan& plan) {
  return plan.source_lufs + plan.tone_gain_lu - plan.dynamics_loss_lu + plan.gain_db -
         plan.limiter_loss_lu;
}

TEST(EnhancementPlanTest, BringsOrdinaryMusicToTheTarget) {
  for (int i = 0; i < kPresetCount; ++i) {
    const auto preset = static_cast<Preset>(i);
    const EnhancementPlan plan = plan_of(profile_of(-19, -9, -11), preset);
    EXPECT_NEAR(plan.expected_lufs, preset_values(preset).target_lufs, 1e-5);
    EXPECT_NEAR(stage_sum_lufs(plan), plan.expected_lufs, 1e-9);
    EXPECT_EQ(plan.shortfall_lu, 0);
    EXPECT_EQ(plan.limited_by, GainLimit::kNone);
    EXPECT_DOUBLE_EQ(plan.ceiling_dbtp, preset_values(preset).ceiling_dbtp);
    EXPECT_FALSE(plan.bypass);
    EXPECT_FALSE(plan.restrained);
    EXPECT_EQ(plan.trim_db, 0);
  }
}

TEST(EnhancementPlanTest, NeverAddsMoreThanEightDecibels) {
  const EnhancementPlan plan = plan_of(profile_of(-40, -20, -25));
  EXPECT_NEAR(plan.expected_lufs - plan.source_lufs, kGainMaxDb, 1e-9);
  EXPECT_EQ(plan.limited_by, GainLimit::kGainMax);
  EXPECT_NEAR(plan.shortfall_lu, 18, 1e-9);
}

TEST(EnhancementPlanTest, LowersTheGainWhereTheLimiterWouldExceedItsCap) {
  // Peaks at -2 dBTP for more than 1 % of the time: 1.5 dB of reduction allow 2.38 dB.
  const EnhancementPlan plan = plan_of(profile_of(-19, -1.9, -2), Preset::kGentle);
  EXPECT_EQ(plan.limited_by, GainLimit::kLimiterCap);
  EXPECT_NEAR(plan.expected_lufs - plan.source_lufs, -1.0 - Limiter::kMarginDb + 1.5 + 2.0, 0.05);
  EXPECT_NEAR(plan.limiter_reduction_p99_db, 1.5, 1e-9);
  EXPECT_NEAR(plan.shortfall_lu, plan.target_lufs - plan.expected_lufs, 1e-9);
  EXPECT_GT(plan.shortfall_lu, 0.5);
  EXPECT_NEAR(stage_sum_lufs(plan), plan.expected_lufs, 1e-9);
}

TEST(EnhancementPlanTest, LowersTheGainWhereTheHighestPeaksWouldLoseTooMuch) {
  // One peak stands 21 dB above the loudness: at most 18.2 stay, below a ceiling of -1 dBTP.
  const EnhancementPlan plan = plan_of(profile_of(-22, -1, -9));
  EXPECT_EQ(plan.limited_by, GainLimit::kCrestCap);
  EXPECT_NEAR(plan.expected_lufs, -1.0 - Limiter::kMarginDb + 2.8 - 21.0, 1e-5);
  EXPECT_NEAR(plan.shortfall_lu, 5.32, 1e-5);
}

TrackProfile with_loud_peaks(TrackProfile profile, double lowest_dbtp, double highest_dbtp) {
  const double step = (highest_dbtp - lowest_dbtp) / static_cast<double>(kLoudPeakCount - 1);
  for (std::size_t i = 0; i < kLoudPeakCount; ++i) {
    profile.loud_peaks_dbtp[i] = lowest_dbtp + step * static_cast<double>(i);
  }
  return profile;
}

TEST(EnhancementPlanTest, ForeseesWhatTheLimiterTakes) {
  // Every peak is reduced by the same, at most 3 dB: that is the loss.
  const EnhancementPlan plan = plan_of(with_loud_peaks(profile_of(-19, -4, -4), -4, -4));
  EXPECT_EQ(plan.limited_by, GainLimit::kLimiterCap);
  EXPECT_NEAR(plan.limiter_loss_lu, 3.0, 0.05);
  EXPECT_NEAR(stage_sum_lufs(plan), plan.expected_lufs, 1e-9);
  // A sixteenth of the power is reduced: the gain makes up for the little that it costs.
  TrackProfile sparse = with_loud_peaks(profile_of(-16, -1.5, -2), -12, -12);
  sparse.loud_peaks_dbtp.back() = -1.52;
  const EnhancementPlan made_up = plan_of(sparse);
  EXPECT_EQ(made_up.limited_by, GainLimit::kNone);
  EXPECT_NEAR(made_up.expected_lufs, -14.0, 1e-5);
  EXPECT_GE(made_up.expected_lufs, -14.0);
  EXPECT_GT(made_up.limiter_loss_lu, 0.03);
  EXPECT_LT(made_up.limiter_loss_lu, 0.2);
  EXPECT_EQ(made_up.shortfall_lu, 0);
}

TEST(EnhancementPlanTest, FallsShortOnlyWithAReason) {
  for (double loudness = -40; loudness <= 0; loudness += 2) {
    for (double crest = 2; crest <= 26; crest += 3) {
      const double top = loudness + crest;
      const TrackProfile profile =
          with_loud_peaks(profile_of(loudness, top, top - 0.5), top - 12, top - 1);
      for (int i = 0; i < kPresetCount; ++i) {
        for (int percent = 1; percent <= 100; percent += 3) {
          const EnhancementPlan plan = plan_of(profile, static_cast<Preset>(i), percent);
          EXPECT_LE(plan.expected_lufs, loudness + kGainMaxDb + 1e-9);
          EXPECT_GE(plan.limiter_loss_lu, 0);
          EXPECT_NEAR(plan.expected_lufs, stage_sum_lufs(plan), 1e-9);
          if (plan.limited_by == GainLimit::kNone) {
            EXPECT_GE(plan.expected_lufs, plan.target_lufs - 1e-9);
            EXPECT_LE(plan.expected_lufs, plan.target_lufs + 1e-5);
            EXPECT_EQ(plan.shortfall_lu, 0);
          }
          if (percent == 100 && plan.limited_by == GainLimit::kLimiterCap) {
            const double cap_db = preset_values(static_cast<Preset>(i)).limiter_reduction_max_db;
            EXPECT_NEAR(plan.limiter_reduction_p99_db,
                        plan.restrained ? std::min(cap_db, kRestrainedReductionMaxDb) : cap_db,
                        1e-9);
          }
        }
      }
    }
  }
}

TEST(EnhancementPlanTest, OnlyAttenuatesLoudMasters) {
  for (int i = 0; i < kPresetCount; ++i) {
    const EnhancementPlan plan = plan_of(profile_of(-8, 0.3, 0), static_cast<Preset>(i));
    EXPECT_LT(plan.gain_db, -4);
    EXPECT_EQ(plan.shortfall_lu, 0);
  }
}

TEST(EnhancementPlanTest, HardlyLimitsLoudMasters) {
  const TrackProfile hot = profile_of(-10.5, 3.3, 3.3);
  for (const Level level : {Level::kOff, Level::kTrack}) {
    EnhancementSettings settings{Preset::kPunchy, 100};
    settings.level = level;
    const EnhancementPlan plan = make_plan(hot, settings);
    EXPECT_TRUE(plan.restrained);
    EXPECT_LE(plan.limiter_reduction_p99_db, kRestrainedReductionMaxDb + 1e-9);
  }
}

TEST(EnhancementPlanTest, NeitherRaisesLoudMastersNorLimitsDenseOnes) {
  for (int i = 0; i < kPresetCount; ++i) {
    const auto preset = static_cast<Preset>(i);
    for (double loudness = -60; loudness <= 3; loudness += 0.5) {
      const EnhancementPlan loud = plan_of(profile_of(loudness, 1, 0.5), preset);
      EXPECT_EQ(loud.restrained, loudness > kLoudMasterLufs || 1 - loudness < kDenseMasterPlrDb);
      if (loudness > kLoudMasterLufs) {
        EXPECT_LT(loud.gain_db, 0);
      }
      const double peak = loudness + kDenseMasterPlrDb - 0.01;
      const EnhancementPlan dense = plan_of(profile_of(loudness, peak, peak), preset);
      EXPECT_TRUE(dense.restrained);
      EXPECT_EQ(dense.limiter_reduction_p99_db, 0);
    }
  }
}

// Float files can hold anything.
TEST(EnhancementPlanTest, StagesGetWhatTheyCanBeAskedFor) {
  TrackProfile offset = profile_of(-17, 18, 17);
  offset.spectrum_db[0] = 14;  // Far below what is heard.
  TrackProfile spikes = profile_of(-20, 32, 10);
  for (const TrackProfile& profile : {offset, spikes}) {
    for (int i = 0; i < kPresetCount; ++i) {
      for (const int percent : {1, 2, 24, 100}) {
        const EnhancementPlan plan = plan_of(profile, static_cast<Preset>(i), percent);
        EXPECT_LE(plan.saturation.reference_db, 12);
        EXPECT_LE(plan.clip_threshold_dbfs, 20);
        const Enhancer enhancer(plan);  // Checks the rest.
        EXPECT_GT(enhancer.left_context_frames(), 0);
      }
    }
  }
}

TEST(EnhancementPlanTest, WhatIsBelowTheGateIsNotShaped) {
  // A hiss: no loudness, but peaks.
  TrackProfile hiss;
  hiss.true_peak_dbtp = hiss.opus_peak_dbtp = -50;
  hiss.peak_p99_dbtp = -52;
  for (int i = 0; i < kPresetCount; ++i) {
    const EnhancementPlan plan = plan_of(hiss, static_cast<Preset>(i));
    EXPECT_FALSE(plan.restrained);
    EXPECT_EQ(plan.gain_db, 0);
    EXPECT_EQ(plan.dynamics.bands[1].ratio, 1);
    EXPECT_EQ(plan.dynamics.deess_max_db, 0);
    EXPECT_EQ(plan.saturation.mix, 0);
    EXPECT_EQ(plan.transient_boost_db, 0);
    EXPECT_EQ(plan.clip_max_db, 0);
  }
}

TEST(EnhancementPlanTest, LeavesSilenceAlone) {
  const EnhancementPlan plan = plan_of(TrackProfile{});
  EXPECT_EQ(plan.gain_db, 0);
  EXPECT_EQ(plan.limited_by, GainLimit::kSilence);
  EXPECT_EQ(plan.shortfall_lu, 0);
}

TEST(EnhancementPlanTest, TellsSilenceFromWhatIsTooShort) {
  TrackProfile brief;
  brief.full = true;
  brief.measured_frames = 9600;
  EXPECT_EQ(plan_of(brief).limited_by, GainLimit::kSilence);
  brief.true_peak_dbtp = -30;
  EXPECT_TRUE(is_too_short(brief));
  EXPECT_EQ(plan_of(brief).limited_by, GainLimit::kTooShort);
  EXPECT_EQ(plan_of(brief).gain_db, 0);
  EXPECT_EQ(plan_of(brief, Preset::kAdaptive, 50).limited_by, GainLimit::kTooShort);
  // A block of 0.4 s below the gate is silence.
  brief.measured_frames = 19200;
  EXPECT_EQ(plan_of(brief).limited_by, GainLimit::kSilence);
}

TEST(EnhancementPlanTest, BoundsWhatOnlyDamageReaches) {
  TrackProfile profile = profile_of(-20, -6, -8);
  profile.treble_peak_db = -30;
  EnhancementPlan plan = plan_of(profile);
  EXPECT_DOUBLE_EQ(plan.input_max_dbfs, 4.5);
  // 10 dB above its own treble, at least where no music was found.
  EXPECT_DOUBLE_EQ(plan.treble_max_db, std::max(-20.0, -16 - plan.gain_db));
  profile.treble_peak_db = -2;
  plan = plan_of(profile);
  EXPECT_DOUBLE_EQ(plan.treble_max_db, -0.5);
  // Float files may lie above full scale as a whole.
  profile = profile_of(0, 12, 10);
  EXPECT_GE(plan_of(profile).input_max_dbfs, 16);
}

TEST(EnhancementPlanTest, IntensityScalesTheGainAndZeroBypasses) {
  const TrackProfile profile = profile_of(-19, -8, -10);
  EXPECT_TRUE(plan_of(profile, Preset::kAdaptive, 0).bypass);
  double previous = 0;
  for (int percent = 1; percent <= 100; ++percent) {
    const EnhancementPlan plan = plan_of(profile, Preset::kAdaptive, percent);
    EXPECT_FALSE(plan.bypass);
    EXPECT_NEAR(plan.target_lufs, -19 + 0.05 * percent, 1e-9);
    EXPECT_GT(plan.gain_db, previous);
    EXPECT_NEAR(plan.expected_lufs, plan.target_lufs, 1e-5);
    previous = plan.gain_db;
  }
}

TEST(EnhancementPlanTest, CeilingTendsToTheSourceNearZeroAndHoldsFromAQuarter) {
  const TrackProfile hot = profile_of(-12, 0.8, 0.2);
  EXPECT_GT(plan_of(hot, Preset::kAdaptive, 1).ceiling_dbtp, 0.8);
  for (int percent = 25; percent <= 100; ++percent) {
    EXPECT_DOUBLE_EQ(plan_of(hot, Preset::kPunchy, percent).ceiling_dbtp, -2.0);
  }
  double previous = 100;
  for (int percent = 1; percent <= 25; ++percent) {
    const double ceiling = plan_of(hot, Preset::kAdaptive, percent).ceiling_dbtp;
    EXPECT_LT(ceiling, previous);
    previous = ceiling;
  }
}

TEST(EnhancementPlanTest, IsPureAndFiniteForEveryProfile) {
  for (double loudness = -70; loudness <= 40; loudness += 5) {
    for (double crest = 0; crest <= 60; crest += 6) {
      const TrackProfile profile = profile_of(loudness, loudness + crest, loudness + crest - 1);
      for (int i = 0; i < kPresetCount; ++i) {
        for (const int percent : {1, 50, 100}) {
          const EnhancementPlan plan = plan_of(profile, static_cast<Preset>(i), percent);
          EXPECT_TRUE(std::isfinite(plan.gain_db));
          EXPECT_LE(plan.expected_lufs, plan.source_lufs + kGainMaxDb + 1e-9);
          EXPECT_GE(plan.ceiling_dbtp, -20);
          EXPECT_LE(plan.ceiling_dbtp, 40);
          EXPECT_GE(plan.shortfall_lu, 0);
          EXPECT_EQ(plan.gain_db, plan_of(profile, static_cast<Preset>(i), percent).gain_db);
        }
      }
    }
  }
}

TEST(EnhancementPlanTest, AddsNoDensityToLoudDenseOrClippedMasters) {
  TrackProfile clipped = profile_of(-14, 0.2, -1);
  clipped.measured_frames = 48000 * 10;
  clipped.clipped_runs = 51;
  for (const TrackProfile& profile : {profile_of(-9, 0.5, 0), profile_of(-14, -7, -7.5), clipped}) {
    for (int i = 0; i < kPresetCount; ++i) {
      const EnhancementPlan plan = plan_of(profile, static_cast<Preset>(i));
      EXPECT_TRUE(plan.restrained);
      EXPECT_EQ(plan.dynamics_loss_lu, 0);
      EXPECT_EQ(plan.dynamics.deess_max_db, 0);
      EXPECT_EQ(plan.saturation.mix, 0);
      EXPECT_EQ(plan.transient_boost_db, 0);
      EXPECT_EQ(plan.clip_max_db, 0);
      EXPECT_EQ(plan.tone.mid_db, plan.tone.side_db);
      for (const double gain_db : plan.tone.mid_db) {
        EXPECT_LE(std::fabs(gain_db), kRestrainedToneMaxDb);
      }
    }
  }
  clipped.clipped_runs = 49;
  EXPECT_FALSE(plan_of(clipped).restrained);
}

TEST(EnhancementPlanTest, EveryStageScalesWithTheIntensity) {
  const TrackProfile profile = profile_of(-19, -6, -8);
  for (int i = 0; i < kPresetCount; ++i) {
    const auto preset = static_cast<Preset>(i);
    const PresetValues& values = preset_values(preset);
    for (const int percent : {1, 10, 50, 100}) {
      const double intensity = 0.01 * percent;
      const EnhancementPlan plan = plan_of(profile, preset, percent);
      const BandCompressorSettings& low = plan.dynamics.bands[0];
      EXPECT_NEAR(low.ratio, 1 + (values.dynamics.ratio_low - 1) * intensity, 1e-12);
      EXPECT_NEAR(low.reduction_max_db, values.dynamics.reduction_max_db * intensity, 1e-12);
      EXPECT_NEAR(plan.dynamics.deess_max_db, values.deess_max_db * intensity, 1e-12);
      EXPECT_NEAR(plan.saturation.mix, values.saturation.mix * intensity, 1e-12);
      EXPECT_NEAR(plan.saturation.drive_db, values.saturation.drive_db * intensity, 1e-12);
      EXPECT_NEAR(plan.transient_boost_db, values.transient_db * intensity, 1e-12);
      EXPECT_NEAR(plan.clip_max_db, values.clip_db * intensity, 1e-12);
      EXPECT_EQ(plan.low_pass_weight, std::min(1.0, intensity / kFullCeilingIntensity));
    }
  }
}

TEST(EnhancementPlanTest, LevelSaysWhatTheLoudnessIsBroughtTo) {
  const TrackProfile quiet = profile_of(-19, -9, -11);
  const TrackProfile loud = profile_of(-15, -5, -7);
  EnhancementSettings settings{Preset::kAdaptive, 100};
  settings.level = Level::kOff;
  EXPECT_NEAR(make_plan(quiet, settings).expected_lufs, -19, 1e-5);
  // Album: its loudest track comes to the target, the other keeps its distance.
  settings.level = Level::kAlbum;
  settings.album_loudness_mlufs = -15000;
  EXPECT_NEAR(make_plan(loud, settings).expected_lufs, -14, 1e-5);
  EXPECT_NEAR(make_plan(quiet, settings).expected_lufs, -18, 1e-5);
  settings.intensity_percent = 50;
  EXPECT_NEAR(make_plan(quiet, settings).expected_lufs, -18.5, 1e-5);
}

TEST(EnhancementPlanTest, ComparesAtTheLoudnessOfTheQuieter) {
  for (const double loudness : {-19.0, -9.0}) {
    const TrackProfile profile = profile_of(loudness, loudness + 10, loudness + 8);
    EnhancementSettings settings{Preset::kWarm, 100};
    const double enhanced_lufs = make_plan(profile, settings).expected_lufs;
    settings.compare = Compare::kEnhanced;
    const EnhancementPlan enhanced = make_plan(profile, settings);
    settings.compare = Compare::kOriginal;
    const EnhancementPlan original = make_plan(profile, settings);
    EXPECT_FALSE(enhanced.bypass);
    EXPECT_TRUE(original.bypass);
    EXPECT_LE(enhanced.trim_db, 0);
    EXPECT_LE(original.trim_db, 0);
    EXPECT_NEAR(enhanced_lufs + enhanced.trim_db, loudness + original.trim_db, 1e-9);
    EXPECT_EQ(std::max(enhanced.trim_db, original.trim_db), 0);
  }
}

}  // namespace
}  // namespace engine
