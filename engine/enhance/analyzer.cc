#include "engine/enhance/analyzer.h"

#include <algorithm>
#include <array>

#include "engine/base/check.h"
#include "engine/base/math.h"
#include "engine/dsp/downmix.h"

namespace engine {
namespace {

constexpr int kBlockFrames = 512;
constexpr int kHopFrames = kOutputRateHz / 100;
// The envelope falls as the limiter's gain rises again in most presets.
constexpr double kEnvelopeFallDbPerHop = 0.3;
constexpr double kRoundingDb = 0.001;
constexpr int kEnvelopeBinsPerDb = 20;
constexpr double kEnvelopeTopDb = 40.0;
constexpr int kEnvelopeBins =
    static_cast<int>((kEnvelopeTopDb - kLevelFloorDb) * kEnvelopeBinsPerDb);

}  // namespace

std::vector<FrameRange> probe_schedule(FrameCount track_frames, int probe_count) {
  ENGINE_CHECK(track_frames >= 0);
  ENGINE_CHECK(probe_count >= 1);
  if (track_frames == 0) return {};
  if (track_frames <= probe_count * kProbeFrames) return {{0, track_frames}};
  // Shares of 2^16: a tenth at either end stays free, the rest is walked in golden steps.
  constexpr FrameCount kOne = 65536;
  constexpr FrameCount kGolden = 40503;
  const FrameCount part = track_frames / probe_count;
  std::vector<FrameRange> probes;
  for (FrameCount i = 0; i < probe_count; ++i) {
    const FrameCount walk = (kOne / 2 + i * kGolden) % kOne;
    const FrameCount share = kOne / 10 + walk * 8 / 10;
    const FrameCount begin = part * i + (part - kProbeFrames) * share / kOne;
    probes.push_back({begin, begin + kProbeFrames});
  }
  return probes;
}

Analyzer::Analyzer()
    : loudness_(kOutputRateHz, kOutputChannelCount),
      true_peak_(kOutputChannelCount),
      envelope_counts_(kEnvelopeBins) {}

void Analyzer::begin_probe(FrameCount first_frame) {
  ENGINE_CHECK(first_frame >= 0);
  const bool from_silence = first_frame == 0;
  loudness_.begin_stretch(from_silence ? 0 : kProbeSettleFrames);
  true_peak_.begin_stretch(from_silence);
  envelope_db_ = kLevelFloorDb;
  hop_peak_ = 0;
  hop_fill_ = 0;
  ++probe_count_;
  probe_begin_ = first_frame;
}

void Analyzer::add(const AudioView& audio) {
  ENGINE_CHECK(probe_count_ > 0);
  ENGINE_CHECK(audio.channels() == kOutputChannelCount);
  std::array<std::array<float, kBlockFrames>, kOutputChannelCount> block{};
  const std::array<float*, kOutputChannelCount> targets = {block[0].data(), block[1].data()};
  const std::array<const float*, kOutputChannelCount> tamed = {block[0].data(), block[1].data()};
  const DownmixMatrix identity = downmix_matrix(kOutputChannelCount, 0);
  for (FrameCount first = 0; first < audio.frames(); first += kBlockFrames) {
    const FrameCount count = std::min<FrameCount>(kBlockFrames, audio.frames() - first);
    std::array<const float*, kOutputChannelCount> pointers{};
    for (int c = 0; c < kOutputChannelCount; ++c) {
      pointers[static_cast<std::size_t>(c)] = audio.channel(c).data() + first;
    }
    to_stereo(AudioView(pointers, count), identity, MutableAudioView(targets, count));
    add_block(AudioView(tamed, count));
  }
}

void Analyzer::add_block(const AudioView& audio) {
  loudness_.add(audio);
  std::array<float, kBlockFrames> peaks{};
  // A block ends at most two hops of the envelope: peaks below where it will then be cannot lift
  // it, nor the largest peak.
  const double floor_db = envelope_db_ - 2 * kEnvelopeFallDbPerHop - kRoundingDb;
  const FrameCount count =
      true_peak_.add(audio, peaks, static_cast<float>(math::gain_from_db(floor_db)));
  for (FrameCount i = 0; i < count; ++i) {
    hop_peak_ = std::max(hop_peak_, peaks[static_cast<std::size_t>(i)]);
    if (++hop_fill_ == kHopFrames) end_envelope_hop();
  }
  measured_frames_ += audio.frames();
}

void Analyzer::end_envelope_hop() {
  const double peak_db = math::db_from_gain(static_cast<double>(hop_peak_));
  envelope_db_ = std::max({peak_db, envelope_db_ - kEnvelopeFallDbPerHop, kLevelFloorDb});
  const int bin = static_cast<int>((envelope_db_ - kLevelFloorDb) * kEnvelopeBinsPerDb);
  ++envelope_counts_[static_cast<std::size_t>(std::min(bin, kEnvelopeBins - 1))];
  ++envelope_count_;
  hop_peak_ = 0;
  hop_fill_ = 0;
}

/// Upper edge of the bin below which `percent` of the hops lie.
double Analyzer::envelope_percentile_db(int percent) const {
  std::int64_t below = 0;
  for (std::size_t bin = 0; bin < envelope_counts_.size(); ++bin) {
    below += envelope_counts_[bin];
    if (below * 100 >= envelope_count_ * percent && below > 0) {
      return kLevelFloorDb + static_cast<double>(bin + 1) / kEnvelopeBinsPerDb;
    }
  }
  return kLevelFloorDb;
}

TrackProfile Analyzer::finish(FrameCount track_frames) {
  TrackProfile profile;
  profile.probe_count = probe_count_;
  profile.measured_frames = measured_frames_;
  profile.full = measured_frames_ == track_frames &&
                 (track_frames == 0 || (probe_count_ == 1 && probe_begin_ == 0));
  if (profile.full && track_frames > 0) true_peak_.finish();
  profile.integrated_loudness_lufs = quantize_level_db(loudness_.integrated_lufs());
  profile.true_peak_dbtp = quantize_level_db(true_peak_.peak_dbtp());
  profile.peak_p99_dbtp =
      std::min(quantize_level_db(envelope_percentile_db(99)), profile.true_peak_dbtp);
  return profile;
}

}  // namespace engine
