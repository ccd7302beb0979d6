// EnhancementPlan: what the chain shall do to one track. A pure function of profile and settings.
#pragma once

#include <string_view>

#include "engine/enhance/enhancement_settings.h"
#include "engine/enhance/track_profile.h"

namespace engine {

/// Louder gain than this is never applied, however quiet the track.
inline constexpr double kGainMaxDb = 8.0;
/// Masters louder or denser than these get no stage that adds density. No rule for their gain is
/// needed: every target lies below kLoudMasterLufs, and with a peak-to-loudness ratio below
/// kDenseMasterPlrDb no target brings the peaks to a ceiling.
inline constexpr double kLoudMasterLufs = -11.0;
inline constexpr double kDenseMasterPlrDb = 8.0;
/// From this intensity on the preset's ceiling holds in full; below, it rises toward the source's
/// own true peak, so that intensity 0.01 is as good as the original.
inline constexpr double kFullCeilingIntensity = 0.25;

/// Why the gain is not what the target asks for.
enum class GainLimit {
  kNone,
  kSilence,    // Nothing above the absolute gate: the gain stays 0 dB.
  kGainMax,    // kGainMaxDb.
  kLimiterCap  // The limiter would have to reduce more than the preset allows.
};

/// "none", "silence", "gain-max", "limiter-cap".
std::string_view gain_limit_name(GainLimit limit);

struct EnhancementPlan {
  EnhancementSettings settings;
  /// True at intensity 0: the samples pass bit for bit and nothing below applies.
  bool bypass = false;
  double source_lufs = 0;
  /// A loud or dense master: see kLoudMasterLufs.
  bool restrained = false;
  /// Where the listener wants the track: source + intensity * (preset's target - source).
  double target_lufs = 0;
  /// source + gain - limiter_loss_lu.
  double expected_lufs = 0;
  /// What the limiter is expected to take from the loudness, >= 0.
  double limiter_loss_lu = 0;
  /// max(0, target - expected); above 0 only with a reason in limited_by.
  double shortfall_lu = 0;
  double gain_db = 0;
  GainLimit limited_by = GainLimit::kNone;
  double ceiling_dbtp = 0;
  double limiter_release_db_per_s = 30;
  /// Reduction that the limiter is expected to need for all but 1 % of the time.
  double limiter_reduction_p99_db = 0;
};

/// Precondition: 0 <= intensity_percent <= 100.
EnhancementPlan make_plan(const TrackProfile& profile, const EnhancementSettings& settings);

}  // namespace engine
