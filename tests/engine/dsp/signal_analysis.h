// Measurements for the tests, independent of the code under test (libm, double precision).
#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstring>
#include <vector>

#include "tests/engine/dsp/test_signals.h"

namespace engine::test {

/// Largest magnitude at 32 times the rate: Kaiser-windowed sinc, 96 taps per phase, beta 12.
inline double true_peak_32x(const Mono& signal) {
  constexpr std::size_t kPhases = 32;
  constexpr std::size_t kTaps = 96;
  const auto bessel = [](double x) {
    double term = 1;
    double sum = 1;
    for (int k = 1; k < 60; ++k) {
      term *= x * x / (4.0 * k * k);
      sum += term;
    }
    return sum;
  };
  // By tap, then by phase: the phases are summed side by side.
  std::array<std::array<double, kPhases>, kTaps> filters{};
  for (std::size_t p = 0; p < kPhases; ++p) {
    double sum = 0;
    for (std::size_t k = 0; k < kTaps; ++k) {
      const double d = static_cast<double>(k) - (kTaps / 2 - 1) - static_cast<double>(p) / kPhases;
      const double r = d / (kTaps / 2);
      const double window = r * r >= 1 ? 0 : bessel(12.0 * std::sqrt(1 - r * r));
      const double x = kTwoPi / 2 * d;
      filters[k][p] = window * (d == 0 ? 1.0 : std::sin(x) / x);
      sum += filters[k][p];
    }
    for (auto& row : filters) row[p] /= sum;
  }
  std::vector<double> padded(signal.size() + 2 * kTaps, 0.0);
  for (std::size_t i = 0; i < signal.size(); ++i) {
    padded[i + kTaps] = static_cast<double>(signal[i]);
  }
  double sample_peak = 0;
  for (const double value : padded) sample_peak = std::max(sample_peak, std::fabs(value));
  double peak = sample_peak;
  for (std::size_t n = kTaps / 2 - 1; n + kTaps / 2 < padded.size(); ++n) {
    // Nothing between two samples far below the peak can reach it.
    if (std::max(std::fabs(padded[n]), std::fabs(padded[n + 1])) < 0.2 * sample_peak) continue;
    std::array<double, kPhases> values{};
    const double* source = padded.data() + n - (kTaps / 2 - 1);
    for (std::size_t k = 0; k < kTaps; ++k) {
      for (std::size_t p = 0; p < kPhases; ++p) values[p] += filters[k][p] * source[k];
    }
    for (const double value : values) peak = std::max(peak, std::fabs(value));
  }
  return peak;
}

/// Amplitude of the component at `frequency_hz` in frames [begin, end), Hann-free: choose whole
/// periods.
inline double amplitude_at(const Mono& signal, double frequency_hz, std::size_t begin,
                           std::size_t end, int rate_hz = 48000) {
  double re = 0;
  double im = 0;
  for (std::size_t i = begin; i < end; ++i) {
    const double angle = kTwoPi * frequency_hz * static_cast<double>(i) / rate_hz;
    re += static_cast<double>(signal[i]) * std::cos(angle);
    im += static_cast<double>(signal[i]) * std::sin(angle);
  }
  return 2.0 * std::sqrt(re * re + im * im) / static_cast<double>(end - begin);
}

struct SineFit {
  double amplitude = 0;
  double residual_db = 0;  // RMS of what is left, relative to the fitted sine's RMS.
};

/// Least-squares sine of known frequency plus a constant over [begin, end).
inline SineFit fit_sine(const Mono& signal, double frequency_hz, std::size_t begin, std::size_t end,
                        int rate_hz = 48000) {
  // Normal equations of (cos, sin, 1), solved by elimination.
  double m[3][4] = {};
  const auto basis = [&](std::size_t i, double* b) {
    const double angle = kTwoPi * frequency_hz * static_cast<double>(i) / rate_hz;
    b[0] = std::cos(angle);
    b[1] = std::sin(angle);
    b[2] = 1;
  };
  double b[3];
  for (std::size_t i = begin; i < end; ++i) {
    basis(i, b);
    for (int r = 0; r < 3; ++r) {
      for (int c = 0; c < 3; ++c) m[r][c] += b[r] * b[c];
      m[r][3] += b[r] * static_cast<double>(signal[i]);
    }
  }
  for (int p = 0; p < 3; ++p) {
    for (int r = 0; r < 3; ++r) {
      if (r == p) continue;
      const double f = m[r][p] / m[p][p];
      for (int c = p; c < 4; ++c) m[r][c] -= f * m[p][c];
    }
  }
  const double x[3] = {m[0][3] / m[0][0], m[1][3] / m[1][1], m[2][3] / m[2][2]};
  double residual = 0;
  for (std::size_t i = begin; i < end; ++i) {
    basis(i, b);
    const double error = static_cast<double>(signal[i]) - (x[0] * b[0] + x[1] * b[1] + x[2] * b[2]);
    residual += error * error;
  }
  SineFit fit;
  fit.amplitude = std::sqrt(x[0] * x[0] + x[1] * x[1]);
  const double power = fit.amplitude * fit.amplitude / 2 * static_cast<double>(end - begin);
  fit.residual_db = 10.0 * std::log10(residual / power + 1e-40);
  return fit;
}

/// Index of the first frame that differs in any bit, or -1.
inline FrameCount first_difference(const AudioBuffer& a, const AudioBuffer& b) {
  for (FrameCount n = 0; n < a.frames(); ++n) {
    for (int c = 0; c < a.channels(); ++c) {
      const auto i = static_cast<std::size_t>(n);
      if (std::memcmp(&a.channel(c)[i], &b.channel(c)[i], sizeof(float)) != 0) return n;
    }
  }
  return -1;
}

}  // namespace engine::test
