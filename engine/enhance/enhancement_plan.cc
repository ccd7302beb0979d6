#include "engine/enhance/enhancement_plan.h"

#include <algorithm>
#include <array>
#include <optional>

#include "engine/base/check.h"
#include "engine/base/math.h"
#include "engine/base/units.h"
#include "engine/dsp/limiter.h"
#include "engine/enhance/presets.h"

namespace engine {
namespace {

// Room left above the measured true peak where the ceiling tends to the source: probes do not see
// every peak.
constexpr double kUnseenPeakDb = 1.0;
// A band's loud moments lie about this far above its mean power.
constexpr double kSaturationHeadroomDb = 6.0;
// A band with less in it is left alone.
constexpr double kSaturationReferenceMinDb = -60.0;
// What stages can be asked for; only float files far above full scale come near.
constexpr double kSaturationReferenceMaxDb = 12.0;
constexpr double kClipThresholdMaxDbfs = 20.0;
// The clipper begins this far below the ceiling.
constexpr double kClipHeadroomDb = 1.0;

// Samples may lie this far above the largest peak that was measured, or above full scale: probes do
// not see all of them, and lossy decoders and float files have honest peaks there.
constexpr double kInputHeadroomDb = 4.5;
// Treble of loud music behind the gain, in any 10 ms: 27 pieces have at most -14.6 dB, and where
// probes do not see the loudest, it lies up to 9 dB above what they see.
constexpr double kTrebleFreeDb = -16.0;
constexpr double kTrebleMaxDb = kLoudestTrebleDb;
constexpr double kUnseenTrebleDb = 10.0;
// The hops of the guard do not lie on those of the meter: they may see a little more.
constexpr double kTrebleHopDb = 1.5;

struct GainChoice {
  double gain_db = 0;
  GainLimit limited_by = GainLimit::kNone;
};

bool is_silent(const TrackProfile& profile) {
  return profile.integrated_loudness_lufs <= kLoudnessFloorLufs;
}

/// What treble_rms() of a hop in front of the gain may be: what the track itself has, and as much
/// more as music ever had where it was not seen.
double treble_max_db(const TrackProfile& profile, double gain_db) {
  const double own_db = profile.treble_peak_db + gain_db;
  const double unseen_db = std::clamp(own_db + kUnseenTrebleDb, kTrebleFreeDb, kTrebleMaxDb);
  return std::min(std::max(own_db + kTrebleHopDb, unseen_db) - gain_db, kInputMaxDbfs);
}

/// Loudness that a limiter takes when the track's peaks, raised by gain_db, meet threshold_dbtp:
/// each sixteenth of the K-weighted power loses what its peaks exceed the threshold by.
double limiter_loss_lu(const TrackProfile& profile, double gain_db, double threshold_dbtp) {
  double rest = 0;
  for (const double level : profile.loud_peaks_dbtp) {
    const double reduction_db =
        std::clamp(level + gain_db - threshold_dbtp, 0.0, Limiter::kReductionMaxDb);
    rest += reduction_db > 0 ? math::exp10(-0.1 * reduction_db) : 1.0;
  }
  if (rest == static_cast<double>(kLoudPeakCount)) return 0;
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
GainChoice choose_gain(const TrackProfile& staged, double reduction_max_db, double target_lufs,
                       double crest_lufs, double threshold_dbtp, double gain_max_db) {
  if (is_silent(staged)) {
    return {0, is_too_short(staged) ? GainLimit::kTooShort : GainLimit::kSilence};
  }
  const double cap_db = threshold_dbtp + reduction_max_db - staged.peak_p99_dbtp;
  const double limit_db = std::min(cap_db, gain_max_db);
  const double gain_db =
      gain_to_reach(staged, std::min(target_lufs, crest_lufs), threshold_dbtp, limit_db);
  if (gain_db < limit_db) {
    return {gain_db, crest_lufs < target_lufs ? GainLimit::kCrestCap : GainLimit::kNone};
  }
  return {gain_db, cap_db < gain_max_db ? GainLimit::kLimiterCap : GainLimit::kGainMax};
}

bool is_restrained(const TrackProfile& profile) {
  if (is_silent(profile)) return false;
  const double seconds = static_cast<double>(profile.measured_frames) / kOutputRateHz;
  return profile.integrated_loudness_lufs > kLoudMasterLufs ||
         profile.true_peak_dbtp - profile.integrated_loudness_lufs < kDenseMasterPlrDb ||
         static_cast<double>(profile.clipped_runs) > kClippedRunsPerSecond * seconds;
}

std::size_t dynamics_band_of(Saturation::Band band) {
  return band == Saturation::Band::kLow ? 0 : band == Saturation::Band::kLowMid ? 1 : 2;
}

BandDynamicsSettings plan_dynamics(const PresetValues& values, const TonedPower& power,
                                   bool restrained, double intensity) {
  // The lowest tones whose ripple the detectors must not follow.
  constexpr std::array<double, kBandCount> kBandLowestHz = {30, kLowSplitHz, kHighSplitHz};
  const DynamicsShape& preset = values.dynamics;
  const std::array<double, kBandCount> ratios = {preset.ratio_low, preset.ratio_mid,
                                                 preset.ratio_high};
  BandDynamicsSettings settings;
  for (std::size_t band = 0; band < kBandCount; ++band) {
    BandCompressorSettings& one = settings.bands[band];
    one.lowest_hz = kBandLowestHz[band];
    if (restrained) continue;
    one.threshold_db = power.band_db[band] + preset.threshold_lu;
    one.ratio = 1.0 + (ratios[band] - 1.0) * intensity;
    one.attack_ms = preset.attack_ms;
    one.release_db_per_s = preset.release_db_per_s;
    one.reduction_max_db = preset.reduction_max_db * intensity;
  }
  if (!restrained) settings.deess_max_db = values.deess_max_db * intensity;
  return settings;
}

SaturationPlan plan_saturation(const PresetValues& values, const TonedPower& power, bool restrained,
                               double intensity) {
  const Saturation& preset = values.saturation;
  SaturationPlan plan;
  if (restrained || preset.band == Saturation::Band::kNone) return plan;
  const double reference_db = power.band_db[dynamics_band_of(preset.band)] + kSaturationHeadroomDb;
  if (reference_db < kSaturationReferenceMinDb) return plan;
  return {preset.band, preset.drive_db * intensity, preset.mix * intensity, preset.asymmetric,
          std::min(reference_db, kSaturationReferenceMaxDb)};
}

/// What compressors and saturation take.
struct DensityLoss {
  double loudness_lu = 0;
  /// From the loudest moments, where the peaks are.
  double peak_db = 0;
};

/// Power that the saturation leaves of a tone at `level_db`: the curve of saturator.h.
double saturated_power(double level_db, const SaturationPlan& plan) {
  const double peak = math::gain_from_db(level_db - plan.reference_db + plan.drive_db + 3.0103);
  const double square = std::min(peak * peak, 9.0);
  const double curve = (27.0 + square) / (27.0 + 9.0 * square);
  const double gain = 1.0 + plan.mix * (curve - 1.0);
  return gain * gain;
}

/// Every eighth of a band's power loses what the stages take at its level.
DensityLoss density_loss(const TrackProfile& profile, const TonedPower& power,
                         const BandDynamicsSettings& settings, const SaturationPlan& saturation) {
  double loudness = 0;
  double peaks = 0;
  double total = 0;
  for (std::size_t band = 0; band < kBandCount; ++band) {
    const bool saturated = saturation.mix > 0 && dynamics_band_of(saturation.band) == band;
    double kept = 0;
    double last = 1;
    for (std::size_t i = 0; i < kBandLevelCount; ++i) {
      const double level_db =
          profile.band_levels_db[band * kBandLevelCount + i] + power.gain_db[band];
      const double gain_db = compressor_gain_db(level_db, settings.bands[band]);
      last = math::exp10(0.1 * gain_db);
      if (saturated) last *= saturated_power(level_db + gain_db, saturation);
      kept += last;
    }
    loudness += power.loudness_share[band] * kept / static_cast<double>(kBandLevelCount);
    const double unweighted = math::exp10(0.1 * power.band_db[band]);
    peaks += unweighted * last;
    total += unweighted;
  }
  // Rounding must not make it a gain.
  const auto loss_db = [](double rest) {
    return rest < 1.0 - 1e-12 ? -10.0 * math::log10(rest) : 0.0;
  };
  // Attacks pass the compressors in part, and with them half of the way of the peaks.
  return {loss_db(loudness), 0.5 * (loss_db(loudness) + loss_db(peaks / total))};
}

/// The plan of all stages at one intensity; make_plan() adds what depends on more than one.
/// `reach_lufs`: where the preset gets the track at intensity 1, if it was found to fall short.
EnhancementPlan plan_stages(const TrackProfile& profile, const EnhancementSettings& settings,
                            double intensity, std::optional<double> reach_lufs) {
  const PresetValues& values = preset_values(settings.preset);
  EnhancementPlan plan;
  plan.settings = settings;
  plan.source_lufs = profile.integrated_loudness_lufs;
  plan.restrained = is_restrained(profile);
  plan.tone = make_tone_plan(profile, values, plan.restrained, intensity);
  const TonedPower power = toned_power(profile, plan.tone);
  plan.tone_gain_lu = power.loudness_gain_lu;
  // Silence has no mean level that dynamics could be held against.
  const bool plain = plan.restrained || is_silent(profile);
  plan.dynamics = plan_dynamics(values, power, plain, intensity);
  plan.saturation = plan_saturation(values, power, plain, intensity);
  const DensityLoss loss = density_loss(profile, power, plan.dynamics, plan.saturation);
  plan.dynamics_loss_lu = loss.loudness_lu;
  if (!plain) {
    plan.transient_boost_db = values.transient_db * intensity;
    plan.clip_max_db = values.clip_db * intensity;
  }

  plan.target_lufs = plan.source_lufs;
  if (settings.level == Level::kTrack) {
    plan.target_lufs += intensity * (values.target_lufs - plan.source_lufs);
  } else if (settings.level == Level::kAlbum) {
    plan.target_lufs += intensity * (values.target_lufs - 0.001 * settings.album_loudness_mlufs);
  }
  double within_reach_lufs = plan.target_lufs;
  if (reach_lufs) {
    within_reach_lufs = plan.source_lufs + intensity * (*reach_lufs - plan.source_lufs);
  }

  // At intensity -> 0 nothing may be limited: the ceiling tends to where the source's own peaks
  // are.
  const double weight = std::min(1.0, intensity / kFullCeilingIntensity);
  const double source_ceiling =
      std::max(values.ceiling_dbtp, profile.opus_peak_dbtp + kUnseenPeakDb + Limiter::kMarginDb);
  plan.ceiling_dbtp =
      std::clamp(weight * values.ceiling_dbtp + (1.0 - weight) * source_ceiling, -20.0, 40.0);
  plan.low_pass_weight = weight;
  plan.clip_threshold_dbfs = std::min(plan.ceiling_dbtp - kClipHeadroomDb, kClipThresholdMaxDbfs);
  const double threshold_dbtp = plan.ceiling_dbtp - Limiter::kMarginDb;

  // What the limiter will meet: the stages before it move loudness and peaks.
  const double staged_gain_lu = plan.tone_gain_lu - plan.dynamics_loss_lu;
  const double peak_gain_db = power.power_gain_db - loss.peak_db;
  TrackProfile staged = profile;
  if (!is_silent(profile)) {
    staged.integrated_loudness_lufs += staged_gain_lu;
    staged.peak_p99_dbtp += peak_gain_db;
    for (double& level : staged.loud_peaks_dbtp) level += peak_gain_db;
  }
  const double crest_lufs = threshold_dbtp + values.crest_loss_max_db -
                            (profile.true_peak_dbtp - profile.integrated_loudness_lufs);
  const double reduction_max_db =
      plan.restrained ? std::min(values.limiter_reduction_max_db, kRestrainedReductionMaxDb)
                      : values.limiter_reduction_max_db;
  const GainChoice choice = choose_gain(staged, reduction_max_db, within_reach_lufs, crest_lufs,
                                        threshold_dbtp, kGainMaxDb - staged_gain_lu);
  plan.gain_db = choice.gain_db;
  plan.limited_by = choice.limited_by;
  plan.input_max_dbfs =
      std::min(std::max(profile.opus_peak_dbtp, 0.0) + kInputHeadroomDb, kInputMaxDbfs);
  plan.treble_max_db = treble_max_db(profile, plan.gain_db);
  plan.limiter_loss_lu = limiter_loss_lu(staged, plan.gain_db, threshold_dbtp);
  plan.expected_lufs = staged.integrated_loudness_lufs + plan.gain_db - plan.limiter_loss_lu;
  plan.limiter_release_db_per_s = values.limiter_release_db_per_s;
  plan.limiter_reduction_p99_db =
      std::max(0.0, staged.peak_p99_dbtp + plan.gain_db - threshold_dbtp);
  return plan;
}

}  // namespace

bool is_too_short(const TrackProfile& profile) {
  constexpr FrameCount kGatingFrames = FrameCount{kOutputRateHz} * 4 / 10;
  return is_silent(profile) && profile.measured_frames < kGatingFrames &&
         profile.true_peak_dbtp > kLoudnessFloorLufs;
}

EnhancementPlan make_plan(const TrackProfile& profile, const EnhancementSettings& settings) {
  ENGINE_CHECK(settings.intensity_percent >= 0);
  ENGINE_CHECK(settings.intensity_percent <= 100);
  if (!needs_plan(settings)) {
    EnhancementPlan plan;
    plan.settings = settings;
    plan.bypass = true;
    plan.source_lufs = profile.integrated_loudness_lufs;
    plan.target_lufs = plan.source_lufs;
    plan.expected_lufs = plan.source_lufs;
    return plan;
  }
  if (!settings.enhanced) {
    return plan_original(make_plan(profile, enhanced_instead(settings)), profile);
  }
  // Where the full preset falls short of its target, lower intensities go toward where it gets.
  const EnhancementPlan full = plan_stages(profile, settings, 1.0, std::nullopt);
  const double intensity = settings.intensity_percent / 100.0;
  const bool short_of_target = full.limited_by != GainLimit::kNone && !is_silent(profile);
  EnhancementPlan plan =
      settings.intensity_percent == 100
          ? full
          : plan_stages(profile, settings, intensity,
                        short_of_target ? std::optional(full.expected_lufs) : std::nullopt);
  if (short_of_target) {
    plan.limited_by = full.limited_by;
    plan.shortfall_lu = std::max(0.0, plan.target_lufs - plan.expected_lufs);
  }
  const double difference_lu = plan.expected_lufs - plan.source_lufs;
  if (settings.compare == Compare::kEnhanced) plan.trim_db = std::min(0.0, -difference_lu);
  if (settings.compare == Compare::kOriginal) {
    plan.bypass = true;
    plan.trim_db = std::min(0.0, difference_lu);
  }
  return plan;
}

EnhancementPlan plan_original(const EnhancementPlan& enhanced, const TrackProfile& profile) {
  EnhancementPlan plan;
  plan.settings = enhanced.settings;
  plan.settings.enhanced = false;
  plan.bypass = true;
  plan.source_lufs = enhanced.source_lufs;
  plan.target_lufs = enhanced.expected_lufs;
  plan.expected_lufs = enhanced.source_lufs;
  plan.ceiling_dbtp = enhanced.ceiling_dbtp;
  if (enhanced.limited_by == GainLimit::kSilence || enhanced.limited_by == GainLimit::kTooShort) {
    plan.limited_by = enhanced.limited_by;
    return plan;
  }
  const double wanted_db = plan.target_lufs - plan.source_lufs;
  const double peak_dbtp = std::max(profile.true_peak_dbtp, profile.opus_peak_dbtp);
  const double peaks_allow_db = plan.ceiling_dbtp - peak_dbtp;
  plan.trim_db = std::min({0.0, wanted_db, peaks_allow_db});
  if (plan.trim_db < wanted_db) {
    plan.limited_by = plan.trim_db < 0 ? GainLimit::kCeiling : GainLimit::kDownOnly;
    plan.shortfall_lu = wanted_db - plan.trim_db;
  }
  return plan;
}

}  // namespace engine
