#include "engine/demux/mpeg_stream_header.h"

#include <algorithm>
#include <array>

#include "engine/base/byte_order.h"
#include "engine/demux/mp3_frame_header.h"

namespace engine {
namespace {

// ISO/IEC 11172-3, table of 2.4.2.3, and 13818-3: index 0 is free format, 15 is forbidden.
using Bitrates = std::array<unsigned, 15>;
constexpr Bitrates kLayer1Mpeg1{0,   32,  64,  96,  128, 160, 192, 224,
                                256, 288, 320, 352, 384, 416, 448};
constexpr Bitrates kLayer1Mpeg2{0, 32, 48, 56, 64, 80, 96, 112, 128, 144, 160, 176, 192, 224, 256};
constexpr Bitrates kLayer2Mpeg1{0, 32, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384};
constexpr Bitrates kLayer2Mpeg2{0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160};
constexpr std::array<int, 3> kSampleRateHz{44100, 48000, 32000};
constexpr std::array<int, 13> kAdtsSampleRateHz{96000, 88200, 64000, 48000, 44100, 32000, 24000,
                                                22050, 16000, 12000, 11025, 8000,  7350};
constexpr std::size_t kFreeFormatBytesMin = 32;
// 640 kbit/s at 32 kHz, the most that encoders write.
constexpr std::size_t kFreeFormatBytesMax = 2881;

// `word` is the first four bytes, whose layer is I or II.
std::optional<MpegStreamHeader> parse_layer_1_or_2(std::uint32_t word) {
  const std::uint32_t version = (word >> 19) & 3;
  const std::size_t bitrate_index = (word >> 12) & 15;
  const std::size_t rate_index = (word >> 10) & 3;
  if (version != 3 && version != 2) return std::nullopt;  // There is no MPEG-2.5 of these.
  if (bitrate_index == 0 || bitrate_index == 15 || rate_index == 3) return std::nullopt;
  const bool mpeg1 = version == 3;
  const bool layer_1 = ((word >> 17) & 3) == 3;
  const std::size_t padding = (word >> 9) & 1;
  MpegStreamHeader header;
  header.sample_rate_hz = kSampleRateHz[rate_index] / (mpeg1 ? 1 : 2);
  const auto rate = static_cast<std::size_t>(header.sample_rate_hz);
  if (layer_1) {
    header.kind = MpegStreamKind::kLayer1;
    const std::size_t bitrate = (mpeg1 ? kLayer1Mpeg1 : kLayer1Mpeg2)[bitrate_index] * 1000U;
    header.size_bytes = 4 * (12 * bitrate / rate + padding);
  } else {
    header.kind = MpegStreamKind::kLayer2;
    const std::size_t bitrate = (mpeg1 ? kLayer2Mpeg1 : kLayer2Mpeg2)[bitrate_index] * 1000U;
    header.size_bytes = 144 * bitrate / rate + padding;
  }
  return header;
}

std::optional<MpegStreamHeader> parse_adts(std::span<const std::byte> bytes) {
  if (bytes.size() < kMpegStreamHeaderBytes) return std::nullopt;
  const std::size_t rate_index = (load_u8(bytes, 2) >> 2) & 15U;
  if (rate_index >= kAdtsSampleRateHz.size()) return std::nullopt;
  MpegStreamHeader header;
  header.kind = MpegStreamKind::kAdts;
  header.sample_rate_hz = kAdtsSampleRateHz[rate_index];
  header.size_bytes = ((load_u8(bytes, 3) & 3U) << 11) | (unsigned{load_u8(bytes, 4)} << 3) |
                      (unsigned{load_u8(bytes, 5)} >> 5);
  if (header.size_bytes <= kMpegStreamHeaderBytes) return std::nullopt;
  return header;
}

}  // namespace

std::optional<MpegStreamHeader> parse_mpeg_stream_header(std::span<const std::byte> bytes) {
  if (bytes.size() < kMp3HeaderBytes || bytes[0] != std::byte{0xFF}) return std::nullopt;
  const std::uint32_t word = load_u32be(bytes, 0);
  if ((word >> 21) != 0x7FF) return std::nullopt;
  const std::uint32_t layer = (word >> 17) & 3;
  if (layer == 0) return (word >> 20) == 0xFFF ? parse_adts(bytes) : std::nullopt;
  if (layer != 1) return parse_layer_1_or_2(word);
  const auto layer_3 = parse_mp3_frame_header(bytes);
  if (!layer_3 || layer_3->size_bytes == 0) return std::nullopt;
  return MpegStreamHeader{MpegStreamKind::kLayer3, layer_3->sample_rate_hz,
                          static_cast<std::size_t>(layer_3->size_bytes)};
}

bool is_mpeg_stream(std::span<const std::byte> bytes, int count) {
  const auto first = parse_mpeg_stream_header(bytes);
  if (!first) return false;
  auto header = first;
  for (int met = 1; met < count; ++met) {
    const bool adts = first->kind == MpegStreamKind::kAdts;
    const std::size_t header_bytes = adts ? kMpegStreamHeaderBytes : kMp3HeaderBytes;
    if (bytes.size() < header->size_bytes + header_bytes) return met >= 2;
    bytes = bytes.subspan(header->size_bytes);
    header = parse_mpeg_stream_header(bytes);
    if (!header || !header->continues(*first)) return false;
  }
  return true;
}

bool is_free_format(std::span<const std::byte> bytes) {
  constexpr int kDistances = 3;
  constexpr std::uint32_t kSame = 0xFFFFFCCF;  // All but padding, private bit, mode extension.
  const auto first = parse_mp3_frame_header(bytes);
  if (!first || first->bitrate_kbps != 0) return false;
  const std::uint32_t word = load_u32be(bytes, 0) & kSame;
  for (std::size_t size = kFreeFormatBytesMin; size <= kFreeFormatBytesMax; ++size) {
    std::size_t at = 0;
    int met = 0;
    for (; met < kDistances; ++met) {
      at += size + ((load_u32be(bytes, at) >> 9) & 1U);
      if (at + kMp3HeaderBytes > bytes.size() || (load_u32be(bytes, at) & kSame) != word) break;
    }
    if (met == kDistances) return true;
  }
  return false;
}

}  // namespace engine
