// Text of tags: whatever the file holds becomes bounded, valid UTF-8.
#pragma once

#include <cstddef>
#include <span>
#include <string>

namespace engine {

/// `bytes` up to the first NUL, when they are UTF-8; read as ISO 8859-1 when they are not (files of
/// formats that name no encoding hold either). Spaces at the end and control characters are
/// dropped; at most kTagBytesMax bytes are kept, whole characters only.
std::string tag_text_of(std::span<const std::byte> bytes);

}  // namespace engine
