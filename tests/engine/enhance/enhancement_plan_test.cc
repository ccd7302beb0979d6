#include "engine/enhance/enhancement_plan.h"

#include <cmath>

#include <gtest/gtest.h>

#include "engine/dsp/limiter.h"
#include "engine/enhance/presets.h"

namespace engine {
namespace {

TrackProfile profile_of(double loudness_lufs, double true_peak_dbtp, double peak_p99_dbtp) {
  TrackProfile profile;
  profile.integrated_loudness_lufs = loudness_lufs;
  profile.true_peak_dbtp = true_peak_dbtp;
  profile.opus_peak_dbtp = true_peak_dbtp;
  profile.peak_p99_dbtp = peak_p99_dbtp;
  return profile;
}

EnhancementPlan plan_of(const TrackProfile& profile, Preset preset = Preset::kAdaptive,
                        int intensity_percent = 100) {
  return make_plan(profile, {preset, intensity_percent});
}

TEST(EnhancementPlanTest, BringsOrdinaryMusicToTheTarget) {
  for (int i = 0; i < kPresetCount; ++i) {
    const auto preset = static_cast<Preset>(i);
    const EnhancementPlan plan = plan_of(profile_of(-19, -6, -8), preset);
    EXPECT_DOUBLE_EQ(plan.gain_db, preset_values(preset).target_lufs + 19);
    EXPECT_DOUBLE_EQ(plan.expected_lufs, preset_values(preset).target_lufs);
    EXPECT_EQ(plan.shortfall_lu, 0);
    EXPECT_EQ(plan.limited_by, GainLimit::kNone);
    EXPECT_DOUBLE_EQ(plan.ceiling_dbtp, preset_values(preset).ceiling_dbtp);
    EXPECT_FALSE(plan.bypass);
  }
}

TEST(EnhancementPlanTest, NeverAddsMoreThanEightDecibels) {
  const EnhancementPlan plan = plan_of(profile_of(-40, -20, -25));
  EXPECT_EQ(plan.gain_db, kGainMaxDb);
  EXPECT_EQ(plan.limited_by, GainLimit::kGainMax);
  EXPECT_NEAR(plan.shortfall_lu, 18, 1e-9);
}

TEST(EnhancementPlanTest, LowersTheGainWhereTheLimiterWouldExceedItsCap) {
  // Peaks at 0 dBTP for more than 1 % of the time: 3 dB of reduction allow 1.88 dB of gain.
  const EnhancementPlan plan = plan_of(profile_of(-20, 0.5, 0));
  EXPECT_EQ(plan.limited_by, GainLimit::kLimiterCap);
  EXPECT_NEAR(plan.gain_db, -1.0 - Limiter::kMarginDb + 3.0, 1e-9);
  EXPECT_NEAR(plan.limiter_reduction_p99_db, 3.0, 1e-9);
  EXPECT_NEAR(plan.shortfall_lu, 6 - plan.gain_db, 1e-9);
  EXPECT_NEAR(plan.expected_lufs, -20 + plan.gain_db, 1e-9);
}

TrackProfile with_loud_peaks(TrackProfile profile, double lowest_dbtp, double highest_dbtp) {
  const double step = (highest_dbtp - lowest_dbtp) / static_cast<double>(kLoudPeakCount - 1);
  for (std::size_t i = 0; i < kLoudPeakCount; ++i) {
    profile.loud_peaks_dbtp[i] = lowest_dbtp + step * static_cast<double>(i);
  }
  return profile;
}

TEST(EnhancementPlanTest, ForeseesWhatTheLimiterTakes) {
  // Every peak is reduced by the same 2 dB: that is the loss, and the gain makes up for it.
  const TrackProfile even = with_loud_peaks(profile_of(-19, -4, -4.12), -4.12, -4.12);
  const EnhancementPlan plan = plan_of(even);
  EXPECT_EQ(plan.limited_by, GainLimit::kLimiterCap);
  EXPECT_NEAR(plan.gain_db, 6.0, 1e-9);
  EXPECT_NEAR(plan.limiter_loss_lu, 3.0, 1e-9);
  EXPECT_NEAR(plan.expected_lufs, -16.0, 1e-9);
  EXPECT_NEAR(plan.shortfall_lu, 2.0, 1e-9);
  // A sixteenth of the power is reduced by 1.6 dB before compensation: 0.09 LU.
  TrackProfile sparse = with_loud_peaks(profile_of(-16, -1, -1.5), -12, -12);
  sparse.loud_peaks_dbtp.back() = -1.52;
  const EnhancementPlan made_up = plan_of(sparse);
  EXPECT_EQ(made_up.limited_by, GainLimit::kNone);
  EXPECT_NEAR(made_up.expected_lufs, -14.0, 1e-5);
  EXPECT_GE(made_up.expected_lufs, -14.0);
  EXPECT_NEAR(made_up.gain_db, 2.09, 0.01);
  EXPECT_NEAR(made_up.limiter_loss_lu, made_up.gain_db - 2.0, 1e-5);
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
          EXPECT_LE(plan.gain_db, kGainMaxDb);
          EXPECT_GE(plan.limiter_loss_lu, 0);
          EXPECT_NEAR(plan.expected_lufs, loudness + plan.gain_db - plan.limiter_loss_lu, 1e-9);
          if (plan.limited_by == GainLimit::kNone) {
            EXPECT_GE(plan.expected_lufs, plan.target_lufs - 1e-9);
            EXPECT_LE(plan.expected_lufs, plan.target_lufs + 1e-5);
            EXPECT_EQ(plan.shortfall_lu, 0);
          }
          if (percent == 100 && plan.limited_by == GainLimit::kLimiterCap) {
            EXPECT_NEAR(plan.limiter_reduction_p99_db,
                        preset_values(static_cast<Preset>(i)).limiter_reduction_max_db, 1e-9);
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

TEST(EnhancementPlanTest, LeavesSilenceAlone) {
  const EnhancementPlan plan = plan_of(TrackProfile{});
  EXPECT_EQ(plan.gain_db, 0);
  EXPECT_EQ(plan.limited_by, GainLimit::kSilence);
  EXPECT_EQ(plan.shortfall_lu, 0);
}

TEST(EnhancementPlanTest, IntensityScalesTheGainAndZeroBypasses) {
  const TrackProfile profile = profile_of(-19, -6, -8);
  EXPECT_TRUE(plan_of(profile, Preset::kAdaptive, 0).bypass);
  double previous = 0;
  for (int percent = 1; percent <= 100; ++percent) {
    const EnhancementPlan plan = plan_of(profile, Preset::kAdaptive, percent);
    EXPECT_FALSE(plan.bypass);
    EXPECT_NEAR(plan.gain_db, 0.05 * percent, 1e-9);
    EXPECT_GT(plan.gain_db, previous);
    EXPECT_NEAR(plan.expected_lufs, plan.target_lufs, 1e-9);
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
          EXPECT_LE(plan.gain_db, kGainMaxDb);
          EXPECT_GE(plan.ceiling_dbtp, -20);
          EXPECT_LE(plan.ceiling_dbtp, 40);
          EXPECT_GE(plan.shortfall_lu, 0);
          EXPECT_EQ(plan.gain_db, plan_of(profile, static_cast<Preset>(i), percent).gain_db);
        }
      }
    }
  }
}

TEST(EnhancementPlanTest, NamesEveryReason) {
  EXPECT_EQ(gain_limit_name(GainLimit::kNone), "none");
  EXPECT_EQ(gain_limit_name(GainLimit::kSilence), "silence");
  EXPECT_EQ(gain_limit_name(GainLimit::kGainMax), "gain-max");
  EXPECT_EQ(gain_limit_name(GainLimit::kLimiterCap), "limiter-cap");
}

}  // namespace
}  // namespace engine
