#include "engine/enhance/outliers.h"

#include <algorithm>
#include <functional>

#include <gtest/gtest.h>

namespace engine {
namespace {

/// Music of one level with small steps, over all values of a hop.
std::vector<MeasuredHop> music(std::size_t count, std::size_t hops_per_stretch) {
  std::vector<MeasuredHop> hops(count);
  for (std::size_t i = 0; i < count; ++i) {
    const double swing = 1.0 + 0.2 * static_cast<double>(i % 7);
    hops[i].energy = swing;
    hops[i].opus_peak = hops[i].true_peak = static_cast<float>(0.1 * swing);
    hops[i].treble = static_cast<float>(0.01 * swing);
    hops[i].stretch = static_cast<std::uint32_t>(i / hops_per_stretch);
  }
  return hops;
}

std::vector<MeasuredHop> whole_track(std::size_t count = 2000) {
  return music(count, count);
}

std::size_t count_of(const std::vector<MeasuredHop>& hops) {
  const auto outliers = find_outliers(hops);
  return static_cast<std::size_t>(std::count(outliers.begin(), outliers.end(), true));
}

TEST(OutliersTest, MusicHasNone) {
  EXPECT_EQ(count_of(whole_track()), 0u);
  EXPECT_EQ(count_of(music(48 * 24, 24)), 0u);
  EXPECT_EQ(count_of({}), 0u);
}

TEST(OutliersTest, EveryKindOfDamageIsFoundWithOneHopOnEitherSide) {
  const std::vector<std::function<void(MeasuredHop&)>> kinds = {
      [](MeasuredHop& hop) { hop.energy = 100; }, [](MeasuredHop& hop) { hop.opus_peak = 1; },
      [](MeasuredHop& hop) { hop.treble = 0.3f; }, [](MeasuredHop& hop) { hop.offset = 0.4f; }};
  for (std::size_t kind = 0; kind < kinds.size(); ++kind) {
    SCOPED_TRACE(kind);
    auto hops = whole_track();
    for (std::size_t i = 700; i < 704; ++i) kinds[kind](hops[i]);
    const auto outliers = find_outliers(hops);
    for (std::size_t i = 0; i < hops.size(); ++i) {
      EXPECT_EQ(outliers[i], i >= 699 && i < 705) << i;
    }
  }
}

TEST(OutliersTest, ThreePlacesAreFoundAndFourAreMusic) {
  auto hops = whole_track();
  // Not equally loud: each is looked for behind the others.
  hops[100].energy = 1000;
  hops[800].energy = 300;
  hops[1500].energy = 60;
  EXPECT_EQ(count_of(hops), 9u);
  for (const std::size_t i : {100U, 800U, 1500U, 1900U}) hops[i].energy = 1000;
  EXPECT_EQ(count_of(hops), 0u);
}

TEST(OutliersTest, WhatLastsIsMusic) {
  auto hops = whole_track();
  for (std::size_t i = 700; i < 700 + kOutlierHopsMax; ++i) hops[i].energy = 100;
  EXPECT_EQ(count_of(hops), kOutlierHopsMax + 2);
  for (std::size_t i = 700; i < 702 + kOutlierHopsMax; ++i) hops[i].energy = 100;
  EXPECT_EQ(count_of(hops), 0u);
}

TEST(OutliersTest, SmallGapsAndShortSoundsAreNotJudged) {
  auto hops = whole_track();
  hops[700].energy = 2.2 * 3.9;
  hops[900].opus_peak = 0.22f * 1.45f;
  EXPECT_EQ(count_of(hops), 0u);
  hops = whole_track(kJudgedHopsMin - 1);
  hops[100].energy = 1000;
  EXPECT_EQ(count_of(hops), 0u);
  hops = whole_track(kJudgedHopsMin);
  hops[100].energy = 1000;
  EXPECT_EQ(count_of(hops), 3u);
}

TEST(OutliersTest, ASoundInSilenceIsTheTrack) {
  std::vector<MeasuredHop> hops(2000);
  for (std::size_t i = 700; i < 710; ++i) {
    hops[i].energy = 1;
    hops[i].opus_peak = hops[i].true_peak = hops[i].treble = 0.1f;
  }
  EXPECT_EQ(count_of(hops), 0u);
}

TEST(OutliersTest, AWholeProbeOfDamageIsFound) {
  auto hops = music(48 * 24, 24);
  for (std::size_t i = 24 * 7; i < 24 * 8; ++i) hops[i].energy = 100;
  auto outliers = find_outliers(hops);
  for (std::size_t i = 0; i < hops.size(); ++i) EXPECT_EQ(outliers[i], i / 24 == 7) << i;
  // No hop of it stands out, but all of them together do.
  hops = music(48 * 24, 24);
  for (std::size_t i = 24; i < hops.size(); i += 24) hops[i].energy = 8;
  for (std::size_t i = 24 * 7; i < 24 * 8; ++i) hops[i].energy = 8;
  outliers = find_outliers(hops);
  for (std::size_t i = 0; i < hops.size(); ++i) EXPECT_EQ(outliers[i], i / 24 == 7) << i;
}

TEST(OutliersTest, TheTailCountsForPeaksOnly) {
  auto hops = whole_track();
  hops.push_back({.opus_peak = 1, .true_peak = 1, .use = HopUse::kLargest});
  EXPECT_TRUE(find_outliers(hops).back());
}

}  // namespace
}  // namespace engine
