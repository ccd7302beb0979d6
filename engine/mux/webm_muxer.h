// WebM for one Opus track, by libwebm's mkvmuxer writing to memory.
//
// Two forms of the same packets:
//   - the stream form, for Media Source Extensions: an init segment (EBML header, Segment of
//     unknown size, Info, Tracks at once after it) and Clusters with absolute timecodes, each
//     whole. Pre-skip and CodecDelay are 0; the encoder was fed ahead instead;
//   - the file form, for the command line: Duration, SeekHead, Cues, sizes; pre-skip and CodecDelay
//     are the leading packets that only warm the decoder up, DiscardPadding trims the end to the
//     frame.
// Elements: RFC 9559 (Matroska) and https://www.webmproject.org/docs/container/. OpusHead: RFC 7845
// section 5.1. Timestamps are in TimestampScale units of 1 ms; a packet is 20 ms.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "engine/base/audio_view.h"

namespace engine {

using Packet = std::vector<std::byte>;

/// The init segment of the stream form; the same bytes for every track.
std::vector<std::byte> webm_init_segment();

/// One whole Cluster of the stream form. `first_packet` counts packets from the start of the track;
/// packets.size() in [1, 1600], since a block's time relative to its Cluster is 16 bit.
std::vector<std::byte> webm_cluster(std::int64_t first_packet, std::span<const Packet> packets);

/// Writes the file form piece by piece, in order: head(), add_packet() for all, finish(). The
/// pieces concatenated are a legal file (of unknown size, without index); where the output can be
/// written to again, applying the patches makes it seekable.
class WebmFileWriter {
 public:
  struct Options {
    FrameCount frame_count = 0;      // What a listener shall hear, in frames at 48 kHz. >= 1.
    FrameCount pre_skip_frames = 0;  // Decoded frames before it. [0, 65535].
  };
  struct Patch {
    std::uint64_t offset = 0;
    std::vector<std::byte> bytes;
  };

  explicit WebmFileWriter(const Options& options);

  std::vector<std::byte> head();
  /// Bytes to append now: empty until a Cluster is full.
  std::vector<std::byte> add_packet(Packet packet);
  /// The last Cluster and the Cues. `frame_count`: what Options promised, or less where the source
  /// turned out to end early.
  std::vector<std::byte> finish(FrameCount frame_count);
  /// Call after finish().
  std::vector<Patch> patches() const;

 private:
  std::vector<std::byte> flush_cluster(bool last);
  FrameCount trailing_padding_frames() const;

  struct Cue {
    std::uint64_t time_ms = 0;
    std::uint64_t segment_offset = 0;
  };

  Options options_;
  std::uint64_t size_bytes_ = 0;
  std::uint64_t segment_size_position_ = 0;
  std::uint64_t segment_begin_ = 0;
  std::uint64_t cues_seek_position_ = 0;
  std::uint64_t duration_position_ = 0;
  std::uint64_t cues_offset_ = 0;
  std::int64_t packets_written_ = 0;
  std::vector<Packet> pending_;
  std::vector<Cue> cues_;
};

}  // namespace engine
