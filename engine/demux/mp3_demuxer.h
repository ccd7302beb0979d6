// Mp3Demuxer: MPEG-1, 2 and 2.5 layer III in a bare file with tags around it.
//
// Whole MPEG frames are the packets. Their number, and with it the exact length, comes from the
// Xing/Info/VBRI tag when its count and its bytes fit the file, from arithmetic when the bitrate is
// proved to be constant, and else from walking through all headers. LAME's delay and padding are
// trimmed as ffmpeg trims them. The place of an MPEG frame is computed (constant bitrate) or walked
// to from the nearest known place; so seek() is exact and what it leads to never depends on earlier
// calls.
//
// A file that was joined of several is one stream; a tag in its midst is an MPEG frame of silence,
// as it is to ffmpeg and mpg123. What has another sampling rate, version or layer than the first
// MPEG frame is left out of the timeline, with a warning (docs/decisions/odd-files.md). Layer I
// and II and free-format streams are kUnsupportedFormat.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "engine/demux/demuxer.h"
#include "engine/demux/mp3_cbr_lattice.h"
#include "engine/demux/mp3_frame_finder.h"
#include "engine/demux/mp3_frame_index.h"
#include "engine/demux/mp3_length_claim.h"
#include "engine/demux/mp3_stream_info.h"
#include "engine/demux/mp3_tag_scanner.h"

namespace engine {

/// A seek under way: the MPEG frames passed on the way to `target`.
struct Mp3SeekWalk {
  struct Passed {
    Mp3FrameIndex::Entry place;
    int payload_bytes = 0;
  };

  std::int64_t target = 0;
  std::int64_t look_back = 0;  // The walk began at least this many before the target.
  Mp3FrameIndex::Entry next;
  std::vector<Passed> passed;  // The last ones, oldest first.
};

class Mp3Demuxer final : public Demuxer {
 public:
  std::unique_ptr<Demuxer> clone() const override { return std::make_unique<Mp3Demuxer>(*this); }
  Result<HeaderStep> read_header(const Source& source) override;
  Result<SeekStep> seek(const Source& source, FrameCount frame) override;
  Result<SeekStep> seek_near(const Source& source, FrameCount frame) override;
  ByteRange probe_range(const Source& source, FrameCount frame, FrameCount count) const override;
  Result<PacketStep> read_packet(const Source& source) override;
  TrackWarnings warnings() const override;

 private:
  enum class Stage : std::uint8_t {
    kTags,        // Where the audio lies.
    kFirst,       // The first MPEG frame and the tag in it.
    kFirstAudio,  // The first one with audio.
    kTail,        // Whether MPEG frames lie behind the end that the tag claims.
    kCutEnd,      // Whether the bytes that the tag claims lack in the last MPEG frame alone.
    kProof,       // Whether the bitrate is constant.
    kWalk,        // All headers, one after the other.
    kReady,
  };
  // One step of the header: the bytes that it needs, or nothing when the stage is over.
  using StageStep = Result<std::optional<NeedBytes>>;

  // Where read_packet() stands. `offset` means nothing while the bitrate is constant.
  struct Cursor {
    std::int64_t number = 0;  // Of the next MPEG frame.
    std::uint64_t offset = 0;
    std::int64_t target = 0;  // MPEG frames before this one are preroll.
    bool estimated = false;   // For a probe: what is met enters neither index nor warnings.
  };
  StageStep run_stage(const Source& source);
  StageStep read_tags(const Source& source);
  StageStep find_first(const Source& source);
  StageStep find_first_audio(const Source& source);
  StageStep look_behind_claim(const Source& source);
  StageStep look_at_cut_end(const Source& source);
  StageStep prove_constant_bitrate(const Source& source);
  StageStep walk_all(const Source& source);
  Stage plan_count();
  void settle_count();
  void finish_header();
  void trim_gapless(FrameCount coded_frames);
  TrackWarnings header_warnings() const;

  Mp3TagPlace tag_place(const Source& source) const;
  bool lattice_meets_the_end() const;
  std::optional<NeedBytes> prove_place(const Source& source, bool& proved);
  std::optional<NeedBytes> prove_end(const Source& source, bool& proved);

  Result<SeekStep> seek_by_lattice(const Source& source, std::int64_t target);
  void begin_walk(std::int64_t target, std::int64_t look_back);
  std::optional<NeedBytes> walk_to_target(const Source& source);
  std::optional<Cursor> preroll_start() const;
  Result<SeekStep> place(const Cursor& cursor);
  FindFrameStep find_at_cursor(const Source& source);
  std::optional<NeedBytes> look_behind_last(const Source& source, const Mp3FrameAt& last);

  std::int64_t number_of(FrameCount frame) const;
  FrameCount first_frame_of(std::int64_t number) const;
  std::uint64_t estimated_offset(std::int64_t number) const;
  std::int64_t look_back_for(std::int64_t payload_bytes) const;
  std::int64_t mean_look_back() const;
  std::uint64_t mean_size_bytes() const;

  Stage stage_ = Stage::kTags;
  Mp3TagScanner tags_;
  ByteRange audio_;               // From the first MPEG frame with audio on.
  std::uint64_t tag_offset_ = 0;  // Of the MPEG frame that holds stream_info_.
  std::uint64_t tag_end_ = 0;
  std::optional<Mp3StreamInfo> stream_info_;
  Mp3FrameAt first_;  // The first one with audio.
  Mp3FrameFinder finder_;
  Mp3FrameFinder near_finder_;  // For estimated places, where nothing is noticed.
  Mp3FrameIndex index_;
  Mp3CbrLattice lattice_;
  bool constant_bitrate_ = false;  // Proved: lattice_ tells every place.
  Mp3CbrLattice::Rule proof_rule_ = Mp3CbrLattice::Rule::kExactMean;
  int proof_place_ = 0;
  std::uint64_t walk_from_ = 0;   // Where the farthest indexed MPEG frame ends, while walking all.
  bool declared_ = false;         // mpeg_frames_ is what the tag says, but for a cut one.
  bool last_is_cut_ = false;      // The last one that the tag counts is not whole.
  bool truncated_ = false;        // There are fewer bytes than the tag claims.
  std::int64_t mpeg_frames_ = 0;  // How many hold audio.
  TrackInfo info_;
  TrackWarnings noticed_;

  Cursor cursor_;
  std::optional<Mp3SeekWalk> walk_;
};

}  // namespace engine
