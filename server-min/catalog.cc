#include "server-min/catalog.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <tuple>
#include <unordered_set>
#include <utility>

#include "server-min/fold.h"
#include "server-min/search_text.h"
#include "server-min/text.h"

namespace server {
namespace {

// Separates the fields of a search key; folded text of a person never contains it.
constexpr char kFieldSeparator = '\x1F';

// One for the process: each holds a locale, which a search is too short to make and give back.
const CaseFolder& case_folder() {
  static const CaseFolder folder;
  return folder;
}

struct FolderCloser {
  void operator()(DIR* folder) const { ::closedir(folder); }
};

// A file by its name below the root. The facts are absent for links, whose target has to be opened
// to be known (see Catalog::scan).
struct FoundFile {
  std::string path;
  std::optional<FileFacts> facts;
};

// One level of the walk: audio files, and paths of the folders below.
struct FolderListing {
  std::vector<FoundFile> files;
  std::vector<std::string> folders;
};

void take_entry(FolderListing& listing, const dirent& entry, int folder_fd,
                const std::string& prefix) {
  const bool audio_name = format_of_name(entry.d_name).has_value();
  const bool maybe_folder = entry.d_type == DT_DIR || entry.d_type == DT_UNKNOWN;
  if (entry.d_name[0] == '.' || (!audio_name && !maybe_folder)) return;
  struct stat status = {};
  // File systems without entry types report DT_UNKNOWN, so the mode decides.
  if (::fstatat(folder_fd, entry.d_name, &status, AT_SYMLINK_NOFOLLOW) != 0) return;
  std::string path = prefix + entry.d_name;
  if (S_ISDIR(status.st_mode)) {
    listing.folders.push_back(std::move(path));
  } else if (audio_name && S_ISREG(status.st_mode)) {
    listing.files.push_back({std::move(path), facts_of(status)});
  } else if (audio_name && S_ISLNK(status.st_mode)) {
    listing.files.push_back({std::move(path), std::nullopt});
  }
}

FolderListing list_folder(const FileRoot& root, const std::string& relative) {
  FolderListing listing;
  UniqueFd fd = root.open_folder(relative);
  if (!fd.valid()) return listing;
  const std::unique_ptr<DIR, FolderCloser> folder(::fdopendir(fd.get()));
  if (folder == nullptr) return listing;
  fd.release();  // The DIR owns it now.
  const std::string prefix = relative.empty() ? "" : relative + "/";
  while (const dirent* entry = ::readdir(folder.get())) {
    take_entry(listing, *entry, ::dirfd(folder.get()), prefix);
  }
  return listing;
}

// All audio files below the root, sorted by path so that everything derived from the order (which
// of two colliding ids is salted) does not depend on the file system.
std::vector<FoundFile> list_audio_files(const FileRoot& root) {
  std::vector<FoundFile> files;
  std::vector<std::pair<std::string, std::size_t>> pending = {{"", 0}};
  while (!pending.empty() && files.size() < Catalog::kTrackCountMax) {
    const auto [folder, depth] = std::move(pending.back());
    pending.pop_back();
    FolderListing listing = list_folder(root, folder);
    std::move(listing.files.begin(), listing.files.end(), std::back_inserter(files));
    if (depth + 1 > Catalog::kFolderDepthMax) continue;
    for (std::string& name : listing.folders) pending.emplace_back(std::move(name), depth + 1);
  }
  std::sort(files.begin(), files.end(),
            [](const FoundFile& a, const FoundFile& b) { return a.path < b.path; });
  if (files.size() > Catalog::kTrackCountMax) files.resize(Catalog::kTrackCountMax);
  return files;
}

// FNV-1a with 64 bits, then the finaliser of MurmurHash3 so that every bit of the path reaches
// every digit of the id.
std::uint64_t hash_path(std::string_view path, std::uint64_t salt) {
  std::uint64_t hash = 0xCBF29CE484222325U ^ salt;
  for (const char c : path) {
    hash ^= static_cast<unsigned char>(c);
    hash *= 0x100000001B3U;
  }
  hash ^= hash >> 33;
  hash *= 0xFF51AFD7ED558CCDU;
  hash ^= hash >> 33;
  hash *= 0xC4CEB9FE1A85EC53U;
  return hash ^ (hash >> 33);
}

std::string make_id(std::string_view path, std::unordered_set<std::string>& taken) {
  for (std::uint64_t salt = 0;; ++salt) {
    std::array<char, 17> text{};
    std::snprintf(text.data(), text.size(), "%016llx",
                  static_cast<unsigned long long>(hash_path(path, salt)));
    if (taken.insert(text.data()).second) return text.data();
  }
}

std::string stem_of(std::string_view path) {
  const std::size_t slash = path.rfind('/');
  const std::string_view name = slash == std::string_view::npos ? path : path.substr(slash + 1);
  return repair_utf8(name.substr(0, name.rfind('.')));
}

// Where a track stands on the shelf. A pair (unknown, name) puts unknown names behind known ones.
struct ShelfKey {
  using Name = std::pair<bool, std::string>;
  Name artist;
  Name album;
  std::uint32_t disc = 0;
  std::uint32_t track = 0;
  std::string title;
  std::size_t index = 0;

  auto order() const { return std::tie(artist, album, disc, track, title, index); }
};

ShelfKey shelf_key(const Track& track, std::size_t index, const CaseFolder& folder) {
  const auto name = [&](const std::optional<std::string>& text) {
    return ShelfKey::Name(!text.has_value(), text ? folder.fold(*text) : std::string());
  };
  const TrackTags& tags = track.tags;
  return {name(tags.album_artist ? tags.album_artist : tags.artist),
          name(tags.album),
          tags.disc_number.value_or(0),
          tags.track_number.value_or(0),
          folder.fold(track.title),
          index};
}

std::vector<Track> sort_for_shelf(std::vector<Track> tracks, const CaseFolder& folder) {
  std::vector<ShelfKey> keys;
  keys.reserve(tracks.size());
  for (const Track& track : tracks) keys.push_back(shelf_key(track, keys.size(), folder));
  std::sort(keys.begin(), keys.end(),
            [](const ShelfKey& a, const ShelfKey& b) { return a.order() < b.order(); });
  std::vector<Track> sorted;
  sorted.reserve(tracks.size());
  for (const ShelfKey& key : keys) sorted.push_back(std::move(tracks[key.index]));
  return sorted;
}

std::string search_key(const Track& track, const CaseFolder& folder) {
  const TrackTags& tags = track.tags;
  std::string text = track.title;
  for (const std::string& artist : tags.artists) text += kFieldSeparator + artist;
  for (const auto& name : {tags.album_artist, tags.album}) {
    if (name) text += kFieldSeparator + *name;
  }
  return search_text(text, folder);
}

bool matches(const Track& track, const std::vector<std::string>& words) {
  return std::all_of(words.begin(), words.end(), [&](const std::string& word) {
    return track.search_key.find(word) != std::string::npos;
  });
}

Track read_track(const std::string& id, std::string path, const OpenFile& file,
                 const CaseFolder& folder) {
  Track track;
  track.id = id;
  track.format = *format_of_name(path);
  track.facts = file.facts;
  track.tags = read_track_tags(file.fd.get(), track.format);
  track.title = track.tags.title.value_or(stem_of(path));
  track.relative_path = std::move(path);
  track.search_key = search_key(track, folder);
  return track;
}

}  // namespace

Catalog::Catalog(std::vector<Track> tracks) : tracks_(std::move(tracks)) {
  index_of_id_.reserve(tracks_.size());
  for (std::size_t i = 0; i < tracks_.size(); ++i) index_of_id_.emplace(tracks_[i].id, i);
}

Catalog Catalog::scan(const FileRoot& root, const Catalog* previous) {
  const CaseFolder& folder = case_folder();
  std::unordered_set<std::string> taken_ids;
  std::vector<Track> tracks;
  for (FoundFile& found : list_audio_files(root)) {
    // The id is made before the file is opened: a file that is briefly unreadable must not change
    // the ids of others.
    const std::string id = make_id(found.path, taken_ids);
    const Track* known = previous == nullptr ? nullptr : previous->find(id);
    if (known != nullptr && known->relative_path != found.path) known = nullptr;
    if (known != nullptr && found.facts == known->facts) {
      tracks.push_back(*known);
      continue;
    }
    const auto file = root.open_file(found.path);
    if (!file) continue;
    if (known != nullptr && file->facts == known->facts) {  // A link to what it led to before.
      tracks.push_back(*known);
      continue;
    }
    tracks.push_back(read_track(id, std::move(found.path), *file, folder));
  }
  return Catalog(sort_for_shelf(std::move(tracks), folder));
}

const Track* Catalog::find(std::string_view id) const {
  const auto found = index_of_id_.find(id);
  return found == index_of_id_.end() ? nullptr : &tracks_[found->second];
}

TrackPage Catalog::page(std::string_view search, std::size_t offset, std::size_t limit) const {
  const auto words = search_words(repair_utf8(search), case_folder());
  TrackPage page;
  for (std::size_t i = 0; i < tracks_.size(); ++i) {
    if (!matches(tracks_[i], words)) continue;
    if (page.total >= offset && page.indices.size() < limit) page.indices.push_back(i);
    ++page.total;
  }
  return page;
}

}  // namespace server
