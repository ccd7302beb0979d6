#include "engine/dsp/band_compressor.h"

#include <algorithm>
#include <cmath>

#include "engine/base/check.h"
#include "engine/base/math.h"

namespace engine {
namespace {

/// Kaiser's parameter for side lobes below -90 dB; its first null lies at 4 / length.
constexpr double kWindowBeta = 12.2;
constexpr double kNullsPerLength = 4.0;
/// A window of this many attacks rises from 10 to 90 % as fast as a box of one attack.
constexpr double kLengthPerAttack = 2.18;

int window_hops(const BandCompressorSettings& settings) {
  const double attack_s = kLengthPerAttack * settings.attack_ms * 1e-3;
  const double ripple_s = kNullsPerLength / (2.0 * settings.lowest_hz);
  return static_cast<int>(std::ceil(std::max(attack_s, ripple_s) * kHopsPerSecond - 1e-9));
}

/// Sums to 1; symmetric.
std::vector<double> make_window(int hops) {
  std::vector<double> window(static_cast<std::size_t>(hops));
  double sum = 0;
  for (int i = 0; i < hops; ++i) {
    const double x = (2.0 * i + 1.0) / hops - 1.0;
    const double weight = math::bessel_i0(kWindowBeta * std::sqrt(1.0 - x * x));
    window[static_cast<std::size_t>(i)] = weight;
    sum += weight;
  }
  for (double& weight : window) weight /= sum;
  return window;
}

GainSmootherSettings smoother_settings(const BandCompressorSettings& settings) {
  // Middle of window (from the border that the newest power belongs to) and triangle, half an
  // attack later; and the border that a gain belongs to is the end of its hop.
  const int window = window_hops(settings);
  const double lag = 0.5 * window / kLengthPerAttack;
  const double used = 0.5 * (window - 1) + BandCompressor::kBoxHops - lag;
  GainSmootherSettings smoother;
  smoother.hold_hops = BandCompressor::kHoldHops;
  smoother.box_hops = BandCompressor::kBoxHops;
  smoother.delay_hops =
      std::max(0, BandCompressor::kDelayHops - static_cast<int>(std::floor(used + 0.5)));
  smoother.release_db_per_s = settings.release_db_per_s;
  smoother.depth_max_db = std::max(settings.reduction_max_db, 0.01);
  return smoother;
}

/// The parabola of width `knee` that joins 0 and x at x = 0.
double soft_ramp(double x, double knee) {
  if (x <= -0.5 * knee) return 0;
  if (x >= 0.5 * knee) return x;
  const double into = x + 0.5 * knee;
  return into * into / (2.0 * knee);
}

}  // namespace

double compressor_gain_db(double level_db, const BandCompressorSettings& settings) {
  if (settings.ratio == 1 || settings.reduction_max_db == 0) return 0;
  const double over_db = std::min(level_db - settings.threshold_db, 1000.0);
  const double wanted_db = (1.0 - 1.0 / settings.ratio) * soft_ramp(over_db, settings.knee_db);
  const double cap_db = settings.reduction_max_db;
  return soft_ramp(wanted_db - cap_db, 0.5 * cap_db) - wanted_db;
}

BandCompressor::BandCompressor(const BandCompressorSettings& settings)
    : settings_(settings), smoother_(smoother_settings(settings)) {
  ENGINE_CHECK(settings.ratio >= 1 && settings.ratio <= 20);
  ENGINE_CHECK(settings.knee_db >= 0 && settings.knee_db <= 24);
  ENGINE_CHECK(settings.attack_ms >= 5 && settings.attack_ms <= 40);
  ENGINE_CHECK(settings.release_db_per_s >= 5 && settings.release_db_per_s <= 1000);
  ENGINE_CHECK(settings.reduction_max_db >= 0 && settings.reduction_max_db <= 12);
  ENGINE_CHECK(settings.lowest_hz >= 30 && settings.lowest_hz <= 20000);
  active_ = settings.ratio > 1 && settings.reduction_max_db > 0;
  quiet_power_ = math::exp10(0.1 * (settings.threshold_db - 0.5 * settings.knee_db));
  window_ = make_window(window_hops(settings));
  powers_.resize(2 * window_.size());
}

void BandCompressor::reset() {
  std::fill(powers_.begin(), powers_.end(), 0.0);
  at_ = 0;
  before_ = {};
  smoother_.reset();
}

int BandCompressor::memory_hops() const {
  return static_cast<int>(window_.size()) + smoother_.memory_hops();
}

double BandCompressor::push(const HopPower& power) {
  if (!active_) return 0;
  const double newest = border_power(before_, power);
  before_ = power;
  powers_[at_] = newest;
  powers_[at_ + window_.size()] = newest;
  at_ = at_ + 1 == window_.size() ? 0 : at_ + 1;
  const double mean = level();
  if (mean <= quiet_power_) return smoother_.push(0);
  const double level_db = 10.0 * math::log10(power_in_range(mean));
  return smoother_.push(compressor_gain_db(level_db, settings_));
}

/// Weighted mean of the window, oldest power first, in four sums.
double BandCompressor::level() const {
  const double* powers = powers_.data() + at_;
  double sums[4] = {};
  for (std::size_t i = 0; i < window_.size(); ++i) sums[i % 4] += window_[i] * powers[i];
  return (sums[0] + sums[2]) + (sums[1] + sums[3]);
}

}  // namespace engine
