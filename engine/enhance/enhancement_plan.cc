#include "engine/enhance/enhancement_plan.h"

#include <algorithm>

#include "engine/base/check.h"
#include "engine/dsp/limiter.h"
#include "engine/enhance/presets.h"

namespace engine {
namespace {

// Room left above the measured true peak where the ceiling tends to the source: probes do not see
// every peak.
constexpr double kUnseenPeakDb = 1.0;

struct GainChoice {
  double gain_db = 0;
  GainLimit limited_by = GainLimit::kNone;
};

/// The gain at intensity 1. One rule decides: the strictest of those that apply.
GainChoice choose_gain(const TrackProfile& profile, const PresetValues& values) {
  if (profile.integrated_loudness_lufs <= kLoudnessFloorLufs) return {0, GainLimit::kSilence};
  GainChoice choice{values.target_lufs - profile.integrated_loudness_lufs, GainLimit::kNone};
  const auto restrict_to = [&choice](double gain_db, GainLimit reason) {
    if (gain_db < choice.gain_db) choice = {gain_db, reason};
  };
  restrict_to(kGainMaxDb, GainLimit::kGainMax);

  const double threshold_dbtp = values.ceiling_dbtp - Limiter::kMarginDb;
  restrict_to(threshold_dbtp + values.limiter_reduction_max_db - profile.peak_p99_dbtp,
              GainLimit::kLimiterCap);
  return choice;
}

}  // namespace

std::string_view gain_limit_name(GainLimit limit) {
  switch (limit) {
    case GainLimit::kNone:
      return "none";
    case GainLimit::kSilence:
      return "silence";
    case GainLimit::kGainMax:
      return "gain-max";
    case GainLimit::kLimiterCap:
      return "limiter-cap";
  }
  return "none";
}

EnhancementPlan make_plan(const TrackProfile& profile, const EnhancementSettings& settings) {
  ENGINE_CHECK(settings.intensity_percent >= 0);
  ENGINE_CHECK(settings.intensity_percent <= 100);
  const PresetValues& values = preset_values(settings.preset);
  const double intensity = settings.intensity_percent / 100.0;

  EnhancementPlan plan;
  plan.settings = settings;
  plan.bypass = settings.intensity_percent == 0;
  plan.source_lufs = profile.integrated_loudness_lufs;
  plan.target_lufs =
      plan.source_lufs + intensity * (values.target_lufs - profile.integrated_loudness_lufs);

  plan.restrained = profile.integrated_loudness_lufs > kLoudMasterLufs ||
                    profile.true_peak_dbtp - profile.integrated_loudness_lufs < kDenseMasterPlrDb;

  const GainChoice choice = choose_gain(profile, values);
  plan.gain_db = intensity * choice.gain_db;
  plan.limited_by = choice.limited_by;
  plan.expected_lufs = plan.source_lufs + plan.gain_db;
  plan.shortfall_lu = choice.limited_by == GainLimit::kSilence
                          ? 0.0
                          : std::max(0.0, plan.target_lufs - plan.expected_lufs);

  // At intensity -> 0 nothing may be limited: the ceiling tends to where the source's own peaks
  // are.
  const double weight = std::min(1.0, intensity / kFullCeilingIntensity);
  const double source_ceiling =
      std::max(values.ceiling_dbtp, profile.true_peak_dbtp + kUnseenPeakDb + Limiter::kMarginDb);
  plan.ceiling_dbtp =
      std::clamp(weight * values.ceiling_dbtp + (1.0 - weight) * source_ceiling, -20.0, 40.0);
  plan.limiter_release_db_per_s = values.limiter_release_db_per_s;
  plan.limiter_reduction_p99_db = std::max(
      0.0, profile.peak_p99_dbtp + plan.gain_db - (plan.ceiling_dbtp - Limiter::kMarginDb));
  return plan;
}

}  // namespace engine
