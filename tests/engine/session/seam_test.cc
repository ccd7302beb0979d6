// The joins of the Opus stream: a chunk starts with a fresh encoder, a cluster with a packet that
// does not predict. Measured: the coding error in the 20 ms at a join, against the error that one
// encoder running through makes at the same place.
#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <memory>
#include <string>
#include <utility>

#include <gtest/gtest.h>
#include <opus/opus.h>

#include "engine/encode/opus_encoder.h"
#include "tests/support/conformance.h"
#include "tests/support/joined_tracks.h"
#include "tests/support/real_music.h"
#include "tests/support/session_driver.h"

namespace engine {
namespace {

using testing::kMusicExcerpts;
using testing::SessionDriver;

constexpr int kExcerptSeconds = 50;  // 24 chunk joins in each excerpt and bit rate.

// The track as the encoder gets it, kOpusLookaheadFrames ahead, cut to whole packets.
AudioBuffer encoder_input(std::span<const std::byte> file, std::int64_t packets) {
  SessionOptions options;
  options.output = SessionOutput::kPcm;
  SessionDriver driver(file, options);
  AudioBuffer audio(kOutputChannelCount, 0);
  for (std::int64_t chunk = 0; chunk * kChunkPackets < packets + 1; ++chunk) {
    audio.append(BufferSlice(driver.pcm(chunk)).view());
  }
  audio.resize(kOutputChannelCount, (packets + 1) * kPacketFrames);
  return audio;
}

std::vector<Packet> continuous_packets(const AudioBuffer& audio, std::int64_t count,
                                       int bitrate_bps) {
  OpusPacketEncoder encoder(bitrate_bps);
  std::vector<Packet> packets;
  for (std::int64_t i = -1; i < count; ++i) {  // One packet of pre-roll, as in a chunk's.
    AudioBuffer frames(kOutputChannelCount, kPacketFrames);
    for (int c = 0; c < kOutputChannelCount; ++c) {
      for (FrameCount n = 0; n < kPacketFrames; ++n) {
        const FrameCount at = i * kPacketFrames + n + kOpusLookaheadFrames;
        if (at >= 0) {
          frames.channel(c)[static_cast<std::size_t>(n)] =
              audio.channel(c)[static_cast<std::size_t>(at)];
        }
      }
    }
    Packet packet = encoder.encode(BufferSlice(frames).view(), false);
    if (i >= 0) packets.push_back(std::move(packet));
  }
  return packets;
}

// Energy of the coding error in every packet's 20 ms, decoded by one decoder without a break.
std::vector<double> error_energies(const std::vector<Packet>& packets, const AudioBuffer& audio) {
  int status = OPUS_OK;
  const std::unique_ptr<OpusDecoder, decltype(&opus_decoder_destroy)> decoder(
      opus_decoder_create(kOutputRateHz, kOutputChannelCount, &status), &opus_decoder_destroy);
  EXPECT_EQ(status, OPUS_OK);
  std::vector<double> energies;
  std::array<float, kPacketFrames * kOutputChannelCount> decoded{};
  for (std::size_t i = 0; i < packets.size(); ++i) {
    const auto* data =
        static_cast<const unsigned char*>(static_cast<const void*>(packets[i].data()));
    const int count = opus_decode_float(decoder.get(), data, static_cast<int>(packets[i].size()),
                                        decoded.data(), kPacketFrames, 0);
    EXPECT_EQ(count, kPacketFrames);
    double energy = 1e-12;
    for (std::size_t n = 0; n < kPacketFrames; ++n) {
      for (std::size_t c = 0; c < 2; ++c) {
        const double error =
            static_cast<double>(decoded[2 * n + c]) -
            static_cast<double>(audio.channel(static_cast<int>(c))[i * kPacketFrames + n]);
        energy += error * error;
      }
    }
    energies.push_back(energy);
  }
  return energies;
}

struct Ratios {
  std::vector<double> db;
  double quantile(double share) const {
    std::vector<double> sorted = db;
    std::sort(sorted.begin(), sorted.end());
    return sorted[static_cast<std::size_t>(share * static_cast<double>(sorted.size() - 1))];
  }
  void print(const char* name) const {
    std::printf("%-16s n %4zu  median %+.2f  p90 %+.2f  max %+.2f dB\n", name, db.size(),
                quantile(0.5), quantile(0.9), quantile(1.0));
  }
};

TEST(SeamTest, ChunkAndClusterJoinsAreNoWorseThanAnyOtherPacket) {
  Ratios chunk_joins;
  Ratios cluster_joins;
  Ratios control;
  const testing::TemporaryFolder folder;
  for (const auto& excerpt : kMusicExcerpts) {
    SCOPED_TRACE(excerpt.name);
    ASSERT_TRUE(testing::write_excerpt(folder, excerpt, kExcerptSeconds, "music.wav"));
    const auto file = folder.read("music.wav");
    for (const int bitrate_bps : {96000, 128000, 192000}) {
      const auto chunked = testing::track_packets(file, 0, bitrate_bps);
      const auto count = static_cast<std::int64_t>(chunked.size());
      const AudioBuffer audio = encoder_input(file, count);
      const auto joined = error_energies(chunked, audio);
      const auto reference = error_energies(continuous_packets(audio, count, bitrate_bps), audio);
      for (std::size_t i = kChunkPackets; i < joined.size(); ++i) {
        if (reference[i] < 1e-7) continue;  // Silence: nothing to compare.
        const double ratio_db = 10.0 * std::log10(joined[i] / reference[i]);
        const std::size_t in_chunk = i % kChunkPackets;
        if (in_chunk == 0) {
          chunk_joins.db.push_back(ratio_db);
        } else if (in_chunk % kClusterPackets == 0) {
          cluster_joins.db.push_back(ratio_db);
        } else if (in_chunk == 62) {
          control.db.push_back(ratio_db);
        }
      }
    }
  }
  chunk_joins.print("chunk joins");
  cluster_joins.print("cluster joins");
  control.print("mid-cluster");
  using testing::Limit;
  testing::conform("T7", "chunk joins measured: 6 tracks at 96, 128, 192 kbit/s",
                   static_cast<double>(chunk_joins.db.size()), Limit::at_least(400), "joins");
  for (const auto& [name, joins] :
       {std::pair{"chunk joins", &chunk_joins}, std::pair{"cluster joins", &cluster_joins}}) {
    // A binding is no variable that clang 14 could capture.
    const auto state = [&, which = std::string(name)](const char* what, double measured,
                                                      Limit limit) {
      testing::conform("T7", which + what, measured, limit, "dB");
    };
    state(", error against the continuous encoder: median", joins->quantile(0.5),
          Limit::at_most(0.1));
    state(", error against the continuous encoder: 90th percentile", joins->quantile(0.9),
          Limit::at_most(1.5));
    state(", error against the continuous encoder: largest", joins->quantile(1.0),
          Limit::at_most(7));
    state(", 90th percentile over that in the middle of clusters",
          joins->quantile(0.9) - control.quantile(0.9), Limit::at_most(0.5));
  }
}

}  // namespace
}  // namespace engine
