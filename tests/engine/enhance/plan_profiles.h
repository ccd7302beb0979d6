// Profiles for tests of plans: music in the middle of the corridor, of any loudness and peaks.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>

#include "engine/dsp/loudness_meter.h"
#include "engine/enhance/corridor.h"
#include "engine/enhance/tone_plan.h"
#include "engine/enhance/track_profile.h"

namespace engine::test {

/// As wide in a band as side against mid says, in all its thirds of an octave alike.
inline void set_side_mid_db(TrackProfile& profile, std::size_t band, double side_mid_db) {
  profile.side_mid_db[band] = side_mid_db;
  const double share_db = -10.0 * std::log10(1.0 + std::pow(10.0, -0.1 * side_mid_db));
  for (std::size_t third = 0; third < kThirdOctaveCount; ++third) {
    if (corridor_band_of(kThirdOctavesHz[third]) != band) continue;
    profile.side_spectrum_db[third] =
        std::max(profile.spectrum_db[third] + share_db, kLevelFloorDb);
  }
}

/// A track whose bands all lie in the middle of the corridor: nothing to correct.
inline TrackProfile corridor_profile(double loudness_lufs, double true_peak_dbtp,
                                     double peak_p99_dbtp) {
  TrackProfile profile;
  profile.integrated_loudness_lufs = loudness_lufs;
  profile.loudness_range_lu = 6;
  profile.true_peak_dbtp = true_peak_dbtp;
  profile.opus_peak_dbtp = true_peak_dbtp;
  profile.peak_p99_dbtp = peak_p99_dbtp;
  const KWeighting weighting(kOutputRateHz);
  for (std::size_t band = 0; band < kCorridorBandCount; ++band) {
    const CorridorRange share = share_corridor(band);
    profile.corridor_db[band] = loudness_lufs - 3 + 0.5 * (share.low_db + share.high_db);
    profile.quieter_channel_db[band] = -1.5;
  }
  // The thirds share their corridor band's power evenly.
  for (std::size_t third = 0; third < kThirdOctaveCount; ++third) {
    const std::size_t band = corridor_band_of(kThirdOctavesHz[third]);
    int count = 0;
    for (const double hz : kThirdOctavesHz) count += corridor_band_of(hz) == band ? 1 : 0;
    profile.spectrum_db[third] = profile.corridor_db[band] - 10.0 * std::log10(count) -
                                 weighting.magnitude_db(kThirdOctavesHz[third]);
  }
  for (std::size_t band = 0; band < kCorridorBandCount; ++band) {
    const CorridorRange side = side_corridor(band);
    set_side_mid_db(profile, band, 0.5 * (side.low_db + side.high_db));
  }
  // Every band steady at its mean.
  const TonedPower power = toned_power(profile, TonePlan{});
  for (std::size_t band = 0; band < kBandCount; ++band) {
    for (std::size_t i = 0; i < kBandLevelCount; ++i) {
      profile.band_levels_db[band * kBandLevelCount + i] = power.band_db[band] - 8;
    }
  }
  return profile;
}

}  // namespace engine::test
