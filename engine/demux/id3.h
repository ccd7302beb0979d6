// ID3v2 (2.2, 2.3, 2.4) and ID3v1 tags: how long they are and the three texts that we show.
//
// Layout of an ID3v2 tag (id3.org, "ID3 tag version 2.4.0 - Main Structure", section 3.1):
// "ID3" version:8 revision:8 flags:8 size:32 (seven bits of each byte), then `size` bytes, then,
// when flag 0x10 is set, a footer of ten bytes.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

#include "engine/base/media_types.h"

namespace engine {

inline constexpr std::size_t kId3v2HeaderBytes = 10;
inline constexpr std::size_t kId3v1Bytes = 128;
/// Text frames are looked for this far into a tag, and never beyond its picture.
inline constexpr std::uint64_t kId3v2TextBytesMax = 64 * 1024;

/// The size of the whole ID3v2 tag whose first ten bytes are at the front of `bytes`: header, body
/// and footer. Nothing when no tag begins there or fewer than ten bytes are given.
std::optional<std::uint64_t> id3v2_tag_bytes(std::span<const std::byte> bytes);

/// Takes title, artist and album out of an ID3v1 tag (128 bytes that begin with "TAG") into those
/// fields of `tags` that are still empty.
void read_id3v1(std::span<const std::byte> bytes, Tags& tags);

/// Reads the texts of one ID3v2 tag piece by piece, without touching its picture.
class Id3v2Reader {
 public:
  /// `tag` is the whole tag inside the source, `header` its first ten bytes.
  Id3v2Reader(ByteRange tag, std::span<const std::byte> header);

  /// Fills the empty fields of `tags`. Returns the bytes that it needs next, or nothing when it is
  /// done. A tag that breaks its own rules ends the reading, silently: texts are a courtesy.
  std::optional<NeedBytes> read(const Source& source, Tags& tags);

 private:
  std::optional<NeedBytes> read_unsynchronised(const Source& source, Tags& tags);
  std::optional<NeedBytes> read_frame(const Source& source, Tags& tags);
  void finish() { position_ = text_end_; }

  ByteRange tag_;
  int version_ = 0;              // 2, 3 or 4.
  bool unsynchronised_ = false;  // The whole body (2.2, 2.3); 2.4 marks each frame.
  bool extended_header_ = false;
  std::uint64_t position_ = 0;  // Of the next tag frame in the source.
  std::uint64_t text_end_ = 0;  // No tag frame is looked at from here on.
};

}  // namespace engine
