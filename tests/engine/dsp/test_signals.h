// Signals for the tests of dsp and enhance: synthesised, seeded, the same on every run.
#pragma once

#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "engine/base/audio_buffer.h"
#include "engine/base/audio_view.h"

namespace engine::test {

inline constexpr double kTwoPi = 6.28318530717958647692;

/// Numerical Recipes' 64-bit generator (xorshift and multiply): uniform, seeded, portable.
class Random {
 public:
  explicit Random(std::uint64_t seed) : state_(seed * 0x9e3779b97f4a7c15u + 0x1234567u) {}
  std::uint64_t next() {
    state_ ^= state_ >> 12;
    state_ ^= state_ << 25;
    state_ ^= state_ >> 27;
    return state_ * 0x2545f4914f6cdd1du;
  }
  /// [-1, 1)
  float uniform() { return static_cast<float>(static_cast<double>(next() >> 11) * 0x1p-52 - 1.0); }
  /// [low, high]
  std::int64_t integer(std::int64_t low, std::int64_t high) {
    return low + static_cast<std::int64_t>(next() % static_cast<std::uint64_t>(high - low + 1));
  }

 private:
  std::uint64_t state_;
};

using Mono = std::vector<float>;

inline double from_db(double db) {
  return std::pow(10.0, db / 20.0);
}
inline double to_db(double gain) {
  return 20.0 * std::log10(gain);
}

inline Mono silence(double seconds, int rate_hz = 48000) {
  return Mono(static_cast<std::size_t>(std::llround(seconds * rate_hz)), 0.0f);
}

inline Mono sine(double seconds, double frequency_hz, double amplitude, int rate_hz = 48000,
                 double phase_degrees = 0) {
  Mono signal = silence(seconds, rate_hz);
  for (std::size_t i = 0; i < signal.size(); ++i) {
    const double turns = frequency_hz * static_cast<double>(i) / rate_hz + phase_degrees / 360.0;
    signal[i] = static_cast<float>(amplitude * std::sin(kTwoPi * (turns - std::floor(turns))));
  }
  return signal;
}

inline Mono noise(double seconds, double amplitude, std::uint64_t seed) {
  Mono signal = silence(seconds);
  Random random(seed);
  for (float& sample : signal) sample = static_cast<float>(amplitude) * random.uniform();
  return signal;
}

inline void append(Mono& signal, const Mono& tail) {
  signal.insert(signal.end(), tail.begin(), tail.end());
}

inline void add(Mono& signal, const Mono& other, float gain = 1.0f) {
  for (std::size_t i = 0; i < signal.size() && i < other.size(); ++i) {
    signal[i] += gain * other[i];
  }
}

inline void scale(Mono& signal, double gain) {
  for (float& sample : signal) sample = static_cast<float>(sample * gain);
}

inline AudioBuffer stereo(const Mono& left, const Mono& right) {
  AudioBuffer buffer(2, static_cast<FrameCount>(left.size()));
  for (std::size_t i = 0; i < left.size(); ++i) {
    buffer.channel(0)[i] = left[i];
    buffer.channel(1)[i] = right[i];
  }
  return buffer;
}
inline AudioBuffer stereo(const Mono& both) {
  return stereo(both, both);
}

inline Mono plane(const AudioBuffer& buffer, int channel) {
  const auto samples = buffer.channel(channel);
  return Mono(samples.begin(), samples.end());
}

/// A view of any mutable buffer; keeps the pointers it needs.
class MutableSlice {
 public:
  MutableSlice(AudioBuffer& buffer, FrameCount begin, FrameCount end)
      : channels_(buffer.channels()), frames_(end - begin) {
    for (int c = 0; c < channels_; ++c) {
      pointers_[static_cast<std::size_t>(c)] = buffer.channel(c).data() + begin;
    }
  }
  explicit MutableSlice(AudioBuffer& buffer) : MutableSlice(buffer, 0, buffer.frames()) {}
  MutableAudioView view() const {
    return {std::span<float* const>(pointers_.data(), static_cast<std::size_t>(channels_)),
            frames_};
  }

 private:
  std::array<float*, kChannelCountMax> pointers_{};
  int channels_;
  FrameCount frames_;
};

/// Linear-phase low-pass at 20 kHz (48 kHz, 255 taps, Blackman): what every real path applies, the
/// codec at the latest. Delay removed.
inline Mono band_limit_20k(const Mono& input) {
  constexpr int kHalf = 127;
  std::vector<double> taps(2 * kHalf + 1);
  double sum = 0;
  for (int k = -kHalf; k <= kHalf; ++k) {
    const double cutoff = 20000.0 / 48000.0;
    const double x = kTwoPi * cutoff * k;
    const double window = 0.42 + 0.5 * std::cos(kTwoPi * k / (2.0 * kHalf + 2)) +
                          0.08 * std::cos(2 * kTwoPi * k / (2.0 * kHalf + 2));
    const double tap = (k == 0 ? 2 * cutoff : std::sin(x) / (kTwoPi / 2 * k)) * window;
    taps[static_cast<std::size_t>(k + kHalf)] = tap;
    sum += tap;
  }
  Mono output(input.size());
  const auto size = static_cast<int>(input.size());
  for (int n = 0; n < size; ++n) {
    double value = 0;
    for (int k = -kHalf; k <= kHalf; ++k) {
      if (n - k < 0 || n - k >= size) continue;
      value += taps[static_cast<std::size_t>(k + kHalf)] *
               static_cast<double>(input[static_cast<std::size_t>(n - k)]);
    }
    output[static_cast<std::size_t>(n)] = static_cast<float>(value / sum);
  }
  return output;
}

/// Something like a song: bass notes, chords that swell, drum hits, hiss; stereo, peaks near
/// `amplitude`. Loud passages alternate with quiet ones every four seconds.
inline AudioBuffer music(double seconds, double amplitude, std::uint64_t seed) {
  AudioBuffer buffer(2, static_cast<FrameCount>(std::llround(seconds * 48000)));
  Random random(seed);
  const std::array<double, 5> notes = {55.0, 65.4, 73.4, 82.4, 98.0};
  double root = notes[0];
  double drum = 0;
  double hat = 0;
  float colour = 0;
  for (FrameCount n = 0; n < buffer.frames(); ++n) {
    if (n % 24000 == 0) root = notes[static_cast<std::size_t>(random.integer(0, 4))];
    if (n % 24000 == 0) drum = 1;
    if (n % 6000 == 0) hat = 0.3;
    const double t = static_cast<double>(n) / 48000;
    const double verse = std::fmod(t, 8.0) < 4.0 ? 1.0 : 0.35;
    const double swell = 0.6 + 0.4 * std::sin(kTwoPi * 0.5 * t);
    double chord_left = 0;
    double chord_right = 0;
    for (int harmonic = 2; harmonic <= 9; ++harmonic) {
      chord_left += std::sin(kTwoPi * root * harmonic * t) / harmonic;
      chord_right += std::sin(kTwoPi * root * harmonic * 1.003 * t + 1.0) / harmonic;
    }
    colour += 0.3f * (random.uniform() - colour);
    const double hiss = hat * static_cast<double>(random.uniform());
    const double beat = drum * std::sin(kTwoPi * 52 * t) + 0.4 * drum * static_cast<double>(colour);
    const double bass = 0.35 * std::sin(kTwoPi * root * t);
    drum *= 0.99985;
    hat *= 0.9992;
    const double centre = 0.45 * beat + bass + 0.25 * hiss;
    const auto i = static_cast<std::size_t>(n);
    buffer.channel(0)[i] =
        static_cast<float>(amplitude * verse * (centre + 0.22 * swell * chord_left));
    buffer.channel(1)[i] =
        static_cast<float>(amplitude * verse * (centre + 0.22 * swell * chord_right));
  }
  return buffer;
}

}  // namespace engine::test
