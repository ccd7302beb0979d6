// artwork: finds the cover inside an audio file without reading it.
//
// A cover can be as large as the file. Only where it stands is told, so that it can be sent from
// there like any other part of a file, and no copy of it is held for a client that does not read.
//
// Sources: RFC 9639 section 8 (FLAC metadata blocks), ID3v2.2 to 2.4, Multimedia Programming
// Interface and Data Specifications 1.0 (RIFF).
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "server-min/http_range.h"
#include "server-min/track_tags.h"

namespace server {

struct Artwork {
  /// Told from the bytes, never taken from the file, so that nothing but an image can be served as
  /// one.
  std::string_view media_type;
  ByteRange range;               ///< Where in the file it stands. Within the file, never empty.
  bool unsynchronised = false;   ///< It has to be read through a TagReader that decodes.
  std::uint64_t size_bytes = 0;  ///< Of the picture itself; smaller than the range when decoded.
};

/// The front cover of the open file, else its first picture; nothing when there is none that is a
/// JPEG, PNG, GIF, WebP or BMP image and lies in the file whole. Pictures in compressed or
/// encrypted ID3v2 frames are passed over. Reads headers only, or, where a tag uses
/// unsynchronisation, the tag, in small pieces. The file's offset is not used.
std::optional<Artwork> locate_artwork(int fd, AudioFormat format);

}  // namespace server
