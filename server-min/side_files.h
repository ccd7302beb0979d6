// What stands beside the audio files and is read when it is asked for: words of songs (.lrc) and
// playlists.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "server-min/music_roots.h"
#include "server-min/playlist_file.h"

namespace server {

/// The text of the .lrc file of the same name beside the track of this path, the whole lines of
/// its first kLyricsSizeMax bytes; nothing when there is none.
std::optional<std::string> read_lyrics_beside(const OpenRoots& roots, const std::string& path);

/// True for lines such as "[01:23.45] words", which say when they are sung.
bool has_time_stamps(std::string_view lyrics);

/// The playlist of this path, the whole lines of its first kPlaylistSizeMax bytes; nothing when it
/// cannot be read.
std::optional<PlaylistEntries> read_playlist_file(const OpenRoots& roots, const std::string& path);

}  // namespace server
