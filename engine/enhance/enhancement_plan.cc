#include "engine/enhance/enhancement_plan.h"

#include <algorithm>

#include "engine/base/check.h"
#include "engine/base/math.h"
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

/// Loudness that a limiter takes when the track's peaks, raised by gain_db, meet threshold_dbtp:
/// each sixteenth of the K-weighted power loses what its peaks exceed the threshold by.
double limiter_loss_lu(const TrackProfile& profile, double gain_db, double threshold_dbtp) {
  double rest = 0;
  for (const double level : profile.loud_peaks_dbtp) {
    const double reduction_db =
        std::clamp(level + gain_db - threshold_dbtp, 0.0, Limiter::kReductionMaxDb);
    rest += reduction_db > 0 ? math::exp10(-0.1 * reduction_db) : 1.0;
  }
  return -10.0 * math::log10(rest / static_cast<double>(kLoudPeakCount));
}

/// Smallest gain (to 2^-20 dB, from above) that reaches target_lufs behind the limiter, or
/// gain_max_db. Loudness rises with gain, so bisection finds it.
double gain_to_reach(const TrackProfile& profile, double target_lufs, double threshold_dbtp,
                     double gain_max_db) {
  const auto loudness = [&](double gain_db) {
    return profile.integrated_loudness_lufs + gain_db -
           limiter_loss_lu(profile, gain_db, threshold_dbtp);
  };
  double low = target_lufs - profile.integrated_loudness_lufs;
  if (low >= gain_max_db || loudness(low) >= target_lufs) return std::min(low, gain_max_db);
  double high = gain_max_db;
  if (loudness(high) < target_lufs) return high;
  while (high - low > 0x1p-20) {
    const double middle = 0.5 * (low + high);
    (loudness(middle) >= target_lufs ? high : low) = middle;
  }
  return high;
}

/// The gain for target_lufs. One rule decides: the strictest of those that apply.
GainChoice choose_gain(const TrackProfile& profile, const PresetValues& values, double target_lufs,
                       double threshold_dbtp) {
  if (profile.integrated_loudness_lufs <= kLoudnessFloorLufs) return {0, GainLimit::kSilence};
  const double cap_db = threshold_dbtp + values.limiter_reduction_max_db - profile.peak_p99_dbtp;
  const double limit_db = std::min(cap_db, kGainMaxDb);
  const double gain_db = gain_to_reach(profile, target_lufs, threshold_dbtp, limit_db);
  if (gain_db < limit_db) return {gain_db, GainLimit::kNone};
  return {gain_db, cap_db < kGainMaxDb ? GainLimit::kLimiterCap : GainLimit::kGainMax};
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

  // At intensity -> 0 nothing may be limited: the ceiling tends to where the source's own peaks
  // are.
  const double weight = std::min(1.0, intensity / kFullCeilingIntensity);
  const double source_ceiling =
      std::max(values.ceiling_dbtp, profile.opus_peak_dbtp + kUnseenPeakDb + Limiter::kMarginDb);
  plan.ceiling_dbtp =
      std::clamp(weight * values.ceiling_dbtp + (1.0 - weight) * source_ceiling, -20.0, 40.0);
  const double threshold_dbtp = plan.ceiling_dbtp - Limiter::kMarginDb;

  // A gain that a rule limits is scaled by the intensity; one that reaches the target reaches the
  // target of the intensity.
  GainChoice choice =
      choose_gain(profile, values, values.target_lufs, values.ceiling_dbtp - Limiter::kMarginDb);
  if (choice.limited_by == GainLimit::kNone) {
    choice = choose_gain(profile, values, plan.target_lufs, threshold_dbtp);
  } else {
    choice.gain_db *= intensity;
  }
  plan.gain_db = choice.gain_db;
  plan.limited_by = choice.limited_by;
  plan.limiter_loss_lu = limiter_loss_lu(profile, plan.gain_db, threshold_dbtp);
  plan.expected_lufs = plan.source_lufs + plan.gain_db - plan.limiter_loss_lu;
  if (choice.limited_by != GainLimit::kSilence && choice.limited_by != GainLimit::kNone) {
    plan.shortfall_lu = std::max(0.0, plan.target_lufs - plan.expected_lufs);
  }
  plan.limiter_release_db_per_s = values.limiter_release_db_per_s;
  plan.limiter_reduction_p99_db =
      std::max(0.0, profile.peak_p99_dbtp + plan.gain_db - threshold_dbtp);
  return plan;
}

}  // namespace engine
