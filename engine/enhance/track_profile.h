// TrackProfile: what the engine knows of a track before it renders the first chunk.
//
// A profile is fixed for a play: its hash is part of every chunk key, and gain is never measured
// again inside a chunk. Levels are held in thousandths of a decibel, so that binary form, JSON and
// value are one and the same thing and round trips are exact.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "engine/base/audio_view.h"
#include "engine/base/result.h"
#include "engine/dsp/loudness_meter.h"

namespace engine {

/// Levels of TrackProfile::loud_peaks_dbtp.
inline constexpr std::size_t kLoudPeakCount = 16;

/// Lowest level that a profile can hold.
inline constexpr double kLevelFloorDb = -120.0;

/// Rises with every change of fields or of how they are measured.
inline constexpr int kTrackProfileVersion = 2;

struct TrackProfile {
  int version = kTrackProfileVersion;
  /// True: every frame was measured. False: the probes of probe_schedule().
  bool full = false;
  int probe_count = 0;
  FrameCount measured_frames = 0;  // At 48 kHz.
  /// Gated loudness. kLoudnessFloorLufs (-70) stands for silence, where BS.1770 says -infinity.
  double integrated_loudness_lufs = kLoudnessFloorLufs;
  /// Largest true peak that was measured; kLevelFloorDb for digital silence.
  double true_peak_dbtp = kLevelFloorDb;
  /// Largest peak as a limiter in front of Opus sees it, raised by what Opus' high-pass adds.
  double opus_peak_dbtp = kLevelFloorDb;
  /// 99th percentile over time of the envelope of those peaks (10 ms maxima that fall 30 dB/s): how
  /// much a limiter at some threshold would reduce for all but the loudest hundredth of the time.
  double peak_p99_dbtp = kLevelFloorDb;
  /// The same envelope where the loudness is: its levels, rising, in the middle of each sixteenth
  /// of the track's K-weighted power. They tell what a limiter costs in loudness.
  std::array<double, kLoudPeakCount> loud_peaks_dbtp = [] {
    std::array<double, kLoudPeakCount> levels{};
    for (double& level : levels) level = kLevelFloorDb;
    return levels;
  }();

  friend bool operator==(const TrackProfile&, const TrackProfile&) = default;
};

/// Level rounded to the profile's resolution, 0.001 dB, within [kLevelFloorDb, 120].
double quantize_level_db(double level_db);

/// Canonical form: fixed size, little-endian, field after field.
inline constexpr std::size_t kTrackProfileBytes = 36 + 4 * kLoudPeakCount;
std::array<std::byte, kTrackProfileBytes> profile_bytes(const TrackProfile& profile);

/// FNV-1a of profile_bytes().
std::uint64_t profile_hash(const TrackProfile& profile);

/// One JSON object, e.g. {"version":2,"full":false,"probe_count":16,...}.
std::string profile_to_json(const TrackProfile& profile);

/// Reads what profile_to_json() writes: exactly its members, in any order, with white space.
/// Errors: kCorruptData (not such an object, a member missing, twice, unknown or out of range),
/// kUnsupportedFormat (another version). byte_offset is the place in `json`.
Result<TrackProfile> profile_from_json(std::string_view json);

}  // namespace engine
