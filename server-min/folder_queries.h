// What is asked of the catalog's tree of folders. Every function reads the state of one
// Catalog::Look.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "server-min/sqlite.h"
#include "server-min/track.h"

namespace server {

/// A folder with tracks in it, or below it.
struct Folder {
  std::int64_t key = 0;
  PublicId id = 0;
  std::optional<PublicId> parent;  ///< The folder it lies in; none for the one all lie in.
  std::string path;                ///< Below the music folders.
  std::uint64_t track_count = 0;   ///< Right in it.
  std::uint64_t below_count = 0;   ///< With those of all folders that lie in it, however deep.
  std::uint64_t folder_count = 0;  ///< That lie right in it.

  /// The last part of the path; "" of the folder that all lie in.
  std::string name() const;
};

/// The folder that all others lie in; nothing while there is no track.
std::optional<Folder> top_folder(Database& database);
std::optional<Folder> find_folder(Database& database, PublicId id);
/// The folders that this one lies in, the outermost first.
std::vector<Folder> parents_of(Database& database, const Folder& folder);
/// Those right in the folder of this key, by name in natural order: all that come behind the one
/// with the id `after`; from the first one on without it. Nothing when there is no such one.
std::optional<std::vector<Folder>> folders_in(Database& database, std::int64_t key,
                                              std::optional<PublicId> after, std::size_t offset,
                                              std::size_t limit);
/// The keys of the tracks right in a folder, in the order of the keys.
std::vector<std::uint32_t> tracks_in(Database& database, std::int64_t key);
/// The same, with those of all folders that lie in it.
std::vector<std::uint32_t> tracks_below(Database& database, std::int64_t key);

}  // namespace server
