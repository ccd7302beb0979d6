#include "engine/demux/flac_demuxer.h"

#include <algorithm>

#include "engine/base/check.h"

namespace engine {
namespace {

constexpr std::uint64_t kTailBytesMin = 64U << 10;
constexpr std::uint64_t kTailBytesMax = 16U << 20;

}  // namespace

Result<HeaderStep> FlacDemuxer::read_header(const Source& source) {
  if (!metadata_read_) {
    ENGINE_TRY(const std::optional<NeedBytes> need, metadata_reader_.read(source));
    if (need) return HeaderStep{*need};
    const FlacMetadata& metadata = metadata_reader_.metadata();
    stream_ = {metadata.info, {metadata.audio_begin, source.size_bytes}};
    metadata_read_ = true;
  }
  if (!header_done_) {
    ENGINE_TRY(const std::optional<NeedBytes> need, find_length(source));
    if (need) return HeaderStep{*need};
    finish_header();
  }
  return HeaderStep{info_};
}

// Finds the length of a stream that does not declare it, in growing windows at the end of the file.
Result<std::optional<NeedBytes>> FlacDemuxer::find_length(const Source& source) {
  using Answer = std::optional<NeedBytes>;
  const std::uint64_t audio_bytes = stream_.audio.size();
  if (stream_.info.frame_count != 0 || audio_bytes == 0) return Answer();

  for (;;) {  // Ends: each pass moves the position or grows the window, both bounded.
    if (!tail_search_) {
      const std::uint64_t window = std::min(audio_bytes, kTailBytesMin);
      tail_search_ = TailSearch{window, stream_.audio.end - window, 0};
    }
    const FlacFrameStep step =
        find_flac_frame(source, stream_, tail_search_->position, stream_.audio.end);
    if (const auto* need = std::get_if<NeedBytes>(&step)) {
      const ByteRange rest{need->range.begin, stream_.audio.end};
      const bool ask_rest = rest.size() <= tail_search_->window_bytes;
      return Answer(ask_rest ? NeedBytes{source.bytes.missing(rest)} : *need);
    }
    if (const auto* found = std::get_if<FlacFrame>(&step)) {
      tail_search_->position = found->bytes.end;
      tail_search_->end_frame = std::max(tail_search_->end_frame, found->header.end_frame());
      continue;
    }
    if (tail_search_->end_frame != 0) {
      stream_.info.frame_count = tail_search_->end_frame;
      return Answer();
    }
    const std::uint64_t window = tail_search_->window_bytes;
    if (window == audio_bytes || window >= kTailBytesMax) {
      return Error{ErrorDetail::kFlacNoFrames, stream_.audio.begin};
    }
    const std::uint64_t grown = std::min(audio_bytes, window * 4);
    tail_search_ = TailSearch{grown, stream_.audio.end - grown, 0};
  }
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
  info_.codec_header = metadata.stream_info_bytes;
  info_.tags = metadata.comment.tags;
  cursor_byte_ = stream_.audio.begin;
  header_done_ = true;
}

// Puts the cursor on what a search has found; behind everything when it has found nothing.
Placed FlacDemuxer::place_at(const FlacFrameStep& step) {
  const FlacFrame* found = std::get_if<FlacFrame>(&step);
  if (found == nullptr) {
    cursor_byte_ = stream_.audio.end;
    cursor_frame_ = info_.frame_count;
  } else {
    cursor_byte_ = found->bytes.begin;
    cursor_frame_ = found->header.first_frame;
  }
  return Placed{cursor_frame_};
}

Result<SeekStep> FlacDemuxer::seek(const Source& source, FrameCount frame) {
  ENGINE_CHECK(header_done_);
  ENGINE_CHECK(frame >= 0);
  ENGINE_CHECK(frame <= info_.frame_count);
  near_search_.reset();
  if (frame == info_.frame_count) {
    search_.reset();
    return SeekStep{place_at(NoFlacFrame{})};
  }
  if (!search_ || search_->target() != frame) {
    const auto& points = metadata_reader_.metadata().seek_points;
    search_.emplace(stream_, index_, frame, estimate_flac_byte(stream_, points, frame));
  }
  const FlacFrameStep step = search_->advance(source, stream_, index_);
  if (const auto* need = std::get_if<NeedBytes>(&step)) return SeekStep{*need};
  search_.reset();
  return SeekStep{place_at(step)};
}

Result<SeekStep> FlacDemuxer::seek_near(const Source& source, FrameCount frame) {
  ENGINE_CHECK(header_done_);
  ENGINE_CHECK(frame >= 0);
  ENGINE_CHECK(frame <= info_.frame_count);
  search_.reset();
  if (!near_search_ || near_search_->target != frame) {
    const auto& points = metadata_reader_.metadata().seek_points;
    near_search_ = NearSearch{frame, estimate_flac_byte(stream_, points, frame)};
  }
  const FlacFrameStep step =
      find_flac_frame(source, stream_, near_search_->position, stream_.audio.end);
  if (const auto* need = std::get_if<NeedBytes>(&step)) return SeekStep{*need};
  near_search_.reset();
  return SeekStep{place_at(step)};
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

Result<PacketStep> FlacDemuxer::read_packet(const Source& source) {
  ENGINE_CHECK(header_done_);
  search_.reset();
  near_search_.reset();
  while (cursor_frame_ < info_.frame_count) {  // Ends: each pass moves the cursor or returns.
    const FlacFrameStep step = find_flac_frame(source, stream_, cursor_byte_, stream_.audio.end);
    if (const auto* need = std::get_if<NeedBytes>(&step)) return PacketStep{*need};
    const FlacFrame* found = std::get_if<FlacFrame>(&step);
    if (found == nullptr) break;

    cursor_byte_ = found->bytes.end;
    const FrameCount first_frame = found->header.first_frame;
    if (first_frame < cursor_frame_) continue;  // Told already; the stream repeats itself.
    index_.note({first_frame, found->bytes.begin});
    const auto bytes = source.bytes.find(found->bytes);
    ENGINE_CHECK(bytes.has_value());
    EncodedPacket packet;
    packet.first_frame = first_frame;
    packet.frame_count =
        std::min<FrameCount>(found->header.block_size, info_.frame_count - first_frame);
    packet.bytes = *bytes;
    cursor_frame_ = found->header.end_frame();
    return PacketStep{packet};
  }
  return PacketStep{EndOfStream{}};
}

}  // namespace engine
