// CatalogWriter: everything that changes the catalog. One at a time, see Catalog::become_writer().
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "server-min/catalog.h"
#include "server-min/catalog_entry.h"
#include "server-min/folder_rows.h"
#include "server-min/known_files.h"
#include "server-min/playlist_file.h"
#include "server-min/skipped.h"

namespace server {

class CatalogWriter {
 public:
  /// Tells whether the file of this path is not there any more.
  using IsGone = std::function<bool(const std::string& relative_path)>;

  CatalogWriter(const Catalog& catalog, IsGone is_gone);
  ~CatalogWriter() = default;
  CatalogWriter(const CatalogWriter&) = delete;
  CatalogWriter& operator=(const CatalogWriter&) = delete;

  /// What happens between two calls of commit() happens at once for all who read. Begins by itself.
  void commit();

  /// Takes a file as it was read. `known` is the key of the row for its path, if there is one. A
  /// file of a new path whose content is that of one that is gone has been moved: its row, with
  /// its id, moves along.
  void put(const CatalogEntry& entry, std::optional<std::int64_t> known);

  /// Marks what is missing, except what put() has moved elsewhere since this writer was made. The
  /// key's row is in no list any more; it is kept for its id until forget().
  void mark_away(std::int64_t key, std::int64_t now_s);
  /// The keys of what is there, as far as is known, in the folders that are not among `visited` and
  /// not below `unreadable`, given by their paths.
  std::vector<std::int64_t> unvisited(const std::unordered_set<std::string>& visited,
                                      const std::vector<std::string>& unreadable);
  /// Forgets files that are missing since before `before_s`, and groupings without tracks.
  void forget(std::int64_t before_s);
  /// Replaces what the last scan passed over.
  void put_skipped(const std::vector<SkippedFile>& skipped);
  /// The same where a scan has seen a part: what `is_seen` says of a path decides what is replaced.
  void replace_skipped(const std::vector<SkippedFile>& skipped,
                       const std::function<bool(const std::string& path)>& is_seen);
  /// Replaces the playlists, except those whose path `stays`.
  void put_playlists(std::vector<PlaylistFile> playlists,
                     const std::function<bool(const std::string& path)>& stays);
  void put_scanned(std::int64_t now_s);

 private:
  void begin();
  std::int64_t write_row(const CatalogEntry& entry, std::optional<std::int64_t> key);
  std::optional<std::int64_t> moved_row(const CatalogEntry& entry);
  PublicId free_id(const std::string& identity);
  void write_members(std::int64_t key, const CatalogEntry& entry);
  std::int64_t grouping_key(const GroupingEntry& entry);
  void drop_members(std::int64_t key);

  Database database_;
  const IsGone is_gone_;
  std::unique_ptr<Transaction> transaction_;
  bool changed_ = false;
  std::int64_t count_change_ = 0;

  struct KnownGrouping {
    std::int64_t key = 0;
    std::string name;
  };
  std::unordered_map<PublicId, KnownGrouping> groupings_;
  FolderRows folders_;
  std::unordered_set<std::int64_t> moved_;
};

}  // namespace server
