#include "engine/enhance/plan_key.h"

#include <optional>
#include <set>

#include <gtest/gtest.h>

#include "engine/enhance/enhancement_plan.h"
#include "tests/engine/enhance/plan_profiles.h"

namespace engine {
namespace {

EnhancementPlan plan_of(const EnhancementSettings& settings) {
  return make_plan(test::corridor_profile(-19, -9, -11), settings);
}

TEST(PlanKeyTest, TellsWhatSoundsDifferent) {
  std::set<std::uint64_t> keys = {plan_key(std::nullopt)};
  for (int preset = 0; preset < kPresetCount; ++preset) {
    for (const int intensity_percent : {1, 50, 100}) {
      keys.insert(plan_key(plan_of({static_cast<Preset>(preset), intensity_percent})));
    }
  }
  EXPECT_EQ(keys.size(), std::size_t{1 + kPresetCount * 3});
}

TEST(PlanKeyTest, IsTheSameWhereSettingsComeToTheSameSound) {
  EnhancementSettings track;
  EnhancementSettings album = track;
  album.level = Level::kAlbum;
  album.album_loudness_mlufs = -19'000;
  EXPECT_EQ(plan_key(plan_of(track)), plan_key(plan_of(album)));
  album.album_loudness_mlufs = -16'000;
  EXPECT_NE(plan_key(plan_of(track)), plan_key(plan_of(album)));
}

TEST(PlanKeyTest, OfTheOriginalIsThatOfNoIntensity) {
  EXPECT_EQ(plan_key(plan_of({Preset::kWarm, 0})), plan_key(std::nullopt));
  EnhancementPlan quieter = plan_of({Preset::kWarm, 0});
  quieter.trim_db = -1;
  EXPECT_NE(plan_key(quieter), plan_key(std::nullopt));
}

// A mistake here would play the wrong sound from a store.
TEST(PlanKeyTest, ChangesWithEverythingThatTheChainIsGiven) {
  const EnhancementPlan plan = plan_of({});
  std::set<std::uint64_t> keys = {plan_key(plan)};
  const auto changed = [&](auto change) {
    EnhancementPlan other = plan;
    change(other);
    EXPECT_TRUE(keys.insert(plan_key(other)).second) << keys.size();
  };
  changed([](EnhancementPlan& p) { p.bypass = !p.bypass; });
  changed([](EnhancementPlan& p) { p.input_max_dbfs += 0.5; });
  changed([](EnhancementPlan& p) { p.treble_max_db += 0.5; });
  changed([](EnhancementPlan& p) { p.tone.mid_db[28] += 0.5; });
  changed([](EnhancementPlan& p) { p.tone.side_db[0] += 0.5; });
  changed([](EnhancementPlan& p) { p.low_pass_weight -= 0.5; });
  for (std::size_t band = 0; band < kBandCount; ++band) {
    changed([&](EnhancementPlan& p) { p.dynamics.bands[band].threshold_db += 0.5; });
    changed([&](EnhancementPlan& p) { p.dynamics.bands[band].ratio += 0.5; });
    changed([&](EnhancementPlan& p) { p.dynamics.bands[band].knee_db += 0.5; });
    changed([&](EnhancementPlan& p) { p.dynamics.bands[band].attack_ms += 0.5; });
    changed([&](EnhancementPlan& p) { p.dynamics.bands[band].release_db_per_s += 0.5; });
    changed([&](EnhancementPlan& p) { p.dynamics.bands[band].reduction_max_db += 0.5; });
    changed([&](EnhancementPlan& p) { p.dynamics.bands[band].lowest_hz += 0.5; });
  }
  changed([](EnhancementPlan& p) { p.dynamics.deess_max_db += 0.5; });
  changed([](EnhancementPlan& p) { p.saturation.band = Saturation::Band::kLow; });
  changed([](EnhancementPlan& p) { p.saturation.drive_db += 0.5; });
  changed([](EnhancementPlan& p) { p.saturation.mix += 0.5; });
  changed([](EnhancementPlan& p) { p.saturation.asymmetric = !p.saturation.asymmetric; });
  changed([](EnhancementPlan& p) { p.saturation.reference_db += 0.5; });
  changed([](EnhancementPlan& p) { p.transient_boost_db += 0.5; });
  changed([](EnhancementPlan& p) { p.clip_max_db += 0.5; });
  changed([](EnhancementPlan& p) { p.clip_threshold_dbfs += 0.5; });
  changed([](EnhancementPlan& p) { p.gain_db += 0.5; });
  changed([](EnhancementPlan& p) { p.ceiling_dbtp += 0.5; });
  changed([](EnhancementPlan& p) { p.limiter_release_db_per_s += 0.5; });
  changed([](EnhancementPlan& p) { p.trim_db -= 0.5; });
}

}  // namespace
}  // namespace engine
