#include "engine/demux/flac_survey.h"

#include <algorithm>

namespace engine {
namespace {

constexpr std::uint64_t kRunBytes = 1U << 20;
constexpr std::uint64_t kFrameBytesMin = 9;  // Header, one constant subframe, CRC-16.

}  // namespace

FrameCount flac_frames_held_max(std::uint64_t bytes, int block_size) {
  return static_cast<FrameCount>(bytes / kFrameBytesMin + 1) * block_size;
}

FrameCount FlacCounter::place(const FlacFrame& frame) {
  const std::uint64_t gap_bytes = frame.bytes.begin - byte_end_;
  const FrameCount gap = frame.header.first_frame - number_end_;
  const FrameCount gap_max = flac_frames_held_max(gap_bytes, frame.header.block_size);
  if (gap_bytes > 0 && gap > 0 && gap <= gap_max) next_frame_ += gap;
  const FrameCount at = next_frame_;
  next_frame_ = at + frame.header.block_size;
  number_end_ = frame.header.end_frame();
  byte_end_ = frame.bytes.end;
  return at;
}

void FlacCounter::leave_out(const FlacFrame& frame) {
  number_end_ = frame.header.end_frame();
  byte_end_ = frame.bytes.end;
}

FlacSurvey::FlacSurvey(const FlacStream& stream)
    : stream_(stream), counter_(0, stream.audio.begin), position_(stream.audio.begin) {}

std::optional<NeedBytes> FlacSurvey::read(const Source& source) {
  for (;;) {  // Ends: each pass moves the position forward or returns.
    const FlacFrameStep step = find_flac_frame(source, stream_, position_, stream_.audio.end);
    if (const auto* need = std::get_if<NeedBytes>(&step)) {
      const std::uint64_t run_end = std::min(need->range.begin + kRunBytes, stream_.audio.end);
      return NeedBytes{
          source.bytes.missing({need->range.begin, std::max(need->range.end, run_end)})};
    }
    const auto* found = std::get_if<FlacFrame>(&step);
    if (found == nullptr) return std::nullopt;
    position_ = found->bytes.end;
    if (found->header.same_format(stream_.info)) {
      // Nothing tells what may have stood in front of the first one.
      if (index_.entry_count() == 0) counter_ = FlacCounter(0, found->bytes.begin);
      index_.note({counter_.place(*found), found->bytes.begin});
    } else {
      counter_.leave_out(*found);
      left_out_ = true;
    }
  }
}

}  // namespace engine
