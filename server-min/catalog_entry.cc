#include "server-min/catalog_entry.h"

#include <algorithm>
#include <array>
#include <utility>

#include "server-min/fold.h"
#include "server-min/natural_order.h"
#include "server-min/search_text.h"
#include "server-min/search_words.h"
#include "server-min/text.h"

namespace server {
namespace {

// Known names stand before unknown ones; the zero ends a name, so that shorter ones come first.
std::string shelf_part(bool known, std::string_view name) {
  std::string part = known ? "\x01" : "\x02";
  part += natural_key(name, case_folder());
  part += '\0';
  return part;
}

std::string number_part(std::optional<std::uint32_t> number) {
  const std::uint32_t value = number.value_or(0);
  return {static_cast<char>(value >> 16), static_cast<char>(value >> 8), static_cast<char>(value)};
}

std::string stem_of(std::string_view name) {
  return repair_utf8(name.substr(0, name.rfind('.')));
}

// What two spellings of one name have in common; names of apostrophes alone are what they are.
std::string identity_of(std::string_view name) {
  std::string folded = search_text(name, case_folder());
  return folded.empty() ? std::string(name) : folded;
}

// "Album/CD 2" is a part of "Album".
std::string_view album_folder(std::string_view folder) {
  const std::size_t slash = folder.rfind('/');
  const std::string name =
      ascii_lower(slash == std::string_view::npos ? folder : folder.substr(slash + 1));
  for (const std::string_view word : {"cd", "disc", "disk"}) {
    if (!name.starts_with(word)) continue;
    const auto number = std::string_view(name).substr(word.size());
    if (number.find_first_not_of(" _-0123456789") != std::string_view::npos) continue;
    return slash == std::string_view::npos ? std::string_view() : folder.substr(0, slash);
  }
  return folder;
}

PublicId grouping_id(GroupingKind kind, std::string_view identity) {
  return hash_bytes(identity, static_cast<std::uint64_t>(kind) + 1);
}

std::string words_of(GroupingKind kind, std::string_view text) {
  return std::string(word_of(kind)) + ' ' + words_for_index(text, case_folder());
}

GroupingEntry album_of(const Track& track, std::string_view folder) {
  GroupingEntry album;
  album.kind = GroupingKind::kAlbum;
  album.name = *track.tags.album;
  const auto album_artist = track.tags.album_artist();
  const std::string whose =
      album_artist ? "a" + identity_of(*album_artist) : "f" + std::string(album_folder(folder));
  album.id = grouping_id(album.kind, whose + '\0' + identity_of(album.name));
  album.artist = album_artist ? album_artist : track.tags.artist();
  album.name_key = natural_key(album.name, case_folder());
  album.shelf = shelf_part(album.artist.has_value(), album.artist.value_or("")) +
                shelf_part(true, album.name);
  album.words = words_of(album.kind, album.name + ' ' + album.artist.value_or(""));
  return album;
}

void add_named(std::vector<GroupingEntry>& groupings, GroupingKind kind,
               const std::vector<std::string>& names) {
  for (const std::string& name : names) {
    GroupingEntry entry;
    entry.kind = kind;
    entry.id = grouping_id(kind, identity_of(name));
    const bool is_there = std::any_of(groupings.begin(), groupings.end(),
                                      [&](const auto& other) { return other.id == entry.id; });
    if (is_there) continue;
    entry.name = name;
    entry.name_key = natural_key(name, case_folder());
    entry.shelf = shelf_part(true, name);
    entry.words = words_of(kind, name);
    groupings.push_back(std::move(entry));
  }
}

std::string shelf_of(const Track& track, std::string_view folder) {
  const TrackTags& tags = track.tags;
  const auto artist = tags.album_artist() ? tags.album_artist() : tags.artist();
  return shelf_part(artist.has_value(), artist.value_or("")) +
         shelf_part(tags.album.has_value(), tags.album ? std::string_view(*tags.album) : folder) +
         number_part(tags.disc_number) + number_part(tags.track_number) +
         natural_key(track.title, case_folder());
}

std::string words_of(const Track& track) {
  std::string text = track.title;
  for (const auto* names : {&track.tags.artists, &track.tags.album_artists}) {
    for (const std::string& name : *names) text += ' ' + name;
  }
  if (track.tags.album) text += ' ' + *track.tags.album;
  return words_for_index(text, case_folder());
}

}  // namespace

std::string_view word_of(GroupingKind kind) {
  // Characters for private use, see Unicode section 23.5.
  constexpr std::array<std::string_view, 3> kWords = {"\uE000a", "\uE000b", "\uE000c"};
  return kWords[static_cast<std::size_t>(kind)];
}

std::string_view folder_of_path(std::string_view path) {
  const std::size_t slash = path.rfind('/');
  return slash == std::string_view::npos ? std::string_view() : path.substr(0, slash);
}

std::string_view name_of_path(std::string_view path) {
  const std::string_view folder = folder_of_path(path);
  return path.substr(folder.empty() ? 0 : folder.size() + 1);
}

std::string path_in(std::string_view folder, std::string_view name) {
  std::string path(folder);
  if (!path.empty()) path += '/';
  path += name;
  return path;
}

bool is_at_or_below(std::string_view path, std::string_view folder) {
  if (folder.empty() || folder == "/" || path == folder) return true;
  return path.size() > folder.size() && path.starts_with(folder) && path[folder.size()] == '/';
}

CatalogEntry make_entry(Track track, std::optional<std::uint64_t> content, std::string identity) {
  CatalogEntry entry;
  entry.identity = std::move(identity);
  entry.folder = folder_of_path(track.relative_path);
  entry.name = name_of_path(track.relative_path);
  entry.content = content;
  track.title = track.tags.title.value_or(stem_of(entry.name));
  if (track.tags.album) {
    entry.groupings.push_back(album_of(track, entry.folder));
    track.album_id = entry.groupings.front().id;
  }
  add_named(entry.groupings, GroupingKind::kArtist, track.tags.artists);
  add_named(entry.groupings, GroupingKind::kArtist, track.tags.album_artists);
  add_named(entry.groupings, GroupingKind::kGenre, track.tags.genres);
  entry.shelf = shelf_of(track, entry.folder);
  entry.title_key = natural_key(track.title, case_folder());
  if (!track.tags.artists.empty()) {
    std::string names;
    for (const std::string& name : track.tags.artists) names += name + ' ';
    entry.artist_key = natural_key(names, case_folder());
  }
  if (track.tags.album) entry.album_key = natural_key(*track.tags.album, case_folder());
  entry.words = words_of(track);
  entry.track = std::move(track);
  return entry;
}

}  // namespace server
