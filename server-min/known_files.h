// What the catalog knows of a folder of the music, to compare it with what is there.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "server-min/file_root.h"
#include "server-min/sqlite.h"

namespace server {

/// What the catalog knows of one file of a folder.
struct KnownFile {
  std::int64_t key = 0;
  FileFacts facts;
  bool away = false;
};

/// The files that the catalog knows in the folder of this key, by name.
std::unordered_map<std::string, KnownFile> known_files(Database& database, std::int64_t folder);
/// The key of the folder of this path, if the catalog knows it.
std::optional<std::int64_t> known_folder(Database& database, const std::string& path);

/// The keys and names of the folders in the folder of this key.
std::vector<std::pair<std::int64_t, std::string>> inner_folders(Database& database,
                                                                std::int64_t folder);
/// How many tracks are there in the folder of this path and below.
std::uint64_t tracks_of_folder(Database& database, const std::string& path);

}  // namespace server
