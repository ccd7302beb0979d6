// The transcendental functions of the third-party libraries, the same on every platform.
//
// libopus and KissFFT take exp, log, log10, pow, sin and cos from the C library, and glibc, musl and
// others may differ in the last bit; compilers even rewrite pow(2, x) as exp2(x). The build includes
// this file before every C source of the two, so that native and WebAssembly compute equal bits:
// everything below is IEEE addition, multiplication and division in a fixed order.
//
// All results are within a few 2^-53 of the true value (exact_math_check.c), far below the float
// precision that the callers keep. Domains beyond what the callers use are stated, not supported.
#ifndef AURALIS_EXACT_MATH_H
#define AURALIS_EXACT_MATH_H

#include <math.h>
#include <stdint.h>
#include <string.h>

#define EXACT_LN2_HIGH 6.93147180369123816490e-01  // the leading 33 bits of ln 2
#define EXACT_LN2_LOW 1.90821492927058770002e-10
#define EXACT_HALF_PI_HIGH 1.57079632673412561417e+00  // the leading 33 bits of pi / 2
#define EXACT_HALF_PI_LOW 6.07710050650619224932e-11

static inline uint64_t exact_bits_of(double x) {
  uint64_t bits;
  memcpy(&bits, &x, sizeof bits);
  return bits;
}

static inline double exact_double_of(uint64_t bits) {
  double x;
  memcpy(&x, &bits, sizeof x);
  return x;
}

// 2^k as a double, for -1022 <= k <= 1023.
static inline double exact_power_of_two(int k) {
  return exact_double_of((uint64_t)(k + 1023) << 52);
}

// e^x for every x. x = k ln 2 + r with |r| <= ln 2 / 2, and Taylor's series for e^r: the first term
// left out is r^14 / 14! < 2^-57.
static inline double exact_exp(double x) {
  if (x != x) return x;
  if (x > 709.782712893384) return INFINITY;
  if (x < -745.2) return 0.0;
  const int k = (int)(x * 1.44269504088896338700 + (x < 0.0 ? -0.5 : 0.5));
  const double r = (x - k * EXACT_LN2_HIGH) - k * EXACT_LN2_LOW;
  double p = 1.0 / 6227020800.0;
  p = p * r + 1.0 / 479001600.0;
  p = p * r + 1.0 / 39916800.0;
  p = p * r + 1.0 / 3628800.0;
  p = p * r + 1.0 / 362880.0;
  p = p * r + 1.0 / 40320.0;
  p = p * r + 1.0 / 5040.0;
  p = p * r + 1.0 / 720.0;
  p = p * r + 1.0 / 120.0;
  p = p * r + 1.0 / 24.0;
  p = p * r + 1.0 / 6.0;
  p = p * r + 0.5;
  p = p * r + 1.0;
  p = p * r + 1.0;
  // Two steps, because 2^k alone leaves the range of normal numbers at both ends.
  const int half = k / 2;
  return p * exact_power_of_two(half) * exact_power_of_two(k - half);
}

// Natural logarithm for every x: -inf at 0, NaN below. x = 2^e m with m in [sqrt(1/2), sqrt(2)), and
// log m = 2 artanh((m - 1) / (m + 1)), whose first term left out is s^21 / 21 < 2^-56 s.
static inline double exact_log(double x) {
  if (x != x || x == INFINITY) return x;
  if (x < 0.0) return NAN;
  if (x == 0.0) return -INFINITY;
  int e = 0;
  if (x < 2.2250738585072014e-308) {  // Subnormal: scaled into the normal range by 2^54.
    x *= 18014398509481984.0;
    e = -54;
  }
  const uint64_t bits = exact_bits_of(x);
  e += (int)(bits >> 52) - 1023;
  double m = exact_double_of((bits & 0x000fffffffffffffu) | 0x3ff0000000000000u);
  if (m >= 1.41421356237309504880) {
    m *= 0.5;
    e += 1;
  }
  const double s = (m - 1.0) / (m + 1.0);
  const double z = s * s;
  double p = 2.0 / 19.0;
  p = p * z + 2.0 / 17.0;
  p = p * z + 2.0 / 15.0;
  p = p * z + 2.0 / 13.0;
  p = p * z + 2.0 / 11.0;
  p = p * z + 2.0 / 9.0;
  p = p * z + 2.0 / 7.0;
  p = p * z + 2.0 / 5.0;
  p = p * z + 2.0 / 3.0;
  const double log_m = 2.0 * s + s * (p * z);
  return e * EXACT_LN2_HIGH + (log_m + e * EXACT_LN2_LOW);
}

static inline double exact_log10(double x) { return exact_log(x) * 0.43429448190325182765; }

// base^x for base > 0; the relative error grows as |x log(base)| 2^-53.
static inline double exact_pow(double base, double x) { return exact_exp(x * exact_log(base)); }

// sin r for |r| <= pi / 4 (and a little beyond), Taylor's series to r^17.
static inline double exact_sin_kernel(double r) {
  const double z = r * r;
  double p = 1.0 / 355687428096000.0;
  p = p * z - 1.0 / 1307674368000.0;
  p = p * z + 1.0 / 6227020800.0;
  p = p * z - 1.0 / 39916800.0;
  p = p * z + 1.0 / 362880.0;
  p = p * z - 1.0 / 5040.0;
  p = p * z + 1.0 / 120.0;
  p = p * z - 1.0 / 6.0;
  return r + r * (p * z);
}

// cos r for |r| <= pi / 4 (and a little beyond), Taylor's series to r^18.
static inline double exact_cos_kernel(double r) {
  const double z = r * r;
  double p = -1.0 / 6402373705728000.0;
  p = p * z + 1.0 / 20922789888000.0;
  p = p * z - 1.0 / 87178291200.0;
  p = p * z + 1.0 / 479001600.0;
  p = p * z - 1.0 / 3628800.0;
  p = p * z + 1.0 / 40320.0;
  p = p * z - 1.0 / 720.0;
  p = p * z + 1.0 / 24.0;
  return 1.0 - (0.5 * z - z * (z * p));
}

// sin(x + quarter_turns pi / 2) for |x| <= 2^20: k pi / 2 is subtracted in two exact pieces.
static inline double exact_sin_turned(double x, int quarter_turns) {
  const int k = (int)(x * 0.63661977236758134308 + (x < 0.0 ? -0.5 : 0.5));
  const double r = (x - k * EXACT_HALF_PI_HIGH) - k * EXACT_HALF_PI_LOW;
  const unsigned quadrant = (unsigned)(k + quarter_turns) & 3u;
  const double value = (quadrant & 1u) ? exact_cos_kernel(r) : exact_sin_kernel(r);
  return (quadrant & 2u) ? -value : value;
}

static inline double exact_sin(double x) { return exact_sin_turned(x, 0); }
static inline double exact_cos(double x) { return exact_sin_turned(x, 1); }

// Function-like, so that only calls are replaced and no variable of the same name.
#define exp(x) exact_exp(x)
#define log(x) exact_log(x)
#define log10(x) exact_log10(x)
#define pow(base, x) exact_pow(base, x)
#define sin(x) exact_sin(x)
#define cos(x) exact_cos(x)

#endif  // AURALIS_EXACT_MATH_H
