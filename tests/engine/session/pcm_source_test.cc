#include "engine/session/pcm_source.h"

#include <algorithm>
#include <random>

#include <gtest/gtest.h>

#include "engine/base/output_format.h"
#include "tests/support/music_signal.h"
#include "tests/support/opened_track.h"

namespace engine {
namespace {

using testing::first_difference;
using testing::music_signal;
using testing::OpenedTrack;
using testing::PcmSignal;
using testing::wav_file;

PcmSignal signal_at(int sample_rate_hz, double seconds) {
  PcmSignal shape;
  shape.sample_rate_hz = sample_rate_hz;
  return music_signal(shape, seconds, 5);
}

TEST(PcmSourceTest, At48KHzTheSamplesOfTheFilePassBitForBit) {
  const PcmSignal signal = signal_at(48000, 0.5);
  const auto file = wav_file(signal);
  OpenedTrack track(file, 1009);
  ASSERT_EQ(track.pcm().frame_count(), signal.frames);
  const AudioBuffer audio = track.read(0, signal.frames);
  for (FrameCount i = 0; i < signal.frames; ++i) {
    for (int c = 0; c < 2; ++c) {
      const float expected =
          static_cast<float>(signal.samples[static_cast<std::size_t>(2 * i + c)]) / 32768.0f;
      ASSERT_EQ(audio.channel(c)[static_cast<std::size_t>(i)], expected) << i;
    }
  }
}

TEST(PcmSourceTest, AFrameIsTheSameHoweverItWasReached) {
  for (const int rate : {44100, 48000, 96000}) {
    SCOPED_TRACE(rate);
    const auto file = wav_file(signal_at(rate, 2.0));
    OpenedTrack straight(file, testing::kWhole);
    const FrameCount total = straight.pcm().frame_count();
    EXPECT_EQ(total, 96000);
    const AudioBuffer reference = straight.read(0, total);
    OpenedTrack jumping(file, 4096);
    std::mt19937 random(static_cast<unsigned>(rate));
    for (int jump = 0; jump < 60; ++jump) {
      const auto first = static_cast<FrameCount>(random() % static_cast<unsigned>(total));
      const FrameCount count =
          std::min<FrameCount>(1 + static_cast<FrameCount>(random() % 7000), total - first);
      const AudioBuffer part = jumping.read(first, count);
      ASSERT_EQ(first_difference(part, reference, first), count) << "from " << first;
    }
  }
}

TEST(PcmSourceTest, OutsideTheTrackIsSilence) {
  const auto file = wav_file(signal_at(48000, 0.1));
  OpenedTrack track(file, testing::kWhole);
  const AudioBuffer whole = track.read(-300, 4800 + 600);
  const AudioBuffer silence(kOutputChannelCount, 5400);
  const AudioBuffer inside = track.read(0, 4800);
  EXPECT_EQ(first_difference(track.read(-300, 300), silence, 0), 300);
  EXPECT_EQ(first_difference(track.read(4800, 300), silence, 0), 300);
  EXPECT_EQ(first_difference(inside, whole, 300), 4800);
  EXPECT_LT(first_difference(inside, silence, 0), 4800);
}

TEST(PcmSourceTest, ReadingOnNeedsNoByteThatWasDecoded) {
  const auto file = wav_file(signal_at(44100, 1.0));
  OpenedTrack track(file, 4096);
  const AudioBuffer before = track.read(0, 24000);
  // What was decoded may be forgotten.
  const std::uint64_t decoded_end = track.feeder().requests().back().end;
  track.feeder().store().discard_before(decoded_end);
  track.feeder().forget_requests();
  track.read(24000, 4800);
  ASSERT_FALSE(track.feeder().requests().empty());
  for (const ByteRange& range : track.feeder().requests()) EXPECT_GE(range.begin, decoded_end);
  OpenedTrack other(file, testing::kWhole);
  EXPECT_EQ(first_difference(before, other.read(0, 24000), 0), 24000);
}

TEST(PcmSourceTest, AProbeStandsNearWhereItWasWishedAndReadsOnFromThere) {
  const PcmSignal signal = signal_at(48000, 2.0);
  const auto file = wav_file(signal);
  OpenedTrack track(file, 4096);
  const AudioBuffer reference = track.read(0, signal.frames);
  auto& feeder = track.feeder();
  const auto near = feeder.run([&] { return track.pcm().place_near(feeder.source(), 50'000); });
  ASSERT_TRUE(near);
  const FrameCount first = std::get<Placed>(*near).first_frame;
  EXPECT_NEAR(static_cast<double>(first), 50'000, 4800);
  EXPECT_EQ(first_difference(track.read(first, 4800), reference, first), 4800);
  track.pcm().leave_near();
  EXPECT_EQ(first_difference(track.read(100, 4800), reference, 100), 4800);
}

}  // namespace
}  // namespace engine
