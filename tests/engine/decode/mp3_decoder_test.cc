#include "engine/decode/mp3_decoder.h"

#include <cstring>
#include <random>
#include <string>

#include <gtest/gtest.h>

#include "engine/demux/mp3_demuxer.h"
#include "tests/engine/demux/mp3_files.h"
#include "tests/support/oracle_tools.h"
#include "tests/support/split_feeder.h"

namespace engine {
namespace {

using namespace engine::testing;

struct Track {
  TrackInfo info;
  std::vector<OwnedPacket> packets;
};

// A few seconds of sound, encoded by `lame` with `options`.
Track encode(const std::string& options, int channels) {
  EXPECT_TRUE(require_program("lame"));
  TemporaryFolder folder;
  folder.write("in.wav", wav_file(sweep_signal(44100, channels, 3.0)));
  run_command("lame --quiet " + options + " " + folder.file("in.wav") + " " + folder.file("o.mp3"));
  const auto file = folder.read("o.mp3");
  SplitFeeder feeder(file, kWhole);
  Mp3Demuxer demuxer;
  const auto header = feeder.read_header(demuxer);
  if (!header) {
    ADD_FAILURE() << header.error().words();
    return {};
  }
  return {std::get<TrackInfo>(*header), feeder.read_packets(demuxer)};
}

AudioBuffer decode(Mp3Decoder& decoder, const TrackInfo& info,
                   std::span<const OwnedPacket> packets) {
  AudioBuffer out(info.channels, 0);
  for (const OwnedPacket& packet : packets) EXPECT_TRUE(decoder.decode(packet.packet(), out));
  return out;
}

AudioBuffer decode_fresh(const Track& track) {
  Mp3Decoder decoder(track.info);
  return decode(decoder, track.info, track.packets);
}

bool equal_frames(const AudioBuffer& a, const AudioBuffer& b, FrameCount begin = 0) {
  if (a.frames() != b.frames() || a.channels() != b.channels()) return false;
  for (int c = 0; c < a.channels(); ++c) {
    const auto x = a.channel(c).subspan(static_cast<std::size_t>(begin));
    const auto y = b.channel(c).subspan(static_cast<std::size_t>(begin));
    if (std::memcmp(x.data(), y.data(), x.size_bytes()) != 0) return false;
  }
  return true;
}

bool is_silent(const AudioBuffer& audio) {
  for (int c = 0; c < audio.channels(); ++c) {
    for (const float sample : audio.channel(c)) {
      if (sample != 0.0F) return false;
    }
  }
  return true;
}

// Leaves `value` where the next call's local variables will be.
__attribute__((noinline)) int litter_stack(int value) {
  volatile unsigned char litter[48 * 1024];
  for (auto& byte : litter) byte = static_cast<unsigned char>(value);
  return litter[value];
}

TEST(Mp3DecoderTest, ResetEqualsFresh) {
  const Track track = encode("-b 128", 2);
  Mp3Decoder decoder(track.info);
  const AudioBuffer first = decode(decoder, track.info, track.packets);
  EXPECT_FALSE(is_silent(first));
  EXPECT_EQ(decoder.damaged_packets(), 0);
  decoder.reset();
  EXPECT_TRUE(equal_frames(decode(decoder, track.info, track.packets), first));
}

TEST(Mp3DecoderTest, PastAGapItStartsAnew) {
  const Track track = encode("-b 128", 2);
  const auto tail = std::span(track.packets).subspan(40);
  Mp3Decoder fresh(track.info);
  const AudioBuffer expected = decode(fresh, track.info, tail);
  Mp3Decoder decoder(track.info);
  static_cast<void>(decode(decoder, track.info, std::span(track.packets).first(39)));
  EXPECT_TRUE(equal_frames(decode(decoder, track.info, tail), expected));
}

TEST(Mp3DecoderTest, WithoutItsReservoirAPacketIsSilenceAndCountsUnlessItIsPreroll) {
  const Track track = encode("-b 64", 2);
  // The first nine bits of side information are main_data_begin.
  std::size_t index = 30;
  while (index < track.packets.size() && track.packets[index].bytes[4] == std::byte{0}) ++index;
  ASSERT_LT(index, track.packets.size());
  OwnedPacket packet = track.packets[index];
  Mp3Decoder decoder(track.info);
  AudioBuffer out = decode(decoder, track.info, std::span(&packet, 1));
  EXPECT_EQ(out.frames(), packet.frame_count);
  EXPECT_TRUE(is_silent(out));
  EXPECT_EQ(decoder.damaged_packets(), 1);

  packet.preroll = true;
  decoder.reset();
  out = decode(decoder, track.info, std::span(&packet, 1));
  EXPECT_EQ(out.frames(), packet.frame_count);
  EXPECT_EQ(decoder.damaged_packets(), 1);
}

TEST(Mp3DecoderTest, WhatIsNoMpegFrameIsSilence) {
  const Track track = encode("-b 128", 2);
  const OwnedPacket good = track.packets[50];
  std::vector<OwnedPacket> bad(7, good);
  bad[0].bytes.clear();
  bad[1].bytes.resize(20);
  bad[2].bytes.resize(good.bytes.size() - 1);
  bad[3].bytes.resize(5000);
  std::fill(bad[4].bytes.begin(), bad[4].bytes.end(), std::byte{0});
  std::fill(bad[5].bytes.begin(), bad[5].bytes.end(), std::byte{0xFF});
  bad[6].frame_count = 576;
  Mp3Decoder decoder(track.info);
  std::int64_t count = 0;
  for (const OwnedPacket& packet : bad) {
    decoder.reset();
    const AudioBuffer out = decode(decoder, track.info, std::span(&packet, 1));
    EXPECT_EQ(out.frames(), packet.frame_count);
    EXPECT_TRUE(is_silent(out)) << count;
    EXPECT_EQ(decoder.damaged_packets(), ++count);
  }
}

TEST(Mp3DecoderTest, ADamagedPacketIsForgottenAfterAFewMore) {
  Track track = encode("-b 128", 2);
  const AudioBuffer whole = decode_fresh(track);
  std::fill(track.packets[40].bytes.begin() + 4, track.packets[40].bytes.end(), std::byte{0xFF});
  const AudioBuffer damaged = decode_fresh(track);
  EXPECT_FALSE(equal_frames(damaged, whole));
  EXPECT_TRUE(equal_frames(damaged, whole, 45 * 1152));
}

TEST(Mp3DecoderTest, PrivateBitsMeanNothing) {
  for (const int channels : {1, 2}) {
    Track track = encode("-b 96", channels);
    const AudioBuffer plain = decode_fresh(track);
    for (OwnedPacket& packet : track.packets) {
      packet.bytes[5] |= static_cast<std::byte>(channels == 1 ? 0x7C : 0x70);
    }
    EXPECT_TRUE(equal_frames(decode_fresh(track), plain)) << channels;
  }
}

TEST(Mp3DecoderTest, MpegFramesOfTheOtherChannelCountAreBroughtToTheTracks) {
  Track mono = encode("-b 64 -m m", 1);
  Track stereo = encode("-b 128 -m s", 2);
  const AudioBuffer mono_audio = decode_fresh(mono);
  const AudioBuffer stereo_audio = decode_fresh(stereo);
  std::swap(mono.info, stereo.info);
  const AudioBuffer doubled = decode_fresh(mono);
  const AudioBuffer mixed = decode_fresh(stereo);
  ASSERT_EQ(doubled.channels(), 2);
  ASSERT_EQ(mixed.channels(), 1);
  for (std::size_t i = 0; i < static_cast<std::size_t>(mono_audio.frames()); ++i) {
    ASSERT_EQ(doubled.channel(0)[i], mono_audio.channel(0)[i]);
    ASSERT_EQ(doubled.channel(1)[i], mono_audio.channel(0)[i]);
  }
  for (std::size_t i = 0; i < static_cast<std::size_t>(mixed.frames()); ++i) {
    ASSERT_EQ(mixed.channel(0)[i],
              0.5F * (stereo_audio.channel(0)[i] + stereo_audio.channel(1)[i]));
  }
}

// What a damaged packet decodes to may be anything, but nothing may come from outside the packets:
// else a chunk would not be a function of the source's bytes.
TEST(Mp3DecoderTest, DamageDecodesToTheSameEveryTime) {
  for (unsigned seed = 0; seed < 30; ++seed) {
    SCOPED_TRACE(seed);
    Track track = encode(seed % 2 == 0 ? "-b 128" : "--resample 22.05 -b 64 -m m", 2);
    std::mt19937 random(seed);
    for (int i = 0; i < 60; ++i) {
      auto& bytes = track.packets[random() % track.packets.size()].bytes;
      bytes[4 + random() % (bytes.size() - 4)] = static_cast<std::byte>(random());
    }
    std::vector<AudioBuffer> results;
    for (const int litter : {0, 0x55, 0xFE}) {
      Mp3Decoder decoder(track.info);
      AudioBuffer out(track.info.channels, 0);
      for (const OwnedPacket& packet : track.packets) {
        EXPECT_EQ(litter_stack(litter), litter);
        ASSERT_TRUE(decoder.decode(packet.packet(), out));
      }
      results.push_back(out);
    }
    EXPECT_TRUE(equal_frames(results[1], results[0]));
    EXPECT_TRUE(equal_frames(results[2], results[0]));
  }
}

}  // namespace
}  // namespace engine
