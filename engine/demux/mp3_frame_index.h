// Mp3FrameIndex: the places of walked MPEG frames, in bounded memory.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace engine {

/// Keeps the byte offset of every k-th MPEG frame. k is a power of two that doubles whenever the
/// entries would become too many: 128 KiB at most, however long the track is.
class Mp3FrameIndex {
 public:
  static constexpr std::size_t kEntryCountMax = 16384;

  struct Entry {
    std::int64_t number = 0;   // Of the MPEG frame; 0 is the first one with audio.
    std::uint64_t offset = 0;  // Of its first byte in the source.
  };

  /// Forgets everything but MPEG frame 0, at `first_offset`.
  void reset(std::uint64_t first_offset);

  /// Tells the place of MPEG frame `number`. Counts only when it is the one after the frontier.
  void note(std::int64_t number, std::uint64_t offset);

  /// The nearest known place that is not after `number` (>= 0).
  Entry at_or_before(std::int64_t number) const;

  /// The farthest MPEG frame that has been noted.
  Entry frontier() const { return frontier_; }

 private:
  std::vector<std::uint64_t> offsets_;  // Of MPEG frames 0, stride_, 2 * stride_, ...
  std::int64_t stride_ = 1;
  Entry frontier_;
};

}  // namespace engine
