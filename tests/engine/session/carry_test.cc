// Tracks whose packets begin with what the track before left: together they are one stream.
#include "engine/session/carry.h"

#include <cmath>
#include <cstdio>
#include <optional>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "tests/support/joined_tracks.h"
#include "tests/support/music_signal.h"

namespace engine {
namespace {

using testing::PcmSignal;
using testing::SessionDriver;
using testing::wav_file;

constexpr FrameCount kWindow = 120;  // 2.5 ms: the overlap of the codec's windows.

PcmSignal music(double seconds) {
  PcmSignal shape;
  shape.sample_rate_hz = kOutputRateHz;
  shape.bits = 24;
  return testing::music_signal(shape, seconds, 11);
}

SessionOptions packets_only() {
  SessionOptions options;
  options.output = SessionOutput::kPackets;
  return options;
}

std::vector<Packet> chunk_of(SessionDriver& driver, std::int64_t chunk) {
  std::vector<Packet> packets;
  EXPECT_TRUE(driver.session().request_chunk(chunk));
  while (auto event = driver.next()) {
    if (std::holds_alternative<EndOfTrack>(*event)) break;
    const auto* ready = std::get_if<PacketsReady>(&*event);
    if (ready == nullptr) continue;
    packets.insert(packets.end(), ready->packets.begin(), ready->packets.end());
    if (ready->last_of_chunk) break;
  }
  return packets;
}

std::vector<Packet> all_packets(SessionDriver& driver) {
  std::vector<Packet> packets;
  for (std::int64_t chunk = 0;; ++chunk) {
    const auto more = chunk_of(driver, chunk);
    if (more.empty()) return packets;
    packets.insert(packets.end(), more.begin(), more.end());
  }
}

// Parts of `signal` up to each of `cuts` and to its end, rendered as tracks that carry over.
struct Stream {
  std::vector<Packet> packets;
  std::vector<std::size_t> joins;  // The first packet of every track.
};

Stream carried_stream(const PcmSignal& signal, std::vector<FrameCount> cuts) {
  Stream stream;
  std::optional<Carry> carry;
  cuts.push_back(signal.frames);
  FrameCount begin = 0;
  for (const FrameCount cut : cuts) {
    const auto file = wav_file(testing::part_of(signal, begin, cut));
    SessionDriver driver(file, packets_only());
    driver.session().set_carry(std::exchange(carry, std::nullopt));
    auto packets = all_packets(driver);
    carry = driver.session().carry_over();
    EXPECT_TRUE(carry);
    stream.joins.push_back(stream.packets.size());
    if (cut < signal.frames) packets.resize(static_cast<std::size_t>(carry->packet_count));
    stream.packets.insert(stream.packets.end(), packets.begin(), packets.end());
    begin = cut;
  }
  return stream;
}

// The same frames through one encoder, which spares prediction at the same packets.
std::vector<Packet> continuous_packets(const PcmSignal& signal, const Stream& stream) {
  const auto file = wav_file(signal);
  SessionOptions options;
  options.output = SessionOutput::kPcm;
  SessionDriver driver(file, options);
  AudioBuffer input(kOutputChannelCount, kPrerollPackets * kPacketFrames - kOpusLookaheadFrames);
  for (std::int64_t chunk = 0; chunk * kChunkFrames < signal.frames; ++chunk) {
    input.append(BufferSlice(driver.pcm(chunk)).view());
  }
  input.append_silence(2 * kPacketFrames);
  OpusPacketEncoder encoder(kBitrateBpsDefault);
  std::vector<Packet> packets;
  const auto count = static_cast<std::int64_t>(stream.packets.size());
  std::int64_t first = 0;
  std::size_t track = 0;
  for (std::int64_t packet = -kPrerollPackets; packet < count; ++packet) {
    while (track < stream.joins.size() &&
           static_cast<std::int64_t>(stream.joins[track]) <= packet) {
      first = static_cast<std::int64_t>(stream.joins[track++]);
    }
    const bool independent =
        packet == -1 || (packet >= 0 && (packet - first) % kClusterPackets == 0);
    const FrameCount begin = (packet + kPrerollPackets) * kPacketFrames;
    auto bytes =
        encoder.encode(BufferSlice(input, begin, begin + kPacketFrames).view(), independent);
    if (packet >= 0) packets.push_back(std::move(bytes));
  }
  return packets;
}

AudioBuffer heard(const std::vector<Packet>& packets) {
  testing::OpusTestDecoder decoder;
  AudioBuffer audio(kOutputChannelCount, 0);
  testing::decode_onto(audio, decoder, packets, 0,
                       static_cast<FrameCount>(packets.size()) * kPacketFrames);
  return audio;
}

// Two of the parts are shorter than what the encoder looks ahead.
const std::vector<FrameCount> kCuts{100'001, 200'137, 200'138, 200'338, 300'480, 401'823};

TEST(CarryTest, TracksThatCarryOverAreOneStream) {
  const PcmSignal signal = music(10);
  const Stream stream = carried_stream(signal, kCuts);
  ASSERT_EQ(static_cast<std::int64_t>(stream.packets.size()),
            ChunkPlan(signal.frames).packet_count());
  const auto continuous = continuous_packets(signal, stream);
  const AudioBuffer joined = heard(stream.packets);
  const AudioBuffer uncut = heard(continuous);
  double joined_energy = 0;
  double uncut_energy = 0;
  for (const FrameCount cut : kCuts) {
    // The join itself, and every packet boundary around it.
    for (FrameCount at = cut - 3 * kPacketFrames; at < cut + 6 * kPacketFrames; at += kWindow) {
      joined_energy += testing::error_energy(joined, signal, at, at + kWindow);
      uncut_energy += testing::error_energy(uncut, signal, at, at + kWindow);
    }
  }
  std::size_t equal = 0;
  for (std::size_t i = 0; i < continuous.size(); ++i) equal += continuous[i] == stream.packets[i];
  std::printf("%zu of %zu packets are those of one encoder; error around joins %+.2f dB\n", equal,
              continuous.size(), 10 * std::log10(joined_energy / uncut_energy));
  // Behind a join the encoder is warmed up by the pre-roll of any chunk, and as near.
  EXPECT_GE(equal, continuous.size() * 9 / 10);
  EXPECT_LE(10 * std::log10(joined_energy / uncut_energy), 2);
}

TEST(CarryTest, WithoutACarryNothingChanges) {
  const auto file = wav_file(music(2.5));
  SessionDriver plain(file, packets_only());
  const auto reference = all_packets(plain);
  ASSERT_TRUE(plain.session().carry_over());
  SessionDriver driver(file, packets_only());
  driver.session().set_carry(plain.session().carry_over());
  EXPECT_NE(all_packets(driver), reference);
  driver.session().set_carry(std::nullopt);
  EXPECT_FALSE(driver.session().carry_over()) << "of another rendering";
  EXPECT_EQ(all_packets(driver), reference);
}

void expect_equal(const Carry& one, const Carry& other) {
  EXPECT_EQ(one.packet_count, other.packet_count);
  EXPECT_EQ(one.frame_count, other.frame_count);
  ASSERT_EQ(one.before.frames(), other.before.frames());
  for (int c = 0; c < kOutputChannelCount; ++c) {
    const auto a = one.before.channel(c);
    EXPECT_TRUE(std::equal(a.begin(), a.end(), other.before.channel(c).begin()));
  }
}

TEST(CarryTest, WhatIsRenderedDoesNotDependOnTheWayThere) {
  const PcmSignal signal = music(9);
  const auto first = wav_file(testing::part_of(signal, 0, 2 * kChunkFrames + 1));
  const auto second = wav_file(testing::part_of(signal, 2 * kChunkFrames + 1, signal.frames));
  const EnhancementSettings punchy{Preset::kPunchy, 100};
  SessionDriver warm(first, packets_only());
  ASSERT_TRUE(warm.session().set_enhancement(punchy));
  all_packets(warm);
  const auto carry = warm.session().carry_over();
  ASSERT_TRUE(carry);
  SessionDriver cold(first, packets_only());
  ASSERT_TRUE(cold.session().set_enhancement(punchy));
  EXPECT_EQ(chunk_of(cold, 2).size(), 1U);
  ASSERT_TRUE(cold.session().carry_over());
  expect_equal(*cold.session().carry_over(), *carry);

  SessionDriver in_order(second, packets_only());
  in_order.session().set_carry(carry);
  ASSERT_TRUE(in_order.session().set_enhancement(punchy));
  for (std::int64_t chunk = 0; chunk < 3; ++chunk) {
    SessionDriver alone(second, packets_only());
    ASSERT_TRUE(alone.session().set_enhancement(punchy));
    alone.session().set_carry(carry);
    EXPECT_EQ(chunk_of(alone, chunk), chunk_of(in_order, chunk)) << chunk;
  }
}

TEST(CarryTest, ChangesTakeTheCarryOverBack) {
  const auto file = wav_file(music(2.5));
  SessionDriver driver(file, packets_only());
  EXPECT_FALSE(driver.session().carry_over());
  chunk_of(driver, 0);
  EXPECT_FALSE(driver.session().carry_over()) << "the end was not rendered";
  chunk_of(driver, 1);
  EXPECT_TRUE(driver.session().carry_over());
  chunk_of(driver, 0);
  EXPECT_TRUE(driver.session().carry_over()) << "a seek changes nothing";
  ASSERT_TRUE(driver.session().set_enhancement(EnhancementSettings{Preset::kWarm, 100}));
  EXPECT_FALSE(driver.session().carry_over());
}

TEST(CarryTest, AFileThatEndsEarlyLeavesWhatStandsBeforeItsRealEnd) {
  const PcmSignal signal = music(5);
  auto file = wav_file(signal);
  constexpr std::size_t kBlockBytes = 6;
  constexpr FrameCount kMissing = 100'333;
  file.resize(file.size() - static_cast<std::size_t>(kMissing) * kBlockBytes);
  const FrameCount end = signal.frames - kMissing;
  SessionDriver cut(file, packets_only());
  all_packets(cut);
  ASSERT_TRUE(cut.session().carry_over());
  const auto whole = wav_file(testing::part_of(signal, 0, end));
  SessionDriver driver(whole, packets_only());
  all_packets(driver);
  ASSERT_TRUE(driver.session().carry_over());
  EXPECT_EQ(driver.session().carry_over()->packet_count * kPacketFrames +
                driver.session().carry_over()->frame_count,
            end);
  expect_equal(*cut.session().carry_over(), *driver.session().carry_over());
}

TEST(CarryTest, ClustersCountFramesFromWhatIsCarried) {
  const PcmSignal signal = music(3);
  const FrameCount cut = 50'000;
  const auto first = wav_file(testing::part_of(signal, 0, cut));
  const auto second = wav_file(testing::part_of(signal, cut, signal.frames));
  SessionDriver before(first, SessionOptions{});
  before.clusters(0);
  const auto carry = before.session().carry_over();
  ASSERT_TRUE(carry);
  EXPECT_EQ(carry->packet_count, (cut - kOpusLookaheadFrames) / kPacketFrames);
  EXPECT_EQ(carry->frame_count, cut - carry->packet_count * kPacketFrames);
  SessionDriver driver(second, SessionOptions{});
  driver.session().set_carry(carry);
  ASSERT_TRUE(driver.open());
  const FrameCount coded = signal.frames - cut + carry->frame_count;
  EXPECT_EQ(driver.track()->frame_count, signal.frames - cut);
  EXPECT_EQ(driver.track()->chunk_count, (coded + kChunkFrames - 1) / kChunkFrames);
  FrameCount expected = -carry->frame_count;
  ASSERT_TRUE(driver.session().request_chunk(0));
  while (auto event = driver.next()) {
    const auto* ready = std::get_if<ClusterReady>(&*event);
    if (ready == nullptr) continue;
    EXPECT_EQ(ready->first_frame, expected);
    EXPECT_TRUE(ready->lead.empty()) << "its packets go on from those before";
    expected += ready->frame_count;
    if (ready->last_of_chunk) break;
  }
  EXPECT_EQ(expected, std::min(coded, kChunkFrames) - carry->frame_count);
}

}  // namespace
}  // namespace engine
