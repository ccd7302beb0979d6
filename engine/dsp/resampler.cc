#include "engine/dsp/resampler.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "engine/base/check.h"
#include "engine/base/math.h"
#include "engine/base/media_types.h"
#include "engine/base/simd.h"

namespace engine {
namespace {

// Kaiser beta 11: stop band about -110 dB. 96 taps at the lower of both rates: transition of 3.3
// kHz around Nyquist for 44.1 kHz, so that 20 kHz stays flat. Measured choice: see
// resampler_test.cc.
constexpr double kBeta = 11.0;
constexpr int kTapsBase = 96;
constexpr int kTapsLowRate = 192;
constexpr int kTapsUnit = 16;  // Four accumulators of four lanes.
constexpr int kLowRateHzEnd = 44100;
// Cut-off that puts the end of the transition at Nyquist for kTapsLowRate: 0.5 - (A - 8) / (2 *
// 14.36 * taps) with A = 108.5 dB (Kaiser's formula).
constexpr double kLowRateCutoff = 0.4818;
constexpr std::int64_t kTableFloatsMax = 1 << 17;  // Exact phases up to here, blended ones beyond.
constexpr int kBlendedFloats = 2048 * kTapsBase;   // Blending error about -130 dB.

std::int64_t floor_divide(std::int64_t a, std::int64_t b) {
  const std::int64_t quotient = a / b;
  return a % b < 0 ? quotient - 1 : quotient;
}

/// Four accumulators, then a fixed tree: the same bits wherever lanes are emulated. Two channels at
/// once share the loads of the taps; each gets the bits that it would get alone.
struct Pair {
  float first;
  float second;
};
Pair dot(const float* first, const float* second, const float* taps, int count) {
  F32x4 a0 = splat4(0);
  F32x4 a1 = splat4(0);
  F32x4 a2 = splat4(0);
  F32x4 a3 = splat4(0);
  F32x4 b0 = splat4(0);
  F32x4 b1 = splat4(0);
  F32x4 b2 = splat4(0);
  F32x4 b3 = splat4(0);
  for (int k = 0; k < count; k += kTapsUnit) {
    const F32x4 h0 = load4(taps + k);
    const F32x4 h1 = load4(taps + k + 4);
    const F32x4 h2 = load4(taps + k + 8);
    const F32x4 h3 = load4(taps + k + 12);
    a0 += load4(first + k) * h0;
    a1 += load4(first + k + 4) * h1;
    a2 += load4(first + k + 8) * h2;
    a3 += load4(first + k + 12) * h3;
    b0 += load4(second + k) * h0;
    b1 += load4(second + k + 4) * h1;
    b2 += load4(second + k + 8) * h2;
    b3 += load4(second + k + 12) * h3;
  }
  return {sum4((a0 + a2) + (a1 + a3)), sum4((b0 + b2) + (b1 + b3))};
}

float dot(const float* samples, const float* taps, int count) {
  F32x4 a0 = splat4(0);
  F32x4 a1 = splat4(0);
  F32x4 a2 = splat4(0);
  F32x4 a3 = splat4(0);
  for (int k = 0; k < count; k += kTapsUnit) {
    a0 += load4(samples + k) * load4(taps + k);
    a1 += load4(samples + k + 4) * load4(taps + k + 4);
    a2 += load4(samples + k + 8) * load4(taps + k + 8);
    a3 += load4(samples + k + 12) * load4(taps + k + 12);
  }
  return sum4((a0 + a2) + (a1 + a3));
}

/// Cut-off in cycles per sample; distance in samples.
double windowed_sinc(double distance, double cutoff, double half_width, double inverse_i0) {
  const double relative = distance / half_width;
  const double inside = 1.0 - relative * relative;
  if (inside <= 0) return 0;
  const double window = math::bessel_i0(kBeta * std::sqrt(inside)) * inverse_i0;
  const double turns = 2.0 * cutoff * distance;
  const double sinc = turns == 0 ? 1.0 : math::sin_pi(turns) / (math::kPi * turns);
  return 2.0 * cutoff * sinc * window;
}

}  // namespace

Resampler::Resampler(int input_rate_hz) : input_rate_hz_(input_rate_hz) {
  ENGINE_CHECK(input_rate_hz >= kSampleRateHzMin);
  ENGINE_CHECK(input_rate_hz <= kSampleRateHzMax);
  const int divisor = std::gcd(input_rate_hz, kOutputRateHz);
  step_numerator_ = input_rate_hz / divisor;
  step_denominator_ = kOutputRateHz / divisor;
  step_whole_ = step_numerator_ / step_denominator_;
  step_remainder_ = step_numerator_ % step_denominator_;
  if (input_rate_hz == kOutputRateHz) return;

  double cutoff = 0.5;
  if (input_rate_hz < kLowRateHzEnd) {
    taps_ = kTapsLowRate;
    cutoff = kLowRateCutoff;
  } else if (input_rate_hz < kOutputRateHz) {
    taps_ = kTapsBase;
  } else {
    const std::int64_t stretched =
        static_cast<std::int64_t>(kTapsBase) * input_rate_hz / kOutputRateHz;
    taps_ = static_cast<int>((stretched + kTapsUnit - 1) / kTapsUnit) * kTapsUnit;
    cutoff = 0.5 * kOutputRateHz / input_rate_hz;
  }
  interpolated_ = step_denominator_ * taps_ > kTableFloatsMax;
  table_phases_ = interpolated_ ? kBlendedFloats / taps_ : static_cast<int>(step_denominator_);
  design(cutoff);
}

void Resampler::design(double cutoff) {
  const auto taps = static_cast<std::size_t>(taps_);
  const auto phases = static_cast<std::size_t>(table_phases_);
  table_.assign((phases + 1) * taps, 0.0f);
  const double inverse_i0 = 1.0 / math::bessel_i0(kBeta);
  const double half_width = 0.5 * taps_;
  std::vector<double> row(taps);
  // Row p and row phases - p are each other reversed.
  for (std::size_t p = 0; p <= phases - p; ++p) {
    const double offset = static_cast<double>(p) / static_cast<double>(phases);
    double sum = 0;
    for (std::size_t k = 0; k < taps; ++k) {
      const double distance = static_cast<double>(k) - (half_width - 1.0) - offset;
      row[k] = windowed_sinc(distance, cutoff, half_width, inverse_i0);
      sum += row[k];
    }
    // Each phase passes a constant exactly; else the ripple of the phases would modulate it.
    for (std::size_t k = 0; k < taps; ++k) {
      const auto value = static_cast<float>(row[k] / sum);
      table_[p * taps + k] = value;
      table_[(phases - p) * taps + (taps - 1 - k)] = value;
    }
  }
}

FrameCount Resampler::output_frames(FrameCount input_frames) const {
  ENGINE_CHECK(input_frames >= 0);
  ENGINE_CHECK(input_frames <= FrameCount{1} << 46);
  return (input_frames * step_denominator_ + step_numerator_ - 1) / step_numerator_;
}

FrameRange Resampler::input_range(FrameCount first_out, FrameCount out_count) const {
  ENGINE_CHECK(out_count >= 0);
  if (is_identity()) return {first_out, first_out + out_count};
  const FrameCount begin =
      floor_divide(first_out * step_numerator_, step_denominator_) - taps_ / 2 + 1;
  if (out_count == 0) return {begin, begin};
  const FrameCount last = first_out + out_count - 1;
  return {begin, floor_divide(last * step_numerator_, step_denominator_) + taps_ / 2 + 1};
}

void Resampler::process(const AudioView& input, FrameCount first_out,
                        const MutableAudioView& out) const {
  ENGINE_CHECK(input.channels() == out.channels());
  ENGINE_CHECK(input.frames() == input_range(first_out, out.frames()).size());
  if (is_identity()) {
    for (int c = 0; c < out.channels(); ++c) {
      const auto source = input.channel(c);
      std::copy(source.begin(), source.end(), out.channel(c).begin());
    }
    return;
  }
  int c = 0;
  for (; c + 1 < out.channels(); c += 2) {
    process_pair(input.channel(c).data(), input.channel(c + 1).data(), first_out, out.channel(c),
                 out.channel(c + 1));
  }
  if (c < out.channels()) process_one(input.channel(c).data(), first_out, out.channel(c));
}

void Resampler::process_one(const float* input, FrameCount first_out, std::span<float> out) const {
  Cursor cursor = cursor_at(first_out);
  for (float& sample : out) {
    const Row row = row_of(cursor);
    const float* at = input + cursor.frame;
    sample = dot(at, row.taps, taps_);
    if (interpolated_) sample += row.blend * (dot(at, row.taps + taps_, taps_) - sample);
    advance(cursor);
  }
}

void Resampler::process_pair(const float* first_in, const float* second_in, FrameCount first_out,
                             std::span<float> first, std::span<float> second) const {
  Cursor cursor = cursor_at(first_out);
  for (std::size_t i = 0; i < first.size(); ++i) {
    const Row row = row_of(cursor);
    const float* a = first_in + cursor.frame;
    const float* b = second_in + cursor.frame;
    Pair value = dot(a, b, row.taps, taps_);
    if (interpolated_) {
      const Pair next = dot(a, b, row.taps + taps_, taps_);
      value.first += row.blend * (next.first - value.first);
      value.second += row.blend * (next.second - value.second);
    }
    first[i] = value.first;
    second[i] = value.second;
    advance(cursor);
  }
}

Resampler::Cursor Resampler::cursor_at(FrameCount first_out) const {
  const std::int64_t product = first_out * step_numerator_;
  return {0, product - floor_divide(product, step_denominator_) * step_denominator_};
}

void Resampler::advance(Cursor& cursor) const {
  cursor.frame += step_whole_;
  cursor.remainder += step_remainder_;
  if (cursor.remainder >= step_denominator_) {
    cursor.remainder -= step_denominator_;
    ++cursor.frame;
  }
}

Resampler::Row Resampler::row_of(const Cursor& cursor) const {
  if (!interpolated_) return {table_.data() + cursor.remainder * taps_, 0};
  const std::int64_t scaled = cursor.remainder * table_phases_;
  const std::int64_t row = scaled / step_denominator_;
  return {table_.data() + row * taps_, static_cast<float>(scaled - row * step_denominator_) /
                                           static_cast<float>(step_denominator_)};
}

}  // namespace engine
