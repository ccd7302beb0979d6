#include "server-min/http_range.h"

#include <cstddef>
#include <random>
#include <string>
#include <variant>
#include <vector>

#include <gtest/gtest.h>

namespace server {
namespace {

constexpr std::uint64_t kSize = 1000;

RangeAnswer part(std::uint64_t begin, std::uint64_t end) {
  return ByteRange{begin, end};
}
RangeAnswer parts(const RangeList& ranges) {
  return ranges;
}
const RangeAnswer kWhole = WholeFile{};
const RangeAnswer kUnsatisfiable = UnsatisfiableRange{};

TEST(HttpRangeTest, FirstAndLastPositionAreBothIncluded) {
  EXPECT_EQ(parse_range("bytes=0-0", kSize), part(0, 1));
  EXPECT_EQ(parse_range("bytes=0-99", kSize), part(0, 100));
  EXPECT_EQ(parse_range("bytes=999-999", kSize), part(999, 1000));
}

TEST(HttpRangeTest, OpenEndReachesTheLastByte) {
  EXPECT_EQ(parse_range("bytes=0-", kSize), part(0, 1000));
  EXPECT_EQ(parse_range("bytes=999-", kSize), part(999, 1000));
}

TEST(HttpRangeTest, SuffixCountsFromTheEndAndStopsAtTheStart) {
  EXPECT_EQ(parse_range("bytes=-1", kSize), part(999, 1000));
  EXPECT_EQ(parse_range("bytes=-1000", kSize), part(0, 1000));
  EXPECT_EQ(parse_range("bytes=-5000", kSize), part(0, 1000));
  EXPECT_EQ(parse_range("bytes=-0", kSize), kUnsatisfiable);
}

TEST(HttpRangeTest, LastPositionBehindTheEndIsCut) {
  EXPECT_EQ(parse_range("bytes=900-1000", kSize), part(900, 1000));
  EXPECT_EQ(parse_range("bytes=900-99999999", kSize), part(900, 1000));
}

TEST(HttpRangeTest, FirstPositionBehindTheEndIsUnsatisfiable) {
  EXPECT_EQ(parse_range("bytes=1000-", kSize), kUnsatisfiable);
  EXPECT_EQ(parse_range("bytes=1000-1001", kSize), kUnsatisfiable);
  EXPECT_EQ(parse_range("bytes=2000-3000", kSize), kUnsatisfiable);
}

TEST(HttpRangeTest, NumbersBeyond64BitsAreBehindEveryFile) {
  EXPECT_EQ(parse_range("bytes=9223372036854775807-", kSize), kUnsatisfiable);
  EXPECT_EQ(parse_range("bytes=99999999999999999999999-", kSize), kUnsatisfiable);
  EXPECT_EQ(parse_range("bytes=0-18446744073709551615", kSize), part(0, 1000));
  EXPECT_EQ(parse_range("bytes=0-99999999999999999999999", kSize), part(0, 1000));
  EXPECT_EQ(parse_range("bytes=-99999999999999999999999", kSize), part(0, 1000));
}

TEST(HttpRangeTest, UnitIsCaseInsensitive) {
  EXPECT_EQ(parse_range("BYTES=1-2", kSize), part(1, 3));
  EXPECT_EQ(parse_range("Bytes=1-2", kSize), part(1, 3));
}

TEST(HttpRangeTest, LeadingZerosAndOuterSpacesChangeNothing) {
  EXPECT_EQ(parse_range("bytes=0001-0002", kSize), part(1, 3));
  EXPECT_EQ(parse_range(" bytes=1-2 ", kSize), part(1, 3));
  EXPECT_EQ(parse_range("bytes= 1-2", kSize), part(1, 3));
}

TEST(HttpRangeTest, WhatIsMalformedGivesTheWholeFile) {
  for (const char* value :
       {"",           "bytes",       "bytes=",        "bytes=-",       "bytes=abc",
        "bytes=5-2",  "bytes=,",     "bytes= , ,",    "bytes=1-2,x",   "bytes=1-2,5-4",
        "items=1-2",  "bytes 1-2",   "bytes=+1-2",    "bytes=1--2",    "bytes=--2",
        "bytes=1 -2", "bytes=1- 2",  "bytes=0x1-0x2", "bytes=1-2-3",   "bytes=1.0-2",
        "1-2",        "=1-2",        "bytes=1-x",     "bytes=x-2",     "bytes=1-2;4-5",
        "bytes=x,",   "bytes=-,1-2", "bytes=1-2 4-5", "items=1-2,4-5", "bytes=1-2,bytes=4-5"}) {
    EXPECT_EQ(parse_range(value, kSize), kWhole) << value;
  }
}

TEST(HttpRangeTest, AListKeepsItsOrder) {
  EXPECT_EQ(parse_range("bytes=1-2,4-5", kSize), parts({{1, 3}, {4, 6}}));
  EXPECT_EQ(parse_range("bytes=0-0,-1", kSize), parts({{0, 1}, {999, 1000}}));
  EXPECT_EQ(parse_range("bytes=500-599,0-99,900-", kSize),
            parts({{500, 600}, {0, 100}, {900, 1000}}));
  EXPECT_EQ(parse_range("bytes=0-9,10-19", kSize), parts({{0, 10}, {10, 20}}));
}

TEST(HttpRangeTest, EmptyElementsAndSpacesInAListChangeNothing) {
  EXPECT_EQ(parse_range("bytes= 1-2 ,,\t4-5 ,", kSize), parts({{1, 3}, {4, 6}}));
  EXPECT_EQ(parse_range("bytes=1-2,", kSize), part(1, 3));
}

TEST(HttpRangeTest, OfAListWhatIsBehindTheEndIsLeftOut) {
  EXPECT_EQ(parse_range("bytes=1-2,9999-,4-5", kSize), parts({{1, 3}, {4, 6}}));
  EXPECT_EQ(parse_range("bytes=1-2,9999-", kSize), part(1, 3));
  EXPECT_EQ(parse_range("bytes=2000-,1000-1001,-0", kSize), kUnsatisfiable);
}

TEST(HttpRangeTest, OverlappingRangesGiveTheWholeFile) {
  for (const char* value : {"bytes=0-10,10-20", "bytes=0-,0-", "bytes=5-6,0-100", "bytes=0-0,-1000",
                            "bytes=0-,0-,0-,0-,0-", "bytes=1-1,1-1"}) {
    EXPECT_EQ(parse_range(value, kSize), kWhole) << value;
  }
}

TEST(HttpRangeTest, ALongListGivesTheWholeFile) {
  std::string value = "bytes=0-0";
  for (std::size_t i = 1; i < kRangeCountMax; ++i) {
    value += "," + std::to_string(2 * i) + "-" + std::to_string(2 * i);
  }
  const RangeAnswer answer = parse_range(value, kSize);
  ASSERT_TRUE(std::holds_alternative<RangeList>(answer));
  EXPECT_EQ(std::get<RangeList>(answer).size(), kRangeCountMax);
  EXPECT_EQ(parse_range(value + ",900-900", kSize), kWhole);
  EXPECT_EQ(parse_range(value + ",9000-9000", kSize), kWhole);
}

TEST(HttpRangeTest, NothingOfAnEmptyFileCanBeNamed) {
  EXPECT_EQ(parse_range("bytes=0-", 0), kUnsatisfiable);
  EXPECT_EQ(parse_range("bytes=0-0", 0), kUnsatisfiable);
  EXPECT_EQ(parse_range("bytes=-1", 0), kWhole);
}

TEST(HttpRangeTest, HeadersUseInclusivePositions) {
  EXPECT_EQ(content_range({0, 100}, kSize), "bytes 0-99/1000");
  EXPECT_EQ(unsatisfied_content_range(kSize), "bytes */1000");
}

// Method: any text at all, made of the characters that matter; whatever comes out must be a range
// inside the file, and one that the text can mean.
TEST(HttpRangeTest, RandomTextNeverLeavesTheFile) {
  constexpr std::string_view kAlphabet = "0123456789-=,bytesBY \t+x";
  for (unsigned seed = 0; seed < 20000; ++seed) {
    SCOPED_TRACE(seed);
    std::mt19937 random(seed);
    std::string value = random() % 4 == 0 ? "" : "bytes=";
    const std::size_t length = random() % 20;
    for (std::size_t i = 0; i < length; ++i) value += kAlphabet[random() % kAlphabet.size()];
    const std::uint64_t size = random() % 50;
    const RangeAnswer answer = parse_range(value, size);
    RangeList ranges;
    if (const auto* list = std::get_if<RangeList>(&answer)) {
      ASSERT_GE(list->size(), 2U) << value;
      ranges = *list;
    }
    if (const auto* range = std::get_if<ByteRange>(&answer)) ranges = {*range};
    std::vector<bool> taken(size);
    for (const ByteRange& range : ranges) {
      ASSERT_LT(range.begin, range.end) << value;
      ASSERT_LE(range.end, size) << value;
      for (std::uint64_t at = range.begin; at < range.end; ++at) {
        ASSERT_FALSE(taken[at]) << value;
        taken[at] = true;
      }
    }
  }
}

}  // namespace
}  // namespace server
