#include "server-min/id3_pictures.h"

#include <algorithm>
#include <array>
#include <optional>
#include <string_view>

#include "server-min/tag_reader.h"

namespace server {
namespace {

constexpr std::uint64_t kHeaderSizeBytes = 10;

// Media type and description of a picture; nobody writes more than a line.
constexpr std::uint64_t kTextSizeMax = 64 * 1024;

// A tag of 256 MiB can hold millions of empty frames.
constexpr int kFrameCountMax = 4096;

struct TagHeader {
  std::uint32_t version = 0;  // 2, 3 or 4: the second number of the standard.
  bool unsynchronised = false;
  bool has_extension = false;
  std::uint64_t content_size_bytes = 0;
  std::uint64_t size_bytes = 0;
};

struct FrameHeader {
  std::array<char, 4> id{};  // Of version 2 the three characters and a zero.
  std::uint64_t size_bytes = 0;
  std::uint32_t flags = 0;
};

// Seven bits of each of the four bytes.
std::uint64_t from_synchsafe(std::uint32_t number) {
  return (number & 0x7FU) | ((number >> 1) & 0x3F80U) | ((number >> 2) & 0x1FC000U) |
         ((number >> 3) & 0xFE00000U);
}

std::optional<TagHeader> read_tag_header(int fd, ByteRange range) {
  TagReader reader(fd, range, false);
  const auto magic = reader.take_number(3);
  const auto version = reader.take_number(2);
  const auto flags = reader.take_number(1);
  const auto size = reader.take_number(4);
  if (magic != 0x494433U || !size) return std::nullopt;  // "ID3"
  TagHeader header;
  header.version = *version >> 8;
  header.unsynchronised = (*flags & 0x80U) != 0;
  header.has_extension = (*flags & 0x40U) != 0;
  header.content_size_bytes = from_synchsafe(*size);
  const bool has_footer = header.version == 4 && (*flags & 0x10U) != 0;
  header.size_bytes =
      kHeaderSizeBytes + header.content_size_bytes + (has_footer ? kHeaderSizeBytes : 0);
  return header;
}

bool is_id_character(std::uint8_t byte) {
  return (byte >= 'A' && byte <= 'Z') || (byte >= '0' && byte <= '9');
}

std::optional<FrameHeader> read_frame_header(TagReader& reader, std::uint32_t version) {
  FrameHeader header;
  const int id_size = version == 2 ? 3 : 4;
  for (int i = 0; i < id_size; ++i) {
    const auto byte = reader.take();
    if (!byte || !is_id_character(*byte)) return std::nullopt;  // Padding, or the end.
    header.id[static_cast<std::size_t>(i)] = static_cast<char>(*byte);
  }
  const auto size = reader.take_number(version == 2 ? 3 : 4);
  const auto flags = version == 2 ? std::uint32_t{0} : reader.take_number(2);
  if (!size || !flags) return std::nullopt;
  header.size_bytes = *size;
  header.flags = *flags;
  return header;
}

// True when the tag ends at `offset`, or a name of a frame or padding stands there: more zeros in a
// row than the middle of a picture is likely to have.
bool is_frame_boundary(int fd, std::uint64_t offset, std::uint64_t tag_end) {
  constexpr int kZeroCount = 16;
  constexpr int kIdSize = 4;
  if (offset >= tag_end) return offset == tag_end;
  TagReader reader(fd, {offset, tag_end}, false);
  int zeros = 0;
  int id_characters = 0;
  for (int i = 0; i < kZeroCount; ++i) {
    const auto byte = reader.take();
    if (!byte) return zeros == i;
    if (*byte == 0) ++zeros;
    if (i < kIdSize && is_id_character(*byte)) ++id_characters;
  }
  return zeros == kZeroCount || id_characters == kIdSize;
}

// Version 4 has seven bits in each byte of a frame's size; iTunes wrote eight for years. An eighth
// bit tells which it is, else where the next frame stands.
std::uint64_t version_4_size(int fd, std::uint64_t body, std::uint64_t tag_end,
                             std::uint64_t written) {
  if ((written & 0x80808080U) != 0) return written;
  const std::uint64_t synchsafe = from_synchsafe(static_cast<std::uint32_t>(written));
  if (written == synchsafe || is_frame_boundary(fd, body + synchsafe, tag_end)) return synchsafe;
  return is_frame_boundary(fd, body + written, tag_end) ? written : synchsafe;
}

// How many bytes stand before the content of a frame because of its flags; nothing for content that
// is compressed or encrypted. `unsynchronised` is set where the frame says so itself.
std::optional<std::uint64_t> prefix_size(std::uint32_t version, std::uint32_t flags,
                                         bool& unsynchronised) {
  if (version == 2) return 0;
  if (version == 3) {  // Compression, encryption, group.
    if ((flags & 0xC0U) != 0) return std::nullopt;
    return (flags & 0x20U) != 0 ? 1 : 0;
  }
  if ((flags & 0x0CU) != 0) return std::nullopt;  // Compression, encryption.
  if ((flags & 0x02U) != 0) unsynchronised = true;
  return ((flags & 0x40U) != 0 ? 1U : 0U) + ((flags & 0x01U) != 0 ? 4U : 0U);  // Group, length.
}

// Passes over a text that ends with a zero, two bytes of it in UTF-16.
bool skip_text(TagReader& reader, bool utf16) {
  for (std::uint64_t size = 0; size < kTextSizeMax; size += utf16 ? 2 : 1) {
    const auto unit = reader.take_number(utf16 ? 2 : 1);
    if (!unit) return false;
    if (*unit == 0) return true;
  }
  return false;
}

void offer_body(int fd, ByteRange body, std::uint32_t version, bool unsynchronised,
                PictureChoice& choice) {
  TagReader reader(fd, body, unsynchronised);
  const auto encoding = reader.take();
  if (!encoding || *encoding > 3) return;
  // Version 2 has a format of three letters in place of the media type.
  if (!(version == 2 ? reader.skip(3) : skip_text(reader, false))) return;
  const auto type = reader.take();
  if (!type || !skip_text(reader, *encoding == 1 || *encoding == 2)) return;
  choice.offer(fd, {reader.position(), body.end}, unsynchronised, *type);
}

bool skip_extension(TagReader& reader, std::uint32_t version) {
  const auto size = reader.take_number(4);
  if (!size) return false;
  if (version == 3) return reader.skip(*size);
  const std::uint64_t whole = from_synchsafe(*size);  // Counts its own four bytes.
  return whole >= 4 && reader.skip(whole - 4);
}

}  // namespace

std::uint64_t offer_id3_pictures(int fd, ByteRange range, PictureChoice& choice) {
  const auto header = read_tag_header(fd, range);
  if (!header) return 0;
  const std::uint32_t version = header->version;
  if (version < 2 || version > 4) return header->size_bytes;
  // Version 2 has compression in place of the extension, and no method for it.
  if (version == 2 && header->has_extension) return header->size_bytes;

  const std::uint64_t begin = range.begin + kHeaderSizeBytes;
  const std::uint64_t end = std::min(begin + header->content_size_bytes, range.end);
  // Before version 4 the tag is unsynchronised as a whole, headers too; since then frame by frame.
  TagReader reader(fd, {begin, end}, header->unsynchronised && version < 4);
  if (header->has_extension && !skip_extension(reader, version)) return header->size_bytes;
  for (int i = 0; i < kFrameCountMax && !choice.settled(); ++i) {
    const auto frame = read_frame_header(reader, version);
    if (!frame) break;
    const std::uint64_t body = reader.position();
    const std::uint64_t size =
        version == 4 ? version_4_size(fd, body, end, frame->size_bytes) : frame->size_bytes;
    bool unsynchronised = header->unsynchronised;
    const auto prefix = prefix_size(version, frame->flags, unsynchronised);
    const std::string_view id(frame->id.data(), version == 2 ? 3 : 4);
    const bool usable = id == (version == 2 ? "PIC" : "APIC") && prefix && *prefix < size;
    if (usable && !reader.skip(*prefix)) break;
    const std::uint64_t content = reader.position();
    if (!reader.skip(usable ? size - *prefix : size)) break;
    if (usable) offer_body(fd, {content, reader.position()}, version, unsynchronised, choice);
  }
  return header->size_bytes;
}

std::uint64_t id3_tag_size(int fd, ByteRange range) {
  const auto header = read_tag_header(fd, range);
  return header ? header->size_bytes : 0;
}

}  // namespace server
