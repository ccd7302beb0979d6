#include "engine/demux/mp3_frame_finder.h"

#include <algorithm>

namespace engine {
namespace {

// A search looks at this many bytes at a time.
constexpr std::uint64_t kSearchWindowBytes = 4096;

// What to ask for when [at, need_end) is missing: a run of `ask_bytes`, but not past `limit`.
NeedBytes need(std::uint64_t at, std::uint64_t need_end, std::uint64_t ask_bytes,
               std::uint64_t limit) {
  return NeedBytes{{at, std::max(need_end, std::min(at + ask_bytes, limit))}};
}

}  // namespace

bool Mp3FrameFinder::fits(const Mp3FrameHeader& header, std::uint64_t offset) const {
  return header.size_bytes > 0 && (!restricted_ || header.continues(like_)) &&
         offset + static_cast<std::uint64_t>(header.size_bytes) <= audio_.end;
}

FindFrameStep Mp3FrameFinder::next(const Source& source, std::uint64_t from,
                                   std::uint64_t ask_bytes) {
  if (from + kMp3HeaderBytes > audio_.end) return EndOfStream{};
  const ByteRange range{from, from + kMp3HeaderBytes};
  const auto bytes = source.bytes.find(range);
  if (!bytes) return need(from, range.end, ask_bytes, audio_.end);
  const auto header = parse_mp3_frame_header(*bytes);
  if (header && fits(*header, from)) return Mp3FrameAt{from, *header};
  return search(source, from + 1, audio_.end, ask_bytes);
}

FindFrameStep Mp3FrameFinder::search(const Source& source, std::uint64_t from, std::uint64_t limit,
                                     std::uint64_t ask_bytes) {
  if (search_from_ != from || search_at_ < from) {
    search_from_ = from;
    search_at_ = from;
  }
  while (search_at_ < limit && search_at_ + kMp3HeaderBytes <= audio_.end) {
    const ByteRange window{search_at_, std::min(search_at_ + kSearchWindowBytes, audio_.end)};
    const auto bytes = source.bytes.find(window);
    if (!bytes) return need(window.begin, window.end, ask_bytes, audio_.end);

    const std::uint64_t starts =
        std::min(window.size() - kMp3HeaderBytes + 1, limit - window.begin);
    for (std::uint64_t i = 0; i < starts; ++i) {
      const auto header = parse_mp3_frame_header(bytes->subspan(static_cast<std::size_t>(i)));
      if (!header || !fits(*header, window.begin + i)) continue;
      const Mp3FrameAt candidate{window.begin + i, *header};
      ByteRange missing;
      const Verdict verdict = confirm(source, candidate, missing);
      if (verdict == Verdict::kYes) return candidate;
      if (verdict == Verdict::kNeedBytes) {
        search_at_ = candidate.offset;
        return need(missing.begin, missing.end, ask_bytes, audio_.end);
      }
    }
    search_at_ += starts;
  }
  return EndOfStream{};
}

Mp3FrameFinder::Verdict Mp3FrameFinder::confirm(const Source& source, const Mp3FrameAt& candidate,
                                                ByteRange& missing) const {
  Mp3FrameAt last = candidate;
  for (int links = restricted_ ? 1 : 2; links > 0; --links) {
    const std::uint64_t at = last.end();
    if (at == audio_.end) return Verdict::kYes;
    if (at + kMp3HeaderBytes > audio_.end) return Verdict::kNo;
    missing = {at, at + kMp3HeaderBytes};
    const auto bytes = source.bytes.find(missing);
    if (!bytes) return Verdict::kNeedBytes;
    const auto header = parse_mp3_frame_header(*bytes);
    if (!header || !header->continues(candidate.header) || header->size_bytes == 0) {
      return Verdict::kNo;
    }
    last = {at, *header};
    // The last MPEG frame of a truncated file confirms the one before it.
    if (last.end() > audio_.end) return Verdict::kYes;
  }
  return Verdict::kYes;
}

}  // namespace engine
