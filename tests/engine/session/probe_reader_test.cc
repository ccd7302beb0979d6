#include "engine/session/probe_reader.h"

#include <gtest/gtest.h>

#include "tests/support/music_signal.h"
#include "tests/support/opened_track.h"

namespace engine {
namespace {

using testing::OpenedTrack;

// 150 s at a low rate: long enough for probes, small enough to hold.
const std::vector<std::byte>& file() {
  static const std::vector<std::byte> bytes = [] {
    testing::PcmSignal shape;
    shape.sample_rate_hz = 8000;
    return testing::wav_file(testing::music_signal(shape, 150.0, 3));
  }();
  return bytes;
}

struct Measurement {
  TrackProfile profile;
  std::vector<std::vector<ByteRange>> questions;
};

/// Answers every question until the profile is there.
Measurement measure(bool full, std::uint64_t held_max) {
  OpenedTrack track(file(), testing::kWhole);
  ProbeReader reader(track.pcm(), full);
  Measurement result;
  for (int step = 0; step < 100'000; ++step) {
    const auto answer = reader.advance(track.feeder().source(), held_max);
    if (!answer) break;
    if (const auto* profile = std::get_if<TrackProfile>(&*answer)) {
      result.profile = *profile;
      return result;
    }
    const auto* need = std::get_if<NeedManyBytes>(&*answer);
    if (need == nullptr) continue;
    result.questions.push_back(need->ranges);
    for (const ByteRange& range : need->ranges) {
      EXPECT_FALSE(range.empty());
      EXPECT_LE(range.end, file().size());
      const auto bytes = std::span(file()).subspan(static_cast<std::size_t>(range.begin),
                                                   static_cast<std::size_t>(range.size()));
      track.feeder().store().insert(range.begin, bytes);
    }
  }
  ADD_FAILURE() << "no profile";
  return result;
}

std::uint64_t total_size(const std::vector<ByteRange>& ranges) {
  std::uint64_t sum = 0;
  for (const ByteRange& range : ranges) sum += range.size();
  return sum;
}

TEST(ProbeReaderTest, OneQuestionAsksForTheBytesOfAllProbes) {
  const Measurement result = measure(false, file().size());
  ASSERT_EQ(result.questions.size(), 1u);
  EXPECT_EQ(result.questions[0].size(), static_cast<std::size_t>(result.profile.probe_count));
  EXPECT_GT(result.profile.probe_count, 1);
  EXPECT_FALSE(result.profile.full);
  EXPECT_LT(total_size(result.questions[0]), file().size() / 2);
}

TEST(ProbeReaderTest, TheFirstQuestionKeepsToWhatMayBeHeld) {
  const std::uint64_t held_max = 64 * 1024;
  const Measurement result = measure(false, held_max);
  EXPECT_GT(result.questions.size(), 1u);
  EXPECT_LE(total_size(result.questions.at(0)), held_max);
  EXPECT_EQ(result.profile, measure(false, file().size()).profile);
}

TEST(ProbeReaderTest, AFullMeasurementHearsEveryFrame) {
  const Measurement result = measure(true, file().size());
  EXPECT_TRUE(result.profile.full);
  EXPECT_EQ(result.profile.measured_frames, 150 * 48000);
  const TrackProfile probed = measure(false, file().size()).profile;
  EXPECT_LT(probed.measured_frames, result.profile.measured_frames / 2);
  EXPECT_LE(probed.true_peak_dbtp, result.profile.true_peak_dbtp + 0.01);
}

}  // namespace
}  // namespace engine
