// Songs with one damaged place, as damage happens: a field of an MP3 granule, samples of a float
// WAV file.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "tests/support/byte_writer.h"
#include "tests/support/oracle_tools.h"

namespace engine::testing {

/// Two channels of float samples in a WAV file (format 3).
inline std::vector<std::byte> float_wav_file(std::span<const float> interleaved, int rate_hz) {
  const auto rate = static_cast<std::uint64_t>(rate_hz);
  const std::uint64_t data_bytes = interleaved.size() * sizeof(float);
  ByteWriter file;
  file.text("RIFF").le(36 + data_bytes, 4).text("WAVEfmt ").le(16, 4).le(3, 2).le(2, 2);
  file.le(rate, 4).le(rate * 8, 4).le(8, 2).le(32, 2).text("data").le(data_bytes, 4);
  for (const float sample : interleaved) {
    std::uint32_t bits = 0;
    std::memcpy(&bits, &sample, sizeof bits);
    file.le(bits, 4);
  }
  return file.data();
}

/// The interleaved samples of a 16-bit stereo WAV file whose data ends the file, as ffmpeg writes
/// it.
inline std::vector<float> samples_of_wav(std::span<const std::byte> file) {
  std::size_t at = 12;
  const auto le = [&](std::size_t offset, int count) {
    std::uint32_t value = 0;
    for (int i = count; i-- > 0;) {
      value =
          value << 8 | std::to_integer<std::uint32_t>(file[offset + static_cast<std::size_t>(i)]);
    }
    return value;
  };
  while (at + 8 < file.size() && std::memcmp(&file[at], "data", 4) != 0) at += 8 + le(at + 4, 4);
  std::vector<float> samples;
  for (at += 8; at + 2 <= file.size(); at += 2) {
    samples.push_back(static_cast<float>(static_cast<std::int16_t>(le(at, 2))) / 32768.0f);
  }
  return samples;
}

/// Where the frames of an MPEG-1 layer III stream of constant bit rate at 44.1 kHz begin.
inline std::vector<std::size_t> mp3_frames(std::span<const std::byte> file) {
  constexpr int kKbits[] = {0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320};
  std::vector<std::size_t> frames;
  for (std::size_t at = 0; at + 4 <= file.size();) {
    const auto byte = [&](std::size_t i) { return std::to_integer<unsigned>(file[at + i]); };
    const unsigned rate = byte(2) >> 4;
    if (byte(0) != 0xff || (byte(1) & 0xfeu) != 0xfau || rate == 0 || rate == 15) {
      ++at;
      continue;
    }
    frames.push_back(at);
    at += static_cast<std::size_t>(144000 * kKbits[rate] / 44100) + (byte(2) >> 1 & 1u);
  }
  return frames;
}

/// Raises global_gain (ISO 11172-3, 2.4.1.7) of the first granule of the frame at `frame` in both
/// channels: 4 are 6 dB. At most 255.
inline void raise_granule(std::vector<std::byte>& file, std::size_t frame, unsigned steps) {
  for (std::size_t channel = 0; channel < 2; ++channel) {
    // Behind the header and main_data_begin, private_bits, scfsi; part2_3_length, big_values.
    const std::size_t first_bit = 8 * (frame + 4) + 9 + 3 + 8 + 59 * channel + 12 + 9;
    const auto bit_of = [&](std::size_t i) { return 7 - (first_bit + i) % 8; };
    unsigned gain = 0;
    for (std::size_t i = 0; i < 8; ++i) {
      gain = gain << 1 | (std::to_integer<unsigned>(file[(first_bit + i) / 8]) >> bit_of(i) & 1u);
    }
    gain = std::min(gain + steps, 255u);
    for (std::size_t i = 0; i < 8; ++i) {
      std::byte& byte = file[(first_bit + i) / 8];
      const auto mask = static_cast<std::byte>(1u << bit_of(i));
      byte = (gain >> (7 - i) & 1u) != 0 ? byte | mask : byte & ~mask;
    }
  }
}

/// What lame makes of the WAV file `name` in `folder`: 160 kbit/s, joint stereo.
inline std::vector<std::byte> encode_mp3(const TemporaryFolder& folder, const std::string& name) {
  const std::string target = folder.file("encoded.mp3");
  if (!run_command("lame --quiet -t -b 160 " + folder.file(name) + " " + target)) return {};
  return folder.read("encoded.mp3");
}

}  // namespace engine::testing
