#include "server-min/catalog_writer.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "server-min/catalog_queries.h"
#include "server-min/catalog_schema.h"
#include "server-min/fold.h"
#include "server-min/natural_order.h"
#include "server-min/playlist_queries.h"
#include "server-min/tag_text.h"
#include "server-min/unix_time.h"

namespace server {
namespace {

// What a file says of itself, in the order in which write_row() gives it.
#define TRACK_FACTS                                                                       \
  "folder, name, size_bytes, modified_ns, changed_ns, inode, content, root, shelf, "      \
  "title_key, artist_key, album_key, album, format, title, artists, album_name, "         \
  "album_artists, genres, year, track_number, disc_number, duration_ms, sample_rate_hz, " \
  "channels, bitrate_kbps, has_artwork, is_compilation, has_lyrics, replaygain, musicbrainz"
#define TRACK_FACT_PLACES                                                                      \
  "?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, " \
  "?"

// What is remembered between two looks into the database, so that it stays bounded.
constexpr std::size_t kRememberedMax = 200'000;

std::string join_names(const std::vector<std::string>& names) {
  std::string text;
  for (const std::string& name : names) {
    if (!text.empty()) text += kNameSeparator;
    text += name;
  }
  return text;
}

}  // namespace

CatalogWriter::CatalogWriter(const Catalog& catalog, IsGone is_gone)
    : database_(catalog.connect()), is_gone_(std::move(is_gone)), folders_(database_) {
  // Rows go to places all over the file: with 16 MiB most of these are at hand (the default is 2).
  database_.execute("PRAGMA cache_size = -16384");
}

void CatalogWriter::begin() {
  if (transaction_ != nullptr) return;
  transaction_ = std::make_unique<Transaction>(database_, Transaction::Kind::kWrite);
}

void CatalogWriter::commit() {
  if (transaction_ == nullptr) return;
  if (changed_) {
    folders_.write();
    database_
        .prepared("UPDATE state SET generation = generation + 1, track_count = track_count + ?")
        .bind(count_change_)
        .run();
  }
  transaction_->commit();
  transaction_.reset();
  changed_ = false;
  count_change_ = 0;
}

void CatalogWriter::put(const CatalogEntry& entry, std::optional<std::int64_t> known) {
  begin();
  // The row of this path may have moved along with another file since the folder was listed.
  auto row = known && !moved_.contains(*known) ? known : moved_row(entry);
  if (row) {
    Query& query = database_.prepared("SELECT away_s, folder FROM track WHERE key = ?").bind(*row);
    if (query.step()) {
      if (query.is_null(0)) {
        folders_.add(query.integer(1), -1);
      } else {
        ++count_change_;
      }
      query.reset();
      drop_members(*row);
    } else {
      row.reset();  // Forgotten meanwhile.
    }
  }
  if (!row) ++count_change_;
  const std::int64_t key = write_row(entry, row);
  write_members(key, entry);
  changed_ = true;
}

// Files of the same content that are missing come first; else those whose file is gone, although no
// scan has noticed yet.
std::optional<std::int64_t> CatalogWriter::moved_row(const CatalogEntry& entry) {
  constexpr int kCandidateCountMax = 8;
  if (!entry.content) return std::nullopt;
  std::optional<std::int64_t> moved;
  Query& query = database_
                     .prepared(
                         "SELECT track.key, path, name, away_s FROM track JOIN folder "
                         "ON folder.key = folder WHERE content = ? ORDER BY content, away_s DESC "
                         "LIMIT ?")
                     .bind(*entry.content, kCandidateCountMax);
  while (!moved && query.step()) {
    const bool is_away = !query.is_null(3);
    if (is_away || is_gone_(path_in(query.text(1), query.text(2)))) moved = query.integer(0);
  }
  query.reset();
  if (moved) moved_.insert(*moved);
  return moved;
}

PublicId CatalogWriter::free_id(const std::string& identity) {
  for (std::uint64_t salt = 0;; ++salt) {
    const PublicId id = hash_bytes(identity, salt);
    Query& query = database_.prepared("SELECT 1 FROM track WHERE id = ?").bind(id);
    if (!query.step()) return id;
    query.reset();
  }
}

std::int64_t CatalogWriter::write_row(const CatalogEntry& entry, std::optional<std::int64_t> key) {
  const Track& track = entry.track;
  const TrackTags& tags = track.tags;
  const std::string artists = join_names(tags.artists);
  const std::string album_artists = join_names(tags.album_artists);
  const std::string genres = join_names(tags.genres);
  const auto replaygain = text_of(tags.replaygain);
  const auto musicbrainz = text_of(tags.musicbrainz);
  const auto blob_or_nothing = [](const std::optional<std::string>& bytes) {
    return bytes ? std::optional(Blob{*bytes}) : std::nullopt;
  };
  const std::int64_t folder = folders_.key_of(entry.folder);
  folders_.add(folder, 1);
  const auto run = [&](Query& query, auto... values) {
    query
        .bind(folder, Blob{entry.name}, track.facts.size_bytes, track.facts.modified_ns,
              track.facts.changed_ns, track.facts.inode, entry.content, track.root,
              Blob{entry.shelf}, Blob{entry.title_key}, blob_or_nothing(entry.artist_key),
              blob_or_nothing(entry.album_key), track.album_id, static_cast<int>(track.format),
              std::string_view(track.title), std::string_view(artists), tags.album,
              std::string_view(album_artists), std::string_view(genres), tags.year,
              tags.track_number, tags.disc_number, tags.duration_ms, tags.sample_rate_hz,
              tags.channels, tags.bitrate_kbps, tags.has_artwork ? 1 : 0,
              tags.is_compilation ? 1 : 0, tags.has_lyrics ? 1 : 0, replaygain, musicbrainz,
              values...)
        .run();
  };
  if (key) {
    run(database_.prepared("UPDATE track SET (" TRACK_FACTS ") = (" TRACK_FACT_PLACES
                           "), away_s = NULL WHERE key = ?"),
        *key);
    return *key;
  }
  run(database_.prepared("INSERT INTO track(" TRACK_FACTS ", id, added_s) VALUES(" TRACK_FACT_PLACES
                         ", ?, ?)"),
      free_id(entry.identity), unix_now_seconds());
  return database_.last_key();
}

void CatalogWriter::write_members(std::int64_t key, const CatalogEntry& entry) {
  for (const GroupingEntry& grouping : entry.groupings) {
    database_.prepared("INSERT OR IGNORE INTO member(grouping, track) VALUES(?, ?)")
        .bind(grouping_key(grouping), key)
        .run();
  }
  database_.prepared("INSERT INTO track_words(rowid, words) VALUES(?, ?)")
      .bind(key, std::string_view(entry.words))
      .run();
}

void CatalogWriter::drop_members(std::int64_t key) {
  database_.prepared("DELETE FROM member WHERE track = ?").bind(key).run();
  database_.prepared("DELETE FROM track_words WHERE rowid = ?").bind(key).run();
}

// Name and artist are those that a track gave which was read lately, so that what was corrected
// shows. Tracks of an album without an album artist may each name another one: within one scan the
// first stays, else the album would be written anew with each of them.
std::int64_t CatalogWriter::grouping_key(const GroupingEntry& entry) {
  const auto found = groupings_.find(entry.id);
  if (found != groupings_.end() && found->second.name == entry.name) return found->second.key;
  Query& query = database_.prepared("SELECT key, name, artist, shelf FROM grouping WHERE id = ?")
                     .bind(entry.id);
  std::optional<std::int64_t> key;
  bool is_same = false;
  if (query.step()) {
    key = query.integer(0);
    is_same = query.text(1) == entry.name && query.is_null(2) == !entry.artist &&
              query.text(2) == entry.artist.value_or("") && query.text(3) == entry.shelf;
    query.reset();
  }
  if (!key) {
    database_
        .prepared(
            "INSERT INTO grouping(id, kind, name, artist, name_key, shelf) VALUES(?, ?, ?, ?, ?, "
            "?)")
        .bind(entry.id, static_cast<int>(entry.kind), std::string_view(entry.name), entry.artist,
              Blob{entry.name_key}, Blob{entry.shelf})
        .run();
    key = database_.last_key();
    database_.prepared("INSERT INTO grouping_words(rowid, words) VALUES(?, ?)")
        .bind(*key, std::string_view(entry.words))
        .run();
  } else if (!is_same) {
    database_
        .prepared("UPDATE grouping SET name = ?, artist = ?, name_key = ?, shelf = ? WHERE key = ?")
        .bind(std::string_view(entry.name), entry.artist, Blob{entry.name_key}, Blob{entry.shelf},
              *key)
        .run();
    database_.prepared("UPDATE grouping_words SET words = ? WHERE rowid = ?")
        .bind(std::string_view(entry.words), *key)
        .run();
  }
  if (groupings_.size() >= kRememberedMax) groupings_.clear();
  groupings_[entry.id] = {*key, entry.name};
  return *key;
}

void CatalogWriter::mark_away(std::int64_t key, std::int64_t now_s) {
  if (moved_.contains(key)) return;
  begin();
  Query& query = database_.prepared("SELECT away_s, folder FROM track WHERE key = ?").bind(key);
  const bool is_there = query.step() && query.is_null(0);
  if (is_there) folders_.add(query.integer(1), -1);
  query.reset();
  if (!is_there) return;
  database_.prepared("UPDATE track SET away_s = ? WHERE key = ?").bind(now_s, key).run();
  drop_members(key);
  --count_change_;
  changed_ = true;
}

std::vector<std::int64_t> CatalogWriter::unvisited(const std::unordered_set<std::string>& visited,
                                                   const std::vector<std::string>& unreadable) {
  std::vector<std::int64_t> missing_folders;
  Query& folders = database_.prepared("SELECT key, path FROM folder").bind();
  while (folders.step()) {
    const std::string path(folders.text(1));
    if (visited.contains(path)) continue;
    bool is_known = true;
    for (const std::string& folder : unreadable)
      is_known = is_known && !is_at_or_below(path, folder);
    if (is_known) missing_folders.push_back(folders.integer(0));
  }
  std::vector<std::int64_t> keys;
  for (const std::int64_t folder : missing_folders) {
    for (const auto& [name, file] : known_files(database_, folder)) {
      if (!file.away) keys.push_back(file.key);
    }
  }
  return keys;
}

void CatalogWriter::forget(std::int64_t before_s) {
  begin();
  database_.prepared("DELETE FROM track WHERE away_s < ?").bind(before_s).run();
  changed_ = changed_ || database_.changed_count() > 0;
  database_.execute(
      "DELETE FROM grouping_words WHERE rowid IN (SELECT key FROM grouping WHERE NOT EXISTS "
      "(SELECT 1 FROM member WHERE member.grouping = grouping.key))");
  database_
      .prepared(
          "DELETE FROM grouping WHERE NOT EXISTS "
          "(SELECT 1 FROM member WHERE member.grouping = grouping.key)")
      .bind()
      .run();
  changed_ = changed_ || database_.changed_count() > 0;
  folders_.write();
  folders_.drop_unused();
  groupings_.clear();
}

void CatalogWriter::put_skipped(const std::vector<SkippedFile>& skipped) {
  begin();
  const auto before = skipped_files(database_, 0, kSkippedListedMax);
  if (before == skipped) return;
  changed_ = true;
  database_.execute("DELETE FROM skipped");
  for (const SkippedFile& file : skipped) {
    database_.prepared("INSERT INTO skipped(path, reason) VALUES(?, ?)")
        .bind(Blob{file.relative_path}, static_cast<int>(file.reason))
        .run();
  }
}

void CatalogWriter::replace_skipped(const std::vector<SkippedFile>& skipped,
                                    const std::function<bool(const std::string& path)>& is_seen) {
  begin();
  std::vector<SkippedFile> all = skipped;
  for (SkippedFile& file : skipped_files(database_, 0, kSkippedListedMax)) {
    if (!is_seen(file.relative_path)) all.push_back(std::move(file));
  }
  std::sort(all.begin(), all.end(),
            [](const auto& a, const auto& b) { return a.relative_path < b.relative_path; });
  if (all.size() > kSkippedListedMax) all.resize(kSkippedListedMax);
  put_skipped(all);
}

void CatalogWriter::put_playlists(std::vector<PlaylistFile> playlists,
                                  const std::function<bool(const std::string& path)>& stays) {
  begin();
  const auto before = playlist_files(database_);
  for (const PlaylistFile& file : before) {
    if (stays(file.path)) playlists.push_back(file);
  }
  const auto by_path = [](const auto& a, const auto& b) { return a.path < b.path; };
  std::sort(playlists.begin(), playlists.end(), by_path);
  if (playlists.size() > kPlaylistCountMax) playlists.resize(kPlaylistCountMax);
  if (before == playlists) return;
  changed_ = true;
  database_.execute("DELETE FROM playlist");
  for (const PlaylistFile& file : playlists) {
    const std::string name = file.path.substr(file.path.rfind('/') + 1);
    const std::string shelf = natural_key(name, case_folder());
    database_
        .prepared(
            "INSERT OR IGNORE INTO playlist(id, path, size_bytes, modified_ns, shelf) "
            "VALUES(?, ?, ?, ?, ?)")
        .bind(playlist_id(file.path), Blob{file.path}, file.size_bytes, file.modified_ns,
              Blob{shelf})
        .run();
  }
}

void CatalogWriter::put_scanned(std::int64_t now_s) {
  begin();
  database_.prepared("UPDATE state SET scanned_s = ?").bind(now_s).run();
}

}  // namespace server
