// Demuxer: turns source bytes into track facts and encoded packets. No I/O, no clock, no threads.
//
// Every call answers with a value: what was asked for, or NeedBytes, upon which the driver supplies
// the range and makes the same call again. Results depend on the source's bytes alone, never on how
// or in which order they arrived. Every asked range is non-empty and lies inside
// [0, Source::size_bytes); parsers ask for little more than they need (never for cover art).
#pragma once

#include <memory>
#include <variant>

#include "engine/base/byte_range.h"
#include "engine/base/media_types.h"
#include "engine/base/result.h"

namespace engine {

/// The cursor stands; `first_frame` is the first frame that read_packet() will hand over as a
/// non-preroll packet's beginning (<= the frame asked for, unless the source ends before it).
struct Placed {
  FrameCount first_frame = 0;
};
struct EndOfStream {};

using HeaderStep = std::variant<NeedBytes, TrackInfo>;
using SeekStep = std::variant<NeedBytes, Placed>;
using PacketStep = std::variant<NeedBytes, EncodedPacket, EndOfStream>;

class Demuxer {
 public:
  Demuxer() = default;
  Demuxer(Demuxer&&) = delete;
  Demuxer& operator=(const Demuxer&) = delete;
  Demuxer& operator=(Demuxer&&) = delete;
  virtual ~Demuxer() = default;

  /// Another cursor in the same source, with all that this one knows of it.
  virtual std::unique_ptr<Demuxer> clone() const = 0;

  /// Parses the headers, bit by bit over repeated calls, until the exact TrackInfo is known.
  virtual Result<HeaderStep> read_header(const Source& source) = 0;

  /// Places the cursor so that a decoder that was just reset and is fed by read_packet() yields
  /// `frame` and everything after it exactly as a decode from the start of the track would (where
  /// a codec needs it, preroll packets come first). Precondition: header read,
  /// 0 <= frame <= frame_count. Exact always; where the place is not known yet, the demuxer walks
  /// or searches, asking for bytes.
  virtual Result<SeekStep> seek(const Source& source, FrameCount frame) = 0;

  /// Places the cursor near `frame` by estimation only (never walks): for probes. Deterministic;
  /// the numbers of the packets that follow may be estimates.
  virtual Result<SeekStep> seek_near(const Source& source, FrameCount frame) = 0;

  /// The bytes that seek_near(frame) and reading `count` frames after it will most likely touch;
  /// a hint for fetching several probes in parallel. Inside the source, never empty for a
  /// non-empty track.
  virtual ByteRange probe_range(const Source& source, FrameCount frame, FrameCount count) const = 0;

  /// What seek(frame) will ask for once, whatever the place, before it can be exact; a hint for
  /// fetching it together with the rest. Empty when there is no such thing, or no more.
  virtual ByteRange proof_range(const Source& /*source*/, FrameCount /*frame*/) const { return {}; }

  /// The next packet, in order; EndOfStream after the last. Damaged stretches are skipped: the next
  /// packet's first_frame then tells how many frames are missing where the format knows it.
  virtual Result<PacketStep> read_packet(const Source& source) = 0;

  /// What reading has noticed so far, beyond TrackInfo::warnings.
  virtual TrackWarnings warnings() const { return {}; }

 protected:
  Demuxer(const Demuxer&) = default;  // For clone() alone.
};

}  // namespace engine
