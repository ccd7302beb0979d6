// AudioDecoder: one encoded packet in, planar float frames out. Full scale is [-1, 1).
#pragma once

#include <memory>

#include "engine/base/audio_buffer.h"
#include "engine/base/media_types.h"
#include "engine/base/result.h"

namespace engine {

class AudioDecoder {
 public:
  AudioDecoder() = default;
  AudioDecoder(const AudioDecoder&) = delete;
  AudioDecoder& operator=(const AudioDecoder&) = delete;
  virtual ~AudioDecoder() = default;

  /// Forgets all history, as after construction. Call after every Demuxer::seek().
  virtual void reset() = 0;

  /// Decodes one packet and appends exactly packet.frame_count frames to `out` (TrackInfo::channels
  /// channels). A packet that cannot be decoded (damaged, or its bit reservoir is missing) appends
  /// silence of that length and counts in damaged_packets(). Integer samples of b bits become
  /// sample / 2^(b-1), exactly up to 24 bits. Error only when going on makes no sense.
  virtual Status decode(const EncodedPacket& packet, AudioBuffer& out) = 0;

  /// Packets replaced by silence since construction; preroll packets do not count.
  virtual std::int64_t damaged_packets() const = 0;
};

/// The decoder for `info`; an Error when the stream cannot be decoded by this build.
Result<std::unique_ptr<AudioDecoder>> make_audio_decoder(const TrackInfo& info);

}  // namespace engine
