// PcmSource: the track as 48 kHz stereo, read at any frame: demux, decode, downmix, resample.
//
// What it hands over for a frame depends on that frame alone, not on what was read before: the
// demuxer places itself exactly, decoders are reset at a seek, the resampler is stateless in the
// absolute frame. Frames before 0 and past the end are zeros.
#pragma once

#include <memory>
#include <optional>
#include <variant>

#include "engine/base/audio_buffer.h"
#include "engine/base/media_types.h"
#include "engine/base/result.h"
#include "engine/decode/audio_decoder.h"
#include "engine/demux/demuxer.h"
#include "engine/dsp/clip_counter.h"
#include "engine/dsp/downmix.h"
#include "engine/dsp/resampler.h"

namespace engine {

/// `out` is filled.
struct PcmFilled {};
using PcmStep = std::variant<NeedBytes, PcmFilled>;
using NearStep = std::variant<NeedBytes, Placed>;

class PcmSource {
  // Only create() has one, so that only create() makes a PcmSource.
  class Key {
    friend class PcmSource;
    Key() = default;
  };

 public:
  /// `demuxer` has read its header, which said `info`; it must outlive this object.
  static Result<std::unique_ptr<PcmSource>> create(Demuxer& demuxer, const TrackInfo& info);
  PcmSource(Key, Demuxer& demuxer, const TrackInfo& info, std::unique_ptr<AudioDecoder> decoder);

  /// Frames at 48 kHz that the headers promise.
  FrameCount frame_count() const { return resampler_.output_frames(info_.frame_count); }

  /// Where the track really ends, once reading has found that the source ends before the headers'
  /// promise (a truncated file); at 48 kHz.
  std::optional<FrameCount> truncated_at() const;

  /// What reading has noticed so far, beyond what the headers told. What is read near an estimated
  /// place (place_near) tells nothing of the track.
  TrackWarnings warnings() const;

  /// Whether more than a tenth of all that was read, but near estimated places, is silence that
  /// stands for what cannot be decoded.
  bool mostly_undecodable() const { return made_frames_ * 10 > made_frames_ + decoded_frames_; }

  /// The same, and so for minutes already: a file is not to be made further. (A long track may have
  /// lost its first minutes and still be less than a tenth silence in the end.)
  bool undecodable_for_long() const {
    return made_frames_ > kMadeSecondsMax * info_.sample_rate_hz && mostly_undecodable();
  }

  /// Frames at 48 kHz from the start of the track on that are known to be such silence.
  FrameCount undecodable_head() const { return resampler_.output_frames(undecodable_head_); }

  /// Bytes that a read at `first_frame` will ask for once, whatever the place; empty for none.
  ByteRange proof_range(const Source& source, FrameCount first_frame) const;

  /// Fills `out` (2 x n) with the frames from `first_frame` (may be negative) on. After NeedBytes,
  /// make the same call again. Reading on where the last call ended is cheap.
  Result<PcmStep> read(const Source& source, FrameCount first_frame, const MutableAudioView& out);

  /// Starts reading at an *estimated* place near `first_frame`, for probes: the answer is the first
  /// frame that read() can now be asked for, by the estimate's numbering. Until leave_near(), only
  /// sequential reads from there on are meaningful.
  Result<NearStep> place_near(const Source& source, FrameCount first_frame);
  void leave_near();

  /// Counts clipped runs in the source's own frames under everything that is read from now on, up
  /// to the next call; reads must run on in order. nullptr: no more. `counter` must outlive that.
  void count_clips_in(ClipCounter* counter);

  /// Bytes that place_near() and reads after it will most likely touch.
  ByteRange probe_range(const Source& source, FrameCount first_frame, FrameCount count) const;

 private:
  static constexpr FrameCount kMadeSecondsMax = 600;

  // Makes native_ cover [begin, end) of the source's own frames, as far as they exist. Nothing when
  // done.
  Result<std::optional<NeedBytes>> fill_native(const Source& source, FrameCount begin,
                                               FrameCount end);
  Result<std::optional<NeedBytes>> decode_packet(const Source& source);
  void start_at(FrameCount native_frame);
  void append_held(FrameCount end);
  void append_silence_until(FrameCount end);
  void account(FrameCount begin, FrameCount end, bool made);
  bool reachable(FrameCount begin) const;
  void load_window(FrameRange range);
  void count_clips(FrameRange range);
  FrameCount native_end() const { return native_begin_ + native_.frames(); }

  Demuxer& demuxer_;
  TrackInfo info_;
  std::unique_ptr<AudioDecoder> decoder_;
  Resampler resampler_;
  DownmixMatrix downmix_;
  // Decoded frames [native_begin_, native_end()) at the source's rate, downmixed.
  AudioBuffer native_;
  FrameCount native_begin_ = 0;
  // The packet behind a hole, decoded, while the hole before it is filled with silence.
  AudioBuffer held_;
  FrameCount held_begin_ = 0;
  TrackWarnings noticed_;
  // Of the source's own frames; those that are read twice count twice.
  FrameCount decoded_frames_ = 0;
  FrameCount made_frames_ = 0;
  FrameCount undecodable_head_ = 0;  // The stretch from frame 0 on that cannot be decoded.
  bool near_ = false;                // Frames are numbered by an estimate.
  bool placed_ = false;              // The demuxer's cursor follows native_ (and held_).
  bool ended_ = false;               // The cursor has met the end of the stream.
  std::optional<FrameCount> truncated_native_;
  ClipCounter* clips_ = nullptr;
  FrameCount clips_counted_to_ = 0;
  AudioBuffer decoded_;  // Scratch: one packet, the source's channels.
  AudioBuffer window_;   // Scratch: the resampler's input.
};

}  // namespace engine
