// FlacDecoder: one whole FLAC frame per packet, through libFLAC.
//
// A FLAC frame needs nothing from the ones before it (RFC 9639 section 4). libFLAC does keep state
// between frames, to repair holes; here it is flushed before every packet and built anew after a
// damaged one, so that what a packet decodes to depends on that packet alone.
#pragma once

#include <cstdint>
#include <memory>

#include "engine/decode/audio_decoder.h"

namespace engine {

class FlacDecoder final : public AudioDecoder {
  struct MakeOnly {};

 public:
  /// The decoder for `info`, whose codec_header is a STREAMINFO. kCorruptData when it is none.
  static Result<std::unique_ptr<FlacDecoder>> make(const TrackInfo& info);

  /// For make() alone, which can fail.
  FlacDecoder(MakeOnly, const TrackInfo& info);
  FlacDecoder(const FlacDecoder&) = delete;
  FlacDecoder& operator=(const FlacDecoder&) = delete;
  ~FlacDecoder() override;

  void reset() override {}  // There is no history.
  /// A FLAC frame that libFLAC rejects, that holds fewer frames than the packet says, or whose rate
  /// or channels are not the track's, counts as damaged. The depth is that of each FLAC frame.
  Status decode(const EncodedPacket& packet, AudioBuffer& out) override;
  std::int64_t damaged_packets() const override { return damaged_packets_; }

 private:
  struct Library;  // The libFLAC decoder and what its callbacks see.

  bool open_library();

  TrackInfo info_;
  std::unique_ptr<Library> library_;
  std::int64_t damaged_packets_ = 0;
};

}  // namespace engine
