#include "engine/demux/flac_metadata.h"

#include <algorithm>

#include "engine/base/byte_order.h"
#include "engine/demux/id3.h"

namespace engine {
namespace {

constexpr std::uint64_t kBlockHeaderBytes = 4;
constexpr std::uint64_t kBlockBytesReadMax = 64U << 10;
constexpr std::uint64_t kWindowBytes = 512;  // Asked for at once: small blocks follow each other.
constexpr int kBlockCountMax = 1000;
constexpr std::size_t kSeekPointBytes = 18;
constexpr std::uint64_t kPlaceholderPoint = ~0ULL;

constexpr unsigned kBlockStreamInfo = 0;
constexpr unsigned kBlockSeekTable = 3;
constexpr unsigned kBlockVorbisComment = 4;
constexpr unsigned kBlockForbidden = 127;

// Asks for at least `range`, and for what most likely comes next.
NeedBytes need_window(const Source& source, ByteRange range) {
  range.end = std::max(range.end, std::min(range.begin + kWindowBytes, source.size_bytes));
  return NeedBytes{source.bytes.missing(range)};
}

}  // namespace

Result<std::optional<NeedBytes>> FlacMetadataReader::read(const Source& source) {
  while (!done_) {  // Ends: each pass moves position_ forward, asks for bytes, or returns.
    ENGINE_TRY(const Answer need, marker_read_ ? read_block(source) : read_marker(source));
    if (need) return need;
  }
  return Answer();
}

// Passes over ID3v2 tags, which do not belong here but are found, and the stream marker.
Result<FlacMetadataReader::Answer> FlacMetadataReader::read_marker(const Source& source) {
  const ByteRange range{position_, position_ + kId3v2HeaderBytes};
  if (range.end > source.size_bytes) {
    return Error{ErrorDetail::kFlacNoMarker, 0};
  }
  const auto bytes = source.bytes.find(range);
  if (!bytes) return Answer(need_window(source, range));

  if (const auto tag_bytes = id3v2_tag_bytes(*bytes)) {
    position_ += *tag_bytes;
    return Answer();
  }
  if (!starts_with(*bytes, "fLaC")) {
    return Error{ErrorDetail::kFlacNoMarker, position_};
  }
  position_ += 4;
  marker_read_ = true;
  return Answer();
}

Result<FlacMetadataReader::Answer> FlacMetadataReader::read_block(const Source& source) {
  const ByteRange header_range{position_, position_ + kBlockHeaderBytes};
  if (header_range.end > source.size_bytes) {
    return Error{ErrorDetail::kFlacTruncatedHeader, position_};
  }
  const auto header = source.bytes.find(header_range);
  if (!header) return Answer(need_window(source, header_range));
  const unsigned type = load_u8(*header, 0) & 0x7FU;
  const bool last = (load_u8(*header, 0) & 0x80U) != 0;
  const std::uint64_t size = load_u32be(*header, 0) & 0xFFFFFFU;
  const std::uint64_t body_begin = header_range.end;
  if (body_begin + size > source.size_bytes) {
    return Error{ErrorDetail::kFlacTruncatedHeader, position_};
  }
  const bool stream_info = type == kBlockStreamInfo;
  if (stream_info != (block_count_ == 0) || (stream_info && size != kFlacStreamInfoBytes)) {
    return Error{ErrorDetail::kFlacNoStreamInfo, position_};
  }
  if (type == kBlockForbidden || block_count_ >= kBlockCountMax) {
    return Error{ErrorDetail::kFlacMetadata, position_};
  }

  if (stream_info || type == kBlockSeekTable || type == kBlockVorbisComment) {
    const ByteRange body{body_begin, body_begin + std::min(size, kBlockBytesReadMax)};
    const auto bytes = source.bytes.find(body);
    if (!bytes) return Answer(need_window(source, body));
    if (const Status status = parse_block(type, *bytes); !status) return status.error();
  }
  position_ = body_begin + size;
  ++block_count_;
  if (last) {
    metadata_.audio_begin = position_;
    settle_seek_points(source);
    done_ = true;
  }
  return Answer();
}

Status FlacMetadataReader::parse_block(unsigned type, std::span<const std::byte> body) {
  if (type == kBlockStreamInfo) {
    ENGINE_TRY(metadata_.info, parse_flac_stream_info(body, position_ + kBlockHeaderBytes));
    metadata_.stream_info_bytes.assign(body.begin(), body.end());
  } else if (type == kBlockSeekTable) {
    parse_seek_table(body);
  } else {
    metadata_.comment = parse_vorbis_comment(body);
  }
  return ok_status();
}

// Seek points (section 8.5): first_frame:64 offset_from_first_FLAC_frame:64 frame_count:16.
void FlacMetadataReader::parse_seek_table(std::span<const std::byte> body) {
  metadata_.seek_points.clear();
  for (; body.size() >= kSeekPointBytes; body = body.subspan(kSeekPointBytes)) {
    const std::uint64_t first_frame = load_u64be(body, 0);
    const std::uint64_t offset = load_u64be(body, 8);
    if (first_frame == kPlaceholderPoint || first_frame >> 36 != 0 || offset >> 60 != 0) continue;
    metadata_.seek_points.push_back({static_cast<FrameCount>(first_frame), offset});
  }
}

// Makes offsets those of the source and drops points that cannot be true.
void FlacMetadataReader::settle_seek_points(const Source& source) {
  std::vector<FlacSeekPoint> kept;
  for (FlacSeekPoint point : metadata_.seek_points) {
    point.byte_offset += metadata_.audio_begin;
    const bool inside =
        point.byte_offset < source.size_bytes &&
        (metadata_.info.frame_count == 0 || point.first_frame < metadata_.info.frame_count);
    const bool rising = kept.empty() || (point.first_frame > kept.back().first_frame &&
                                         point.byte_offset > kept.back().byte_offset);
    if (inside && rising) kept.push_back(point);
  }
  metadata_.seek_points = std::move(kept);
}

}  // namespace engine
