// Elementary functions that give the same bits in every build.
//
// libm's transcendental functions differ between glibc, musl (Emscripten) and versions of each;
// anything that shapes audio uses these instead. They consist of IEEE double operations in a fixed
// order (the build forbids contraction to fused multiply-add). std::sqrt, std::floor and std::fabs
// are exactly rounded everywhere and stay in use.
//
// Accuracy against a correctly rounded result, tested: relative error <= 1e-15 (sin and cos:
// absolute error <= 1e-15).
#pragma once

#include <cstdint>

namespace engine::math {

inline constexpr double kPi = 3.14159265358979323846;

/// Radians. Precondition: |x| <= 1e6 (larger arguments lose accuracy, never determinism).
double sin(double x);
double cos(double x);
/// sin(pi x) and cos(pi x); exact zeros at the integers and half-integers. |x| <= 2^51.
double sin_pi(double x);
double cos_pi(double x);
double tan_pi(double x);

/// Overflow gives +infinity, underflow 0. NaN gives NaN.
double exp(double x);
double exp2(double x);
double exp10(double x);

/// x = 0 gives -infinity, x < 0 and NaN give NaN. Subnormal arguments are exact to the last bit.
double log(double x);
double log2(double x);
double log10(double x);

/// base^exponent for base > 0; the relative error grows with |exponent log2(base)|: <= 1e-13 up to
/// 2^500.
double pow(double base, double exponent);

/// Modified Bessel function of the first kind, order 0, for 0 <= x <= 30 (Kaiser windows).
double bessel_i0(double x);

/// 10^(x / 20) and its inverse. db_from_gain(0) is -infinity.
double gain_from_db(double gain_db);
double db_from_gain(double gain);

/// 2^x in single precision for the hot loops: x in [-120, 120], relative error <= 4e-7; exactly 1
/// at x = 0. The scalar face of exp2_fast4() in simd.h, with the same bits.
float exp2_fast(float x);

}  // namespace engine::math
