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

/// Four accumulators, then a fixed tree: the same bits wherever lanes are emulated.
float dot(const float* samples, const float* taps, int count) {
  F32x4 sum0 = splat4(0);
  F32x4 sum1 = splat4(0);
  F32x4 sum2 = splat4(0);
  F32x4 sum3 = splat4(0);
  for (int k = 0; k < count; k += kTapsUnit) {
    sum0 += load4(samples + k) * load4(taps + k);
    sum1 += load4(samples + k + 4) * load4(taps + k + 4);
    sum2 += load4(samples + k + 8) * load4(taps + k + 8);
    sum3 += load4(samples + k + 12) * load4(taps + k + 12);
  }
  return sum4((sum0 + sum2) + (sum1 + sum3));
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
  for (int c = 0; c < out.channels(); ++c) {
    const auto source = input.channel(c);
    const auto target = out.channel(c);
    if (is_identity()) {
      std::copy(source.begin(), source.end(), target.begin());
    } else {
      process_channel(source.data(), first_out, target);
    }
  }
}

void Resampler::process_channel(const float* input, FrameCount first_out,
                                std::span<float> out) const {
  // The position of the first output frame, whole and remainder; from there it advances in
  // integers.
  const std::int64_t product = first_out * step_numerator_;
  std::int64_t remainder = product - floor_divide(product, step_denominator_) * step_denominator_;
  const std::int64_t step_whole = step_numerator_ / step_denominator_;
  const std::int64_t step_remainder = step_numerator_ % step_denominator_;
  const float inverse_denominator = 1.0f / static_cast<float>(step_denominator_);
  for (float& sample : out) {
    if (interpolated_) {
      const std::int64_t scaled = remainder * table_phases_;
      const float* row = table_.data() + scaled / step_denominator_ * taps_;
      const float blend = static_cast<float>(scaled % step_denominator_) * inverse_denominator;
      const float first = dot(input, row, taps_);
      sample = first + blend * (dot(input, row + taps_, taps_) - first);
    } else {
      sample = dot(input, table_.data() + remainder * taps_, taps_);
    }
    remainder += step_remainder;
    input += step_whole;
    if (remainder >= step_denominator_) {
      remainder -= step_denominator_;
      ++input;
    }
  }
}

}  // namespace engine
