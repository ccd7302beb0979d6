// Mp3FrameFinder: the chain of MPEG frames in a run of bytes, across damaged stretches.
//
// What follows on a given offset is a function of the source's bytes alone. The finder keeps no
// more than how far its current search has come.
#pragma once

#include <cstdint>
#include <optional>
#include <variant>

#include "engine/base/media_types.h"
#include "engine/demux/demuxer.h"
#include "engine/demux/mp3_frame_header.h"

namespace engine {

struct Mp3FrameAt {
  std::uint64_t offset = 0;  // In the source.
  Mp3FrameHeader header;

  std::uint64_t end() const { return offset + static_cast<std::uint64_t>(header.size_bytes); }
};

using FindFrameStep = std::variant<NeedBytes, Mp3FrameAt, EndOfStream>;

class Mp3FrameFinder {
 public:
  /// MPEG frames lie inside `audio`.
  explicit Mp3FrameFinder(ByteRange audio = {}) : audio_(audio) {}

  /// From now on only MPEG frames that can follow `first` are found.
  void restrict_to(const Mp3FrameHeader& first) {
    like_ = first;
    restricted_ = true;
    search_.reset();
  }

  /// The MPEG frame at `from`, where the one before it ended; or, when none is there, the next one
  /// that a search finds, past chains of frames of other streams. Missing bytes are asked for in
  /// runs of `ask_bytes`.
  FindFrameStep next(const Source& source, std::uint64_t from, std::uint64_t ask_bytes);

  /// The first MPEG frame that begins in [from, limit) and is confirmed by the one after it (before
  /// restrict_to(): by two). The end of the audio confirms as well.
  FindFrameStep search(const Source& source, std::uint64_t from, std::uint64_t limit,
                       std::uint64_t ask_bytes);

  /// What next() met so far that is no frame of the stream: kAudioLeftOut, kJunkSkipped or (a last
  /// MPEG frame that is cut off) kEndsEarly.
  TrackWarnings noticed() const { return noticed_; }

 private:
  enum class Verdict : std::uint8_t { kYes, kNo, kNeedBytes };

  struct Search {
    ByteRange starts;
    bool step_over_others = false;
    friend bool operator==(const Search&, const Search&) = default;
  };

  FindFrameStep search_on(const Source& source, ByteRange starts, std::uint64_t ask_bytes,
                          bool step_over_others);
  bool fits(const Mp3FrameHeader& header, std::uint64_t offset) const;
  Verdict confirm(const Source& source, const Mp3FrameAt& candidate, ByteRange& missing) const;
  Verdict pass_other(const Source& source, std::uint64_t& offset, ByteRange& missing) const;

  ByteRange audio_;
  Mp3FrameHeader like_;
  bool restricted_ = false;
  // The current search has found nothing before search_at_.
  std::optional<Search> search_;
  std::uint64_t search_at_ = 0;
  bool met_others_ = false;  // In the current search.
  TrackWarnings noticed_;
};

}  // namespace engine
