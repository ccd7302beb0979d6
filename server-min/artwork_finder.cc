#include "server-min/artwork_finder.h"

#include <exception>
#include <utility>

#include "server-min/conditional.h"

namespace server {
namespace {

// Equal for the same version of the same track's file.
std::string key_of(const ArtworkQuestion& question) {
  const FileFacts& facts = question.file.facts;
  return question.track_id +
         make_etag(facts.size_bytes, facts.modified_ns, facts.changed_ns, facts.inode);
}

}  // namespace

ArtworkFinder::Waiting::~Waiting() {
  finder_.leave(key_, number_);
}

ArtworkFinder::ArtworkFinder(ArtworkCache& cache, std::size_t thread_count) : cache_(cache) {
  threads_.reserve(thread_count);
  try {
    for (std::size_t i = 0; i < thread_count; ++i) {
      threads_.emplace_back([this] { look_until_stopped(); });
    }
  } catch (...) {
    stop();  // A thread that could not be started must not leave the others behind.
    throw;
  }
}

ArtworkFinder::~ArtworkFinder() {
  stop();
}

ArtworkFinder::Waiting ArtworkFinder::look_for(ArtworkQuestion question, OnEnd on_end) {
  std::string key = key_of(question);
  const std::lock_guard lock(mutex_);
  const std::size_t number = next_number_++;
  const auto found = by_key_.find(key);
  if (found != by_key_.end()) {
    found->second->waiting.emplace(number, std::move(on_end));
  } else {
    Searches one;
    one.push_back({key, std::move(question), {}});
    one.front().waiting.emplace(number, std::move(on_end));
    by_key_.emplace(key, one.begin());
    queued_.splice(queued_.end(), one);  // What could throw is done: both know of it, or neither.
    changed_.notify_one();
  }
  return {*this, std::move(key), number};
}

void ArtworkFinder::leave(const std::string& key, std::size_t number) {
  Searches unwanted;  // Ends, and closes its file, after the lock.
  const std::lock_guard lock(mutex_);
  const auto found = by_key_.find(key);
  if (found == by_key_.end()) return;
  const auto search = found->second;
  const bool waited = search->waiting.erase(number) > 0;  // Else this is a later search.
  if (!waited || !search->waiting.empty() || search->begun) return;
  by_key_.erase(found);
  unwanted.splice(unwanted.end(), queued_, search);
}

void ArtworkFinder::look_until_stopped() {
  std::unique_lock lock(mutex_);
  while (true) {
    changed_.wait(lock, [this] { return stopping_ || !queued_.empty(); });
    if (stopping_) return;
    const auto search = queued_.begin();
    search->begun = true;
    begun_.splice(begun_.end(), queued_, search);
    lock.unlock();
    const bool succeeded = look(search->question);
    Searches ended;
    lock.lock();
    // The cache is told before: who asks from here on finds the answer there.
    by_key_.erase(search->key);
    ended.splice(ended.end(), begun_, search);
    lock.unlock();
    for (const auto& [number, on_end] : ended.front().waiting) on_end(succeeded);
    ended.clear();
    lock.lock();
  }
}

bool ArtworkFinder::look(const ArtworkQuestion& question) {
  try {
    // Another search may have ended between the asker's look into the cache and now.
    if (cache_.known(question.track_id, question.file.facts)) return true;
    cache_.keep(question.track_id, question.file.facts,
                locate_artwork(question.file.fd.get(), question.format));
    return true;
  } catch (const std::exception&) {
    return false;
  }
}

void ArtworkFinder::stop() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  changed_.notify_all();
  for (std::thread& thread : threads_) thread.join();
  threads_.clear();
}

std::size_t ArtworkFinder::search_count() const {
  const std::lock_guard lock(mutex_);
  return by_key_.size();
}

}  // namespace server
