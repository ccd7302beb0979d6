// The preset table: what each preset does at intensity 1. Data only; enhancement_plan.cc applies
// it.
#pragma once

#include <array>
#include <cstddef>

#include "engine/enhance/enhancement_settings.h"

namespace engine {

/// A point of the static tone curve. Shelves reach `gain_db` beyond the corner.
struct TonePoint {
  enum class Shape { kNone, kLowShelf, kBell, kHighShelf };
  Shape shape = Shape::kNone;
  double frequency_hz = 0;
  double gain_db = 0;
};

/// Three bands: below 150 Hz, to 4 kHz, above.
struct DynamicsShape {
  double ratio_low = 1;
  double ratio_mid = 1;
  double ratio_high = 1;
  double threshold_lu = 0;  // Against the band's gated mean.
  double attack_ms = 0;
  double release_db_per_s = 0;
  double reduction_max_db = 0;
};

struct Saturation {
  enum class Band { kNone, kLow, kLowMid, kHigh };
  Band band = Band::kNone;
  double drive_db = 0;
  double mix = 0;
  bool asymmetric = false;
};

struct StereoShape {
  double side_gain_mid_db = 0;
  double side_gain_high_db = 0;
  double corridor_max_db = 0;  // Side gain toward the corridor, at most this much either way.
  /// The side of the bass is turned down by up to this amount, and no further than to
  /// `bass_side_db` against the mid: bass that is narrow already stays as it is.
  double bass_mono_below_hz = 0;
  double bass_mono_amount = 0;
  double bass_side_db = 0;
};

struct PresetValues {
  double target_lufs = 0;
  double ceiling_dbtp = 0;
  double limiter_reduction_max_db = 0;  // At the probes' 99th percentile.
  double limiter_release_db_per_s = 30;
  /// How much of the distance between loudness and true peak may go in all.
  double crest_loss_max_db = 2.8;
  double corridor_pull = 0;  // Share of the excess over the corridor that is corrected.
  double corridor_max_db = 0;
  std::array<TonePoint, 4> tone{};
  double treble_lift_max_db = 1.9;  // Above 4 kHz, against the whole, all tone together.
  DynamicsShape dynamics;
  Saturation saturation;
  double transient_db = 0;
  double clip_db = 0;
  StereoShape stereo;
  double deess_max_db = 0;
};

const PresetValues& preset_values(Preset preset);

}  // namespace engine
