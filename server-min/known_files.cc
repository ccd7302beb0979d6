#include "server-min/known_files.h"

#include <string_view>

namespace server {

std::unordered_map<std::string, KnownFile> known_files(Database& database, std::int64_t folder) {
  std::unordered_map<std::string, KnownFile> files;
  Query& query = database
                     .prepared(
                         "SELECT name, key, size_bytes, modified_ns, changed_ns, inode, "
                         "away_s FROM track WHERE folder = ?")
                     .bind(folder);
  while (query.step()) {
    KnownFile file;
    file.key = query.integer(1);
    file.facts.size_bytes = static_cast<std::uint64_t>(query.integer(2));
    file.facts.modified_ns = query.integer(3);
    file.facts.changed_ns = query.integer(4);
    file.facts.inode = static_cast<std::uint64_t>(query.integer(5));
    file.away = !query.is_null(6);
    files.emplace(query.text(0), file);
  }
  return files;
}

std::optional<std::int64_t> known_folder(Database& database, const std::string& path) {
  Query& query = database.prepared("SELECT key FROM folder WHERE path = ?").bind(Blob{path});
  return first_number<std::int64_t>(query);
}

std::vector<std::pair<std::int64_t, std::string>> inner_folders(Database& database,
                                                                std::int64_t folder) {
  std::vector<std::pair<std::int64_t, std::string>> inner;
  Query& query = database.prepared("SELECT key, path FROM folder WHERE parent = ?").bind(folder);
  while (query.step()) {
    const std::string_view path = query.text(1);
    inner.emplace_back(query.integer(0), path.substr(path.rfind('/') + 1));
  }
  return inner;
}

std::uint64_t tracks_of_folder(Database& database, const std::string& path) {
  Query& query =
      database.prepared("SELECT below_count FROM folder WHERE path = ?").bind(Blob{path});
  return first_number<std::uint64_t>(query).value_or(0);
}

}  // namespace server
