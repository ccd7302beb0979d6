#include "engine/session/first_ranges.h"

#include <algorithm>

#include "engine/base/byte_store.h"

namespace engine {
namespace {

ByteRange estimated_range(const PcmSource& pcm, const Source& source, FrameRange input,
                          std::uint64_t size_max) {
  const FrameCount begin = std::max<FrameCount>(input.begin, 0);
  if (input.end <= begin) return {};
  const ByteRange range = pcm.probe_range(source, begin, input.end - begin);
  const std::uint64_t begin_byte = std::min(range.begin, source.size_bytes);
  const std::uint64_t limit = std::min(begin_byte + size_max, source.size_bytes);
  return {begin_byte, std::clamp(range.end, begin_byte, limit)};
}

}  // namespace

std::vector<ByteRange> missing_ranges_for(const PcmSource& pcm, const Source& source,
                                          FrameRange input, std::uint64_t size_max) {
  std::vector<ByteRange> ranges;
  const ByteRange sound = source.bytes.missing(estimated_range(pcm, source, input, size_max));
  const ByteRange proof = pcm.proof_range(source, input.begin);
  if (!sound.empty()) ranges.push_back(sound);
  if (proof.empty()) return ranges;
  const bool apart = ranges.empty() || proof.begin > sound.end || proof.end < sound.begin;
  if (apart) {
    ranges.push_back(proof);
  } else {
    ranges.front() = {std::min(sound.begin, proof.begin), std::max(sound.end, proof.end)};
  }
  return ranges;
}

}  // namespace engine
