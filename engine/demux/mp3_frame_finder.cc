#include "engine/demux/mp3_frame_finder.h"

#include <algorithm>

#include "engine/demux/mpeg_stream_header.h"

namespace engine {
namespace {

// A search looks at this many bytes at a time.
constexpr std::uint64_t kSearchWindowBytes = 4096;
// So many frames in a row make another stream.
constexpr int kOtherChainLength = 3;

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
  if (header && header->size_bytes > 0 && restricted_ && header->continues(like_)) {
    noticed_.add(TrackWarning::kEndsEarly);  // It fits, but for its end.
  }
  FindFrameStep step = search_on(source, {from, audio_.end}, ask_bytes, true);
  if (std::holds_alternative<Mp3FrameAt>(step) && !met_others_) {
    noticed_.add(TrackWarning::kJunkSkipped);
  }
  return step;
}

FindFrameStep Mp3FrameFinder::search(const Source& source, std::uint64_t from, std::uint64_t limit,
                                     std::uint64_t ask_bytes) {
  return search_on(source, {from, limit}, ask_bytes, false);
}

FindFrameStep Mp3FrameFinder::search_on(const Source& source, ByteRange starts,
                                        std::uint64_t ask_bytes, bool step_over_others) {
  const Search wanted{starts, step_over_others};
  if (search_ != wanted) {
    search_ = wanted;
    search_at_ = starts.begin;
    met_others_ = false;
  }
  while (search_at_ < starts.end && search_at_ + kMp3HeaderBytes <= audio_.end) {
    const ByteRange window{search_at_, std::min(search_at_ + kSearchWindowBytes, audio_.end)};
    const auto bytes = source.bytes.find(window);
    if (!bytes) return need(window.begin, window.end, ask_bytes, audio_.end);

    const std::uint64_t count =
        std::min(window.size() - kMp3HeaderBytes + 1, starts.end - window.begin);
    std::uint64_t at = window.begin;
    while (at < window.begin + count) {
      const auto here = bytes->subspan(static_cast<std::size_t>(at - window.begin));
      ByteRange missing;
      Verdict verdict = Verdict::kNo;
      const auto header = parse_mp3_frame_header(here);
      if (header && fits(*header, at)) {
        const Mp3FrameAt candidate{at, *header};
        verdict = confirm(source, candidate, missing);
        if (verdict == Verdict::kYes) return candidate;
      }
      std::uint64_t after = at + 1;
      if (verdict == Verdict::kNo && step_over_others && here[0] == std::byte{0xFF}) {
        after = at;
        verdict = pass_other(source, after, missing);
        if (verdict == Verdict::kNo) after = at + 1;
        met_others_ = met_others_ || verdict == Verdict::kYes;
        if (verdict == Verdict::kYes) noticed_.add(TrackWarning::kAudioLeftOut);
      }
      if (verdict == Verdict::kNeedBytes) {
        search_at_ = at;
        return need(missing.begin, missing.end, ask_bytes, audio_.end);
      }
      at = after;
    }
    search_at_ = at;
  }
  return EndOfStream{};
}

// Moves `offset` behind the frame of another stream that begins there, when that is no accident:
// when others of that stream follow it.
Mp3FrameFinder::Verdict Mp3FrameFinder::pass_other(const Source& source, std::uint64_t& offset,
                                                   ByteRange& missing) const {
  std::optional<MpegStreamHeader> first;
  std::uint64_t at = offset;
  for (int met = 0; met < kOtherChainLength; ++met) {
    if (at >= audio_.end && met >= 2) break;
    if (at >= audio_.end) return Verdict::kNo;
    missing = {at, std::min(at + kMpegStreamHeaderBytes, audio_.end)};
    const auto bytes = source.bytes.find(missing);
    if (!bytes) return Verdict::kNeedBytes;
    const auto header = parse_mpeg_stream_header(*bytes);
    if (!header || (first && !header->continues(*first))) return Verdict::kNo;
    if (!first) {
      first = header;
      const auto own = parse_mp3_frame_header(*bytes);
      if (own && own->continues(like_)) return Verdict::kNo;
    }
    at += header->size_bytes;
  }
  offset += first->size_bytes;
  return Verdict::kYes;
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
