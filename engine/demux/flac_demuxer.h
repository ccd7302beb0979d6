// FlacDemuxer: FLAC in its own container (RFC 9639), with or without a seek table.
//
// Packets are whole FLAC frames whose checksums are right. A damaged stretch is passed over; the
// next packet's first_frame then shows how much is missing. A file that was cut off ends early.
// Rubbish around the stream (ID3 tags) is not part of any packet.
//
// The numbers of the FLAC frames are places once that is proven: the first ones agree with the
// header, and the last one ends where the header says. The first proof costs nothing; the second is
// wanted at the first seek away from the start, at the first gap, or at once where something looks
// odd. Without it the whole stream is surveyed and places are counted. Which of the two holds
// depends on the source's bytes alone, so a place is the same however it was reached
// (docs/decisions/flac-evidence.md).
#pragma once

#include <memory>
#include <optional>

#include "engine/demux/demuxer.h"
#include "engine/demux/flac_evidence.h"
#include "engine/demux/flac_frame_finder.h"
#include "engine/demux/flac_metadata.h"
#include "engine/demux/flac_seek_index.h"
#include "engine/demux/flac_seek_search.h"
#include "engine/demux/flac_survey.h"

namespace engine {

class FlacDemuxer final : public Demuxer {
 public:
  std::unique_ptr<Demuxer> clone() const override { return std::make_unique<FlacDemuxer>(*this); }
  Result<HeaderStep> read_header(const Source& source) override;
  Result<SeekStep> seek(const Source& source, FrameCount frame) override;
  Result<SeekStep> seek_near(const Source& source, FrameCount frame) override;
  ByteRange probe_range(const Source& source, FrameCount frame, FrameCount count) const override;
  ByteRange proof_range(const Source& source, FrameCount frame) const override;
  Result<PacketStep> read_packet(const Source& source) override;
  TrackWarnings warnings() const override { return noticed_; }

 private:
  using Answer = std::optional<NeedBytes>;

  enum class Places : std::uint8_t {
    kUnproven,  // By number, until something else depends on it.
    kByNumber,
    kCounted,  // survey_ knows them.
  };
  // A seek_near() that is not finished.
  struct NearSearch {
    FrameCount target = 0;
    std::uint64_t position = 0;
  };
  // A seek() in a surveyed stream that is not finished.
  struct CountedSearch {
    FrameCount target = 0;
    std::uint64_t position = 0;
    FlacCounter counter;
    std::optional<FlacSeekIndex::Entry> best;
  };

  Result<Answer> read_front(const Source& source);
  Result<Answer> prove_length(const Source& source);
  Answer prove_places(const Source& source, bool reading);
  bool tail_proves_numbers(bool reading) const;
  Answer survey(const Source& source);
  void finish_header();
  Placed place_at(std::optional<FlacSeekIndex::Entry> found);
  Result<SeekStep> seek_by_number(const Source& source, FrameCount frame);
  Result<SeekStep> seek_counted(const Source& source, FrameCount frame);
  Result<PacketStep> read_by_number(const Source& source);
  Result<PacketStep> read_counted(const Source& source);
  PacketStep hand_over(const Source& source, const FlacFrame& found, FrameCount first_frame);

  Answer look_behind_end(const Source& source, std::uint64_t end_byte);

  FlacMetadataReader metadata_reader_;
  FlacFront front_;
  FlacTail tail_;
  std::optional<FlacSurvey> survey_;
  FlacStream stream_;
  FlacStream any_stream_;  // The same, for FLAC frames of whatever format.
  TrackInfo info_;
  FlacSeekIndex index_;
  std::optional<FlacSeekSearch> search_;
  std::optional<NearSearch> near_search_;
  std::optional<CountedSearch> counted_search_;
  TrackWarnings noticed_;
  Places places_ = Places::kUnproven;
  bool metadata_read_ = false;
  bool front_read_ = false;
  bool header_done_ = false;
  bool surveyed_at_open_ = false;
  bool side_by_side_ = true;       // So lie all FLAC frames from where the cursor was placed.
  bool proof_wanted_ = false;      // Reading has met what numbers alone do not explain.
  bool near_ = false;              // The cursor was placed by estimation.
  std::uint64_t cursor_byte_ = 0;  // No packet that begins before it is handed over any more.
  FrameCount cursor_frame_ = 0;    // Nor one whose first frame is before this one.
  std::uint64_t told_byte_ = 0;    // Where the last packet ended.
  FlacCounter counter_;            // From there on.
};

}  // namespace engine
