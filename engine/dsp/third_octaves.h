// The 29 bands in which spectra and tone curves are given: thirds of an octave, 25 Hz ... 16 kHz.
//
// Exact centres of IEC 61260-1 (base ten): 1000 * 10^(k / 10) Hz, k = -16 ... 12. Band edges are a
// twentieth of a decade to either side.
#pragma once

#include <array>
#include <cstddef>

namespace engine {

inline constexpr std::size_t kThirdOctaveCount = 29;

/// log10 of a centre in Hz: 1.4, 1.5, ... 4.2.
constexpr double third_octave_log10_hz(std::size_t index) {
  return static_cast<double>(14 + static_cast<int>(index)) / 10.0;
}

/// Centre frequencies in Hz, correctly rounded.
inline constexpr std::array<double, kThirdOctaveCount> kThirdOctavesHz = {
    25.118864315095801, 31.622776601683793, 39.810717055349725, 50.118723362727229,
    63.095734448019325, 79.432823472428150, 100.00000000000000, 125.89254117941673,
    158.48931924611135, 199.52623149688796, 251.18864315095801, 316.22776601683793,
    398.10717055349725, 501.18723362727229, 630.95734448019325, 794.32823472428150,
    1000.0000000000000, 1258.9254117941673, 1584.8931924611135, 1995.2623149688796,
    2511.8864315095801, 3162.2776601683793, 3981.0717055349725, 5011.8723362727229,
    6309.5734448019325, 7943.2823472428150, 10000.000000000000, 12589.254117941673,
    15848.931924611135};

}  // namespace engine
