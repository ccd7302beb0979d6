#include "engine/demux/mp3_length_claim.h"

#include <algorithm>

namespace engine {
namespace {

// More than this behind the claimed end is no padding: it must be known what it is.
constexpr std::uint64_t kTailBytesMax = 64 * 1024;
constexpr std::int64_t kMpegFramesMax = std::int64_t{1} << 32;

// Writers agree that the MPEG frame with the tag counts, but not all do it; and some count the tags
// at the end of the file, or all of the file.
bool claims_just_these(std::uint64_t claimed_bytes, const Mp3TagPlace& place) {
  const std::uint64_t tail_tags = place.source_bytes - place.audio_end;
  const std::uint64_t actual = place.audio_end - place.tag_begin;
  const std::uint64_t without_own = place.audio_end - place.tag_end;
  return claimed_bytes == without_own || claimed_bytes == place.source_bytes ||
         (claimed_bytes >= actual && claimed_bytes <= actual + tail_tags);
}

// Whether any bit rates of the stream's version make so many MPEG frames fill so many bytes.
bool count_is_possible(std::int64_t mpeg_frames, std::uint64_t bytes, const Mp3FrameHeader& first) {
  if (mpeg_frames <= 0 || mpeg_frames > kMpegFramesMax) return false;
  const bool mpeg1 = first.version == MpegVersion::k1;
  const auto bytes_at = [&](std::uint64_t bitrate_kbps) {
    return static_cast<std::uint64_t>(first.frame_count) * 125 * bitrate_kbps /
           static_cast<std::uint64_t>(first.sample_rate_hz);
  };
  const auto frames = static_cast<std::uint64_t>(mpeg_frames);
  return frames * bytes_at(mpeg1 ? 32 : 8) <= bytes &&
         bytes <= (frames + 2) * (bytes_at(mpeg1 ? 320 : 160) + 1);
}

}  // namespace

std::uint64_t claimed_end(const Mp3StreamInfo& info, const Mp3TagPlace& place) {
  return place.tag_begin + info.size_bytes;
}

Mp3LengthClaim judge_length_claim(const Mp3StreamInfo& info, const Mp3FrameHeader& first,
                                  const Mp3TagPlace& place) {
  // A count alone may be that of the first of several files that were joined.
  if (info.size_bytes == 0) return Mp3LengthClaim::kWrong;
  if (!count_is_possible(info.mpeg_frames, info.size_bytes, first)) return Mp3LengthClaim::kWrong;
  if (claims_just_these(info.size_bytes, place)) return Mp3LengthClaim::kFits;
  const std::uint64_t end = claimed_end(info, place);
  const bool a_little_short = end > place.source_bytes && place.source_bytes == place.audio_end &&
                              end - place.audio_end < kMpegFrameBytesMax;
  // A proved constant bit rate costs as little, and tells every place.
  if (a_little_short && !info.constant_bitrate) return Mp3LengthClaim::kEndsBehind;
  const bool a_little_behind =
      end > place.tag_end && end < place.audio_end && place.audio_end - end <= kTailBytesMax;
  return a_little_behind ? Mp3LengthClaim::kEndsBefore : Mp3LengthClaim::kWrong;
}

std::optional<std::uint64_t> missing_of_last_mpeg_frame(std::span<const std::byte> tail,
                                                        const Mp3FrameHeader& first) {
  constexpr int kChainLength = 2;  // So many whole ones in front of the last make it no accident.
  const std::size_t starts = std::min<std::size_t>(tail.size(), kMpegFrameBytesMax);
  for (std::size_t start = 0; start < starts; ++start) {
    std::size_t at = start;
    for (int met = 0; at + kMp3HeaderBytes <= tail.size(); ++met) {
      const auto header = parse_mp3_frame_header(tail.subspan(at));
      if (!header || !header->continues(first) || header->size_bytes == 0) break;
      at += static_cast<std::size_t>(header->size_bytes);
      if (at > tail.size() && met >= kChainLength) return at - tail.size();
    }
  }
  return std::nullopt;
}

}  // namespace engine
