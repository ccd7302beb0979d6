#include "server-min/music_roots.h"

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <system_error>
#include <utility>

#include "server-min/catalog_entry.h"
#include "server-min/text.h"

namespace server {
namespace {

std::string last_part(const std::string& path) {
  const std::string name = std::filesystem::path(path).filename().string();
  return name.empty() ? "music" : name;
}

}  // namespace

std::string real_path_of(const std::string& folder) {
  std::error_code error;
  const auto absolute = std::filesystem::absolute(folder);
  auto path = std::filesystem::weakly_canonical(absolute, error);
  if (error) path = absolute.lexically_normal();
  // As it is called when it is there.
  if (!path.has_filename() && path.has_relative_path()) path = path.parent_path();
  return path.string();
}

std::optional<std::string> overlap_of(const std::vector<std::string>& folders) {
  for (std::size_t i = 0; i < folders.size(); ++i) {
    for (std::size_t k = 0; k < folders.size(); ++k) {
      if (i == k || !is_at_or_below(real_path_of(folders[i]), real_path_of(folders[k]))) continue;
      return "the music folder " + folders[i] + " is " + folders[k] + " or lies in it";
    }
  }
  return std::nullopt;
}

std::uint64_t OpenRoots::closed() const {
  std::uint64_t bits = 0;
  for (std::size_t i = 0; i < roots_.size(); ++i) {
    if (!is_open(i)) bits |= std::uint64_t{1} << i;
  }
  return bits;
}

std::optional<std::size_t> OpenRoots::root_of(std::string_view path) const {
  if (roots_.size() == 1) return 0;
  const std::string_view label = path.substr(0, path.find('/'));
  for (std::size_t i = 0; i < roots_.size(); ++i) {
    if (roots_[i].label == label) return i;
  }
  return std::nullopt;
}

std::string OpenRoots::below(std::size_t root, const std::string& path) const {
  const std::size_t label_size = roots_[root].label.size();
  if (label_size == 0) return path;
  return path.size() > label_size ? path.substr(label_size + 1) : "";
}

std::optional<OpenFile> OpenRoots::open_file(const std::string& path) const {
  const auto root = root_of(path);
  if (!root || !is_open(*root)) {
    errno = ENOENT;
    return std::nullopt;
  }
  return roots_[*root].folder->open_file(below(*root, path));
}

UniqueFd OpenRoots::open_folder(const std::string& path) const {
  const auto root = root_of(path);
  if (!root || !is_open(*root)) {
    errno = ENOENT;
    return {};
  }
  return roots_[*root].folder->open_folder(below(*root, path));
}

std::optional<std::string> OpenRoots::path_of(const std::string& real_path) const {
  for (const Root& root : roots_) {
    const auto folder = root.folder ? root.folder->real_path() : std::nullopt;
    if (!folder || !is_at_or_below(real_path, *folder)) continue;
    if (real_path == *folder) return root.label;
    const std::string rest = real_path.substr(*folder == "/" ? 1 : folder->size() + 1);
    return root.label.empty() ? rest : root.label + '/' + rest;
  }
  return std::nullopt;
}

std::string OpenRoots::identity_of(const std::string& path) const {
  if (roots_.size() == 1) return path;
  const auto root = root_of(path);
  // No path below a folder begins with "/", so a label is never taken for a folder of the first.
  return root && roots_[*root].is_named_first ? below(*root, path) : '/' + path;
}

MusicRoots::MusicRoots(const std::vector<std::string>& folders) {
  std::vector<std::pair<std::string, std::size_t>> sorted;
  for (std::size_t i = 0; i < folders.size(); ++i) sorted.emplace_back(real_path_of(folders[i]), i);
  std::sort(sorted.begin(), sorted.end());
  for (const auto& [real_path, index] : sorted) {
    Root root{folders[index], "", index == 0};
    if (folders.size() > 1) {
      const std::string name = last_part(real_path);
      root.label = name;
      const auto is_taken = [&] {
        return std::any_of(roots_.begin(), roots_.end(),
                           [&](const Root& other) { return other.label == root.label; });
      };
      for (int number = 2; is_taken(); ++number) {
        root.label = name + " (" + std::to_string(number) + ")";
      }
    }
    roots_.push_back(std::move(root));
  }
}

std::shared_ptr<const OpenRoots> MusicRoots::open() const {
  auto opened = std::make_shared<OpenRoots>();
  for (const Root& root : roots_) {
    OpenRoots::Root open{root.label, root.is_named_first, FileRoot::open(root.folder), 0};
    if (!open.folder) open.failure = errno;
    opened->roots_.push_back(std::move(open));
  }
  return opened;
}

}  // namespace server
