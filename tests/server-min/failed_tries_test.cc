#include "server-min/failed_tries.h"

#include <gtest/gtest.h>

namespace server {
namespace {

constexpr std::int64_t kNow = 1'000'000;

void fail_often(FailedTries& tries, const std::string& network, std::int64_t now_seconds) {
  for (int i = 0; i < FailedTries::kCountMax; ++i) tries.note(network, now_seconds);
}

TEST(FailedTriesTest, TenInAMinuteAreTheLast) {
  FailedTries tries;
  for (int i = 1; i <= FailedTries::kCountMax; ++i) {
    EXPECT_EQ(tries.seconds_to_wait("a", kNow + i), 0) << i;
    EXPECT_EQ(tries.note("a", kNow + i), i);
  }
  EXPECT_EQ(tries.seconds_to_wait("a", kNow + 11), 50);
  EXPECT_EQ(tries.seconds_to_wait("a", kNow + 60), 1);
  EXPECT_EQ(tries.seconds_to_wait("a", kNow + 61), 0);
  EXPECT_EQ(tries.seconds_to_wait("b", kNow + 11), 0) << "somebody else";
  EXPECT_EQ(tries.note("a", kNow + 61), 1) << "a new minute";
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
    tries.note(std::to_string(i), kNow + 2);
  }
  EXPECT_EQ(tries.network_count(), FailedTries::kNetworkCountMax);
  EXPECT_EQ(tries.seconds_to_wait("first", kNow + 2), 0) << "the oldest is forgotten";
  EXPECT_GT(tries.seconds_to_wait("second", kNow + 2), 0);
  tries.note("late", kNow + 100);
  EXPECT_EQ(tries.network_count(), 1U) << "what is over makes room";
}

}  // namespace
}  // namespace server
