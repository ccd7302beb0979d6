#include "engine/enhance/analyzer.h"

#include <algorithm>
#include <array>

#include "engine/base/check.h"
#include "engine/base/math.h"
#include "engine/dsp/downmix.h"
#include "engine/dsp/treble_guard.h"

namespace engine {
namespace {

constexpr int kBlockHops = static_cast<int>(kProbeBlockFrames) / HopPeakMeter::kHopFrames;
static_assert(kProbeSettleFrames % HopPeakMeter::kHopFrames == 0,
              "the hops of both meters keep step");
// The envelope falls as the limiter's gain rises again in most presets.
constexpr double kEnvelopeFallDbPerHop = 0.3;
constexpr double kRoundingDb = 0.001;
// No music holds its peaks above this: what does is a wild sample, an outlier, behind which the
// peaks of the music must be known.
constexpr double kFloorTopDb = 6.0;
constexpr int kEnvelopeBinsPerDb = 20;
constexpr double kEnvelopeTopDb = 40.0;
constexpr int kEnvelopeBins =
    static_cast<int>((kEnvelopeTopDb - kLevelFloorDb) * kEnvelopeBinsPerDb);
constexpr double kRangeGateLu = 20.0;
// Short blocks vary more than stretches of 3 s.
constexpr double kProbeRangeScale = 0.8;

double next_envelope_db(double envelope_db, float peak) {
  const double peak_db = math::db_from_gain(static_cast<double>(peak));
  return std::max({peak_db, envelope_db - kEnvelopeFallDbPerHop, kLevelFloorDb});
}

}  // namespace

std::vector<FrameRange> probe_schedule(FrameCount track_frames, int probe_count) {
  ENGINE_CHECK(track_frames >= 0);
  ENGINE_CHECK(probe_count >= 1);
  if (track_frames == 0) return {};
  if (track_frames <= probe_count * kShortTrackProbeFrames) return {{0, track_frames}};
  const FrameCount frames =
      track_frames < kShortTrackFrames ? kShortTrackProbeFrames : kProbeFrames;
  // Shares of 2^16: four tenths at either end stay free, the rest is walked in golden steps.
  constexpr FrameCount kOne = 65536;
  constexpr FrameCount kGolden = 40503;
  const FrameCount part = track_frames / probe_count;
  std::vector<FrameRange> probes;
  for (FrameCount i = 0; i < probe_count; ++i) {
    const FrameCount walk = (kOne / 2 + i * kGolden) % kOne;
    const FrameCount share = kOne * 4 / 10 + walk * 2 / 10;
    const FrameCount begin = part * i + (part - frames) * share / kOne;
    probes.push_back({begin, begin + frames});
  }
  return probes;
}

Analyzer::Analyzer()
    : loudness_(kOutputRateHz, kOutputChannelCount),
      peaks_(kOutputChannelCount),
      hop_(kOutputChannelCount, HopPeakMeter::kHopFrames),
      envelope_hop_counts_(kEnvelopeBins),
      envelope_energies_(kEnvelopeBins) {}

void Analyzer::begin_probe(FrameCount first_frame) {
  ENGINE_CHECK(first_frame >= 0);
  const bool from_silence = first_frame == 0;
  loudness_.begin_stretch(from_silence ? 0 : kProbeSettleFrames);
  spectrum_.begin_stretch();
  peaks_.begin_stretch(from_silence);
  floor_envelope_db_ = kLevelFloorDb;
  hop_fill_ = 0;
  settle_hops_ = from_silence ? 0 : kProbeSettleFrames / HopPeakMeter::kHopFrames;
  probe_begins_.push_back(first_frame);
}

void Analyzer::add(const AudioView& audio, std::int64_t clipped_runs) {
  ENGINE_CHECK(!probe_begins_.empty());
  ENGINE_CHECK(audio.channels() == kOutputChannelCount);
  if (clipped_runs > 0) {
    // A resampler hands over its frames a little later than it was given them.
    const auto hops = static_cast<std::size_t>(audio.frames() / HopPeakMeter::kHopFrames) + 2;
    clips_.push_back({hops_.size(), hops_.size() + hops, clipped_runs});
  }
  const DownmixMatrix identity = downmix_matrix(kOutputChannelCount, 0);
  for (FrameCount first = 0; first < audio.frames();) {
    const FrameCount count = std::min(HopPeakMeter::kHopFrames - hop_fill_, audio.frames() - first);
    std::array<const float*, kOutputChannelCount> sources{};
    std::array<float*, kOutputChannelCount> targets{};
    for (int c = 0; c < kOutputChannelCount; ++c) {
      sources[static_cast<std::size_t>(c)] = audio.channel(c).data() + first;
      targets[static_cast<std::size_t>(c)] = hop_.channel(c).data() + hop_fill_;
    }
    to_stereo(AudioView(sources, count), identity, MutableAudioView(targets, count));
    first += count;
    hop_fill_ += count;
    measured_frames_ += count;
    if (hop_fill_ == HopPeakMeter::kHopFrames) end_hop();
  }
}

/// Peaks that neither lift the envelope nor are the largest need not be known.
void Analyzer::take_peaks(MeasuredHop& hop) {
  const double floor_db = floor_envelope_db_ - kEnvelopeFallDbPerHop - kRoundingDb;
  const auto floor = static_cast<float>(math::gain_from_db(floor_db));
  hop.opus_peak = peaks_.measure(BufferSlice(hop_).view(), floor);
  hop.true_peak = peaks_.hop_true_peak();
  hop.offset = peaks_.hop_offset();
  floor_envelope_db_ = std::min(next_envelope_db(floor_envelope_db_, hop.opus_peak), kFloorTopDb);
  // Below the floor: what was seen on the way.
  if (hop.opus_peak <= floor) hop.opus_peak = hop.true_peak;
}

void Analyzer::end_hop() {
  if (hops_.size() == kJudgedHops) count_hops();
  loudness_.add(BufferSlice(hop_).view());
  spectrum_.add(BufferSlice(hop_).view());
  MeasuredHop hop;
  hop.stretch = static_cast<std::uint32_t>(probe_begins_.size() - 1);
  hop.energy = loudness_.hop_energy();
  if (settle_hops_ > 0) {
    hop.use = HopUse::kPeaks;
    --settle_hops_;
  }
  take_peaks(hop);
  hop.treble = treble_rms(BufferSlice(hop_).view());
  hops_.push_back(hop);
  hop_fill_ = 0;
}

/// The unfinished hop and the frames under the filter's half: silence follows them.
void Analyzer::add_tail() {
  for (int round = 0; round < 2; ++round) {
    for (int c = 0; c < kOutputChannelCount; ++c) {
      const auto rest = hop_.channel(c).subspan(static_cast<std::size_t>(hop_fill_));
      std::fill(rest.begin(), rest.end(), 0.0f);
    }
    MeasuredHop hop;
    hop.stretch = static_cast<std::uint32_t>(probe_begins_.size() - 1);
    hop.use = HopUse::kLargest;
    take_peaks(hop);
    hops_.push_back(hop);
    hop_fill_ = 0;
  }
}

/// Counts what is measured so far, but for outliers.
void Analyzer::count_hops() {
  const std::vector<bool> outliers = find_outliers(hops_);
  const auto place_of = [&](FrameCount hop) {
    const auto size = static_cast<FrameCount>(outliers.size());
    return outliers.begin() + static_cast<std::ptrdiff_t>(std::clamp<FrameCount>(hop, 0, size));
  };
  const auto any_outlier = [&](FrameCount begin, FrameCount end) {
    return std::find(place_of(begin), place_of(end), true) != place_of(end);
  };
  spectrum_.decide_held([&](FrameCount begin, FrameCount end) {
    constexpr FrameCount kHop = HopPeakMeter::kHopFrames;
    return !any_outlier(begin / kHop - counted_hops_, (end + kHop - 1) / kHop - counted_hops_);
  });
  for (const ClippedRuns& clips : clips_) {
    const auto begin = static_cast<FrameCount>(clips.begin);
    if (!any_outlier(begin, static_cast<FrameCount>(clips.end))) clipped_runs_ += clips.count;
  }
  const bool from_start = probe_begins_.size() == 1 && probe_begins_.front() == 0;
  if (from_start && !gated_) gated_.emplace(kOutputRateHz, kOutputChannelCount);
  for (std::size_t i = 0; i < hops_.size(); ++i) count_hop(hops_[i], outliers[i]);
  counted_hops_ += static_cast<FrameCount>(hops_.size());
  hops_.clear();
  clips_.clear();
}

void Analyzer::count_hop(const MeasuredHop& hop, bool is_outlier) {
  if (hop.stretch != counted_stretch_) {
    counted_stretch_ = hop.stretch;
    envelope_db_ = kLevelFloorDb;
    block_energy_ = 0;
    block_hops_ = block_counted_ = 0;
  }
  count_energy(hop, is_outlier);
  if (is_outlier) {
    if (hop.use != HopUse::kLargest) left_out_frames_ += HopPeakMeter::kHopFrames;
    return;
  }
  true_peak_ = std::max(true_peak_, hop.true_peak);
  opus_peak_ = std::max(opus_peak_, hop.opus_peak);
  treble_ = std::max(treble_, hop.treble);
  if (hop.use == HopUse::kLargest) return;
  envelope_db_ = next_envelope_db(envelope_db_, hop.opus_peak);
  const int bin = static_cast<int>((envelope_db_ - kLevelFloorDb) * kEnvelopeBinsPerDb);
  const auto index = static_cast<std::size_t>(std::min(bin, kEnvelopeBins - 1));
  ++envelope_hop_counts_[index];
  envelope_energies_[index] += hop.energy;
  ++envelope_hops_;
}

/// Into the gates of the whole track and into the blocks of probes. A block that an outlier left
/// less than half of does not count.
void Analyzer::count_energy(const MeasuredHop& hop, bool is_outlier) {
  if (hop.use != HopUse::kAll) return;
  if (!is_outlier) {
    block_energy_ += hop.energy;
    ++block_counted_;
    if (gated_) gated_->add_hop(hop.energy);
  }
  if (++block_hops_ < kBlockHops) return;
  if (2 * block_counted_ >= kBlockHops) {
    block_energies_.push_back(block_energy_ * (static_cast<double>(kBlockHops) / block_counted_));
    block_probes_.push_back(hop.stretch);
  }
  block_energy_ = 0;
  block_hops_ = block_counted_ = 0;
}

/// Upper edge of the bin below which `percent` of the hops lie.
double Analyzer::time_percentile_db(int percent) const {
  std::int64_t below = 0;
  for (std::size_t bin = 0; bin < envelope_hop_counts_.size(); ++bin) {
    below += envelope_hop_counts_[bin];
    if (below * 100 >= envelope_hops_ * percent && below > 0) {
      return kLevelFloorDb + static_cast<double>(bin + 1) / kEnvelopeBinsPerDb;
    }
  }
  return kLevelFloorDb;
}

/// Of probes: the percentiles of EBU Tech 3342 (10th to 95th, gated 20 LU below the mean) over
/// their blocks instead of over stretches of 3 s, brought to scale.
double Analyzer::range_lu() const {
  const double gate = gated_loudness_lufs(block_energies_, kProbeBlockFrames) - kRangeGateLu;
  std::vector<double> loudness;
  for (const double energy : block_energies_) {
    const double block = gated_loudness_lufs({&energy, 1}, kProbeBlockFrames);
    if (block > std::max(gate, kLoudnessFloorLufs)) loudness.push_back(block);
  }
  if (loudness.empty()) return 0;
  std::sort(loudness.begin(), loudness.end());
  const auto at = [&](double share) {
    return loudness[static_cast<std::size_t>(share * static_cast<double>(loudness.size() - 1) +
                                             0.5)];
  };
  return kProbeRangeScale * (at(0.95) - at(0.10));
}

/// Probes are found by estimates in bytes, and loud music takes more bytes: places crowd there.
/// Each therefore stands for the part of the track that lies nearest to it.
std::vector<double> Analyzer::block_weights(FrameCount track_frames) const {
  const std::size_t count = probe_begins_.size();
  std::vector<double> stretches(count, 1.0);
  if (std::is_sorted(probe_begins_.begin(), probe_begins_.end())) {
    for (std::size_t i = 0; i < count; ++i) {
      const FrameCount begin = i == 0 ? 0 : (probe_begins_[i - 1] + probe_begins_[i]) / 2;
      const FrameCount end =
          i + 1 == count ? track_frames : (probe_begins_[i] + probe_begins_[i + 1]) / 2;
      stretches[i] = static_cast<double>(std::max<FrameCount>(end - begin, 1));
    }
  }
  std::vector<double> weights;
  for (const std::size_t probe : block_probes_) weights.push_back(stretches[probe]);
  return weights;
}

TrackProfile Analyzer::finish(FrameCount track_frames) {
  TrackProfile profile;
  profile.probe_count = static_cast<int>(probe_begins_.size());
  profile.measured_frames = measured_frames_;
  profile.full = measured_frames_ == track_frames &&
                 (track_frames == 0 || (probe_begins_.size() == 1 && probe_begins_.front() == 0));
  if (profile.full && track_frames > 0) add_tail();
  count_hops();
  profile.left_out_frames = left_out_frames_;
  const bool gated = profile.full && gated_;
  profile.integrated_loudness_lufs = quantize_level_db(
      gated ? gated_->integrated_lufs()
            : gated_loudness_lufs(block_energies_, kProbeBlockFrames, block_weights(track_frames)));
  profile.loudness_range_lu = quantize_level_db(gated ? gated_->range_lu() : range_lu());
  energy_quantiles_db(envelope_energies_, kLevelFloorDb, 1.0 / kEnvelopeBinsPerDb,
                      profile.loud_peaks_dbtp);
  profile.clipped_runs = clipped_runs_;
  profile.true_peak_dbtp = quantize_level_db(math::db_from_gain(static_cast<double>(true_peak_)));
  profile.opus_peak_dbtp = quantize_level_db(math::db_from_gain(static_cast<double>(opus_peak_)));
  profile.peak_p99_dbtp =
      std::min(quantize_level_db(time_percentile_db(99)), profile.opus_peak_dbtp);
  profile.treble_peak_db = quantize_level_db(math::db_from_gain(static_cast<double>(treble_)));
  spectrum_.finish(profile);
  return profile;
}

}  // namespace engine
