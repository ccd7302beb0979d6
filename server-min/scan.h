// Scan: one look over the whole music folder, which brings the catalog up to date.
//
// One thread walks the folders and compares each with what the catalog knows of it, some read what
// is new or changed, and the thread that calls run() writes, in small transactions. An unchanged
// file costs one stat. A scan that ends early, in whatever way, leaves a catalog that the next one
// goes on from.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <unordered_set>
#include <variant>
#include <vector>

#include "server-min/bounded_queue.h"
#include "server-min/catalog.h"
#include "server-min/catalog_entry.h"
#include "server-min/catalog_writer.h"
#include "server-min/file_root.h"
#include "server-min/folder_listing.h"
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
  kEmpty,    ///< There is no music at all where there was some: most likely nothing is mounted.
};

class Scan {
 public:
  /// Bounds of one scan. A library beyond them is listed up to them.
  static constexpr std::uint64_t kFileCountMax = 1'000'000;
  static constexpr std::size_t kFolderDepthMax = 64;
  /// How long the id of a file that is missing is kept.
  static constexpr std::int64_t kAwayMaxS = 90 * 24 * 3600;

  /// The references must outlive the scan. `stop` ends it soon.
  Scan(const FileRoot& root, const Catalog& catalog, ScanCounts& counts,
       const std::atomic<bool>& stop);

  /// Once. `on_commit` is called now and then, when readers can see more. Throws DatabaseError, or
  /// std::bad_alloc, when the catalog could not be written.
  ScanEnd run(const std::function<void()>& on_commit);

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
  };
  using Event = std::variant<ReadFile, MissingFile, SkippedFile>;
  // Handed on by the folder, most of the time: waking a thread costs as much as writing a row.
  using Jobs = std::vector<Job>;
  using Events = std::vector<Event>;

  void walk();
  void walk_folder(Database& database, const std::string& folder, std::size_t depth);
  void compare(Database& database, const std::string& folder, const FolderListing& listing,
               Events& events);
  void read_files();
  void read_file(const Job& job, Events& events);
  void skip(std::string path, SkipReason reason, Events& events);
  void take_event(CatalogWriter& writer, Event event);
  void write_events(CatalogWriter& writer, const std::function<void()>& on_commit);
  ScanEnd finish(CatalogWriter& writer);
  /// Runs `work` and keeps what it throws, which then ends the scan. Needs no memory.
  template <typename Work>
  void guarded(const Work& work);
  bool is_over() const { return stop_ || failed_; }

  const FileRoot& root_;
  const Catalog& catalog_;
  ScanCounts& counts_;
  const std::atomic<bool>& stop_;
  std::atomic<bool> failed_{false};
  std::mutex failure_mutex_;
  std::exception_ptr failure_;

  static constexpr std::size_t kQueueSizeMax = 32;
  BoundedQueue<Jobs> jobs_{kQueueSizeMax};
  BoundedQueue<Events> events_{kQueueSizeMax};
  std::atomic<int> producers_{0};

  // The walker's, and the writer's when that has ended.
  std::vector<std::pair<std::string, std::size_t>> pending_;  // Folders, with their depth.
  std::unordered_set<std::string> visited_;
  std::vector<std::string> unreadable_;
  bool whole_ = true;  // Everything that is there was seen.

  // The writer's.
  std::vector<std::int64_t> missing_;
  std::vector<SkippedFile> skipped_;
};

/// Makes this thread yield to all others, of processor and disk.
void lower_thread_priority();

}  // namespace server
