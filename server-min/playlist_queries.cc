#include "server-min/playlist_queries.h"

#include "server-min/catalog_entry.h"

namespace server {
namespace {

PlaylistFile read_playlist_row(const Query& query) {
  return {std::string(query.text(0)), static_cast<std::uint64_t>(query.integer(1)),
          query.integer(2)};
}

std::vector<PlaylistFile> read_all(Query& query) {
  std::vector<PlaylistFile> files;
  while (query.step()) files.push_back(read_playlist_row(query));
  return files;
}

}  // namespace

std::vector<PlaylistFile> playlist_files(Database& database) {
  return read_all(
      database.prepared("SELECT path, size_bytes, modified_ns FROM playlist ORDER BY path").bind());
}

std::vector<PlaylistFile> list_playlists(Database& database, std::size_t offset,
                                         std::size_t limit) {
  return read_all(database
                      .prepared("SELECT path, size_bytes, modified_ns FROM playlist "
                                "ORDER BY shelf, path LIMIT ? OFFSET ?")
                      .bind(limit, offset));
}

std::uint64_t count_playlists(Database& database) {
  Query& query = database.prepared("SELECT COUNT(*) FROM playlist").bind();
  return first_number<std::uint64_t>(query).value_or(0);
}

std::optional<PlaylistFile> find_playlist(Database& database, PublicId id) {
  Query& query =
      database.prepared("SELECT path, size_bytes, modified_ns FROM playlist WHERE id = ?").bind(id);
  if (!query.step()) return std::nullopt;
  PlaylistFile file = read_playlist_row(query);
  query.reset();
  return file;
}

std::optional<std::uint32_t> track_at(Database& database, const std::string& path) {
  return first_number<std::uint32_t>(
      database
          .prepared("SELECT track.key FROM folder JOIN track ON folder = folder.key "
                    "WHERE path = ? AND name = ? AND away_s IS NULL")
          .bind(Blob{folder_of_path(path)}, Blob{name_of_path(path)}));
}

}  // namespace server
