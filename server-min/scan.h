// Scan: one look over the music folders, or over some of what lies in them, which brings the
// catalog up to date.
//
// Links to folders are followed where these lie in one of the music folders, and are listed there:
// what is not met on the plain way, such as a folder whose name begins with a dot. A folder that is
// met a second time, by a link or a mount, is passed over, so that every walk ends.
// One thread walks the folders and compares each with what the catalog knows of it, some read what
// is new or changed, and the thread that calls run() writes, in small transactions. An unchanged
// file costs one stat. A scan that ends early, in whatever way, leaves a catalog that the next one
// goes on from.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <unordered_set>
#include <utility>
#include <variant>
#include <vector>

#include "server-min/bounded_queue.h"
#include "server-min/catalog.h"
#include "server-min/catalog_entry.h"
#include "server-min/catalog_writer.h"
#include "server-min/folder_listing.h"
#include "server-min/folder_watch.h"
#include "server-min/music_roots.h"
#include "server-min/skipped.h"

namespace server {

/// What a scan has done so far. May be read while it runs.
struct ScanCounts {
  std::atomic<std::uint64_t> folders_seen{0};
  std::atomic<std::uint64_t> files_seen{0};
  std::atomic<std::uint64_t> files_read{0};  ///< New or changed.
  std::array<std::atomic<std::uint64_t>, kSkipReasonCount> skipped{};
};

enum class ScanEnd {
  kDone,
  kStopped,  ///< By the flag.
  kUnsure,   ///< Nothing is left of a music folder: a look over all has to find out why.
};

/// What to look at.
struct ScanScope {
  /// Only these folders, true: with all that lie in them. Nothing: all.
  std::optional<std::map<std::string, bool>> folders;
};

class Scan {
 public:
  /// Bounds of one scan. A library beyond them is listed up to them.
  static constexpr std::uint64_t kFileCountMax = 1'000'000;
  static constexpr std::size_t kFolderDepthMax = 64;
  /// How long the id of a file that is missing is kept.
  static constexpr std::int64_t kAwayMaxS = 90 * 24 * 3600;

  /// The references must outlive the scan. `stop` ends it soon. `watch` gets every folder that is
  /// looked into, before it is.
  Scan(const OpenRoots& roots, const Catalog& catalog, ScanCounts& counts, FolderWatch& watch,
       const std::atomic<bool>& stop, ScanScope scope = {});

  /// Once. `on_commit` is called now and then, when readers can see more. Throws DatabaseError, or
  /// std::bad_alloc, when the catalog could not be written.
  ScanEnd run(const std::function<void()>& on_commit);

  /// The bits of the music folders that have no music where they had some, or cannot be opened:
  /// most likely nothing is mounted. What was known of them stays. After run() over all.
  std::uint64_t away_roots() const { return away_roots_; }

 private:
  struct Job {
    std::string path;
    std::optional<KnownFile> known;
    bool is_link = false;
  };
  struct ReadFile {
    CatalogEntry entry;
    std::optional<std::int64_t> known;
  };
  struct MissingFile {
    std::int64_t key = 0;
    std::size_t root = 0;
  };
  using Event = std::variant<ReadFile, MissingFile, SkippedFile, PlaylistFile>;
  // A folder that is still to be looked into.
  struct PendingFolder {
    std::string path;
    std::size_t depth = 0;
    bool with_inner = true;
  };
  // Handed on by the folder, most of the time: waking a thread costs as much as writing a row.
  using Jobs = std::vector<Job>;
  using Events = std::vector<Event>;

  void walk();
  void begin_walk();
  bool follow_next_link(Database& database);
  void walk_folder(Database& database, const PendingFolder& folder);
  void fail_folder(Database& database, const std::string& path, Events& events);
  /// True when the folder was met before in this scan.
  bool is_met(int folder, Events& events, const std::string& path);
  void miss_inner(Database& database, const std::string& path,
                  const std::vector<std::string>& listed, Events& events);
  void miss_below(Database& database, std::int64_t folder, std::size_t root, Events& events);
  void compare(Database& database, const std::string& folder, const FolderListing& listing,
               Events& events);
  void read_files();
  void read_file(const Job& job, Events& events);
  /// To the thread that writes.
  void hand_on(Events events);
  void skip(std::string path, SkipReason reason, Events& events);
  void take_event(CatalogWriter& writer, Event event);
  void write_events(CatalogWriter& writer, const std::function<void()>& on_commit);
  ScanEnd finish(CatalogWriter& writer);
  void find_away_roots(Database& database);
  ScanEnd finish_part(CatalogWriter& writer);
  bool mark_missing(CatalogWriter& writer, std::int64_t now_s);
  /// Runs `work` and keeps what it throws, which then ends the scan. Needs no memory.
  template <typename Work>
  void guarded(const Work& work);
  bool is_over() const { return stop_ || failed_; }

  const OpenRoots& roots_;
  const Catalog& catalog_;
  ScanCounts& counts_;
  FolderWatch& watch_;
  const ScanScope scope_;
  const std::atomic<bool>& stop_;
  std::atomic<bool> failed_{false};
  std::mutex failure_mutex_;
  std::exception_ptr failure_;

  static constexpr std::size_t kQueueSizeMax = 32;
  BoundedQueue<Jobs> jobs_{kQueueSizeMax};
  BoundedQueue<Events> events_{kQueueSizeMax};
  std::atomic<int> producers_{0};

  // The walker's, and the writer's when that has ended.
  std::vector<PendingFolder> pending_;
  // By where they lead: followed when there is no other way left, the outermost folder first.
  std::multimap<std::string, std::string> links_;
  std::set<std::pair<std::uint64_t, std::uint64_t>> met_;  // Folders, by device and inode.
  std::array<std::uint64_t, MusicRoots::kCountMax> files_in_root_{};
  std::unordered_set<std::string> visited_;
  std::vector<std::string> unreadable_;
  std::vector<std::string> gone_;  // Folders that a look over a part has missed.
  bool whole_ = true;              // Everything that is there was seen.

  // The writer's.
  std::vector<MissingFile> missing_;
  std::vector<SkippedFile> skipped_;
  std::vector<PlaylistFile> playlists_;
  std::uint64_t away_roots_ = 0;
};

/// Makes this thread yield to all others, of processor and disk.
void lower_thread_priority();

}  // namespace server
