#include "engine/encode/opus_encoder.h"

#include <array>
#include <cmath>
#include <memory>

#include <gtest/gtest.h>
#include <opus/opus.h>

#include "engine/base/audio_buffer.h"
#include "engine/base/output_format.h"

namespace engine {
namespace {

using Packet = std::vector<std::byte>;

AudioBuffer tone(std::int64_t packet) {
  AudioBuffer frames(kOutputChannelCount, kPacketFrames);
  for (FrameCount i = 0; i < kPacketFrames; ++i) {
    const double t = static_cast<double>(packet * kPacketFrames + i) / kOutputRateHz;
    frames.channel(0)[static_cast<std::size_t>(i)] =
        static_cast<float>(0.4 * std::sin(2765.0 * t) + 0.2 * std::sin(20011.0 * t));
    frames.channel(1)[static_cast<std::size_t>(i)] = static_cast<float>(0.4 * std::sin(1382.0 * t));
  }
  return frames;
}

Packet encode(OpusPacketEncoder& encoder, std::int64_t packet, bool independent = false) {
  return encoder.encode(BufferSlice(tone(packet)).view(), independent);
}

TEST(OpusPacketEncoderTest, ResetGivesWhatAFreshEncoderGives) {
  OpusPacketEncoder used(kBitrateBpsDefault);
  for (std::int64_t i = 0; i < 9; ++i) encode(used, i, i % 2 == 0);
  used.reset();
  OpusPacketEncoder fresh(kBitrateBpsDefault);
  for (std::int64_t i = 20; i < 30; ++i) EXPECT_EQ(encode(used, i), encode(fresh, i));
}

TEST(OpusPacketEncoderTest, PacketsLast20MsAndKeepToTheBitRate) {
  for (const int bitrate_bps : {64'000, 192'000, 320'000}) {
    OpusPacketEncoder encoder(bitrate_bps);
    std::size_t bytes = 0;
    for (std::int64_t i = 0; i < 100; ++i) {
      const Packet packet = encode(encoder, i);
      const auto* data = static_cast<const unsigned char*>(static_cast<const void*>(packet.data()));
      EXPECT_EQ(opus_packet_get_samples_per_frame(data, kOutputRateHz), kPacketFrames);
      bytes += packet.size();
    }
    EXPECT_LT(static_cast<double>(bytes) * 4.0, 1.4 * bitrate_bps);
  }
}

// A decoder that starts at an independent packet is right after the window's overlap; at another
// one it needs the packets before.
TEST(OpusPacketEncoderTest, AColdDecoderIsRightAtAnIndependentPacket) {
  const auto error_after_overlap = [](bool independent) {
    OpusPacketEncoder encoder(kBitrateBpsDefault);
    for (std::int64_t i = 0; i < 20; ++i) encode(encoder, i);
    const Packet packet = encode(encoder, 20, independent);
    int status = OPUS_OK;
    const std::unique_ptr<OpusDecoder, decltype(&opus_decoder_destroy)> decoder(
        opus_decoder_create(kOutputRateHz, kOutputChannelCount, &status), &opus_decoder_destroy);
    std::array<float, kPacketFrames * kOutputChannelCount> decoded{};
    const auto* data = static_cast<const unsigned char*>(static_cast<const void*>(packet.data()));
    EXPECT_EQ(opus_decode_float(decoder.get(), data, static_cast<int>(packet.size()),
                                decoded.data(), kPacketFrames, 0),
              kPacketFrames);
    // Decoded frame n is input frame n - kOpusLookaheadFrames; the overlap is 120 frames.
    const AudioBuffer before = tone(19);
    const AudioBuffer now = tone(20);
    double error = 0.0;
    double energy = 0.0;
    for (FrameCount n = 120; n < kPacketFrames; ++n) {
      const FrameCount from = n - kOpusLookaheadFrames;
      const AudioBuffer& source = from < 0 ? before : now;
      const auto at = static_cast<std::size_t>(from < 0 ? from + kPacketFrames : from);
      const double wanted = static_cast<double>(source.channel(0)[at]);
      error += std::pow(static_cast<double>(decoded[2 * static_cast<std::size_t>(n)]) - wanted, 2);
      energy += wanted * wanted;
    }
    return 10.0 * std::log10(error / energy);
  };
  EXPECT_LT(error_after_overlap(true), -15.0);
  EXPECT_GT(error_after_overlap(false), error_after_overlap(true) + 6.0);
}

}  // namespace
}  // namespace engine
