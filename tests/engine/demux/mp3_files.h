// MP3 files for tests: written MPEG frame by MPEG frame, or encoded by `lame` and `ffmpeg`.
#pragma once

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <random>
#include <span>
#include <string>
#include <vector>

#include "engine/demux/mp3_frame_header.h"
#include "tests/support/byte_writer.h"
#include "tests/support/oracle_tools.h"
#include "tests/support/pcm_signal.h"

namespace engine::testing {

/// A header of MPEG-1 layer III, stereo, 44.1 kHz; `bitrate_index` 9 is 128 kbit/s.
inline std::uint32_t mpeg1_header(unsigned bitrate_index, bool padded = false) {
  return 0xFFFB0000U | (bitrate_index << 12) | (padded ? 0x200U : 0U);
}
/// A header of MPEG-2 layer III, mono, 24 kHz; `bitrate_index` 1 is 8 kbit/s.
inline std::uint32_t mpeg2_header(unsigned bitrate_index) {
  return 0xFFF304C0U | (bitrate_index << 12);
}

/// A whole MPEG frame that decodes to silence: empty side information, then `fill` to the end.
inline std::vector<std::byte> silent_mpeg_frame(std::uint32_t header, int fill = 0x55) {
  ByteWriter writer;
  writer.be(header, 4);
  const auto parsed = parse_mp3_frame_header(writer.data());
  writer.zeros(static_cast<std::size_t>(parsed->side_info_bytes));
  while (writer.size() < static_cast<std::size_t>(parsed->size_bytes)) {
    writer.be(static_cast<std::uint64_t>(fill), 1);
  }
  return writer.data();
}

struct XingFields {
  const char* name = "Xing";
  std::uint32_t frames = 0;
  std::uint32_t bytes = 0;
  const char* encoder = "LAME3.100";  // Nine characters.
  std::uint32_t delay = 576;
  std::uint32_t padding = 1000;
};

/// The MPEG frame in front of the audio that tells of it.
inline std::vector<std::byte> xing_mpeg_frame(std::uint32_t header, const XingFields& fields) {
  std::vector<std::byte> frame = silent_mpeg_frame(header, 0);
  const auto parsed = parse_mp3_frame_header(frame);
  ByteWriter tag;
  tag.text(fields.name).be(3, 4).be(fields.frames, 4).be(fields.bytes, 4);
  tag.text(fields.encoder).zeros(12).be((fields.delay << 12) | fields.padding, 3);
  const auto at = kMp3HeaderBytes + static_cast<std::size_t>(parsed->side_info_bytes);
  for (std::size_t i = 0; i < tag.size(); ++i) frame[at + i] = tag.data()[i];
  return frame;
}

/// `count` MPEG frames whose sizes change without any pattern (seeded).
inline std::vector<std::byte> vbr_mpeg_frames(int count, unsigned seed) {
  std::mt19937 random(seed);
  ByteWriter file;
  for (int i = 0; i < count; ++i) {
    const auto bitrate_index = static_cast<unsigned>(1 + random() % 14);
    file.bytes(silent_mpeg_frame(mpeg1_header(bitrate_index)));
  }
  return file.data();
}

/// `count` MPEG frames of 128 kbit/s, padded as encoders do it: no fraction of a byte is lost.
inline std::vector<std::byte> cbr_mpeg_frames(int count, bool pad = true) {
  ByteWriter file;
  const std::size_t begin = file.size();
  for (int i = 0; i < count; ++i) {
    const std::size_t due = static_cast<std::size_t>(i + 1) * 18432000 / 44100;
    file.bytes(silent_mpeg_frame(mpeg1_header(9, pad && due - (file.size() - begin) > 417)));
  }
  return file.data();
}

/// Music-like sound in which every moment is unlike every other: two sweeps, drum-like bursts of
/// noise (so that encoders switch blocks), a stereo image that moves. 16 bit.
inline PcmSignal sweep_signal(int sample_rate_hz, int channels, double seconds) {
  PcmSignal signal;
  signal.sample_rate_hz = sample_rate_hz;
  signal.channels = channels;
  signal.frames = static_cast<std::int64_t>(seconds * sample_rate_hz);
  std::mt19937 random(7);
  for (std::int64_t i = 0; i < signal.frames; ++i) {
    const double t = static_cast<double>(i) / sample_rate_hz;
    const double burst = std::fmod(t, 0.37) < 0.03 ? 1.0 : 0.0;
    for (int c = 0; c < channels; ++c) {
      const double noise = static_cast<double>(random()) / 2147483648.0 - 1.0;
      const double value = 0.35 * std::sin((900.0 + 150.0 * c + 130.0 * t) * t) +
                           0.2 * std::sin((7000.0 + 210.0 * t + 900.0 * c) * t) +
                           0.25 * burst * noise * (c == 0 ? 1.0 : std::sin(t));
      signal.samples.push_back(static_cast<std::int32_t>(std::lround(value * 32000.0)));
    }
  }
  return signal;
}

}  // namespace engine::testing
