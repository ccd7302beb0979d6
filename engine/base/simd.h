// Lanes of float and double, written out: the compiler's vector extension (GCC, Clang, Emscripten).
//
// Each lane is an ordinary IEEE operation and every horizontal sum has one fixed order, so SSE2,
// NEON, WebAssembly SIMD and scalar code give equal bits. No fused multiply-add: the build sets
// -ffp-contract=off.
#pragma once

#include <cstdint>
#include <cstring>

namespace engine {

using F32x4 = float __attribute__((vector_size(16)));
using F64x2 = double __attribute__((vector_size(16)));
using I32x4 = std::int32_t __attribute__((vector_size(16)));

inline constexpr int kLaneCount = 4;

/// Unaligned load and store of four floats.
inline F32x4 load4(const float* source) {
  F32x4 value;
  std::memcpy(&value, source, sizeof value);
  return value;
}
inline void store4(float* target, F32x4 value) {
  std::memcpy(target, &value, sizeof value);
}

inline F32x4 splat4(float value) {
  return F32x4{value, value, value, value};
}

/// (a0 + a2) + (a1 + a3): the order of a shuffle-and-add tree.
inline float sum4(F32x4 a) {
  return (a[0] + a[2]) + (a[1] + a[3]);
}

/// Lane-wise a > b ? a : b; a NaN in `a` yields b.
inline F32x4 max4(F32x4 a, F32x4 b) {
  return a > b ? a : b;
}

/// Clears the sign bits.
inline F32x4 abs4(F32x4 a) {
  const I32x4 mask = {0x7fffffff, 0x7fffffff, 0x7fffffff, 0x7fffffff};
  return reinterpret_cast<F32x4>(reinterpret_cast<I32x4>(a) & mask);
}

inline float max_lane(F32x4 a) {
  const float low = a[0] > a[1] ? a[0] : a[1];
  const float high = a[2] > a[3] ? a[2] : a[3];
  return low > high ? low : high;
}

/// 2^x, relative error <= 4e-7, exactly 1 at 0. Precondition: x in [-120, 120].
/// The nearest integer goes to the exponent bits, the rest through the Taylor series of degree 7.
inline F32x4 exp2_fast4(F32x4 x) {
  const I32x4 sign_mask = {INT32_MIN, INT32_MIN, INT32_MIN, INT32_MIN};
  const I32x4 half_bits = reinterpret_cast<I32x4>(splat4(0.5f));
  const F32x4 half = reinterpret_cast<F32x4>((reinterpret_cast<I32x4>(x) & sign_mask) | half_bits);
  const I32x4 whole = __builtin_convertvector(x + half, I32x4);  // Truncates: to nearest.
  const F32x4 y = (x - __builtin_convertvector(whole, F32x4)) * splat4(0.69314718056f);
  F32x4 sum = splat4(1.0f / 5040.0f);
  sum = sum * y + splat4(1.0f / 720.0f);
  sum = sum * y + splat4(1.0f / 120.0f);
  sum = sum * y + splat4(1.0f / 24.0f);
  sum = sum * y + splat4(1.0f / 6.0f);
  sum = sum * y + splat4(0.5f);
  sum = sum * y + splat4(1.0f);
  sum = sum * y + splat4(1.0f);
  return sum * reinterpret_cast<F32x4>((whole + 127) << 23);
}

}  // namespace engine
