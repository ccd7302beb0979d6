// MusicRoots: the music folders under one set of paths.
//
// The files of a single music folder are called by their path below it. Of several each has a
// label, the last part of its path made unlike the others', which stands in front. Their order is
// that of their real paths, so that the same set gives the same catalog in whatever order it is
// named; but the one that is named first has the ids that it would have alone.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "server-min/file_root.h"

namespace server {

/// Whether the bit of this folder is set, see MusicRoots::kCountMax.
constexpr bool is_root_in(std::uint64_t roots, std::size_t root) {
  return ((roots >> root) & 1) != 0;
}

/// The folders as they were opened at one moment. Paths are those of the catalog.
class OpenRoots {
 public:
  std::size_t size() const { return roots_.size(); }
  /// Where the folder begins: its label, "" when it is the only one.
  const std::string& label(std::size_t root) const { return roots_[root].label; }
  bool is_open(std::size_t root) const { return roots_[root].folder.has_value(); }
  /// The bit of each that could not be opened.
  std::uint64_t closed() const;
  /// Whether these are the bits of all of them.
  bool are_all(std::uint64_t roots) const { return roots + 1 == std::uint64_t{1} << size(); }
  /// Why it could not be opened: a value of errno.
  int failure(std::size_t root) const { return roots_[root].failure; }

  /// Which one a path belongs to; nothing when it is none's.
  std::optional<std::size_t> root_of(std::string_view path) const;
  /// As FileRoot does; errno is ENOENT when the path belongs to none, or to one that is not open.
  std::optional<OpenFile> open_file(const std::string& path) const;
  UniqueFd open_folder(const std::string& path) const;
  /// The path of what is really called so; nothing when it lies in none of the folders.
  std::optional<std::string> path_of(const std::string& real_path) const;
  /// What the id of a track of this path is made of.
  std::string identity_of(const std::string& path) const;

 private:
  friend class MusicRoots;
  struct Root {
    std::string label;
    bool is_named_first = false;
    std::optional<FileRoot> folder;
    int failure = 0;
  };
  /// A path without its label.
  std::string below(std::size_t root, const std::string& path) const;

  std::vector<Root> roots_;
};

class MusicRoots {
 public:
  /// Their tracks carry one bit for each, see Library::away_roots().
  static constexpr std::size_t kCountMax = 32;

  /// At least one folder, at most kCountMax.
  explicit MusicRoots(const std::vector<std::string>& folders);

  std::size_t size() const { return roots_.size(); }
  /// Opens all of them anew.
  std::shared_ptr<const OpenRoots> open() const;

 private:
  struct Root {
    std::string folder;
    std::string label;
    bool is_named_first = false;
  };
  std::vector<Root> roots_;
};

/// The folder's real path; of what is not there, that of the part of the path that is, and the
/// rest.
std::string real_path_of(const std::string& folder);

/// A complaint in words when one of the folders is another one, or lies in it; else nothing.
std::optional<std::string> overlap_of(const std::vector<std::string>& folders);

}  // namespace server
