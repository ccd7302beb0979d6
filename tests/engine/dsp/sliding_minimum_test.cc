#include "engine/dsp/sliding_minimum.h"

#include <algorithm>
#include <vector>

#include <gtest/gtest.h>

#include "tests/engine/dsp/test_signals.h"

namespace engine {
namespace {

TEST(SlidingMinimumTest, EqualsTheMinimumOfTheWindow) {
  for (const int window : {1, 2, 3, 7, 64, 816}) {
    SCOPED_TRACE(window);
    test::Random random(static_cast<std::uint64_t>(window));
    SlidingMinimum minimum(window, 0);
    std::vector<std::int32_t> history(static_cast<std::size_t>(window), 0);
    for (int i = 0; i < 5000; ++i) {
      const auto value = static_cast<std::int32_t>(random.integer(-50, i % 700 < 300 ? 0 : 60));
      history.push_back(value);
      const auto smallest = *std::min_element(history.end() - window, history.end());
      ASSERT_EQ(minimum.push(value), smallest) << i;
    }
    minimum.reset();
    EXPECT_EQ(minimum.push(5), window == 1 ? 5 : 0);
  }
}

}  // namespace
}  // namespace engine
