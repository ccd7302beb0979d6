// Whether a source is MPEG audio although its front does not show it: behind zeros or the rest of a
// picture, between tags, or too short for the usual proof.
#pragma once

#include <cstdint>
#include <optional>
#include <variant>

#include "engine/base/media_types.h"
#include "engine/base/vocabulary.h"

namespace engine {

/// How far behind the tags the first MPEG frame may begin.
inline constexpr std::uint64_t kMp3SearchBytesMax = 256 * 1024;

enum class MpegAudioKind : std::uint8_t { kNone, kLayer3, kLayer2, kLayer1, kFreeFormat, kAdts };

/// Looks at what lies between the tags of the source. Only layer III is searched for far inside;
/// the others are only named. Call again after supplying what it asks for.
std::variant<NeedBytes, MpegAudioKind> probe_mpeg_audio(const Source& source);

}  // namespace engine
