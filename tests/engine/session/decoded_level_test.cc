// What a listener gets: real music enhanced by every preset, through Opus and back, measured by
// libebur128. No preset may clip after decoding, and the loudness must be what the plan promised.
#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <ebur128.h>
#include <memory>

#include <gtest/gtest.h>
#include <opus/opus.h>

#include "tests/support/real_music.h"
#include "tests/support/session_driver.h"

namespace engine {
namespace {

using testing::kMusicExcerpts;
using testing::SessionDriver;

constexpr int kExcerptSeconds = 20;

struct Levels {
  double loudness_lufs = 0;
  double true_peak_dbtp = 0;
};

// Decodes the track's packets in order and measures them.
class LevelMeter {
 public:
  LevelMeter()
      : decoder_(opus_decoder_create(kOutputRateHz, kOutputChannelCount, nullptr),
                 &opus_decoder_destroy),
        meter_(ebur128_init(kOutputChannelCount, kOutputRateHz,
                            EBUR128_MODE_I | EBUR128_MODE_TRUE_PEAK)) {}
  LevelMeter(const LevelMeter&) = delete;
  LevelMeter& operator=(const LevelMeter&) = delete;
  ~LevelMeter() { ebur128_destroy(&meter_); }

  void add(const Packet& packet) {
    const auto* data = static_cast<const unsigned char*>(static_cast<const void*>(packet.data()));
    ASSERT_EQ(opus_decode_float(decoder_.get(), data, static_cast<int>(packet.size()),
                                decoded_.data(), kPacketFrames, 0),
              kPacketFrames);
    ebur128_add_frames_float(meter_, decoded_.data(), kPacketFrames);
  }

  Levels levels() const {
    Levels levels;
    ebur128_loudness_global(meter_, &levels.loudness_lufs);
    double peak = 0;
    for (unsigned channel = 0; channel < kOutputChannelCount; ++channel) {
      double channel_peak = 0;
      ebur128_true_peak(meter_, channel, &channel_peak);
      peak = std::max(peak, channel_peak);
    }
    levels.true_peak_dbtp = 20 * std::log10(peak);
    return levels;
  }

 private:
  std::unique_ptr<OpusDecoder, decltype(&opus_decoder_destroy)> decoder_;
  ebur128_state* meter_;
  std::array<float, kPacketFrames * kOutputChannelCount> decoded_{};
};

struct Rendered {
  Levels levels;
  PlanReady plan;
};

Rendered render(std::span<const std::byte> file, Preset preset, bool full_profile,
                const std::optional<TrackProfile>& profile) {
  SessionOptions options;
  options.output = SessionOutput::kPackets;
  options.full_profile = full_profile;
  SessionDriver driver(file, options);
  if (profile) driver.session().set_profile(*profile);
  EXPECT_TRUE(driver.session().set_enhancement(EnhancementSettings{preset, 100}));
  LevelMeter meter;
  for (std::int64_t chunk = 0; !driver.end() && !driver.error(); ++chunk) {
    EXPECT_TRUE(driver.session().request_chunk(chunk));
    for (auto event = driver.next(); event; event = driver.next()) {
      if (std::holds_alternative<EndOfTrack>(*event)) break;
      const auto* ready = std::get_if<PacketsReady>(&*event);
      if (ready == nullptr) continue;
      for (const Packet& packet : ready->packets) meter.add(packet);
      if (ready->last_of_chunk) break;
    }
  }
  return {meter.levels(), *driver.plan()};
}

TEST(DecodedLevelTest, NoPresetClipsAfterOpusAndLoudnessIsAsPlanned) {
  const testing::TemporaryFolder folder;
  std::printf("%-11s %-9s %8s %8s %8s %8s  %s\n", "excerpt", "preset", "planned", "heard", "error",
              "peak", "limited by");
  for (const auto& excerpt : kMusicExcerpts) {
    SCOPED_TRACE(excerpt.name);
    ASSERT_TRUE(testing::write_excerpt(folder, excerpt, kExcerptSeconds, "music.wav"));
    const auto file = folder.read("music.wav");
    std::optional<TrackProfile> full;
    for (int i = 0; i < kPresetCount; ++i) {
      SCOPED_TRACE(kPresetNames[static_cast<std::size_t>(i)]);
      const Rendered rendered = render(file, static_cast<Preset>(i), true, full);
      full = rendered.plan.profile;
      EXPECT_TRUE(full->full);
      const EnhancementPlan& plan = rendered.plan.plan;
      const double error = rendered.levels.loudness_lufs - plan.expected_lufs;
      std::printf("%-11s %-9s %8.2f %8.2f %+8.2f %+8.2f  %s\n", excerpt.name,
                  kPresetNames[static_cast<std::size_t>(i)].data(), plan.expected_lufs,
                  rendered.levels.loudness_lufs, error, rendered.levels.true_peak_dbtp,
                  gain_limit_name(plan.limited_by).data());
      EXPECT_LE(rendered.levels.true_peak_dbtp, 0.0);
      EXPECT_LE(std::abs(error), 0.5);
      // Short of the target only with a reason that is told.
      if (plan.shortfall_lu > 0.5) {
        EXPECT_NE(plan.limited_by, GainLimit::kNone);
      }
    }
    const Rendered probed = render(file, Preset::kAdaptive, false, std::nullopt);
    EXPECT_NEAR(probed.plan.profile.integrated_loudness_lufs, full->integrated_loudness_lufs, 1.2);
    EXPECT_LE(probed.levels.true_peak_dbtp, 0.0);
  }
}

}  // namespace
}  // namespace engine
