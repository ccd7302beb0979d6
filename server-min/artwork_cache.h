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

/// Where is the cover in this open file of this track?
struct ArtworkQuestion {
  std::string track_id;
  OpenFile file;
  AudioFormat format = AudioFormat::kWav;
};

/// All member functions may be called from any thread.
class ArtworkCache {
 public:
  /// About 200 bytes each: places are kept, not pictures.
  static constexpr std::size_t kEntryCountMax = 4096;

  /// What locate_artwork() said when the file of the track with this id had these facts (so the
  /// inner one is absent when there is no cover). Nothing when that is not known; never looks.
  std::optional<std::optional<Artwork>> known(const std::string& track_id, const FileFacts& facts);

  void keep(const std::string& track_id, const FileFacts& facts,
            const std::optional<Artwork>& artwork);

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
