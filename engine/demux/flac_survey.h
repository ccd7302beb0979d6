// Where FLAC frames lie when their numbers prove nothing: counted from the front of the stream.
//
// FLAC frames of another rate or channel count are left out. A stretch that holds no whole FLAC
// frame counts for as many frames as the numbers on its two sides miss, if so many fit into it.
#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>
#include <utility>

#include "engine/demux/flac_frame_finder.h"
#include "engine/demux/flac_seek_index.h"

namespace engine {

/// The most frames that `bytes` bytes can hold in FLAC frames of `block_size` frames each.
FrameCount flac_frames_held_max(std::uint64_t bytes, int block_size);

/// The rule of counting, for FLAC frames in the order of their bytes.
class FlacCounter {
 public:
  FlacCounter() = default;
  /// Goes on at `frame`: the FLAC frame before ended there by its number, and at `byte`.
  FlacCounter(FrameCount frame, std::uint64_t byte)
      : next_frame_(frame), number_end_(frame), byte_end_(byte) {}

  /// The place of `frame`, which belongs to the track.
  FrameCount place(const FlacFrame& frame);
  /// `frame` belongs to another stream.
  void leave_out(const FlacFrame& frame);

  FrameCount next_frame() const { return next_frame_; }

 private:
  FrameCount next_frame_ = 0;
  FrameCount number_end_ = 0;  // Of the FLAC frame before, by its number.
  std::uint64_t byte_end_ = 0;
};

/// One walk through the whole stream.
class FlacSurvey {
 public:
  /// `stream` asks for no agreement (FlacAgreement::kNothing): FLAC frames of another stream are
  /// walked over, too.
  explicit FlacSurvey(const FlacStream& stream);

  /// Reads on; nothing when it has ended.
  std::optional<NeedBytes> read(const Source& source);

  /// At most kFlacFrameCountMax: what lies behind that is no part of the track.
  FrameCount frame_count() const { return std::min(counter_.next_frame(), kFlacFrameCountMax); }
  bool left_out() const { return left_out_; }
  /// Where the FLAC frames lie; to be taken once read() has ended.
  FlacSeekIndex take_index() { return std::exchange(index_, {}); }

 private:
  FlacStream stream_;
  FlacCounter counter_;
  FlacSeekIndex index_;
  std::uint64_t position_ = 0;
  bool left_out_ = false;
};

}  // namespace engine
