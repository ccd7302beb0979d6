// Signals that break limiters (dsp.md T2): full-band, full scale, at 48 kHz.
#pragma once

#include <cmath>
#include <string>
#include <utility>
#include <vector>

#include "tests/engine/dsp/test_signals.h"

namespace engine::test {

inline std::vector<std::pair<std::string, Mono>> adversarial_signals() {
  std::vector<std::pair<std::string, Mono>> signals;
  signals.emplace_back("quarter-rate sine, 45 degrees", sine(0.5, 12000, 1.41, 48000, 45));
  signals.emplace_back("white noise", noise(1, 1, 1));
  Mono binary = noise(0.5, 1, 2);
  for (float& sample : binary) sample = sample > 0 ? 1.0f : -1.0f;
  signals.emplace_back("random +/-1", binary);
  Mono worst = silence(0.5);
  for (std::size_t i = 0; i < 32; ++i) {
    worst[8000 + i] = (i % 2 == 0) == (i < 16) ? 1.0f : -1.0f;
  }
  signals.emplace_back("alternating, flipped in the middle", worst);
  Mono clicks = silence(0.5);
  for (std::size_t i = 0; i < clicks.size(); i += 1999) clicks[i] = i % 2 == 0 ? 1.0f : -1.0f;
  signals.emplace_back("clicks", clicks);
  Mono square = sine(0.5, 997, 1.0);
  for (float& sample : square) sample = sample >= 0 ? 1.0f : -1.0f;
  signals.emplace_back("997 Hz square", square);
  Mono bursts = sine(1, 7000, 1.0);
  for (std::size_t i = 0; i < bursts.size(); ++i) {
    if (i / 480 % 10 != 0) bursts[i] = 0;
  }
  signals.emplace_back("7 kHz bursts", bursts);
  Mono sweep = silence(1);
  double turns = 0;
  for (std::size_t i = 0; i < sweep.size(); ++i) {
    turns += 20.0 * std::pow(1000.0, static_cast<double>(i) / 48000.0) / 48000.0;
    sweep[i] = static_cast<float>(std::sin(kTwoPi * (turns - std::floor(turns))));
  }
  signals.emplace_back("log sweep", sweep);
  Mono hats = sine(1, 50, 0.9);
  const Mono hiss = noise(1, 0.6, 3);
  for (std::size_t i = 0; i < hats.size(); ++i) {
    if (i % 6000 < 600) hats[i] += hiss[i];
  }
  signals.emplace_back("50 Hz and hats", hats);
  signals.emplace_back("full scale from the first frame", Mono(9600, 1.0f));
  signals.emplace_back("cosine from the first frame", sine(0.3, 300, 1.0, 48000, 90));
  signals.emplace_back("music", plane(music(4, 1.0, 5), 0));
  return signals;
}

}  // namespace engine::test
