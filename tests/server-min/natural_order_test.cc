#include "server-min/natural_order.h"

#include <algorithm>
#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace server {
namespace {

std::string key_of(std::string_view name) {
  return natural_key(name, CaseFolder());
}

TEST(NaturalOrderTest, NumbersStandByTheirValueAndWhereDigitsStand) {
  const std::vector<std::string> names = {"!!!",      "1",          "02",       "10",  "99 a",
                                          "100",      "a",          "Track 1",  "a 9", "track 2 b",
                                          "Track 10", "track 10 b", "Track 200"};
  std::vector<std::string> sorted = names;
  std::sort(sorted.begin(), sorted.end(),
            [](const auto& a, const auto& b) { return key_of(a) < key_of(b); });
  EXPECT_EQ(sorted,
            (std::vector<std::string>{"!!!", "1", "02", "10", "99 a", "100", "a", "a 9", "Track 1",
                                      "track 2 b", "Track 10", "track 10 b", "Track 200"}));
}

TEST(NaturalOrderTest, CaseAccentsQuotesAndCompositionDoNotCount) {
  EXPECT_EQ(key_of("\u00c9mile\u2019s"), key_of("emile's"));
  EXPECT_EQ(key_of("Bjo\u0308rk"), key_of("Bj\u00f6rk"));
  EXPECT_EQ(key_of("007"), key_of("7"));
  EXPECT_NE(key_of("0"), key_of(""));
}

TEST(NaturalOrderTest, KeysHoldNoZeroByte) {
  EXPECT_EQ(key_of(std::string("a\0b", 3)).find('\0'), std::string::npos);
  EXPECT_EQ(key_of(std::string(1000, '9')).find('\0'), std::string::npos);
}

}  // namespace
}  // namespace server
