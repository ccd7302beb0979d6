#include "engine/demux/flac_frame_header.h"

#include <algorithm>
#include <array>
#include <bit>

#include "engine/base/bit_reader.h"
#include "engine/base/check.h"
#include "engine/base/crc.h"
#include "engine/base/media_types.h"

namespace engine {
namespace {

constexpr int kBlockSizeMax = 65535;
constexpr int kBitsPerSampleMin = 4;
constexpr unsigned kSyncCode = 0x7FFC;  // Fifteen bits.
constexpr unsigned kChannelAssignmentMax = 10;

// RFC 9639 section 9.1.2; 12 to 14 are coded behind the number, 0 means that of STREAMINFO.
constexpr std::array<int, 12> kSampleRatesHz = {0,     88200, 176400, 192000, 8000,  16000,
                                                22050, 24000, 32000,  44100,  48000, 96000};
// Section 9.1.4; 0 means that of STREAMINFO, -1 is reserved.
constexpr std::array<int, 8> kBitDepths = {0, 8, 12, -1, 16, 20, 24, 32};

// The coded number of section 9.1.5: as UTF-8, but up to 36 bits in seven bytes.
std::optional<std::uint64_t> read_coded_number(BitReader& reader) {
  const auto first = static_cast<std::uint8_t>(reader.read(8));
  if (first < 0x80) return first;
  const int bytes = std::countl_one(first);
  if (bytes < 2 || bytes > 7) return std::nullopt;

  std::uint64_t number = bytes == 7 ? 0 : first & ((1U << (7 - bytes)) - 1U);
  for (int i = 1; i < bytes; ++i) {
    const std::uint64_t next = reader.read(8);
    if ((next & 0xC0U) != 0x80) return std::nullopt;
    number = (number << 6) | (next & 0x3FU);
  }
  return number;
}

// Reads what `code` (four bits of the header) left to say. 0 when the code is reserved.
int read_block_size(unsigned code, BitReader& reader) {
  if (code == 0) return 0;
  if (code == 1) return 192;
  if (code <= 5) return 144 << code;
  if (code == 6) return static_cast<int>(reader.read(8)) + 1;
  if (code == 7) return static_cast<int>(reader.read(16)) + 1;
  return 1 << code;
}

int read_sample_rate_hz(unsigned code, BitReader& reader, const FlacStreamInfo& info) {
  if (code == 0) return info.sample_rate_hz;
  if (code < kSampleRatesHz.size()) return kSampleRatesHz[code];
  if (code == 12) return static_cast<int>(reader.read(8)) * 1000;
  if (code == 13) return static_cast<int>(reader.read(16));
  if (code == 14) return static_cast<int>(reader.read(16)) * 10;
  return 0;
}

}  // namespace

FlacStreamInfo parse_flac_stream_info(std::span<const std::byte> bytes) {
  ENGINE_CHECK(bytes.size() == kFlacStreamInfoBytes);
  BitReader reader(bytes);
  FlacStreamInfo info;
  info.block_size_min = static_cast<int>(reader.read(16));
  info.block_size_max = static_cast<int>(reader.read(16));
  reader.skip(24);
  info.frame_bytes_max = static_cast<std::uint32_t>(reader.read(24));
  info.sample_rate_hz = static_cast<int>(reader.read(20));
  info.channels = static_cast<int>(reader.read(3)) + 1;
  info.bits_per_sample = static_cast<int>(reader.read(5)) + 1;
  info.frame_count = static_cast<FrameCount>(reader.read(36));
  return info;
}

Status check_flac_stream_info(const FlacStreamInfo& info, std::uint64_t byte_offset) {
  if (info.bits_per_sample < kBitsPerSampleMin) {
    return Error{ErrorDetail::kFlacBitDepth, byte_offset};
  }
  if (info.sample_rate_hz < kSampleRateHzMin || info.sample_rate_hz > kSampleRateHzMax) {
    return Error{ErrorDetail::kSampleRate, byte_offset};
  }
  return ok_status();
}

std::vector<std::byte> corrected_flac_stream_info(std::span<const std::byte> bytes,
                                                  const FlacStreamInfo& info) {
  ENGINE_CHECK(bytes.size() == kFlacStreamInfoBytes);
  std::vector<std::byte> out(bytes.begin(), bytes.end());
  const auto put = [&](std::size_t at, int size, std::uint64_t value) {
    for (int i = size; i-- > 0; value >>= 8) {
      out[at + static_cast<std::size_t>(i)] = static_cast<std::byte>(value & 0xFFU);
    }
  };
  put(0, 2, static_cast<std::uint64_t>(std::min(info.block_size_min, info.block_size_max)));
  put(2, 2, static_cast<std::uint64_t>(info.block_size_max));
  put(10, 8,
      static_cast<std::uint64_t>(info.sample_rate_hz) << 44U |
          static_cast<std::uint64_t>(info.channels - 1) << 41U |
          static_cast<std::uint64_t>(info.bits_per_sample - 1) << 36U |
          static_cast<std::uint64_t>(info.frame_count & kFlacFrameCountMax));
  return out;
}

std::optional<FlacFrameHeader> parse_flac_frame_header(std::span<const std::byte> bytes,
                                                       const FlacStreamInfo& info,
                                                       const FlacNumbering& numbering,
                                                       FlacAgreement agreement) {
  BitReader reader(bytes.first(std::min(bytes.size(), kFlacFrameHeaderBytesMax)));
  if (reader.read(15) != kSyncCode) return std::nullopt;
  FlacFrameHeader header;
  header.variable_blocking = reader.read_bit();
  const auto block_size_code = static_cast<unsigned>(reader.read(4));
  const auto sample_rate_code = static_cast<unsigned>(reader.read(4));
  const auto channel_code = static_cast<unsigned>(reader.read(4));
  const int bit_depth = kBitDepths[static_cast<std::size_t>(reader.read(3))];
  const bool reserved = reader.read_bit();
  const std::optional<std::uint64_t> number = read_coded_number(reader);
  if (!number || reserved || channel_code > kChannelAssignmentMax) return std::nullopt;

  header.number = *number;
  header.block_size = read_block_size(block_size_code, reader);
  header.sample_rate_hz = read_sample_rate_hz(sample_rate_code, reader, info);
  header.channels = channel_code < 8 ? static_cast<int>(channel_code) + 1 : 2;
  header.bits_per_sample = bit_depth == 0 ? info.bits_per_sample : bit_depth;
  header.channel_assignment = static_cast<int>(channel_code);
  header.size_bytes = static_cast<std::size_t>(reader.position_bits() / 8) + 1;
  const auto crc = static_cast<std::uint8_t>(reader.read(8));
  if (reader.overrun() || crc != crc8(bytes.first(header.size_bytes - 1))) return std::nullopt;
  if (header.bits_per_sample < kBitsPerSampleMin || header.sample_rate_hz <= 0) return std::nullopt;
  if (header.block_size < 1 || header.block_size > kBlockSizeMax) return std::nullopt;

  // With fixed blocking the number counts FLAC frames, all but the last of which are equally long.
  const int declared =
      numbering.frames_per_number > 0 ? numbering.frames_per_number : info.block_size_max;
  const int frames_per_number = header.variable_blocking ? 1 : declared;
  header.first_frame =
      static_cast<FrameCount>(*number) * std::max(frames_per_number, 1) - numbering.origin;
  if (agreement == FlacAgreement::kNothing) return header;

  if (!header.same_format(info)) return std::nullopt;
  if (frames_per_number > 1 && header.block_size > frames_per_number) return std::nullopt;
  if (header.first_frame < 0) return std::nullopt;
  if (info.frame_count != 0 && header.first_frame >= info.frame_count) return std::nullopt;
  return header;
}

}  // namespace engine
