#include "engine/demux/flac_demuxer.h"

#include <algorithm>

#include "engine/base/byte_order.h"
#include "engine/base/check.h"

namespace engine {

Result<HeaderStep> FlacDemuxer::read_header(const Source& source) {
  if (!metadata_read_) {
    ENGINE_TRY(const Answer need, metadata_reader_.read(source));
    if (need) return HeaderStep{*need};
    const FlacMetadata& metadata = metadata_reader_.metadata();
    stream_.info = metadata.info;
    stream_.audio = {metadata.audio_begin, source.size_bytes};
    metadata_read_ = true;
  }
  if (!header_done_) {
    ENGINE_TRY(const Answer front_need, read_front(source));
    if (front_need) return HeaderStep{*front_need};
    ENGINE_TRY(const Answer need, prove_length(source));
    if (need) return HeaderStep{*need};
    finish_header();
  }
  return HeaderStep{info_};
}

Result<FlacDemuxer::Answer> FlacDemuxer::read_front(const Source& source) {
  if (front_read_) return Answer();
  const FlacMetadata& metadata = metadata_reader_.metadata();
  Result<Answer> step = front_.read(source, metadata, stream_);
  if (step && *step) return step;
  // Where the header is impossible and no FLAC frame says better, that is the news.
  const Status usable = check_flac_stream_info(stream_.info, metadata.stream_info_offset);
  if (!usable) return usable.error();
  if (!step) return step;
  any_stream_ = stream_;
  any_stream_.agreement = FlacAgreement::kNothing;
  front_read_ = true;
  return Answer();
}

// Makes the length that of the audio wherever the header's cannot simply be believed.
Result<FlacDemuxer::Answer> FlacDemuxer::prove_length(const Source& source) {
  const FrameCount told = metadata_reader_.metadata().info.frame_count;
  const FlacSizeVerdict size = judge_flac_size(stream_, metadata_reader_.metadata().seek_points);
  if (told != 0 && front_.agrees() && size == FlacSizeVerdict::kFits) return Answer();

  // The last number alone proves no length: where none is told, streams may have been joined.
  if (!survey_ && told != 0) {
    const std::uint64_t window = flac_window_bytes(stream_);
    if (const Answer need = tail_.read(source, any_stream_, window)) return need;
    const auto& last = tail_.last();
    const bool plausible =
        front_.numbers_make_sense() && last && flac_tail_is_plausible(stream_, *last);
    const FrameCount end = plausible ? last->header.end_frame() : 0;
    // A copy that was cut out of a longer file, or a file of which little is left.
    const bool rest =
        end < told && (stream_.numbering.origin != 0 || size == FlacSizeVerdict::kFewBytes);
    if (plausible && (end == told || rest)) {
      stream_.info.frame_count = end;
      places_ = Places::kByNumber;
    }
  }
  if (places_ == Places::kUnproven) {
    if (const Answer need = survey(source)) return need;
    if (survey_->frame_count() == 0) {
      return Error{ErrorDetail::kFlacNoFrames, stream_.audio.begin};
    }
    stream_.info.frame_count = survey_->frame_count();
    surveyed_at_open_ = true;
  }
  if (told != 0 && told != stream_.info.frame_count) {
    noticed_.add(TrackWarning::kLengthCorrected);
  }
  return Answer();
}

// While places are unproven, whoever is `reading` began at frame 0 and has met no gap.
bool FlacDemuxer::tail_proves_numbers(bool reading) const {
  const auto& last = tail_.last();
  if (!last || !last->header.same_format(stream_.info)) return false;
  const FrameCount end = last->header.end_frame();
  if (end == info_.frame_count) return true;
  // Up to the last FLAC frame of a file that was cut off, numbers and the count agree.
  const bool read_to_it = last->bytes.end == told_byte_ && end == cursor_frame_;
  if (reading && side_by_side_ && read_to_it) return true;
  return flac_cut_is_plausible(stream_, metadata_reader_.metadata().seek_points, *last);
}

// Decides between the two ways of placing FLAC frames, from the source's bytes alone.
FlacDemuxer::Answer FlacDemuxer::prove_places(const Source& source, bool reading) {
  if (places_ != Places::kUnproven) return std::nullopt;
  if (!survey_) {
    const std::uint64_t window = flac_window_bytes(stream_);
    if (const Answer need = tail_.read(source, any_stream_, window)) return need;
    if (tail_proves_numbers(reading)) {
      places_ = Places::kByNumber;
      return std::nullopt;
    }
  }
  if (const Answer need = survey(source)) return need;
  if (survey_->frame_count() > info_.frame_count) noticed_.add(TrackWarning::kAudioLeftOut);
  return std::nullopt;
}

FlacDemuxer::Answer FlacDemuxer::survey(const Source& source) {
  if (!survey_) survey_.emplace(any_stream_);
  if (const Answer need = survey_->read(source)) return need;
  places_ = Places::kCounted;
  index_ = survey_->take_index();
  if (survey_->left_out()) noticed_.add(TrackWarning::kAudioLeftOut);
  // Counting begins at the first FLAC frame.
  const auto first = index_.at_or_before(0);
  if (first) any_stream_.audio.begin = first->byte_offset;
  told_byte_ = std::max(told_byte_, any_stream_.audio.begin);
  cursor_byte_ = told_byte_;
  counter_ = FlacCounter(cursor_frame_, told_byte_);
  return std::nullopt;
}

void FlacDemuxer::finish_header() {
  const FlacMetadata& metadata = metadata_reader_.metadata();
  info_.container = Container::kFlac;
  info_.codec = Codec::kFlac;
  info_.sample_rate_hz = stream_.info.sample_rate_hz;
  info_.channels = stream_.info.channels;
  info_.bits_per_sample = stream_.info.bits_per_sample;
  info_.frame_count = stream_.info.frame_count;
  info_.channel_mask = metadata.comment.channel_mask;
  info_.audio_bytes = stream_.audio;
  info_.codec_header = corrected_flac_stream_info(metadata.stream_info_bytes, stream_.info);
  info_.tags = metadata.comment.tags;
  noticed_.add(front_.warnings());
  info_.warnings = noticed_;
  place_at(FlacSeekIndex::Entry{
      0, places_ == Places::kCounted ? any_stream_.audio.begin : stream_.audio.begin});
  header_done_ = true;
}

// Puts the cursor on what a search has found; behind everything when it has found nothing.
Placed FlacDemuxer::place_at(std::optional<FlacSeekIndex::Entry> found) {
  const FlacSeekIndex::Entry end{info_.frame_count, stream_.audio.end};
  const FlacSeekIndex::Entry entry = found.value_or(end);
  cursor_byte_ = told_byte_ = entry.byte_offset;
  cursor_frame_ = entry.first_frame;
  side_by_side_ = true;
  counter_ = FlacCounter(cursor_frame_, cursor_byte_);
  search_.reset();
  near_search_.reset();
  counted_search_.reset();
  return Placed{cursor_frame_};
}

Result<SeekStep> FlacDemuxer::seek(const Source& source, FrameCount frame) {
  ENGINE_CHECK(header_done_);
  ENGINE_CHECK(frame >= 0);
  ENGINE_CHECK(frame <= info_.frame_count);
  near_search_.reset();
  near_ = false;
  if (frame == info_.frame_count) return SeekStep{place_at(std::nullopt)};
  if (frame > 0 || proof_wanted_) {
    if (const Answer need = prove_places(source, false)) return SeekStep{*need};
  }
  return places_ == Places::kCounted ? seek_counted(source, frame) : seek_by_number(source, frame);
}

Result<SeekStep> FlacDemuxer::seek_by_number(const Source& source, FrameCount frame) {
  if (!search_ || search_->target() != frame) {
    const auto& points = metadata_reader_.metadata().seek_points;
    // While numbers are unproven, what was noted under them may lie elsewhere.
    const FlacSeekIndex nothing;
    search_.emplace(stream_, places_ == Places::kByNumber ? index_ : nothing, frame,
                    estimate_flac_byte(stream_, points, frame));
  }
  const FlacFrameStep step = search_->advance(source, stream_, index_);
  if (const auto* need = std::get_if<NeedBytes>(&step)) return SeekStep{*need};
  search_.reset();
  const auto* found = std::get_if<FlacFrame>(&step);
  if (places_ == Places::kUnproven && (found == nullptr || found->header.first_frame != frame)) {
    proof_wanted_ = true;
    return seek(source, frame);
  }
  if (found == nullptr) return SeekStep{place_at(std::nullopt)};
  return SeekStep{place_at(FlacSeekIndex::Entry{found->header.first_frame, found->bytes.begin})};
}

// Counts on from the nearest FLAC frame that the survey has noted.
Result<SeekStep> FlacDemuxer::seek_counted(const Source& source, FrameCount frame) {
  if (!counted_search_ || counted_search_->target != frame) {
    const auto near =
        index_.at_or_before(frame).value_or(FlacSeekIndex::Entry{0, any_stream_.audio.begin});
    counted_search_ = CountedSearch{frame, near.byte_offset,
                                    FlacCounter(near.first_frame, near.byte_offset), std::nullopt};
  }
  CountedSearch& search = *counted_search_;
  for (;;) {  // Ends: each pass moves the position forward or leaves.
    const FlacFrameStep step =
        find_flac_frame(source, any_stream_, search.position, stream_.audio.end);
    if (const auto* need = std::get_if<NeedBytes>(&step)) return SeekStep{*need};
    const auto* found = std::get_if<FlacFrame>(&step);
    if (found == nullptr) break;
    search.position = found->bytes.end;
    if (!found->header.same_format(stream_.info)) {
      search.counter.leave_out(*found);
      continue;
    }
    const FrameCount first_frame = search.counter.place(*found);
    if (first_frame > frame && search.best) break;
    search.best = FlacSeekIndex::Entry{first_frame, found->bytes.begin};
    if (search.counter.next_frame() > frame) break;
  }
  return SeekStep{place_at(search.best)};
}

Result<SeekStep> FlacDemuxer::seek_near(const Source& source, FrameCount frame) {
  ENGINE_CHECK(header_done_);
  ENGINE_CHECK(frame >= 0);
  ENGINE_CHECK(frame <= info_.frame_count);
  if (surveyed_at_open_) return seek(source, frame);
  search_.reset();
  counted_search_.reset();
  near_ = true;
  if (!near_search_ || near_search_->target != frame) {
    const auto& points = metadata_reader_.metadata().seek_points;
    near_search_ = NearSearch{frame, estimate_flac_byte(stream_, points, frame)};
  }
  const FlacFrameStep step =
      find_flac_frame(source, stream_, near_search_->position, stream_.audio.end);
  if (const auto* need = std::get_if<NeedBytes>(&step)) return SeekStep{*need};
  const auto* found = std::get_if<FlacFrame>(&step);
  if (found == nullptr) return SeekStep{place_at(std::nullopt)};
  return SeekStep{place_at(FlacSeekIndex::Entry{found->header.first_frame, found->bytes.begin})};
}

ByteRange FlacDemuxer::probe_range(const Source& /*source*/, FrameCount frame,
                                   FrameCount count) const {
  ENGINE_CHECK(header_done_);
  ENGINE_CHECK(frame >= 0);
  ENGINE_CHECK(count >= 0);
  const auto& points = metadata_reader_.metadata().seek_points;
  const FrameCount end_frame = std::min(frame, info_.frame_count) +
                               std::min(count, info_.frame_count) + stream_.info.block_size_max;
  const std::uint64_t begin = estimate_flac_byte(stream_, points, std::min(frame, end_frame));
  const std::uint64_t end =
      estimate_flac_byte(stream_, points, std::min(end_frame, info_.frame_count));
  return {begin, std::min(std::max(begin, end) + flac_window_bytes(stream_), stream_.audio.end)};
}

ByteRange FlacDemuxer::proof_range(const Source& source, FrameCount frame) const {
  ENGINE_CHECK(header_done_);
  if (places_ != Places::kUnproven || frame <= 0) return {};
  const std::uint64_t window = std::min(flac_window_bytes(stream_), stream_.audio.size());
  return source.bytes.missing({stream_.audio.end - window, stream_.audio.end});
}

Result<PacketStep> FlacDemuxer::read_packet(const Source& source) {
  ENGINE_CHECK(header_done_);
  search_.reset();
  near_search_.reset();
  counted_search_.reset();
  if (near_) return read_by_number(source);
  if (proof_wanted_) {
    if (const Answer need = prove_places(source, true)) return PacketStep{*need};
  }
  return places_ == Places::kCounted ? read_counted(source) : read_by_number(source);
}

PacketStep FlacDemuxer::hand_over(const Source& source, const FlacFrame& found,
                                  FrameCount first_frame) {
  const auto bytes = source.bytes.find(found.bytes);
  ENGINE_CHECK(bytes.has_value());
  EncodedPacket packet;
  packet.first_frame = first_frame;
  packet.frame_count =
      std::min<FrameCount>(found.header.block_size, info_.frame_count - first_frame);
  packet.bytes = *bytes;
  side_by_side_ = side_by_side_ && found.bytes.begin == told_byte_;
  cursor_byte_ = told_byte_ = found.bytes.end;
  cursor_frame_ = first_frame + found.header.block_size;
  return PacketStep{packet};
}

// At `end_byte`, behind the declared end, there should be no audio any more. The few bytes that
// show it are asked for: what is told must not depend on what happens to be held.
FlacDemuxer::Answer FlacDemuxer::look_behind_end(const Source& source, std::uint64_t end_byte) {
  const ByteRange behind{end_byte,
                         std::min(end_byte + kFlacFrameHeaderBytesMax, any_stream_.audio.end)};
  const auto bytes = source.bytes.find(behind);
  if (!bytes) return NeedBytes{source.bytes.missing(behind)};
  const bool goes_on = parse_flac_frame_header(*bytes, any_stream_.info, any_stream_.numbering,
                                               FlacAgreement::kNothing)
                           .has_value();
  if (goes_on || starts_with(*bytes, "fLaC")) noticed_.add(TrackWarning::kAudioLeftOut);
  return std::nullopt;
}

Result<PacketStep> FlacDemuxer::read_by_number(const Source& source) {
  while (cursor_frame_ < info_.frame_count) {  // Ends: each pass moves the cursor or returns.
    const FlacFrameStep step = find_flac_frame(source, stream_, cursor_byte_, stream_.audio.end);
    if (const auto* need = std::get_if<NeedBytes>(&step)) return PacketStep{*need};
    const auto* found = std::get_if<FlacFrame>(&step);
    const bool goes_on = found != nullptr && found->header.first_frame == cursor_frame_;
    if (!goes_on && !near_ && places_ == Places::kUnproven) {
      proof_wanted_ = true;
      return read_packet(source);
    }
    if (found == nullptr) break;

    const FrameCount first_frame = found->header.first_frame;
    if (first_frame < cursor_frame_) {  // Told already, or of another stream.
      cursor_byte_ = found->bytes.end;
      if (!near_) noticed_.add(TrackWarning::kAudioLeftOut);
      continue;
    }
    if (!near_ && found->header.end_frame() >= info_.frame_count) {
      if (const Answer need = look_behind_end(source, found->bytes.end)) return PacketStep{*need};
    }
    // The survey's notes are not to be mixed with numbers.
    if (places_ != Places::kCounted) index_.note({first_frame, found->bytes.begin});
    return hand_over(source, *found, first_frame);
  }
  return PacketStep{EndOfStream{}};
}

Result<PacketStep> FlacDemuxer::read_counted(const Source& source) {
  while (cursor_frame_ < info_.frame_count) {  // Ends: each pass moves the cursor or returns.
    const FlacFrameStep step =
        find_flac_frame(source, any_stream_, cursor_byte_, stream_.audio.end);
    if (const auto* need = std::get_if<NeedBytes>(&step)) return PacketStep{*need};
    const auto* found = std::get_if<FlacFrame>(&step);
    if (found == nullptr) break;
    if (!found->header.same_format(stream_.info)) {
      cursor_byte_ = found->bytes.end;
      counter_.leave_out(*found);
      continue;
    }
    const FrameCount first_frame = counter_.place(*found);
    if (first_frame >= info_.frame_count) break;
    return hand_over(source, *found, first_frame);
  }
  return PacketStep{EndOfStream{}};
}

}  // namespace engine
