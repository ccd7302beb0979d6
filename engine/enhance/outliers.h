// Outliers: the few places of a track that are not like the rest of it.
//
// A damaged granule of an MP3 or a wild sample of a float file lies tens of decibels above all that
// is music around it. Averages would follow it (one granule in 20 s of song outweighs the song), so
// such places are found by order and left out of all statistics. Music must not be taken for
// damage: an outlier is a place that stands alone in the whole track, by a gap that music does not
// have, and it is short (docs/decisions/robust-measurement.md).
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace engine {

/// What a hop of 10 ms counts for.
enum class HopUse : std::uint8_t {
  kAll,
  kPeaks,   // A probe settles: its energy is not known.
  kLargest  // Behind the end of the track: only its peak may be the largest.
};

struct MeasuredHop {
  double energy = 0;    // K-weighted.
  float opus_peak = 0;  // Linear, as HopPeakMeter measures it.
  float true_peak = 0;
  float offset = 0;           // Linear: what lies below about 3 Hz.
  float treble = 0;           // Linear: treble_rms().
  std::uint32_t stretch = 0;  // Which probe it belongs to; rises.
  HopUse use = HopUse::kAll;
};

/// Largest outlier, in hops: a probe of two blocks (0.44 s).
inline constexpr std::size_t kOutlierHopsMax = 44;
/// Fewer hops (2 s) are not judged: what stands out of a short sound may be all there is of it.
inline constexpr std::size_t kJudgedHopsMin = 192;

/// One flag for each hop: true where it shall not count. At most three places, of no more hops
/// together than one probe's share (a 48th of the hops) and kOutlierHopsMax, whose energy lies 6
/// dB, or peaks 3.5 dB, or treble 10 dB, or offset 9.5 dB, above those of all other hops; and one
/// probe whose mean energy lies 4.5 dB above that of all other probes.
std::vector<bool> find_outliers(std::span<const MeasuredHop> hops);

}  // namespace engine
