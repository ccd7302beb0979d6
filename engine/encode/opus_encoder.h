// OpusPacketEncoder: 20 ms of 48 kHz stereo in, one Opus packet out (RFC 6716), by libopus.
//
// Configured so that a packet depends on as little history as the codec allows: unconstrained VBR
// (no bit reservoir) and a complexity below the one that switches the slow tonality analysis on.
#pragma once

#include <cstddef>
#include <memory>
#include <vector>

#include "engine/base/audio_view.h"
#include "engine/base/result.h"

namespace engine {

inline constexpr int kBitrateBpsMin = 32000;
inline constexpr int kBitrateBpsMax = 510000;
inline constexpr int kBitrateBpsDefault = 192000;

class OpusPacketEncoder {
 public:
  /// `bitrate_bps` in [kBitrateBpsMin, kBitrateBpsMax].
  explicit OpusPacketEncoder(int bitrate_bps);
  OpusPacketEncoder(const OpusPacketEncoder&) = delete;
  OpusPacketEncoder& operator=(const OpusPacketEncoder&) = delete;
  ~OpusPacketEncoder();

  /// Forgets all history: the next packet is the first of a stream.
  void reset();

  /// Encodes kPacketFrames x 2 channels. `independent`: the packet does not predict from the ones
  /// before it (OPUS_SET_PREDICTION_DISABLED), so a decoder that starts or splices here is right
  /// after the 2.5 ms of the codec's window overlap instead of some 40 ms.
  std::vector<std::byte> encode(const AudioView& frames, bool independent);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace engine
