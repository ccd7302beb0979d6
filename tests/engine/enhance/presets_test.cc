#include "engine/enhance/presets.h"

#include <gtest/gtest.h>

#include "engine/enhance/corridor.h"

namespace engine {
namespace {

TEST(PresetsTest, EveryPresetStaysWithinTheDesignLimits) {
  for (int i = 0; i < kPresetCount; ++i) {
    SCOPED_TRACE(kPresetNames[static_cast<std::size_t>(i)]);
    const PresetValues& values = preset_values(static_cast<Preset>(i));
    EXPECT_GE(values.target_lufs, -16);
    EXPECT_LE(values.target_lufs, -13);
    EXPECT_LE(values.ceiling_dbtp, -1.0);
    EXPECT_GT(values.limiter_reduction_max_db, 0);
    EXPECT_LE(values.limiter_reduction_max_db, 4);
    EXPECT_LE(values.corridor_max_db, 4);
    EXPECT_GE(values.dynamics.ratio_low, 1);
    EXPECT_LE(values.dynamics.reduction_max_db, 4);
    EXPECT_LE(values.saturation.mix, 0.25);
    EXPECT_LE(values.deess_max_db, 5);
  }
}

TEST(PresetsTest, HotterTargetsHaveLowerCeilings) {
  // Opus overshoots more where the limiter works harder (0.3 to 1.9 dB).
  EXPECT_EQ(preset_values(Preset::kAdaptive).ceiling_dbtp, -1.0);
  EXPECT_EQ(preset_values(Preset::kBright).ceiling_dbtp, -1.5);
  EXPECT_EQ(preset_values(Preset::kPunchy).ceiling_dbtp, -2.0);
}

TEST(PresetsTest, BassIsNarrowedToWhatTheCorridorCallsUsual) {
  const CorridorRange bass = side_corridor(0);
  const auto level_db = [](Preset preset) { return preset_values(preset).stereo.bass_side_db; };
  EXPECT_NEAR(level_db(Preset::kWarm), bass.high_db, 0.05);
  EXPECT_NEAR(level_db(Preset::kBright), bass.high_db, 0.05);
  EXPECT_NEAR(level_db(Preset::kPunchy), bass.low_db, 0.05);
  EXPECT_LT(level_db(Preset::kAdaptive), bass.high_db);
  EXPECT_GT(level_db(Preset::kAdaptive), bass.low_db);
}

}  // namespace
}  // namespace engine
