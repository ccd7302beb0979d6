#include "server-min/audio_sniff.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <sys/types.h>
#include <unistd.h>

namespace server {
namespace {

constexpr std::size_t kSearchSizeBytes = 256 * 1024;
constexpr std::size_t kId3HeaderSizeBytes = 10;
constexpr int kId3TagCountMax = 8;  // Some writers put a second tag behind the first.

// Up to `size_max` bytes from `offset` on; fewer at the end of the file or after an error.
std::string read_at(int fd, std::uint64_t offset, std::size_t size_max) {
  std::string bytes(size_max, '\0');
  std::size_t filled = 0;
  while (filled < size_max) {
    const ssize_t count =
        ::pread(fd, bytes.data() + filled, size_max - filled, static_cast<off_t>(offset + filled));
    if (count <= 0) break;
    filled += static_cast<std::size_t>(count);
  }
  bytes.resize(filled);
  return bytes;
}

std::uint32_t byte_at(std::string_view bytes, std::size_t index) {
  return static_cast<unsigned char>(bytes[index]);
}

// Layout (ID3v2.4 section 3.1): "ID3" version:2 flags:1 size:4, seven bits of size in each byte,
// footer (flag 0x10) not counted.
std::uint64_t id3_tag_size(std::string_view header) {
  if (header.size() < kId3HeaderSizeBytes || !header.starts_with("ID3")) return 0;
  std::uint64_t size = 0;
  for (std::size_t i = 6; i < kId3HeaderSizeBytes; ++i) {
    size = (size << 7) | (byte_at(header, i) & 0x7F);
  }
  const bool has_footer = (byte_at(header, 5) & 0x10) != 0;
  return kId3HeaderSizeBytes + size + (has_footer ? kId3HeaderSizeBytes : 0);
}

std::uint64_t skip_id3_tags(int fd) {
  std::uint64_t offset = 0;
  for (int i = 0; i < kId3TagCountMax; ++i) {
    const std::uint64_t size = id3_tag_size(read_at(fd, offset, kId3HeaderSizeBytes));
    if (size == 0) break;
    offset += size;
  }
  return offset;
}

// Size in bytes of the layer III frame whose header stands at `index`. Layout: sync:11 version:2
// layer:2 protection:1 bitrate:4 rate:2 padding:1 and nine more. Free format has no size and is
// left to TagLib's opinion of the frames around it.
std::optional<std::size_t> frame_size(std::string_view bytes, std::size_t index) {
  constexpr std::array<unsigned, 16> kBitRatesMpeg1 = {0,   32,  40,  48,  56,  64,  80,  96,
                                                       112, 128, 160, 192, 224, 256, 320, 0};
  constexpr std::array<unsigned, 16> kBitRatesMpeg2 = {0,  8,  16, 24,  32,  40,  48,  56,
                                                       64, 80, 96, 112, 128, 144, 160, 0};
  constexpr std::array<unsigned, 4> kRatesMpeg1 = {44100, 48000, 32000, 0};
  if (bytes.size() < 4 || index > bytes.size() - 4) return std::nullopt;
  const std::uint32_t second = byte_at(bytes, index + 1);
  const std::uint32_t third = byte_at(bytes, index + 2);
  if (byte_at(bytes, index) != 0xFF || (second & 0xE0) != 0xE0) return std::nullopt;
  const std::uint32_t version = (second >> 3) & 3;  // 3: MPEG-1, 2: MPEG-2, 0: MPEG-2.5.
  const std::uint32_t layer = (second >> 1) & 3;    // 1: layer III.
  if (version == 1 || layer != 1) return std::nullopt;
  const bool mpeg1 = version == 3;
  const unsigned bit_rate_kbps = (mpeg1 ? kBitRatesMpeg1 : kBitRatesMpeg2)[third >> 4];
  const unsigned divisor = mpeg1 ? 1 : version == 2 ? 2 : 4;
  const unsigned rate_hz = kRatesMpeg1[(third >> 2) & 3] / divisor;
  if (bit_rate_kbps == 0 || rate_hz == 0) return std::nullopt;
  return (mpeg1 ? 144U : 72U) * bit_rate_kbps * 1000 / rate_hz + ((third >> 1) & 1);
}

bool has_two_frames(std::string_view bytes, bool reaches_end) {
  for (std::size_t i = bytes.find('\xFF'); i != std::string_view::npos;
       i = bytes.find('\xFF', i + 1)) {
    const auto size = frame_size(bytes, i);
    if (!size) continue;
    if (frame_size(bytes, i + *size)) return true;
    if (reaches_end && i + *size == bytes.size()) return true;
  }
  return false;
}

}  // namespace

AudioSniff sniff_mp3(int fd) {
  const std::uint64_t start = skip_id3_tags(fd);
  const std::string bytes = read_at(fd, start, kSearchSizeBytes);
  return {start > 0, has_two_frames(bytes, bytes.size() < kSearchSizeBytes)};
}

AudioSniff sniff_flac(int fd) {
  const std::uint64_t start = skip_id3_tags(fd);
  return {start > 0, read_at(fd, start, 4) == "fLaC"};
}

}  // namespace server
