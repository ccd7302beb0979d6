#include "server-min/folder_rows.h"

#include <optional>
#include <string_view>

#include "server-min/catalog_entry.h"
#include "server-min/fold.h"
#include "server-min/known_files.h"
#include "server-min/natural_order.h"
#include "server-min/track.h"

namespace server {
namespace {

// What is remembered between two looks into the database, so that it stays bounded.
constexpr std::size_t kFoldersRememberedMax = 200'000;

// Folders have ids of their own, apart from those of files of the same path.
constexpr std::uint64_t kFolderSalt = 0xF01DE5;

}  // namespace

std::int64_t FolderRows::key_of(const std::string& path) {
  const auto found = keys_.find(path);
  if (found != keys_.end()) return found->second;
  const auto known = known_folder(database_, path);
  const std::int64_t key = known ? *known : insert(path);
  if (keys_.size() >= kFoldersRememberedMax) keys_.clear();
  keys_.emplace(path, key);
  return key;
}

std::int64_t FolderRows::insert(const std::string& path) {
  std::optional<std::int64_t> parent;  // As deep as a scan goes, see Scan::kFolderDepthMax.
  if (!path.empty()) parent = key_of(std::string(folder_of_path(path)));
  const std::string shelf = natural_key(name_of_path(path), case_folder());
  database_.prepared("INSERT INTO folder(id, parent, path, shelf) VALUES(?, ?, ?, ?)")
      .bind(hash_bytes(path, kFolderSalt), parent, Blob{path}, Blob{shelf})
      .run();
  return database_.last_key();
}

void FolderRows::write() {
  for (const auto& [folder, change] : changes_) {
    if (change == 0) continue;
    database_.prepared("UPDATE folder SET track_count = track_count + ? WHERE key = ?")
        .bind(change, folder)
        .run();
    std::optional<std::int64_t> at = folder;
    while (at) {
      database_.prepared("UPDATE folder SET below_count = below_count + ? WHERE key = ?")
          .bind(change, *at)
          .run();
      Query& query = database_.prepared("SELECT parent FROM folder WHERE key = ?").bind(*at);
      at = query.step() ? query.number_or_nothing<std::int64_t>(0) : std::nullopt;
      query.reset();
    }
  }
  changes_.clear();
}

void FolderRows::drop_unused() {
  do {
    database_
        .prepared(
            "DELETE FROM folder WHERE below_count = 0 AND NOT EXISTS (SELECT 1 FROM track WHERE "
            "folder = folder.key) AND NOT EXISTS (SELECT 1 FROM folder AS inner WHERE "
            "inner.parent = folder.key)")
        .bind()
        .run();
  } while (database_.changed_count() > 0);  // Then those that they lay in.
  keys_.clear();
}

}  // namespace server
