#include "server-min/library.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstring>
#include <exception>
#include <new>
#include <numeric>
#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>
#include <utility>

#include "server-min/json.h"
#include "server-min/library_json.h"
#include "server-min/text.h"
#include "server-min/version.h"

namespace server {
namespace {

// Programs write many files one after the other: what has changed is looked at when it is quiet
// for so long, or at the latest so much later.
constexpr std::chrono::milliseconds kQuietTime{300};
constexpr std::chrono::milliseconds kQuietTimeMax{2'000};

// How often a catalog that another process writes is looked at.
constexpr std::chrono::milliseconds kOthersInterval{1'000};

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

Library::Library(const std::string& music_folder, std::unique_ptr<Catalog> catalog)
    : Library(std::vector<std::string>{music_folder}, std::move(catalog)) {}

Library::Library(const std::vector<std::string>& music_folders, std::unique_ptr<Catalog> catalog)
    : music_(music_folders),
      catalog_(std::move(catalog)),
      wake_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)),
      roots_(music_.open()),
      counts_(std::make_shared<const ScanCounts>()) {}

Library::~Library() {
  stop();
}

void Library::wake() const {
  const std::uint64_t one = 1;
  // It can only fail when it has been woken so often that it will wake anyway.
  const auto written = ::write(wake_.get(), &one, sizeof(one));
  static_cast<void>(written);
}

void Library::stop() {
  stopping_ = true;
  wake();
  if (watcher_.joinable()) watcher_.join();
}

void Library::request_scan() const {
  scan_wanted_ = true;
  wake();
}

std::shared_ptr<const OpenRoots> Library::roots() const {
  const std::lock_guard lock(mutex_);
  return roots_;
}

std::optional<OpenFile> Library::open(const Track& track) const {
  return roots()->open_file(track.relative_path);
}

std::string Library::etag_of(const CatalogState& state) const {
  std::array<char, 64> text{};
  std::snprintf(text.data(), text.size(), "-%llx-%llx-%llx\"",
                static_cast<unsigned long long>(state.instance),
                static_cast<unsigned long long>(state.generation),
                static_cast<unsigned long long>(away_roots_));
  return "\"" + std::string(kServerVersion) + text.data();
}

void Library::rescan() {
  scan_guarded({});
}

void Library::scan_guarded(const ScanScope& scope) {
  const std::lock_guard one_scan(scan_mutex_);
  try {
    scan_once(scope);
  } catch (const DatabaseError& error) {
    catalog_->note_failure(error);
    end_scan(problem_of(error, error.unusable()), away_roots_);
  } catch (const std::exception& error) {
    // What was written stays; a later scan goes on from there.
    end_scan(problem_of(error), away_roots_);
  }
  tell_progress();
}

void Library::scan_once(const ScanScope& scope) {
  // Opened anew, so that what has been mounted there since is seen.
  const auto roots = music_.open();
  {
    const std::lock_guard lock(mutex_);
    roots_ = roots;
  }
  if (!catalog_->become_writer()) {
    away_roots_ = roots->closed();
    const std::lock_guard lock(mutex_);
    elsewhere_ = true;
    problem_ = problem_of_roots(*roots, roots->closed());
    ++scan_count_;
    changed_.notify_all();
    return;
  }
  const bool may_be_part = scope.folders && roots->closed() == 0 && away_roots_ == 0;
  if (may_be_part && scan_part(*roots, scope)) return;
  scan_all(*roots);
}

bool Library::scan_part(const OpenRoots& roots, const ScanScope& scope) {
  ScanCounts counts;  // Those of the last look over all say more.
  Scan scan(roots, *catalog_, counts, watch_, stopping_, scope);
  return scan.run([this] { tell_progress(); }) != ScanEnd::kUnsure;
}

void Library::scan_all(const OpenRoots& roots) {
  auto counts = std::make_shared<ScanCounts>();
  {
    const std::lock_guard lock(mutex_);
    counts_ = counts;
    scan_begin_ = Clock::now();
    scanning_ = true;
    elsewhere_ = false;
  }
  const std::uint64_t closed = roots.closed();
  if (roots.are_all(closed)) return end_scan(problem_of_roots(roots, closed), closed);
  Scan scan(roots, *catalog_, *counts, watch_, stopping_);
  const ScanEnd end = scan.run([this] { tell_progress(); });
  const std::uint64_t away = end == ScanEnd::kDone ? scan.away_roots() : away_roots_.load();
  end_scan(problem_of_roots(roots, away), away);
}

std::string Library::problem_of_roots(const OpenRoots& roots, std::uint64_t away) const {
  std::string text;
  for (std::size_t root = 0; root < roots.size(); ++root) {
    if (!is_root_in(away, root)) continue;
    const std::string& label = roots.label(root);
    std::string folder = "music folder";
    if (!label.empty()) folder.append(" ").append(repair_utf8(label));
    if (!text.empty()) text += ' ';
    if (roots.is_open(root)) {
      text += "There is no music in the " + folder + " any more. Is its disk mounted?";
    } else {
      text += "The " + folder + " cannot be opened: " + std::strerror(roots.failure(root));
    }
  }
  return text;
}

void Library::end_scan(std::string problem, std::uint64_t away_roots) {
  away_roots_ = away_roots;
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
  try {
    const ScanReport now = report();
    JsonWriter json;
    write_report(json, now);
    events_->tell_scan(json.take());
    events_->tell_catalog(etag_of(catalog_->look().state()));
    if (on_progress_) on_progress_(now);
  } catch (const std::exception&) {
    // What cannot be read now cannot be told; the scan itself goes on or has failed by itself.
  }
}

ScanReport Library::report() const {
  ScanReport report;
  report.folder_away = away_roots_ != 0;
  report.unwatched = watch_.gap();
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

// Another process has written what this one hands out.
void Library::look_for_others_changes() {
  try {
    events_->tell_catalog(etag_of(catalog_->look().state()));
  } catch (const std::exception&) {
    // As in tell_progress().
  }
}

ScanScope Library::wait_for_changes(const NextScan& times) {
  FolderChanges changes;
  Clock::time_point first;
  Clock::time_point last;
  while (!stopping_) {
    const auto now = Clock::now();
    auto all_at = times.all_at;
    if (scan_wanted_) all_at = std::min(all_at, times.wanted_at_earliest);
    auto next = all_at;
    if (!changes.empty()) {
      const auto earliest = changes.everything ? times.all_at_earliest : times.part_at_earliest;
      const auto due = std::max(std::min(last + kQuietTime, first + kQuietTimeMax), earliest);
      if (changes.everything) all_at = std::min(all_at, due);
      if (now >= due && !changes.everything) return {std::move(changes.folders)};
      next = std::min(next, due);
    }
    if (now >= all_at) {
      scan_wanted_ = false;  // Whoever wants one from here on wants another one.
      return {};
    }
    if (elsewhere_) next = std::min(next, now + kOthersInterval);
    const auto wait = std::chrono::ceil<std::chrono::milliseconds>(next - now).count();
    std::array<pollfd, 2> sources = {{{wake_.get(), POLLIN, 0}, {watch_.descriptor(), POLLIN, 0}}};
    ::poll(sources.data(), sources.size(), static_cast<int>(std::min<std::int64_t>(wait, 60'000)));
    std::uint64_t count = 0;
    const auto read = ::read(wake_.get(), &count, sizeof(count));
    static_cast<void>(read);
    const FolderChanges news = watch_.take();
    if (!news.empty()) {
      last = Clock::now();
      if (changes.empty()) first = last;
      changes.add(news);
    }
    if (elsewhere_) look_for_others_changes();
  }
  return {};
}

void Library::watch_loop(std::chrono::milliseconds interval) {
  // A sweep over a large library on a slow disk may take long: it may use at most a twentieth of
  // the time, and looks at what is told to have changed at most a fifth. That holds for looks over
  // all, too, when the system says only that something has changed; whoever asks for one waits for
  // it at most kWantedRestMax.
  constexpr int kRestFactor = 19;
  constexpr int kPartRestFactor = 4;
  constexpr std::chrono::seconds kWantedRestMax{5};
  lower_thread_priority();
  NextScan next;
  next.all_at = Clock::now();
  ScanScope scope;
  while (!stopping_) {
    const auto start = Clock::now();
    scan_guarded(scope);
    const auto end = Clock::now();
    const auto rested = end + (end - start) * kPartRestFactor;
    if (!scope.folders) {
      next.all_at = end + std::max<Clock::duration>(interval, (end - start) * kRestFactor);
      next.all_at_earliest = rested;
      next.wanted_at_earliest = std::min<Clock::time_point>(rested, end + kWantedRestMax);
    }
    // What is known to have changed costs little to look at, even where all has taken long.
    next.part_at_earliest = scope.folders ? rested : end;
    scope = wait_for_changes(next);
  }
}

}  // namespace server
