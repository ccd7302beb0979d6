#include "server-min/conditional.h"

#include <gtest/gtest.h>

#include "server-min/http_date.h"

namespace server {
namespace {

constexpr std::int64_t kModified = 1'700'000'000;
constexpr std::int64_t kNow = kModified + 3600;
const Validators kFile = {"\"abc\"", kModified};

Conditions none_match(const char* value) {
  Conditions conditions;
  conditions.if_none_match = value;
  return conditions;
}

TEST(ConditionalTest, EtagChangesWithSizeTimesAndInode) {
  const std::string etag = make_etag(100, 5'000'000'001, 6'000'000'001, 7);
  EXPECT_NE(etag, make_etag(101, 5'000'000'001, 6'000'000'001, 7));
  EXPECT_NE(etag, make_etag(100, 5'000'000'002, 6'000'000'001, 7));
  EXPECT_NE(etag, make_etag(100, 5'000'000'001, 6'000'000'002, 7));
  EXPECT_NE(etag, make_etag(100, 5'000'000'001, 6'000'000'001, 8));
  EXPECT_EQ(etag, make_etag(100, 5'000'000'001, 6'000'000'001, 7));
  EXPECT_TRUE(etag.starts_with('"') && etag.ends_with('"'));
}

TEST(ConditionalTest, IfNoneMatchReadsListsStarsAndWeakTags) {
  for (const char* value : {"\"abc\"", "W/\"abc\"", "*", "\"x\", \"abc\"", "\"x\",\"abc\",\"y\"",
                            "\"a,b\", \"abc\"", " ,, \"abc\" ", "\"x\" ,W/\"abc\""}) {
    EXPECT_EQ(evaluate(none_match(value), kFile, kNow), Precondition::kNotModified) << value;
  }
  for (const char* value : {"\"x\"", "abc", "\"abc", "", "\"x\", \"y\"", "\"abc\"x\"", "w/\"abc\"",
                            "\"x\" \"abcd\"", "\"ABC\""}) {
    const bool quoted_first = std::string_view(value) == "\"abc\"x\"";
    EXPECT_EQ(evaluate(none_match(value), kFile, kNow),
              quoted_first ? Precondition::kNotModified : Precondition::kProceed)
        << value;
  }
}

TEST(ConditionalTest, IfModifiedSinceComparesWholeSeconds) {
  Conditions conditions;
  conditions.if_modified_since = format_http_date(kModified);
  EXPECT_EQ(evaluate(conditions, kFile, kNow), Precondition::kNotModified);
  conditions.if_modified_since = format_http_date(kModified + 1);
  EXPECT_EQ(evaluate(conditions, kFile, kNow), Precondition::kNotModified);
  conditions.if_modified_since = format_http_date(kModified - 1);
  EXPECT_EQ(evaluate(conditions, kFile, kNow), Precondition::kProceed);
  conditions.if_modified_since = "not a date";
  EXPECT_EQ(evaluate(conditions, kFile, kNow), Precondition::kProceed);
}

TEST(ConditionalTest, IfNoneMatchOverrulesIfModifiedSince) {
  Conditions conditions = none_match("\"other\"");
  conditions.if_modified_since = format_http_date(kModified);
  EXPECT_EQ(evaluate(conditions, kFile, kNow), Precondition::kProceed);
}

TEST(ConditionalTest, IfMatchUsesStrongComparisonAndOverrulesTheDate) {
  Conditions conditions;
  conditions.if_match = "\"abc\"";
  EXPECT_EQ(evaluate(conditions, kFile, kNow), Precondition::kProceed);
  conditions.if_match = "W/\"abc\"";
  EXPECT_EQ(evaluate(conditions, kFile, kNow), Precondition::kFailed);
  conditions.if_match = "\"x\", \"abc\"";
  conditions.if_unmodified_since = format_http_date(kModified - 10);
  EXPECT_EQ(evaluate(conditions, kFile, kNow), Precondition::kProceed);
  conditions.if_match = "*";
  EXPECT_EQ(evaluate(conditions, kFile, kNow), Precondition::kProceed);
}

TEST(ConditionalTest, IfUnmodifiedSinceFailsForANewerFile) {
  Conditions conditions;
  conditions.if_unmodified_since = format_http_date(kModified);
  EXPECT_EQ(evaluate(conditions, kFile, kNow), Precondition::kProceed);
  conditions.if_unmodified_since = format_http_date(kModified - 1);
  EXPECT_EQ(evaluate(conditions, kFile, kNow), Precondition::kFailed);
}

TEST(ConditionalTest, IfRangeWantsExactlyThisVersion) {
  const auto valid = [](const std::string& value, std::int64_t now) {
    Conditions conditions;
    conditions.if_range = value;
    return range_still_valid(conditions, kFile, now);
  };
  EXPECT_TRUE(range_still_valid({}, kFile, kNow));
  EXPECT_TRUE(valid("\"abc\"", kNow));
  EXPECT_FALSE(valid("\"old\"", kNow));
  EXPECT_FALSE(valid("W/\"abc\"", kNow));
  EXPECT_FALSE(valid("\"abc\", \"x\"", kNow));
  EXPECT_TRUE(valid(format_http_date(kModified), kNow));
  EXPECT_FALSE(valid(format_http_date(kModified - 1), kNow));
  EXPECT_FALSE(valid(format_http_date(kModified + 1), kNow));
  EXPECT_FALSE(valid("nonsense", kNow));
  EXPECT_FALSE(valid(format_http_date(kModified), kModified)) << "the second is not over";
}

}  // namespace
}  // namespace server
