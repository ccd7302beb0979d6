// FlacSeekIndex: where FLAC frames have been seen, so that a seek need not search again.
//
// Bounded, however long the track: when it is full, every second entry goes and from then on half
// as many are taken. It only shortens searches; what they find does not depend on it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>

#include "engine/base/audio_view.h"

namespace engine {

class FlacSeekIndex {
 public:
  static constexpr std::size_t kEntryCountMax = 4096;

  struct Entry {
    FrameCount first_frame = 0;
    std::uint64_t byte_offset = 0;  // In the source.
  };

  /// Remembers that a whole, right FLAC frame begins there.
  void note(Entry entry);
  /// The last known FLAC frame that begins at or before `frame`.
  std::optional<Entry> at_or_before(FrameCount frame) const;
  /// The first known FLAC frame that begins after `frame`.
  std::optional<Entry> after(FrameCount frame) const;
  std::size_t entry_count() const { return entries_.size(); }

 private:
  // Key: first_frame / spacing_, so that no two entries share a slot of that many frames.
  std::map<FrameCount, Entry> entries_;
  FrameCount spacing_ = 1;
};

}  // namespace engine
