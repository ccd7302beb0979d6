#include "engine/enhance/provisional_plan.h"

#include <algorithm>
#include <cmath>

#include "engine/base/check.h"
#include "engine/dsp/limiter.h"
#include "engine/enhance/presets.h"
#include "engine/enhance/tone_plan.h"

namespace engine {
namespace {

/// What loudness may gain in all where nothing is known of the track: never above 0.
double blind_gain_lu(const EnhancementSettings& settings) {
  const double target_lufs = preset_values(settings.preset).target_lufs;
  const double intensity = settings.intensity_percent / 100.0;
  switch (settings.level) {
    case Level::kOff:
      return 0;
    case Level::kTrack:
      return std::min(0.0, intensity * (target_lufs - kUnknownLufs));
    case Level::kAlbum:
      return std::min(0.0, intensity * (target_lufs - 0.001 * settings.album_loudness_mlufs));
  }
  check_failed("a known level", __FILE__, __LINE__);
}

/// `measured_lu`: what the final plan would give if the profile were true.
double careful_gain_lu(const TrackProfile& profile, const EnhancementSettings& settings,
                       double measured_lu) {
  const double blind_lu = blind_gain_lu(settings);
  if (profile.integrated_loudness_lufs <= kLoudnessFloorLufs) return blind_lu;
  if (profile.probe_count < kSpreadProbesMin) {
    // A start is often quieter than the rest, seldom louder: it can only lower the level, by half.
    return blind_lu + 0.5 * std::min(0.0, measured_lu - blind_lu);
  }
  const double error_lu = kProbeErrorLu / std::sqrt(static_cast<double>(profile.probe_count));
  return measured_lu > 0 ? std::max(0.0, measured_lu - error_lu) : measured_lu;
}

void scale_tone(TonePlan& tone, double factor) {
  for (double& gain_db : tone.mid_db) gain_db *= factor;
  for (double& gain_db : tone.side_db) gain_db *= factor;
}

/// What may pass where the loudest treble was perhaps not seen: as much as any music has.
double free_treble_max_db(double gain_db) {
  return std::min(kLoudestTrebleDb - gain_db, kInputMaxDbfs);
}

}  // namespace

EnhancementPlan make_provisional_plan(const TrackProfile& profile,
                                      const EnhancementSettings& settings) {
  const bool blind = profile.probe_count == 0;
  if (needs_plan(settings) && !settings.enhanced) {
    return plan_original(make_provisional_plan(profile, enhanced_instead(settings)),
                         blind ? TrackProfile{} : profile);
  }
  EnhancementPlan plan = make_plan(blind ? TrackProfile{} : profile, settings);
  if (!needs_plan(settings)) return plan;
  if (profile.probe_count >= kWholePlanProbes) {
    plan.treble_max_db = std::max(plan.treble_max_db, free_treble_max_db(plan.gain_db));
    return plan;
  }

  const double gain_lu = careful_gain_lu(blind ? TrackProfile{} : profile, settings,
                                         plan.expected_lufs - plan.source_lufs);
  const double probes = profile.probe_count >= kSpreadProbesMin ? profile.probe_count : 0;
  scale_tone(plan.tone, probes / (probes + kHalfToneProbes));
  const bool silent = profile.integrated_loudness_lufs <= kLoudnessFloorLufs;
  plan.tone_gain_lu = blind || silent ? 0 : toned_power(profile, plan.tone).loudness_gain_lu;
  plan.dynamics_loss_lu = 0;
  for (BandCompressorSettings& band : plan.dynamics.bands) band.ratio = 1;
  plan.dynamics.deess_max_db = 0;
  plan.saturation = {};
  plan.transient_boost_db = 0;
  plan.clip_max_db = 0;

  plan.gain_db = gain_lu - plan.tone_gain_lu;
  plan.limited_by = GainLimit::kNone;
  plan.shortfall_lu = 0;
  plan.treble_max_db = std::max(plan.treble_max_db, free_treble_max_db(plan.gain_db));
  plan.limiter_loss_lu = 0;
  plan.expected_lufs = plan.source_lufs + gain_lu;
  plan.limiter_reduction_p99_db = std::max(
      0.0, profile.peak_p99_dbtp + plan.gain_db - (plan.ceiling_dbtp - Limiter::kMarginDb));
  if (settings.compare == Compare::kEnhanced) plan.trim_db = std::min(0.0, -gain_lu);
  if (settings.compare == Compare::kOriginal) plan.trim_db = std::min(0.0, gain_lu);
  return plan;
}

}  // namespace engine
