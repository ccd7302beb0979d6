#include "engine/demux/wav_bitstream.h"

#include <random>
#include <string>

#include <gtest/gtest.h>

#include "engine/demux/wav_demuxer.h"
#include "tests/support/oracle_tools.h"
#include "tests/support/pcm_signal.h"
#include "tests/support/split_feeder.h"

namespace engine {
namespace {

using namespace engine::testing;

using Bytes = std::vector<std::byte>;

Bytes swapped(Bytes bytes) {
  for (std::size_t i = 0; i + 1 < bytes.size(); i += 2) std::swap(bytes[i], bytes[i + 1]);
  return bytes;
}

// As a DTS CD has it: 14 bits of the stream in each word of 16, with its sign, big-endian.
Bytes in_14_bits(const Bytes& stream) {
  ByteWriter words;
  std::uint64_t held = 0;
  int bits = 0;
  for (const std::byte byte : stream) {
    held = (held << 8) | std::to_integer<std::uint64_t>(byte);
    bits += 8;
    if (bits < 14) continue;
    bits -= 14;
    const std::uint64_t word = (held >> bits) & 0x3FFF;
    words.be((word & 0x2000) != 0 ? word | 0xC000 : word, 2);
  }
  return words.data();
}

// What ffmpeg makes of three seconds with `options`.
Bytes stream_of(const std::string& options) {
  const TemporaryFolder folder;
  folder.write("in.wav", wav_file(make_signal({48000, 2, 16, 3 * 48000, {}}, 1)));
  EXPECT_TRUE(run_command("ffmpeg -v error -y -i " + folder.file("in.wav") + " -strict -2 " +
                          options + " " + folder.file("out")));
  return folder.read("out");
}

// `data` as the samples of a WAV file, with `head` bytes in a chunk before them.
Bytes wav_of(const Bytes& data, std::size_t head = 0) {
  ByteWriter file;
  file.text("RIFF").le(0, 4).text("WAVEfmt ").le(16, 4).le(1, 2).le(2, 2).le(48000, 4);
  file.le(192000, 4).le(4, 2).le(16, 2);
  if (head > 0) file.text("JUNK").le(head, 4).zeros(head);
  return file.text("data").le(data.size(), 4).bytes(data).data();
}

// What a player of the file is told: while it opens it, or at the latest while it reads.
std::optional<ErrorDetail> refusal(const Bytes& file, std::size_t piece_size = kWhole) {
  SplitFeeder feeder(file, piece_size);
  WavDemuxer demuxer;
  const auto header = feeder.read_header(demuxer);
  if (!header) return header.error().detail;
  for (;;) {
    const auto packet = feeder.read_packet(demuxer);
    if (!packet) return packet.error().detail;
    if (std::holds_alternative<EndOfStream>(*packet)) return std::nullopt;
  }
}

void expect_refused(const Bytes& stream, ErrorDetail detail) {
  for (const Bytes& data : {stream, swapped(stream)}) {
    EXPECT_EQ(refusal(wav_of(data)), detail);
    EXPECT_EQ(refusal(wav_of(data), 1001), detail);
    EXPECT_EQ(refusal(wav_of(data, 30'000)), detail);  // The front of the file tells nothing.
    Bytes behind_silence(40'000);
    behind_silence.insert(behind_silence.end(), data.begin(), data.end());
    EXPECT_EQ(refusal(wav_of(behind_silence)), detail);
  }
}

TEST(WavBitstreamTest, DtsIsRefusedInEveryForm) {
  ASSERT_TRUE(require_program("ffmpeg"));
  for (const char* bitrate : {"768000", "1234800", "1411200"}) {
    SCOPED_TRACE(bitrate);
    const Bytes stream = stream_of("-ar 44100 -c:a dca -f dts -b:a " + std::string(bitrate));
    expect_refused(stream, ErrorDetail::kWavDts);
    expect_refused(in_14_bits(stream), ErrorDetail::kWavDts);
  }
}

TEST(WavBitstreamTest, BurstsAreRefusedByTheirType) {
  ASSERT_TRUE(require_program("ffmpeg"));
  expect_refused(stream_of("-c:a ac3 -f spdif"), ErrorDetail::kWavAc3);
  expect_refused(stream_of("-c:a dca -b:a 768000 -f spdif"), ErrorDetail::kWavDts);
  expect_refused(stream_of("-c:a eac3 -f spdif"), ErrorDetail::kWavBitstream);
  expect_refused(stream_of("-c:a mp2 -f spdif"), ErrorDetail::kWavBitstream);
}

TEST(WavBitstreamTest, ItIsToldWhenTheFileIsOpened) {
  ASSERT_TRUE(require_program("ffmpeg"));
  const Bytes file = wav_of(stream_of("-ar 44100 -c:a dca -f dts -b:a 1411200"));
  SplitFeeder feeder(file, kWhole);
  WavDemuxer demuxer;
  EXPECT_FALSE(feeder.read_header(demuxer));
  EXPECT_LE(feeder.supplied_bytes(), 17u * 1024);
}

TEST(WavBitstreamTest, SamplesThatLookLikeOneSyncAreSamples) {
  // The peaks of an opposed pair of channels, at one distance for ever.
  for (const auto& pair : {std::pair{0x7FFE, 0x8001}, std::pair{0xF872, 0x4E1F},
                           std::pair{0x1FFF, 0xE800}, std::pair{0xFE7F, 0x0180}}) {
    ByteWriter samples;
    for (int i = 0; i < 200; ++i) {
      samples.le(static_cast<std::uint64_t>(pair.first), 2);
      samples.le(static_cast<std::uint64_t>(pair.second), 2);
      for (int k = 1; k < 256; ++k) samples.le(static_cast<std::uint64_t>(k * 100), 2).le(0, 2);
    }
    EXPECT_EQ(refusal(wav_of(samples.data())), std::nullopt);
    EXPECT_EQ(refusal(wav_of(swapped(samples.data()))), std::nullopt);
  }
  EXPECT_EQ(refusal(wav_file(make_signal({44100, 2, 16, 100'000, {}}, 3))), std::nullopt);
}

TEST(WavBitstreamTest, NoiseHoldsNoStream) {
  std::mt19937 random(8);
  Bytes noise(4 << 20);
  for (std::byte& byte : noise) byte = static_cast<std::byte>(random());
  for (std::size_t at = 0; at + kBitstreamLookBytes <= noise.size(); at += kBitstreamLookBytes) {
    EXPECT_FALSE(find_bitstream(std::span(noise).subspan(at, kBitstreamLookBytes)));
  }
  EXPECT_FALSE(find_bitstream({}));
  EXPECT_FALSE(find_bitstream_sync({}));
}

}  // namespace
}  // namespace engine
