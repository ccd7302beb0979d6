// What a library lists, read the way the API reads it.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "server-min/catalog_queries.h"
#include "server-min/library.h"
#include "tests/server-min/support/temp_folder.h"

namespace server {

/// All tracks in the order of the shelf.
inline std::vector<Track> listed(const Library& library) {
  auto look = library.catalog().look();
  const auto order = library.catalog().order(look, {}, /*may_be_old=*/false);
  std::vector<Track> tracks;
  for (const Track& track : tracks_of(look.database(), order->keys())) {
    tracks.push_back(find_track(look.database(), track.id).value_or(track));
  }
  return tracks;
}

inline std::vector<std::string> titles(const Library& library) {
  std::vector<std::string> result;
  for (const Track& track : listed(library)) result.push_back(track.title);
  return result;
}

inline std::map<std::string, PublicId> ids_by_path(const Library& library) {
  std::map<std::string, PublicId> result;
  for (const Track& track : listed(library)) result[track.relative_path] = track.id;
  return result;
}

/// How many tracks a search finds.
inline std::size_t found(const Library& library, std::string_view search) {
  auto look = library.catalog().look();
  const auto keys = find_tracks(look.database(), search, 1'000'000);
  return keys ? keys->size() : 0;
}

/// A library over a music folder of its own, with its catalog in a file.
class LibraryOnDisk {
 public:
  TempFolder music;
  TempFolder data;

  /// Ends the library there was and opens a new one, as another start of the server does.
  Library& open() {
    library_.reset();
    note.clear();
    library_ = std::make_unique<Library>(music.path(), Catalog::open(file(), note));
    return *library_;
  }
  /// Opens, and scans.
  Library& scanned() {
    open().rescan();
    return *library_;
  }
  void close() { library_.reset(); }
  std::string file() const { return data.path_of("catalog.db"); }

  std::string note;

 private:
  std::unique_ptr<Library> library_;
};

}  // namespace server
