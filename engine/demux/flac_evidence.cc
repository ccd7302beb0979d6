#include "engine/demux/flac_evidence.h"

#include <algorithm>

#include "engine/demux/flac_survey.h"

namespace engine {
namespace {

constexpr std::uint64_t kFrontBytes = 16U << 10;
constexpr std::uint64_t kSearchRunBytes = 1U << 20;
constexpr std::uint64_t kTailBytesMax = 16U << 20;
constexpr std::uint64_t kTailGrowth = 4;
constexpr std::uint64_t kSlackBytes = 64U << 10;  // Tags may stand behind the audio.
constexpr double kSeekTableTrust = 3.0;
// Less than two: a stream of which half the length is vouched for and that another follows, with
// numbers of its own, has to fail.
constexpr double kCutTrust = 1.5;
constexpr std::uint64_t kFrameOverheadBytes = 32;  // More than header, subframe headers and CRC-16.

// For a search that goes on for long: `range`, and a run of what follows it. Never all of that: who
// answers may hold a few megabytes at most.
NeedBytes need_run(const Source& source, ByteRange range, const FlacStream& stream) {
  const std::uint64_t run_end = std::min(range.begin + kSearchRunBytes, stream.audio.end);
  range.end = std::max(range.end, run_end);
  return NeedBytes{source.bytes.missing(range)};
}

// What `frames` take as they are, with all that FLAC adds.
std::uint64_t raw_bytes(const FlacStream& stream, FrameCount frames) {
  const auto count = static_cast<std::uint64_t>(frames);
  const auto bits = static_cast<std::uint64_t>(stream.info.bits_per_sample + 1) *
                    static_cast<std::uint64_t>(stream.info.channels);
  const auto block = static_cast<std::uint64_t>(std::max(stream.info.block_size_max, 16));
  return count * bits / 8 + (count / block + 1) * kFrameOverheadBytes;
}

bool agrees_with(const FlacFrameHeader& header, const FlacStreamInfo& info) {
  const bool fixed_size =
      info.block_size_min == info.block_size_max && header.block_size == info.block_size_max;
  const bool only_one = header.block_size == info.frame_count;
  return header.same_format(info) && header.bits_per_sample == info.bits_per_sample &&
         header.first_frame == 0 && header.block_size <= info.block_size_max &&
         (header.variable_blocking || fixed_size || only_one);
}

}  // namespace

// Whether a FLAC frame stands where the metadata end; one that agrees is not even read whole.
std::optional<NeedBytes> FlacFront::look_at_front(const Source& source, const FlacStream& stream) {
  const ByteRange front{
      stream.audio.begin,
      stream.audio.begin + std::min<std::uint64_t>(kFlacFrameHeaderBytesMax, stream.audio.size())};
  const auto bytes = source.bytes.find(front);
  if (!bytes) {
    const std::uint64_t end = std::min(front.begin + kFrontBytes, stream.audio.end);
    return NeedBytes{source.bytes.missing({front.begin, end})};
  }
  const auto header = parse_flac_frame_header(*bytes, stream.info, {}, FlacAgreement::kNothing);
  agrees_ = header && agrees_with(*header, stream.info);
  numbers_make_sense_ = agrees_;
  looked_ = true;
  position_ = stream.audio.begin;
  return std::nullopt;
}

Result<std::optional<NeedBytes>> FlacFront::read(const Source& source, const FlacMetadata& metadata,
                                                 FlacStream& stream) {
  const Error no_frames =
      metadata.lost.value_or(Error{ErrorDetail::kFlacNoFrames, stream.audio.begin});
  if (stream.audio.empty()) return no_frames;
  if (!looked_) {
    if (const Answer need = look_at_front(source, stream)) return Answer(need);
  }
  if (agrees_) return Answer();
  FlacStream loose = stream;
  loose.agreement = FlacAgreement::kNothing;
  if (!first_) {
    const FlacFrameStep step = find_flac_frame(source, loose, position_, stream.audio.end);
    if (const auto* need = std::get_if<NeedBytes>(&step)) {
      const bool searching = position_ > stream.audio.begin + kFrontBytes;
      return Answer(searching ? need_run(source, need->range, stream) : *need);
    }
    const auto* found = std::get_if<FlacFrame>(&step);
    if (found == nullptr) return no_frames;
    first_ = *found;
  }
  const FlacFrameStep step = flac_frame_at(source, loose, first_->bytes.end);
  if (const auto* need = std::get_if<NeedBytes>(&step)) return Answer(*need);
  const auto* second = std::get_if<FlacFrame>(&step);
  if (metadata.lost) stream.audio.begin = first_->bytes.begin;
  if (first_->bytes.begin > metadata.audio_begin) warnings_.add(TrackWarning::kJunkSkipped);
  take_format(stream);
  take_numbering(second == nullptr ? std::nullopt : std::optional(*second), stream);
  return Answer();
}

void FlacFront::take_format(FlacStream& stream) {
  const FlacFrameHeader& header = first_->header;
  if (!header.same_format(stream.info) || header.bits_per_sample != stream.info.bits_per_sample) {
    warnings_.add(TrackWarning::kFormatCorrected);
  }
  stream.info.sample_rate_hz = header.sample_rate_hz;
  stream.info.channels = header.channels;
  stream.info.bits_per_sample = header.bits_per_sample;
}

// Encoders of before 2007 number by sample without saying so: the second FLAC frame shows it.
void FlacFront::take_numbering(const std::optional<FlacFrame>& second, FlacStream& stream) {
  const FlacFrameHeader& header = first_->header;
  const std::uint64_t step = second ? second->header.number - header.number : 1;
  const bool by_sample = header.variable_blocking ||
                         (step != 1 && step == static_cast<std::uint64_t>(header.block_size));
  const bool by_block = !by_sample && step == 1;
  numbers_make_sense_ = by_sample || by_block;
  // The longest of a variable stream is not known; what lies ahead may well be longer.
  stream.info.block_size_max =
      by_block ? header.block_size : std::max(stream.info.block_size_max, header.block_size);
  const int unit = by_sample ? 1 : stream.info.block_size_max;
  stream.numbering.frames_per_number = header.variable_blocking ? 0 : unit;
  const bool at_front = first_->bytes.begin == stream.audio.begin;
  if (at_front) stream.numbering.origin = static_cast<FrameCount>(header.number) * unit;
  agrees_ = at_front && stream.numbering.origin == 0 && numbers_make_sense_ && second &&
            warnings_.empty();
}

std::optional<NeedBytes> FlacTail::read(const Source& source, const FlacStream& stream,
                                        std::uint64_t window_bytes) {
  while (!done_) {  // Ends: each pass moves the position or grows the window, both bounded.
    if (window_bytes_ == 0) {
      window_bytes_ = std::min(window_bytes, stream.audio.size());
      position_ = stream.audio.end - window_bytes_;
    }
    const FlacFrameStep step = find_flac_frame(source, stream, position_, stream.audio.end);
    if (const auto* need = std::get_if<NeedBytes>(&step)) {
      return need_run(source, need->range, stream);
    }
    if (const auto* found = std::get_if<FlacFrame>(&step)) {
      position_ = found->bytes.end;
      last_ = *found;
      continue;
    }
    done_ = last_ || window_bytes_ == stream.audio.size() || window_bytes_ >= kTailBytesMax;
    window_bytes_ = std::min(window_bytes_ * kTailGrowth, stream.audio.size());
    position_ = stream.audio.end - window_bytes_;
  }
  return std::nullopt;
}

namespace {

// Whether more bytes follow the last seek point than `trust` times what those before it expect.
bool many_bytes_behind(const FlacStream& stream, const FlacSeekPoint& point, FrameCount end,
                       double trust) {
  const auto before = static_cast<double>(point.byte_offset - stream.audio.begin);
  const double expected = before * static_cast<double>(end - point.first_frame) /
                          static_cast<double>(point.first_frame);
  const auto rest = static_cast<double>(stream.audio.end - point.byte_offset);
  return rest > trust * expected + static_cast<double>(kSlackBytes);
}

}  // namespace

FlacSizeVerdict judge_flac_size(const FlacStream& stream, std::span<const FlacSeekPoint> points) {
  const FrameCount total = stream.info.frame_count;
  const std::uint64_t raw = raw_bytes(stream, total);
  const std::uint64_t size = stream.audio.size();
  if (size < raw / 20) return FlacSizeVerdict::kFewBytes;
  if (size > raw / 20 * 19) return FlacSizeVerdict::kManyBytes;
  // STREAMINFO also tells the size of the largest FLAC frame of the stream that it was made for.
  const bool equal_blocks = stream.info.block_size_min == stream.info.block_size_max;
  const std::uint64_t largest = stream.info.frame_bytes_max;
  const auto blocks = static_cast<std::uint64_t>(total / std::max(stream.info.block_size_max, 1));
  if (equal_blocks && largest != 0 && size > (blocks + 1) * largest + kSlackBytes) {
    return FlacSizeVerdict::kManyBytes;
  }
  if (points.empty() || points.back().first_frame < std::max<FrameCount>(total / 2, 1)) {
    return FlacSizeVerdict::kFits;
  }
  // Behind the last seek point as many bytes per frame as before it, or nearly.
  const bool many = many_bytes_behind(stream, points.back(), total, kSeekTableTrust);
  return many ? FlacSizeVerdict::kManyBytes : FlacSizeVerdict::kFits;
}

bool flac_tail_is_plausible(const FlacStream& stream, const FlacFrame& last) {
  const FrameCount end = last.header.end_frame();
  if (!last.header.same_format(stream.info) || end <= 0 || end > kFlacFrameCountMax) return false;
  const std::uint64_t bytes = last.bytes.end - stream.audio.begin;
  const int largest = std::max(stream.info.block_size_max, last.header.block_size);
  return bytes <= raw_bytes(stream, end) && end <= flac_frames_held_max(bytes, largest);
}

bool flac_cut_is_plausible(const FlacStream& stream, std::span<const FlacSeekPoint> points,
                           const FlacFrame& last) {
  const FrameCount end = last.header.end_frame();
  if (points.empty() || end >= stream.info.frame_count) return false;
  const FlacSeekPoint& point = points.back();
  return flac_tail_is_plausible(stream, last) && point.first_frame > 0 &&
         point.first_frame <= end && point.first_frame >= end / 2 &&
         !many_bytes_behind(stream, point, end, kCutTrust);
}

}  // namespace engine
