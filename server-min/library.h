// Library: the music folders with their catalog, kept up to date in the background.
//
// Changes are found at once where folders can be watched (see FolderWatch), and by looking over all
// of them now and then in any case.
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
#include <vector>

#include "server-min/catalog.h"
#include "server-min/event_hub.h"
#include "server-min/folder_watch.h"
#include "server-min/music_roots.h"
#include "server-min/scan.h"
#include "server-min/track.h"

namespace server {

/// What scans do and have done.
struct ScanReport {
  bool scanning = false;
  /// Another process keeps this catalog up to date.
  bool elsewhere = false;
  /// Nothing could be read in a music folder where there was music; what is known stays listed.
  bool folder_away = false;
  std::string unwatched;  ///< Why changes in some folders are seen late, in words; "": none are.
  std::string problem;    ///< In words; empty when all is well.
  // Of the look over all that runs, else of the last one:
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
  /// One music folder, or several (see MusicRoots).
  Library(const std::string& music_folder, std::unique_ptr<Catalog> catalog);
  Library(const std::vector<std::string>& music_folders, std::unique_ptr<Catalog> catalog);
  ~Library();
  Library(const Library&) = delete;
  Library& operator=(const Library&) = delete;

  const Catalog& catalog() const { return *catalog_; }

  /// Opens the audio file of a track as it is now on disk; nothing when it is gone.
  std::optional<OpenFile> open(const Track& track) const;
  /// The music folders as they were opened last.
  std::shared_ptr<const OpenRoots> roots() const;

  /// The strong entity tag of what the catalog says in this state.
  std::string etag_of(const CatalogState& state) const;
  /// What the library tells as it happens.
  EventHub& events() const { return *events_; }

  /// Scans and returns when the catalog is up to date, or the scan has failed.
  void rescan();

  using OnProgress = std::function<void(const ScanReport&)>;
  /// Starts a thread that scans at once, then what has changed, and all every `interval`, or less
  /// often when that takes long, until the library is destroyed, which ends a scan in the middle.
  /// Call once at most.
  /// `on_progress` is called on threads of the library, a few times a second while a scan finds
  /// something new, and at the end of each.
  void watch(std::chrono::milliseconds interval, OnProgress on_progress = {});

  /// Has the thread of watch() look over all soon.
  void request_scan() const;

  /// Ends the thread of watch(), and a scan in the middle.
  void stop();

  /// Waits until a scan of this library has ended. False when none has until `timeout`.
  bool wait_for_scan(std::chrono::milliseconds timeout) const;

  ScanReport report() const;
  /// The bit of each music folder that is away, see ScanReport::folder_away and Track::root.
  std::uint64_t away_roots() const { return away_roots_; }

 private:
  using Clock = std::chrono::steady_clock;

  /// When the next scan may be, and must.
  struct NextScan {
    Clock::time_point part_at_earliest;
    Clock::time_point all_at_earliest;     ///< When what has changed is not known.
    Clock::time_point wanted_at_earliest;  ///< After request_scan().
    Clock::time_point all_at;              ///< At the latest.
  };

  void watch_loop(std::chrono::milliseconds interval);
  /// Waits until there is something to look at. Nothing: all is to be looked over.
  ScanScope wait_for_changes(const NextScan& times);
  void look_for_others_changes();
  void scan_guarded(const ScanScope& scope);
  void scan_once(const ScanScope& scope);
  bool scan_part(const OpenRoots& roots, const ScanScope& scope);
  void scan_all(const OpenRoots& roots);
  std::string problem_of_roots(const OpenRoots& roots, std::uint64_t away) const;
  void tell_progress() const;
  void end_scan(std::string problem, std::uint64_t away_roots);
  void wake() const;

  const MusicRoots music_;
  const std::unique_ptr<Catalog> catalog_;
  const std::shared_ptr<EventHub> events_ = std::make_shared<EventHub>();
  FolderWatch watch_;
  const UniqueFd wake_;  // Written to when the watcher is to look what is wanted of it.
  mutable std::atomic<bool> scan_wanted_{false};
  OnProgress on_progress_;

  std::mutex scan_mutex_;  // One scan at a time.
  std::atomic<bool> stopping_{false};
  std::atomic<std::uint64_t> away_roots_{0};

  mutable std::mutex mutex_;  // Guards what follows.
  mutable std::condition_variable changed_;
  std::shared_ptr<const OpenRoots> roots_;
  std::shared_ptr<const ScanCounts> counts_;
  std::chrono::steady_clock::time_point scan_begin_;
  std::chrono::steady_clock::time_point scan_end_;
  bool scanning_ = false;
  std::atomic<bool> elsewhere_ = false;  // Also read without the lock.
  std::uint64_t scan_count_ = 0;
  std::string problem_;

  std::thread watcher_;
};

}  // namespace server
