// EnhancementPlan: what the chain shall do to one track. A pure function of profile and settings.
#pragma once

#include <string_view>

#include "engine/dsp/band_dynamics.h"
#include "engine/enhance/enhancement_settings.h"
#include "engine/enhance/presets.h"
#include "engine/enhance/tone_plan.h"
#include "engine/enhance/track_profile.h"

namespace engine {

/// Louder gain than this is never applied, however quiet the track (what the stages before take or
/// add not counted).
inline constexpr double kGainMaxDb = 8.0;
/// Masters louder, denser or more clipped than these get no stage that adds density, and only as
/// much gain as the limiter can bear with kRestrainedReductionMaxDb for all but 1 % of the time.
inline constexpr double kLoudMasterLufs = -11.0;
inline constexpr double kDenseMasterPlrDb = 8.0;
inline constexpr double kClippedRunsPerSecond = 5.0;
inline constexpr double kRestrainedReductionMaxDb = 1.0;
/// +36 dBFS: where samples are clamped in any case (kSampleMagnitudeMax).
inline constexpr double kInputMaxDbfs = 36.0;
/// treble_rms() of any 10 ms that is still taken for music, dB behind the gain.
inline constexpr double kLoudestTrebleDb = -11.0;
/// From this intensity on the preset's ceiling holds in full; below, it rises toward the source's
/// own true peak, so that intensity 0.01 is as good as the original.
inline constexpr double kFullCeilingIntensity = 0.25;

/// True for sound of less than one gating block of BS.1770-5: its loudness is not known, and it is
/// no silence.
bool is_too_short(const TrackProfile& profile);

/// One band, or none, gets overtones.
struct SaturationPlan {
  Saturation::Band band = Saturation::Band::kNone;
  double drive_db = 0;
  double mix = 0;
  bool asymmetric = false;
  /// The level that counts as full scale: what the band's loud moments reach.
  double reference_db = 0;
};

/// Everything here is at the intensity of the settings.
struct EnhancementPlan {
  EnhancementSettings settings;
  /// True where no stage is called: at intensity 0, for Compare::kOriginal, and for an original
  /// that is not compared. Samples pass, bit for bit unless trim_db is below 0.
  bool bypass = false;
  double source_lufs = 0;
  /// A loud, dense or clipped master: only tone, and little of it, and gain.
  bool restrained = false;
  /// Samples beyond this are clipped before anything else, and hops with more treble turned down
  /// (TrebleGuard): far above all that the track holds, so that only damage meets them.
  double input_max_dbfs = kInputMaxDbfs;
  double treble_max_db = kInputMaxDbfs;
  TonePlan tone;
  /// What the tone adds to the loudness, and what dynamics and saturation take from it.
  double tone_gain_lu = 0;
  double dynamics_loss_lu = 0;
  /// How much of the low-pass at 20 kHz there is, [0, 1]: all of it where the ceiling holds in
  /// full.
  double low_pass_weight = 1;
  BandDynamicsSettings dynamics;
  SaturationPlan saturation;
  double transient_boost_db = 0;
  double clip_max_db = 0;
  double clip_threshold_dbfs = 0;
  double gain_db = 0;
  GainLimit limited_by = GainLimit::kNone;
  double ceiling_dbtp = 0;
  double limiter_release_db_per_s = 30;
  /// Reduction that the limiter is expected to need for all but 1 % of the time.
  double limiter_reduction_p99_db = 0;
  /// What the limiter is expected to take from the loudness, >= 0.
  double limiter_loss_lu = 0;
  /// Where the listener wants the track: for Level::kTrack source + intensity * (target - source);
  /// of an original, where the enhanced track gets.
  double target_lufs = 0;
  /// What the stages are expected to make of it, before trim_db.
  double expected_lufs = 0;
  /// max(0, target - expected), of an original max(0, target - expected - trim); above 0 only with
  /// a reason in limited_by.
  double shortfall_lu = 0;
  /// Attenuation behind everything, <= 0: 0 unless two versions are compared or an original has a
  /// level.
  double trim_db = 0;
};

/// Precondition: 0 <= intensity_percent <= 100.
EnhancementPlan make_plan(const TrackProfile& profile, const EnhancementSettings& settings);

/// The original at the loudness of `enhanced`, a plan of the same track, not compared: never turned
/// up, and its peaks, as far as they were measured, no higher than the ceiling of that plan.
EnhancementPlan plan_original(const EnhancementPlan& enhanced, const TrackProfile& profile);

}  // namespace engine
