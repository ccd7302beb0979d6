// The corridor: where the spectrum of recorded music usually lies, and how far a track is outside.
//
// Percentiles of 537 released tracks of mixed genres: the share of each band in the K-weighted
// power, and side against mid (docs/decisions/corridor.md). What lies between the 25th and the 75th
// percentile is taste, not a fault: there nothing is corrected.
#pragma once

#include <array>

#include "engine/enhance/track_profile.h"

namespace engine {

struct CorridorRange {
  double low_db = 0;   // 25th percentile.
  double high_db = 0;  // 75th percentile.
};

/// Share of a band in the whole K-weighted power, dB <= 0.
CorridorRange share_corridor(std::size_t band);
/// Side against mid power, dB.
CorridorRange side_corridor(std::size_t band);

/// Share of each band of a track, dB.
std::array<double, kCorridorBandCount> corridor_shares_db(const TrackProfile& profile);

/// How far `value_db` lies above (> 0) or below (< 0) the range; 0 inside.
double excess_db(double value_db, const CorridorRange& range);

/// Middle of a band on the logarithmic axis, Hz (the outer bands reach to 25 Hz and 20 kHz).
double corridor_centre_hz(std::size_t band);

/// The band in which a frequency lies.
std::size_t corridor_band_of(double frequency_hz);

}  // namespace engine
