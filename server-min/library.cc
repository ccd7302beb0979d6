#include "server-min/library.h"

#include <algorithm>
#include <exception>
#include <utility>

namespace server {

Library::Library(FileRoot root)
    : root_(std::move(root)),
      catalog_(std::make_shared<const Catalog>(Catalog::scan(root_, nullptr))) {}

Library::~Library() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  stop_signal_.notify_all();
  if (watcher_.joinable()) watcher_.join();
}

std::shared_ptr<const Catalog> Library::catalog() const {
  const std::lock_guard lock(mutex_);
  return catalog_;
}

std::optional<OpenFile> Library::open(const Track& track) const {
  return root_.open_file(track.relative_path);
}

void Library::rescan() {
  const std::lock_guard one_scan(rescan_mutex_);
  const auto previous = catalog();
  auto next = std::make_shared<const Catalog>(Catalog::scan(root_, previous.get()));
  const std::lock_guard lock(mutex_);
  catalog_ = std::move(next);
}

void Library::watch(std::chrono::milliseconds interval) {
  watcher_ = std::thread([this, interval] { watch_loop(interval); });
}

void Library::watch_loop(std::chrono::milliseconds interval) {
  // A sweep over a large library on a slow disk may take long: it may use at most a twentieth of
  // the time.
  constexpr int kRestFactor = 19;
  auto rest = interval;
  std::unique_lock lock(mutex_);
  while (!stop_signal_.wait_for(lock, rest, [this] { return stopping_; })) {
    lock.unlock();
    const auto start = std::chrono::steady_clock::now();
    try {
      rescan();
    } catch (const std::exception&) {
      // Out of memory: the snapshot before stays in place until a later sweep succeeds.
    }
    const auto spent = std::chrono::duration_cast<std::chrono::milliseconds>(
        std::chrono::steady_clock::now() - start);
    rest = std::max(interval, spent * kRestFactor);
    lock.lock();
  }
}

}  // namespace server
