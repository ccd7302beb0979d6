// CatalogEntry: a track with everything that the catalog derives from it: its place on the shelf,
// the words it is found by, the albums, artists and genres it belongs to. Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "server-min/track.h"

namespace server {

enum class GroupingKind { kAlbum = 0, kArtist = 1, kGenre = 2 };

/// An album, artist or genre, as one of its tracks tells of it.
struct GroupingEntry {
  GroupingKind kind = GroupingKind::kAlbum;
  PublicId id = 0;  ///< Of kind and name in folded form; of an album also of whose it is.
  std::string name;
  std::optional<std::string> artist;  ///< Of an album: its artist, else that of the track.
  std::string name_key;               ///< Orders them by name, as plain bytes.
  std::string shelf;                  ///< Orders those of one kind, as plain bytes.
  std::string words;                  ///< See words_for_index(); the first is word_of(kind).
};

/// A word that no text has, by which the index tells the kinds apart.
std::string_view word_of(GroupingKind kind);

struct CatalogEntry {
  Track track;
  /// What the id of a track is made of that is seen for the first time.
  std::string identity;
  std::string folder;
  std::string name;
  std::optional<std::uint64_t> content;  ///< See content_key().
  /// Orders tracks as plain bytes, as on a record shelf: album artist (else artist), album (else
  /// folder), disc, track, title, each in natural order; unknown artists and albums come last.
  std::string shelf;
  std::string title_key;  ///< Orders by title, as plain bytes; the others likewise.
  std::optional<std::string> artist_key;
  std::optional<std::string> album_key;
  std::string words;
  std::vector<GroupingEntry> groupings;  ///< Each once.
};

/// Of a track whose path, root, format, facts and tags are set. `identity`: its path, unless
/// several music folders ask for another one.
CatalogEntry make_entry(Track track, std::optional<std::uint64_t> content, std::string identity);

/// The folder part of a path, "" for a name alone.
std::string_view folder_of_path(std::string_view path);
/// The rest of it: the name.
std::string_view name_of_path(std::string_view path);
/// And back: the path of a name in a folder, "" for the music folder itself.
std::string path_in(std::string_view folder, std::string_view name);
/// Whether a path is that of a folder, or of something in it: "" is the music folder, "/" all.
bool is_at_or_below(std::string_view path, std::string_view folder);

}  // namespace server
