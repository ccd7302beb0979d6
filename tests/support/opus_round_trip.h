// What a listener's decoder makes of frames that go through our encoder.
#pragma once

#include <array>
#include <memory>
#include <span>

#include <gtest/gtest.h>
#include <opus/opus.h>

#include "engine/base/audio_buffer.h"
#include "engine/base/output_format.h"
#include "engine/encode/opus_encoder.h"
#include "engine/mux/webm_muxer.h"

namespace engine::testing {

/// Decodes packets one after another, without a break.
class OpusTestDecoder {
 public:
  OpusTestDecoder()
      : decoder_(opus_decoder_create(kOutputRateHz, kOutputChannelCount, nullptr),
                 &opus_decoder_destroy) {}

  /// kPacketFrames interleaved frames; they live until the next call.
  std::span<const float> decode(const Packet& packet) {
    const auto* data = static_cast<const unsigned char*>(static_cast<const void*>(packet.data()));
    EXPECT_EQ(opus_decode_float(decoder_.get(), data, static_cast<int>(packet.size()),
                                decoded_.data(), kPacketFrames, 0),
              kPacketFrames);
    return decoded_;
  }

 private:
  std::unique_ptr<OpusDecoder, decltype(&opus_decoder_destroy)> decoder_;
  std::array<float, kPacketFrames * kOutputChannelCount> decoded_{};
};

/// All of `audio` (2 x any, filled up with silence), encoded in one run and decoded; later by the
/// encoder's look-ahead.
inline AudioBuffer through_opus(const AudioBuffer& audio, int bitrate_bps) {
  OpusPacketEncoder encoder(bitrate_bps);
  OpusTestDecoder decoder;
  AudioBuffer decoded(kOutputChannelCount, 0);
  AudioBuffer padded = audio;
  padded.append_silence(2 * kPacketFrames - audio.frames() % kPacketFrames);
  for (FrameCount at = 0; at < padded.frames(); at += kPacketFrames) {
    const auto packet = encoder.encode(BufferSlice(padded, at, at + kPacketFrames).view(), false);
    const auto frames = decoder.decode(packet);
    const FrameCount begin = decoded.frames();
    decoded.append_silence(kPacketFrames);
    for (std::size_t i = 0; i < frames.size(); ++i) {
      decoded.channel(static_cast<int>(i % 2))[static_cast<std::size_t>(begin) + i / 2] = frames[i];
    }
  }
  return decoded;
}

}  // namespace engine::testing
