// The tonal part of a plan: equaliser curves of mid and side, and what they do to the power.
#pragma once

#include <array>

#include "engine/dsp/minimum_phase_fir.h"
#include "engine/enhance/presets.h"
#include "engine/enhance/track_profile.h"

namespace engine {

/// Loud masters get no more tone than this, either way.
inline constexpr double kRestrainedToneMaxDb = 2.0;
/// A third of an octave that lies below this holds no music to lift.
inline constexpr double kEmptyThirdDb = -85.0;

struct TonePlan {
  ToneCurve mid_db{};
  /// The same tone, and the width: side gains, bass towards mono.
  ToneCurve side_db{};
};

/// At `intensity` in [0, 1]. 0 dB everywhere for silence.
TonePlan make_tone_plan(const TrackProfile& profile, const PresetValues& values, bool restrained,
                        double intensity);

/// The track's long-term power behind a tone plan, by the bands of the dynamics.
struct TonedPower {
  /// Mean power of each band, dB of full scale.
  std::array<double, kBandCount> band_db{};
  /// What the tone plan adds to each band's power, dB.
  std::array<double, kBandCount> gain_db{};
  /// Share of each band in the K-weighted power, behind the plan; the sum is 1.
  std::array<double, kBandCount> loudness_share{};
  /// What the plan adds to the loudness, LU, and to the unweighted power, dB.
  double loudness_gain_lu = 0;
  double power_gain_db = 0;
};

TonedPower toned_power(const TrackProfile& profile, const TonePlan& tone);

/// What a tone plan adds to the power of the side beyond the tone that mid and side have in common,
/// by the bands of the dynamics, dB.
std::array<double, kBandCount> width_changes_db(const TrackProfile& profile, const TonePlan& tone);

}  // namespace engine
