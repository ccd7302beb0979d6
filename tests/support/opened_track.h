// OpenedTrack: a file in memory whose headers are read, as a PcmSource over a SplitFeeder.
#pragma once

#include <memory>
#include <span>
#include <variant>

#include "engine/demux/container_probe.h"
#include "engine/demux/make_demuxer.h"
#include "engine/session/pcm_source.h"
#include "tests/support/split_feeder.h"

namespace engine::testing {

class OpenedTrack {
 public:
  /// `file` is a track that the engine can read, else the test fails; it must outlive this object.
  OpenedTrack(std::span<const std::byte> file, std::size_t piece_size) : feeder_(file, piece_size) {
    const auto container = feeder_.run([&] { return probe_container(feeder_.source()); });
    if (!container) {
      ADD_FAILURE() << container.error().words();
      return;
    }
    demuxer_ = make_demuxer(std::get<Container>(*container));
    const auto header = feeder_.read_header(*demuxer_);
    if (!header) {
      ADD_FAILURE() << header.error().words();
      return;
    }
    auto pcm = PcmSource::create(*demuxer_, std::get<TrackInfo>(*header));
    if (pcm) pcm_ = std::move(*pcm);
    EXPECT_NE(pcm_, nullptr);
  }

  SplitFeeder& feeder() { return feeder_; }
  PcmSource& pcm() { return *pcm_; }

  /// Frames [first, first + count) at 48 kHz, 2 x count.
  AudioBuffer read(FrameCount first, FrameCount count) {
    AudioBuffer frames(kOutputChannelCount, count);
    const std::array<float*, 2> planes{frames.channel(0).data(), frames.channel(1).data()};
    const MutableAudioView view(std::span<float* const>(planes), count);
    EXPECT_TRUE(feeder_.run([&] { return pcm_->read(feeder_.source(), first, view); }));
    return frames;
  }

 private:
  SplitFeeder feeder_;
  std::unique_ptr<Demuxer> demuxer_;
  std::unique_ptr<PcmSource> pcm_;
};

/// The first frame in which `audio` differs from the frames of `reference` that begin at `offset`;
/// audio.frames() when it equals them bit for bit.
inline FrameCount first_difference(const AudioBuffer& audio, const AudioBuffer& reference,
                                   FrameCount offset) {
  for (FrameCount i = 0; i < audio.frames(); ++i) {
    for (int c = 0; c < audio.channels(); ++c) {
      const float value = audio.channel(c)[static_cast<std::size_t>(i)];
      if (value != reference.channel(c)[static_cast<std::size_t>(offset + i)]) return i;
    }
  }
  return audio.frames();
}

}  // namespace engine::testing
