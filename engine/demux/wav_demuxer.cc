#include "engine/demux/wav_demuxer.h"

#include <algorithm>
#include <array>

#include "engine/base/byte_order.h"
#include "engine/base/check.h"
#include "engine/demux/tag_text.h"

namespace engine {
namespace {

constexpr std::uint64_t kRiffHeaderBytes = 12;
constexpr std::uint64_t kWave64HeaderBytes = 40;
constexpr std::uint64_t kFmtBytesMin = 16;
constexpr std::uint64_t kFmtExtensibleBytes = 40;
constexpr std::uint64_t kDs64Bytes = 16;  // Up to and with the size of "data".
constexpr std::uint64_t kListBytesMax = 64U << 10;
constexpr std::uint64_t kHeaderWindowBytes = 512;  // Asked for at once: most headers are shorter.
constexpr std::uint64_t kChunkBytesMax = 1ULL << 60;  // Keeps sums of offsets from overflowing.
constexpr int kChunkCountMax = 1000;

constexpr std::uint32_t kFmt = four_cc("fmt ");
constexpr std::uint32_t kData = four_cc("data");
constexpr std::uint32_t kDs64 = four_cc("ds64");
constexpr std::uint32_t kList = four_cc("LIST");

constexpr unsigned kTagPcm = 0x0001;
constexpr unsigned kTagFloat = 0x0003;
constexpr unsigned kTagExtensible = 0xFFFE;

// Bytes 2 to 15 of every sub-format GUID that only wraps a format tag (KSDATAFORMAT_SUBTYPE_*).
constexpr std::array<unsigned char, 14> kSubFormatTail = {0x00, 0x00, 0x00, 0x00, 0x10, 0x00, 0x80,
                                                          0x00, 0x00, 0xAA, 0x00, 0x38, 0x9B, 0x71};
// Bytes 4 to 15 of Wave64's GUIDs of the file and of the chunks that RIFF has too.
constexpr std::array<unsigned char, 12> kWave64RiffTail = {0x2E, 0x91, 0xCF, 0x11, 0xA5, 0xD6,
                                                           0x28, 0xDB, 0x04, 0xC1, 0x00, 0x00};
constexpr std::array<unsigned char, 12> kWave64ChunkTail = {0xF3, 0xAC, 0xD3, 0x11, 0x8C, 0xD1,
                                                            0x00, 0xC0, 0x4F, 0x8E, 0xDB, 0x8A};

template <std::size_t kSize>
bool equals_at(std::span<const std::byte> bytes, std::size_t at,
               const std::array<unsigned char, kSize>& expected) {
  for (std::size_t i = 0; i < kSize; ++i) {
    if (load_u8(bytes, at + i) != expected[i]) return false;
  }
  return true;
}

ErrorDetail unsupported_format(unsigned format_tag) {
  switch (format_tag) {
    case 0x0002:
      return ErrorDetail::kWavMsAdpcm;
    case 0x0006:
      return ErrorDetail::kWavALaw;
    case 0x0007:
      return ErrorDetail::kWavMuLaw;
    case 0x0011:
      return ErrorDetail::kWavImaAdpcm;
    case 0x0050:
    case 0x0055:
      return ErrorDetail::kWavMpeg;
    case 0x0161:
    case 0x0162:
      return ErrorDetail::kWavWindowsMedia;
    default:
      return ErrorDetail::kWavCompressed;
  }
}

// Takes title, artist and album out of the body of a LIST chunk, if it is a LIST of INFO.
void parse_list_info(std::span<const std::byte> body, Tags& tags) {
  if (!starts_with(body, "INFO")) return;
  std::size_t at = 4;
  while (body.size() - at >= 8) {  // Ends: each pass moves `at` by 8 or more.
    const std::uint32_t id = load_u32be(body, at);
    const std::size_t size = std::min<std::size_t>(load_u32le(body, at + 4), body.size() - at - 8);
    const auto text = body.subspan(at + 8, size);
    if (id == four_cc("INAM")) tags.title = tag_text_of(text);
    if (id == four_cc("IART")) tags.artist = tag_text_of(text);
    if (id == four_cc("IPRD")) tags.album = tag_text_of(text);
    at = std::min(at + 8 + size + (size & 1U), body.size());
  }
}

}  // namespace

Result<HeaderStep> WavDemuxer::read_header(const Source& source) {
  if (header_done_) return HeaderStep{info_};
  ENGINE_TRY(const std::optional<NeedBytes> need, read_file_header(source));
  if (need) return HeaderStep{*need};

  while (position_ + chunk_header_bytes() <= source.size_bytes) {
    const ByteRange range{position_, position_ + chunk_header_bytes()};
    const auto header = source.bytes.find(range);
    if (!header) {
      const std::uint64_t end = std::min(position_ + kHeaderWindowBytes, source.size_bytes);
      return HeaderStep{NeedBytes{source.bytes.missing({position_, end})}};
    }
    const Chunk chunk = parse_chunk_header(*header);
    if (chunk.id == kData) return finish_header(source, chunk);

    ENGINE_TRY(const std::optional<NeedBytes> body_need, read_small_chunk(source, chunk));
    if (body_need) return HeaderStep{*body_need};
    if (++chunk_count_ > kChunkCountMax) {
      return Error{ErrorDetail::kWavManyChunks, position_};
    }
    position_ = chunk.next;
  }
  return Error{ErrorDetail::kWavNoData, source.size_bytes};
}

Result<std::optional<NeedBytes>> WavDemuxer::read_file_header(const Source& source) {
  using Answer = std::optional<NeedBytes>;
  if (layout_ != Layout::kUnknown) return Answer();
  if (source.size_bytes < kRiffHeaderBytes) {
    return Error{ErrorDetail::kWavTooShort, 0};
  }
  const std::uint64_t size = std::min(kWave64HeaderBytes, source.size_bytes);
  const auto header = source.bytes.find({0, size});
  if (!header) {
    const std::uint64_t window = std::min(kHeaderWindowBytes, source.size_bytes);
    return Answer(NeedBytes{source.bytes.missing({0, window})});
  }

  const bool wave = load_u32be(*header, 8) == four_cc("WAVE");
  if (starts_with(*header, "RIFF") && wave) {
    layout_ = Layout::kRiff;
  } else if ((starts_with(*header, "RF64") || starts_with(*header, "BW64")) && wave) {
    layout_ = Layout::kRf64;
  } else if (size == kWave64HeaderBytes && starts_with(*header, "riff") &&
             equals_at(*header, 4, kWave64RiffTail) && starts_with(header->subspan(24), "wave") &&
             equals_at(*header, 28, kWave64ChunkTail)) {
    layout_ = Layout::kWave64;
  } else {
    return Error{ErrorDetail::kWavNoMarker, 0};
  }
  position_ = layout_ == Layout::kWave64 ? kWave64HeaderBytes : kRiffHeaderBytes;
  return Answer();
}

WavDemuxer::Chunk WavDemuxer::parse_chunk_header(std::span<const std::byte> header) const {
  Chunk chunk;
  chunk.begin = position_;
  const std::uint64_t body_begin = position_ + chunk_header_bytes();
  if (layout_ == Layout::kWave64) {
    // "fmt ", "data" and so on are lower case in both; no other chunk of Wave64 is of interest.
    if (equals_at(header, 4, kWave64ChunkTail)) chunk.id = load_u32be(header, 0);
    const std::uint64_t size =
        std::clamp<std::uint64_t>(load_u64le(header, 16), 24, kChunkBytesMax);
    chunk.body = {body_begin, position_ + size};
    chunk.unsized = size == 24;
    chunk.next = position_ + (size + 7) / 8 * 8;
    return chunk;
  }
  chunk.id = load_u32be(header, 0);
  std::uint64_t size = load_u32le(header, 4);
  chunk.unsized = size == 0 || size == 0xFFFFFFFF;
  if (layout_ == Layout::kRf64 && chunk.id == kData && size == 0xFFFFFFFF) {
    size = std::min(ds64_data_bytes_, kChunkBytesMax);
    chunk.unsized = size == 0;
  }
  chunk.body = {body_begin, body_begin + size};
  chunk.next = chunk.body.end + (size & 1U);
  return chunk;
}

// Parses a chunk before "data" that is of interest; passes over any other.
Result<std::optional<NeedBytes>> WavDemuxer::read_small_chunk(const Source& source,
                                                              const Chunk& chunk) {
  using Answer = std::optional<NeedBytes>;
  const bool is_ds64 = chunk.id == kDs64 && layout_ == Layout::kRf64;
  const bool is_list = chunk.id == kList && chunk.body.size() <= kListBytesMax &&
                       chunk.body.end <= source.size_bytes;
  ByteRange body = chunk.body;
  if (chunk.id == kFmt || is_ds64) {
    const std::uint64_t bytes_min = is_ds64 ? kDs64Bytes : kFmtBytesMin;
    body.end = std::min(body.end, body.begin + kFmtExtensibleBytes);
    if (body.size() < bytes_min || body.end > source.size_bytes) {
      return Error{ErrorDetail::kWavShortFormat, chunk.begin};
    }
  } else if (!is_list) {
    return Answer();
  }

  const auto bytes = source.bytes.find(body);
  if (!bytes) return Answer(NeedBytes{source.bytes.missing(body)});
  if (chunk.id == kFmt) {
    if (const Status status = parse_fmt(*bytes); !status) return status.error();
  } else if (is_ds64) {
    ds64_data_bytes_ = load_u64le(*bytes, 8);
  } else {
    parse_list_info(*bytes, info_.tags);
  }
  return Answer();
}

Status WavDemuxer::parse_fmt(std::span<const std::byte> body) {
  unsigned tag = load_u16le(body, 0);
  const int channels = load_u16le(body, 2);
  const std::uint32_t sample_rate_hz = load_u32le(body, 4);
  int block_bytes = load_u16le(body, 12);
  int bits = load_u16le(body, 14);
  if (channels == 0 || bits == 0) {
    if (tag == kTagPcm || tag == kTagFloat || tag == kTagExtensible) {
      return Error{ErrorDetail::kWavEmptyFormat, position_};
    }
  }
  int valid_bits = bits;
  if (tag == kTagExtensible) {
    if (body.size() < kFmtExtensibleBytes) {
      return Error{ErrorDetail::kWavShortExtensible, position_};
    }
    if (!equals_at(body, 26, kSubFormatTail)) {
      return Error{ErrorDetail::kWavSubFormat, position_};
    }
    tag = load_u16le(body, 24);
    valid_bits = load_u16le(body, 18);
    info_.channel_mask = load_u32le(body, 20);
  }
  if (tag != kTagPcm && tag != kTagFloat) {
    return Error{unsupported_format(tag), position_};
  }
  if (channels > kChannelCountMax) {
    return Error{ErrorDetail::kChannels, position_};
  }
  if (sample_rate_hz < kSampleRateHzMin || sample_rate_hz > kSampleRateHzMax) {
    return Error{ErrorDetail::kSampleRate, position_};
  }

  // Samples are left-justified in whole bytes; a missing block size follows from that.
  if (block_bytes == 0) block_bytes = channels * ((bits + 7) / 8);
  const int sample_bytes = block_bytes / channels;
  const bool whole = block_bytes % channels == 0 && bits <= 8 * sample_bytes;
  const bool width_known = tag == kTagFloat ? bits == 8 * sample_bytes && (bits == 32 || bits == 64)
                                            : sample_bytes >= 1 && sample_bytes <= 4;
  if (!whole || !width_known) {
    return Error{ErrorDetail::kWavSampleWidth, position_};
  }
  const bool valid_bits_usable = tag == kTagPcm && valid_bits >= 1 && valid_bits <= bits;
  info_.container = Container::kWav;
  info_.codec = tag == kTagPcm ? Codec::kPcmInt : Codec::kPcmFloat;
  info_.sample_rate_hz = static_cast<int>(sample_rate_hz);
  info_.channels = channels;
  info_.bits_per_sample = valid_bits_usable ? valid_bits : bits;
  info_.block_bytes = block_bytes;
  has_format_ = true;
  return ok_status();
}

Result<HeaderStep> WavDemuxer::finish_header(const Source& source, const Chunk& data) {
  if (!has_format_) {
    return Error{ErrorDetail::kWavDataFirst, data.begin};
  }
  std::uint64_t end = data.unsized ? source.size_bytes : data.body.end;
  end = std::min(end, source.size_bytes);
  const auto block_bytes = static_cast<std::uint64_t>(info_.block_bytes);
  const std::uint64_t frames = (end - data.body.begin) / block_bytes;
  info_.frame_count = static_cast<FrameCount>(frames);
  info_.audio_bytes = {data.body.begin, data.body.begin + frames * block_bytes};
  header_done_ = true;
  return HeaderStep{info_};
}

ByteRange WavDemuxer::bytes_of_frames(FrameCount begin, FrameCount end) const {
  const auto block_bytes = static_cast<std::uint64_t>(info_.block_bytes);
  return {info_.audio_bytes.begin + static_cast<std::uint64_t>(begin) * block_bytes,
          info_.audio_bytes.begin + static_cast<std::uint64_t>(end) * block_bytes};
}

Result<SeekStep> WavDemuxer::seek(const Source& /*source*/, FrameCount frame) {
  ENGINE_CHECK(header_done_);
  ENGINE_CHECK(frame >= 0);
  ENGINE_CHECK(frame <= info_.frame_count);
  cursor_ = frame == info_.frame_count ? frame : frame / kPacketFrames * kPacketFrames;
  return SeekStep{Placed{cursor_}};
}

Result<SeekStep> WavDemuxer::seek_near(const Source& source, FrameCount frame) {
  return seek(source, frame);  // Every place is known.
}

ByteRange WavDemuxer::probe_range(const Source& /*source*/, FrameCount frame,
                                  FrameCount count) const {
  ENGINE_CHECK(header_done_);
  ENGINE_CHECK(frame >= 0);
  ENGINE_CHECK(count >= 0);
  const FrameCount last = std::max<FrameCount>(info_.frame_count - 1, 0);
  const FrameCount begin = std::min(frame, last) / kPacketFrames * kPacketFrames;
  const FrameCount wished = std::min(frame, last) + std::min(count, info_.frame_count);
  const FrameCount end = (wished / kPacketFrames + 1) * kPacketFrames;
  return bytes_of_frames(begin, std::min(end, info_.frame_count));
}

Result<PacketStep> WavDemuxer::read_packet(const Source& source) {
  ENGINE_CHECK(header_done_);
  if (cursor_ >= info_.frame_count) return PacketStep{EndOfStream{}};
  const FrameCount grid_end = (cursor_ / kPacketFrames + 1) * kPacketFrames;
  const FrameCount end = std::min(grid_end, info_.frame_count);
  const ByteRange range = bytes_of_frames(cursor_, end);
  const auto bytes = source.bytes.find(range);
  if (!bytes) return PacketStep{NeedBytes{source.bytes.missing(range)}};

  EncodedPacket packet;
  packet.first_frame = cursor_;
  packet.frame_count = end - cursor_;
  packet.bytes = *bytes;
  cursor_ = end;
  return PacketStep{packet};
}

}  // namespace engine
