// PcmSignal: integer test signals and the WAV files that hold them.
#pragma once

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <random>
#include <vector>

#include "tests/support/byte_writer.h"

namespace engine::testing {

struct PcmSignal {
  int sample_rate_hz = 44100;
  int channels = 2;
  int bits = 16;  // Of each sample, [4, 32].
  std::int64_t frames = 0;
  std::vector<std::int32_t> samples;  // Interleaved.
};

/// Sound that makes an encoder use all it has: silence, a constant, related and unrelated channels,
/// noise at full scale, a quiet tone with unused low bits. Equal seeds give equal samples.
inline PcmSignal make_signal(PcmSignal shape, unsigned seed) {
  std::mt19937 random(seed);
  const double full = std::ldexp(1.0, shape.bits - 1) - 1.0;
  const std::int64_t section = 3001;
  shape.samples.reserve(static_cast<std::size_t>(shape.frames * shape.channels));
  for (std::int64_t i = 0; i < shape.frames; ++i) {
    for (int c = 0; c < shape.channels; ++c) {
      const double tone = std::sin(0.05 * static_cast<double>(i) + 0.3 * c);
      const double noise = static_cast<double>(random()) / 2147483648.0 - 1.0;
      double value = 0.0;
      switch ((i / section) % 6) {
        case 0:
          value = 0.6 * tone + 0.01 * noise;
          break;
        case 1:
          value = noise;
          break;
        case 2:
          value = 0.0;
          break;
        case 3:
          value = std::floor(4.0 * tone) / 16.0;
          break;
        case 4:
          value = tone > 0.0 ? 1.0 : -1.0;
          break;
        default:
          value = 0.25;
          break;
      }
      shape.samples.push_back(static_cast<std::int32_t>(std::lround(value * full)));
    }
  }
  return shape;
}

/// A WAV file; WAVEFORMATEXTENSIBLE where the plain header does not suffice.
inline std::vector<std::byte> wav_file(const PcmSignal& signal) {
  const int sample_bytes = (signal.bits + 7) / 8;
  const bool extensible = signal.bits % 8 != 0 || signal.bits > 16 || signal.channels > 2;
  const auto block = static_cast<std::uint64_t>(signal.channels * sample_bytes);
  const auto rate = static_cast<std::uint64_t>(signal.sample_rate_hz);
  const std::uint64_t data_bytes = signal.samples.size() * static_cast<std::uint64_t>(sample_bytes);
  ByteWriter file;
  file.text("RIFF").le(data_bytes + (extensible ? 60 : 36) + data_bytes % 2, 4).text("WAVE");
  file.text("fmt ").le(extensible ? 40 : 16, 4).le(extensible ? 0xFFFE : 1, 2);
  file.le(static_cast<std::uint64_t>(signal.channels), 2).le(rate, 4).le(rate * block, 4);
  file.le(block, 2).le(static_cast<std::uint64_t>(8 * sample_bytes), 2);
  if (extensible) {
    file.le(22, 2).le(static_cast<std::uint64_t>(signal.bits), 2);
    file.le((1U << signal.channels) - 1U, 4);
    file.le(1, 4).le(0x00100000, 4).le(0xAA000080, 4).le(0x719B3800, 4);
  }
  file.text("data").le(data_bytes, 4);
  const int shift = 8 * sample_bytes - signal.bits;
  for (const std::int32_t sample : signal.samples) {
    const std::int64_t offset = sample_bytes == 1 ? 128 : 0;
    const std::int64_t value = std::int64_t{sample} * (std::int64_t{1} << shift) + offset;
    file.le(static_cast<std::uint64_t>(value), sample_bytes);
  }
  if (data_bytes % 2 != 0) file.zeros(1);
  return file.data();
}

}  // namespace engine::testing
