#include "engine/demux/mp3_stream_info.h"

#include <algorithm>

#include "engine/base/byte_order.h"

namespace engine {
namespace {

constexpr std::uint32_t kHasFrames = 1;
constexpr std::uint32_t kHasBytes = 2;
constexpr std::uint32_t kHasToc = 4;
constexpr std::uint32_t kHasQuality = 8;
constexpr std::size_t kDelayAt = 21;  // From the encoder's name on.
constexpr std::size_t kDelayBytes = 3;
constexpr std::size_t kVbriAt = kMp3HeaderBytes + 32;
constexpr std::size_t kVbriBytes = 18;

// Takes the next `count` bytes off the front of `bytes`; nothing when it has fewer.
std::optional<std::span<const std::byte>> take(std::span<const std::byte>& bytes,
                                               std::size_t count) {
  if (bytes.size() < count) return std::nullopt;
  const auto front = bytes.first(count);
  bytes = bytes.subspan(count);
  return front;
}

void read_gapless(std::span<const std::byte> bytes, Mp3StreamInfo& info) {
  if (bytes.size() < kDelayAt + kDelayBytes) return;
  // The writers whose two numbers are known to mean what LAME's mean.
  if (!starts_with(bytes, "LAME") && !starts_with(bytes, "Lavf") && !starts_with(bytes, "Lavc")) {
    return;
  }
  const std::uint32_t both = load_u24be(bytes, kDelayAt);
  info.has_gapless = true;
  info.encoder_delay = both >> 12;
  info.encoder_padding = both & 0xFFF;
}

std::optional<Mp3StreamInfo> parse_xing(std::span<const std::byte> bytes) {
  const auto head = take(bytes, 8);
  if (!head) return std::nullopt;
  const std::uint32_t name = load_u32be(*head, 0);
  if (name != four_cc("Xing") && name != four_cc("Info")) return std::nullopt;
  const std::uint32_t flags = load_u32be(*head, 4);

  Mp3StreamInfo info;
  info.constant_bitrate = name == four_cc("Info");
  if ((flags & kHasFrames) != 0) {
    if (const auto field = take(bytes, 4)) info.mpeg_frames = load_u32be(*field, 0);
  }
  if ((flags & kHasBytes) != 0) {
    if (const auto field = take(bytes, 4)) info.size_bytes = load_u32be(*field, 0);
  }
  if ((flags & kHasToc) != 0) {
    if (const auto field = take(bytes, info.toc.size())) {
      info.has_toc = true;
      for (std::size_t i = 0; i < info.toc.size(); ++i) info.toc[i] = load_u8(*field, i);
    }
  }
  if ((flags & kHasQuality) != 0) static_cast<void>(take(bytes, 4));
  read_gapless(bytes, info);
  return info;
}

std::optional<Mp3StreamInfo> parse_vbri(std::span<const std::byte> bytes) {
  if (bytes.size() < kVbriBytes || load_u32be(bytes, 0) != four_cc("VBRI")) return std::nullopt;
  if (load_u16be(bytes, 4) != 1) return std::nullopt;  // The only version there is.
  Mp3StreamInfo info;
  info.size_bytes = load_u32be(bytes, 10);
  info.mpeg_frames = load_u32be(bytes, 14);
  return info;
}

}  // namespace

std::optional<Mp3StreamInfo> parse_mp3_stream_info(std::span<const std::byte> mpeg_frame,
                                                   const Mp3FrameHeader& header) {
  // Xing's place does not move when there is a CRC.
  const std::size_t xing_at = kMp3HeaderBytes + static_cast<std::size_t>(header.side_info_bytes);
  std::optional<Mp3StreamInfo> info;
  if (mpeg_frame.size() > xing_at) info = parse_xing(mpeg_frame.subspan(xing_at));
  if (!info && mpeg_frame.size() > kVbriAt) info = parse_vbri(mpeg_frame.subspan(kVbriAt));
  if (info && info->mpeg_frames == 0 && info->size_bytes == 0) return std::nullopt;
  return info;
}

}  // namespace engine
