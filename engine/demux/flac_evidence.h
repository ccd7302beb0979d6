// What the FLAC frames of a stream say against its header: the first ones, and the last one.
//
// The header is believed where the front of the audio agrees with it; then not a byte more is read
// than would be read anyway. Where they disagree the frames win (docs/decisions/flac-evidence.md).
#pragma once

#include <optional>

#include "engine/base/media_types.h"
#include "engine/demux/flac_frame_finder.h"
#include "engine/demux/flac_metadata.h"

namespace engine {

/// The first FLAC frames: format, block size and numbering of the stream.
class FlacFront {
 public:
  /// Reads on, and corrects `stream` by what the FLAC frames say. Nothing when it has ended; error
  /// kFlacNoFrames when there is no FLAC frame at all.
  Result<std::optional<NeedBytes>> read(const Source& source, const FlacMetadata& metadata,
                                        FlacStream& stream);

  /// The front proves what the header says, or how to read the numbers without it. Else the length
  /// and the numbers are to be proven before the track is ready.
  bool agrees() const { return agrees_; }
  /// The numbers of the first two FLAC frames fit their sizes.
  bool numbers_make_sense() const { return numbers_make_sense_; }
  const TrackWarnings& warnings() const { return warnings_; }

 private:
  using Answer = std::optional<NeedBytes>;

  Answer look_at_front(const Source& source, const FlacStream& stream);
  void take_format(FlacStream& stream);
  void take_numbering(const std::optional<FlacFrame>& second, FlacStream& stream);

  std::optional<FlacFrame> first_;
  std::uint64_t position_ = 0;
  bool looked_ = false;
  bool agrees_ = false;
  bool numbers_make_sense_ = false;
  TrackWarnings warnings_;
};

/// The last whole FLAC frame of the audio, of whatever format, found in growing windows.
class FlacTail {
 public:
  /// Reads on; nothing when it has ended. The first window has `window_bytes`. Precondition:
  /// `stream` takes FLAC frames of whatever format (FlacAgreement::kNothing).
  std::optional<NeedBytes> read(const Source& source, const FlacStream& stream,
                                std::uint64_t window_bytes);

  const std::optional<FlacFrame>& last() const { return last_; }

 private:
  std::uint64_t window_bytes_ = 0;
  std::uint64_t position_ = 0;
  std::optional<FlacFrame> last_;
  bool done_ = false;
};

enum class FlacSizeVerdict : std::uint8_t {
  kFits,
  kManyBytes,  // More than the samples take as they are, or than the rest of the header explains.
  kFewBytes,   // Next to nothing.
};

/// Whether the declared length can be that of so many bytes.
FlacSizeVerdict judge_flac_size(const FlacStream& stream, std::span<const FlacSeekPoint> points);

/// Whether `last`, by its number, can end a stream of no other frames than those before it: its
/// bytes are no more than they take as they are, and no fewer than they take at the least.
bool flac_tail_is_plausible(const FlacStream& stream, const FlacFrame& last);

/// Whether `last` ends a stream that was cut off and whose seek table vouches for what lies before:
/// its last point that is left stands in the second half, and from there on as many bytes per frame
/// follow as up to there, or nearly.
bool flac_cut_is_plausible(const FlacStream& stream, std::span<const FlacSeekPoint> points,
                           const FlacFrame& last);

}  // namespace engine
