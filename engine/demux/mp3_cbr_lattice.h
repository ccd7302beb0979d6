// Mp3CbrLattice: where each MPEG frame of a constant bitrate lies, by arithmetic.
//
// Frames per MPEG frame x bitrate / 8 / sample rate is not whole at 11.025, 22.05 and 44.1 kHz. An
// encoder then adds one byte of padding to some, so that MPEG frame n begins within one byte of
// n x the exact size; a few never pad, and theirs are all floor(exact size). The header that stands
// at one of three neighbouring bytes settles which.
#pragma once

#include <cstdint>

#include "engine/base/media_types.h"
#include "engine/demux/mp3_frame_finder.h"

namespace engine {

class Mp3CbrLattice {
 public:
  enum class Rule : std::uint8_t { kExactMean, kNeverPadded };

  Mp3CbrLattice() = default;
  /// `first` is MPEG frame 0; none reaches beyond audio_end.
  Mp3CbrLattice(const Mp3FrameAt& first, std::uint64_t audio_end, Rule rule);

  /// MPEG frame `number` (>= 0). EndOfStream when none is where it should be: past the end, or
  /// damaged. Missing bytes are asked for in runs of `ask_bytes`, but at least what it takes to
  /// tell.
  FindFrameStep at(const Source& source, std::int64_t number, std::uint64_t ask_bytes) const;

  /// Where MPEG frame `number` begins, give or take one byte.
  std::uint64_t offset_of(std::int64_t number) const;
  /// The number of MPEG frames that end by `offset`, give or take one.
  std::int64_t count_until(std::uint64_t offset) const;

 private:
  Mp3FrameAt first_;
  std::uint64_t audio_end_ = 0;
  // The mean size in bytes is numerator_ / denominator_.
  std::uint64_t numerator_ = 1;
  std::uint64_t denominator_ = 1;
};

}  // namespace engine
