// FolderRows: the tree of folders in the catalog, as CatalogWriter changes it.
#pragma once

#include <cstdint>
#include <string>
#include <unordered_map>

#include "server-min/sqlite.h"

namespace server {

class FolderRows {
 public:
  /// `database` must outlive this.
  explicit FolderRows(Database& database) : database_(database) {}

  /// The key of a folder's row, which is made if need be, with those of the folders it lies in.
  std::int64_t key_of(const std::string& path);
  /// There are so many tracks more in the folder. Tells the database with the next write().
  void add(std::int64_t key, std::int64_t track_count) { changes_[key] += track_count; }
  void write();
  /// Drops what neither a track nor another folder needs. After write().
  void drop_unused();

 private:
  std::int64_t insert(const std::string& path);

  Database& database_;
  std::unordered_map<std::string, std::int64_t> keys_;
  std::unordered_map<std::int64_t, std::int64_t> changes_;
};

}  // namespace server
