#include <gtest/gtest.h>

#include "engine/decode/audio_decoder.h"

namespace engine {
namespace {

TEST(MakeAudioDecoderTest, EveryCodecHasItsDecoderOrARefusal) {
  TrackInfo info;
  info.sample_rate_hz = 44100;
  info.channels = 2;
  info.bits_per_sample = 16;
  info.block_bytes = 4;
  for (const Codec codec : {Codec::kPcmInt, Codec::kMp3}) {
    info.codec = codec;
    const auto decoder = make_audio_decoder(info);
    ASSERT_TRUE(decoder);
    EXPECT_EQ((*decoder)->damaged_packets(), 0);
  }
  info.codec = Codec::kPcmFloat;  // Two bytes per sample.
  EXPECT_EQ(make_audio_decoder(info).error().code(), ErrorCode::kUnsupportedFormat);
  info.codec = Codec::kFlac;  // No STREAMINFO.
  EXPECT_EQ(make_audio_decoder(info).error().code(), ErrorCode::kCorruptData);
  info.codec = Codec::kMp3;
  info.channels = 3;
  EXPECT_EQ(make_audio_decoder(info).error().code(), ErrorCode::kUnsupportedFormat);
}

}  // namespace
}  // namespace engine
