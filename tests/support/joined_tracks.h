// Two tracks in a row as a browser plays them: one decoder runs through, the first track is cut at
// its end, the lead of the second one is decoded and not heard.
#pragma once

#include <cmath>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "tests/support/opus_round_trip.h"
#include "tests/support/pcm_signal.h"
#include "tests/support/session_driver.h"

namespace engine::testing {

/// Frames [begin, end) of `signal`.
inline PcmSignal part_of(const PcmSignal& signal, FrameCount begin, FrameCount end) {
  PcmSignal part = signal;
  const auto at = [&](FrameCount frame) {
    return signal.samples.begin() + frame * signal.channels;
  };
  part.samples.assign(at(begin), at(end));
  part.frames = end - begin;
  return part;
}

/// A track's packets, from `lead_packets` in front of it on.
inline std::vector<Packet> track_packets(std::span<const std::byte> file, int lead_packets,
                                         int bitrate_bps = kBitrateBpsDefault) {
  SessionOptions options;
  options.bitrate_bps = bitrate_bps;
  options.output = SessionOutput::kPackets;
  options.lead_packets = lead_packets;
  SessionDriver driver(file, options);
  std::vector<Packet> packets;
  for (std::int64_t chunk = 0; !driver.end(); ++chunk) {
    EXPECT_TRUE(driver.session().request_chunk(chunk));
    for (auto event = driver.next(); event; event = driver.next()) {
      if (auto* ready = std::get_if<PacketsReady>(&*event)) {
        // Packets in front of a later chunk were there before.
        const auto skipped = chunk == 0 ? 0 : chunk * kChunkPackets - ready->first_packet;
        const auto first = ready->packets.begin() + std::max<std::int64_t>(skipped, 0);
        packets.insert(packets.end(), first, ready->packets.end());
        if (ready->last_of_track) return packets;
        if (ready->last_of_chunk) break;
      }
      if (std::holds_alternative<EndOfTrack>(*event)) break;
    }
  }
  return packets;
}

/// Decodes `packets` and appends frames [skip, skip + count) of what comes out to `heard`.
inline void decode_onto(AudioBuffer& heard, OpusTestDecoder& decoder,
                        const std::vector<Packet>& packets, FrameCount skip, FrameCount count) {
  AudioBuffer decoded(kOutputChannelCount, static_cast<FrameCount>(packets.size()) * kPacketFrames);
  std::size_t at = 0;
  for (const Packet& packet : packets) {
    const auto frames = decoder.decode(packet);
    for (std::size_t i = 0; i < kPacketFrames; ++i, ++at) {
      decoded.channel(0)[at] = frames[2 * i];
      decoded.channel(1)[at] = frames[2 * i + 1];
    }
  }
  heard.append(BufferSlice(decoded, skip, skip + count).view());
}

/// Energy of the difference between `heard` and `signal` in frames [begin, end).
inline double error_energy(const AudioBuffer& heard, const PcmSignal& signal, FrameCount begin,
                           FrameCount end) {
  const double full = std::ldexp(1.0, signal.bits - 1);
  double energy = 0;
  for (FrameCount n = begin; n < end; ++n) {
    for (int c = 0; c < kOutputChannelCount; ++c) {
      const auto at = static_cast<std::size_t>(n * signal.channels + c);
      const double error = static_cast<double>(heard.channel(c)[static_cast<std::size_t>(n)]) -
                           static_cast<double>(signal.samples[at]) / full;
      energy += error * error;
    }
  }
  return energy;
}

}  // namespace engine::testing
