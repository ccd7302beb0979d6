// Vorbis comments: the tags of FLAC (RFC 9639 section 8.6) and of the Ogg formats.
//
// Layout: vendor_size:u32le vendor { count:u32le { size:u32le "NAME=value" }* }, UTF-8.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "engine/base/media_types.h"

namespace engine {

struct VorbisComment {
  Tags tags;                       // The first TITLE, ARTIST and ALBUM.
  std::uint32_t channel_mask = 0;  // WAVEFORMATEXTENSIBLE_CHANNEL_MASK (section 8.6.2); 0: none.
};

/// Never fails: a comment that breaks its own rules, or the end of `bytes`, ends the reading. So
/// the front of a comment of any size may be handed in.
VorbisComment parse_vorbis_comment(std::span<const std::byte> bytes);

}  // namespace engine
