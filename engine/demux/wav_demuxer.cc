#include "engine/demux/wav_demuxer.h"

#include <algorithm>
#include <array>
#include <utility>

#include "engine/base/byte_order.h"
#include "engine/base/check.h"
#include "engine/demux/container_probe.h"
#include "engine/demux/tag_text.h"
#include "engine/demux/wav_bitstream.h"
#include "engine/demux/wav_format.h"

namespace engine {
namespace {

constexpr std::uint64_t kRiffHeaderBytes = 12;
constexpr std::uint64_t kWave64HeaderBytes = 40;
constexpr std::uint64_t kDs64Bytes = 16;  // Up to and with the size of "data".
constexpr std::uint64_t kListBytesMax = 64U << 10;
constexpr std::uint64_t kHeaderWindowBytes = 512;  // Asked for at once: most headers are shorter.
constexpr std::uint64_t kChunkBytesMax = 1ULL << 60;  // Keeps sums of offsets from overflowing.
constexpr int kChunkCountMax = 1000;
// How far behind a chunk header the next one is looked for when it is not where it should be.
constexpr std::uint64_t kChunkSearchBytesMax = 64U << 10;
// Writers of streams put such sizes, and all ones, where they do not know any.
constexpr std::uint64_t kPlaceholderBytesMin = 0x7FFF0000;
// Less than this behind the data, or than a sixteenth of them, is tags.
constexpr std::uint64_t kBehindDataBytesMin = 64U << 10;
// Samples from the front that are looked at when they are at hand anyway.
constexpr std::uint64_t kFrontLookBytesMin = 8U << 10;

constexpr std::uint32_t kFmt = four_cc("fmt ");
constexpr std::uint32_t kData = four_cc("data");
constexpr std::uint32_t kDs64 = four_cc("ds64");
constexpr std::uint32_t kList = four_cc("LIST");

constexpr std::array kKnownChunks = {kFmt,
                                     kData,
                                     kList,
                                     kDs64,
                                     four_cc("fact"),
                                     four_cc("JUNK"),
                                     four_cc("junk"),
                                     four_cc("PAD "),
                                     four_cc("FLLR"),
                                     four_cc("bext"),
                                     four_cc("cue "),
                                     four_cc("smpl"),
                                     four_cc("inst"),
                                     four_cc("id3 "),
                                     four_cc("ID3 "),
                                     four_cc("iXML"),
                                     four_cc("PEAK"),
                                     four_cc("acid"),
                                     four_cc("axml"),
                                     four_cc("cart"),
                                     four_cc("levl"),
                                     four_cc("DISP"),
                                     four_cc("plst")};

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

bool is_known(std::uint32_t id) {
  return std::find(kKnownChunks.begin(), kKnownChunks.end(), id) != kKnownChunks.end();
}

bool is_printable(std::uint32_t id) {
  for (int shift = 0; shift < 32; shift += 8) {
    const std::uint32_t character = (id >> shift) & 0xFF;
    if (character < 0x20 || character > 0x7E) return false;
  }
  return true;
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

  for (;;) {  // Ends: each pass moves position_ forward, asks for bytes, or returns.
    const auto step = next_chunk(source);
    if (const auto* header_need = std::get_if<NeedBytes>(&step)) return HeaderStep{*header_need};
    const auto* chunk = std::get_if<Chunk>(&step);
    if (chunk == nullptr) return Error{ErrorDetail::kWavNoData, source.size_bytes};
    if (chunk->id == kData) return finish_header(source, *chunk);

    ENGINE_TRY(const std::optional<NeedBytes> body_need, read_small_chunk(source, *chunk));
    if (body_need) return HeaderStep{*body_need};
    if (++chunk_count_ > kChunkCountMax) {
      return Error{ErrorDetail::kWavManyChunks, position_};
    }
    after_last_ = chunk->body.begin;
    after_odd_ = layout_ != Layout::kWave64 && chunk->body.size() % 2 != 0;
    position_ = chunk->next;
  }
}

// The chunk at position_; where none is there, position_ moves to the next one that can be found.
std::variant<NeedBytes, WavDemuxer::Chunk, EndOfStream> WavDemuxer::next_chunk(
    const Source& source) {
  const std::uint64_t begin = position_ - (after_odd_ ? 1 : 0);
  const std::uint64_t end = position_ + chunk_header_bytes();
  if (end > source.size_bytes) return search_chunk(source);
  const auto bytes = source.bytes.find({begin, end});
  if (!bytes) {
    const std::uint64_t window_end = std::min(position_ + kHeaderWindowBytes, source.size_bytes);
    return NeedBytes{source.bytes.missing({begin, window_end})};
  }
  const Chunk chunk = parse_chunk_header(bytes->subspan(after_odd_ ? 1 : 0));
  if (after_odd_ && !is_known(chunk.id) && is_known(load_u32be(*bytes, 0))) {
    --position_;  // There is no padding.
    after_odd_ = false;
    return parse_chunk_header(*bytes);
  }
  if (is_plausible(chunk, source.size_bytes)) return chunk;
  return search_chunk(source);
}

bool WavDemuxer::is_plausible(const Chunk& chunk, std::uint64_t source_bytes) const {
  if (layout_ == Layout::kWave64 || is_known(chunk.id)) return true;
  return is_printable(chunk.id) && chunk.body.end <= source_bytes;
}

// A size was wrong: by a byte or two, or it says nothing. In a file of sizes that nest wrongly the
// ids are what is left.
std::variant<NeedBytes, WavDemuxer::Chunk, EndOfStream> WavDemuxer::search_chunk(
    const Source& source) {
  if (layout_ == Layout::kWave64 || after_last_ == 0) return EndOfStream{};
  constexpr std::uint64_t kNear = 2;
  const std::uint64_t near_end = position_ + kNear + chunk_header_bytes();
  if (position_ - kNear >= after_last_ && near_end <= source.size_bytes) {
    const ByteRange near{position_ - kNear, near_end};
    const auto bytes = source.bytes.find(near);
    if (!bytes) return NeedBytes{source.bytes.missing(near)};
    if (const auto chunk = chunk_near(*bytes, near.begin, source.size_bytes, true)) return *chunk;
  }
  const ByteRange all{after_last_, std::min(after_last_ + kChunkSearchBytesMax, source.size_bytes)};
  const auto bytes = source.bytes.find(all);
  if (!bytes) return NeedBytes{source.bytes.missing(all)};
  for (const bool cut_data : {false, true}) {
    const auto chunk = chunk_near(*bytes, all.begin, source.size_bytes, cut_data);
    if (chunk) return *chunk;
  }
  return EndOfStream{};
}

// The first chunk in `bytes`, which lie at `begin`, that can come now: "fmt ", then "data"; with
// `cut_data` also data that reach past the end, as in a file that is cut off or was never finished.
// No size is made of four letters: that is the word "data" in a text.
std::optional<WavDemuxer::Chunk> WavDemuxer::chunk_near(std::span<const std::byte> bytes,
                                                        std::uint64_t begin,
                                                        std::uint64_t source_bytes, bool cut_data) {
  for (std::size_t i = 0; i + chunk_header_bytes() <= bytes.size(); ++i) {
    const std::uint32_t id = load_u32be(bytes, i);
    if (id != kData && id != kFmt && id != kList) continue;
    if (id == kData && !has_format_) continue;
    const std::uint64_t back = std::exchange(position_, begin + i);
    const Chunk chunk = parse_chunk_header(bytes.subspan(i));
    const bool may_be_cut = cut_data && id == kData && !is_printable(load_u32be(bytes, i + 4));
    if (chunk.unsized || chunk.body.end <= source_bytes || may_be_cut) {
      after_odd_ = false;
      return chunk;
    }
    position_ = back;
  }
  return std::nullopt;
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
    const std::uint64_t bytes_min = is_ds64 ? kDs64Bytes : kWavFormatBytesMin;
    body.end = std::min(body.end, body.begin + kWavFormatBytesMax);
    if (body.size() < bytes_min || body.end > source.size_bytes) {
      return Error{ErrorDetail::kWavShortFormat, chunk.begin};
    }
  } else if (!is_list) {
    return Answer();
  }

  const auto bytes = source.bytes.find(body);
  if (!bytes) return Answer(NeedBytes{source.bytes.missing(body)});
  if (chunk.id == kFmt) {
    ENGINE_TRY(const WavFormat format, parse_wav_format(*bytes, position_));
    take_format(format);
  } else if (is_ds64) {
    ds64_data_bytes_ = load_u64le(*bytes, 8);
  } else {
    parse_list_info(*bytes, info_.tags);
  }
  return Answer();
}

void WavDemuxer::take_format(const WavFormat& format) {
  info_.container = Container::kWav;
  info_.codec = format.codec;
  info_.sample_rate_hz = format.sample_rate_hz;
  info_.channels = format.channels;
  info_.bits_per_sample = format.bits_per_sample;
  info_.block_bytes = format.block_bytes;
  info_.channel_mask = format.channel_mask;
  if (format.corrected) info_.warnings.add(TrackWarning::kFormatCorrected);
  has_format_ = true;
}

Result<HeaderStep> WavDemuxer::finish_header(const Source& source, const Chunk& data) {
  if (!has_format_) {
    return Error{ErrorDetail::kWavDataFirst, data.begin};
  }
  std::uint64_t end = data.body.end;
  if (const auto need = settle_data_end(source, data, end)) return HeaderStep{*need};
  const auto block_bytes = static_cast<std::uint64_t>(info_.block_bytes);
  const std::uint64_t frames = (end - data.body.begin) / block_bytes;
  info_.frame_count = static_cast<FrameCount>(frames);
  info_.audio_bytes = {data.body.begin, data.body.begin + frames * block_bytes};
  const ByteRange front{data.body.begin, std::min(info_.audio_bytes.end, kContainerProbeBytes)};
  if (data.body.begin + kFrontLookBytesMin <= kContainerProbeBytes) {
    ENGINE_TRY(const auto need, refuse_bitstream(source, front));
    if (need) return HeaderStep{*need};
  }
  header_done_ = true;
  return HeaderStep{info_};
}

// Where the data end: where they are said to, or with the file.
std::optional<NeedBytes> WavDemuxer::settle_data_end(const Source& source, const Chunk& data,
                                                     std::uint64_t& end) {
  const std::uint64_t there = source.size_bytes - data.body.begin;
  const std::uint64_t told = data.body.size();
  if (data.unsized) {
    end = source.size_bytes;
    const ByteRange behind{data.body.begin, data.body.begin + chunk_header_bytes()};
    if (layout_ != Layout::kRiff || told != 0 || behind.end > end) return std::nullopt;
    const auto bytes = source.bytes.find(behind);
    if (!bytes) return NeedBytes{source.bytes.missing(behind)};
    // No data, and another chunk: they are not missing a size, they are empty.
    if (is_known(load_u32be(*bytes, 0)) && behind.end + load_u32le(*bytes, 4) <= end) {
      end = data.body.begin;
    }
    return std::nullopt;
  }
  if (told > there) {
    const bool short_by_frames = told - there >= static_cast<std::uint64_t>(info_.block_bytes);
    const bool placeholder = layout_ == Layout::kRiff && told >= kPlaceholderBytesMin;
    if (short_by_frames && !placeholder) info_.warnings.add(TrackWarning::kEndsEarly);
    end = source.size_bytes;
    return std::nullopt;
  }
  // More than 4 GiB: the 32 bits of the size ran over, as often as it takes to fill the file.
  if (layout_ == Layout::kRiff && there - told >= (1ULL << 32)) {
    end = data.body.begin + told + ((there - told) >> 32 << 32);
    info_.warnings.add(TrackWarning::kLengthCorrected);
    return std::nullopt;
  }
  return look_behind_data(source, data.body);
}

// Much behind the data is a second data chunk, or sound that the size forgot. A listener should
// know that it is not played.
std::optional<NeedBytes> WavDemuxer::look_behind_data(const Source& source, ByteRange data) {
  const std::uint64_t told = data.size();
  const std::uint64_t behind = source.size_bytes - data.end;
  if (layout_ == Layout::kWave64 || behind < std::max(kBehindDataBytesMin, told / 16)) {
    return std::nullopt;
  }
  const ByteRange range{data.end, data.end + chunk_header_bytes() + 1};
  const auto bytes = source.bytes.find(range);
  if (!bytes) return NeedBytes{source.bytes.missing(range)};
  const std::uint32_t padded = load_u32be(*bytes, static_cast<std::size_t>(told % 2));
  const bool more_data = padded == kData || load_u32be(*bytes, 0) == kData;
  if (more_data || !is_printable(padded)) info_.warnings.add(TrackWarning::kAudioLeftOut);
  return std::nullopt;
}

// Nothing else carries such streams.
bool WavDemuxer::may_hold_bitstream() const {
  return info_.codec == Codec::kPcmInt && info_.channels == 2 && info_.block_bytes == 4;
}

// `look` is inside the source and begins with a frame.
Result<std::optional<NeedBytes>> WavDemuxer::refuse_bitstream(const Source& source,
                                                              ByteRange look) const {
  using Answer = std::optional<NeedBytes>;
  if (!may_hold_bitstream()) return Answer();
  const auto bytes = source.bytes.find(look);
  if (!bytes) return Answer(NeedBytes{source.bytes.missing(look)});
  if (const auto detail = find_bitstream(*bytes)) return Error{*detail, look.begin};
  return Answer();
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
  if (const auto sync = may_hold_bitstream() ? find_bitstream_sync(*bytes) : std::nullopt) {
    const std::uint64_t begin = range.begin + *sync;
    const std::uint64_t look_end = std::min(begin + kBitstreamLookBytes, info_.audio_bytes.end);
    ENGINE_TRY(const auto need, refuse_bitstream(source, {begin, look_end}));
    if (need) return PacketStep{*need};
  }

  EncodedPacket packet;
  packet.first_frame = cursor_;
  packet.frame_count = end - cursor_;
  packet.bytes = *bytes;
  cursor_ = end;
  return PacketStep{packet};
}

}  // namespace engine
