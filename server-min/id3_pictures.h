// id3_pictures: the pictures of an ID3v2 tag, as places in the file.
//
// Layout (ID3v2.4 section 3.1): "ID3" version:2 flags:1 size:4, seven bits in each byte of the
// size; perhaps an extended header; then frames. A frame is an id, a size and (not in 2.2) two
// bytes of flags, then its body. A picture's body is encoding:1, media type, picture type:1,
// description, and the picture to its end.
#pragma once

#include <cstdint>

#include "server-min/http_range.h"
#include "server-min/picture_choice.h"

namespace server {

/// Offers the pictures of the tag that begins at `range.begin` to `choice`. Returns the size of the
/// whole tag, 0 when none begins there. Everything lies within `range`, a part of the file `fd`;
/// the size may promise more.
std::uint64_t offer_id3_pictures(int fd, ByteRange range, PictureChoice& choice);

/// The size that the header of the tag at `range.begin` tells, 0 when none begins there. Reads
/// nothing of the tag's content.
std::uint64_t id3_tag_size(int fd, ByteRange range);

}  // namespace server
