// From a tone curve to the taps of a minimum-phase FIR filter.
//
// The curve's log magnitude goes to the real cepstrum by one FFT; the causal half of it, doubled,
// is the complex cepstrum of the minimum-phase response (Oppenheim and Schafer, "Discrete-Time
// Signal Processing", section 13.3), from which the taps follow by the recursion of section 13.5:
//
//   h[0] = exp(c[0]),  h[n] = sum over k in [1, n] of (k / n) c[k] h[n - k]
//
// So a curve of 0 dB gives exactly {1, 0, 0, ...}, and the taps depend continuously on the curve.
#pragma once

#include <array>
#include <span>
#include <vector>

#include "engine/dsp/fft.h"
#include "engine/dsp/third_octaves.h"

namespace engine {

/// Gain in dB at each of kThirdOctavesHz, each in [-60, 24].
using ToneCurve = std::array<double, kThirdOctaveCount>;

/// The curve at `position` bands above the first centre (1 = a third of an octave): monotone cubic
/// Hermite interpolation (Fritsch and Carlson 1980, with Butland's slopes), which never leaves the
/// values on either side; held flat beyond the outer points. dB.
double tone_curve_db(const ToneCurve& curve, double position);

/// Designs filters for 48 kHz. Holds tables of 0.5 MB, so that a design of 3072 taps costs 1.6 ms.
class MinimumPhaseDesigner {
 public:
  static constexpr int kTapsMax = 4096;

  MinimumPhaseDesigner();

  /// Fills taps with the first taps.size() of the response, faded out over the last 32nd.
  /// Precondition: taps.size() <= kTapsMax. With 3072 taps the magnitude of a curve with slopes up
  /// to 6 dB per octave is met within 0.25 dB above 60 Hz and 0.5 dB above 30 Hz.
  void design(const ToneCurve& curve_db, std::span<float> taps);

 private:
  RealFft fft_;
  std::vector<double> positions_;  // Of each bin, for tone_curve_db().
  std::vector<Complex> log_magnitude_;
  std::vector<float> cepstrum_;
  std::vector<double> weighted_;  // k c[k], reversed.
  std::vector<double> response_;
};

}  // namespace engine
