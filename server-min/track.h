// Track: one audio file of the library, as the catalog knows it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "server-min/file_root.h"
#include "server-min/track_tags.h"

namespace server {

/// What the API calls things by: 16 hexadecimal digits outside, a number inside. It does not tell a
/// path, and survives rescans, restarts and changed tags; that of a track also a move of its file.
using PublicId = std::uint64_t;

std::string format_id(PublicId id);
/// Nothing when `text` is not 16 digits of 0 to 9 and a to f.
std::optional<PublicId> parse_id(std::string_view text);

/// A well mixed number of 64 bits from some bytes; another one for each `salt`.
PublicId hash_bytes(std::string_view bytes, std::uint64_t salt = 0);

struct Track {
  PublicId id = 0;
  /// Below the music folder; of several, with the label of one in front (see MusicRoots).
  std::string relative_path;
  std::uint32_t root = 0;  ///< Which of the music folders.
  AudioFormat format = AudioFormat::kWav;
  FileFacts facts;
  TrackTags tags;
  std::string title;  ///< From the tags, else the file's name without extension. Never empty.
  std::optional<PublicId> album_id;
  std::int64_t added_s = 0;  ///< When it was first seen, since 1970 UTC.
};

}  // namespace server
