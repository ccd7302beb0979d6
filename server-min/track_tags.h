// Reads what an audio file says about itself: tags and stream properties.
//
// TagLib does the work, over a descriptor that is already open: no name is resolved a second time.
// The only files that include TagLib are this unit's.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/vocabulary.h"

namespace server {

/// What the engine plays is what is listed.
using AudioFormat = engine::Container;

/// The format by the extension of a file name, without regard to case; nothing for other files.
std::optional<AudioFormat> format_of_name(std::string_view file_name);

/// Of more artists of one track nobody would read the names.
inline constexpr std::size_t kArtistCountMax = 32;

/// Absent is absent: an empty string never stands for "unknown". Text is valid UTF-8.
struct TrackTags {
  std::optional<std::string> title;
  std::optional<std::string> artist;  ///< The first of the artists.
  std::vector<std::string> artists;   ///< All that are named, in the file's order.
  std::optional<std::string> album;
  std::optional<std::string> album_artist;
  std::optional<std::uint32_t> track_number;
  std::optional<std::uint32_t> disc_number;
  std::optional<std::uint64_t> duration_ms;  ///< Absent when the stream could not be understood.
  std::optional<std::uint32_t> sample_rate_hz;
  std::optional<std::uint32_t> channels;
  std::optional<std::uint32_t> bitrate_kbps;
  bool has_artwork = false;
};

/// Reads tags and properties of the open file `fd`, which stays open and owned by the caller; its
/// offset is not used. Broken and empty files give an empty result, never an exception.
TrackTags read_track_tags(int fd, AudioFormat format);

}  // namespace server
