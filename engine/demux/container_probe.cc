#include "engine/demux/container_probe.h"

#include <algorithm>
#include <optional>
#include <span>

#include "engine/base/byte_order.h"
#include "engine/demux/id3.h"
#include "engine/demux/mp3_frame_header.h"

namespace engine {
namespace {

// Asked for at the front: with luck all headers and the first audio of WAV and FLAC lie in it.
constexpr std::uint64_t kFrontBytes = 16U << 10;
// What looks_like_mpeg_audio() wants to see behind a tag.
constexpr std::uint64_t kBehindTagBytes = 8U << 10;
constexpr int kTagCountMax = 8;

std::optional<Container> container_at(std::span<const std::byte> bytes) {
  const bool wave = bytes.size() >= 12 && load_u32be(bytes, 8) == four_cc("WAVE");
  const bool riff =
      starts_with(bytes, "RIFF") || starts_with(bytes, "RF64") || starts_with(bytes, "BW64");
  if (riff && wave) return Container::kWav;
  // Wave64: the GUIDs are checked by its demuxer.
  if (bytes.size() >= 40 && starts_with(bytes, "riff\x2E\x91\xCF\x11") &&
      starts_with(bytes.subspan(24), "wave")) {
    return Container::kWav;
  }
  if (starts_with(bytes, "fLaC")) return Container::kFlac;
  return std::nullopt;
}

// Names what the file is, when it is something that people have but this build cannot play.
const char* unsupported_text(std::span<const std::byte> bytes) {
  if (starts_with(bytes, "OggS")) return "Ogg files are not supported";
  if (bytes.size() >= 8 && load_u32be(bytes, 4) == four_cc("ftyp")) {
    return "MP4 and M4A files are not supported";
  }
  if (starts_with(bytes, "FORM")) return "AIFF files are not supported";
  if (starts_with(bytes, "caff")) return "CAF files are not supported";
  if (starts_with(bytes, "wvpk")) return "WavPack files are not supported";
  if (starts_with(bytes, "MAC ")) return "Monkey's Audio files are not supported";
  if (starts_with(bytes, "DSD ")) return "DSD files are not supported";
  if (starts_with(bytes, "\x1A\x45\xDF\xA3")) return "Matroska and WebM files are not supported";
  if (starts_with(bytes, "\x30\x26\xB2\x75")) return "Windows Media files are not supported";
  return "not a WAV, FLAC or MP3 file";
}

}  // namespace

Result<ProbeStep> probe_container(const Source& source) {
  if (source.size_bytes == 0) {
    return Error{ErrorCode::kUnsupportedFormat, 0, "the file is empty"};
  }
  std::uint64_t position = 0;
  for (int tag_count = 0; tag_count < kTagCountMax; ++tag_count) {
    const std::uint64_t window = position == 0 ? kFrontBytes : kBehindTagBytes;
    const ByteRange range{position, std::min(position + window, source.size_bytes)};
    if (range.empty()) break;
    const auto bytes = source.bytes.find(range);
    if (!bytes) return ProbeStep{NeedBytes{source.bytes.missing(range)}};

    if (const auto tag_bytes = id3v2_tag_bytes(*bytes)) {
      position += *tag_bytes;
      continue;
    }
    const auto container = container_at(*bytes);
    // Behind a tag only FLAC and MP3 are played: the tag is none of WAV's chunks.
    if (container && (position == 0 || *container == Container::kFlac)) {
      return ProbeStep{*container};
    }
    if (looks_like_mpeg_audio(*bytes)) return ProbeStep{Container::kMp3};
    return Error{ErrorCode::kUnsupportedFormat, 0, unsupported_text(*bytes)};
  }
  return Error{ErrorCode::kUnsupportedFormat, 0, "not a WAV, FLAC or MP3 file"};
}

}  // namespace engine
