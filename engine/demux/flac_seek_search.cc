#include "engine/demux/flac_seek_search.h"

#include <algorithm>
#include <iterator>

#include "engine/base/check.h"

namespace engine {
namespace {

// A rest of so many FLAC frames, or so many windows, is walked rather than searched.
constexpr FrameCount kWalkBlocks = 4;
constexpr std::uint64_t kWalkWindows = 2;
constexpr int kBisectEvery = 3;

struct Anchor {
  FrameCount frame = 0;
  std::uint64_t byte = 0;
};

// The byte at `frame` on the line through both anchors, less what one and a half FLAC frames take,
// inside [low.byte, high.byte].
std::uint64_t interpolate(const Anchor& low, const Anchor& high, FrameCount frame, int block_size) {
  if (high.frame <= low.frame || frame <= low.frame || high.byte <= low.byte) return low.byte;
  const double bytes_per_frame =
      static_cast<double>(high.byte - low.byte) / static_cast<double>(high.frame - low.frame);
  const double early = static_cast<double>(frame - low.frame) - 1.5 * block_size;
  if (early <= 0.0) return low.byte;
  return std::min(low.byte + static_cast<std::uint64_t>(early * bytes_per_frame), high.byte);
}

}  // namespace

std::uint64_t estimate_flac_byte(const FlacStream& stream, std::span<const FlacSeekPoint> points,
                                 FrameCount frame) {
  const auto next = std::upper_bound(
      points.begin(), points.end(), frame,
      [](FrameCount wanted, const FlacSeekPoint& point) { return wanted < point.first_frame; });
  Anchor low{0, stream.audio.begin};
  Anchor high{stream.info.frame_count, stream.audio.end};
  if (next != points.begin()) low = {std::prev(next)->first_frame, std::prev(next)->byte_offset};
  if (next != points.end()) high = {next->first_frame, next->byte_offset};
  return interpolate(low, high, frame, stream.info.block_size_max);
}

FlacSeekSearch::FlacSeekSearch(const FlacStream& stream, const FlacSeekIndex& index,
                               FrameCount target, std::uint64_t first_estimate)
    : target_(target),
      first_estimate_(first_estimate),
      low_byte_(stream.audio.begin),
      high_byte_(stream.audio.end),
      high_frame_(stream.info.frame_count) {
  if (const auto entry = index.at_or_before(target)) {
    low_byte_ = entry->byte_offset;
    low_frame_ = entry->first_frame;
  }
  if (const auto entry = index.after(target)) {
    high_byte_ = entry->byte_offset;
    high_frame_ = entry->first_frame;
  }
}

FlacFrameStep FlacSeekSearch::advance(const Source& source, const FlacStream& stream,
                                      FlacSeekIndex& index) {
  for (;;) {  // Ends: each pass narrows the bracket, walks on, or returns.
    if (!probing_ && !walking_) begin_probe(stream);
    const auto step = walking_ ? walk(source, stream, index) : probe(source, stream, index);
    if (step) return *step;
  }
}

// Decides where to look next: at an estimate, in the middle, or along the whole rest.
void FlacSeekSearch::begin_probe(const FlacStream& stream) {
  const std::uint64_t rest = high_byte_ > low_byte_ ? high_byte_ - low_byte_ : 0;
  const bool near = target_ - low_frame_ <= kWalkBlocks * stream.info.block_size_max;
  if (near || rest <= kWalkWindows * flac_window_bytes(stream)) {
    walking_ = true;
    position_ = low_byte_;
    return;
  }
  const bool first = probe_count_ == 0 && first_estimate_ > low_byte_;
  ++probe_count_;
  std::uint64_t begin = low_byte_ + rest / 2;
  if (first && first_estimate_ < high_byte_) {
    begin = first_estimate_;
  } else if (probe_count_ % kBisectEvery != 0) {
    begin = interpolate({low_frame_, low_byte_}, {high_frame_, high_byte_}, target_,
                        stream.info.block_size_max);
  }
  // A probe at either end of the bracket might not narrow it.
  const std::uint64_t margin = flac_window_bytes(stream) / 2;
  probe_begin_ = std::clamp(begin, low_byte_ + 1, high_byte_ - margin);
  position_ = probe_begin_;
  probing_ = true;
}

std::optional<FlacFrameStep> FlacSeekSearch::probe(const Source& source, const FlacStream& stream,
                                                   FlacSeekIndex& index) {
  const FlacFrameStep step = find_flac_frame(source, stream, position_, high_byte_);
  if (std::holds_alternative<NeedBytes>(step)) return step;
  probing_ = false;

  const FlacFrame* found = std::get_if<FlacFrame>(&step);
  if (found != nullptr) index.note({found->header.first_frame, found->bytes.begin});
  if (found == nullptr || found->header.first_frame > target_) {
    // No FLAC frame begins in [probe_begin_, found).
    high_byte_ = probe_begin_;
    if (found != nullptr) high_frame_ = found->header.first_frame;
    return std::nullopt;
  }
  best_ = *found;
  low_byte_ = found->bytes.end;
  low_frame_ = found->header.end_frame();
  if (target_ < low_frame_) return step;
  return std::nullopt;
}

std::optional<FlacFrameStep> FlacSeekSearch::walk(const Source& source, const FlacStream& stream,
                                                  FlacSeekIndex& index) {
  const FlacFrameStep step = find_flac_frame(source, stream, position_, stream.audio.end);
  if (const auto* need = std::get_if<NeedBytes>(&step)) {
    // The rest of the bracket will be needed next: one request instead of one per FLAC frame.
    ByteRange range = need->range;
    const std::uint64_t ahead_max = kWalkWindows * flac_window_bytes(stream);
    range.end = std::max(range.end, std::min(high_byte_, range.begin + ahead_max));
    return NeedBytes{source.bytes.missing(range)};
  }
  const FlacFrame* found = std::get_if<FlacFrame>(&step);
  if (found == nullptr) return best_ ? FlacFrameStep{*best_} : step;
  if (found->header.first_frame > target_) return best_ ? FlacFrameStep{*best_} : step;

  index.note({found->header.first_frame, found->bytes.begin});
  best_ = *found;
  position_ = found->bytes.end;
  if (target_ < found->header.end_frame()) return step;
  return std::nullopt;
}

}  // namespace engine
