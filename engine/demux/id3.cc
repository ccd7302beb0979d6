#include "engine/demux/id3.h"

#include <algorithm>
#include <string>
#include <vector>

#include "engine/base/byte_order.h"
#include "engine/demux/tag_text.h"

namespace engine {
namespace {

constexpr std::uint64_t kAskBytes = 1024;
// More of one text is never looked at: kTagBytesMax characters of two bytes, and the encoding.
constexpr std::uint64_t kTextBytesMax = 2 * kTagBytesMax + 16;
// As much of a tag that is unsynchronised as a whole is undone and read.
constexpr std::uint64_t kUnsynchronisedBytesMax = 4096;

constexpr std::uint8_t kTagUnsynchronised = 0x80;
constexpr std::uint8_t kTagExtendedHeader = 0x40;  // In 2.2: compressed, in a way never defined.
constexpr std::uint8_t kTagFooter = 0x10;

struct FrameHeader {
  std::uint32_t id = 0;
  std::size_t header_bytes = 0;
  std::uint64_t body_bytes = 0;
  std::size_t prefix_bytes = 0;  // Facts between the header and the body proper.
  bool unsynchronised = false;
  bool readable = true;  // Neither compressed nor encrypted.
};

std::uint32_t load_syncsafe(std::span<const std::byte> bytes, std::size_t at) {
  const std::uint32_t word = load_u32be(bytes, at);
  return ((word >> 3) & 0x0FE00000) | ((word >> 2) & 0x001FC000) | ((word >> 1) & 0x00003F80) |
         (word & 0x0000007F);
}

bool is_syncsafe(std::span<const std::byte> bytes, std::size_t at) {
  return (load_u32be(bytes, at) & 0x80808080) == 0;
}

std::size_t frame_header_bytes(int version) {
  return version == 2 ? 6 : 10;
}

// Sections 3.2 of 2.2, 3.3 of 2.3 and 4 of 2.4.
FrameHeader parse_frame_header(std::span<const std::byte> bytes, int version) {
  FrameHeader header;
  header.header_bytes = frame_header_bytes(version);
  if (version == 2) {
    header.id = load_u24be(bytes, 0);
    header.body_bytes = load_u24be(bytes, 3);
    return header;
  }
  header.id = load_u32be(bytes, 0);
  const unsigned flags = load_u8(bytes, 9);
  if (version == 3) {
    header.body_bytes = load_u32be(bytes, 4);
    header.readable = (flags & 0xC0) == 0;
    header.prefix_bytes = (flags & 0x20) != 0 ? 1 : 0;
    return header;
  }
  // Some writers of 2.4 keep the plain sizes of 2.3.
  header.body_bytes = is_syncsafe(bytes, 4) ? load_syncsafe(bytes, 4) : load_u32be(bytes, 4);
  header.readable = (flags & 0x0C) == 0;
  header.unsynchronised = (flags & 0x02) != 0;
  header.prefix_bytes = ((flags & 0x40) != 0 ? 1U : 0U) + ((flags & 0x01) != 0 ? 4U : 0U);
  return header;
}

std::string* field_of(std::uint32_t id, Tags& tags) {
  constexpr std::uint32_t kTt2 = four_cc("\0TT2");
  constexpr std::uint32_t kTp1 = four_cc("\0TP1");
  constexpr std::uint32_t kTal = four_cc("\0TAL");
  if (id == four_cc("TIT2") || id == kTt2) return &tags.title;
  if (id == four_cc("TPE1") || id == kTp1) return &tags.artist;
  if (id == four_cc("TALB") || id == kTal) return &tags.album;
  return nullptr;
}

// Takes away the zero that unsynchronisation put behind each 0xFF.
std::vector<std::byte> resynchronised(std::span<const std::byte> bytes) {
  std::vector<std::byte> plain;
  plain.reserve(bytes.size());
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    const bool stuffed = i > 0 && bytes[i - 1] == std::byte{0xFF} && bytes[i] == std::byte{0};
    if (!stuffed) plain.push_back(bytes[i]);
  }
  return plain;
}

void append_utf8(std::uint32_t character, std::vector<std::byte>& out) {
  const auto put = [&out](std::uint32_t value) { out.push_back(static_cast<std::byte>(value)); };
  if (character < 0x80) {
    put(character);
    return;
  }
  if (character < 0x800) {
    put(0xC0 | (character >> 6));
  } else if (character < 0x10000) {
    put(0xE0 | (character >> 12));
    put(0x80 | ((character >> 6) & 0x3F));
  } else {
    put(0xF0 | (character >> 18));
    put(0x80 | ((character >> 12) & 0x3F));
    put(0x80 | ((character >> 6) & 0x3F));
  }
  put(0x80 | (character & 0x3F));
}

std::vector<std::byte> utf8_of_utf16(std::span<const std::byte> bytes, bool big_endian) {
  if (bytes.size() >= 2 && load_u16be(bytes, 0) == 0xFEFF) big_endian = true;
  std::vector<std::byte> utf8;
  std::uint32_t high = 0;
  for (std::size_t i = 0; i + 2 <= bytes.size(); i += 2) {
    const std::uint32_t unit = big_endian ? load_u16be(bytes, i) : load_u16le(bytes, i);
    if (unit == 0) break;
    if (unit == 0xFEFF) continue;  // The byte order mark.
    if (unit >= 0xD800 && unit < 0xDC00) {
      high = unit;
    } else if (unit >= 0xDC00 && unit < 0xE000) {
      const std::uint32_t pair = 0x10000 + ((high - 0xD800) << 10) + (unit - 0xDC00);
      append_utf8(high != 0 ? pair : 0xFFFD, utf8);
      high = 0;
    } else {
      append_utf8(unit, utf8);
      high = 0;
    }
  }
  return utf8;
}

// The body of a text frame: encoding:8, then the text (section 4.2 of 2.4). `cut`: the end of
// the body is missing.
std::string text_of(std::span<const std::byte> body, bool cut) {
  if (body.empty()) return {};
  const unsigned encoding = load_u8(body, 0);
  body = body.subspan(1);
  if (encoding == 1 || encoding == 2) return tag_text_of(utf8_of_utf16(body, encoding == 2));
  // Half a character at the end would make the whole text look as if it were no UTF-8. What goes
  // here lies beyond what is kept of a text.
  const auto is_part = [&body](unsigned first, unsigned last) {
    const unsigned byte = body.empty() ? 0 : load_u8(body, body.size() - 1);
    return byte >= first && byte <= last;
  };
  while (cut && is_part(0x80, 0xBF)) body = body.first(body.size() - 1);
  if (cut && is_part(0xC0, 0xFF)) body = body.first(body.size() - 1);
  return tag_text_of(body);
}

void take_text(const FrameHeader& header, std::span<const std::byte> body, Tags& tags) {
  std::string* field = field_of(header.id, tags);
  if (field == nullptr || !field->empty() || !header.readable) return;
  const bool cut = body.size() < header.body_bytes;
  body = body.subspan(std::min(header.prefix_bytes, body.size()));
  *field = header.unsynchronised ? text_of(resynchronised(body), cut) : text_of(body, cut);
}

bool complete(const Tags& tags) {
  return !tags.title.empty() && !tags.artist.empty() && !tags.album.empty();
}

}  // namespace

std::optional<std::uint64_t> id3v2_tag_bytes(std::span<const std::byte> bytes) {
  if (bytes.size() < kId3v2HeaderBytes || !starts_with(bytes, "ID3")) return std::nullopt;
  if (load_u8(bytes, 3) == 0xFF || load_u8(bytes, 4) == 0xFF || !is_syncsafe(bytes, 6)) {
    return std::nullopt;
  }
  const bool footer = (load_u8(bytes, 5) & kTagFooter) != 0;
  return std::uint64_t{load_syncsafe(bytes, 6)} + kId3v2HeaderBytes * (footer ? 2 : 1);
}

void read_id3v1(std::span<const std::byte> bytes, Tags& tags) {
  if (bytes.size() < kId3v1Bytes || !starts_with(bytes, "TAG")) return;
  if (tags.title.empty()) tags.title = tag_text_of(bytes.subspan(3, 30));
  if (tags.artist.empty()) tags.artist = tag_text_of(bytes.subspan(33, 30));
  if (tags.album.empty()) tags.album = tag_text_of(bytes.subspan(63, 30));
}

Id3v2Reader::Id3v2Reader(ByteRange tag, std::span<const std::byte> header) : tag_(tag) {
  version_ = load_u8(header, 3);
  const std::uint8_t flags = load_u8(header, 5);
  unsynchronised_ = (flags & kTagUnsynchronised) != 0 && version_ < 4;
  extended_header_ = (flags & kTagExtendedHeader) != 0 && version_ > 2;
  const bool footer = version_ == 4 && (flags & kTagFooter) != 0;
  const std::uint64_t end =
      tag.end - std::min<std::uint64_t>(tag.size(), footer ? kId3v2HeaderBytes : 0);
  position_ = tag.begin + kId3v2HeaderBytes;
  text_end_ = std::min(end, tag.begin + kId3v2TextBytesMax);
  const bool compressed = version_ == 2 && (flags & kTagExtendedHeader) != 0;
  if (version_ < 2 || version_ > 4 || compressed) finish();
}

std::optional<NeedBytes> Id3v2Reader::read(const Source& source, Tags& tags) {
  if (unsynchronised_) return read_unsynchronised(source, tags);
  while (position_ + frame_header_bytes(version_) <= text_end_ && !complete(tags)) {
    if (const auto need = read_frame(source, tags)) return need;
  }
  return std::nullopt;
}

std::optional<NeedBytes> Id3v2Reader::read_frame(const Source& source, Tags& tags) {
  const ByteRange range{position_, position_ + frame_header_bytes(version_)};
  const auto bytes = source.bytes.find(range);
  if (!bytes) return NeedBytes{{position_, std::min(position_ + kAskBytes, text_end_)}};
  if (extended_header_) {
    extended_header_ = false;
    // 2.3 counts the bytes after the size, 2.4 those of the size as well.
    position_ += version_ == 3 ? 4ULL + load_u32be(*bytes, 0) : load_syncsafe(*bytes, 0);
    return std::nullopt;
  }
  const FrameHeader header = parse_frame_header(*bytes, version_);
  if (load_u8(*bytes, 0) == 0) {  // Padding.
    finish();
    return std::nullopt;
  }
  if (field_of(header.id, tags) != nullptr) {
    const std::uint64_t wanted = std::min(header.body_bytes, kTextBytesMax);
    const ByteRange body{range.end, std::min(range.end + wanted, text_end_)};
    if (!body.empty()) {
      const auto text = source.bytes.find(body);
      if (!text) return NeedBytes{body};
      take_text(header, *text, tags);
    }
  }
  position_ = range.end + header.body_bytes;
  return std::nullopt;
}

std::optional<NeedBytes> Id3v2Reader::read_unsynchronised(const Source& source, Tags& tags) {
  const ByteRange range{position_, std::min(position_ + kUnsynchronisedBytesMax, text_end_)};
  if (range.empty()) return std::nullopt;
  const auto bytes = source.bytes.find(range);
  if (!bytes) return NeedBytes{range};
  const std::vector<std::byte> plain = resynchronised(*bytes);
  std::span<const std::byte> rest(plain);
  if (extended_header_ && rest.size() >= 4) {
    rest = rest.subspan(std::min<std::size_t>(rest.size(), 4ULL + load_u32be(rest, 0)));
  }
  while (rest.size() >= frame_header_bytes(version_) && load_u8(rest, 0) != 0) {
    const FrameHeader header = parse_frame_header(rest, version_);
    rest = rest.subspan(header.header_bytes);
    const auto body_bytes =
        static_cast<std::size_t>(std::min<std::uint64_t>(header.body_bytes, rest.size()));
    take_text(header, rest.first(body_bytes), tags);
    rest = rest.subspan(body_bytes);
  }
  finish();
  return std::nullopt;
}

}  // namespace engine
