// ID3v2 tags for tests, written field by field.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "tests/support/byte_writer.h"

namespace engine::testing {

inline std::uint64_t syncsafe(std::uint64_t value) {
  return (value & 0x7F) | ((value & 0x3F80) << 1) | ((value & 0x1FC000) << 2) |
         ((value & 0xFE00000) << 3);
}

/// One frame of a tag of `version` 2, 3 or 4.
inline std::vector<std::byte> id3_frame(int version, std::string_view id,
                                        const std::vector<std::byte>& body,
                                        std::uint64_t flags = 0) {
  ByteWriter frame;
  frame.text(id);
  if (version == 2) {
    frame.be(body.size(), 3);
  } else {
    frame.be(version == 4 ? syncsafe(body.size()) : body.size(), 4).be(flags, 2);
  }
  frame.bytes(body);
  return frame.data();
}

/// The body of a text frame.
inline std::vector<std::byte> id3_text(int encoding, std::string_view text) {
  ByteWriter body;
  body.be(static_cast<std::uint64_t>(encoding), 1).text(text);
  return body.data();
}

/// A whole tag around `frames`.
inline std::vector<std::byte> id3_tag(int version, const std::vector<std::byte>& frames,
                                      std::uint64_t flags = 0) {
  ByteWriter tag;
  tag.text("ID3").be(static_cast<std::uint64_t>(version), 1).be(0, 1).be(flags, 1);
  tag.be(syncsafe(frames.size()), 4).bytes(frames);
  if ((flags & 0x10) != 0) tag.text("3DI").zeros(7);
  return tag.data();
}

}  // namespace engine::testing
