#include "engine/base/math.h"

#include <array>
#include <cmath>
#include <cstring>
#include <limits>

#include "engine/base/check.h"
#include "engine/base/simd.h"

namespace engine::math {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();
constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
constexpr double kLog2E = 1.4426950408889634074;
constexpr double kLog10E = 0.43429448190325182765;
constexpr double kLn10 = 2.3025850929940456840;
constexpr double kLn2 = 0.69314718055994530942;
constexpr double kLog2Of10 = 3.3219280948873623479;
// Each pair sums to the constant with twenty more bits than a double; the first part leaves room so
// that its product with an exponent is exact (Cody and Waite).
constexpr double kLn2High = 0x1.62e42fef00000p-1;
constexpr double kLn2Low = 0x1.473de6af278edp-34;
constexpr double kLog10Of2High = 0x1.3441350900000p-2;
constexpr double kLog10Of2Low = 0x1.ef3fde623e256p-35;
// pi/2 in three parts of 33, 33 and 53 bits.
constexpr double kHalfPi1 = 0x1.921fb54400000p+0;
constexpr double kHalfPi2 = 0x1.0b4611a600000p-34;
constexpr double kHalfPi3 = 0x1.3198a2e037073p-69;

std::uint64_t bits_of(double value) {
  std::uint64_t bits = 0;
  std::memcpy(&bits, &value, sizeof bits);
  return bits;
}

double from_bits(std::uint64_t bits) {
  double value = 0;
  std::memcpy(&value, &bits, sizeof value);
  return value;
}

/// 2^n for the normal range, n in [-1022, 1023].
double power_of_two(int n) {
  return from_bits(static_cast<std::uint64_t>(n + 1023) << 52);
}

/// value * 2^n without an intermediate overflow or a second rounding above the subnormals.
double scale_by_power_of_two(double value, int n) {
  if (n > 1000) return value * power_of_two(1000) * power_of_two(n - 1000);
  if (n < -1000) return value * power_of_two(-1000) * power_of_two(n + 1000);
  return value * power_of_two(n);
}

/// e^r for |r| <= 0.36 by its Taylor series; the first term left out is below 8e-18.
double exp_kernel(double r) {
  constexpr std::array<double, 12> kInverseFactorials = {
      1.0 / 6227020800.0, 1.0 / 479001600.0, 1.0 / 39916800.0, 1.0 / 3628800.0,
      1.0 / 362880.0,     1.0 / 40320.0,     1.0 / 5040.0,     1.0 / 720.0,
      1.0 / 120.0,        1.0 / 24.0,        1.0 / 6.0,        1.0 / 2.0};
  double sum = 0;
  for (const double coefficient : kInverseFactorials) sum = sum * r + coefficient;
  return 1.0 + (r + r * r * sum);
}

/// sin(r) and cos(r) for |r| <= pi/4 by their Taylor series.
double sin_kernel(double r) {
  constexpr std::array<double, 8> kCoefficients = {
      1.0 / 355687428096000.0, -1.0 / 1307674368000.0, 1.0 / 6227020800.0, -1.0 / 39916800.0,
      1.0 / 362880.0,          -1.0 / 5040.0,          1.0 / 120.0,        -1.0 / 6.0};
  const double z = r * r;
  double sum = 0;
  for (const double coefficient : kCoefficients) sum = sum * z + coefficient;
  return r + r * z * sum;
}

double cos_kernel(double r) {
  constexpr std::array<double, 7> kCoefficients = {
      1.0 / 20922789888000.0, -1.0 / 87178291200.0, 1.0 / 479001600.0, -1.0 / 3628800.0,
      1.0 / 40320.0,          -1.0 / 720.0,         1.0 / 24.0};
  const double z = r * r;
  double sum = 0;
  for (const double coefficient : kCoefficients) sum = sum * z + coefficient;
  return (1.0 - 0.5 * z) + z * z * sum;
}

/// sin of (r + quadrant pi/2).
double sin_in_quadrant(double r, int quadrant) {
  switch (quadrant & 3) {
    case 0:
      return sin_kernel(r);
    case 1:
      return cos_kernel(r);
    case 2:
      return -sin_kernel(r);
    default:
      return -cos_kernel(r);
  }
}

struct Reduced {
  double r = 0;
  int quadrant = 0;
};

Reduced reduce_radians(double x) {
  const double k = std::floor(x * (2.0 / kPi) + 0.5);
  const double r = ((x - k * kHalfPi1) - k * kHalfPi2) - k * kHalfPi3;
  return {r, static_cast<int>(k - 4.0 * std::floor(k * 0.25))};
}

Reduced reduce_half_turns(double x) {
  const double k = std::floor(2.0 * x + 0.5);
  return {(x - 0.5 * k) * kPi, static_cast<int>(k - 4.0 * std::floor(k * 0.25))};
}

/// x = 2^exponent m with m in [sqrt(1/2), sqrt(2)); log_mantissa = ln(m).
struct SplitLog {
  double exponent = 0;
  double log_mantissa = 0;
};

/// Precondition: x is positive and finite.
SplitLog split_log(double x) {
  int exponent = 0;
  if (x < std::numeric_limits<double>::min()) {
    x *= power_of_two(54);
    exponent = -54;
  }
  const std::uint64_t bits = bits_of(x);
  exponent += static_cast<int>(bits >> 52) - 1023;
  double m = from_bits((bits & 0xfffffffffffffu) | 0x3ff0000000000000u);
  if (m > 1.41421356237309504880) {
    m *= 0.5;
    ++exponent;
  }
  // ln(m) = 2 artanh(s), s = (m - 1) / (m + 1), |s| <= 0.1716: eleven terms reach 1e-19.
  const double s = (m - 1.0) / (m + 1.0);
  const double z = s * s;
  double sum = 0;
  for (int k = 23; k >= 3; k -= 2) sum = sum * z + 1.0 / k;
  return {static_cast<double>(exponent), 2.0 * s + 2.0 * s * z * sum};
}

/// The value of any logarithm where it is not a positive number; `special` tells whether x is one.
double log_special(double x, bool& special) {
  special = true;
  if (x == 0) return -kInfinity;
  if (!(x > 0)) return kNan;
  if (x == kInfinity) return kInfinity;
  special = false;
  return 0;
}

}  // namespace

double sin(double x) {
  const Reduced reduced = reduce_radians(x);
  return sin_in_quadrant(reduced.r, reduced.quadrant);
}

double cos(double x) {
  const Reduced reduced = reduce_radians(x);
  return sin_in_quadrant(reduced.r, reduced.quadrant + 1);
}

double sin_pi(double x) {
  const Reduced reduced = reduce_half_turns(x);
  return sin_in_quadrant(reduced.r, reduced.quadrant);
}

double cos_pi(double x) {
  const Reduced reduced = reduce_half_turns(x);
  return sin_in_quadrant(reduced.r, reduced.quadrant + 1);
}

double tan_pi(double x) {
  return sin_pi(x) / cos_pi(x);
}

double exp(double x) {
  if (x != x) return kNan;
  if (x > 710) return kInfinity;
  if (x < -746) return 0;
  const double n = std::floor(x * kLog2E + 0.5);
  const double r = (x - n * kLn2High) - n * kLn2Low;
  return scale_by_power_of_two(exp_kernel(r), static_cast<int>(n));
}

double exp2(double x) {
  if (x != x) return kNan;
  if (x >= 1024) return kInfinity;
  if (x < -1076) return 0;
  const double n = std::floor(x + 0.5);
  return scale_by_power_of_two(exp_kernel((x - n) * kLn2), static_cast<int>(n));
}

double exp10(double x) {
  if (x != x) return kNan;
  if (x > 309) return kInfinity;
  if (x < -324) return 0;
  const double n = std::floor(x * kLog2Of10 + 0.5);
  const double r = (x - n * kLog10Of2High) - n * kLog10Of2Low;
  return scale_by_power_of_two(exp_kernel(r * kLn10), static_cast<int>(n));
}

double log(double x) {
  bool special = false;
  const double value = log_special(x, special);
  if (special) return value;
  const SplitLog split = split_log(x);
  return split.exponent * kLn2High + (split.exponent * kLn2Low + split.log_mantissa);
}

double log2(double x) {
  bool special = false;
  const double value = log_special(x, special);
  if (special) return value;
  const SplitLog split = split_log(x);
  return split.exponent + split.log_mantissa * kLog2E;
}

double log10(double x) {
  bool special = false;
  const double value = log_special(x, special);
  if (special) return value;
  const SplitLog split = split_log(x);
  return split.exponent * kLog10Of2High +
         (split.exponent * kLog10Of2Low + split.log_mantissa * kLog10E);
}

double pow(double base, double exponent) {
  return exp2(exponent * log2(base));
}

double bessel_i0(double x) {
  ENGINE_CHECK(x >= 0);
  ENGINE_CHECK(x <= 30);
  const double quarter_square = 0.25 * x * x;
  double term = 1;
  double sum = 1;
  for (int k = 1; k <= 100 && term > sum * 1e-18; ++k) {
    term *= quarter_square / (static_cast<double>(k) * k);
    sum += term;
  }
  return sum;
}

double gain_from_db(double gain_db) {
  return exp10(gain_db * 0.05);
}

double db_from_gain(double gain) {
  return 20.0 * log10(gain);
}

float exp2_fast(float x) {
  return exp2_fast4(splat4(x))[0];
}

}  // namespace engine::math
