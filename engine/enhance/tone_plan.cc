#include "engine/enhance/tone_plan.h"

#include <algorithm>
#include <cmath>

#include "engine/base/math.h"
#include "engine/base/units.h"
#include "engine/dsp/loudness_meter.h"
#include "engine/enhance/corridor.h"

namespace engine {
namespace {

constexpr double kSlopeMaxDbPerOctave = 6.0;
constexpr double kTrebleHz = 4000;
constexpr double kBellOctaves = 0.6;  // Standard deviation.
constexpr double kMonoDb = -60;       // Below it the side is noise, not width.
constexpr std::size_t kSubsonicThirds = 2;

// Up to this far below the louder channel, the quieter one is no empty side; from this far on it is
// one, and gets no more than this of the louder one.
constexpr double kBothSidesDb = -6;
constexpr double kOneSideDb = -20;
constexpr double kLeakMaxDb = -60;
constexpr double kWidthMaxDb = 24;

using Corrections = std::array<double, kCorridorBandCount>;

double octaves_between(double low_hz, double high_hz) {
  return math::log2(high_hz / low_hz);
}

double shape_db(const TonePoint& point, double frequency_hz) {
  const double ratio = point.frequency_hz > 0 ? frequency_hz / point.frequency_hz : 1;
  switch (point.shape) {
    case TonePoint::Shape::kNone:
      return 0;
    case TonePoint::Shape::kLowShelf:
      return point.gain_db / (1.0 + ratio * ratio);
    case TonePoint::Shape::kHighShelf:
      return point.gain_db / (1.0 + 1.0 / (ratio * ratio));
    case TonePoint::Shape::kBell: {
      const double deviation = math::log2(ratio) / kBellOctaves;
      return point.gain_db * math::exp(-0.5 * deviation * deviation);
    }
  }
  return 0;
}

/// Part of what the bands exceed the corridor by, the other way round; no steeper than
/// kSlopeMaxDbPerOctave from band to band.
Corrections share_corrections_db(const TrackProfile& profile, const PresetValues& values) {
  const auto shares = corridor_shares_db(profile);
  Corrections corrections{};
  for (std::size_t band = 0; band < corrections.size(); ++band) {
    corrections[band] =
        std::clamp(-values.corridor_pull * excess_db(shares[band], share_corridor(band)),
                   -values.corridor_max_db, values.corridor_max_db);
  }
  for (std::size_t band = 1; band < corrections.size(); ++band) {
    const double step_max_db = kSlopeMaxDbPerOctave * octaves_between(corridor_centre_hz(band - 1),
                                                                      corridor_centre_hz(band));
    double& low = corrections[band - 1];
    double& high = corrections[band];
    // The stronger of the two gives way.
    double& strong = std::fabs(high) > std::fabs(low) ? high : low;
    const double weak = &strong == &high ? low : high;
    strong = std::clamp(strong, weak - step_max_db, weak + step_max_db);
  }
  return corrections;
}

Corrections side_corrections_db(const TrackProfile& profile, const PresetValues& values) {
  Corrections corrections{};
  const double limit_db = values.stereo.corridor_max_db;
  for (std::size_t band = 1; band < corrections.size() && limit_db > 0; ++band) {
    const double side_db = profile.side_mid_db[band];
    if (side_db < kMonoDb) continue;
    corrections[band] = std::clamp(-values.corridor_pull * excess_db(side_db, side_corridor(band)),
                                   -limit_db, limit_db);
  }
  return corrections;
}

/// Linear over the logarithm of frequency between the middles of the bands.
double interpolate_db(const Corrections& corrections, double frequency_hz) {
  if (frequency_hz <= corridor_centre_hz(0)) return corrections.front();
  for (std::size_t band = 1; band < corrections.size(); ++band) {
    const double low_hz = corridor_centre_hz(band - 1);
    const double high_hz = corridor_centre_hz(band);
    if (frequency_hz > high_hz) continue;
    const double share = octaves_between(low_hz, frequency_hz) / octaves_between(low_hz, high_hz);
    return corrections[band - 1] + share * (corrections[band] - corrections[band - 1]);
  }
  return corrections.back();
}

/// How far the side's gain may be from the mid's, either way. Where it is, what only one channel
/// holds comes out of the other as well: by |g - 1| / (g + 1) of its amplitude for a ratio g. A
/// channel that is empty stays so, and one that is nearly so gets little.
double width_limit_db(double quieter_channel_db) {
  const double emptiness =
      std::clamp((kBothSidesDb - quieter_channel_db) / (kBothSidesDb - kOneSideDb), 0.0, 1.0);
  const double leak = math::gain_from_db(emptiness * kLeakMaxDb);
  if (leak >= 1) return kWidthMaxDb;
  return std::min(math::db_from_gain((1.0 + leak) / (1.0 - leak)), kWidthMaxDb);
}

/// Share of the bass' side that is taken at full intensity.
double bass_mono_amount(const TrackProfile& profile, const StereoShape& stereo) {
  double mid = 0;
  double side = 0;
  for (std::size_t third = 0; third < kThirdOctaveCount; ++third) {
    if (kThirdOctavesHz[third] > stereo.bass_mono_below_hz) break;
    const double power = math::exp10(0.1 * profile.spectrum_db[third]);
    const double share = side_share(profile, third);
    side += power * share;
    mid += power * (1.0 - share);
  }
  const double side_max = mid * math::exp10(0.1 * stereo.bass_side_db);
  if (side <= side_max) return 0;
  return std::min(stereo.bass_mono_amount, 1.0 - std::sqrt(side_max / side));
}

/// Gain of the side channel beyond the mid's, for `intensity`.
double width_db(const StereoShape& stereo, double mono_amount, double frequency_hz,
                double corridor_db, double intensity) {
  const auto above = [&](double corner_hz) {
    const double ratio = corner_hz / frequency_hz;
    return 1.0 / (1.0 + ratio * ratio * ratio * ratio);
  };
  const double high = above(kHighSplitHz);
  const double middle = above(kLowSplitHz) * (1.0 - high);
  double gain_db = intensity * (corridor_db + stereo.side_gain_mid_db * middle +
                                stereo.side_gain_high_db * high);
  if (mono_amount > 0) {
    const double rest = 1.0 - intensity * mono_amount * (1.0 - above(stereo.bass_mono_below_hz));
    gain_db += math::db_from_gain(rest);
  }
  return gain_db;
}

bool holds_nothing(const TrackProfile& profile, std::size_t third) {
  return profile.spectrum_db[third] < kEmptyThirdDb ||
         kThirdOctavesHz[third] * math::exp10(0.05) > profile.bandwidth_hz;
}

/// Share of a third of an octave that lies below `split_hz`.
double share_below(std::size_t third, double split_hz) {
  const double place = (math::log10(split_hz) - third_octave_log10_hz(third)) / 0.1 + 0.5;
  return std::clamp(place, 0.0, 1.0);
}

/// Calls `add(band, share)` for the bands of the dynamics that a third of an octave lies in.
template <typename Add>
void spread_over_bands(std::size_t third, const Add& add) {
  constexpr std::array<double, kBandCount - 1> kSplitsHz = {kLowSplitHz, kHighSplitHz};
  double below = 0;
  for (std::size_t band = 0; band < kBandCount; ++band) {
    const double up_to = band < kSplitsHz.size() ? share_below(third, kSplitsHz[band]) : 1.0;
    add(band, up_to - below);
    below = up_to;
  }
}

/// Treble may gain on the whole by no more than the preset allows.
void cap_treble(const TrackProfile& profile, double lift_max_db, TonePlan& plan) {
  // Capping lowers the loudness a little, which lowers the cap: a few rounds settle that.
  for (int round = 0; round < 4; ++round) {
    const double cap_db = toned_power(profile, plan).loudness_gain_lu + lift_max_db;
    for (std::size_t third = 0; third < kThirdOctaveCount; ++third) {
      if (kThirdOctavesHz[third] * math::exp10(0.05) < kTrebleHz) continue;
      plan.mid_db[third] = std::min(plan.mid_db[third], cap_db);
      plan.side_db[third] = std::min(plan.side_db[third], cap_db);
    }
  }
}

}  // namespace

TonePlan make_tone_plan(const TrackProfile& profile, const PresetValues& values, bool restrained,
                        double intensity) {
  TonePlan plan;
  if (profile.integrated_loudness_lufs <= kLoudnessFloorLufs) return plan;
  const Corrections shares = share_corrections_db(profile, values);
  const Corrections sides = side_corrections_db(profile, values);
  const double mono_amount = bass_mono_amount(profile, values.stereo);
  Corrections width_limits_db{};
  for (std::size_t band = 0; band < width_limits_db.size(); ++band) {
    width_limits_db[band] = width_limit_db(profile.quieter_channel_db[band]);
  }
  for (std::size_t third = 0; third < kThirdOctaveCount; ++third) {
    const double frequency_hz = kThirdOctavesHz[third];
    double gain_db = interpolate_db(shares, frequency_hz);
    for (const TonePoint& point : values.tone) gain_db += shape_db(point, frequency_hz);
    if (restrained) gain_db = std::clamp(gain_db, -kRestrainedToneMaxDb, kRestrainedToneMaxDb);
    if (holds_nothing(profile, third)) gain_db = std::min(gain_db, 0.0);
    // Rumble is not lifted as far as music.
    if (third < kSubsonicThirds) gain_db = std::min(gain_db, 0.5 * gain_db);
    plan.mid_db[third] = gain_db;
  }
  plan.side_db = plan.mid_db;
  cap_treble(profile, values.treble_lift_max_db, plan);
  for (std::size_t third = 0; third < kThirdOctaveCount; ++third) {
    plan.mid_db[third] *= intensity;
    plan.side_db[third] = plan.mid_db[third];
    if (restrained) continue;
    const double frequency_hz = kThirdOctavesHz[third];
    const double limit_db = interpolate_db(width_limits_db, frequency_hz);
    plan.side_db[third] += std::clamp(width_db(values.stereo, mono_amount, frequency_hz,
                                               interpolate_db(sides, frequency_hz), intensity),
                                      -limit_db, limit_db);
  }
  return plan;
}

TonedPower toned_power(const TrackProfile& profile, const TonePlan& tone) {
  const KWeighting weighting(kOutputRateHz);
  std::array<double, kBandCount> before{};
  std::array<double, kBandCount> after{};
  std::array<double, kBandCount> loudness{};
  double loudness_before = 0;
  for (std::size_t third = 0; third < kThirdOctaveCount; ++third) {
    const double frequency_hz = kThirdOctavesHz[third];
    const double power = math::exp10(0.1 * profile.spectrum_db[third]);
    const double side = side_share(profile, third);
    const double gain = (1.0 - side) * math::exp10(0.1 * tone.mid_db[third]) +
                        side * math::exp10(0.1 * tone.side_db[third]);
    const double weight = math::exp10(0.1 * weighting.magnitude_db(frequency_hz));
    loudness_before += power * weight;
    spread_over_bands(third, [&](std::size_t band, double share) {
      before[band] += share * power;
      after[band] += share * power * gain;
      loudness[band] += share * power * gain * weight;
    });
  }
  TonedPower result;
  const auto sum = [](const auto& parts) { return parts[0] + parts[1] + parts[2]; };
  for (std::size_t band = 0; band < kBandCount; ++band) {
    result.band_db[band] = 10.0 * math::log10(after[band]);
    result.gain_db[band] = 10.0 * math::log10(after[band] / before[band]);
    result.loudness_share[band] = loudness[band] / sum(loudness);
  }
  result.loudness_gain_lu = 10.0 * math::log10(sum(loudness) / loudness_before);
  result.power_gain_db = 10.0 * math::log10(sum(after) / sum(before));
  return result;
}

std::array<double, kBandCount> width_changes_db(const TrackProfile& profile, const TonePlan& tone) {
  std::array<double, kBandCount> toned{};
  std::array<double, kBandCount> widened{};
  for (std::size_t third = 0; third < kThirdOctaveCount; ++third) {
    const double side = math::exp10(0.1 * profile.side_spectrum_db[third]);
    spread_over_bands(third, [&](std::size_t band, double share) {
      toned[band] += share * side * math::exp10(0.1 * tone.mid_db[third]);
      widened[band] += share * side * math::exp10(0.1 * tone.side_db[third]);
    });
  }
  std::array<double, kBandCount> changes_db{};
  for (std::size_t band = 0; band < kBandCount; ++band) {
    changes_db[band] = 10.0 * math::log10(widened[band] / toned[band]);
  }
  return changes_db;
}

}  // namespace engine
