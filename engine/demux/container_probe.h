// Which container a source is, told from its bytes alone: names and MIME types lie.
#pragma once

#include <variant>

#include "engine/base/media_types.h"
#include "engine/base/result.h"

namespace engine {

/// Asked for at the front of every source: with luck all headers and the first audio of WAV and
/// FLAC lie in it.
inline constexpr std::uint64_t kContainerProbeBytes = 16U << 10;

using ProbeStep = std::variant<NeedBytes, Container>;

/// Looks at the front of the source and, where an ID3v2 tag stands there, at what follows it. Call
/// again after supplying what it asks for. kUnsupportedFormat, with a text for the listener, when
/// it is nothing that this build plays.
Result<ProbeStep> probe_container(const Source& source);

}  // namespace engine
