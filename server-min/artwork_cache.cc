#include "server-min/artwork_cache.h"

#include <utility>

namespace server {

std::optional<std::optional<Artwork>> ArtworkCache::known(const std::string& track_id,
                                                          const FileFacts& facts) {
  const std::lock_guard lock(mutex_);
  const Entry* entry = lookup(track_id);
  if (entry == nullptr || !(entry->facts == facts)) return std::nullopt;
  return std::make_optional(entry->artwork);
}

void ArtworkCache::keep(const std::string& track_id, const FileFacts& facts,
                        const std::optional<Artwork>& artwork) {
  const std::lock_guard lock(mutex_);
  store({track_id, facts, artwork});
}

std::size_t ArtworkCache::entry_count() const {
  const std::lock_guard lock(mutex_);
  return entries_.size();
}

const ArtworkCache::Entry* ArtworkCache::lookup(const std::string& track_id) {
  const auto found = by_id_.find(track_id);
  if (found == by_id_.end()) return nullptr;
  entries_.splice(entries_.begin(), entries_, found->second);
  return &entries_.front();
}

void ArtworkCache::store(Entry entry) {
  const auto found = by_id_.find(entry.track_id);
  const auto old = found != by_id_.end()              ? found->second
                   : entries_.size() < kEntryCountMax ? entries_.end()
                                                      : std::prev(entries_.end());
  if (old != entries_.end()) {
    by_id_.erase(old->track_id);
    entries_.erase(old);
  }
  entries_.push_front(std::move(entry));
  by_id_.emplace(entries_.front().track_id, entries_.begin());
}

}  // namespace server
