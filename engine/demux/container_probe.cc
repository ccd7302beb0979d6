#include "engine/demux/container_probe.h"

#include <algorithm>
#include <array>
#include <optional>
#include <span>
#include <string_view>

#include "engine/base/byte_order.h"
#include "engine/demux/id3.h"
#include "engine/demux/mp3_frame_header.h"
#include "engine/demux/mp3_probe.h"

namespace engine {
namespace {

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
ErrorDetail unsupported(std::span<const std::byte> bytes) {
  if (starts_with(bytes, "OggS")) return ErrorDetail::kOgg;
  if (bytes.size() >= 8 && load_u32be(bytes, 4) == four_cc("ftyp")) {
    return ErrorDetail::kMp4;
  }
  if (starts_with(bytes, "FORM")) return ErrorDetail::kAiff;
  if (starts_with(bytes, "caff")) return ErrorDetail::kCaf;
  if (starts_with(bytes, "wvpk")) return ErrorDetail::kWavPack;
  if (starts_with(bytes, "MAC ")) return ErrorDetail::kMonkeysAudio;
  if (starts_with(bytes, "DSD ")) return ErrorDetail::kDsd;
  if (starts_with(bytes, "\x1A\x45\xDF\xA3")) return ErrorDetail::kMatroska;
  if (starts_with(bytes, "\x30\x26\xB2\x75")) return ErrorDetail::kWindowsMedia;
  return ErrorDetail::kNotAudio;
}

// Files of these kinds may well hold MPEG audio somewhere, but they are no MP3 files.
constexpr std::array<std::string_view, 19> kOtherFiles{
    "RIFF", "RIFX",         "riff", "%PDF",       "PK\x03\x04", "\x7F\x45LF", "\x89PNG",
    "GIF8", "\xFF\xD8\xFF", "Rar!", "7z\xBC\xAF", "\x1F\x8B",   "MThd",       "FLV",
    ".snd", "MPCK",         "MP+",  "TTA1",       "OFR "};

bool is_other_file(std::span<const std::byte> bytes) {
  return std::any_of(kOtherFiles.begin(), kOtherFiles.end(), [&](std::string_view magic) {
    return bytes.size() >= magic.size() &&
           std::equal(magic.begin(), magic.end(), bytes.begin(),
                      [](char character, std::byte byte) {
                        return static_cast<std::byte>(character) == byte;
                      });
  });
}

// Where nothing that is known stands behind the ID3v2 tags.
Result<ProbeStep> probe_further(const Source& source, std::span<const std::byte> bytes) {
  const ErrorDetail named = unsupported(bytes);
  if (named != ErrorDetail::kNotAudio || is_other_file(bytes)) return Error{named, 0};
  const auto step = probe_mpeg_audio(source);
  if (const auto* need = std::get_if<NeedBytes>(&step)) return ProbeStep{*need};
  switch (std::get<MpegAudioKind>(step)) {
    case MpegAudioKind::kLayer3:
      return ProbeStep{Container::kMp3};
    case MpegAudioKind::kLayer2:
      return Error{ErrorDetail::kMpegLayer2, 0};
    case MpegAudioKind::kLayer1:
      return Error{ErrorDetail::kMpegLayer1, 0};
    case MpegAudioKind::kAdts:
      return Error{ErrorDetail::kAdts, 0};
    case MpegAudioKind::kFreeFormat:
      return Error{ErrorDetail::kMp3FreeFormat, 0};
    case MpegAudioKind::kNone:
      break;
  }
  return Error{ErrorDetail::kNotAudio, 0};
}

}  // namespace

Result<ProbeStep> probe_container(const Source& source) {
  if (source.size_bytes == 0) {
    return Error{ErrorDetail::kEmptyFile, 0};
  }
  std::uint64_t position = 0;
  for (int tag_count = 0; tag_count < kTagCountMax; ++tag_count) {
    const std::uint64_t window = position == 0 ? kContainerProbeBytes : kBehindTagBytes;
    const ByteRange range{position, std::min(position + window, source.size_bytes)};
    if (range.empty()) return probe_further(source, {});
    const auto bytes = source.bytes.find(range);
    if (!bytes) return ProbeStep{NeedBytes{source.bytes.missing(range)}};

    if (const auto tag_bytes = id3v2_tag_bytes(*bytes)) {
      position = std::min(position + *tag_bytes, source.size_bytes);
      continue;
    }
    const auto container = container_at(*bytes);
    // Behind a tag only FLAC and MP3 are played: the tag is none of WAV's chunks.
    if (container && (position == 0 || *container == Container::kFlac)) {
      return ProbeStep{*container};
    }
    if (looks_like_mpeg_audio(*bytes)) return ProbeStep{Container::kMp3};
    return probe_further(source, *bytes);
  }
  return Error{ErrorDetail::kNotAudio, 0};
}

}  // namespace engine
