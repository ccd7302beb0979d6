#include "engine/demux/flac_metadata.h"

#include <algorithm>

#include "engine/base/byte_order.h"
#include "engine/demux/id3.h"

namespace engine {
namespace {

constexpr std::uint64_t kBlockHeaderBytes = 4;
constexpr std::uint64_t kBlockBytesReadMax = 64U << 10;
// Asked for behind whatever is missing: small blocks, padding as encoders leave it (8 KiB) and the
// front of the audio, in one request. The first sound waits for each.
constexpr std::uint64_t kAheadBytes = 12U << 10;
constexpr std::uint64_t kPictureFieldWindowBytes = 512;
constexpr std::uint64_t kBlockBytesMax = 0xFFFFFF;  // What a block header can say.
constexpr std::uint64_t kPictureHeadBytesMax = 64U << 10;
constexpr int kBlockCountMax = 1000;
constexpr std::size_t kSeekPointBytes = 18;
constexpr std::uint64_t kPlaceholderPoint = ~0ULL;

constexpr unsigned kBlockStreamInfo = 0;
constexpr unsigned kBlockSeekTable = 3;
constexpr unsigned kBlockVorbisComment = 4;
constexpr unsigned kBlockPicture = 6;
constexpr unsigned kBlockForbidden = 127;

// Asks for `range`, and for so much more behind it.
NeedBytes need_with(const Source& source, ByteRange range, std::uint64_t ahead_bytes) {
  range.end = std::max(range.end, std::min(range.end + ahead_bytes, source.size_bytes));
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
  if (!bytes) return Answer(need_with(source, range, kAheadBytes));

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

// Why the block whose header stands at position_ cannot be one; nothing when it can.
std::optional<Error> FlacMetadataReader::block_error(const Source& source, unsigned type,
                                                     std::uint64_t size) const {
  const std::uint64_t end = position_ + kBlockHeaderBytes + size;
  const bool stream_info = type == kBlockStreamInfo;
  if (stream_info != (block_count_ == 0) || (stream_info && size != kFlacStreamInfoBytes)) {
    return Error{ErrorDetail::kFlacNoStreamInfo, position_};
  }
  if (end > source.size_bytes) return Error{ErrorDetail::kFlacTruncatedHeader, position_};
  if (type == kBlockForbidden || block_count_ >= kBlockCountMax) {
    return Error{ErrorDetail::kFlacMetadata, position_};
  }
  return std::nullopt;
}

// With a STREAMINFO in hand the audio can still be found by its frames.
Result<FlacMetadataReader::Answer> FlacMetadataReader::lose_way(Error error, std::uint64_t from) {
  if (block_count_ == 0) return error;
  metadata_.lost = error;
  metadata_.audio_begin = from;
  metadata_.seek_points.clear();
  done_ = true;
  return Answer();
}

// A picture of more than 16 MiB says the rest of a division in its block header, and the truth in
// its own fields (section 8.8): type:32 n:32 media_type:8n m:32 description:8m 4 x 32 size:32.
std::optional<NeedBytes> FlacMetadataReader::measure_picture(const Source& source,
                                                             std::uint64_t body_begin,
                                                             std::uint64_t& size) const {
  if (source.size_bytes - body_begin <= kBlockBytesMax) return std::nullopt;
  std::uint64_t at = body_begin + 4;
  std::uint64_t data_size = 0;
  for (const std::uint64_t fixed_bytes : {0U, 0U, 16U}) {
    at += fixed_bytes;
    const ByteRange field{at, at + 4};
    if (field.end > body_begin + kPictureHeadBytesMax) return std::nullopt;
    const auto bytes = source.bytes.find(field);
    if (!bytes) return need_with(source, field, kPictureFieldWindowBytes);
    data_size = load_u32be(*bytes, 0);
    at += 4 + data_size;
  }
  const std::uint64_t whole = at - body_begin;
  const bool ran_over = whole > kBlockBytesMax && (whole & kBlockBytesMax) == size;
  if (ran_over && at <= source.size_bytes) size = whole;
  return std::nullopt;
}

Result<FlacMetadataReader::Answer> FlacMetadataReader::read_block(const Source& source) {
  const ByteRange header_range{position_, position_ + kBlockHeaderBytes};
  if (header_range.end > source.size_bytes) {
    return lose_way({ErrorDetail::kFlacTruncatedHeader, position_}, resume_);
  }
  const auto header = source.bytes.find(header_range);
  if (!header) return Answer(need_with(source, header_range, kAheadBytes));
  const unsigned type = load_u8(*header, 0) & 0x7FU;
  const bool last = (load_u8(*header, 0) & 0x80U) != 0;
  std::uint64_t size = load_u32be(*header, 0) & kBlockBytesMax;
  const std::uint64_t body_begin = header_range.end;
  if (type == kBlockPicture) {
    if (auto need = measure_picture(source, body_begin, size)) return Answer(*need);
  }
  if (const auto error = block_error(source, type, size)) return lose_way(*error, resume_);

  const bool read =
      type == kBlockStreamInfo || type == kBlockSeekTable || type == kBlockVorbisComment;
  if (read) {
    const ByteRange body{body_begin, body_begin + std::min(size, kBlockBytesReadMax)};
    const auto bytes = source.bytes.find(body);
    const std::uint64_t ahead_bytes = size > kBlockBytesReadMax ? 0 : kAheadBytes;
    if (!bytes) return Answer(need_with(source, body, ahead_bytes));
    parse_block(type, *bytes);
  }
  position_ = body_begin + size;
  // Whatever follows a long block that was passed over unread may be its inside.
  const bool long_block = !read && size > kBlockBytesReadMax;
  if (!long_block_passed_) resume_ = long_block ? body_begin : position_;
  long_block_passed_ = long_block_passed_ || long_block;
  ++block_count_;
  if (last) {
    metadata_.audio_begin = position_;
    settle_seek_points(source);
    done_ = true;
  }
  return Answer();
}

void FlacMetadataReader::parse_block(unsigned type, std::span<const std::byte> body) {
  if (type == kBlockStreamInfo) {
    metadata_.info = parse_flac_stream_info(body);
    metadata_.stream_info_offset = position_ + kBlockHeaderBytes;
    metadata_.stream_info_bytes.assign(body.begin(), body.end());
  } else if (type == kBlockSeekTable) {
    parse_seek_table(body);
  } else {
    metadata_.comment = parse_vorbis_comment(body);
  }
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
