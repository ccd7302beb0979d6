#include "server-min/playlist_file.h"

#include <algorithm>

#include "server-min/text.h"

namespace server {
namespace {

constexpr std::uint64_t kPlaylistSalt = 0x9EA1157;

}  // namespace

bool is_playlist_name(std::string_view file_name) {
  const std::string extension = extension_of(file_name);
  return extension == "m3u" || extension == "m3u8";
}

PublicId playlist_id(std::string_view path) {
  return hash_bytes(path, kPlaylistSalt);
}

std::string entry_of_line(std::string_view line) {
  if (line.ends_with('\r')) line.remove_suffix(1);
  line = trim(line);
  if (line.empty() || line.front() == '#') return "";
  std::string entry = text_of_file(line);
  // Programs of Windows write their own separator. A name with a backslash in it cannot be told
  // from that, and is rare.
  std::replace(entry.begin(), entry.end(), '\\', '/');
  return entry;
}

std::string join_path(std::string_view folder, std::string_view relative) {
  if (relative.find("://") != std::string_view::npos) return "";
  std::vector<std::string_view> parts;
  for (const std::string_view path : {folder, relative}) {
    if (path.empty()) continue;
    for (const std::string_view part : split(path, '/')) {
      if (part.empty() || part == ".") continue;
      if (part != "..") {
        parts.push_back(part);
      } else if (!parts.empty()) {
        parts.pop_back();
      } else {
        return "";
      }
    }
  }
  std::string joined;
  for (const std::string_view part : parts) {
    if (!joined.empty()) joined += '/';
    joined += part;
  }
  return joined;
}

PlaylistEntries read_playlist(std::string_view text, std::string_view folder,
                              const std::function<std::string(const std::string&)>& path_of) {
  PlaylistEntries entries;
  while (!text.empty()) {
    const std::size_t end = text.find('\n');
    const std::string entry = entry_of_line(text.substr(0, end));
    text = end == std::string_view::npos ? std::string_view() : text.substr(end + 1);
    if (entry.empty()) continue;
    if (entries.paths.size() >= kPlaylistEntryCountMax) {
      entries.cut = true;
      break;
    }
    entries.paths.push_back(entry.front() == '/' ? path_of(entry) : join_path(folder, entry));
  }
  return entries;
}

}  // namespace server
