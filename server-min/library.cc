#include "server-min/library.h"

#include <algorithm>
#include <cstring>
#include <exception>
#include <new>
#include <numeric>
#include <utility>

namespace server {
namespace {

using Clock = std::chrono::steady_clock;

std::shared_ptr<const FileRoot> open_root(const std::string& folder) {
  auto root = FileRoot::open(folder);
  return root ? std::make_shared<const FileRoot>(std::move(*root)) : nullptr;
}

// Throws nothing: the thread that scans must not end for want of the memory to say so.
std::string problem_of(const std::exception& error, bool damaged = false) noexcept {
  try {
    const std::string text = "The catalogue could not be written: " + std::string(error.what());
    return damaged ? text + ". The next start of the server makes it anew." : text;
  } catch (const std::bad_alloc&) {
    return "Out of memory.";  // So short that the string needs no memory.
  }
}

}  // namespace

std::uint64_t ScanReport::skipped_count() const {
  return std::accumulate(skipped.begin(), skipped.end(), std::uint64_t{0});
}

Library::Library(std::string music_folder, std::unique_ptr<Catalog> catalog)
    : music_folder_(std::move(music_folder)),
      catalog_(std::move(catalog)),
      root_(open_root(music_folder_)),
      counts_(std::make_shared<const ScanCounts>()) {}

Library::~Library() {
  stop();
}

void Library::stop() {
  stopping_ = true;
  {
    const std::lock_guard lock(mutex_);  // Between the watcher's look and its wait.
  }
  changed_.notify_all();
  if (watcher_.joinable()) watcher_.join();
}

std::optional<OpenFile> Library::open(const Track& track) const {
  std::shared_ptr<const FileRoot> root;
  {
    const std::lock_guard lock(mutex_);
    root = root_;
  }
  return root == nullptr ? std::nullopt : root->open_file(track.relative_path);
}

void Library::rescan() {
  const std::lock_guard one_scan(scan_mutex_);
  try {
    scan_once();
  } catch (const DatabaseError& error) {
    catalog_->note_failure(error);
    end_scan(problem_of(error, error.unusable()), folder_away_);
  } catch (const std::exception& error) {
    // What was written stays; a later scan goes on from there.
    end_scan(problem_of(error), folder_away_);
  }
  tell_progress();
}

void Library::scan_once() {
  // Opened anew, so that what has been mounted there since is seen.
  auto root = open_root(music_folder_);
  std::string problem;
  if (root == nullptr) {
    problem = "The music folder cannot be opened: " + std::string(std::strerror(errno));
  }
  {
    const std::lock_guard lock(mutex_);
    root_ = root;
  }
  if (!catalog_->become_writer()) {
    folder_away_ = root == nullptr;
    const std::lock_guard lock(mutex_);
    elsewhere_ = true;
    problem_ = std::move(problem);
    ++scan_count_;
    changed_.notify_all();
    return;
  }
  auto counts = std::make_shared<ScanCounts>();
  {
    const std::lock_guard lock(mutex_);
    counts_ = counts;
    scan_begin_ = Clock::now();
    scanning_ = true;
    elsewhere_ = false;
  }
  if (root == nullptr) return end_scan(std::move(problem), true);
  const ScanEnd end = Scan(*root, *catalog_, *counts, stopping_).run([this] { tell_progress(); });
  if (end == ScanEnd::kEmpty) {
    end_scan("There is no music in the music folder any more. Is its disk mounted?", true);
  } else {
    end_scan("", false);
  }
}

void Library::end_scan(std::string problem, bool folder_away) {
  folder_away_ = folder_away;
  {
    const std::lock_guard lock(mutex_);
    scanning_ = false;
    scan_end_ = Clock::now();
    problem_ = std::move(problem);
    ++scan_count_;
  }
  changed_.notify_all();
}

void Library::tell_progress() const {
  if (!on_progress_) return;
  try {
    on_progress_(report());
  } catch (const std::exception&) {
    // What cannot be read now cannot be told; the scan itself goes on or has failed by itself.
  }
}

ScanReport Library::report() const {
  ScanReport report;
  report.folder_away = folder_away_;
  std::shared_ptr<const ScanCounts> counts;
  {
    const std::lock_guard lock(mutex_);
    counts = counts_;
    report.scanning = scanning_;
    report.elsewhere = elsewhere_;
    report.problem = problem_;
    const auto end = scanning_ ? Clock::now() : scan_end_;
    report.duration_ms =
        std::chrono::duration_cast<std::chrono::milliseconds>(end - scan_begin_).count();
  }
  report.folders_seen = counts->folders_seen;
  report.files_seen = counts->files_seen;
  report.files_read = counts->files_read;
  std::copy(counts->skipped.begin(), counts->skipped.end(), report.skipped.begin());
  const auto look = catalog_->look();
  report.track_count = look.state().track_count;
  report.scanned_s = look.state().scanned_s;
  return report;
}

bool Library::wait_for_scan(std::chrono::milliseconds timeout) const {
  std::unique_lock lock(mutex_);
  return changed_.wait_for(lock, timeout, [this] { return scan_count_ > 0; });
}

void Library::watch(std::chrono::milliseconds interval, OnProgress on_progress) {
  on_progress_ = std::move(on_progress);
  watcher_ = std::thread([this, interval] { watch_loop(interval); });
}

void Library::watch_loop(std::chrono::milliseconds interval) {
  // A sweep over a large library on a slow disk may take long: it may use at most a twentieth of
  // the time.
  constexpr int kRestFactor = 19;
  lower_thread_priority();
  while (!stopping_) {
    const auto start = Clock::now();
    rescan();
    const auto spent = std::chrono::duration_cast<std::chrono::milliseconds>(Clock::now() - start);
    const auto rest = std::max(interval, spent * kRestFactor);
    std::unique_lock lock(mutex_);
    changed_.wait_for(lock, rest, [this] { return stopping_.load(); });
  }
}

}  // namespace server
