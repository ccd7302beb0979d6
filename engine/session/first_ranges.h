// What has to be fetched before a chunk can begin: one question instead of many.
#pragma once

#include <cstdint>
#include <vector>

#include "engine/base/byte_range.h"
#include "engine/base/media_types.h"
#include "engine/session/pcm_source.h"

namespace engine {

/// The bytes of frames `input` of the track (48 kHz; may reach past its ends) that `source` lacks,
/// at most `size_max` from their start, together with what the demuxer has to see before it can
/// find any place but the first. At most two ranges, apart. What is estimated wrongly is asked for
/// when it is read.
std::vector<ByteRange> missing_ranges_for(const PcmSource& pcm, const Source& source,
                                          FrameRange input, std::uint64_t size_max);

}  // namespace engine
