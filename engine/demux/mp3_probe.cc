#include "engine/demux/mp3_probe.h"

#include <algorithm>
#include <span>

#include "engine/demux/mp3_frame_header.h"
#include "engine/demux/mp3_tag_scanner.h"
#include "engine/demux/mpeg_stream_header.h"

namespace engine {
namespace {

// Bytes are asked for in runs of this size: most files show at once what they are.
constexpr std::uint64_t kRunBytes = 32 * 1024;
// So many bytes hold any chain that is looked for, from its first byte on.
constexpr std::size_t kChainBytesMax = 9 * 1024;
// Streams that are only named begin this early.
constexpr std::size_t kNamedStartMax = 4096;
constexpr int kChainLength = 5;
constexpr int kNamedChainLength = 3;

MpegAudioKind kind_of(MpegStreamKind kind) {
  switch (kind) {
    case MpegStreamKind::kLayer1:
      return MpegAudioKind::kLayer1;
    case MpegStreamKind::kLayer2:
      return MpegAudioKind::kLayer2;
    case MpegStreamKind::kLayer3:
      return MpegAudioKind::kLayer3;
    case MpegStreamKind::kAdts:
      return MpegAudioKind::kAdts;
  }
  return MpegAudioKind::kNone;
}

// Where `bytes` lie: at the front of what is between the tags, up to its end, near its front.
struct Place {
  bool at_front = false;
  bool reaches_end = false;
  bool nameable = false;
};

// What begins with the first of `bytes`.
MpegAudioKind kind_at(std::span<const std::byte> bytes, const Place& place) {
  const auto header = parse_mpeg_stream_header(bytes);
  if (!header) {
    return place.nameable && is_free_format(bytes) ? MpegAudioKind::kFreeFormat
                                                   : MpegAudioKind::kNone;
  }
  if (header->kind != MpegStreamKind::kLayer3) {
    const bool chain = place.nameable && is_mpeg_stream(bytes, kNamedChainLength);
    return chain ? kind_of(header->kind) : MpegAudioKind::kNone;
  }
  if (is_mpeg_stream(bytes, kChainLength)) return MpegAudioKind::kLayer3;
  // One MPEG frame alone is believed when nothing else is there: but for the start of another.
  const bool alone = place.at_front && place.reaches_end && bytes.size() >= header->size_bytes &&
                     bytes.size() < header->size_bytes + kMp3HeaderBytes;
  return alone ? MpegAudioKind::kLayer3 : MpegAudioKind::kNone;
}

}  // namespace

std::variant<NeedBytes, MpegAudioKind> probe_mpeg_audio(const Source& source) {
  Mp3TagScanner tags;
  if (const auto need = tags.scan(source)) return *need;
  const ByteRange audio = tags.audio_bytes();
  const std::uint64_t starts_end =
      audio.begin + std::min<std::uint64_t>(audio.size(), kMp3SearchBytesMax);
  for (std::uint64_t begin = audio.begin; begin < starts_end; begin += kRunBytes) {
    const ByteRange run{begin, std::min(begin + kRunBytes + kChainBytesMax, audio.end)};
    const auto bytes = source.bytes.find(run);
    if (!bytes) return NeedBytes{source.bytes.missing(run)};
    const std::uint64_t starts = std::min(kRunBytes, starts_end - begin);
    for (std::size_t i = 0; i < starts && i + kMp3HeaderBytes <= bytes->size(); ++i) {
      if ((*bytes)[i] != std::byte{0xFF}) continue;
      const auto rest = bytes->subspan(i);
      const auto front = rest.first(std::min(rest.size(), kChainBytesMax));
      const std::uint64_t at = begin - audio.begin + i;
      const bool reaches_end = run.end == audio.end && front.size() == rest.size();
      const MpegAudioKind kind = kind_at(front, {at == 0, reaches_end, at < kNamedStartMax});
      if (kind != MpegAudioKind::kNone) return kind;
    }
  }
  return MpegAudioKind::kNone;
}

}  // namespace engine
