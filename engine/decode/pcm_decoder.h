// PcmDecoder: interleaved little-endian PCM, as WAV holds it, to planar float.
//
// Integers of b bits, left-justified in whole bytes, become value / 2^(8 * bytes - 1): exact up to
// 24 bits, rounded to the nearest float at 32. Eight bits are unsigned with 128 as zero. Floats are
// taken as they are, 64-bit ones rounded to the nearest float; NaN and infinities become 0, because
// one of them would silence every filter behind.
#pragma once

#include "engine/decode/audio_decoder.h"

namespace engine {

class PcmDecoder final : public AudioDecoder {
 public:
  /// Precondition: supports(info).
  explicit PcmDecoder(const TrackInfo& info);

  /// True when `info` describes PCM of a width that this decoder knows.
  static bool supports(const TrackInfo& info);

  void reset() override {}
  /// A packet whose size is not frame_count whole frames counts as damaged.
  Status decode(const EncodedPacket& packet, AudioBuffer& out) override;
  std::int64_t damaged_packets() const override { return damaged_packets_; }

  /// Samples that were NaN or infinite and became 0, since construction.
  std::int64_t non_finite_samples() const { return non_finite_samples_; }

 private:
  Codec codec_;
  int channels_;
  int sample_bytes_;
  std::int64_t damaged_packets_ = 0;
  std::int64_t non_finite_samples_ = 0;
};

}  // namespace engine
