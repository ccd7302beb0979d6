#include "engine/dsp/transient_shaper.h"

#include <algorithm>

#include "engine/base/check.h"
#include "engine/base/math.h"
#include "engine/base/simd.h"

namespace engine {
namespace {

/// Where a share begins and where it is whole.
struct Ramp {
  double none_db = 0;
  double full_db = 0;
};
constexpr Ramp kOverLong = {5.0, 9.0};
constexpr Ramp kOverMiddle = {2.5, 4.5};
/// 10^(5 / 10), rounded down: below this ratio no logarithm is needed.
constexpr double kRatioNone = 3.16;
/// Power over 5.3 ms below which nothing is lifted, and from which it is in full: -60 and -50 dB.
constexpr double kQuietPower = 1e-6;
constexpr double kQuietDb = -60.0;
constexpr double kAudibleDb = -50.0;

double decibels(double power) {
  return 10.0 * math::log10(power_in_range(power));
}

double share(double ratio_db, const Ramp& ramp) {
  return std::clamp((ratio_db - ramp.none_db) / (ramp.full_db - ramp.none_db), 0.0, 1.0);
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
      short_box_(kShortHops),
      middle_box_(kMiddleHops),
      long_box_(kLongHops),
      smoother_(smoother_settings(boost_max_db)),
      delay_(2, kDelayHops) {
  ENGINE_CHECK(boost_max_db >= 0);
  ENGINE_CHECK(boost_max_db <= kBoostMaxDb);
}

void TransientShaper::reset() {
  for (auto& samples : samples_) samples.fill(0);
  before_ = {};
  short_box_.reset();
  middle_box_.reset();
  long_box_.reset();
  smoother_.reset();
  delay_.reset();
  gain_ = 1;
}

FrameCount TransientShaper::left_context_frames() const {
  if (boost_max_db_ == 0) return 0;
  // The lag and the weights over two hops each look one hop back, and a hop's first gain is that
  // of the border before it.
  return FrameCount{3 + kLongHops + smoother_.memory_hops() - kDelayHops} * kHopFrames;
}

/// The boost that the power up to this hop asks for, dB.
double TransientShaper::boost_for(const MutableAudioView& audio, FrameCount first) {
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
  const double short_power = short_box_.push(power);
  const double middle_power = middle_box_.push(power);
  const double long_power = long_box_.push(power);
  if (short_power <= kQuietPower || short_power <= kRatioNone * long_power) return 0;
  const double short_db = decibels(short_power);
  const double steep = std::min(share(short_db - decibels(long_power), kOverLong),
                                share(short_db - decibels(middle_power), kOverMiddle));
  const double loud = std::min((short_db - kQuietDb) / (kAudibleDb - kQuietDb), 1.0);
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
