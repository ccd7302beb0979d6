#include "engine/cli/plan_words.h"

#include <gtest/gtest.h>

#include "tests/engine/enhance/plan_profiles.h"

namespace engine::cli {
namespace {

std::string joined(const std::vector<std::string>& lines) {
  std::string text;
  for (const std::string& line : lines) text += line + "\n";
  return text;
}

TEST(PlanWordsTest, TellsRangesOfTone) {
  ToneCurve curve{};
  EXPECT_EQ(tone_words(curve), "");
  curve[4] = 0.6;  // 63 Hz.
  curve[5] = 1.44;
  curve[6] = 0.9;
  curve[7] = 0.29;
  EXPECT_EQ(tone_words(curve), "+1.4 dB at 63-100 Hz");
  curve[16] = -0.7;  // 1 kHz.
  EXPECT_EQ(tone_words(curve), "+1.4 dB at 63-100 Hz, -0.7 dB at 1 kHz");
  curve = {};
  curve[14] = curve[15] = curve[16] = 2;
  EXPECT_EQ(tone_words(curve), "+2.0 dB at 630 Hz-1 kHz");
  curve = {};
  for (std::size_t i = 17; i < 20; ++i) curve[i] = -1;
  EXPECT_EQ(tone_words(curve), "-1.0 dB at 1.25-2 kHz");
  curve = {};
  curve[0] = curve[1] = -3;
  curve[28] = 0.3;
  EXPECT_EQ(tone_words(curve), "-3.0 dB below 31.5 Hz, +0.3 dB above 16 kHz");
  curve.fill(2);
  EXPECT_EQ(tone_words(curve), "+2.0 dB everywhere");
  curve = {};
  curve[3] = 1;
  curve[4] = -1;
  EXPECT_EQ(tone_words(curve), "+1.0 dB at 50 Hz, -1.0 dB at 63 Hz");
}

TEST(PlanWordsTest, TellsEveryStageThatIsUsedAndNoOther) {
  const TrackProfile profile = test::corridor_profile(-18, -6, -8);
  const std::string punchy =
      joined(plan_words(profile, make_plan(profile, {Preset::kPunchy, 100})));
  for (const char* words : {"-18.0 -> -13.0 LUFS", "tone ", "width ", "bass 2.20:1", "overtones of",
                            "hits up to +2.0 dB", "peaks rounded by up to 1.5 dB"}) {
    EXPECT_NE(punchy.find(words), std::string::npos) << words << "\n" << punchy;
  }
  const std::string gentle =
      joined(plan_words(profile, make_plan(profile, {Preset::kGentle, 100})));
  for (const char* words : {"tone ", "width ", "overtones", "hits", "rounded", "restraint"}) {
    EXPECT_EQ(gentle.find(words), std::string::npos) << words << "\n" << gentle;
  }
  const TrackProfile loud = test::corridor_profile(-8, 0, -0.5);
  EXPECT_NE(joined(plan_words(loud, make_plan(loud, {Preset::kWarm, 100}))).find("restraint"),
            std::string::npos);
  EXPECT_EQ(joined(plan_words(profile, make_plan(profile, {Preset::kWarm, 0}))),
            "loudness  unchanged\n");
}

TEST(PlanWordsTest, TellsWhyTheTargetIsNotReached) {
  const auto words = [](const TrackProfile& profile) {
    return loudness_words(make_plan(profile, {Preset::kAdaptive, 100}));
  };
  EXPECT_NE(words(test::corridor_profile(-40, -25, -27)).find("no more than +8 dB"),
            std::string::npos);
  EXPECT_NE(words(test::corridor_profile(-22, -1, -9)).find("flatten the highest peaks"),
            std::string::npos);
  EXPECT_NE(words(TrackProfile{}).find("silent, left alone"), std::string::npos);
  TrackProfile brief;
  brief.full = true;
  brief.measured_frames = 9600;
  brief.true_peak_dbtp = -30;
  EXPECT_EQ(words(brief), "not known: too short to be measured, left alone");
  EXPECT_EQ(profile_words(brief).at(0), "loudness  not known: too short to be measured");
}

TEST(PlanWordsTest, TellsWhatIsDoneToAnOriginal) {
  const auto words = [](const TrackProfile& profile, int intensity_percent, Level level) {
    EnhancementSettings settings{Preset::kAdaptive, intensity_percent, level};
    settings.enhanced = false;
    return outcome_words(make_plan(profile, settings));
  };
  EXPECT_EQ(outcome_words(std::nullopt), "not enhanced");
  const TrackProfile loud = test::corridor_profile(-8, 0, -0.5);
  const std::string quieter = words(loud, 100, Level::kTrack);
  EXPECT_EQ(quieter.find("not enhanced, -8.0 -> -14."), 0u) << quieter;
  EXPECT_NE(quieter.find(" LUFS: unchanged but for -6."), std::string::npos) << quieter;
  EXPECT_EQ(words(loud, 100, Level::kOff), "not enhanced, unchanged");
  EXPECT_EQ(words(loud, 0, Level::kTrack), "not enhanced, unchanged");
  EXPECT_EQ(words(test::corridor_profile(-20, -8, -9), 100, Level::kTrack),
            "not enhanced, -20.0 LUFS: unchanged; an original is never turned up");
  const std::string high = words(test::corridor_profile(-14, 1, -2), 100, Level::kTrack);
  EXPECT_NE(high.find("-2.0 dB; louder, its peaks would rise above -1.0 dBTP"), std::string::npos)
      << high;
  EXPECT_EQ(words(TrackProfile{}, 100, Level::kTrack),
            "not enhanced, -inf LUFS: unchanged; silent, left alone");
  TrackProfile brief;
  brief.full = true;
  brief.measured_frames = 9600;
  brief.true_peak_dbtp = -30;
  EXPECT_EQ(words(brief, 100, Level::kTrack), "not enhanced, unchanged: too short to be measured");
}

TEST(PlanWordsTest, TellsWhatWasMeasured) {
  TrackProfile profile = test::corridor_profile(-18, -6, -8);
  profile.bandwidth_hz = 16000;
  std::string text = joined(profile_words(profile));
  for (const char* words : {"-18.0 LUFS, range 6.0 LU", "12.0 dB above the loudness",
                            "as most music has it", "up to 16.0 kHz"}) {
    EXPECT_NE(text.find(words), std::string::npos) << words << "\n" << text;
  }
  profile.corridor_db[0] += 15;
  profile.clipped_runs = 7;
  text = joined(profile_words(profile));
  EXPECT_NE(text.find("dB around 63 Hz"), std::string::npos) << text;
  EXPECT_NE(text.find("7 clipped places"), std::string::npos) << text;
  EXPECT_EQ(text.find("damage"), std::string::npos) << text;
  profile.left_out_frames = 2880;
  text = joined(profile_words(profile));
  EXPECT_NE(text.find("but for 0.06 s that stand out like damage"), std::string::npos) << text;
}

}  // namespace
}  // namespace engine::cli
