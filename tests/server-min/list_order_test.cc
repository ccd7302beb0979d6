#include "server-min/list_order.h"

#include <gtest/gtest.h>

#include "server-min/catalog.h"

namespace server {
namespace {

using std::chrono::hours;
using std::chrono::seconds;

TEST(ListOrderTest, WhoHasBegunToReadGoesOnInTheSameOrderForAWhile) {
  const auto catalog = Catalog::in_memory();
  auto look = catalog->look();
  ListOrderCache cache;
  const ListOrderCache::Clock::time_point start = ListOrderCache::Clock::now();
  const auto generation_at = [&](std::uint64_t generation, bool may_be_old, seconds time) {
    return cache.get(look.database(), {}, generation, may_be_old, start + time)->generation();
  };
  EXPECT_EQ(generation_at(1, false, seconds(0)), 1U);
  // The first page after an hour without questions, and a change behind it.
  EXPECT_EQ(generation_at(1, false, hours(1)), 1U);
  EXPECT_EQ(generation_at(2, true, hours(1) + seconds(9)), 1U);
  EXPECT_EQ(generation_at(2, true, hours(1) + seconds(10)), 2U) << "an old page renews nothing";
  EXPECT_EQ(generation_at(3, false, hours(1) + seconds(11)), 3U) << "the first page is new";
}

}  // namespace
}  // namespace server
