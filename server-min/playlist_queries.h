// What is asked of the catalog's playlists. Every function reads the state of one Catalog::Look.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "server-min/playlist_file.h"
#include "server-min/sqlite.h"

namespace server {

/// All, in the order of their paths.
std::vector<PlaylistFile> playlist_files(Database& database);
/// Some, by name in natural order.
std::vector<PlaylistFile> list_playlists(Database& database, std::size_t offset, std::size_t limit);
std::uint64_t count_playlists(Database& database);
std::optional<PlaylistFile> find_playlist(Database& database, PublicId id);
/// The key of the track whose file has this path, if it is there.
std::optional<std::uint32_t> track_at(Database& database, const std::string& path);

}  // namespace server
