#include "server-min/side_files.h"

#include <algorithm>
#include <unistd.h>

#include "server-min/catalog_entry.h"
#include "server-min/text.h"
#include "server-min/track_tags.h"

namespace server {
namespace {

// From the start, at most so many bytes.
std::optional<std::string> read_bytes(const OpenRoots& roots, const std::string& path,
                                      std::size_t size_max) {
  const auto file = roots.open_file(path);
  if (!file) return std::nullopt;
  std::string bytes(std::min<std::uint64_t>(file->facts.size_bytes, size_max), '\0');
  std::size_t filled = 0;
  while (filled < bytes.size()) {
    const ssize_t count = ::pread(file->fd.get(), bytes.data() + filled, bytes.size() - filled,
                                  static_cast<off_t>(filled));
    if (count <= 0) break;
    filled += static_cast<std::size_t>(count);
  }
  bytes.resize(filled);
  return bytes;
}

}  // namespace

std::optional<std::string> read_lyrics_beside(const OpenRoots& roots, const std::string& path) {
  const std::string stem = path.substr(0, path.rfind('.'));
  for (const char* extension : {".lrc", ".LRC"}) {
    const auto bytes = read_bytes(roots, stem + extension, kLyricsSizeMax);
    if (bytes && !bytes->empty()) return text_of_file(*bytes);
  }
  return std::nullopt;
}

bool has_time_stamps(std::string_view lyrics) {
  for (const std::string_view line : split(lyrics, '\n')) {
    if (line.size() < 7 || line.front() != '[') continue;
    const std::size_t colon = line.find(':');
    if (colon == std::string_view::npos || colon < 2 || colon + 2 >= line.size()) continue;
    const std::string_view minutes = line.substr(1, colon - 1);
    const bool is_number = std::all_of(minutes.begin(), minutes.end(), is_digit);
    if (is_number && is_digit(line[colon + 1]) && is_digit(line[colon + 2])) return true;
  }
  return false;
}

std::optional<PlaylistEntries> read_playlist_file(const OpenRoots& roots, const std::string& path) {
  const auto bytes = read_bytes(roots, path, kPlaylistSizeMax);
  if (!bytes) return std::nullopt;
  return read_playlist(text_of_file(*bytes), folder_of_path(path), [&](const std::string& entry) {
    std::string real_path = "/";
    real_path += join_path("", entry);
    return roots.path_of(real_path).value_or("");
  });
}

}  // namespace server
