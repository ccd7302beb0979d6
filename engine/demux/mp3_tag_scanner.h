// Mp3TagScanner: where the audio of an MP3 file lies between its tags, and what the tags say.
//
// In front: ID3v2 (any number) and APEv2. At the end, in any order: ID3v1 with its "TAG+"
// extension, APEv1/APEv2, Lyrics3 v1 and v2, ID3v2.4 with a footer. Pictures are stepped over, not
// fetched: only sizes, texts and the last few hundred bytes of the file are asked for.
#pragma once

#include <cstdint>
#include <optional>

#include "engine/base/media_types.h"
#include "engine/demux/id3.h"

namespace engine {

class Mp3TagScanner {
 public:
  /// Returns the bytes that it needs next, or nothing when it is done.
  std::optional<NeedBytes> scan(const Source& source);

  /// Once done: the source without the tags at its two ends.
  ByteRange audio_bytes() const { return {begin_, end_}; }
  const Tags& tags() const { return tags_; }

 private:
  enum class Stage : std::uint8_t { kFront, kId3v2Texts, kBack, kDone };

  std::optional<NeedBytes> scan_front(const Source& source);
  std::optional<NeedBytes> scan_back(const Source& source);

  Stage stage_ = Stage::kFront;
  std::uint64_t begin_ = 0;
  std::uint64_t end_ = 0;
  int tag_count_ = 0;  // Tags passed so far at this end of the file.
  std::optional<Id3v2Reader> id3v2_;
  Tags tags_;
};

}  // namespace engine
