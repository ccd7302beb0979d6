// A plan before the profile: few probes first, the rest beside, and the take-over by the final
// plan.
#include "engine/session/gradual_profile.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <string>

#include <gtest/gtest.h>

#include "engine/enhance/analyzer.h"
#include "engine/enhance/provisional_plan.h"
#include "engine/enhance/take_over.h"
#include "tests/support/music_signal.h"
#include "tests/support/session_driver.h"

namespace engine {
namespace {

using testing::MusicFile;
using testing::SessionDriver;

constexpr double kSeconds = 31.0;  // Long enough for probes.
constexpr EnhancementSettings kWarm{Preset::kWarm, 100};

const std::vector<MusicFile>& files() {
  static const auto* const kFiles = new std::vector<MusicFile>(testing::music_files(kSeconds));
  return *kFiles;
}

const MusicFile& mp3() {
  return *std::find_if(files().begin(), files().end(),
                       [](const MusicFile& file) { return file.name == "mp3 vbr"; });
}

/// A session of `file` that has its first plan by `budget` probes.
class Track {
 public:
  explicit Track(const MusicFile& file, int budget, const EnhancementSettings& settings = kWarm,
                 SessionOutput output = SessionOutput::kClusters)
      : driver(file.bytes, {.output = output}) {
    EXPECT_TRUE(driver.session().set_probe_budget(budget));
    EXPECT_TRUE(driver.session().set_enhancement(settings));
  }

  /// Nothing is wished for: measures the rest.
  TrackProfile rest() {
    driver.session().request_profile();
    while (auto event = driver.next()) {
      if (const auto* ready = std::get_if<ProfileReady>(&*event)) return ready->profile;
      if (std::holds_alternative<Idle>(*event)) break;
    }
    ADD_FAILURE() << "no profile";
    return {};
  }

  SessionDriver driver;
};

TEST(GradualProfileTest, TheBudgetDecidesWhatComesFirst) {
  constexpr FrameCount kLong = FrameCount{180} * kOutputRateHz;
  EXPECT_EQ(first_go_for(kLong, 0), FirstGo::kNothing);
  EXPECT_EQ(first_go_for(kLong, 1), FirstGo::kStart);
  EXPECT_EQ(first_go_for(kLong, kSpreadProbesMin), FirstGo::kSpread);
  EXPECT_EQ(first_go_for(kLong, kProbeCount - 1), FirstGo::kSpread);
  EXPECT_EQ(first_go_for(kLong, kProbeCount), FirstGo::kAll);
  // Measured whole: 84 times the length of a probe.
  constexpr FrameCount kShort = FrameCount{20} * kOutputRateHz;
  EXPECT_EQ(first_go_for(kShort, 83), FirstGo::kStart);
  EXPECT_EQ(first_go_for(kShort, 84), FirstGo::kAll);
  EXPECT_EQ(first_go_for(0, 0), FirstGo::kAll);
}

TEST(GradualProfileTest, AWholePlanTakesFewProbesOrAllOfAShortTrack) {
  constexpr FrameCount kLong = FrameCount{180} * kOutputRateHz;
  EXPECT_EQ(whole_plan_probes(kLong), kWholePlanProbes);
  constexpr FrameCount kShort = FrameCount{20} * kOutputRateHz;
  EXPECT_EQ(whole_plan_probes(kShort), 84);
  EXPECT_EQ(whole_plan_probes(0), 0);
}

TEST(GradualProfileTest, WithAllProbesNothingChanges) {
  Track usual(mp3(), kAllProbes);
  const auto chunk = usual.driver.clusters(3);
  EXPECT_FALSE(usual.driver.plan()->provisional);
  Track enough(mp3(), kProbeCount);
  EXPECT_EQ(enough.driver.clusters(3), chunk);
  EXPECT_EQ(enough.driver.plan()->profile, usual.driver.plan()->profile);
  EXPECT_EQ(enough.driver.bytes_supplied(), usual.driver.bytes_supplied());
  enough.driver.session().request_profile();
  EXPECT_TRUE(std::holds_alternative<Idle>(*enough.driver.next()));
}

TEST(GradualProfileTest, TwoGoesMeasureWhatOneDoes) {
  for (const MusicFile& file : files()) {
    Track usual(file, kAllProbes);
    usual.driver.clusters(0);
    const TrackProfile profile = usual.driver.plan()->profile;
    for (const int budget : {0, 1, 3, 11, kProbeCount - 1}) {
      SCOPED_TRACE(file.name + ", budget " + std::to_string(budget));
      Track track(file, budget);
      track.driver.clusters(4);
      ASSERT_TRUE(track.driver.plan());
      EXPECT_TRUE(track.driver.plan()->provisional);
      EXPECT_EQ(track.driver.plan()->profile.probe_count, budget);
      EXPECT_EQ(track.rest(), profile);
    }
  }
}

TEST(GradualProfileTest, AWishInterruptsTheRestAndLosesNothing) {
  for (const MusicFile& file : files()) {
    SCOPED_TRACE(file.name);
    Track usual(file, kAllProbes);
    usual.driver.clusters(0);
    Track still(file, 5);
    std::vector<std::vector<std::byte>> chunks;
    for (const std::int64_t chunk : {0, 1, 9, 2}) chunks.push_back(still.driver.clusters(chunk));

    Track track(file, 5);
    EXPECT_EQ(track.driver.clusters(0), chunks[0]);
    track.driver.session().request_profile();
    std::size_t next = 1;
    std::optional<TrackProfile> profile;
    // A wish every now and then, in the middle of a probe, too.
    for (int step = 1; !profile; ++step) {
      if (step % 7 == 0 && next < chunks.size()) {
        const std::int64_t chunk = std::array<std::int64_t, 4>{0, 1, 9, 2}[next];
        EXPECT_EQ(track.driver.clusters(chunk), chunks[next]) << "chunk " << chunk;
        ++next;
      }
      const Result<Event> event = track.driver.session().advance();
      ASSERT_TRUE(event);
      if (const auto* ready = std::get_if<ProfileReady>(&*event)) profile = ready->profile;
      if (const auto* need = std::get_if<NeedRanges>(&*event)) {
        EXPECT_TRUE(need->beside);
        EXPECT_LE(need->ranges.size(), GradualProfile::kAskedAtOnce);
        for (const ByteRange& range : need->ranges) {
          const auto bytes = std::span(file.bytes).subspan(range.begin, range.size());
          ASSERT_TRUE(track.driver.session().supply(range.begin, bytes));
        }
      }
    }
    EXPECT_EQ(next, chunks.size()) << "the rest was over too soon";
    EXPECT_EQ(*profile, usual.driver.plan()->profile);
  }
}

TEST(GradualProfileTest, NoByteIsAskedForTwiceAndAStartCostsNone) {
  for (const MusicFile& file : files()) {
    SCOPED_TRACE(file.name);
    const auto bytes_of = [&](int budget, std::int64_t chunk, bool rest) {
      Track track(file, budget);
      track.driver.clusters(chunk);
      if (rest) track.rest();
      return static_cast<double>(track.driver.bytes_supplied());
    };
    // Ranges of probes end where it is estimated: a little is asked for behind them.
    EXPECT_LE(bytes_of(12, 0, true), 1.02 * bytes_of(kAllProbes, 0, false));
    for (const std::int64_t chunk : {0, 6}) {
      EXPECT_LE(bytes_of(1, chunk, false), 1.01 * bytes_of(0, chunk, false)) << chunk;
      EXPECT_LE(bytes_of(1, chunk, false), bytes_of(3, chunk, false)) << chunk;
    }
  }
}

TEST(GradualProfileTest, TheTrackTellsWhatAProbeCosts) {
  for (const MusicFile& file : files()) {
    SCOPED_TRACE(file.name);
    if (file.name == "mp3 vbr mono without tag") continue;  // Is walked to its end anyway.
    Track none(file, 0);
    none.driver.clusters(6);
    Track some(file, 20);
    some.driver.clusters(6);
    const auto told = static_cast<double>(20 * some.driver.track()->probe_bytes);
    const auto cost =
        static_cast<double>(some.driver.bytes_supplied() - none.driver.bytes_supplied());
    EXPECT_LT(cost, 1.25 * told);
    EXPECT_GT(cost, 0.5 * told);
  }
}

TEST(GradualProfileTest, ChunksOfATakeOverAreTheSameFromACold) {
  constexpr FrameCount kFrom = 3 * kChunkFrames + 7 * kPacketFrames;
  for (const MusicFile& file : files()) {
    SCOPED_TRACE(file.name);
    Track track(file, 4);
    const auto before = track.driver.clusters(2);
    const TrackProfile provisional = track.driver.plan()->profile;
    const TrackProfile final = track.rest();
    EXPECT_EQ(track.driver.session().take_over(-1).error().detail, ErrorDetail::kTakeOverFrame);
    ASSERT_TRUE(track.driver.session().take_over(kFrom));
    EXPECT_EQ(track.driver.clusters(2), before) << "in front of the take-over";
    EXPECT_FALSE(track.driver.plan()->provisional);
    EXPECT_EQ(track.driver.plan()->profile, final);

    const TakeOver change = plan_take_over(make_provisional_plan(provisional, kWarm),
                                           make_plan(final, kWarm), final, kFrom);
    const std::int64_t last = (change.end_frame + kChunkFrames - 1) / kChunkFrames;
    SessionDriver known(file.bytes, {});
    ASSERT_TRUE(known.session().set_enhancement(kWarm));
    known.session().set_profile(final);
    for (std::int64_t chunk = 3; chunk <= last; ++chunk) {
      SessionDriver cold(file.bytes, {});
      ASSERT_TRUE(cold.session().set_enhancement(kWarm));
      ASSERT_TRUE(cold.session().set_profile(final, {provisional, kFrom}));
      const auto bytes = track.driver.clusters(chunk);
      EXPECT_EQ(bytes, cold.clusters(chunk)) << chunk;
      EXPECT_EQ(bytes == known.clusters(chunk), chunk == last) << chunk;
    }
    ASSERT_TRUE(track.driver.session().take_over(std::nullopt)) << "final already: no effect";
    EXPECT_EQ(track.driver.clusters(2), before);
  }
}

TEST(GradualProfileTest, ATakeOverOfEverythingLeavesNoTrace) {
  Track track(mp3(), 0);
  EXPECT_EQ(track.driver.session().take_over(0).error().detail, ErrorDetail::kProfileMissing);
  track.driver.clusters(2);
  track.rest();
  ASSERT_TRUE(track.driver.session().take_over(std::nullopt));
  Track usual(mp3(), kAllProbes);
  for (const std::int64_t chunk : {0, 2, 5}) {
    EXPECT_EQ(track.driver.clusters(chunk), usual.driver.clusters(chunk));
  }
}

TEST(GradualProfileTest, SettingsChangeInAnyPhase) {
  const EnhancementSettings punchy{Preset::kPunchy, 60};
  Track usual(mp3(), kAllProbes, punchy);
  const auto chunk = usual.driver.clusters(7);
  Track track(mp3(), 6);
  track.driver.clusters(0);
  ASSERT_TRUE(track.driver.session().set_enhancement(punchy));
  const auto provisional = track.driver.clusters(7);
  EXPECT_TRUE(track.driver.plan()->provisional);
  EXPECT_NE(provisional, chunk);
  Track other(mp3(), 6, punchy);
  EXPECT_EQ(other.driver.clusters(7), provisional);
  track.rest();
  ASSERT_TRUE(track.driver.session().set_enhancement(std::nullopt));
  const auto original = track.driver.clusters(7);
  ASSERT_TRUE(track.driver.session().take_over(std::nullopt));
  EXPECT_EQ(track.driver.clusters(7), original);
  ASSERT_TRUE(track.driver.session().set_enhancement(punchy));
  EXPECT_EQ(track.driver.clusters(7), chunk);
}

TEST(GradualProfileTest, AShortTrackIsMeasuredWholeBesideIt) {
  const auto bytes = testing::wav_file(testing::music_signal({}, 9.0, 4));
  const MusicFile file{"short", bytes};
  Track usual(file, kAllProbes);
  usual.driver.clusters(1);
  EXPECT_TRUE(usual.driver.plan()->profile.full);
  for (const int budget : {0, 2, 20}) {
    Track track(file, budget);
    track.driver.clusters(1);
    EXPECT_TRUE(track.driver.plan()->provisional);
    EXPECT_EQ(track.rest(), usual.driver.plan()->profile);
  }
  Track enough(file, 38);
  enough.driver.clusters(1);
  EXPECT_FALSE(enough.driver.plan()->provisional);
}

TEST(GradualProfileTest, ABudgetCannotBeNegative) {
  Session session{SessionOptions{}};
  EXPECT_EQ(session.set_probe_budget(-1).error().detail, ErrorDetail::kProbeBudget);
}

}  // namespace
}  // namespace engine
