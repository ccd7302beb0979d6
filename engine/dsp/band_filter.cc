#include "engine/dsp/band_filter.h"

#include <algorithm>
#include <cmath>
#include <cstring>

#include "engine/base/check.h"
#include "engine/base/math.h"
#include "engine/base/simd.h"
#include "engine/base/units.h"
#include "engine/dsp/linear_phase_fir.h"

namespace engine {
namespace {

// Measured choices: docs/decisions/tone-filter.md.
constexpr int kToneTaps = 3072;
constexpr LowPass kLowPass = {225, 19700, 120};
// 100 dB, so that nothing is left of it at the rate it is transformed back at.
constexpr LowPass kLowSplit = {831, kLowSplitHz, 100};
constexpr LowPass kHighSplit = {225, kHighSplitHz, 85};
// Frames that the interpolation of the low band looks ahead and back.
constexpr int kLookaheadFrames = 96;
constexpr int kLookbackFrames = 80;

constexpr int delay_of(const LowPass& filter) {
  return (filter.taps - 1) / 2;
}

// Transform sizes: a block, and before it what the filters reach back.
constexpr int kSplitSize = 2 * BandFilter::kBlockFrames;
constexpr int kPlainSize = 7500;
// The circular part of the convolution ends before the first frame that is used.
constexpr int kSplitFirst = kSplitSize - BandFilter::kBlockFrames - kLookaheadFrames;
constexpr int kPlainFirst = kPlainSize - BandFilter::kBlockFrames;
static_assert(kToneTaps + kLowSplit.taps - 2 <= kSplitFirst - kLookbackFrames);
static_assert(kToneTaps + kLowPass.taps - 2 <= kPlainFirst);
static_assert(kLowPass.taps == kHighSplit.taps && kHighSplit.taps <= kLowSplit.taps);
static_assert(kSplitSize % 4 == 0 && kPlainSize % 4 == 0);  // An odd number of bins.
static_assert(kSplitSize <= 2 * BandFilter::kBlockFrames);
static_assert(kPlainSize <= 2 * BandFilter::kBlockFrames);

/// mid = (left + right) / 2, side = (left - right) / 2, with 0 for what is not finite. Tells which
/// of the two holds anything but zeros.
std::array<bool, 2> to_mid_side(const float* left, const float* right, float* mid, float* side) {
  const F32x4 zero = splat4(0);
  const F32x4 finite = splat4(3.4e38f);
  const F32x4 half = splat4(0.5f);
  F32x4 mid_peak = zero;
  F32x4 side_peak = zero;
  for (int i = 0; i < BandFilter::kBlockFrames; i += kLaneCount) {
    F32x4 l = load4(left + i);
    F32x4 r = load4(right + i);
    l = (abs4(l) <= finite ? l : zero) * half;
    r = (abs4(r) <= finite ? r : zero) * half;
    const F32x4 m = l + r;
    const F32x4 s = l - r;
    store4(mid + i, m);
    store4(side + i, s);
    mid_peak = max4(abs4(m), mid_peak);
    side_peak = max4(abs4(s), side_peak);
  }
  return {max_lane(mid_peak) > 0, max_lane(side_peak) > 0};
}

/// out[i] = a[i] * b[i]; count is even.
void multiply(const Complex* a, const Complex* b, std::size_t count, Complex* out) {
  const F32x4 signs = {-1.0f, 1.0f, -1.0f, 1.0f};
  for (std::size_t i = 0; i < count; i += 2) {
    F32x4 x;
    F32x4 h;
    std::memcpy(&x, a + i, sizeof x);
    std::memcpy(&h, b + i, sizeof h);
    const F32x4 re = __builtin_shufflevector(h, h, 0, 0, 2, 2);
    const F32x4 im = __builtin_shufflevector(h, h, 1, 1, 3, 3);
    const F32x4 swapped = __builtin_shufflevector(x, x, 1, 0, 3, 2) * signs;
    const F32x4 y = x * re + swapped * im;
    std::memcpy(static_cast<void*>(out + i), &y, sizeof y);
  }
}

/// mid = all - low - high for a block.
void subtract(const float* all, const float* low, const float* high, float* mid) {
  for (int i = 0; i < BandFilter::kBlockFrames; i += kLaneCount) {
    store4(mid + i, (load4(all + i) - load4(low + i)) - load4(high + i));
  }
}

Complex product(Complex a, Complex b) {
  return {a.re * b.re - a.im * b.im, a.re * b.im + a.im * b.re};
}

std::vector<Complex> spectrum_of(RealFft& fft, const std::vector<float>& taps, int delay) {
  std::vector<float> samples(static_cast<std::size_t>(fft.size()));
  std::copy(taps.begin(), taps.end(), samples.begin() + delay);
  std::vector<Complex> spectrum(static_cast<std::size_t>(fft.bins()));
  fft.forward(samples, spectrum);
  return spectrum;
}

/// The spectrum of `weight` times the filter plus 1 - weight times a delay, both `delay` frames.
std::vector<Complex> spectrum_of(RealFft& fft, const LowPass& filter, double weight, int delay) {
  std::vector<double> taps = design_low_pass(filter);
  for (double& tap : taps) tap *= weight;
  taps[static_cast<std::size_t>(delay_of(filter))] += 1.0 - weight;
  return spectrum_of(fft, std::vector<float>(taps.begin(), taps.end()), delay - delay_of(filter));
}

}  // namespace

BandFilter::BandFilter(const BandFilterSettings& settings)
    : split_(settings.split),
      fft_(split_ ? kSplitSize : kPlainSize),
      small_fft_(kSplitSize / kDecimation),
      filtered_(static_cast<std::size_t>(fft_.size())),
      decimated_(static_cast<std::size_t>(small_fft_.size())) {
  ENGINE_CHECK(settings.low_pass_weight >= 0);
  ENGINE_CHECK(settings.low_pass_weight <= 1);
  // Whole vectors of two bins.
  const auto padded_bins = static_cast<std::size_t>(fft_.bins() + 1);
  product_.resize(padded_bins);
  for (Channel& channel : channels_) {
    channel.window.resize(filtered_.size());
    channel.spectrum.resize(padded_bins);
    channel.all.resize(padded_bins);
    if (!split_) continue;
    channel.high.resize(padded_bins);
    channel.low.resize(static_cast<std::size_t>(small_fft_.bins() + 1));
  }
  design(settings);
}

void BandFilter::design(const BandFilterSettings& settings) {
  const int delay = delay_of(split_ ? kLowSplit : kLowPass);
  const auto all = spectrum_of(fft_, kLowPass, settings.low_pass_weight, delay);
  std::vector<Complex> low;
  std::vector<Complex> below_high;
  if (split_) {
    low = spectrum_of(fft_, kLowSplit, 1, delay);
    below_high = spectrum_of(fft_, kHighSplit, 1, delay);
  }
  MinimumPhaseDesigner designer;
  std::vector<float> taps(kToneTaps);
  const float scale = 1.0f / static_cast<float>(fft_.size());
  for (std::size_t c = 0; c < channels_.size(); ++c) {
    if (c == 0 || settings.side_db != settings.mid_db) {
      designer.design(c == 0 ? settings.mid_db : settings.side_db, taps);
    }
    auto tone = spectrum_of(fft_, taps, 0);
    for (std::size_t k = 0; k < tone.size(); ++k) {
      tone[k] = {tone[k].re * scale, tone[k].im * scale};
      channels_[c].all[k] = product(tone[k], all[k]);
      if (!split_) continue;
      channels_[c].high[k] =
          product(tone[k], {all[k].re - below_high[k].re, all[k].im - below_high[k].im});
      if (k < static_cast<std::size_t>(small_fft_.bins())) {
        channels_[c].low[k] = product(tone[k], low[k]);
      }
    }
  }
  // Interpolation by sinc and Kaiser's window for 120 dB, over kPhaseTaps samples of the low rate.
  constexpr double kBeta = 0.1102 * (120 - 8.7);
  constexpr auto kHalf = static_cast<int>(kPhaseTaps / 2);
  for (std::size_t p = 0; p < kDecimation; ++p) {
    std::array<double, kPhaseTaps> row{};
    double sum = 0;
    for (std::size_t j = 0; j < kPhaseTaps; ++j) {
      const double d =
          (static_cast<double>(j) - (kHalf - 1)) - static_cast<double>(p) / kDecimation;
      const double r = d / kHalf;
      const double sinc = d == 0 ? 1.0 : math::sin_pi(d) / (math::kPi * d);
      row[j] = sinc * math::bessel_i0(kBeta * std::sqrt(1.0 - std::min(r * r, 1.0)));
      sum += row[j];
    }
    for (std::size_t j = 0; j < kPhaseTaps; ++j) {
      phases_[j * kDecimation + p] = static_cast<float>(row[j] / sum);
    }
  }
}

void BandFilter::reset() {
  for (Channel& channel : channels_) {
    std::fill(channel.window.begin(), channel.window.end(), 0.0f);
    channel.last_sounds = false;
    channel.sounds = false;
  }
}

FrameCount BandFilter::latency_frames() const {
  return split_ ? delay_of(kLowSplit) + kLookaheadFrames : delay_of(kLowPass);
}

void BandFilter::process(const AudioView& in, std::span<const MutableAudioView> bands) {
  ENGINE_CHECK(in.channels() == kOutputChannelCount);
  ENGINE_CHECK(in.frames() == kBlockFrames);
  ENGINE_CHECK(bands.size() == band_count());
  for (const MutableAudioView& band : bands) {
    ENGINE_CHECK(band.channels() == kOutputChannelCount);
    ENGINE_CHECK(band.frames() == kBlockFrames);
  }
  for (Channel& channel : channels_) {
    std::copy(channel.window.begin() + kBlockFrames, channel.window.end(), channel.window.begin());
    channel.last_sounds = channel.sounds;
  }
  const std::size_t history = filtered_.size() - kBlockFrames;
  const auto sounds =
      to_mid_side(in.channel(0).data(), in.channel(1).data(), channels_[0].window.data() + history,
                  channels_[1].window.data() + history);
  for (std::size_t c = 0; c < channels_.size(); ++c) {
    Channel& channel = channels_[c];
    const auto index = static_cast<int>(c);
    channel.sounds = sounds[c];
    if (!channel.sounds && !channel.last_sounds) {
      for (const MutableAudioView& band : bands) {
        const auto target = band.channel(index);
        std::fill(target.begin(), target.end(), 0.0f);
      }
      continue;
    }
    fft_.forward(channel.window,
                 std::span(channel.spectrum).first(static_cast<std::size_t>(fft_.bins())));
    if (!split_) {
      filter(channel.spectrum, channel.all, bands[0].channel(index));
      continue;
    }
    filter(channel.spectrum, channel.high, bands[2].channel(index));
    filter_low(channel, bands[0].channel(index));
    filter(channel.spectrum, channel.all, bands[1].channel(index));
    float* mid = bands[1].channel(index).data();
    subtract(mid, bands[0].channel(index).data(), bands[2].channel(index).data(), mid);
  }
}

/// One filter's output for the block.
void BandFilter::filter(const std::vector<Complex>& spectrum, const std::vector<Complex>& response,
                        std::span<float> out) {
  multiply(spectrum.data(), response.data(), product_.size(), product_.data());
  fft_.inverse(std::span(product_).first(static_cast<std::size_t>(fft_.bins())), filtered_);
  const auto first = filtered_.begin() + (split_ ? kSplitFirst : kPlainFirst);
  std::copy(first, first + kBlockFrames, out.begin());
}

void BandFilter::filter_low(const Channel& channel, std::span<float> out) {
  multiply(channel.spectrum.data(), channel.low.data(), channel.low.size(), product_.data());
  small_fft_.inverse(std::span(product_).first(static_cast<std::size_t>(small_fft_.bins())),
                     decimated_);
  static_assert(kDecimation == 4 * kLaneCount);
  static_assert(kSplitFirst % kDecimation == 0);
  static_assert(kLookbackFrames == (kPhaseTaps / 2 - 1) * kDecimation);
  static_assert(kLookaheadFrames == kPhaseTaps / 2 * kDecimation);
  const float* source = decimated_.data() + (kSplitFirst - kLookbackFrames) / kDecimation;
  for (std::size_t first = 0; first < out.size(); first += kDecimation, ++source) {
    std::array<F32x4, 4> sums = {splat4(0), splat4(0), splat4(0), splat4(0)};
    for (std::size_t j = 0; j < kPhaseTaps; ++j) {
      const F32x4 sample = splat4(source[j]);
      const float* row = phases_.data() + j * kDecimation;
      for (std::size_t v = 0; v < sums.size(); ++v) sums[v] += sample * load4(row + 4 * v);
    }
    for (std::size_t v = 0; v < sums.size(); ++v) store4(out.data() + first + 4 * v, sums[v]);
  }
}

}  // namespace engine
