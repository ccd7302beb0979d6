// ArtworkCache: where the covers of the tracks asked for last stand in their files.
#pragma once

#include <cstddef>
#include <list>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

#include "server-min/artwork.h"
#include "server-min/file_root.h"

namespace server {

/// All member functions may be called from any thread.
class ArtworkCache {
 public:
  /// About 200 bytes each: places are kept, not pictures.
  static constexpr std::size_t kEntryCountMax = 4096;

  /// locate_artwork() of `file`, or what it said when the track with this id had the same facts.
  /// Takes as long as locate_artwork() where it has to look.
  std::optional<Artwork> find(const std::string& track_id, const OpenFile& file,
                              AudioFormat format);

  std::size_t entry_count() const;

 private:
  struct Entry {
    std::string track_id;
    FileFacts facts;
    std::optional<Artwork> artwork;  // Absent: looked for, and there is none.
  };

  const Entry* lookup(const std::string& track_id);
  void store(Entry entry);

  mutable std::mutex mutex_;
  std::list<Entry> entries_;  // The one asked for last in front.
  std::unordered_map<std::string_view, std::list<Entry>::iterator> by_id_;  // Views into entries_.
};

}  // namespace server
