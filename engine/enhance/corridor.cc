#include "engine/enhance/corridor.h"

#include <cmath>

#include "engine/base/math.h"

namespace engine {
namespace {

struct Percentiles {
  double p10_db;
  double p50_db;
  double p90_db;
};

constexpr std::array<Percentiles, kCorridorBandCount> kShares = {{{-19.9, -7.6, -4.5},
                                                                  {-9.3, -5.6, -3.1},
                                                                  {-11.0, -7.6, -4.5},
                                                                  {-15.3, -10.8, -7.4},
                                                                  {-19.0, -11.9, -7.9},
                                                                  {-23.8, -14.3, -9.4},
                                                                  {-33.9, -18.1, -12.1},
                                                                  {-41.4, -20.3, -13.4},
                                                                  {-42.5, -26.3, -15.5}}};

constexpr std::array<Percentiles, kCorridorBandCount> kSides = {{{-23.8, -14.8, -3.0},
                                                                 {-14.7, -8.5, -2.5},
                                                                 {-12.8, -7.2, -2.3},
                                                                 {-12.4, -7.0, -1.3},
                                                                 {-11.8, -6.5, -1.3},
                                                                 {-12.6, -6.9, -0.5},
                                                                 {-13.1, -6.8, -0.4},
                                                                 {-14.3, -6.4, -0.1},
                                                                 {-13.6, -5.2, 0.0}}};

// Quartiles of a normal distribution lie at 0.674 of its deviation, the outer tenths at 1.282.
constexpr double kQuartile = 0.674 / 1.282;
// The darkest tenth of the tracks has next to nothing above 4 kHz and is no measure of it: without
// it, the quartiles are the 32.5th and the 77.5th percentile.
constexpr std::size_t kFirstHighBand = 6;
constexpr double kHighLowQuartile = 0.454 / 1.282;
constexpr double kHighHighQuartile = 0.755 / 1.282;

CorridorRange range_of(const Percentiles& p, double low_quartile, double high_quartile) {
  return {p.p50_db - low_quartile * (p.p50_db - p.p10_db),
          p.p50_db + high_quartile * (p.p90_db - p.p50_db)};
}

constexpr double kLowestHz = 25;
constexpr double kHighestHz = 20000;

}  // namespace

CorridorRange share_corridor(std::size_t band) {
  const bool high = band >= kFirstHighBand;
  return range_of(kShares[band], high ? kHighLowQuartile : kQuartile,
                  high ? kHighHighQuartile : kQuartile);
}

CorridorRange side_corridor(std::size_t band) {
  return range_of(kSides[band], kQuartile, kQuartile);
}

std::array<double, kCorridorBandCount> corridor_shares_db(const TrackProfile& profile) {
  double total = 0;
  for (const double level : profile.corridor_db) total += math::exp10(0.1 * level);
  const double total_db = 10.0 * math::log10(total);
  std::array<double, kCorridorBandCount> shares{};
  for (std::size_t band = 0; band < shares.size(); ++band) {
    shares[band] = profile.corridor_db[band] - total_db;
  }
  return shares;
}

double excess_db(double value_db, const CorridorRange& range) {
  if (value_db > range.high_db) return value_db - range.high_db;
  if (value_db < range.low_db) return value_db - range.low_db;
  return 0;
}

double corridor_centre_hz(std::size_t band) {
  const double low = band == 0 ? kLowestHz : kCorridorEdgesHz[band - 1];
  const double high = band + 1 == kCorridorBandCount ? kHighestHz : kCorridorEdgesHz[band];
  return std::sqrt(low * high);
}

std::size_t corridor_band_of(double frequency_hz) {
  std::size_t band = 0;
  while (band < kCorridorEdgesHz.size() && frequency_hz >= kCorridorEdgesHz[band]) ++band;
  return band;
}

}  // namespace engine
