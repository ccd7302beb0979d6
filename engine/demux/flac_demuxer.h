// FlacDemuxer: FLAC in its own container (RFC 9639), with or without a seek table.
//
// Packets are whole FLAC frames whose checksums are right. A damaged stretch is passed over; the
// next packet's first_frame then shows how much is missing. A file that was cut off ends early.
// Rubbish around the stream (ID3 tags) is not part of any packet. Where the length is not declared,
// it is that of the last whole FLAC frame, which is looked for at the end of the file.
#pragma once

#include <optional>

#include "engine/demux/demuxer.h"
#include "engine/demux/flac_frame_finder.h"
#include "engine/demux/flac_metadata.h"
#include "engine/demux/flac_seek_index.h"
#include "engine/demux/flac_seek_search.h"

namespace engine {

class FlacDemuxer final : public Demuxer {
 public:
  Result<HeaderStep> read_header(const Source& source) override;
  Result<SeekStep> seek(const Source& source, FrameCount frame) override;
  Result<SeekStep> seek_near(const Source& source, FrameCount frame) override;
  ByteRange probe_range(const Source& source, FrameCount frame, FrameCount count) const override;
  Result<PacketStep> read_packet(const Source& source) override;

 private:
  // A seek_near() that is not finished.
  struct NearSearch {
    FrameCount target = 0;
    std::uint64_t position = 0;
  };
  // The search for the last FLAC frame of a stream of unknown length.
  struct TailSearch {
    std::uint64_t window_bytes = 0;
    std::uint64_t position = 0;
    FrameCount end_frame = 0;  // Of the last FLAC frame found; 0: none yet.
  };

  Result<std::optional<NeedBytes>> find_length(const Source& source);
  void finish_header();
  Placed place_at(const FlacFrameStep& step);

  FlacMetadataReader metadata_reader_;
  FlacStream stream_;
  TrackInfo info_;
  FlacSeekIndex index_;
  std::optional<TailSearch> tail_search_;
  std::optional<FlacSeekSearch> search_;
  std::optional<NearSearch> near_search_;
  bool metadata_read_ = false;
  bool header_done_ = false;
  std::uint64_t cursor_byte_ = 0;  // No packet that begins before it is handed over any more.
  FrameCount cursor_frame_ = 0;    // Nor one whose first frame is before this one.
};

}  // namespace engine
