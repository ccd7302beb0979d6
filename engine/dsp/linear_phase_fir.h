// Linear-phase low-pass filters: windowed sinc with Kaiser's window.
//
// Kaiser, "Nonrecursive Digital Filter Design Using the I0-sinh Window Function", ISCAS 1974:
// attenuation a (dB) and transition width w (Hz, of the whole slope, centred on the cut-off) need
// (a - 8) / 14.36 * rate / w taps.
#pragma once

#include <vector>

namespace engine {

struct LowPass {
  int taps = 0;               // Odd, so that the delay is the whole number (taps - 1) / 2.
  double cutoff_hz = 0;       // -6 dB, in (0, 24000), at 48 kHz.
  double attenuation_db = 0;  // Of the stop band, in [50, 140]; the pass band is as flat.
};

/// The taps, symmetric, with sum 1 (0 dB at 0 Hz).
std::vector<double> design_low_pass(const LowPass& settings);

}  // namespace engine
