#include "server-min/scan.h"

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <exception>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <thread>
#include <unistd.h>
#include <utility>

#include "server-min/content_key.h"
#include "server-min/unix_time.h"

namespace server {
namespace {

using Clock = std::chrono::steady_clock;

// Readers see what was found this much later at most; a kill loses no more than that.
constexpr std::size_t kTransactionSizeMax = 500;
constexpr std::chrono::milliseconds kTransactionTimeMax{300};

// A transaction does not stay open for longer than this without anything to write.
constexpr std::chrono::milliseconds kPatience{20};

// So many jobs are handed on at once, most of the time those of a folder.
constexpr std::size_t kBatchSizeMax = 32;

// Disks and networks answer several questions at once faster than one after the other.
constexpr unsigned kReaderCountMin = 2;
constexpr unsigned kReaderCountMax = 8;

}  // namespace

void lower_thread_priority() {
  constexpr int kNice = 10;
  // From ioprio_set(2): linux/ioprio.h is no C++ in every update of Debian 12 (a parameter
  // `class`).
  constexpr int kWhoIsThread = 1;      // IOPRIO_WHO_PROCESS, with the id of a thread.
  constexpr int kIdleClass = 3 << 13;  // IOPRIO_CLASS_IDLE above the 13 bits of a level.
  const auto self = static_cast<id_t>(::syscall(SYS_gettid));
  // Where either is refused the scan is as fast as anybody.
  ::setpriority(PRIO_PROCESS, self, kNice);
  ::syscall(SYS_ioprio_set, kWhoIsThread, self, kIdleClass);
}

Scan::Scan(const FileRoot& root, const Catalog& catalog, ScanCounts& counts,
           const std::atomic<bool>& stop)
    : root_(root), catalog_(catalog), counts_(counts), stop_(stop) {}

template <typename Work>
void Scan::guarded(const Work& work) {
  try {
    work();
  } catch (...) {
    const std::lock_guard lock(failure_mutex_);
    if (!failure_) failure_ = std::current_exception();
    failed_ = true;
    jobs_.close();  // The walker may wait for room that no reader makes any more.
  }
}

ScanEnd Scan::run(const std::function<void()>& on_commit) {
  CatalogWriter writer(catalog_, [this](const std::string& path) {
    return !root_.open_file(path).has_value() && (errno == ENOENT || errno == ENOTDIR);
  });
  std::vector<std::thread> threads;
  const auto start = [&](void (Scan::*work)()) {
    ++producers_;
    try {
      threads.emplace_back([this, work] {
        lower_thread_priority();
        guarded([&] { (this->*work)(); });
        if (work == &Scan::walk) jobs_.close();
        if (--producers_ == 0) events_.close();
      });
    } catch (...) {
      --producers_;
      throw;
    }
  };
  ++producers_;  // This thread's, so that the events do not end while threads are started.
  guarded([&] {
    start(&Scan::walk);
    const unsigned cores = std::thread::hardware_concurrency();
    for (unsigned i = 0; i < std::clamp(cores, kReaderCountMin, kReaderCountMax); ++i) {
      start(&Scan::read_files);
    }
  });
  if (threads.empty()) jobs_.close();
  if (--producers_ == 0) events_.close();
  guarded([&] { write_events(writer, on_commit); });
  events_.close();  // After a failure nobody takes them any more.
  for (std::thread& thread : threads) thread.join();
  if (failure_) std::rethrow_exception(failure_);
  return stop_ ? ScanEnd::kStopped : finish(writer);
}

void Scan::walk() {
  Database database = catalog_.connect();
  pending_ = {{"", 0}};
  while (!pending_.empty() && !is_over()) {
    const auto [folder, depth] = std::move(pending_.back());
    pending_.pop_back();
    walk_folder(database, folder, depth);
  }
}

void Scan::walk_folder(Database& database, const std::string& folder, std::size_t depth) {
  Events events;
  const auto listing = list_folder(root_, folder);
  if (!listing) {
    unreadable_.push_back(folder);
    skip(folder, SkipReason::kUnreadableFolder, events);
    events_.push(std::move(events));
    return;
  }
  ++counts_.folders_seen;
  for (const SkippedFile& file : listing->skipped) skip(file.relative_path, file.reason, events);
  compare(database, folder, *listing, events);
  for (const std::string& name : listing->folders) {
    if (depth + 1 > kFolderDepthMax) {
      skip(path_in(folder, name), SkipReason::kTooDeep, events);
    } else {
      pending_.emplace_back(path_in(folder, name), depth + 1);
    }
  }
  if (!events.empty()) events_.push(std::move(events));
}

void Scan::compare(Database& database, const std::string& folder, const FolderListing& listing,
                   Events& events) {
  std::unordered_map<std::string, KnownFile> known;
  visited_.insert(folder);
  if (const auto key = known_folder(database, folder)) known = known_files(database, *key);
  Jobs jobs;
  for (const FoundFile& file : listing.files) {
    if (is_over()) return;
    if (counts_.files_seen >= kFileCountMax) {
      whole_ = false;
      skip(path_in(folder, file.name), SkipReason::kTooMany, events);
      continue;
    }
    ++counts_.files_seen;
    std::optional<KnownFile> before;
    const auto found = known.find(file.name);
    if (found != known.end()) {
      before = found->second;
      known.erase(found);
    }
    const bool is_unchanged = before && !before->away && file.facts == before->facts;
    if (is_unchanged) continue;
    jobs.push_back({path_in(folder, file.name), before, !file.facts});
    if (jobs.size() >= kBatchSizeMax) jobs_.push(std::exchange(jobs, {}));
  }
  if (!jobs.empty()) jobs_.push(std::move(jobs));
  for (const auto& [name, file] : known) {
    if (!file.away) events.emplace_back(MissingFile{file.key});
  }
}

void Scan::read_files() {
  while (const auto jobs = jobs_.pop()) {
    Events events;
    for (const Job& job : *jobs) {
      if (is_over()) break;
      read_file(job, events);
    }
    if (!events.empty()) events_.push(std::move(events));
  }
}

void Scan::read_file(const Job& job, Events& events) {
  auto file = root_.open_file(job.path);
  if (!file) {
    const int reason = errno;
    const bool is_gone = reason == ENOENT || reason == ENOTDIR;
    const bool leads_nowhere = job.is_link && (is_gone || reason == ELOOP || reason == EXDEV);
    if (leads_nowhere) {
      skip(job.path, SkipReason::kLinkLeadsNowhere, events);
    } else if (!is_gone) {  // What has gone since it was listed is no news.
      skip(job.path, SkipReason::kUnreadableFile, events);
    }
    // A disk that fails for a while, or rights that were taken away, make no file missing.
    const bool is_missing = is_gone || leads_nowhere;
    if (is_missing && job.known && !job.known->away) {
      events.emplace_back(MissingFile{job.known->key});
    }
    return;
  }
  // A link may still lead to what it led to before.
  if (job.known && !job.known->away && file->facts == job.known->facts) return;
  Track track;
  track.relative_path = job.path;
  track.format = *format_of_name(job.path);
  track.facts = file->facts;
  track.tags = read_track_tags(file->fd.get(), track.format);
  const auto content = content_key(file->fd.get(), track.facts.size_bytes);
  ++counts_.files_read;
  const auto known = job.known ? std::optional(job.known->key) : std::nullopt;
  events.emplace_back(ReadFile{make_entry(std::move(track), content), known});
}

void Scan::skip(std::string path, SkipReason reason, Events& events) {
  ++counts_.skipped[static_cast<std::size_t>(reason)];
  events.emplace_back(SkippedFile{std::move(path), reason});
}

void Scan::write_events(CatalogWriter& writer, const std::function<void()>& on_commit) {
  // In memory readers wait while a transaction is open, the walker among them.
  const auto patience = catalog_.is_in_memory() ? std::chrono::milliseconds(0) : kPatience;
  auto begun = Clock::now();
  std::size_t held = 0;
  while (true) {
    auto events = held > 0 ? events_.pop_within(patience) : events_.pop();
    if (!events && held == 0) break;
    if (!events) {  // Nothing to do meanwhile; or the end, which the next pop() tells.
      writer.commit();
      held = 0;
      on_commit();
      continue;
    }
    if (held == 0) begun = Clock::now();
    held += events->size();
    for (Event& event : *events) take_event(writer, std::move(event));
    if (held < kTransactionSizeMax && Clock::now() - begun < kTransactionTimeMax) continue;
    writer.commit();
    held = 0;
    on_commit();
  }
  writer.commit();
}

void Scan::take_event(CatalogWriter& writer, Event event) {
  if (const auto* read = std::get_if<ReadFile>(&event)) {
    writer.put(read->entry, read->known);
  } else if (const auto* missing = std::get_if<MissingFile>(&event)) {
    missing_.push_back(missing->key);
  } else if (skipped_.size() < kSkippedListedMax) {
    skipped_.push_back(std::get<SkippedFile>(std::move(event)));
  }
}

// What has been moved is known only now, so what is missing is marked last.
ScanEnd Scan::finish(CatalogWriter& writer) {
  const bool was_there = catalog_.look().state().track_count > 0;
  if (counts_.files_seen == 0 && was_there) return ScanEnd::kEmpty;
  const std::int64_t now_s = unix_now_seconds();
  if (whole_) {
    const auto unvisited = writer.unvisited(visited_, unreadable_);
    missing_.insert(missing_.end(), unvisited.begin(), unvisited.end());
    for (const std::int64_t key : missing_) {
      if (stop_) return ScanEnd::kStopped;  // Nothing of this is committed yet.
      writer.mark_away(key, now_s);
    }
  }
  // Threads find them in any order.
  std::sort(skipped_.begin(), skipped_.end(),
            [](const auto& a, const auto& b) { return a.relative_path < b.relative_path; });
  writer.put_skipped(skipped_);
  if (counts_.files_read > 0 || !missing_.empty()) writer.forget(now_s - kAwayMaxS);
  writer.put_scanned(now_s);
  writer.commit();
  return ScanEnd::kDone;
}

}  // namespace server
