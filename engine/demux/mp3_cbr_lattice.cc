#include "engine/demux/mp3_cbr_lattice.h"

#include <algorithm>

namespace engine {
namespace {

// The three bytes at which an MPEG frame can begin, and the rest of the last one's header.
constexpr std::uint64_t kCandidateBytes = 2 + kMp3HeaderBytes;

}  // namespace

Mp3CbrLattice::Mp3CbrLattice(const Mp3FrameAt& first, std::uint64_t audio_end, Rule rule)
    : first_(first), audio_end_(audio_end) {
  const Mp3FrameHeader& header = first.header;
  numerator_ = static_cast<std::uint64_t>(header.frame_count) * 125 *
               static_cast<std::uint64_t>(header.bitrate_kbps);
  denominator_ = static_cast<std::uint64_t>(header.sample_rate_hz);
  if (rule == Rule::kNeverPadded) {
    numerator_ /= denominator_;
    denominator_ = 1;
  }
}

std::uint64_t Mp3CbrLattice::offset_of(std::int64_t number) const {
  return first_.offset + static_cast<std::uint64_t>(number) * numerator_ / denominator_;
}

std::int64_t Mp3CbrLattice::count_until(std::uint64_t offset) const {
  if (offset <= first_.offset) return 0;
  return static_cast<std::int64_t>((offset - first_.offset) * denominator_ / numerator_);
}

FindFrameStep Mp3CbrLattice::at(const Source& source, std::int64_t number,
                                std::uint64_t ask_bytes) const {
  const std::uint64_t middle = offset_of(number);
  const std::uint64_t begin = number == 0 ? middle : middle - 1;
  if (begin + kMp3HeaderBytes > audio_end_) return EndOfStream{};
  const ByteRange range{begin, std::min(begin + kCandidateBytes, audio_end_)};
  const auto bytes = source.bytes.find(range);
  if (!bytes) {
    return NeedBytes{{begin, std::max(range.end, std::min(begin + ask_bytes, audio_end_))}};
  }
  for (std::size_t i = 0; i + kMp3HeaderBytes <= bytes->size(); ++i) {
    const auto header = parse_mp3_frame_header(bytes->subspan(i));
    if (!header || !header->continues(first_.header)) continue;
    if (header->bitrate_kbps != first_.header.bitrate_kbps) continue;
    const Mp3FrameAt found{begin + i, *header};
    if (found.end() <= audio_end_) return found;
  }
  return EndOfStream{};
}

}  // namespace engine
