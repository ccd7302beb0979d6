// FlacMetadataReader: everything in front of the audio of a FLAC file.
//
// Layout (RFC 9639 sections 6 and 8): [ID3v2 tags] "fLaC" { last:1 type:7 size:24 body }*,
// STREAMINFO first. Seek table and Vorbis comment are read, up to 64 KiB of each; pictures,
// padding, cue sheets and application data are passed over without being fetched. A picture that is
// longer than its 24 bits can say is measured by its own fields. Where the blocks lead nowhere, the
// audio is to be looked for behind the last place that made sense.
#pragma once

#include <optional>
#include <span>
#include <vector>

#include "engine/base/media_types.h"
#include "engine/demux/flac_frame_header.h"
#include "engine/demux/vorbis_comment.h"

namespace engine {

/// One claim of the file about itself: `first_frame` begins at `byte_offset`. Not to be relied on.
struct FlacSeekPoint {
  FrameCount first_frame = 0;
  std::uint64_t byte_offset = 0;  // In the source.
};

struct FlacMetadata {
  FlacStreamInfo info;
  std::vector<std::byte> stream_info_bytes;  // kFlacStreamInfoBytes of them.
  std::vector<FlacSeekPoint> seek_points;    // Both members strictly rising.
  VorbisComment comment;
  std::uint64_t stream_info_offset = 0;
  std::uint64_t audio_begin = 0;  // The first FLAC frame lies there, or, when `lost`, behind it.
  std::optional<Error> lost;      // Why the blocks did not lead to the audio.
};

class FlacMetadataReader {
 public:
  /// Reads on. Answers what it needs next, or nothing once metadata() is complete.
  Result<std::optional<NeedBytes>> read(const Source& source);

  const FlacMetadata& metadata() const { return metadata_; }

 private:
  using Answer = std::optional<NeedBytes>;

  Result<Answer> read_marker(const Source& source);
  Result<Answer> read_block(const Source& source);
  Result<Answer> lose_way(Error error, std::uint64_t from);
  std::optional<NeedBytes> measure_picture(const Source& source, std::uint64_t body_begin,
                                           std::uint64_t& size) const;
  std::optional<Error> block_error(const Source& source, unsigned type, std::uint64_t size) const;
  void parse_block(unsigned type, std::span<const std::byte> body);
  void parse_seek_table(std::span<const std::byte> body);
  void settle_seek_points(const Source& source);

  FlacMetadata metadata_;
  std::uint64_t position_ = 0;
  std::uint64_t resume_ = 0;  // Where to look for audio when the next block makes no sense.
  bool long_block_passed_ = false;
  int block_count_ = 0;
  bool marker_read_ = false;
  bool done_ = false;
};

}  // namespace engine
