// What a listener gets: real music enhanced by every preset, through Opus and back, measured by
// libebur128. No preset may clip after decoding, and the loudness must be what the plan promised.
#include <optional>
#include <span>
#include <string>

#include <gtest/gtest.h>

#include "tests/support/conformance.h"
#include "tests/support/loudness_oracle.h"
#include "tests/support/opus_round_trip.h"
#include "tests/support/real_music.h"
#include "tests/support/session_driver.h"

namespace engine {
namespace {

using testing::conform;
using testing::kMusicExcerpts;
using testing::Limit;
using testing::SessionDriver;

constexpr int kExcerptSeconds = 20;

struct Rendered {
  double loudness_lufs = 0;
  double true_peak_dbtp = 0;
  PlanReady plan;
};

Rendered render(std::span<const std::byte> file, Preset preset, int bitrate_bps, bool full_profile,
                const std::optional<TrackProfile>& profile) {
  SessionOptions options;
  options.bitrate_bps = bitrate_bps;
  options.output = SessionOutput::kPackets;
  options.full_profile = full_profile;
  SessionDriver driver(file, options);
  if (profile) driver.session().set_profile(*profile);
  EXPECT_TRUE(driver.session().set_enhancement(EnhancementSettings{preset, 100}));
  testing::OpusTestDecoder decoder;
  testing::LoudnessOracle meter(kOutputChannelCount);
  for (std::int64_t chunk = 0; !driver.end() && !driver.error(); ++chunk) {
    EXPECT_TRUE(driver.session().request_chunk(chunk));
    for (auto event = driver.next(); event; event = driver.next()) {
      if (std::holds_alternative<EndOfTrack>(*event)) break;
      const auto* ready = std::get_if<PacketsReady>(&*event);
      if (ready == nullptr) continue;
      for (const Packet& packet : ready->packets) meter.add(decoder.decode(packet));
      if (ready->last_of_chunk) break;
    }
  }
  return {meter.integrated_lufs(), meter.true_peak_dbtp(), *driver.plan()};
}

TEST(DecodedLevelTest, NoPresetClipsAfterOpusAndLoudnessIsAsPlanned) {
  const testing::TemporaryFolder folder;
  for (std::size_t piece = 0; piece < kMusicExcerpts.size(); ++piece) {
    const auto& excerpt = kMusicExcerpts[piece];
    ASSERT_TRUE(testing::write_excerpt(folder, excerpt, kExcerptSeconds, "music.wav"));
    const auto file = folder.read("music.wav");
    std::optional<TrackProfile> full;
    for (int i = 0; i < kPresetCount; ++i) {
      const std::string name =
          std::string(excerpt.name) + ", " + kPresetNames[static_cast<std::size_t>(i)].data();
      for (const int bitrate_bps : {96000, 128000, 192000}) {
        // The lowest adds the most; of the others each piece takes its turn at another preset.
        const auto turn = piece + static_cast<std::size_t>(i);
        if (bitrate_bps != 96000 && !testing::is_measured(turn, kPresetCount)) continue;
        const Rendered rendered = render(file, static_cast<Preset>(i), bitrate_bps, true, full);
        full = rendered.plan.profile;
        EXPECT_TRUE(full->full);
        conform("T2", "decoded Opus, music, " + std::to_string(bitrate_bps / 1000) + " kbit/s",
                rendered.true_peak_dbtp, Limit::at_most(0), "dBTP", name);
        const EnhancementPlan& plan = rendered.plan.plan;
        conform("T10", "loudness behind Opus against the plan",
                rendered.loudness_lufs - plan.expected_lufs, Limit::within(0.5), "LU", name);
        // Short of the target only with a reason that is told.
        if (plan.shortfall_lu > 0.5) {
          EXPECT_NE(plan.limited_by, GainLimit::kNone);
        }
      }
    }
    const Rendered probed =
        render(file, Preset::kAdaptive, kBitrateBpsDefault, false, std::nullopt);
    EXPECT_NEAR(probed.plan.profile.integrated_loudness_lufs, full->integrated_loudness_lufs, 1.2);
    EXPECT_LE(probed.true_peak_dbtp, 0.0);
  }
}

}  // namespace
}  // namespace engine
