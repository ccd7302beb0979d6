#include "server-min/side_files.h"

#include <algorithm>
#include <unistd.h>
#include <utility>

#include "server-min/catalog_entry.h"
#include "server-min/text.h"
#include "server-min/track_tags.h"

namespace server {
namespace {

struct Text {
  std::string text;
  bool cut = false;  // There is more in the file.
};

// Half a character at the end would make no UTF-8 of the whole, and half a line is none.
void drop_last_line(std::string& bytes) {
  const std::size_t end = bytes.rfind('\n');
  if (end != std::string::npos) return bytes.resize(end + 1);
  const auto byte = [&] { return static_cast<unsigned char>(bytes.back()); };
  while (!bytes.empty() && byte() >= 0x80 && byte() < 0xC0) bytes.pop_back();
  if (!bytes.empty() && byte() >= 0xC0) bytes.pop_back();
}

// From the start, at most so many bytes of it.
std::optional<Text> read_text(const OpenRoots& roots, const std::string& path,
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
  const bool cut = file->facts.size_bytes > size_max;
  if (cut) drop_last_line(bytes);
  return Text{text_of_file(bytes), cut};
}

}  // namespace

std::optional<std::string> read_lyrics_beside(const OpenRoots& roots, const std::string& path) {
  const std::string stem = path.substr(0, path.rfind('.'));
  for (const char* extension : {".lrc", ".LRC"}) {
    auto words = read_text(roots, stem + extension, kLyricsSizeMax);
    if (words && !words->text.empty()) return std::move(words->text);
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
  const auto list = read_text(roots, path, kPlaylistSizeMax);
  if (!list) return std::nullopt;
  auto entries = read_playlist(list->text, folder_of_path(path), [&](const std::string& entry) {
    std::string real_path = "/";
    real_path += join_path("", entry);
    return roots.path_of(real_path).value_or("");
  });
  entries.cut = entries.cut || list->cut;
  return entries;
}

}  // namespace server
