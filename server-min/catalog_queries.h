// What is asked of the catalog. Every function reads the state of one Catalog::Look.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "server-min/catalog.h"
#include "server-min/catalog_entry.h"
#include "server-min/skipped.h"
#include "server-min/track.h"

namespace server {

/// The track with this id, if its file was there at the last scan.
std::optional<Track> find_track(Database& database, PublicId id);
/// The tracks of these keys, in the order of `keys`; those that are gone are left out. As in every
/// list: without lyrics, ReplayGain and MusicBrainz, and with the size alone of the facts.
std::vector<Track> tracks_of(Database& database, const std::vector<std::uint32_t>& keys);
/// The keys of the tracks that have, for each word of `search`, a word that begins with it in their
/// title, artists, album artists or album; in the order of the keys. Nothing when `search` has no
/// word to look for.
std::optional<std::vector<std::uint32_t>> find_tracks(Database& database, std::string_view search,
                                                      std::size_t limit);
/// Some of these, those first whose title begins with `search`.
std::vector<std::uint32_t> best_tracks(Database& database, std::string_view search,
                                       std::size_t limit);

/// An album, artist or genre.
struct Grouping {
  std::int64_t key = 0;
  PublicId id = 0;
  std::string name;
  std::optional<std::string> artist;  ///< Of an album.
  std::uint64_t track_count = 0;
  // Of an album:
  std::uint64_t duration_ms = 0;  ///< Of the tracks whose length is known.
  std::optional<std::uint32_t> year;
  std::optional<PublicId> artwork_track;  ///< The first track with a picture.
  std::int64_t added_s = 0;               ///< When the newest of its tracks was first seen.
  bool is_compilation = false;            ///< One of its tracks says so.
};

std::uint64_t count_groupings(Database& database, GroupingKind kind);
/// As tracks_of().
std::vector<Grouping> groupings_of(Database& database, GroupingKind kind,
                                   const std::vector<std::uint32_t>& keys);
std::optional<Grouping> find_grouping(Database& database, GroupingKind kind, PublicId id);
/// Those with words that begin with those of `search` in their name, or in an album's artist; those
/// first whose name begins with `search`.
std::vector<Grouping> find_groupings(Database& database, GroupingKind kind, std::string_view search,
                                     std::size_t limit);
/// The keys of the tracks of a grouping, in the order of the keys.
std::vector<std::uint32_t> members_of(Database& database, std::int64_t grouping);
/// The keys of the albums with tracks of this artist or genre, in any order.
std::vector<std::uint32_t> albums_of(Database& database, std::int64_t grouping);

/// The key of the track, or of the album, artist or genre, that has this id or had it; and back.
std::optional<std::uint32_t> track_key(Database& database, PublicId id);
std::optional<std::uint32_t> grouping_key(Database& database, GroupingKind kind, PublicId id);
std::optional<PublicId> track_id(Database& database, std::uint32_t key);
std::optional<PublicId> grouping_id(Database& database, std::uint32_t key);
/// The keys of the tracks of the music folders whose bits are set in `roots`, in their order.
std::vector<std::uint32_t> tracks_of_roots(Database& database, std::uint64_t roots);

struct LibrarySums {
  std::uint64_t duration_ms = 0;
  std::uint64_t size_bytes = 0;
  std::uint64_t away_count = 0;  ///< Files that are missing and whose ids are kept.
};
LibrarySums sum_up(Database& database);

std::vector<SkippedFile> skipped_files(Database& database, std::size_t offset, std::size_t limit);

}  // namespace server
