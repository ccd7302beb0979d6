#include "engine/enhance/tone_plan.h"

#include <algorithm>
#include <cmath>

#include <gtest/gtest.h>

#include "tests/engine/enhance/plan_profiles.h"

namespace engine {
namespace {

constexpr std::size_t k63Hz = 4;
constexpr std::size_t k1kHz = 16;
constexpr std::size_t k10kHz = 26;
constexpr std::size_t k16kHz = 28;

TrackProfile in_corridor() {
  return test::corridor_profile(-16, -4, -6);
}

TonePlan tone_of(const TrackProfile& profile, Preset preset, double intensity = 1,
                 bool restrained = false) {
  return make_tone_plan(profile, preset_values(preset), restrained, intensity);
}

TEST(TonePlanTest, LeavesTheCorridorAlone) {
  for (const Preset preset : {Preset::kAdaptive, Preset::kGentle}) {
    const TonePlan tone = tone_of(in_corridor(), preset);
    for (const double gain_db : tone.mid_db) EXPECT_EQ(gain_db, 0);
  }
  // Gentle leaves the width alone, too.
  EXPECT_EQ(tone_of(in_corridor(), Preset::kGentle).side_db, ToneCurve{});
}

TEST(TonePlanTest, PullsOutlyingBandsBackByHalfTheExcess) {
  TrackProfile profile = in_corridor();
  profile.corridor_db[4] += 6;  // Around 2 kHz.
  const double excess = excess_db(corridor_shares_db(profile)[4], share_corridor(4));
  ASSERT_GT(excess, 2);
  const TonePlan tone = tone_of(profile, Preset::kAdaptive);
  const double deepest = *std::min_element(tone.mid_db.begin(), tone.mid_db.end());
  EXPECT_NEAR(deepest, -0.5 * excess, 0.3);
  EXPECT_NEAR(tone.mid_db[19], deepest, 1e-12);  // 2 kHz.
  // At intensity 0.3 it is 0.3 of that, everywhere.
  const TonePlan less = tone_of(profile, Preset::kAdaptive, 0.3);
  for (std::size_t i = 0; i < kThirdOctaveCount; ++i) {
    EXPECT_NEAR(less.mid_db[i], 0.3 * tone.mid_db[i], 1e-12);
  }
}

TEST(TonePlanTest, NeverExceedsThePresetNorSixDecibelsPerOctave) {
  for (std::size_t band = 0; band < kCorridorBandCount; ++band) {
    for (const double change : {-30.0, 30.0}) {
      TrackProfile profile = in_corridor();
      profile.corridor_db[band] += change;
      const TonePlan tone = tone_of(profile, Preset::kAdaptive);
      const double treble_max_db = toned_power(profile, tone).loudness_gain_lu +
                                   preset_values(Preset::kAdaptive).treble_lift_max_db + 0.05;
      for (std::size_t i = 0; i < kThirdOctaveCount; ++i) {
        EXPECT_LE(std::fabs(tone.mid_db[i]), 4.0);
        EXPECT_LE(tone.mid_db[i], kThirdOctavesHz[i] > 4000 ? treble_max_db : 4.0);
        if (i < 3) continue;
        EXPECT_LE(std::fabs(tone.mid_db[i] - tone.mid_db[i - 3]), 6.01) << band << " " << i;
      }
    }
  }
}

TEST(TonePlanTest, PresetsSoundAsTheirNamesSay) {
  const TrackProfile profile = in_corridor();
  const TonePlan warm = tone_of(profile, Preset::kWarm);
  EXPECT_GT(warm.mid_db[k63Hz], 0.8);
  EXPECT_LT(warm.mid_db[k10kHz], -0.8);
  const TonePlan bright = tone_of(profile, Preset::kBright);
  EXPECT_GT(bright.mid_db[k10kHz], 1.0);
  EXPECT_LT(std::fabs(bright.mid_db[k63Hz]), 0.3);
  const TonePlan punchy = tone_of(profile, Preset::kPunchy);
  EXPECT_GT(punchy.mid_db[k63Hz + 1], 1.0);
  EXPECT_LT(punchy.mid_db[11], -0.3);  // 300 Hz.
}

TEST(TonePlanTest, LiftsNothingWhereNothingIs) {
  TrackProfile profile = in_corridor();
  profile.bandwidth_hz = 11000;
  profile.spectrum_db[k63Hz] = -90;
  const TonePlan bright = tone_of(profile, Preset::kBright);
  EXPECT_EQ(bright.mid_db[k16kHz], 0);
  EXPECT_EQ(bright.mid_db[k10kHz], 0);
  EXPECT_GT(bright.mid_db[k10kHz - 2], 0.5);
  EXPECT_LE(tone_of(profile, Preset::kWarm).mid_db[k63Hz], 0);
  EXPECT_EQ(tone_of(TrackProfile{}, Preset::kBright).mid_db, ToneCurve{});
}

void set_width_db(TrackProfile& profile, double side_mid_db) {
  for (std::size_t band = 0; band < kCorridorBandCount; ++band) {
    test::set_side_mid_db(profile, band, side_mid_db);
  }
}

TEST(TonePlanTest, BassGoesTowardsMonoAndWidthTowardsTheCorridor) {
  const TrackProfile profile = in_corridor();
  TrackProfile wide_bass = profile;
  test::set_side_mid_db(wide_bass, 0, 6);
  const TonePlan punchy = tone_of(wide_bass, Preset::kPunchy);
  // 0.8 of the side is taken: -14 dB far below 120 Hz.
  EXPECT_NEAR(punchy.side_db[0] - punchy.mid_db[0], -14.0, 0.2);
  EXPECT_NEAR(punchy.side_db[k1kHz] - punchy.mid_db[k1kHz], 0, 0.05);
  TrackProfile narrow = profile;
  set_width_db(narrow, -25);
  const TonePlan wider = tone_of(narrow, Preset::kAdaptive);
  EXPECT_NEAR(wider.side_db[k1kHz] - wider.mid_db[k1kHz], 1.5, 0.05);
  // Mono stays mono.
  set_width_db(narrow, kLevelFloorDb);
  const TonePlan mono = tone_of(narrow, Preset::kAdaptive);
  EXPECT_NEAR(mono.side_db[k1kHz], mono.mid_db[k1kHz], 0.01);
}

TEST(TonePlanTest, BassThatIsNarrowStaysAsItIs) {
  const auto bass_width_db = [](double side_mid_db, Preset preset) {
    TrackProfile profile = in_corridor();
    test::set_side_mid_db(profile, 0, side_mid_db);
    const TonePlan tone = tone_of(profile, preset);
    return tone.side_db[0] - tone.mid_db[0];
  };
  EXPECT_NEAR(bass_width_db(-15, Preset::kAdaptive), 0, 0.01);
  EXPECT_NEAR(bass_width_db(-12.8, Preset::kAdaptive), -2, 0.1);
  for (const Preset preset : {Preset::kWarm, Preset::kBright}) {
    EXPECT_NEAR(bass_width_db(-9, preset), 0, 0.01);
    EXPECT_NEAR(bass_width_db(-6.6, preset), -2, 0.1);
    EXPECT_NEAR(bass_width_db(6, preset), -6, 0.1);
    EXPECT_NEAR(bass_width_db(kLevelFloorDb, preset), 0, 0.01);
  }
  EXPECT_NEAR(bass_width_db(-9, Preset::kPunchy), -10.5, 0.2);
  EXPECT_NEAR(bass_width_db(-20, Preset::kPunchy), 0, 0.01);
}

TEST(TonePlanTest, WhatOneChannelHoldsStaysInIt) {
  TrackProfile profile = in_corridor();
  // As wide as a single source at one side.
  set_width_db(profile, 0);
  const auto leak_db = [&](Preset preset, double quieter_db, int intensity_percent) {
    for (double& level : profile.quieter_channel_db) level = quieter_db;
    const TonePlan tone = tone_of(profile, preset, intensity_percent / 100.0);
    double largest = 0;
    for (std::size_t third = 0; third < kThirdOctaveCount; ++third) {
      const double ratio = std::pow(10.0, (tone.side_db[third] - tone.mid_db[third]) / 20);
      largest = std::max(largest, std::fabs(ratio - 1) / (ratio + 1));
    }
    return 20 * std::log10(largest);
  };
  for (int i = 0; i < kPresetCount; ++i) {
    const auto preset = static_cast<Preset>(i);
    for (const int intensity_percent : {50, 100}) {
      EXPECT_LE(leak_db(preset, kLevelFloorDb, intensity_percent), -59.9) << i;
      EXPECT_LE(leak_db(preset, -20, intensity_percent), -59.9) << i;
      EXPECT_LE(leak_db(preset, -13, intensity_percent), -29.9) << i;
    }
  }
  EXPECT_GT(leak_db(Preset::kPunchy, -3, 100), -6);
}

TEST(TonePlanTest, TellsWhatBecomesOfTheWidth) {
  TrackProfile profile = in_corridor();
  TonePlan tone;
  EXPECT_EQ(width_changes_db(profile, tone), (std::array<double, kBandCount>{}));
  tone.mid_db.fill(1);
  tone.side_db = tone.mid_db;
  EXPECT_EQ(width_changes_db(profile, tone), (std::array<double, kBandCount>{}));
  for (std::size_t third = 0; third < kThirdOctaveCount; ++third) {
    tone.side_db[third] = third < 7 ? -2 : 1.5;  // Up to 100 Hz, and above.
  }
  const auto changes_db = width_changes_db(profile, tone);
  // The third around 125 Hz lies partly below 150 Hz.
  EXPECT_GT(changes_db[0], -3);
  EXPECT_LT(changes_db[0], -1.5);
  EXPECT_NEAR(changes_db[1], 0.5, 0.05);
  EXPECT_NEAR(changes_db[2], 0.5, 1e-9);
  // Only where there is side: all of it at 125 Hz, then all of it at 50 Hz.
  profile.side_spectrum_db = levels_at_floor<kThirdOctaveCount>();
  profile.side_spectrum_db[7] = -30;
  EXPECT_NEAR(width_changes_db(profile, tone)[0], 0.5, 0.01);
  profile.side_spectrum_db[7] = kLevelFloorDb;
  profile.side_spectrum_db[3] = -30;
  EXPECT_NEAR(width_changes_db(profile, tone)[0], -3, 0.01);
}

TEST(TonePlanTest, RestraintKeepsToneSmallAndWidthUntouched) {
  TrackProfile profile = in_corridor();
  profile.corridor_db[1] += 20;
  const TonePlan tone = tone_of(profile, Preset::kPunchy, 1, true);
  EXPECT_EQ(tone.mid_db, tone.side_db);
  for (const double gain_db : tone.mid_db) EXPECT_LE(std::fabs(gain_db), kRestrainedToneMaxDb);
}

TEST(TonedPowerTest, TellsWhatAPlanDoesToPowerAndLoudness) {
  const TrackProfile profile = in_corridor();
  TonePlan tone;
  const TonedPower flat = toned_power(profile, tone);
  EXPECT_NEAR(flat.loudness_gain_lu, 0, 1e-9);
  EXPECT_NEAR(flat.power_gain_db, 0, 1e-9);
  EXPECT_NEAR(flat.loudness_share[0] + flat.loudness_share[1] + flat.loudness_share[2], 1, 1e-12);
  // Everything by 2 dB.
  for (std::size_t i = 0; i < kThirdOctaveCount; ++i) tone.mid_db[i] = tone.side_db[i] = 2;
  const TonedPower louder = toned_power(profile, tone);
  EXPECT_NEAR(louder.loudness_gain_lu, 2, 1e-9);
  EXPECT_NEAR(louder.band_db[1], flat.band_db[1] + 2, 1e-9);
  EXPECT_NEAR(louder.gain_db[2], 2, 1e-9);
  // Only the bass: the low band alone, and the loudness by less than the power.
  tone = {};
  for (std::size_t i = 0; i < 7; ++i) tone.mid_db[i] = tone.side_db[i] = 6;
  const TonedPower bass = toned_power(profile, tone);
  EXPECT_GT(bass.gain_db[0], 5);
  EXPECT_EQ(bass.gain_db[2], 0);
  EXPECT_GT(bass.power_gain_db, bass.loudness_gain_lu);
  EXPECT_GT(bass.loudness_gain_lu, 0);
}

}  // namespace
}  // namespace engine
