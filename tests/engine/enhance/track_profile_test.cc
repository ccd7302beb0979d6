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

TrackProfile sample_profile() {
  TrackProfile profile;
  profile.full = true;
  profile.probe_count = 1;
  profile.measured_frames = FrameCount{48000} * 86400;
  profile.integrated_loudness_lufs = -14.253;
  profile.true_peak_dbtp = 0.871;
  profile.opus_peak_dbtp = 1.25;
  profile.peak_p99_dbtp = -0.05;
  for (std::size_t i = 0; i < kLoudPeakCount; ++i) {
    profile.loud_peaks_dbtp[i] = -8.0 + 0.5 * static_cast<double>(i);
  }
  return profile;
}

TEST(TrackProfileTest, WritesJson) {
  EXPECT_EQ(profile_to_json(sample_profile()),
            R"({"version":2,"full":true,"probe_count":1,"measured_frames":4147200000,)"
            R"("integrated_loudness_lufs":-14.253,"true_peak_dbtp":0.871,)"
            R"("opus_peak_dbtp":1.250,"peak_p99_dbtp":-0.050,"loud_peaks_dbtp":[)"
            "-8.000,-7.500,-7.000,-6.500,-6.000,-5.500,-5.000,-4.500,"
            "-4.000,-3.500,-3.000,-2.500,-2.000,-1.500,-1.000,-0.500]}");
}

TEST(TrackProfileTest, JsonRoundTripIsExact) {
  test::Random random(5);
  for (int i = 0; i < 2000; ++i) {
    TrackProfile profile;
    profile.full = random.integer(0, 1) == 1;
    profile.probe_count = static_cast<int>(random.integer(0, 64));
    profile.measured_frames = random.integer(0, FrameCount{1} << 40);
    profile.integrated_loudness_lufs = quantize_level_db(50.0 * random.uniform());
    profile.true_peak_dbtp = quantize_level_db(50.0 * random.uniform());
    profile.opus_peak_dbtp = quantize_level_db(50.0 * random.uniform());
    profile.peak_p99_dbtp = quantize_level_db(0.01 * random.uniform());
    for (double& level : profile.loud_peaks_dbtp) {
      level = quantize_level_db(50.0 * random.uniform());
    }
    std::sort(profile.loud_peaks_dbtp.begin(), profile.loud_peaks_dbtp.end());
    const auto read = profile_from_json(profile_to_json(profile));
    ASSERT_TRUE(read) << profile_to_json(profile);
    EXPECT_EQ(*read, profile);
    EXPECT_EQ(profile_hash(*read), profile_hash(profile));
  }
}

TEST(TrackProfileTest, ReadsMembersInAnyOrderWithSpace) {
  const auto read = profile_from_json(
      " {\n\"full\" : true, \"version\":2 ,\"peak_p99_dbtp\":-0.05,\"true_peak_dbtp\": 0.871,\t"
      "\"loud_peaks_dbtp\" : [ -8,-7.5 , -7,-6.5,-6,-5.5,-5,-4.5,-4,-3.5,-3,-2.5,-2,-1.5,"
      "-1,-0.5\n],"
      "\"opus_peak_dbtp\":1.25,"
      "\"measured_frames\":4147200000,\"probe_count\":1,\"integrated_loudness_lufs\":-14.253 } ");
  ASSERT_TRUE(read);
  EXPECT_EQ(*read, sample_profile());
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
      "[]",
      "null",
      "{}",
      "{\"version\":2}",
  };
  for (const std::string& text : bad) {
    const auto read = profile_from_json(text);
    ASSERT_FALSE(read) << text;
    EXPECT_EQ(read.error().code, ErrorCode::kCorruptData) << text;
  }
  const auto newer = profile_from_json(with("\"version\":2", "\"version\":3"));
  ASSERT_FALSE(newer);
  EXPECT_EQ(newer.error().code, ErrorCode::kUnsupportedFormat);
}

TEST(TrackProfileTest, HashCoversEveryField) {
  std::set<std::uint64_t> hashes = {profile_hash(sample_profile())};
  TrackProfile other = sample_profile();
  other.version = 3;
  hashes.insert(profile_hash(other));
  other = sample_profile();
  other.full = false;
  hashes.insert(profile_hash(other));
  other = sample_profile();
  other.probe_count = 2;
  hashes.insert(profile_hash(other));
  other = sample_profile();
  other.measured_frames += FrameCount{1} << 33;
  hashes.insert(profile_hash(other));
  other = sample_profile();
  other.integrated_loudness_lufs = -14.254;
  hashes.insert(profile_hash(other));
  other = sample_profile();
  other.true_peak_dbtp = 0.872;
  hashes.insert(profile_hash(other));
  other = sample_profile();
  other.peak_p99_dbtp = -0.049;
  hashes.insert(profile_hash(other));
  other = sample_profile();
  other.opus_peak_dbtp = 1.251;
  hashes.insert(profile_hash(other));
  for (std::size_t i = 0; i < kLoudPeakCount; ++i) {
    other = sample_profile();
    other.loud_peaks_dbtp[i] += 0.001;
    hashes.insert(profile_hash(other));
  }
  EXPECT_EQ(hashes.size(), 9 + kLoudPeakCount);
}

TEST(TrackProfileTest, CanonicalBytesAreLittleEndian) {
  const auto bytes = profile_bytes(sample_profile());
  EXPECT_EQ(bytes[0], std::byte{2});
  EXPECT_EQ(bytes[4], std::byte{1});
  // -14253 = 0xffffc853.
  EXPECT_EQ(bytes[20], std::byte{0x53});
  EXPECT_EQ(bytes[21], std::byte{0xc8});
  EXPECT_EQ(bytes[23], std::byte{0xff});
  // The last level is -500 = 0xfffffe0c.
  EXPECT_EQ(bytes[kTrackProfileBytes - 4], std::byte{0x0c});
  EXPECT_EQ(bytes[kTrackProfileBytes - 1], std::byte{0xff});
}

TEST(TrackProfileTest, LevelsAreQuantisedAndBounded) {
  EXPECT_EQ(quantize_level_db(-14.2534), -14.253);
  EXPECT_EQ(quantize_level_db(-std::numeric_limits<double>::infinity()), kLevelFloorDb);
  EXPECT_EQ(quantize_level_db(std::numeric_limits<double>::quiet_NaN()), kLevelFloorDb);
  EXPECT_EQ(quantize_level_db(1e9), 120.0);
}

}  // namespace
}  // namespace engine
