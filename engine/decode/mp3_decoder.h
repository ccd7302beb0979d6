// Mp3Decoder: MPEG-1, 2 and 2.5 layer III, one whole MPEG frame per packet.
//
// The frame decoder (dr_mp3) keeps overlap and synthesis state; the bit reservoir is kept here, as
// the last bytes of main data that were handed in, whatever became of their MPEG frames. So what
// an MPEG frame decodes to depends on a fixed, short run of packets before it and on nothing else:
// on the bytes that its reservoir reaches back to, and on the MPEG frame before it (in MPEG-2 and
// 2.5, of one granule each, on the two before it).
#pragma once

#include <cstdint>
#include <memory>

#include "engine/decode/audio_decoder.h"

namespace engine {

class Mp3Decoder final : public AudioDecoder {
 public:
  /// `info` is that of an MP3 track (Codec::kMp3, 1 or 2 channels).
  explicit Mp3Decoder(const TrackInfo& info);
  Mp3Decoder(const Mp3Decoder&) = delete;
  Mp3Decoder& operator=(const Mp3Decoder&) = delete;
  ~Mp3Decoder() override;

  void reset() override;
  /// An MPEG frame whose channel count is not the track's is brought to it: mono is doubled,
  /// stereo becomes the mean of both. Never returns an Error.
  Status decode(const EncodedPacket& packet, AudioBuffer& out) override;
  std::int64_t damaged_packets() const override { return damaged_packets_; }

 private:
  struct State;  // The decoder library's state and the reservoir.

  bool decode_mpeg_frame(const EncodedPacket& packet);
  void append(const EncodedPacket& packet, AudioBuffer& out) const;

  std::unique_ptr<State> state_;
  int channels_ = 0;
  FrameCount next_frame_ = 0;  // Where the next packet must begin to follow on the last one.
  bool has_next_frame_ = false;
  std::int64_t damaged_packets_ = 0;
};

}  // namespace engine
