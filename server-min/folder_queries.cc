#include "server-min/folder_queries.h"

#include <algorithm>
#include <string_view>
#include <utility>

#include "server-min/catalog_entry.h"

namespace server {
namespace {

// The columns that read_folder() takes, in its order.
#define FOLDER_COLUMNS                                                                          \
  "folder.key, folder.id, above.id, folder.path, folder.track_count, folder.below_count, "      \
  "(SELECT COUNT(*) FROM folder AS inside WHERE inside.parent = folder.key AND "                \
  "inside.below_count > 0) FROM folder LEFT JOIN folder AS above ON above.key = folder.parent " \
  "WHERE folder.below_count > 0 AND "

Folder read_folder(const Query& query) {
  Folder folder;
  folder.key = query.integer(0);
  folder.id = static_cast<PublicId>(query.integer(1));
  folder.parent = query.number_or_nothing<PublicId>(2);
  folder.path = query.text(3);
  folder.track_count = static_cast<std::uint64_t>(query.integer(4));
  folder.below_count = static_cast<std::uint64_t>(query.integer(5));
  folder.folder_count = static_cast<std::uint64_t>(query.integer(6));
  return folder;
}

std::optional<Folder> read_one(Query& query) {
  if (!query.step()) return std::nullopt;
  Folder folder = read_folder(query);
  query.reset();
  return folder;
}

std::vector<std::uint32_t> sorted_keys(Query& query) {
  std::vector<std::uint32_t> keys = read_keys(query);
  std::sort(keys.begin(), keys.end());
  return keys;
}

}  // namespace

std::string Folder::name() const {
  return std::string(name_of_path(path));
}

std::optional<Folder> top_folder(Database& database) {
  return read_one(database.prepared("SELECT " FOLDER_COLUMNS "folder.parent IS NULL").bind());
}

std::optional<Folder> find_folder(Database& database, PublicId id) {
  return read_one(database.prepared("SELECT " FOLDER_COLUMNS "folder.id = ?").bind(id));
}

std::vector<Folder> parents_of(Database& database, const Folder& folder) {
  std::vector<Folder> parents;
  auto above = folder.parent;
  while (above) {
    auto parent = find_folder(database, *above);
    if (!parent) break;
    above = parent->parent;
    parents.push_back(std::move(*parent));
  }
  std::reverse(parents.begin(), parents.end());
  return parents;
}

std::optional<std::vector<Folder>> folders_in(Database& database, std::int64_t key,
                                              std::optional<PublicId> after, std::size_t offset,
                                              std::size_t limit) {
  std::string shelf;
  std::int64_t after_key = -1;
  if (after) {
    Query& query = database.prepared("SELECT shelf, key FROM folder WHERE id = ? AND parent = ?")
                       .bind(*after, key);
    if (!query.step()) return std::nullopt;
    shelf = query.text(0);
    after_key = query.integer(1);
    query.reset();
  }
  std::vector<Folder> folders;
  Query& query = database
                     .prepared("SELECT " FOLDER_COLUMNS
                               "folder.parent = ?1 AND folder.shelf >= ?2 AND (folder.shelf > ?2 "
                               "OR folder.key > ?3) ORDER BY folder.shelf, folder.key LIMIT ?4 "
                               "OFFSET ?5")
                     .bind(key, Blob{shelf}, after_key, limit, offset);
  while (query.step()) folders.push_back(read_folder(query));
  return folders;
}

std::vector<std::uint32_t> tracks_in(Database& database, std::int64_t key) {
  return sorted_keys(
      database.prepared("SELECT key FROM track WHERE folder = ? AND away_s IS NULL").bind(key));
}

std::vector<std::uint32_t> tracks_below(Database& database, std::int64_t key) {
  return sorted_keys(
      database
          .prepared("WITH RECURSIVE below(key) AS (SELECT ? UNION ALL SELECT folder.key FROM "
                    "folder JOIN below ON folder.parent = below.key) SELECT track.key FROM below "
                    "CROSS JOIN track ON track.folder = below.key WHERE away_s IS NULL")
          .bind(key));
}

}  // namespace server
