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
#include "engine/base/units.h"
#include "engine/dsp/bands.h"
#include "engine/dsp/loudness_meter.h"
#include "engine/dsp/third_octaves.h"

namespace engine {

/// Levels of TrackProfile::loud_peaks_dbtp.
inline constexpr std::size_t kLoudPeakCount = 16;

/// The bands in which tone is compared with other music, by their upper edges in hertz; the last
/// reaches to half the rate. (The nine bands of the corridor, engine/enhance/corridor.h.)
inline constexpr std::size_t kCorridorBandCount = 9;
inline constexpr std::array<double, kCorridorBandCount - 1> kCorridorEdgesHz = {
    148, 392, 795, 1458, 2550, 4349, 7314, 12199};

/// Levels of each of the three bands in TrackProfile::band_levels_db.
inline constexpr std::size_t kBandLevelCount = 8;

/// Lowest level that a profile can hold.
inline constexpr double kLevelFloorDb = -120.0;

/// Rises with every change of fields or of how they are measured.
inline constexpr int kTrackProfileVersion = 5;

template <std::size_t count>
constexpr std::array<double, count> levels_at_floor() {
  std::array<double, count> levels{};
  for (double& level : levels) level = kLevelFloorDb;
  return levels;
}

/// Levels of a band are those of its power, mid^2 + side^2 (the mean square of left and right), in
/// decibels of full scale. "Gated" means over stretches of 85 ms behind both gates of
/// BS.1770-5.
struct TrackProfile {
  int version = kTrackProfileVersion;
  /// True: every frame was measured. False: the probes of probe_schedule().
  bool full = false;
  int probe_count = 0;
  FrameCount measured_frames = 0;  // At 48 kHz.
  /// Of those, what stands alone in the track and therefore counts for nothing below
  /// (engine/enhance/outliers.h).
  FrameCount left_out_frames = 0;
  /// Gated loudness. kLoudnessFloorLufs (-70) stands for silence, where BS.1770 says -infinity.
  double integrated_loudness_lufs = kLoudnessFloorLufs;
  /// Loudness range by EBU Tech 3342; from probes an estimate.
  double loudness_range_lu = 0;
  /// Largest true peak; kLevelFloorDb for digital silence.
  double true_peak_dbtp = kLevelFloorDb;
  /// Largest peak as a limiter in front of Opus sees it, raised by what Opus' high-pass adds.
  double opus_peak_dbtp = kLevelFloorDb;
  /// 99th percentile over time of the envelope of those peaks (10 ms maxima that fall 30 dB/s): how
  /// much a limiter at some threshold would reduce for all but the loudest hundredth of the time.
  double peak_p99_dbtp = kLevelFloorDb;
  /// The same envelope where the loudness is: its levels, rising, in the middle of each sixteenth
  /// of the track's K-weighted power. They tell what a limiter costs in loudness.
  std::array<double, kLoudPeakCount> loud_peaks_dbtp = levels_at_floor<kLoudPeakCount>();
  /// Largest treble_rms() (engine/dsp/treble_guard.h) of any 10 ms.
  double treble_peak_db = kLevelFloorDb;
  /// Long-term spectrum: gated mean of each third of an octave, 25 Hz to 16 kHz; the first and last
  /// hold what lies outside, too.
  std::array<double, kThirdOctaveCount> spectrum_db = levels_at_floor<kThirdOctaveCount>();
  /// What of it is side.
  std::array<double, kThirdOctaveCount> side_spectrum_db = levels_at_floor<kThirdOctaveCount>();
  /// Gated mean of each corridor band, K-weighted.
  std::array<double, kCorridorBandCount> corridor_db = levels_at_floor<kCorridorBandCount>();
  /// The tenth, the middle and the ninetieth of a hundred of their levels over time.
  std::array<double, kCorridorBandCount> corridor_p10_db = levels_at_floor<kCorridorBandCount>();
  std::array<double, kCorridorBandCount> corridor_p50_db = levels_at_floor<kCorridorBandCount>();
  std::array<double, kCorridorBandCount> corridor_p90_db = levels_at_floor<kCorridorBandCount>();
  /// Side against mid power of each corridor band, gated; kLevelFloorDb for mono.
  std::array<double, kCorridorBandCount> side_mid_db = levels_at_floor<kCorridorBandCount>();
  /// Power of the quieter channel of each window against the louder one's, of each corridor band,
  /// gated; kLevelFloorDb where only one of left and right ever sounds.
  std::array<double, kCorridorBandCount> quieter_channel_db = levels_at_floor<kCorridorBandCount>();
  /// Where the power of the dynamics bands is: levels, rising, in the middle of each eighth of a
  /// band's power; band after band. They tell what a compressor costs in loudness.
  std::array<double, kBandCount* kBandLevelCount> band_levels_db =
      levels_at_floor<kBandCount * kBandLevelCount>();
  /// How far 5 to 9 kHz stand out at times: 95th percentile less median, over time, of their power
  /// against that of 1 to 4 kHz. Speech and song with hard "s": 15 dB and more.
  double sibilance_db = 0;
  /// Above this frequency the source holds nothing (a lossy encoder's low-pass, a low source rate);
  /// half the output rate where no edge is seen. Whole hertz.
  double bandwidth_hz = kOutputRateHz / 2.0;
  /// Runs of three and more samples of one channel at full scale, in the source's own samples.
  std::int64_t clipped_runs = 0;

  friend bool operator==(const TrackProfile&, const TrackProfile&) = default;
};

/// Level rounded to the profile's resolution, 0.001 dB, within [kLevelFloorDb, 120].
double quantize_level_db(double level_db);

/// Part of the power of a third of an octave that is the side's, [0, 1].
double side_share(const TrackProfile& profile, std::size_t third);

/// Canonical form: fixed size, little-endian, field after field; levels in thousandths.
inline constexpr std::size_t kTrackProfileBytes =
    68 + 4 * (kLoudPeakCount + 2 * kThirdOctaveCount + 6 * kCorridorBandCount +
              kBandCount * kBandLevelCount);
std::array<std::byte, kTrackProfileBytes> profile_bytes(const TrackProfile& profile);

/// FNV-1a of profile_bytes().
std::uint64_t profile_hash(const TrackProfile& profile);

/// One JSON object, e.g. {"version":5,"full":false,"probe_count":16,...}.
std::string profile_to_json(const TrackProfile& profile);

/// Reads what profile_to_json() writes: exactly its members, in any order, with white space.
/// Errors: kCorruptData (not such an object, a member missing, twice, unknown or out of range),
/// kUnsupportedFormat (another version). byte_offset is the place in `json`.
Result<TrackProfile> profile_from_json(std::string_view json);

}  // namespace engine
