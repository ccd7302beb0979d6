// Library: the music folder with its catalog, kept up to date in the background.
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>

#include "server-min/catalog.h"
#include "server-min/file_root.h"
#include "server-min/scan.h"
#include "server-min/track.h"

namespace server {

/// What scans do and have done.
struct ScanReport {
  bool scanning = false;
  /// Another process keeps this catalog up to date.
  bool elsewhere = false;
  /// Nothing could be read where there was music; what is known stays listed.
  bool folder_away = false;
  std::string problem;  ///< In words; empty when all is well.
  // Of the scan that runs, else of the last one:
  std::uint64_t folders_seen = 0;
  std::uint64_t files_seen = 0;
  std::uint64_t files_read = 0;
  std::array<std::uint64_t, kSkipReasonCount> skipped{};
  std::int64_t duration_ms = 0;
  // Of the catalog:
  std::uint64_t track_count = 0;
  std::int64_t scanned_s = 0;  ///< The end of the last whole scan since 1970 UTC; 0: none yet.

  std::uint64_t skipped_count() const;
};

/// All member functions may be called from any thread.
class Library {
 public:
  Library(std::string music_folder, std::unique_ptr<Catalog> catalog);
  ~Library();
  Library(const Library&) = delete;
  Library& operator=(const Library&) = delete;

  const Catalog& catalog() const { return *catalog_; }

  /// Opens the audio file of a track as it is now on disk; nothing when it is gone.
  std::optional<OpenFile> open(const Track& track) const;

  /// Scans and returns when the catalog is up to date, or the scan has failed.
  void rescan();

  using OnProgress = std::function<void(const ScanReport&)>;
  /// Starts a thread that scans at once and then every `interval`, or less often when a scan takes
  /// long, until the library is destroyed, which ends a scan in the middle. Call once at most.
  /// `on_progress` is called on threads of the library, a few times a second while a scan finds
  /// something new, and at the end of each.
  void watch(std::chrono::milliseconds interval, OnProgress on_progress = {});

  /// Ends the thread of watch(), and a scan in the middle.
  void stop();

  /// Waits until a scan of this library has ended. False when none has until `timeout`.
  bool wait_for_scan(std::chrono::milliseconds timeout) const;

  ScanReport report() const;
  bool folder_away() const { return folder_away_; }

 private:
  void watch_loop(std::chrono::milliseconds interval);
  void scan_once();
  void tell_progress() const;
  void end_scan(std::string problem, bool folder_away);

  const std::string music_folder_;
  const std::unique_ptr<Catalog> catalog_;
  OnProgress on_progress_;

  std::mutex scan_mutex_;  // One scan at a time.
  std::atomic<bool> stopping_{false};
  std::atomic<bool> folder_away_{false};

  mutable std::mutex mutex_;  // Guards what follows.
  mutable std::condition_variable changed_;
  std::shared_ptr<const FileRoot> root_;  // Null while the folder cannot be opened.
  std::shared_ptr<const ScanCounts> counts_;
  std::chrono::steady_clock::time_point scan_begin_;
  std::chrono::steady_clock::time_point scan_end_;
  bool scanning_ = false;
  bool elsewhere_ = false;
  std::uint64_t scan_count_ = 0;
  std::string problem_;

  std::thread watcher_;
};

}  // namespace server
