#include "engine/base/track_warnings.h"

#include <vector>

#include <gtest/gtest.h>

namespace engine {
namespace {

TEST(TrackWarningsTest, IsASet) {
  TrackWarnings warnings;
  EXPECT_TRUE(warnings.empty());
  warnings.add(TrackWarning::kJunkSkipped);
  warnings.add(TrackWarning::kLengthCorrected);
  warnings.add(TrackWarning::kJunkSkipped);
  EXPECT_TRUE(warnings.has(TrackWarning::kJunkSkipped));
  EXPECT_FALSE(warnings.has(TrackWarning::kEndsEarly));

  TrackWarnings others;
  others.add(TrackWarning::kEndsEarly);
  warnings.add(others);
  std::vector<TrackWarning> seen;
  warnings.for_each([&](TrackWarning warning) { seen.push_back(warning); });
  EXPECT_EQ(seen, (std::vector{TrackWarning::kLengthCorrected, TrackWarning::kEndsEarly,
                               TrackWarning::kJunkSkipped}));
}

}  // namespace
}  // namespace engine
