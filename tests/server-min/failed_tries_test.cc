#include "server-min/failed_tries.h"

#include <gtest/gtest.h>

namespace server {
namespace {

constexpr std::int64_t kNow = 1'000'000;

void fail_often(FailedTries& tries, const std::string& network, std::int64_t now_seconds) {
  for (std::size_t i = 0; i < FailedTries::kCountMax; ++i) tries.note(network, i, now_seconds);
}

TEST(FailedTriesTest, TenInAMinuteAreTheLast) {
  FailedTries tries;
  for (std::size_t i = 1; i <= FailedTries::kCountMax; ++i) {
    const std::int64_t now_seconds = kNow + static_cast<std::int64_t>(i);
    EXPECT_EQ(tries.seconds_to_wait("a", now_seconds), 0) << i;
    EXPECT_EQ(tries.note("a", i, now_seconds), i);
  }
  EXPECT_EQ(tries.seconds_to_wait("a", kNow + 11), 50);
  EXPECT_EQ(tries.seconds_to_wait("a", kNow + 60), 1);
  EXPECT_EQ(tries.seconds_to_wait("a", kNow + 61), 0);
  EXPECT_EQ(tries.seconds_to_wait("b", kNow + 11), 0) << "somebody else";
  EXPECT_EQ(tries.note("a", 1, kNow + 61), 1U) << "a new minute";
}

TEST(FailedTriesTest, WhatIsRepeatedCountsOnce) {
  FailedTries tries;
  EXPECT_EQ(tries.note("a", 1, kNow), 1U);
  EXPECT_EQ(tries.note("a", 2, kNow), 2U);
  for (int i = 0; i < 100; ++i) {
    EXPECT_FALSE(tries.note("a", 1, kNow)) << "one of two browsers";
    EXPECT_FALSE(tries.note("a", 2, kNow)) << "the other one";
  }
  EXPECT_EQ(tries.seconds_to_wait("a", kNow), 0);
  EXPECT_EQ(tries.note("b", 1, kNow), 1U) << "the same from elsewhere";
  EXPECT_EQ(tries.note("a", 3, kNow), 3U);
}

TEST(FailedTriesTest, AClockThatIsSetBackLocksNobodyOut) {
  FailedTries tries;
  fail_often(tries, "a", kNow);
  EXPECT_EQ(tries.seconds_to_wait("a", kNow - 100), 0);
}

TEST(FailedTriesTest, WhatIsRememberedIsBounded) {
  FailedTries tries;
  fail_often(tries, "first", kNow);
  fail_often(tries, "second", kNow + 1);
  for (std::size_t i = 0; i < FailedTries::kNetworkCountMax - 1; ++i) {
    tries.note(std::to_string(i), 1, kNow + 2);
  }
  EXPECT_EQ(tries.network_count(), FailedTries::kNetworkCountMax);
  EXPECT_EQ(tries.seconds_to_wait("first", kNow + 2), 0) << "the oldest is forgotten";
  EXPECT_GT(tries.seconds_to_wait("second", kNow + 2), 0);
  tries.note("late", 1, kNow + 100);
  EXPECT_EQ(tries.network_count(), 1U) << "what is over makes room";
}

}  // namespace
}  // namespace server
