#include "engine/demux/flac_frame_finder.h"

#include <algorithm>
#include <cstring>
#include <optional>

#include "engine/base/check.h"
#include "engine/base/crc.h"
#include "engine/demux/flac_frame_walker.h"

namespace engine {
namespace {

constexpr std::uint64_t kWindowBytesMin = 16U << 10;
constexpr std::uint64_t kWindowBytesMax = 64U << 10;
constexpr std::size_t kCrcBytes = 2;
// Headers that are right in themselves but stand inside a FLAC frame: by chance there is hardly
// ever one. Made on purpose they must not cost more than this: no FLAC frame reaches further, so
// that no byte is looked at for more than so many of them.
constexpr int kForeignHeaderCountMax = 8;

// More than any sensible encoder makes of a FLAC frame: twice its samples as they are.
std::uint64_t frame_bytes_bound(const FlacFrameHeader& header) {
  const auto bits = static_cast<std::uint64_t>(header.bits_per_sample) + 1;
  const auto samples =
      static_cast<std::uint64_t>(header.block_size) * static_cast<std::uint64_t>(header.channels);
  return 1024 + samples * bits / 4;
}

std::optional<FlacFrameHeader> parse_header(std::span<const std::byte> bytes,
                                            const FlacStream& stream) {
  return parse_flac_frame_header(bytes, stream.info, stream.numbering, stream.agreement);
}

// The next place in bytes[from...] that looks like a sync code; bytes.size() when there is none.
std::size_t find_sync(std::span<const std::byte> bytes, std::size_t from) {
  while (from + 1 < bytes.size()) {  // Ends: each pass moves `from` forward.
    const void* found = std::memchr(bytes.data() + from, 0xFF, bytes.size() - 1 - from);
    if (found == nullptr) break;
    from = static_cast<std::size_t>(static_cast<const std::byte*>(found) - bytes.data());
    if ((bytes[from + 1] & std::byte{0xFE}) == std::byte{0xF8}) return from;
    ++from;
  }
  return bytes.size();
}

struct NextHeader {
  std::optional<std::size_t> size;  // Of the FLAC frame, when the one that follows it is there too.
  std::optional<std::size_t> limit;  // Else where it ends at the latest, if that is seen.
};

// Looks for the end of the FLAC frame at the front of `bytes`.
NextHeader find_next_header(std::span<const std::byte> bytes, const FlacStream& stream,
                            const FlacFrameHeader& header) {
  std::uint16_t crc = 0;
  std::size_t summed = 0;
  std::size_t at = header.size_bytes + kCrcBytes;
  int foreign_header_count = 0;
  for (;; ++at) {  // Ends: each pass moves forward in `bytes` or returns.
    at = find_sync(bytes, at);
    if (at >= bytes.size()) return {};
    // Whatever its number and format: two FLAC frames in a row also have a checksum of zero.
    const auto next = parse_flac_frame_header(bytes.subspan(at), stream.info, stream.numbering,
                                              FlacAgreement::kNothing);
    if (!next) continue;

    // The checksum of a run that ends with its own CRC-16 is zero.
    crc = crc16(bytes.subspan(summed, at - summed), crc);
    summed = at;
    if (crc == 0) return {at, std::nullopt};
    if (++foreign_header_count == kForeignHeaderCountMax) return {std::nullopt, at};
  }
}

}  // namespace

FlacFrameStep flac_frame_at(const Source& source, const FlacStream& stream, std::uint64_t offset) {
  if (offset < stream.audio.begin || offset >= stream.audio.end) return NoFlacFrame{};
  const std::uint64_t left = stream.audio.end - offset;
  const std::uint64_t declared = stream.info.frame_bytes_max + kFlacFrameHeaderBytesMax;
  std::uint64_t window = stream.info.frame_bytes_max == 0 ? kWindowBytesMin : declared;

  for (;; window *= 2) {  // Ends: the window grows up to a bound.
    window = std::min(window, left);
    ByteRange range{offset, offset + window};
    const auto front = source.bytes.find(
        {offset, offset + std::min<std::uint64_t>(kFlacFrameHeaderBytesMax, left)});
    if (!front) {
      range.end = std::min(range.end, offset + kWindowBytesMax);  // The declared size may lie.
      return NeedBytes{source.bytes.missing(range)};
    }
    const auto header = parse_header(*front, stream);
    if (!header) return NoFlacFrame{};

    const std::uint64_t bound = std::min(frame_bytes_bound(*header), left);
    range.end = offset + std::min(window, bound);
    const auto bytes = source.bytes.find(range);
    if (!bytes) return NeedBytes{source.bytes.missing(range)};
    const NextHeader next = find_next_header(*bytes, stream, *header);
    if (next.size) return FlacFrame{*header, {offset, offset + *next.size}};

    const auto walkable = bytes->first(next.limit.value_or(bytes->size()));
    const FlacFrameWalk walk = walk_flac_frame(walkable, *header);
    if (walk.end == FlacFrameWalk::End::kCutOff && !next.limit && window < bound) continue;
    const bool whole = walk.end == FlacFrameWalk::End::kWhole;
    if (!whole || crc16(walkable.first(walk.size_bytes)) != 0) return NoFlacFrame{};
    return FlacFrame{*header, {offset, offset + walk.size_bytes}};
  }
}

FlacFrameStep find_flac_frame(const Source& source, const FlacStream& stream, std::uint64_t& from,
                              std::uint64_t limit) {
  limit = std::min(limit, stream.audio.end);
  from = std::max(from, stream.audio.begin);
  while (from < limit) {  // Ends: each pass moves `from` forward or returns.
    // What is held is searched first, so that a false sync code costs no request.
    const ByteRange window{from, std::min(from + flac_window_bytes(stream), stream.audio.end)};
    const ByteRange missing = source.bytes.missing(window);
    const std::uint64_t held_end = missing.empty() ? window.end : missing.begin;
    if (held_end - from < kFlacFrameHeaderBytesMax && !missing.empty()) return NeedBytes{missing};

    const auto held = source.bytes.find({from, held_end});
    ENGINE_CHECK(held.has_value());
    const std::size_t at = find_sync(*held, 0);
    if (at < held->size()) {
      from += at;
      if (from >= limit) break;
      const FlacFrameStep step = flac_frame_at(source, stream, from);
      if (!std::holds_alternative<NoFlacFrame>(step)) return step;
      ++from;
    } else {
      // The last byte may be the first half of a sync code that the next bytes complete.
      from = held_end == stream.audio.end ? held_end : held_end - 1;
    }
  }
  return NoFlacFrame{};
}

std::uint64_t flac_window_bytes(const FlacStream& stream) {
  const std::uint64_t two_frames =
      2 * std::uint64_t{stream.info.frame_bytes_max} + kFlacFrameHeaderBytesMax;
  return std::clamp(two_frames, kWindowBytesMin, kWindowBytesMax);
}

}  // namespace engine
