#include "server-min/artwork.h"

#include <algorithm>
#include <sys/stat.h>

#include "server-min/id3_pictures.h"
#include "server-min/picture_choice.h"
#include "server-min/tag_reader.h"

namespace server {
namespace {

constexpr int kTagCountMax = 8;      // Some writers put a second tag behind the first.
constexpr int kPartCountMax = 4096;  // FLAC blocks or RIFF chunks of one file that are looked at.

// Pictures of the tags at the front of `range`.
void offer_leading_tags(int fd, ByteRange range, PictureChoice& choice) {
  for (int i = 0; i < kTagCountMax && range.begin < range.end; ++i) {
    const std::uint64_t size = offer_id3_pictures(fd, range, choice);
    if (size == 0) return;
    range.begin += size;
  }
}

// Where what follows the tags at the front of `range` begins.
std::uint64_t end_of_leading_tags(int fd, ByteRange range) {
  for (int i = 0; i < kTagCountMax && range.begin < range.end; ++i) {
    const std::uint64_t size = id3_tag_size(fd, range);
    if (size == 0) break;
    range.begin += size;
  }
  return std::min(range.begin, range.end);
}

// Layout (RFC 9639 section 8.8): type:4, media type and description each with length:4, width,
// height, depth and colours:4 each, length:4, picture.
void offer_flac_picture(int fd, ByteRange block, PictureChoice& choice) {
  constexpr std::uint64_t kShapeSizeBytes = 16;
  TagReader reader(fd, block, false);
  const auto type = reader.take_number(4);
  for (int text = 0; text < 2; ++text) {
    const auto size = reader.take_number(4);
    if (!size || !reader.skip(*size)) return;
  }
  if (!type || !reader.skip(kShapeSizeBytes)) return;
  const auto size = reader.take_number(4);
  const std::uint64_t begin = reader.position();
  if (!size || *size > block.end - begin) return;
  choice.offer(fd, {begin, begin + *size}, false, *type);
}

// Layout (RFC 9639 section 8.1): "fLaC", then blocks of last:1 type:7 length:24.
void offer_flac_pictures(int fd, std::uint64_t file_size, PictureChoice& choice) {
  constexpr std::uint32_t kMagic = 0x664C6143;
  constexpr std::uint32_t kPictureType = 6;
  // Pictures of ID3 tags in front are not FLAC's own; players pass over them.
  TagReader reader(fd, {end_of_leading_tags(fd, {0, file_size}), file_size}, false);
  if (reader.take_number(4) != kMagic) return;
  for (int i = 0; i < kPartCountMax && !choice.settled(); ++i) {
    const auto header = reader.take_number(4);
    if (!header) return;
    const std::uint64_t begin = reader.position();
    const std::uint64_t size = *header & 0xFFFFFFU;
    if (!reader.skip(size)) return;
    if (((*header >> 24) & 0x7FU) == kPictureType) {
      offer_flac_picture(fd, {begin, begin + size}, choice);
    }
    if ((*header & 0x80000000U) != 0) return;
  }
}

std::uint32_t swapped(std::uint32_t number) {
  return (number >> 24) | ((number >> 8) & 0xFF00U) | ((number << 8) & 0xFF0000U) | (number << 24);
}

// Layout: "RIFF" size:4 "WAVE", then chunks of id:4 size:4 (little-endian), each padded to an even
// size. A tag stands in a chunk called "ID3 " or "id3 ".
void offer_wav_pictures(int fd, std::uint64_t file_size, PictureChoice& choice) {
  constexpr std::uint32_t kRiff = 0x52494646;
  constexpr std::uint32_t kWave = 0x57415645;
  constexpr std::uint32_t kId3 = 0x49443320;
  constexpr std::uint32_t kId3Lower = 0x69643320;
  TagReader reader(fd, {0, file_size}, false);
  const auto riff = reader.take_number(4);
  reader.take_number(4);
  if (riff != kRiff || reader.take_number(4) != kWave) return;
  for (int i = 0; i < kPartCountMax; ++i) {
    const auto id = reader.take_number(4);
    const auto written_size = reader.take_number(4);
    if (!written_size) return;
    const std::uint64_t size = swapped(*written_size);
    const std::uint64_t begin = reader.position();
    const bool whole = reader.skip(size);
    if (id == kId3 || id == kId3Lower) {
      offer_leading_tags(fd, {begin, reader.position()}, choice);
      return;
    }
    if (!whole) return;
    // Some writers leave the pad byte out, and a chunk's name does not begin with a zero.
    TagReader pad(fd, {reader.position(), file_size}, false);
    if (size % 2 == 1 && pad.take() == 0) reader.skip(1);
  }
}

}  // namespace

std::optional<Artwork> locate_artwork(int fd, AudioFormat format) {
  struct stat status = {};
  if (::fstat(fd, &status) != 0 || status.st_size <= 0) return std::nullopt;
  const auto file_size = static_cast<std::uint64_t>(status.st_size);
  PictureChoice choice;
  switch (format) {
    case AudioFormat::kWav:
      offer_wav_pictures(fd, file_size, choice);
      break;
    case AudioFormat::kFlac:
      offer_flac_pictures(fd, file_size, choice);
      break;
    case AudioFormat::kMp3:
      offer_leading_tags(fd, {0, file_size}, choice);
      break;
  }
  return choice.best();
}

}  // namespace server
