// FolderWatch: in which folders something has changed, as the kernel tells (inotify).
//
// What it tells is a hint where to look: a sweep over all folders finds the same, later. So where
// watches are not to be had (the system's limit, a file system of another machine, whose changes
// the kernel here does not see) nothing is lost but time.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <mutex>
#include <string>
#include <unordered_map>

#include "server-min/unique_fd.h"

namespace server {

/// Paths are those of the catalog.
struct FolderChanges {
  /// The folders to look into, true: with all that lie in them.
  std::map<std::string, bool> folders;
  bool everything = false;  ///< What has changed is not known.

  bool empty() const { return folders.empty() && !everything; }
  void add(const std::string& folder, bool with_inner);
  void add(const FolderChanges& others);
};

/// All member functions may be called from any thread.
class FolderWatch {
 public:
  /// Some 200 bytes here and 1 KiB in the kernel each.
  static constexpr std::size_t kWatchCountMax = 65'536;
  /// With more folders than these everything is looked over.
  static constexpr std::size_t kChangeCountMax = 1'000;

  explicit FolderWatch(std::size_t watch_count_max = kWatchCountMax);

  /// Watches an open folder of this path from now on.
  void add(const std::string& path, int folder);
  /// What has changed since it was asked last. Does not wait. When the system has lost some of it,
  /// nothing is watched any more: a look over everything has to add all folders again.
  FolderChanges take();
  /// Can be read from when there is something to take; -1 where nothing can be watched.
  int descriptor() const { return inotify_.get(); }
  /// Why some folders are not watched, in words; empty when all are.
  std::string gap() const;
  std::size_t watch_count() const;

 private:
  void take_event(int watch, std::uint32_t mask, const std::string& name, FolderChanges& changes);
  void leave_below(const std::string& folder);
  void begin_anew();
  void note_gap(const char* why);

  const std::size_t watch_count_max_;
  UniqueFd inotify_;
  mutable std::mutex mutex_;  // Guards what follows.
  std::unordered_map<int, std::string> paths_;

  // Everybody asks for it, and a disk of another machine may hold whoever adds a folder.
  mutable std::mutex gap_mutex_;  // Taken last; guards what follows.
  std::string gap_;
};

}  // namespace server
