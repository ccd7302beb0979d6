// FlacSeekSearch: finds the FLAC frame that holds a given frame, by interpolation.
//
// Every probe looks for the first whole FLAC frame at or behind an estimated byte and reads its
// number; only such verified frames narrow the search. The seek table merely suggests the first
// estimate, so that a wrong one costs time, not exactness. Every third probe halves the rest
// instead, which bounds the count of probes; a short rest is walked from frame to frame.
#pragma once

#include <cstdint>
#include <optional>
#include <span>

#include "engine/demux/flac_frame_finder.h"
#include "engine/demux/flac_metadata.h"
#include "engine/demux/flac_seek_index.h"

namespace engine {

/// Where `frame` most likely begins, a little early rather than late: linear between seek points
/// and the ends of the audio. Inside stream.audio. Depends on the file's headers only.
std::uint64_t estimate_flac_byte(const FlacStream& stream, std::span<const FlacSeekPoint> points,
                                 FrameCount frame);

class FlacSeekSearch {
 public:
  /// Searches for `target`, beginning at `first_estimate`, with what `index` knows.
  FlacSeekSearch(const FlacStream& stream, const FlacSeekIndex& index, FrameCount target,
                 std::uint64_t first_estimate);

  FrameCount target() const { return target_; }

  /// Works on until bytes are missing or the search has ended. FlacFrame: the last one that begins
  /// at or before the target, else the first of all; NoFlacFrame: the stream has none.
  FlacFrameStep advance(const Source& source, const FlacStream& stream, FlacSeekIndex& index);

 private:
  void begin_probe(const FlacStream& stream);
  std::optional<FlacFrameStep> probe(const Source& source, const FlacStream& stream,
                                     FlacSeekIndex& index);
  std::optional<FlacFrameStep> walk(const Source& source, const FlacStream& stream,
                                    FlacSeekIndex& index);

  FrameCount target_;
  std::uint64_t first_estimate_;
  // Bracket: the wanted FLAC frame is best_, or begins in [low_byte_, high_byte_).
  std::uint64_t low_byte_;
  std::uint64_t high_byte_;
  FrameCount low_frame_ = 0;
  FrameCount high_frame_;
  std::optional<FlacFrame> best_;
  int probe_count_ = 0;
  std::uint64_t probe_begin_ = 0;
  std::uint64_t position_ = 0;  // How far the probe or the walk has come.
  bool probing_ = false;
  bool walking_ = false;
};

}  // namespace engine
