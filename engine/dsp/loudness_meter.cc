#include "engine/dsp/loudness_meter.h"

#include <algorithm>
#include <cmath>

#include "engine/base/check.h"
#include "engine/base/math.h"
#include "engine/base/media_types.h"

namespace engine {
namespace {

constexpr int kHopsPerSecond = 100;
constexpr int kMomentaryHops = 40;
constexpr int kShortTermHops = 300;
constexpr int kBlockStepHops = 10;
constexpr double kRelativeGateLu = 10.0;
constexpr double kRangeGateLu = 20.0;
constexpr int kBinsPerLu = 100;
constexpr int kBinCount = 100 * kBinsPerLu;  // -70..+30 LUFS.

// BS.1770-5 equation 2: the constant that cancels the K filter's gain at 997 Hz.
double lufs_from_power(double power) {
  return -0.691 + 10.0 * math::log10(power);
}

}  // namespace

double gated_loudness_lufs(std::span<const double> block_energies, FrameCount block_frames,
                           std::span<const double> weights) {
  ENGINE_CHECK(weights.empty() || weights.size() == block_energies.size());
  // Two passes: the mean of all blocks above the absolute gate sets the relative gate.
  double gate_power = math::exp10(0.1 * (kLoudnessFloorLufs + 0.691));
  double mean = 0;
  for (int pass = 0; pass < 2; ++pass) {
    double total = 0;
    double sum = 0;
    for (std::size_t i = 0; i < block_energies.size(); ++i) {
      const double power = block_energies[i] / static_cast<double>(block_frames);
      if (!(power > gate_power)) continue;
      const double weight = weights.empty() ? 1.0 : weights[i];
      total += weight;
      sum += weight * power;
    }
    if (!(total > 0)) return kLoudnessFloorLufs;
    mean = sum / total;
    gate_power = std::max(gate_power, mean * math::exp10(-0.1 * kRelativeGateLu));
  }
  return std::max(lufs_from_power(mean), kLoudnessFloorLufs);
}

// The analogue prototypes behind BS.1770-5 tables 1 and 2 (De Man, "Evaluation of Implementations
// of the EBU R128 Loudness Measurement", AES 145, 2018); at 48 kHz they give the tables'
// coefficients.
KWeighting::KWeighting(int sample_rate_hz) : sample_rate_hz_(sample_rate_hz) {
  ENGINE_CHECK(sample_rate_hz >= kSampleRateHzMin);
  ENGINE_CHECK(sample_rate_hz <= kSampleRateHzMax);
  {
    constexpr double kQ = 0.7071752369554196;
    const double k = math::tan_pi(1681.974450955533 / sample_rate_hz);
    const double high = math::gain_from_db(3.999843853973347);
    const double band = math::pow(high, 0.4996667741545416);
    const double scale = 1.0 / (1.0 + k / kQ + k * k);
    stages_[0] = {(high + band * k / kQ + k * k) * scale, 2.0 * (k * k - high) * scale,
                  (high - band * k / kQ + k * k) * scale, 2.0 * (k * k - 1.0) * scale,
                  (1.0 - k / kQ + k * k) * scale};
  }
  {
    constexpr double kQ = 0.5003270373238773;
    const double k = math::tan_pi(38.13547087602444 / sample_rate_hz);
    const double scale = 1.0 / (1.0 + k / kQ + k * k);
    stages_[1] = {1.0, -2.0, 1.0, 2.0 * (k * k - 1.0) * scale, (1.0 - k / kQ + k * k) * scale};
  }
}

void KWeighting::add_power(std::span<const float> first, std::span<const float> second,
                           F64x2& sum) {
  const Biquad shelf = stages_[0];
  const Biquad high_pass = stages_[1];
  const auto both = [](double value) { return F64x2{value, value}; };
  const F64x2 b0 = both(shelf.b0);
  const F64x2 b1 = both(shelf.b1);
  const F64x2 b2 = both(shelf.b2);
  const F64x2 a1 = both(shelf.a1);
  const F64x2 a2 = both(shelf.a2);
  const F64x2 c1 = both(high_pass.a1);
  const F64x2 c2 = both(high_pass.a2);
  const F64x2 two = both(2.0);
  F64x2 x1 = state_[0];
  F64x2 x2 = state_[1];
  F64x2 v1 = state_[2];
  F64x2 v2 = state_[3];
  F64x2 y1 = state_[4];
  F64x2 y2 = state_[5];
  F64x2 total = sum;
  for (std::size_t i = 0; i < first.size(); ++i) {
    const F64x2 x = {static_cast<double>(first[i]), static_cast<double>(second[i])};
    // The newest output comes last in each sum: the next one waits for two operations only.
    const F64x2 v = (b0 * x + b1 * x1 + b2 * x2 - a2 * v2) - a1 * v1;
    // The high-pass has b = 1, -2, 1.
    const F64x2 y = ((v2 - two * v1 - c2 * y2) + v) - c1 * y1;
    x2 = x1;
    x1 = x;
    v2 = v1;
    v1 = v;
    y2 = y1;
    y1 = y;
    total += y * y;
  }
  state_ = {x1, x2, v1, v2, y1, y2};
  sum = total;
}

void KWeighting::flush_subnormals() {
  for (F64x2& value : state_) {
    for (int lane = 0; lane < 2; ++lane) {
      if (std::fabs(value[lane]) < 1e-20) value[lane] = 0;
    }
  }
}

double KWeighting::magnitude_db(double frequency_hz) const {
  const double turns = 2.0 * frequency_hz / sample_rate_hz_;
  const double c1 = math::cos_pi(turns);
  const double s1 = math::sin_pi(turns);
  const double c2 = math::cos_pi(2.0 * turns);
  const double s2 = math::sin_pi(2.0 * turns);
  double power = 1;
  for (const Biquad& b : stages_) {
    const double numerator_re = b.b0 + b.b1 * c1 + b.b2 * c2;
    const double numerator_im = b.b1 * s1 + b.b2 * s2;
    const double denominator_re = 1.0 + b.a1 * c1 + b.a2 * c2;
    const double denominator_im = b.a1 * s1 + b.a2 * s2;
    power *= (numerator_re * numerator_re + numerator_im * numerator_im) /
             (denominator_re * denominator_re + denominator_im * denominator_im);
  }
  return 10.0 * math::log10(power);
}

LoudnessMeter::LoudnessMeter(int sample_rate_hz, int channels, std::span<const double> weights)
    : channels_(channels), hop_frames_((sample_rate_hz + kHopsPerSecond / 2) / kHopsPerSecond) {
  ENGINE_CHECK(channels >= 1);
  ENGINE_CHECK(channels <= kChannelCountMax);
  ENGINE_CHECK(weights.empty() || weights.size() == static_cast<std::size_t>(channels));
  weights_.fill(1.0);
  std::copy(weights.begin(), weights.end(), weights_.begin());
  filters_.assign(static_cast<std::size_t>(channels + 1) / 2, KWeighting(sample_rate_hz));
  hops_.resize(kShortTermHops);
  blocks_.resize(kBinCount);
  short_terms_.resize(kBinCount);
}

void LoudnessMeter::reset() {
  std::fill(blocks_.begin(), blocks_.end(), Bin{});
  std::fill(short_terms_.begin(), short_terms_.end(), Bin{});
  block_count_ = 0;
  momentary_lufs_ = momentary_max_lufs_ = kLoudnessFloorLufs;
  short_term_lufs_ = short_term_max_lufs_ = kLoudnessFloorLufs;
  begin_stretch(0);
}

void LoudnessMeter::begin_stretch(FrameCount settle_frames) {
  ENGINE_CHECK(settle_frames >= 0);
  for (KWeighting& filter : filters_) filter.reset();
  settle_frames_ = settle_frames;
  hop_fill_ = 0;
  hop_count_ = 0;
  hop_power_.fill(F64x2{0, 0});
}

void LoudnessMeter::add(const AudioView& audio) {
  ENGINE_CHECK(audio.channels() == channels_);
  FrameCount done = 0;
  while (done < audio.frames()) {
    const bool settling = settle_frames_ > 0;
    const FrameCount wanted = settling ? settle_frames_ : hop_frames_ - hop_fill_;
    const FrameCount count = std::min(wanted, audio.frames() - done);
    for (std::size_t pair = 0; pair < filters_.size(); ++pair) {
      const int channel = static_cast<int>(2 * pair);
      const auto piece = [&](int c) {
        return audio.channel(std::min(c, channels_ - 1))
            .subspan(static_cast<std::size_t>(done), static_cast<std::size_t>(count));
      };
      F64x2 unused = {0, 0};
      filters_[pair].add_power(piece(channel), piece(channel + 1),
                               settling ? unused : hop_power_[pair]);
    }
    done += count;
    if (settling) {
      settle_frames_ -= count;
      continue;
    }
    hop_fill_ += static_cast<int>(count);
    if (hop_fill_ == hop_frames_) end_hop();
  }
}

void LoudnessMeter::end_hop() {
  double power = 0;
  for (int c = 0; c < channels_; ++c) {
    power +=
        weights_[static_cast<std::size_t>(c)] * hop_power_[static_cast<std::size_t>(c / 2)][c % 2];
  }
  for (KWeighting& filter : filters_) filter.flush_subnormals();
  hop_fill_ = 0;
  hop_power_.fill(F64x2{0, 0});
  add_hop(power);
}

void LoudnessMeter::add_hop(double energy) {
  hops_[static_cast<std::size_t>(hop_count_ % kShortTermHops)] = energy;
  ++hop_count_;
  const auto bin_of = [](double lufs) {
    const int bin = static_cast<int>((lufs - kLoudnessFloorLufs) * kBinsPerLu);
    return static_cast<std::size_t>(std::clamp(bin, 0, kBinCount - 1));
  };
  const bool block_ends = hop_count_ % kBlockStepHops == 0;
  if (hop_count_ >= kMomentaryHops) {
    const double mean = window_power(kMomentaryHops);
    const double lufs = lufs_from_power(mean);
    momentary_lufs_ = std::max(lufs, kLoudnessFloorLufs);
    momentary_max_lufs_ = std::max(momentary_max_lufs_, momentary_lufs_);
    if (block_ends) ++block_count_;
    // The absolute gate of BS.1770-5; -infinity and NaN fail it too.
    if (block_ends && lufs > kLoudnessFloorLufs) {
      Bin& bin = blocks_[bin_of(lufs)];
      ++bin.count;
      bin.power += mean;
    }
  }
  if (hop_count_ >= kShortTermHops) {
    const double mean = window_power(kShortTermHops);
    const double lufs = lufs_from_power(mean);
    short_term_lufs_ = std::max(lufs, kLoudnessFloorLufs);
    short_term_max_lufs_ = std::max(short_term_max_lufs_, short_term_lufs_);
    if (block_ends && lufs > kLoudnessFloorLufs) {
      Bin& bin = short_terms_[bin_of(lufs)];
      ++bin.count;
      bin.power += mean;
    }
  }
}

/// Mean power of the last `hops` hops, summed from the oldest to the newest.
double LoudnessMeter::window_power(int hops) const {
  double sum = 0;
  for (std::int64_t hop = hop_count_ - hops; hop < hop_count_; ++hop) {
    sum += hops_[static_cast<std::size_t>(hop % kShortTermHops)];
  }
  return sum / (static_cast<double>(hops) * hop_frames_);
}

double LoudnessMeter::integrated_lufs() const {
  // Two passes: the mean of all blocks sets the relative gate, the mean of the rest is the result.
  // A bin stands on that side of the gate where the mean of its blocks stands.
  double gate_power = 0;
  double mean = 0;
  for (int pass = 0; pass < 2; ++pass) {
    std::int64_t count = 0;
    double power = 0;
    for (const Bin& bin : blocks_) {
      if (bin.count == 0) continue;
      if (bin.power < gate_power * static_cast<double>(bin.count)) continue;
      count += bin.count;
      power += bin.power;
    }
    if (count == 0) return kLoudnessFloorLufs;
    mean = power / static_cast<double>(count);
    gate_power = mean * math::exp10(-0.1 * kRelativeGateLu);
  }
  return std::max(lufs_from_power(mean), kLoudnessFloorLufs);
}

double LoudnessMeter::range_lu() const {
  std::int64_t count = 0;
  double power = 0;
  for (const Bin& bin : short_terms_) {
    count += bin.count;
    power += bin.power;
  }
  if (count == 0) return 0;
  const double gate_power = power / static_cast<double>(count) * math::exp10(-0.1 * kRangeGateLu);
  std::int64_t gated = 0;
  std::size_t first = short_terms_.size();
  for (std::size_t i = 0; i < short_terms_.size(); ++i) {
    const Bin& bin = short_terms_[i];
    if (bin.count == 0 || bin.power < gate_power * static_cast<double>(bin.count)) continue;
    first = std::min(first, i);
    gated += bin.count;
  }
  // Tech 3342 section 3: the value at index round((n - 1) p) of the sorted list.
  const auto percentile = [&](double share) {
    auto rank = static_cast<std::int64_t>(static_cast<double>(gated - 1) * share + 0.5);
    for (std::size_t i = first; i < short_terms_.size(); ++i) {
      const Bin& bin = short_terms_[i];
      if (rank < bin.count) return lufs_from_power(bin.power / static_cast<double>(bin.count));
      rank -= bin.count;
    }
    return kLoudnessFloorLufs;
  };
  return gated == 0 ? 0 : percentile(0.95) - percentile(0.10);
}

}  // namespace engine
