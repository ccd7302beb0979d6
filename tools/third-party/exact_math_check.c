// Run by build.sh after each build, native and WebAssembly: holds exact_math.h against the C
// library, and the hash of its results against one value for all platforms.
#include "exact_math.h"
#undef exp
#undef log
#undef log10
#undef pow
#undef sin
#undef cos
#include <stdio.h>

// The FNV-1a hash of all results, on every platform.
static const uint64_t expected_hash = 0xb6491f6aaee3f347u;

static uint64_t hash = 14695981039346656037u;
static double worst_error = 0.0;

// Takes a result: into the hash, and its error relative to max(|reference|, floor).
static void take(double result, double reference, double floor_value) {
  const uint64_t bits = exact_bits_of(result);
  for (int i = 0; i < 8; ++i) hash = (hash ^ ((bits >> (8 * i)) & 0xff)) * 1099511628211u;
  const double scale = fabs(reference) > floor_value ? fabs(reference) : floor_value;
  const double error = fabs(result - reference) / scale;
  if (!(error <= worst_error)) worst_error = error;
}

int main(void) {
  uint32_t random = 1;
  for (int i = 0; i < 200000; ++i) {
    random = random * 1664525u + 1013904223u;
    const double unit = (random >> 8) / 16777216.0;
    take(exact_exp(unit * 1400.0 - 700.0), exp(unit * 1400.0 - 700.0), 0.0);
    take(exact_exp(unit - 0.5), exp(unit - 0.5), 0.0);
    const double wide = ldexp(unit + 1e-9, (int)(random & 511) - 256);
    take(exact_log(wide), log(wide), 0.0);
    take(exact_log(1.0 + (unit - 0.5) * 0.01), log(1.0 + (unit - 0.5) * 0.01), 0.0);
    take(exact_log10(wide), log10(wide), 0.0);
    take(exact_pow(2.0, unit * 32.0 - 16.0), pow(2.0, unit * 32.0 - 16.0), 0.0);
    take(exact_sin(unit * 16.0 - 8.0), sin(unit * 16.0 - 8.0), 1e-3);
    take(exact_cos(unit * 16.0 - 8.0), cos(unit * 16.0 - 8.0), 1e-3);
  }
  const int ends_hold = exact_exp(1000.0) == INFINITY && exact_exp(-1000.0) == 0.0 &&
                        exact_exp(0.0) == 1.0 && exact_log(1.0) == 0.0 &&
                        exact_log(0.0) == -INFINITY && isnan(exact_log(-1.0)) &&
                        isnan(exact_exp(NAN)) && exact_sin(0.0) == 0.0 && exact_cos(0.0) == 1.0 &&
                        fabs(exact_log(5e-324) - log(5e-324)) < 1e-12;
  printf("exact_math: worst relative error %.3g, hash %016llx\n", worst_error,
         (unsigned long long)hash);
  return ends_hold && worst_error < 4e-15 && hash == expected_hash ? 0 : 1;
}
