#include "server-min/scan.h"

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <exception>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <thread>
#include <unistd.h>
#include <utility>

#include "server-min/content_key.h"
#include "server-min/folder_queries.h"
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

std::size_t depth_of(const std::string& path) {
  return static_cast<std::size_t>(std::count(path.begin(), path.end(), '/'));
}

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

Scan::Scan(const OpenRoots& roots, const Catalog& catalog, ScanCounts& counts, FolderWatch& watch,
           const std::atomic<bool>& stop, ScanScope scope)
    : roots_(roots),
      catalog_(catalog),
      counts_(counts),
      watch_(watch),
      scope_(std::move(scope)),
      stop_(stop) {}

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
    const auto root = roots_.root_of(path);
    if (!root || !roots_.is_open(*root)) return false;  // It may be there.
    return !roots_.open_file(path).has_value() && (errno == ENOENT || errno == ENOTDIR);
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
  if (stop_) return ScanEnd::kStopped;
  return scope_.folders ? finish_part(writer) : finish(writer);
}

void Scan::walk() {
  Database database = catalog_.connect();
  begin_walk();
  while (!is_over()) {
    if (pending_.empty() && !follow_next_link(database)) break;
    if (pending_.empty()) continue;
    const PendingFolder folder = std::move(pending_.back());
    pending_.pop_back();
    walk_folder(database, folder);
  }
}

void Scan::begin_walk() {
  if (scope_.folders) {
    std::string whole;  // What comes behind it in the map and lies in it comes with it.
    bool has_whole = false;
    for (const auto& [path, with_inner] : *scope_.folders) {
      if (!roots_.root_of(path)) continue;
      if (has_whole && (whole.empty() || path.starts_with(whole + '/'))) continue;
      pending_.push_back({path, depth_of(path), with_inner});
      if (with_inner) whole = path;
      has_whole = has_whole || with_inner;
    }
    return;
  }
  for (std::size_t root = 0; root < roots_.size(); ++root) {
    if (roots_.is_open(root)) pending_.push_back({roots_.label(root)});
  }
}

// Only what no other way has led to is looked into.
bool Scan::follow_next_link(Database& database) {
  if (links_.empty()) return false;
  auto link = links_.extract(links_.begin());
  Events events;
  const auto path = roots_.path_of(link.key());
  if (!path) {
    skip(std::move(link.mapped()), SkipReason::kLinkLeadsNowhere, events);
  } else if (visited_.contains(*path) || (scope_.folders && known_folder(database, *path))) {
    skip(std::move(link.mapped()), SkipReason::kLinkedFolder, events);
  } else {
    pending_.push_back({*path, depth_of(*path)});
  }
  hand_on(std::move(events));
  return true;
}

bool Scan::is_met(int folder, Events& events, const std::string& path) {
  struct stat status = {};
  if (::fstat(folder, &status) != 0) return false;
  if (met_.emplace(status.st_dev, status.st_ino).second) return false;
  // A part of a scan may meet what it was told of twice.
  if (!visited_.contains(path)) skip(path, SkipReason::kSeenTwice, events);
  return true;
}

void Scan::fail_folder(Database& database, const std::string& path, Events& events) {
  const bool is_gone = errno == ENOENT || errno == ENOTDIR;
  if (scope_.folders && is_gone) {
    const auto key = known_folder(database, path);
    if (key) miss_below(database, *key, roots_.root_of(path).value_or(0), events);
    gone_.push_back(path);
    return;
  }
  unreadable_.push_back(path);
  skip(path, SkipReason::kUnreadableFolder, events);
}

void Scan::walk_folder(Database& database, const PendingFolder& folder) {
  Events events;
  UniqueFd open = roots_.open_folder(folder.path);
  std::optional<FolderListing> listing;
  if (open.valid()) {
    if (is_met(open.get(), events, folder.path)) {
      hand_on(std::move(events));
      return;
    }
    watch_.add(folder.path, open.get());
    listing = list_folder(std::move(open), folder.path);
  }
  if (!listing) {
    fail_folder(database, folder.path, events);
    hand_on(std::move(events));
    return;
  }
  ++counts_.folders_seen;
  for (const SkippedFile& file : listing->skipped) skip(file.relative_path, file.reason, events);
  for (PlaylistFile& playlist : listing->playlists) events.emplace_back(std::move(playlist));
  for (FolderLink& link : listing->links) {
    links_.emplace(std::move(link.real_path), std::move(link.path));
  }
  compare(database, folder.path, *listing, events);
  if (scope_.folders) miss_inner(database, folder.path, listing->folders, events);
  for (const std::string& name : listing->folders) {
    if (!folder.with_inner) break;
    if (folder.depth + 1 > kFolderDepthMax) {
      skip(path_in(folder.path, name), SkipReason::kTooDeep, events);
    } else {
      pending_.push_back({path_in(folder.path, name), folder.depth + 1});
    }
  }
  hand_on(std::move(events));
}

// A look over a part does not see what is not there any more; what lay in this folder is looked for
// by name.
void Scan::miss_inner(Database& database, const std::string& path,
                      const std::vector<std::string>& listed, Events& events) {
  const auto key = known_folder(database, path);
  if (!key) return;
  const std::unordered_set<std::string> there(listed.begin(), listed.end());
  for (const auto& [inner, name] : inner_folders(database, *key)) {
    if (there.contains(name)) continue;
    const UniqueFd open = roots_.open_folder(path_in(path, name));  // By a link it may be listed.
    if (open.valid() || (errno != ENOENT && errno != ENOTDIR)) continue;
    miss_below(database, inner, roots_.root_of(path).value_or(0), events);
    gone_.push_back(path_in(path, name));
  }
}

void Scan::miss_below(Database& database, std::int64_t folder, std::size_t root, Events& events) {
  for (const std::uint32_t key : tracks_below(database, folder)) {
    events.emplace_back(MissingFile{key, root});
  }
}

void Scan::compare(Database& database, const std::string& folder, const FolderListing& listing,
                   Events& events) {
  std::unordered_map<std::string, KnownFile> known;
  const std::size_t root = roots_.root_of(folder).value_or(0);
  visited_.insert(folder);
  files_in_root_[root] += listing.files.size();
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
    if (!file.away) events.emplace_back(MissingFile{file.key, root});
  }
}

void Scan::read_files() {
  while (const auto jobs = jobs_.pop()) {
    Events events;
    for (const Job& job : *jobs) {
      if (is_over()) break;
      read_file(job, events);
    }
    hand_on(std::move(events));
  }
}

void Scan::read_file(const Job& job, Events& events) {
  auto file = roots_.open_file(job.path);
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
      events.emplace_back(MissingFile{job.known->key, roots_.root_of(job.path).value_or(0)});
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
  track.root = static_cast<std::uint32_t>(roots_.root_of(job.path).value_or(0));
  const auto known = job.known ? std::optional(job.known->key) : std::nullopt;
  std::string identity = roots_.identity_of(job.path);
  events.emplace_back(ReadFile{make_entry(std::move(track), content, std::move(identity)), known});
}

void Scan::hand_on(Events events) {
  if (!events.empty()) events_.push(std::move(events));
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
    missing_.push_back(*missing);
  } else if (auto* playlist = std::get_if<PlaylistFile>(&event)) {
    if (playlists_.size() < kPlaylistCountMax) playlists_.push_back(std::move(*playlist));
  } else if (skipped_.size() < kSkippedListedMax) {
    skipped_.push_back(std::get<SkippedFile>(std::move(event)));
  }
}

void Scan::find_away_roots(Database& database) {
  away_roots_ = roots_.closed();
  for (std::size_t root = 0; root < roots_.size(); ++root) {
    const bool has_files = files_in_root_[root] > 0;
    if (!has_files && tracks_of_folder(database, roots_.label(root)) > 0) {
      away_roots_ |= std::uint64_t{1} << root;
    }
  }
}

// What has been moved is known only now, so what is missing is marked last. False when the scan is
// to stop: nothing of this is committed yet.
bool Scan::mark_missing(CatalogWriter& writer, std::int64_t now_s) {
  for (const MissingFile& file : missing_) {
    if (stop_) return false;
    if (!is_root_in(away_roots_, file.root)) writer.mark_away(file.key, now_s);
  }
  return true;
}

ScanEnd Scan::finish(CatalogWriter& writer) {
  {
    auto look = catalog_.look();
    find_away_roots(look.database());
  }
  if (roots_.are_all(away_roots_)) return ScanEnd::kDone;
  const std::int64_t now_s = unix_now_seconds();
  if (whole_) {
    auto unseen = unreadable_;
    for (std::size_t root = 0; root < roots_.size(); ++root) {
      if (is_root_in(away_roots_, root)) unseen.push_back(roots_.label(root));
    }
    // Of these the folder has said already that its root is not away.
    constexpr std::size_t kAnyRoot = MusicRoots::kCountMax;
    for (const std::int64_t key : writer.unvisited(visited_, unseen)) {
      missing_.push_back({key, kAnyRoot});
    }
    if (!mark_missing(writer, now_s)) return ScanEnd::kStopped;
  }
  // Threads find them in any order.
  std::sort(skipped_.begin(), skipped_.end(),
            [](const auto& a, const auto& b) { return a.relative_path < b.relative_path; });
  writer.put_skipped(skipped_);
  writer.put_playlists(playlists_, [this](const std::string& path) {
    const auto root = roots_.root_of(path);
    return root && is_root_in(away_roots_, *root);
  });
  // Looks over parts leave this to the next one over all, which may find no change itself.
  writer.forget(now_s - kAwayMaxS);
  writer.put_scanned(now_s);
  writer.commit();
  return ScanEnd::kDone;
}

// Whether a music folder is empty or its disk is away a look over all of it tells.
ScanEnd Scan::finish_part(CatalogWriter& writer) {
  // What lay in several folders of which each was told to have gone is missing once.
  const auto by_key = [](const auto& a, const auto& b) { return a.key < b.key; };
  const auto is_same = [](const auto& a, const auto& b) { return a.key == b.key; };
  std::sort(missing_.begin(), missing_.end(), by_key);
  missing_.erase(std::unique(missing_.begin(), missing_.end(), is_same), missing_.end());
  std::array<std::uint64_t, MusicRoots::kCountMax> missing_count{};
  for (const MissingFile& file : missing_) ++missing_count[file.root];
  {
    auto look = catalog_.look();
    for (std::size_t root = 0; root < roots_.size(); ++root) {
      const std::uint64_t known = tracks_of_folder(look.database(), roots_.label(root));
      if (missing_count[root] > 0 && missing_count[root] >= known) return ScanEnd::kUnsure;
    }
  }
  if (!mark_missing(writer, unix_now_seconds())) return ScanEnd::kStopped;
  const auto is_seen = [this](const std::string& path) {
    const std::string folder(folder_of_path(path));
    if (visited_.contains(folder) || visited_.contains(path)) return true;
    return std::any_of(gone_.begin(), gone_.end(), [&](const std::string& gone) {
      return path.starts_with(gone + '/') || path == gone;
    });
  };
  writer.replace_skipped(skipped_, is_seen);
  writer.put_playlists(playlists_, [&](const std::string& path) { return !is_seen(path); });
  writer.commit();
  return ScanEnd::kDone;
}

}  // namespace server
