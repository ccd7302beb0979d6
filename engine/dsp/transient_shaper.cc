#include "engine/dsp/transient_shaper.h"

#include <algorithm>

#include "engine/base/check.h"
#include "engine/base/math.h"
#include "engine/base/simd.h"

namespace engine {
namespace {

constexpr int kAfterShortHops = 4;
constexpr int kAfterLongHops = 8;
constexpr int kBeforeShortHops = 16;
constexpr int kBeforeLongHops = 64;
constexpr double kRatioNoneDb = 3.5;
constexpr double kRatioFullDb = 6.5;
/// 10^(kRatioNoneDb / 10), rounded down: below this ratio no logarithm is needed.
constexpr double kRatioNone = 2.23;
/// Power below which nothing is lifted, and from which it is in full: -60 and -50 dB.
constexpr double kQuietPower = 1e-6;
constexpr double kQuietDb = -60.0;
constexpr double kAudibleDb = -50.0;

double decibels(double power) {
  return 10.0 * math::log10(power_in_range(power));
}

GainSmootherSettings smoother_settings(double boost_max_db) {
  GainSmootherSettings settings;
  settings.hold_hops = 6;  // 8 ms.
  settings.box_hops = 2;
  settings.delay_hops = 0;
  settings.release_db_per_s = TransientShaper::kReleaseDbPerSecond;
  settings.depth_max_db = std::max(boost_max_db, 0.01);
  return settings;
}

}  // namespace

TransientShaper::TransientShaper(double boost_max_db)
    : boost_max_db_(boost_max_db),
      after_short_(kAfterShortHops),
      after_long_(kAfterLongHops),
      before_short_(kBeforeShortHops),
      before_long_(kBeforeLongHops),
      smoother_(smoother_settings(boost_max_db)),
      delay_(2, kDelayHops) {
  ENGINE_CHECK(boost_max_db >= 0);
  ENGINE_CHECK(boost_max_db <= kBoostMaxDb);
}

void TransientShaper::reset() {
  for (auto& samples : samples_) samples.fill(0);
  before_ = {};
  powers_.fill(0);
  after_short_.reset();
  after_long_.reset();
  before_short_.reset();
  before_long_.reset();
  smoother_.reset();
  delay_.reset();
  gain_ = 1;
}

FrameCount TransientShaper::left_context_frames() const {
  if (boost_max_db_ == 0) return 0;
  // The lag and the weights over two hops each look one hop back, and a hop's first gain is that
  // of the border before it.
  return FrameCount{3 + kAfterLongHops + kBeforeLongHops + smoother_.memory_hops() - kDelayHops} *
         kHopFrames;
}

/// The boost that the power up to this hop asks for, dB.
double TransientShaper::boost_for(const MutableAudioView& audio, FrameCount first) {
  // NOLINTNEXTLINE(cppcoreguidelines-pro-type-member-init): all of it is written below.
  std::array<std::array<float, kHopFrames>, 2> differences;
  for (std::size_t c = 0; c < 2; ++c) {
    const float* source = audio.channel(static_cast<int>(c)).data() + first;
    std::copy(samples_[c].end() - kLag, samples_[c].end(), samples_[c].begin());
    std::copy(source, source + kHopFrames, samples_[c].begin() + kLag);
    for (std::size_t i = 0; i < kHopFrames; i += kLaneCount) {
      store4(differences[c].data() + i,
             load4(samples_[c].data() + kLag + i) - load4(samples_[c].data() + i));
    }
  }
  const HopPower newest = hop_power(differences[0].data(), differences[1].data());
  const double power = border_power(before_, newest);
  before_ = newest;
  // The windows of "after" end with the newest power, or begin with the same as the longer one.
  const double after_long = after_long_.push(power);
  const double after_short = after_short_.push(powers_[powers_.size() - kAfterShortHops]);
  const double left = powers_.front();
  const double before = std::max(before_short_.push(left), before_long_.push(left));
  std::copy(powers_.begin() + 1, powers_.end(), powers_.begin());
  powers_.back() = power;
  const double after = std::min(after_short, after_long);
  if (after <= kQuietPower || after <= kRatioNone * before) return 0;
  const double after_db = decibels(after);
  const double steep = std::clamp(
      (after_db - decibels(before) - kRatioNoneDb) / (kRatioFullDb - kRatioNoneDb), 0.0, 1.0);
  const double loud = std::min((after_db - kQuietDb) / (kAudibleDb - kQuietDb), 1.0);
  return boost_max_db_ * steep * loud;
}

void TransientShaper::process(const MutableAudioView& audio, std::span<float> boost_db) {
  ENGINE_CHECK(audio.channels() == 2);
  ENGINE_CHECK(audio.frames() % kHopFrames == 0);
  const auto hops = static_cast<std::size_t>(audio.frames() / kHopFrames);
  ENGINE_CHECK(boost_db.empty() || boost_db.size() == hops);
  for (std::size_t hop = 0; hop < hops; ++hop) {
    const FrameCount first = static_cast<FrameCount>(hop) * kHopFrames;
    const double boost = boost_max_db_ == 0 ? 0 : -smoother_.push(-boost_for(audio, first));
    const float gain = boost == 0 ? 1.0f : static_cast<float>(math::gain_from_db(boost));
    delay_.exchange(audio, first, gain_, gain);
    gain_ = gain;
    if (!boost_db.empty()) boost_db[hop] = static_cast<float>(boost);
  }
}

}  // namespace engine
