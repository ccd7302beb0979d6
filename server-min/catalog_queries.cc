#include "server-min/catalog_queries.h"

#include <algorithm>
#include <utility>

#include "server-min/best_first.h"
#include "server-min/catalog_schema.h"
#include "server-min/fold.h"
#include "server-min/search_words.h"
#include "server-min/tag_text.h"
#include "server-min/text.h"

namespace server {
namespace {

std::vector<std::string> split_names(std::string_view text) {
  std::vector<std::string> names;
  if (text.empty()) return names;
  for (const std::string_view name : split(text, kNameSeparator)) names.emplace_back(name);
  return names;
}

std::optional<std::string> text_or_nothing(const Query& query, int column) {
  if (query.is_null(column)) return std::nullopt;
  return std::string(query.text(column));
}

// Of so many that are found the best are chosen. A question that more answer is not finished yet.
constexpr std::size_t kCandidateCountMax = 250;

// The columns that read_track() takes, in its order, of TRACKS.
#define TRACK_COLUMNS                                                                         \
  "track.id, size_bytes, format, title, album, added_s, artists, album_name, album_artists, " \
  "genres, "                                                                                  \
  "year, track_number, disc_number, duration_ms, sample_rate_hz, channels, bitrate_kbps, "    \
  "has_artwork, track.root, path, track.name "

#define TRACKS "FROM track JOIN folder ON folder.key = folder "

Track read_track(const Query& query) {
  Track track;
  track.id = static_cast<PublicId>(query.integer(0));
  track.facts.size_bytes = static_cast<std::uint64_t>(query.integer(1));
  track.format = static_cast<AudioFormat>(query.integer(2));
  track.title = query.text(3);
  track.album_id = query.number_or_nothing<PublicId>(4);
  track.added_s = query.integer(5);
  TrackTags& tags = track.tags;
  tags.artists = split_names(query.text(6));
  tags.album = text_or_nothing(query, 7);
  tags.album_artists = split_names(query.text(8));
  tags.genres = split_names(query.text(9));
  tags.year = query.number_or_nothing<std::uint32_t>(10);
  tags.track_number = query.number_or_nothing<std::uint32_t>(11);
  tags.disc_number = query.number_or_nothing<std::uint32_t>(12);
  tags.duration_ms = query.number_or_nothing<std::uint64_t>(13);
  tags.sample_rate_hz = query.number_or_nothing<std::uint32_t>(14);
  tags.channels = query.number_or_nothing<std::uint32_t>(15);
  tags.bitrate_kbps = query.number_or_nothing<std::uint32_t>(16);
  tags.has_artwork = query.integer(17) != 0;
  track.root = static_cast<std::uint32_t>(query.integer(18));
  track.relative_path = path_in(query.text(19), query.text(20));
  return track;
}

// What no list shows, in the columns behind those.
void read_rest(const Query& query, Track& track) {
  track.facts.modified_ns = query.integer(21);
  track.facts.changed_ns = query.integer(22);
  track.facts.inode = static_cast<std::uint64_t>(query.integer(23));
  track.tags.is_compilation = query.integer(24) != 0;
  track.tags.has_lyrics = query.integer(25) != 0;
  track.tags.replaygain = replaygain_from(query.text(26));
  track.tags.musicbrainz = musicbrainz_from(query.text(27));
}

// Between the change of a track and the end of the scan there are groupings that nothing belongs
// to.
#define GROUPING_HAS_MEMBERS "EXISTS (SELECT 1 FROM member WHERE member.grouping = grouping.key) "

constexpr const char* kGroupingById =
    "SELECT key, id, name, artist FROM grouping WHERE id = ? AND kind = ? "
    "AND " GROUPING_HAS_MEMBERS;

Grouping read_grouping(const Query& query) {
  Grouping grouping;
  grouping.key = query.integer(0);
  grouping.id = static_cast<PublicId>(query.integer(1));
  grouping.name = query.text(2);
  grouping.artist = text_or_nothing(query, 3);
  return grouping;
}

void count_tracks(Database& database, GroupingKind kind, Grouping& grouping) {
  if (kind != GroupingKind::kAlbum) {
    Query& query = database.prepared("SELECT COUNT(*) FROM member WHERE grouping = ?");
    grouping.track_count = first_number<std::uint64_t>(query.bind(grouping.key)).value_or(0);
    return;
  }
  Query& query = database
                     .prepared(
                         "SELECT id, duration_ms, year, has_artwork, added_s, is_compilation "
                         "FROM member JOIN track "
                         "ON track.key = track WHERE grouping = ? "
                         "ORDER BY disc_number, track_number")
                     .bind(grouping.key);
  while (query.step()) {
    ++grouping.track_count;
    grouping.duration_ms += static_cast<std::uint64_t>(query.integer(1));
    const auto year = query.number_or_nothing<std::uint32_t>(2);
    if (year) grouping.year = std::min(grouping.year.value_or(*year), *year);
    if (!grouping.artwork_track && query.integer(3) != 0) {
      grouping.artwork_track = static_cast<PublicId>(query.integer(0));
    }
    grouping.added_s = std::max(grouping.added_s, query.integer(4));
    grouping.is_compilation = grouping.is_compilation || query.integer(5) != 0;
  }
}

std::vector<Grouping> read_groupings(Database& database, GroupingKind kind, Query& query) {
  std::vector<Grouping> groupings;
  while (query.step()) groupings.push_back(read_grouping(query));
  for (Grouping& grouping : groupings) count_tracks(database, kind, grouping);
  return groupings;
}

}  // namespace

std::optional<Track> find_track(Database& database, PublicId id) {
  Query& query =
      database
          .prepared("SELECT " TRACK_COLUMNS
                    ", modified_ns, changed_ns, inode, is_compilation, has_lyrics, replaygain, "
                    "musicbrainz " TRACKS "WHERE track.id = ? AND away_s IS NULL")
          .bind(id);
  if (!query.step()) return std::nullopt;
  Track track = read_track(query);
  read_rest(query, track);
  query.reset();
  return track;
}

std::vector<Track> tracks_of(Database& database, const std::vector<std::uint32_t>& keys) {
  std::vector<Track> tracks;
  tracks.reserve(keys.size());
  Query& query =
      database.prepared("SELECT " TRACK_COLUMNS TRACKS "WHERE track.key = ? AND away_s IS NULL");
  for (const std::uint32_t key : keys) {
    if (query.bind(key).step()) tracks.push_back(read_track(query));
  }
  query.reset();
  return tracks;
}

std::optional<std::vector<std::uint32_t>> find_tracks(Database& database, std::string_view search,
                                                      std::size_t limit) {
  const std::string question = index_question(search, case_folder());
  if (question.empty()) return std::nullopt;
  return read_keys(
      database.prepared("SELECT rowid FROM track_words WHERE track_words MATCH ? LIMIT ?")
          .bind(std::string_view(question), limit));
}

std::vector<std::uint32_t> best_tracks(Database& database, std::string_view search,
                                       std::size_t limit) {
  const auto found = find_tracks(database, search, kCandidateCountMax);
  if (!found) return {};
  BestFirst<std::uint32_t> best(search, case_folder());
  Query& query = database.prepared("SELECT title FROM track WHERE key = ?");
  for (const std::uint32_t key : *found) {
    if (query.bind(key).step()) best.add(query.text(0), key);
  }
  query.reset();
  return best.take(limit);
}

std::uint64_t count_groupings(Database& database, GroupingKind kind) {
  Query& query =
      database.prepared("SELECT COUNT(*) FROM grouping WHERE kind = ? AND " GROUPING_HAS_MEMBERS);
  return first_number<std::uint64_t>(query.bind(static_cast<int>(kind))).value_or(0);
}

std::vector<Grouping> groupings_of(Database& database, GroupingKind kind,
                                   const std::vector<std::uint32_t>& keys) {
  std::vector<Grouping> groupings;
  groupings.reserve(keys.size());
  Query& query = database.prepared(
      "SELECT key, id, name, artist FROM grouping WHERE key = ? AND " GROUPING_HAS_MEMBERS);
  for (const std::uint32_t key : keys) {
    if (query.bind(key).step()) groupings.push_back(read_grouping(query));
  }
  query.reset();
  for (Grouping& grouping : groupings) count_tracks(database, kind, grouping);
  return groupings;
}

std::optional<Grouping> find_grouping(Database& database, GroupingKind kind, PublicId id) {
  auto found = read_groupings(database, kind,
                              database.prepared(kGroupingById).bind(id, static_cast<int>(kind)));
  if (found.empty()) return std::nullopt;
  return std::move(found.front());
}

std::vector<Grouping> find_groupings(Database& database, GroupingKind kind, std::string_view search,
                                     std::size_t limit) {
  std::string question = index_question(search, case_folder());
  if (question.empty()) return {};
  question += " AND \"" + std::string(word_of(kind)) + '"';
  Query& query =
      database
          .prepared(
              "SELECT key, id, name, artist FROM grouping_words CROSS JOIN grouping ON "
              "key = grouping_words.rowid WHERE grouping_words MATCH ? AND " GROUPING_HAS_MEMBERS
              "LIMIT ?")
          .bind(std::string_view(question), kCandidateCountMax);
  BestFirst<Grouping> best(search, case_folder());
  while (query.step()) best.add(query.text(2), read_grouping(query));
  std::vector<Grouping> groupings = best.take(limit);
  for (Grouping& grouping : groupings) count_tracks(database, kind, grouping);
  return groupings;
}

std::vector<std::uint32_t> members_of(Database& database, std::int64_t grouping) {
  return read_keys(database.prepared("SELECT track FROM member WHERE grouping = ? ORDER BY track")
                       .bind(grouping));
}

std::vector<std::uint32_t> albums_of(Database& database, std::int64_t grouping) {
  return read_keys(
      database
          .prepared("SELECT DISTINCT album.key FROM member AS mine JOIN member AS theirs ON "
                    "theirs.track = mine.track JOIN grouping AS album ON album.key = "
                    "theirs.grouping WHERE mine.grouping = ? AND album.kind = ?")
          .bind(grouping, static_cast<int>(GroupingKind::kAlbum)));
}

std::optional<std::uint32_t> track_key(Database& database, PublicId id) {
  return first_number<std::uint32_t>(
      database.prepared("SELECT key FROM track WHERE id = ?").bind(id));
}

std::optional<std::uint32_t> grouping_key(Database& database, GroupingKind kind, PublicId id) {
  return first_number<std::uint32_t>(
      database.prepared("SELECT key FROM grouping WHERE id = ? AND kind = ?")
          .bind(id, static_cast<int>(kind)));
}

std::optional<PublicId> track_id(Database& database, std::uint32_t key) {
  return first_number<PublicId>(database.prepared("SELECT id FROM track WHERE key = ?").bind(key));
}

std::optional<PublicId> grouping_id(Database& database, std::uint32_t key) {
  return first_number<PublicId>(
      database.prepared("SELECT id FROM grouping WHERE key = ?").bind(key));
}

std::vector<std::uint32_t> tracks_of_roots(Database& database, std::uint64_t roots) {
  return read_keys(database
                       .prepared("SELECT key FROM track WHERE away_s IS NULL AND "
                                 "(? >> root) & 1 ORDER BY key")
                       .bind(roots));
}

LibrarySums sum_up(Database& database) {
  LibrarySums sums;
  Query& query = database.prepared(
      "SELECT TOTAL(duration_ms), TOTAL(size_bytes) FROM track WHERE away_s IS NULL");
  query.bind().step();
  sums.duration_ms = static_cast<std::uint64_t>(query.integer(0));
  sums.size_bytes = static_cast<std::uint64_t>(query.integer(1));
  query.reset();
  Query& away = database.prepared("SELECT COUNT(*) FROM track WHERE away_s IS NOT NULL");
  sums.away_count = first_number<std::uint64_t>(away.bind()).value_or(0);
  return sums;
}

std::vector<SkippedFile> skipped_files(Database& database, std::size_t offset, std::size_t limit) {
  std::vector<SkippedFile> files;
  Query& query =
      database.prepared("SELECT path, reason FROM skipped ORDER BY rowid LIMIT ? OFFSET ?")
          .bind(limit, offset);
  while (query.step()) {
    const std::int64_t reason = query.integer(1);
    if (reason < 0 || reason >= kSkipReasonCount) continue;
    files.push_back({std::string(query.text(0)), static_cast<SkipReason>(reason)});
  }
  return files;
}

}  // namespace server
