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

/// Of more artists or genres of one track nobody would read the names.
inline constexpr std::size_t kNameCountMax = 32;

/// ReplayGain 2.0, as tags hold it.
struct ReplayGain {
  std::optional<std::int32_t> track_gain_mdb;  ///< Thousandths of a dB, likewise the album's.
  std::optional<std::int32_t> album_gain_mdb;
  std::optional<std::int32_t> track_peak_ppm;  ///< Millionths of full scale, likewise the album's.
  std::optional<std::int32_t> album_peak_ppm;

  bool operator==(const ReplayGain&) const = default;
};

/// Identifiers of MusicBrainz: 36 characters in lower case each.
struct MusicBrainzIds {
  std::optional<std::string> recording;
  std::optional<std::string> release;
  std::optional<std::string> release_group;
  std::optional<std::string> artist;  ///< The first one, likewise the album's.
  std::optional<std::string> album_artist;

  bool operator==(const MusicBrainzIds&) const = default;
};

/// Where an MP3's ID3v2 tag says nothing, its APE or ID3v1 tag may. Absent is absent: an empty
/// string never stands for "unknown". Text is valid UTF-8.
struct TrackTags {
  std::optional<std::string> title;
  std::vector<std::string> artists;  ///< All that are named, in the file's order.
  std::optional<std::string> album;
  std::vector<std::string> album_artists;
  std::vector<std::string> genres;
  std::optional<std::uint32_t> year;  ///< 1000 to 9999.
  std::optional<std::uint32_t> track_number;
  std::optional<std::uint32_t> disc_number;
  std::optional<std::uint64_t> duration_ms;  ///< Absent when the stream could not be understood.
  std::optional<std::uint32_t> sample_rate_hz;
  std::optional<std::uint32_t> channels;
  std::optional<std::uint32_t> bitrate_kbps;
  bool has_artwork = false;
  bool has_lyrics = false;      ///< In the tags, see read_lyrics().
  bool is_compilation = false;  ///< Says so itself.
  ReplayGain replaygain;
  MusicBrainzIds musicbrainz;

  std::optional<std::string> artist() const { return first_of(artists); }
  std::optional<std::string> album_artist() const { return first_of(album_artists); }

 private:
  static std::optional<std::string> first_of(const std::vector<std::string>& names) {
    return names.empty() ? std::nullopt : std::optional(names.front());
  }
};

/// Reads tags and properties of the open file `fd`, which stays open and owned by the caller; its
/// offset is not used. Broken and empty files give an empty result, never an exception.
TrackTags read_track_tags(int fd, AudioFormat format);

/// The words of a song as they stand in its tags, at most kLyricsSizeMax bytes; nothing when there
/// are none. `fd` as above.
std::optional<std::string> read_lyrics(int fd, AudioFormat format);

/// Longer texts are no words of a song.
inline constexpr std::size_t kLyricsSizeMax = 256 * 1024;

}  // namespace server
