// The JSON face of tracks, albums, artists, genres and scans. Fields: see ARCHITECTURE.md, "Public
// faces".
#pragma once

#include <string_view>
#include <vector>

#include "server-min/catalog_queries.h"
#include "server-min/folder_queries.h"
#include "server-min/json.h"
#include "server-min/library.h"
#include "server-min/playlist_file.h"
#include "server-min/track.h"

namespace server {

/// Writes one track as an object into an array or as the whole text. Everything but id, title,
/// path, size, format, has_artwork, stream_url, added_s and away may be null. `away`: the music
/// folder is not there at the moment.
void write_track(JsonWriter& json, const Track& track, bool away);

/// The same with what no list has: ReplayGain, MusicBrainz, lyrics, compilation.
void write_whole_track(JsonWriter& json, const Track& track, bool away);

/// Writes an object as the whole text.
void write_report(JsonWriter& json, const ScanReport& report);

/// Writes the fields of a grouping into an open object.
void write_grouping_fields(JsonWriter& json, GroupingKind kind, const Grouping& grouping);

/// The same for a folder.
void write_folder_fields(JsonWriter& json, const Folder& folder);
void write_playlist_fields(JsonWriter& json, const PlaylistFile& file);
/// Writes an array.
void write_folders(JsonWriter& json, std::string_view name, const std::vector<Folder>& folders);

}  // namespace server
