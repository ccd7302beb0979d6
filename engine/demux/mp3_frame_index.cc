#include "engine/demux/mp3_frame_index.h"

#include <algorithm>

#include "engine/base/check.h"

namespace engine {

void Mp3FrameIndex::reset(std::uint64_t first_offset) {
  offsets_.assign(1, first_offset);
  stride_ = 1;
  frontier_ = {0, first_offset};
}

void Mp3FrameIndex::note(std::int64_t number, std::uint64_t offset) {
  if (number != frontier_.number + 1) return;
  frontier_ = {number, offset};
  if (number % stride_ != 0) return;
  if (offsets_.size() == kEntryCountMax) {
    for (std::size_t i = 0; 2 * i < offsets_.size(); ++i) offsets_[i] = offsets_[2 * i];
    offsets_.resize(kEntryCountMax / 2);
    stride_ *= 2;
  }
  // kEntryCountMax is even, so that the entry that overflowed is one of the doubled stride too.
  offsets_.push_back(offset);
}

Mp3FrameIndex::Entry Mp3FrameIndex::at_or_before(std::int64_t number) const {
  ENGINE_CHECK(number >= 0);
  ENGINE_CHECK(!offsets_.empty());
  if (number >= frontier_.number) return frontier_;
  const auto last = static_cast<std::int64_t>(offsets_.size()) - 1;
  const std::int64_t entry = std::min(number / stride_, last);
  return {entry * stride_, offsets_[static_cast<std::size_t>(entry)]};
}

}  // namespace engine
