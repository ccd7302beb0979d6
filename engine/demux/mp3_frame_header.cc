#include "engine/demux/mp3_frame_header.h"

#include <algorithm>
#include <array>

#include "engine/base/byte_order.h"

namespace engine {
namespace {

constexpr std::size_t kProbeStartMax = 4096;
constexpr int kProbeChainLength = 3;

// Index 0 is free format, 15 is forbidden (ISO/IEC 11172-3, table of 2.4.2.3; 13818-3).
constexpr std::array<int, 15> kBitrateKbpsMpeg1{0,   32,  40,  48,  56,  64,  80, 96,
                                                112, 128, 160, 192, 224, 256, 320};
constexpr std::array<int, 15> kBitrateKbpsMpeg2{0,  8,  16, 24,  32,  40,  48, 56,
                                                64, 80, 96, 112, 128, 144, 160};
constexpr std::array<int, 3> kSampleRateHzMpeg1{44100, 48000, 32000};

std::optional<MpegVersion> version_of(std::uint32_t bits) {
  if (bits == 3) return MpegVersion::k1;
  if (bits == 2) return MpegVersion::k2;
  if (bits == 0) return MpegVersion::k25;
  return std::nullopt;
}

int side_info_bytes_of(MpegVersion version, int channels) {
  if (version == MpegVersion::k1) return channels == 1 ? 17 : 32;
  return channels == 1 ? 9 : 17;
}

// True when MPEG frames of one stream follow each other from the front of `bytes` on.
bool is_chain(std::span<const std::byte> bytes) {
  const auto first = parse_mp3_frame_header(bytes);
  if (!first || first->size_bytes == 0) return false;
  auto header = first;
  for (int count = 1; count < kProbeChainLength; ++count) {
    const auto size = static_cast<std::size_t>(header->size_bytes);
    // The bytes may end early: two MPEG frames will do then, or one that is the whole file.
    if (bytes.size() < size + kMp3HeaderBytes) return count >= 2 || bytes.size() == size;
    bytes = bytes.subspan(size);
    header = parse_mp3_frame_header(bytes);
    if (!header || header->size_bytes == 0 || !header->continues(*first)) return false;
  }
  return true;
}

}  // namespace

int Mp3FrameHeader::payload_bytes() const {
  const int overhead = static_cast<int>(kMp3HeaderBytes) + (has_crc ? 2 : 0) + side_info_bytes;
  return std::max(0, size_bytes - overhead);
}

std::optional<Mp3FrameHeader> parse_mp3_frame_header(std::span<const std::byte> bytes) {
  if (bytes.size() < kMp3HeaderBytes) return std::nullopt;
  const std::uint32_t word = load_u32be(bytes, 0);
  if ((word >> 21) != 0x7FF) return std::nullopt;
  const auto version = version_of((word >> 19) & 3);
  const bool layer_3 = ((word >> 17) & 3) == 1;
  const std::size_t bitrate_index = (word >> 12) & 15;
  const std::size_t rate_index = (word >> 10) & 3;
  if (!version || !layer_3 || bitrate_index == 15 || rate_index == 3) return std::nullopt;

  Mp3FrameHeader header;
  header.version = *version;
  const bool mpeg1 = *version == MpegVersion::k1;
  const int rate_divisor = mpeg1 ? 1 : *version == MpegVersion::k2 ? 2 : 4;
  header.sample_rate_hz = kSampleRateHzMpeg1[rate_index] / rate_divisor;
  header.bitrate_kbps = (mpeg1 ? kBitrateKbpsMpeg1 : kBitrateKbpsMpeg2)[bitrate_index];
  header.channels = ((word >> 6) & 3) == 3 ? 1 : 2;
  header.has_crc = ((word >> 16) & 1) == 0;
  header.padded = ((word >> 9) & 1) != 0;
  header.frame_count = mpeg1 ? 1152 : 576;
  header.side_info_bytes = side_info_bytes_of(*version, header.channels);
  if (header.bitrate_kbps > 0) {
    // Bytes = frames / 8 * bits per second / frames per second, rounded down, and one of padding.
    const int bytes_per_kilobit = static_cast<int>(header.frame_count) * 125;
    header.size_bytes =
        bytes_per_kilobit * header.bitrate_kbps / header.sample_rate_hz + (header.padded ? 1 : 0);
  }
  return header;
}

bool looks_like_mpeg_audio(std::span<const std::byte> bytes) {
  const std::size_t starts = std::min(bytes.size(), kProbeStartMax);
  for (std::size_t at = 0; at + kMp3HeaderBytes <= bytes.size() && at < starts; ++at) {
    if (bytes[at] == std::byte{0xFF} && is_chain(bytes.subspan(at))) return true;
  }
  return false;
}

}  // namespace engine
