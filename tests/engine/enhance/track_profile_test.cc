#include "engine/enhance/track_profile.h"

#include <algorithm>
#include <limits>
#include <set>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "tests/engine/dsp/test_signals.h"

namespace engine {
namespace {

template <std::size_t count>
void ramp(std::array<double, count>& levels, double first, double step) {
  for (std::size_t i = 0; i < count; ++i) levels[i] = first + step * static_cast<double>(i);
}

TrackProfile sample_profile() {
  TrackProfile profile;
  profile.full = true;
  profile.probe_count = 1;
  profile.measured_frames = FrameCount{48000} * 86400;
  profile.left_out_frames = 960;
  profile.integrated_loudness_lufs = -14.253;
  profile.loudness_range_lu = 6.5;
  profile.true_peak_dbtp = 0.871;
  profile.opus_peak_dbtp = 1.25;
  profile.peak_p99_dbtp = -0.05;
  profile.treble_peak_db = -21.4;
  ramp(profile.loud_peaks_dbtp, -8, 0.5);
  ramp(profile.spectrum_db, -20, -0.25);
  ramp(profile.corridor_db, -21, -1);
  ramp(profile.side_spectrum_db, -80, -0.5);
  ramp(profile.corridor_p10_db, -40, -1);
  ramp(profile.corridor_p50_db, -24, -1);
  ramp(profile.corridor_p90_db, -18, -1);
  ramp(profile.side_mid_db, -12, 1);
  ramp(profile.quieter_channel_db, -9, 1);
  ramp(profile.band_levels_db, -30, 0.5);
  profile.sibilance_db = 7.5;
  profile.bandwidth_hz = 16031;
  profile.clipped_runs = 42;
  return profile;
}

/// Profiles that differ from sample_profile() in one value each, all values covered.
std::vector<TrackProfile> changed_profiles() {
  std::vector<TrackProfile> profiles;
  const auto change = [&](auto&& edit) {
    TrackProfile profile = sample_profile();
    edit(profile);
    profiles.push_back(profile);
  };
  change([](TrackProfile& p) { p.version = kTrackProfileVersion + 1; });
  change([](TrackProfile& p) { p.full = false; });
  change([](TrackProfile& p) { p.probe_count = 2; });
  change([](TrackProfile& p) { p.measured_frames += FrameCount{1} << 33; });
  change([](TrackProfile& p) { p.left_out_frames += 480; });
  change([](TrackProfile& p) { p.treble_peak_db += 0.001; });
  change([](TrackProfile& p) { p.integrated_loudness_lufs -= 0.001; });
  change([](TrackProfile& p) { p.loudness_range_lu += 0.001; });
  change([](TrackProfile& p) { p.true_peak_dbtp += 0.001; });
  change([](TrackProfile& p) { p.opus_peak_dbtp += 0.001; });
  change([](TrackProfile& p) { p.peak_p99_dbtp += 0.001; });
  change([](TrackProfile& p) { p.sibilance_db += 0.001; });
  change([](TrackProfile& p) { p.bandwidth_hz += 1; });
  change([](TrackProfile& p) { p.clipped_runs += std::int64_t{1} << 33; });
  const auto change_each = [&](auto TrackProfile::*levels) {
    for (std::size_t i = 0; i < (profiles.front().*levels).size(); ++i) {
      change([&](TrackProfile& p) { (p.*levels)[i] += 0.001; });
    }
  };
  change_each(&TrackProfile::loud_peaks_dbtp);
  change_each(&TrackProfile::spectrum_db);
  change_each(&TrackProfile::corridor_db);
  change_each(&TrackProfile::side_spectrum_db);
  change_each(&TrackProfile::corridor_p10_db);
  change_each(&TrackProfile::corridor_p50_db);
  change_each(&TrackProfile::corridor_p90_db);
  change_each(&TrackProfile::side_mid_db);
  change_each(&TrackProfile::quieter_channel_db);
  change_each(&TrackProfile::band_levels_db);
  return profiles;
}

TEST(TrackProfileTest, WritesJson) {
  const std::string text = profile_to_json(sample_profile());
  EXPECT_EQ(text.find(R"({"version":5,"full":true,"probe_count":1,"measured_frames":4147200000,)"
                      R"("left_out_frames":960,)"
                      R"("integrated_loudness_lufs":-14.253,"loudness_range_lu":6.500,)"
                      R"("true_peak_dbtp":0.871,"opus_peak_dbtp":1.250,"peak_p99_dbtp":-0.050,)"
                      R"("loud_peaks_dbtp":[-8.000,-7.500,)"),
            0u);
  const std::string end = R"(],"sibilance_db":7.500,"bandwidth_hz":16031,"clipped_runs":42})";
  EXPECT_EQ(text.rfind(end), text.size() - end.size());
}

TEST(TrackProfileTest, JsonRoundTripIsExact) {
  for (const TrackProfile& profile : changed_profiles()) {
    if (profile.version != kTrackProfileVersion) continue;
    const std::string text = profile_to_json(profile);
    const auto read = profile_from_json(text);
    ASSERT_TRUE(read) << text << read.error().words();
    EXPECT_EQ(profile_to_json(*read), text);
    EXPECT_EQ(profile_hash(*read), profile_hash(profile));
  }
}

TEST(TrackProfileTest, LevelsSurviveTheRoundTrip) {
  test::Random random(5);
  for (int i = 0; i < 2000; ++i) {
    TrackProfile profile = sample_profile();
    profile.measured_frames = random.integer(0, FrameCount{1} << 40);
    profile.integrated_loudness_lufs = quantize_level_db(50.0 * random.uniform());
    profile.peak_p99_dbtp = quantize_level_db(0.01 * random.uniform());
    for (double& level : profile.spectrum_db) level = quantize_level_db(100.0 * random.uniform());
    auto read = profile_from_json(profile_to_json(profile));
    ASSERT_TRUE(read) << profile_to_json(profile);
    EXPECT_EQ(read->integrated_loudness_lufs, profile.integrated_loudness_lufs);
    EXPECT_EQ(read->peak_p99_dbtp, profile.peak_p99_dbtp);
    EXPECT_EQ(read->spectrum_db, profile.spectrum_db);
    EXPECT_EQ(profile_hash(*read), profile_hash(profile));
  }
}

TEST(TrackProfileTest, ReadsMembersInAnyOrderWithSpace) {
  std::string text = profile_to_json(sample_profile());
  // The first member goes to the end, and white space between all.
  const std::string first = "\"version\":5,";
  text.replace(text.find(first), first.size(), "");
  text.replace(text.size() - 1, 1, ", \"version\" : 5 } ");
  std::string spaced;
  for (const char c : text) {
    spaced += c;
    if (c == ',' || c == '[') spaced += "\n\t ";
  }
  const auto read = profile_from_json(spaced);
  ASSERT_TRUE(read) << read.error().words();
  EXPECT_EQ(profile_to_json(*read), profile_to_json(sample_profile()));
}

TEST(TrackProfileTest, RefusesWhatIsNotExactlyAProfile) {
  const std::string good = profile_to_json(sample_profile());
  for (std::size_t length = 0; length < good.size(); ++length) {
    EXPECT_FALSE(profile_from_json(good.substr(0, length))) << length;
  }
  const auto with = [&](const std::string& from, const std::string& to) {
    std::string text = good;
    const std::size_t at = text.find(from);
    EXPECT_NE(at, std::string::npos);
    return text.replace(at, from.size(), to);
  };
  const std::vector<std::string> bad = {
      good + "x",
      with("\"full\":true", "\"full\":1"),
      with("\"full\":true", "\"full\":true,\"full\":true"),
      with("\"full\":true,", ""),
      with("\"full\":true", "\"fool\":true"),
      with("\"probe_count\":1", "\"probe_count\":-1"),
      with("\"probe_count\":1", "\"probe_count\":1.5"),
      with("\"probe_count\":1", "\"probe_count\":01"),
      with("\"probe_count\":1", "\"probe_count\":\"1\""),
      with("\"probe_count\":1", "\"probe_count\":99999999999999999999999"),
      with("-14.253", "-14.2531"),
      with("-14.253", "-14."),
      with("-14.253", "--14"),
      with("-14.253", "- 14"),
      with("-14.253", "-1e1"),
      with("-14.253", "-130"),
      with("-14.253", "NaN"),
      with("-14.253", "null"),
      with("[-8.000", "[-7.400"),
      with("[-8.000", "[-130"),
      with("[-8.000", "[[-8.000"),
      with("[-8.000,", "["),
      with("[-8.000,", "[-8.000 "),
      with("[-8.000", "[-9,-8.000"),
      with("-0.500]", "121]"),
      with("-0.500]", "-0.500,]"),
      with("-0.500]", "-0.500,1]"),
      with("\"sibilance_db\":7.500", "\"sibilance_db\":-0.001"),
      with("\"bandwidth_hz\":16031", "\"bandwidth_hz\":24001"),
      with("\"clipped_runs\":42", "\"clipped_runs\":42.5"),
      with("\"clipped_runs\":42", "\"clipped_runs\":true"),
      with("\"clipped_runs\":42", "\"clipped_runs\":[42]"),
      with("\"clipped_runs\":42", "\"clipped_runs\":42,\"more\":1"),
      "[]",
      "null",
      "{}",
      "{\"version\":5}",
  };
  for (const std::string& text : bad) {
    const auto read = profile_from_json(text);
    ASSERT_FALSE(read) << text;
    EXPECT_EQ(read.error().code(), ErrorCode::kCorruptData) << text;
  }
  const auto newer = profile_from_json(with("\"version\":5", "\"version\":6"));
  ASSERT_FALSE(newer);
  EXPECT_EQ(newer.error().code(), ErrorCode::kUnsupportedFormat);
}

TEST(TrackProfileTest, HashCoversEveryValue) {
  std::set<std::uint64_t> hashes = {profile_hash(sample_profile())};
  const auto changed = changed_profiles();
  for (const TrackProfile& profile : changed) hashes.insert(profile_hash(profile));
  EXPECT_EQ(hashes.size(), changed.size() + 1);
}

TEST(TrackProfileTest, CanonicalBytesAreLittleEndianAndAFewHundred) {
  const auto bytes = profile_bytes(sample_profile());
  EXPECT_LT(bytes.size(), 700u);
  EXPECT_EQ(bytes[0], std::byte{5});
  EXPECT_EQ(bytes[4], std::byte{1});
  // 960 = 0x3c0, -14253 = 0xffffc853.
  EXPECT_EQ(bytes[20], std::byte{0xc0});
  EXPECT_EQ(bytes[21], std::byte{0x03});
  EXPECT_EQ(bytes[28], std::byte{0x53});
  EXPECT_EQ(bytes[29], std::byte{0xc8});
  EXPECT_EQ(bytes[31], std::byte{0xff});
  // The last field is the count of clipped runs.
  EXPECT_EQ(bytes[kTrackProfileBytes - 8], std::byte{42});
  EXPECT_EQ(bytes[kTrackProfileBytes - 1], std::byte{0});
}

TEST(TrackProfileTest, LevelsAreQuantisedAndBounded) {
  EXPECT_EQ(quantize_level_db(-14.2534), -14.253);
  EXPECT_EQ(quantize_level_db(-std::numeric_limits<double>::infinity()), kLevelFloorDb);
  EXPECT_EQ(quantize_level_db(std::numeric_limits<double>::quiet_NaN()), kLevelFloorDb);
  EXPECT_EQ(quantize_level_db(1e9), 120.0);
}

}  // namespace
}  // namespace engine
