// Analyzer: measures a TrackProfile from probes or from the whole track, by the same code.
//
// Hops of 10 ms are measured first and counted later, when enough of them are there to tell which
// are damage (outliers.h): at the end, or every kJudgedHops.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <vector>

#include "engine/base/audio_buffer.h"
#include "engine/base/audio_view.h"
#include "engine/base/units.h"
#include "engine/dsp/hop_peak_meter.h"
#include "engine/dsp/loudness_meter.h"
#include "engine/enhance/outliers.h"
#include "engine/enhance/spectrum_meter.h"
#include "engine/enhance/track_profile.h"

namespace engine {

/// How long the K filter settles at the start of a probe that does not begin the track.
inline constexpr FrameCount kProbeSettleFrames = 1920;  // 40 ms.
/// Behind the settling time, the block that a probe is gated by: 200 ms instead of the 400 ms of
/// BS.1770-5, since more places tell more than longer ones (docs/decisions/probes.md).
inline constexpr FrameCount kProbeBlockFrames = 9600;
inline constexpr FrameCount kProbeFrames = kProbeSettleFrames + kProbeBlockFrames;
/// Probes of shorter tracks have two blocks: close together, they would keep step with the beat.
inline constexpr FrameCount kShortTrackFrames = FrameCount{30} * kOutputRateHz;
inline constexpr FrameCount kShortTrackProbeFrames = kProbeFrames + kProbeBlockFrames;
inline constexpr int kProbeCount = 48;

/// The stretches to measure, in order and not overlapping, at 48 kHz. A function of its arguments
/// only. A track of at most probe_count * kShortTrackProbeFrames frames is measured whole (one
/// probe, or none for an empty track); of a longer one, each of `probe_count` equal parts gives one
/// probe, at a place that wanders by the golden ratio, so that probes keep no step with the bars.
/// Precondition: probe_count >= 1.
std::vector<FrameRange> probe_schedule(FrameCount track_frames, int probe_count = kProbeCount);

class Analyzer {
 public:
  Analyzer();

  /// A probe begins at frame `first_frame` (48 kHz). At 0 the meters start from true silence;
  /// elsewhere the first kProbeSettleFrames frames only settle them.
  void begin_probe(FrameCount first_frame);

  /// Audio of the current probe: 2 x any frames at 48 kHz, in pieces of any size. NaN and
  /// infinities count as 0. `clipped_runs`: how many were found in the source's own samples of
  /// these frames, for TrackProfile::clipped_runs.
  void add(const AudioView& audio, std::int64_t clipped_runs = 0);

  /// The profile of all probes. `track_frames`: length of the track; a single probe that covered
  /// all of it makes a full profile. The analyzer can then only be discarded.
  TrackProfile finish(FrameCount track_frames);

 private:
  /// So many hops (11 minutes) are held at most before they are judged and counted.
  static constexpr std::size_t kJudgedHops = 65536;

  /// Hops [begin, end) of hops_ hold this many runs.
  struct ClippedRuns {
    std::size_t begin = 0;
    std::size_t end = 0;
    std::int64_t count = 0;
  };

  void end_hop();
  void take_peaks(MeasuredHop& hop);
  void add_tail();
  void count_hops();
  void count_hop(const MeasuredHop& hop, bool is_outlier);
  void count_energy(const MeasuredHop& hop, bool is_outlier);
  double time_percentile_db(int percent) const;
  double range_lu() const;
  std::vector<double> block_weights(FrameCount track_frames) const;

  // Measuring.
  LoudnessMeter loudness_;  // For the energy of its hops.
  HopPeakMeter peaks_;
  SpectrumMeter spectrum_;
  std::vector<FrameCount> probe_begins_;
  AudioBuffer hop_;  // The hop being filled.
  FrameCount hop_fill_ = 0;
  FrameCount settle_hops_ = 0;
  double floor_envelope_db_ = kLevelFloorDb;  // Below it, peaks need not be known.
  FrameCount measured_frames_ = 0;
  std::vector<MeasuredHop> hops_;  // Not counted yet.
  std::vector<ClippedRuns> clips_;

  // Counted.
  FrameCount counted_hops_ = 0;            // Those of hops_ come behind them.
  std::uint32_t counted_stretch_ = 0;      // That of the last one.
  std::optional<LoudnessMeter> gated_;     // Of a single stretch from the start.
  std::vector<double> block_energies_;     // K-weighted, one per kProbeBlockFrames.
  std::vector<std::size_t> block_probes_;  // The probe that each belongs to.
  double block_energy_ = 0;
  int block_hops_ = 0;     // Of the block under way,
  int block_counted_ = 0;  // and those of them that count.
  // Histograms of the peak envelope, 0.05 dB: how long and with how much K-weighted energy.
  std::vector<std::int64_t> envelope_hop_counts_;
  std::vector<double> envelope_energies_;
  std::int64_t envelope_hops_ = 0;
  double envelope_db_ = kLevelFloorDb;
  FrameCount left_out_frames_ = 0;
  float true_peak_ = 0;
  float opus_peak_ = 0;
  float treble_ = 0;
  std::int64_t clipped_runs_ = 0;
};

}  // namespace engine
