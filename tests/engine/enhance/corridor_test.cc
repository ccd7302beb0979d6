#include "engine/enhance/corridor.h"

#include <cmath>

#include <gtest/gtest.h>

namespace engine {
namespace {

TEST(CorridorTest, RangesLieBetweenTheOuterTenths) {
  // The 10th, 50th and 90th percentiles of the share of 0 to 148 Hz are -19.9, -7.6, -4.5 dB.
  EXPECT_NEAR(share_corridor(0).low_db, -14.07, 0.05);
  EXPECT_NEAR(share_corridor(0).high_db, -5.97, 0.05);
  for (std::size_t band = 0; band < kCorridorBandCount; ++band) {
    EXPECT_LT(share_corridor(band).low_db, share_corridor(band).high_db - 2);
    EXPECT_LT(side_corridor(band).low_db, side_corridor(band).high_db - 2);
  }
}

TEST(CorridorTest, ExcessIsTheWayOutOfTheRange) {
  const CorridorRange range = {-10, -4};
  EXPECT_EQ(excess_db(-10, range), 0);
  EXPECT_EQ(excess_db(-7, range), 0);
  EXPECT_EQ(excess_db(-4, range), 0);
  EXPECT_EQ(excess_db(-3, range), 1);
  EXPECT_EQ(excess_db(-12, range), -2);
}

TEST(CorridorTest, SharesAddUpToTheWhole) {
  TrackProfile profile;
  for (std::size_t band = 0; band < kCorridorBandCount; ++band) {
    profile.corridor_db[band] = -20.0 - 3.0 * static_cast<double>(band);
  }
  double sum = 0;
  for (const double share : corridor_shares_db(profile)) sum += std::pow(10.0, 0.1 * share);
  EXPECT_NEAR(sum, 1, 1e-9);
}

TEST(CorridorTest, FindsTheBandOfAFrequency) {
  EXPECT_EQ(corridor_band_of(20), 0u);
  EXPECT_EQ(corridor_band_of(147.9), 0u);
  EXPECT_EQ(corridor_band_of(148), 1u);
  EXPECT_EQ(corridor_band_of(1000), 3u);
  EXPECT_EQ(corridor_band_of(20000), 8u);
  for (std::size_t band = 0; band < kCorridorBandCount; ++band) {
    EXPECT_EQ(corridor_band_of(corridor_centre_hz(band)), band);
  }
}

}  // namespace
}  // namespace engine
