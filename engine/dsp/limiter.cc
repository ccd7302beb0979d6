#include "engine/dsp/limiter.h"

#include <algorithm>
#include <cmath>
#include <cstring>

#include "engine/base/check.h"
#include "engine/base/math.h"
#include "engine/base/simd.h"
#include "engine/base/units.h"

namespace engine {
namespace {

// An offset this large (no music has one) lives on in Opus' high-pass when its cause ends, and no
// gain reaches it then: it is turned down while it lasts.
constexpr float kOffsetFree = 0.3f;
constexpr float kOffsetShare = 0.4f;

constexpr double kQ20 = 1 << 20;
constexpr int kHistoryFrames = static_cast<int>(Limiter::latency_frames());

// The double box sum holds 48 * 48 = 2304 = 256 * 9 values of 2^-20 dB. Shifting by 8 makes it fit
// 32 bits (21 dB: 2e8); it rounds down, to the safe side, and keeps 0.
constexpr int kBoxShift = 8;
constexpr double kSmoothedUnitDb = 1.0 / (9.0 * kQ20);
static_assert(Limiter::kBoxFrames * Limiter::kBoxFrames == 9 << kBoxShift);
static_assert(2 * Limiter::kBoxFrames == Limiter::kLookaheadFrames);
// log2(10) / 20 per dB.
constexpr double kLog2PerDb = 0.16609640474436811739;

std::int32_t to_q20(double db) {
  return static_cast<std::int32_t>(std::floor(db * kQ20));
}

/// target[i] = source[i] * 2^(smoothed[i] * scale), clipped at +/- ceiling, for i < count.
/// source and smoothed must be readable up to the next multiple of four.
void apply_gain(const float* source, const std::int32_t* smoothed, int count, float ceiling,
                float* target) {
  const F32x4 scale = splat4(static_cast<float>(kSmoothedUnitDb * kLog2PerDb));
  const F32x4 top = splat4(ceiling);
  const F32x4 bottom = splat4(-ceiling);
  for (int i = 0; i < count; i += kLaneCount) {
    I32x4 level;
    std::memcpy(&level, smoothed + i, sizeof level);
    const F32x4 gain = exp2_fast4(__builtin_convertvector(level, F32x4) * scale);
    F32x4 value = load4(source + i) * gain;
    value = value > top ? top : value;
    value = value < bottom ? bottom : value;
    if (count - i >= kLaneCount) {
      store4(target + i, value);
    } else {
      for (int lane = 0; lane < count - i; ++lane) target[i + lane] = value[lane];
    }
  }
}

}  // namespace

Limiter::Limiter(int channels, const LimiterSettings& settings)
    : channels_(channels), minimum_(kHoldFrames + kLookaheadFrames, 0) {
  ENGINE_CHECK(channels >= 1);
  ENGINE_CHECK(channels <= kChannelCountMax);
  ENGINE_CHECK(settings.ceiling_dbtp >= -20.0 && settings.ceiling_dbtp <= 40.0);
  ENGINE_CHECK(settings.release_db_per_s >= 10.0 && settings.release_db_per_s <= 1000.0);
  threshold_db_ = settings.ceiling_dbtp - kMarginDb;
  threshold_ = static_cast<float>(math::gain_from_db(threshold_db_));
  ceiling_ = static_cast<float>(math::gain_from_db(settings.ceiling_dbtp));
  slope_q20_ = to_q20(settings.release_db_per_s / kOutputRateHz);
  audio_.resize(static_cast<std::size_t>(channels));
  for (auto& line : audio_) line.resize(kHistoryFrames + kBlockFrames);
  if (settings.before_opus) high_pass_.resize(static_cast<std::size_t>(channels));
}

void Limiter::reset() {
  for (auto& line : audio_) std::fill(line.begin(), line.end(), 0.0f);
  for (OpusHighPass& high_pass : high_pass_) high_pass.reset();
  last_peak_ = 0;
  minimum_.reset();
  decisive_ = 0;
  decisive_gain_q20_ = 0;
  release_q20_ = 0;
  box1_.fill(0);
  box2_.fill(0);
  box1_sum_ = 0;
  box2_sum_ = 0;
  box_index_ = 0;
}

FrameCount Limiter::left_context_frames() const {
  // A wrong start spoils need[] under the detector's filter and one frame on; each wrong g[] acts
  // for the hold, is then released within kReductionMaxDb / slope, and leaves the two boxes.
  const FrameCount release =
      (to_q20(kReductionMaxDb) + slope_q20_ - 1) / static_cast<FrameCount>(slope_q20_);
  const FrameCount high_pass = high_pass_.empty() ? 0 : OpusHighPass::kMemoryFrames;
  return high_pass + PeakInterpolator::kTaps + 1 + kHoldFrames + kLookaheadFrames + release +
         2 * kBoxFrames;
}

void Limiter::process(const AudioView& in, const MutableAudioView& out, std::span<float> gain_db) {
  ENGINE_CHECK(in.channels() == channels_);
  ENGINE_CHECK(out.channels() == channels_);
  ENGINE_CHECK(in.frames() == out.frames());
  ENGINE_CHECK(gain_db.empty() || gain_db.size() == static_cast<std::size_t>(in.frames()));
  for (FrameCount first = 0; first < in.frames(); first += kBlockFrames) {
    const auto count = static_cast<int>(std::min<FrameCount>(kBlockFrames, in.frames() - first));
    const auto smoothed = std::span(smoothed_).first(static_cast<std::size_t>(count));
    for (int c = 0; c < channels_; ++c) {
      const float* source = in.channel(c).data() + first;
      std::copy(source, source + count,
                audio_[static_cast<std::size_t>(c)].begin() + kHistoryFrames);
    }
    if (high_pass_.empty()) {
      detect(count);
    } else {
      detect_before_opus(count);
    }
    const bool active = smooth(count);
    for (int c = 0; c < channels_; ++c) {
      std::vector<float>& line = audio_[static_cast<std::size_t>(c)];
      float* target = out.channel(c).data() + first;
      if (active) {
        apply_gain(line.data(), smoothed_.data(), count, ceiling_, target);
      } else {
        std::copy(line.begin(), line.begin() + count, target);
      }
      std::copy(line.begin() + count, line.begin() + count + kHistoryFrames, line.begin());
    }
    if (gain_db.empty()) continue;
    const auto trace = gain_db.subspan(static_cast<std::size_t>(first));
    for (std::size_t i = 0; i < smoothed.size(); ++i) {
      trace[i] = static_cast<float>(smoothed[i] * kSmoothedUnitDb);
    }
  }
}

/// Peaks of the `count` frames that end kRight frames before the newest.
void Limiter::detect(int count) {
  const auto peaks = std::span(peaks_).first(static_cast<std::size_t>(count));
  std::fill(peaks.begin(), peaks.end(), 0.0f);
  for (const auto& line : audio_) {
    interpolator_.accumulate_above(line.data() + kHistoryFrames - PeakInterpolator::kRight,
                                   threshold_, peaks);
  }
}

/// As detect(), with each peak raised by what Opus' high-pass will add to it: subtracting an offset
/// of the other sign makes a peak larger.
void Limiter::detect_before_opus(int count) {
  const auto size = static_cast<std::size_t>(count);
  std::fill_n(peaks_.begin(), size, 0.0f);
  for (std::size_t c = 0; c < audio_.size(); ++c) {
    const float* samples = audio_[c].data() + kHistoryFrames - PeakInterpolator::kRight;
    std::array<float, kBlockFrames> raise{};
    std::array<float, kBlockFrames> alone{};  // Where the offset is larger than the sample.
    float raise_max = 0;
    for (std::size_t i = 0; i < size; ++i) {
      const float offset = high_pass_[c].offset(samples[i]);
      const float left_over = kOffsetShare * (std::fabs(offset) - kOffsetFree);
      raise[i] = std::max({samples[i] < 0 ? offset : -offset, left_over, 0.0f});
      alone[i] = std::fabs(samples[i] - offset);
      raise_max = std::max(raise_max, raise[i]);
    }
    std::array<float, kBlockFrames> peaks{};
    interpolator_.accumulate_above(samples, std::max(threshold_ - raise_max, 0.0f),
                                   std::span(peaks).first(size));
    for (std::size_t i = 0; i < size; ++i) {
      peaks_[i] = std::max({peaks_[i], peaks[i] + raise[i], alone[i]});
    }
  }
}

/// g of the largest need[] in a window: min(0, threshold - need) dB, not below -kReductionMaxDb.
std::int32_t Limiter::gain_for(std::int32_t negative_need_bits) const {
  if (negative_need_bits == 0) return 0;
  const std::int32_t bits = -negative_need_bits;
  float need = 0;
  std::memcpy(&need, &bits, sizeof need);
  const double gain_db = threshold_db_ - math::db_from_gain(static_cast<double>(need));
  return std::min(to_q20(std::max(gain_db, -kReductionMaxDb)), 0);
}

/// Peaks to the smoothed gain of the frames that leave. False when all of it is 0 dB.
bool Limiter::smooth(int count) {
  std::int32_t active = 0;
  for (int i = 0; i < count; ++i) {
    const auto index = static_cast<std::size_t>(i);
    const float peak = peaks_[index];
    const float need = std::max(last_peak_, peak);
    last_peak_ = peak;
    std::int32_t need_bits = 0;
    if (need > threshold_) std::memcpy(&need_bits, &need, sizeof need_bits);
    const std::int32_t decisive = minimum_.push(-need_bits);
    if (decisive != decisive_) {
      decisive_ = decisive;
      decisive_gain_q20_ = gain_for(decisive);
    }
    release_q20_ = std::min(decisive_gain_q20_, release_q20_ + slope_q20_);

    const auto slot = static_cast<std::size_t>(box_index_);
    box_index_ = box_index_ + 1 == kBoxFrames ? 0 : box_index_ + 1;
    box1_sum_ += release_q20_ - box1_[slot];
    box1_[slot] = release_q20_;
    const auto box1_sum = static_cast<std::int32_t>(box1_sum_);
    box2_sum_ += box1_sum - box2_[slot];
    box2_[slot] = box1_sum;
    smoothed_[index] = static_cast<std::int32_t>(box2_sum_ >> kBoxShift);
    active |= smoothed_[index];
  }
  return active != 0;
}

}  // namespace engine
