// Catalog: the tracks of a music folder, as one immutable snapshot.
//
// A scan walks the folder, reads the tags of what is new or changed and takes the rest over from
// the snapshot before, so that a rescan of an unchanged library costs one stat per file.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "server-min/file_root.h"
#include "server-min/track_tags.h"

namespace server {

struct Track {
  /// 16 hexadecimal digits: a hash of the path below the music folder, so it survives rescans,
  /// restarts and changed tags. It does not tell the path.
  std::string id;
  std::string relative_path;  ///< Below the music folder; never leaves the server.
  AudioFormat format = AudioFormat::kWav;
  FileFacts facts;
  TrackTags tags;
  std::string title;       ///< From the tags, else the file's name without extension. Never empty.
  std::string search_key;  ///< Title, artists, album artist and album as search_text().
};

/// A page of the catalog: indices into Catalog::tracks() and how many tracks matched in all.
struct TrackPage {
  std::vector<std::size_t> indices;
  std::size_t total = 0;
};

class Catalog {
 public:
  /// Bounds of one scan. A library beyond them is listed up to them.
  static constexpr std::size_t kTrackCountMax = 1'000'000;
  static constexpr std::size_t kFolderDepthMax = 64;

  /// Lists every file of a format that format_of_name() knows below `root` (names that begin with a
  /// dot and links to folders are passed over). Files that cannot be understood are listed with
  /// what is known; files that cannot be opened are not. Tags of files that `previous` knows with
  /// equal facts are taken over; null reads everything.
  static Catalog scan(const FileRoot& root, const Catalog* previous);

  Catalog(const Catalog&) = delete;  // The index looks into the tracks of this very object.
  Catalog& operator=(const Catalog&) = delete;
  Catalog(Catalog&&) = default;
  Catalog& operator=(Catalog&&) = default;
  ~Catalog() = default;

  /// In the order of a record shelf: album artist (else artist), album, disc, track, title.
  /// Unknown names come last.
  const std::vector<Track>& tracks() const { return tracks_; }

  /// The track with this id, or null. Lives as long as the catalog. Constant time.
  const Track* find(std::string_view id) const;

  /// Tracks that have every word of `search` in their title, one of their artists, album artist or
  /// album (see search_text), from the `offset`-th match on, at most `limit`. A search without
  /// words matches all.
  TrackPage page(std::string_view search, std::size_t offset, std::size_t limit) const;

 private:
  explicit Catalog(std::vector<Track> tracks);

  std::vector<Track> tracks_;
  std::unordered_map<std::string_view, std::size_t> index_of_id_;  // Views into tracks_.
};

}  // namespace server
