#include "engine/demux/flac_seek_index.h"

#include <iterator>
#include <utility>

namespace engine {

void FlacSeekIndex::note(Entry entry) {
  entries_.try_emplace(entry.first_frame / spacing_, entry);
  while (entries_.size() > kEntryCountMax) {  // Ends: at some spacing all share one slot.
    spacing_ *= 2;
    std::map<FrameCount, Entry> kept;
    for (const auto& [slot, old] : entries_) kept.try_emplace(old.first_frame / spacing_, old);
    entries_ = std::move(kept);
  }
}

std::optional<FlacSeekIndex::Entry> FlacSeekIndex::at_or_before(FrameCount frame) const {
  auto next = entries_.upper_bound(frame / spacing_);
  while (next != entries_.begin()) {  // Ends after two passes: only one slot holds both sides.
    --next;
    if (next->second.first_frame <= frame) return next->second;
  }
  return std::nullopt;
}

std::optional<FlacSeekIndex::Entry> FlacSeekIndex::after(FrameCount frame) const {
  for (auto next = entries_.lower_bound(frame / spacing_); next != entries_.end(); ++next) {
    if (next->second.first_frame > frame) return next->second;
  }
  return std::nullopt;
}

}  // namespace engine
