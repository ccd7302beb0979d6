#include "server-min/picture_choice.h"

#include <array>
#include <string>
#include <string_view>

#include "server-min/tag_reader.h"

namespace server {
namespace {

std::string_view image_media_type(std::string_view bytes) {
  struct Signature {
    std::string_view start;
    std::string_view media_type;
  };
  constexpr std::array<Signature, 5> kSignatures = {{{"\xFF\xD8\xFF", "image/jpeg"},
                                                     {"\x89PNG\r\n\x1A\n", "image/png"},
                                                     {"GIF87a", "image/gif"},
                                                     {"GIF89a", "image/gif"},
                                                     {"BM", "image/bmp"}}};
  for (const Signature& signature : kSignatures) {
    if (bytes.starts_with(signature.start)) return signature.media_type;
  }
  const bool webp = bytes.starts_with("RIFF") && bytes.size() >= 12 && bytes.substr(8, 4) == "WEBP";
  return webp ? "image/webp" : "";
}

std::string first_bytes(int fd, ByteRange range, bool unsynchronised) {
  constexpr std::size_t kSignatureSizeMax = 12;
  TagReader reader(fd, range, unsynchronised);
  std::string bytes;
  while (bytes.size() < kSignatureSizeMax) {
    const auto byte = reader.take();
    if (!byte) break;
    bytes.push_back(static_cast<char>(*byte));
  }
  return bytes;
}

// Decodes all of it; only who has done that knows the size.
std::uint64_t decoded_size(int fd, ByteRange range) {
  TagReader reader(fd, range, true);
  std::uint64_t size_bytes = 0;
  for (std::string_view piece = reader.take_piece(); !piece.empty(); piece = reader.take_piece()) {
    size_bytes += piece.size();
  }
  return size_bytes;
}

}  // namespace

void PictureChoice::offer(int fd, ByteRange range, bool unsynchronised, std::uint32_t type) {
  const bool front = type == kFrontCoverType;
  if (front_ || (best_ && !front) || range.begin >= range.end) return;
  const std::string_view media_type = image_media_type(first_bytes(fd, range, unsynchronised));
  if (media_type.empty()) return;
  const std::uint64_t size_bytes = unsynchronised ? decoded_size(fd, range) : range.size_bytes();
  best_ = Artwork{media_type, range, unsynchronised, size_bytes};
  front_ = front;
}

}  // namespace server
