// Library: the music folder with its current catalog, kept up to date in the background.
#pragma once

#include <chrono>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>

#include "server-min/catalog.h"
#include "server-min/file_root.h"

namespace server {

/// All member functions may be called from any thread.
class Library {
 public:
  /// Scans `root` before it returns; broken files never make this fail.
  explicit Library(FileRoot root);
  ~Library();
  Library(const Library&) = delete;
  Library& operator=(const Library&) = delete;

  /// The snapshot of now. It does not change; hold it for the length of one answer.
  std::shared_ptr<const Catalog> catalog() const;

  /// Opens the audio file of a track as it is now on disk; nothing when it is gone.
  std::optional<OpenFile> open(const Track& track) const;

  /// Scans again and puts the new snapshot in place before it returns.
  void rescan();

  /// Starts a thread that rescans every `interval`, or less often when a scan takes long, until
  /// the library is destroyed. Call once at most.
  void watch(std::chrono::milliseconds interval);

 private:
  void watch_loop(std::chrono::milliseconds interval);

  FileRoot root_;
  std::mutex rescan_mutex_;   // One scan at a time.
  mutable std::mutex mutex_;  // Guards catalog_ and stopping_.
  std::condition_variable stop_signal_;
  std::shared_ptr<const Catalog> catalog_;
  bool stopping_ = false;
  std::thread watcher_;
};

}  // namespace server
