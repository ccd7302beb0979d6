// Playlists in the music folders: files of the names *.m3u and *.m3u8.
//
// One entry a line; "#EXTINF:seconds,title" may stand in front of it, other lines with "#" are
// comments. .m3u8 is UTF-8, .m3u is often Latin-1: what is no UTF-8 is read as that. Entries are
// paths, relative to the playlist's folder, or absolute ones of the machine that wrote it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "server-min/track.h"

namespace server {

bool is_playlist_name(std::string_view file_name);

/// As a scan has seen it.
struct PlaylistFile {
  std::string path;  ///< In the catalog's way.
  std::uint64_t size_bytes = 0;
  std::int64_t modified_ns = 0;

  bool operator==(const PlaylistFile&) const = default;
};

PublicId playlist_id(std::string_view path);

/// Bounds how many playlists are listed, and what is read of one.
inline constexpr std::size_t kPlaylistCountMax = 10'000;
inline constexpr std::size_t kPlaylistSizeMax = 4 * 1024 * 1024;
inline constexpr std::size_t kPlaylistEntryCountMax = 20'000;

struct PlaylistEntries {
  /// The catalog's paths, in order, for what lies in its own folder or elsewhere below the top;
  /// empty: an entry that leads out of it, or to another machine.
  std::vector<std::string> paths;
  bool cut = false;  ///< There are more, beyond kPlaylistEntryCountMax or kPlaylistSizeMax.
};

/// Reads the text of the playlist in `folder`. `path_of` gives the catalog's path of an absolute
/// one, "" when it lies in none of the music folders.
PlaylistEntries read_playlist(std::string_view text, std::string_view folder,
                              const std::function<std::string(const std::string&)>& path_of);

/// An entry as it stands in its line, with "/" between its parts; empty for what is no entry. Bytes
/// that are no UTF-8 are taken as Latin-1.
std::string entry_of_line(std::string_view line);

/// `relative` seen from `folder`, with "." and ".." taken out; empty when it leads out of the top.
std::string join_path(std::string_view folder, std::string_view relative);

}  // namespace server
