// Decodes whole files through the faces that the session uses: probe, demuxer, decoder.
#pragma once

#include <memory>

#include "engine/decode/audio_decoder.h"
#include "engine/demux/container_probe.h"
#include "engine/demux/make_demuxer.h"
#include "tests/support/split_feeder.h"

namespace engine::testing {

struct DecodedFile {
  TrackInfo info;
  AudioBuffer audio;  // From frame 0; missing stretches are silence.
  std::int64_t packets = 0;
  std::int64_t damaged_packets = 0;
};

/// Decodes `packets` of `info`'s track and places each where it says it belongs.
inline DecodedFile decode_packets(const TrackInfo& info, const std::vector<OwnedPacket>& packets) {
  DecodedFile file{info, AudioBuffer(info.channels, 0), 0, 0};
  auto decoder = make_audio_decoder(info);
  if (!decoder) {
    ADD_FAILURE() << decoder.error().words();
    return file;
  }
  AudioBuffer decoded(info.channels, 0);
  for (const OwnedPacket& packet : packets) {
    decoded.clear();
    EXPECT_TRUE((*decoder)->decode(packet.packet(), decoded));
    EXPECT_EQ(decoded.frames(), packet.frame_count);
    ++file.packets;
    const FrameCount begin = std::max<FrameCount>(packet.first_frame, 0);
    const FrameCount end = std::min(packet.first_frame + packet.frame_count, info.frame_count);
    if (packet.preroll || end <= begin) continue;
    EXPECT_GE(begin, file.audio.frames());
    file.audio.append_silence(begin - file.audio.frames());
    file.audio.append(
        BufferSlice(decoded, begin - packet.first_frame, end - packet.first_frame).view());
  }
  file.damaged_packets = (*decoder)->damaged_packets();
  return file;
}

inline DecodedFile decode_all(std::span<const std::byte> bytes, std::size_t piece_size) {
  SplitFeeder feeder(bytes, piece_size);
  const auto container = feeder.run([&] { return probe_container(feeder.source()); });
  if (!container) {
    ADD_FAILURE() << container.error().words();
    return {};
  }
  const auto demuxer = make_demuxer(std::get<Container>(*container));
  const auto header = feeder.read_header(*demuxer);
  if (!header) {
    ADD_FAILURE() << header.error().words();
    return {};
  }
  return decode_packets(std::get<TrackInfo>(*header), feeder.read_packets(*demuxer));
}

}  // namespace engine::testing
