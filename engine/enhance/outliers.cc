#include "engine/enhance/outliers.h"

#include <algorithm>
#include <array>

namespace engine {
namespace {

constexpr std::size_t kPlacesMax = 3;
constexpr std::size_t kShare = 48;
// The filters of the meters, and the rest of a damaged overlap, reach into the hops beside.
constexpr std::size_t kSlackHops = 4;
constexpr std::size_t kMarginHops = 1;
// Gaps that 27 pieces of music and 316 excerpts of 20 s do not have.
constexpr double kEnergyGap = 4.0;    // 6 dB.
constexpr double kPeakGap = 1.496;    // 3.5 dB.
constexpr double kTrebleGap = 3.162;  // 10 dB: single cymbals reach 9.
constexpr double kProbeGap = 2.82;    // 4.5 dB.
// Bass leaves offsets of up to about this much.
constexpr double kOffsetGap = 3.0;
constexpr double kUsualOffset = 0.05;
// With next to nothing beside it (-70 LUFS, -70 dBFS), a sound is no outlier but the track.
constexpr double kEnergyFloor = 5.6e-5;
constexpr double kPeakFloor = 3e-4;
// Fewer probes than this tell nothing of one of them.
constexpr std::size_t kProbesMin = 16;

/// Hops [begin, end) around the largest value outside the places before.
struct Place {
  std::size_t begin = 0;
  std::size_t end = 0;
  double largest = 0;
};

Place largest_place(std::span<const MeasuredHop> hops, std::span<const double> values,
                    std::span<const Place> taken, std::size_t radius) {
  const auto is_taken = [&](std::size_t i) {
    return std::any_of(taken.begin(), taken.end(),
                       [&](const Place& place) { return i >= place.begin && i < place.end; });
  };
  Place place;
  std::size_t at = values.size();
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (values[i] <= place.largest || is_taken(i)) continue;
    place.largest = values[i];
    at = i;
  }
  if (at == values.size()) return place;
  place.begin = at;
  place.end = at + 1;
  const std::uint32_t stretch = hops[at].stretch;
  while (place.begin > 0 && at - place.begin < radius && hops[place.begin - 1].stretch == stretch) {
    --place.begin;
  }
  while (place.end < hops.size() && place.end - at <= radius &&
         hops[place.end].stretch == stretch) {
    ++place.end;
  }
  return place;
}

/// From the first to the last hop of a place above `level`.
Place part_above(std::span<const double> values, const Place& place, double level) {
  Place part{place.end, place.begin, place.largest};
  for (std::size_t i = place.begin; i < place.end; ++i) {
    if (values[i] <= level) continue;
    part.begin = std::min(part.begin, i);
    part.end = i + 1;
  }
  return part;
}

/// The places that lie `gap` above all other hops. Damage may have struck more than once: the gap
/// is looked for behind the third place first.
void mark_places(std::span<const MeasuredHop> hops, std::span<const double> values, double gap,
                 double floor, std::vector<bool>& outliers) {
  const std::size_t budget = std::min(hops.size() / kShare + kSlackHops, kOutlierHopsMax + 1);
  std::array<Place, kPlacesMax + 1> places{};
  for (std::size_t i = 0; i < places.size(); ++i) {
    places[i] = largest_place(hops, values, std::span(places).first(i), budget);
  }
  for (std::size_t count = kPlacesMax; count > 0; --count) {
    const double others = places[count].largest;
    const double level = others * gap;
    if (others < floor || places[count - 1].largest <= level) continue;
    std::array<Place, kPlacesMax> parts{};
    std::size_t marked = 0;
    for (std::size_t i = 0; i < count; ++i) {
      parts[i] = part_above(values, places[i], level);
      marked += parts[i].end - parts[i].begin;
    }
    if (marked > budget) continue;
    for (std::size_t i = 0; i < count; ++i) {
      const std::uint32_t stretch = hops[parts[i].begin].stretch;
      const std::size_t begin = parts[i].begin - std::min(parts[i].begin, kMarginHops);
      const std::size_t end = std::min(parts[i].end + kMarginHops, hops.size());
      for (std::size_t hop = begin; hop < end; ++hop) {
        if (hops[hop].stretch == stretch) outliers[hop] = true;
      }
    }
    return;
  }
}

/// The probe whose mean energy lies kProbeGap above that of all others, if there is one.
void mark_probe(std::span<const MeasuredHop> hops, std::vector<bool>& outliers) {
  double largest = 0;
  double second = 0;
  std::uint32_t loudest = 0;
  std::size_t probes = 0;
  for (std::size_t i = 0; i < hops.size();) {
    const std::uint32_t stretch = hops[i].stretch;
    double sum = 0;
    std::size_t count = 0;
    for (; i < hops.size() && hops[i].stretch == stretch; ++i) {
      if (outliers[i] || hops[i].use != HopUse::kAll) continue;
      sum += hops[i].energy;
      ++count;
    }
    if (count == 0) continue;
    ++probes;
    const double mean = sum / static_cast<double>(count);
    if (mean > largest) loudest = stretch;
    second = std::max(second, std::min(mean, largest));
    largest = std::max(largest, mean);
  }
  if (probes < kProbesMin || second < kEnergyFloor || largest <= kProbeGap * second) return;
  for (std::size_t i = 0; i < hops.size(); ++i) {
    if (hops[i].stretch == loudest) outliers[i] = true;
  }
}

}  // namespace

std::vector<bool> find_outliers(std::span<const MeasuredHop> hops) {
  std::vector<bool> outliers(hops.size());
  if (hops.size() < kJudgedHopsMin) return outliers;
  std::vector<double> values(hops.size());
  const auto fill = [&](auto value_of) {
    std::transform(hops.begin(), hops.end(), values.begin(), value_of);
  };
  fill([](const MeasuredHop& hop) { return hop.energy; });
  mark_places(hops, values, kEnergyGap, kEnergyFloor, outliers);
  fill([](const MeasuredHop& hop) { return static_cast<double>(hop.opus_peak); });
  mark_places(hops, values, kPeakGap, kPeakFloor, outliers);
  fill([](const MeasuredHop& hop) { return static_cast<double>(hop.treble); });
  mark_places(hops, values, kTrebleGap, kPeakFloor, outliers);
  fill([](const MeasuredHop& hop) {
    return std::max(static_cast<double>(hop.offset), kUsualOffset);
  });
  mark_places(hops, values, kOffsetGap, kUsualOffset, outliers);
  mark_probe(hops, outliers);
  return outliers;
}

}  // namespace engine
