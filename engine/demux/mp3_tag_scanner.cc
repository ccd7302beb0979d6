#include "engine/demux/mp3_tag_scanner.h"

#include <algorithm>

#include "engine/base/byte_order.h"

namespace engine {
namespace {

constexpr int kTagCountMax = 32;  // At each end of the file.
constexpr std::uint64_t kFrontAskBytes = 1024;
constexpr std::uint64_t kApeHeaderBytes = 32;
constexpr std::uint64_t kId3v1ExtensionBytes = 227;
constexpr std::uint64_t kTailBytes = 256;  // Holds every mark that a tag at the end is known by.
constexpr std::uint64_t kLyrics1BytesMax = 5100 + 20;
constexpr std::uint64_t kLyrics2TrailerBytes = 15;

// `size` bytes at the end of `bytes`; fewer when there are not so many.
std::span<const std::byte> tail(std::span<const std::byte> bytes, std::uint64_t size) {
  return bytes.last(std::min(bytes.size(), static_cast<std::size_t>(size)));
}

// Layout (hydrogenaudio, "APE Tags Header"): "APETAGEX" version:32 size:32 items:32 flags:32
// reserved:64, little-endian. `size` counts the items and the footer.
std::optional<std::uint64_t> ape_bytes_at_front(std::span<const std::byte> bytes) {
  if (bytes.size() < kApeHeaderBytes || !starts_with(bytes, "APETAGEX")) return std::nullopt;
  return kApeHeaderBytes + load_u32le(bytes, 12);
}

std::optional<std::uint64_t> ape_bytes_at_back(std::span<const std::byte> bytes) {
  const auto footer = tail(bytes, kApeHeaderBytes);
  if (footer.size() < kApeHeaderBytes || !starts_with(footer, "APETAGEX")) return std::nullopt;
  const bool has_header = (load_u32le(footer, 20) >> 31) != 0;
  return load_u32le(footer, 12) + (has_header ? kApeHeaderBytes : 0);
}

// Lyrics3 v2.00: "LYRICSBEGIN" fields size:6 digits "LYRICS200"; size leaves the last two out.
std::optional<std::uint64_t> lyrics2_bytes(std::span<const std::byte> bytes) {
  const auto trailer = tail(bytes, kLyrics2TrailerBytes);
  if (trailer.size() < kLyrics2TrailerBytes || !starts_with(trailer.subspan(6), "LYRICS200")) {
    return std::nullopt;
  }
  std::uint64_t size = 0;
  for (std::size_t i = 0; i < 6; ++i) {
    const unsigned digit = load_u8(trailer, i) - unsigned{'0'};
    if (digit > 9) return std::nullopt;
    size = size * 10 + digit;
  }
  return size + kLyrics2TrailerBytes;
}

// ID3v2.4 at the end of a file: its footer is its header with the name turned round.
std::optional<std::uint64_t> id3v2_bytes_at_back(std::span<const std::byte> bytes) {
  const auto footer = tail(bytes, kId3v2HeaderBytes);
  if (footer.size() < kId3v2HeaderBytes || !starts_with(footer, "3DI")) return std::nullopt;
  std::uint64_t size = 0;
  for (std::size_t i = 6; i < kId3v2HeaderBytes; ++i) {
    size = (size << 7) | (load_u8(footer, i) & 0x7FU);
  }
  return size + 2 * kId3v2HeaderBytes;
}

// Lyrics3 v1 has no size: "LYRICSBEGIN" stands somewhere in the last 5,120 bytes.
std::optional<std::uint64_t> lyrics1_bytes(std::span<const std::byte> bytes) {
  for (std::size_t size = 20; size <= bytes.size(); ++size) {
    if (starts_with(bytes.last(size), "LYRICSBEGIN")) return size;
  }
  return std::nullopt;
}

}  // namespace

std::optional<NeedBytes> Mp3TagScanner::scan(const Source& source) {
  while (stage_ != Stage::kDone) {
    std::optional<NeedBytes> need;
    if (stage_ == Stage::kFront) {
      need = scan_front(source);
    } else if (stage_ == Stage::kId3v2Texts) {
      need = id3v2_->read(source, tags_);
      if (!need) stage_ = Stage::kFront;
    } else {
      need = scan_back(source);
    }
    if (need) return need;
  }
  return std::nullopt;
}

std::optional<NeedBytes> Mp3TagScanner::scan_front(const Source& source) {
  const std::uint64_t left = source.size_bytes - begin_;
  end_ = source.size_bytes;
  if (left < kId3v2HeaderBytes || tag_count_ == kTagCountMax) {
    stage_ = left == 0 ? Stage::kDone : Stage::kBack;
    tag_count_ = 0;
    return std::nullopt;
  }
  const auto bytes = source.bytes.find({begin_, begin_ + std::min(left, kApeHeaderBytes)});
  if (!bytes) return NeedBytes{{begin_, begin_ + std::min(left, kFrontAskBytes)}};

  if (const auto size = id3v2_tag_bytes(*bytes)) {
    const ByteRange tag{begin_, begin_ + std::min(left, *size)};
    id3v2_.emplace(tag, *bytes);
    // A size that reaches past the end of the file says nothing: frames are looked for all the
    // same.
    begin_ = *size > left ? tag.begin + kId3v2HeaderBytes : tag.end;
    stage_ = Stage::kId3v2Texts;
  } else if (const auto ape_size = ape_bytes_at_front(*bytes)) {
    begin_ += *ape_size > left ? kApeHeaderBytes : *ape_size;
  } else {
    stage_ = Stage::kBack;
    tag_count_ = 0;
    return std::nullopt;
  }
  ++tag_count_;
  return std::nullopt;
}

std::optional<NeedBytes> Mp3TagScanner::scan_back(const Source& source) {
  const std::uint64_t left = end_ - begin_;
  const ByteRange range{end_ - std::min(left, kTailBytes), end_};
  stage_ = Stage::kDone;
  if (range.empty() || tag_count_ == kTagCountMax) return std::nullopt;
  const auto bytes = source.bytes.find(range);
  if (!bytes) {
    stage_ = Stage::kBack;
    return NeedBytes{range};
  }

  std::optional<std::uint64_t> size;
  if (left >= kId3v1Bytes && starts_with(tail(*bytes, kId3v1Bytes), "TAG")) {
    read_id3v1(tail(*bytes, kId3v1Bytes), tags_);
    size = kId3v1Bytes;
  } else if (left >= kId3v1ExtensionBytes &&
             starts_with(tail(*bytes, kId3v1ExtensionBytes), "TAG+")) {
    size = kId3v1ExtensionBytes;
  } else if (starts_with(tail(*bytes, 9), "LYRICSEND")) {
    const ByteRange lyrics{end_ - std::min(left, kLyrics1BytesMax), end_};
    const auto text = source.bytes.find(lyrics);
    if (!text) {
      stage_ = Stage::kBack;
      return NeedBytes{lyrics};
    }
    size = lyrics1_bytes(*text);
  } else {
    size = ape_bytes_at_back(*bytes);
    if (!size) size = lyrics2_bytes(*bytes);
    if (!size) size = id3v2_bytes_at_back(*bytes);
  }
  // A size that does not fit is no tag's: the bytes are left to the audio.
  if (!size || *size == 0 || *size > left) return std::nullopt;
  end_ -= *size;
  ++tag_count_;
  stage_ = Stage::kBack;
  return std::nullopt;
}

}  // namespace engine
