#include "server-min/http_range.h"

#include <random>

#include <gtest/gtest.h>

namespace server {
namespace {

constexpr std::uint64_t kSize = 1000;

RangeAnswer part(std::uint64_t begin, std::uint64_t end) {
  return ByteRange{begin, end};
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

TEST(HttpRangeTest, WhatIsNotOneWellFormedRangeGivesTheWholeFile) {
  for (const char* value :
       {"",           "bytes",         "bytes=",        "bytes=-",     "bytes=abc",
        "bytes=5-2",  "bytes=1-2,4-5", "bytes=0-0,-1",  "bytes=1-2,",  "bytes=1-2,9999-",
        "items=1-2",  "bytes 1-2",     "bytes=+1-2",    "bytes=1--2",  "bytes=--2",
        "bytes=1 -2", "bytes=1- 2",    "bytes=0x1-0x2", "bytes=1-2-3", "bytes=1.0-2",
        "1-2",        "=1-2",          "bytes=1-x",     "bytes=x-2"}) {
    EXPECT_EQ(parse_range(value, kSize), kWhole) << value;
  }
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
    const std::size_t length = random() % 12;
    for (std::size_t i = 0; i < length; ++i) value += kAlphabet[random() % kAlphabet.size()];
    const std::uint64_t size = random() % 50;
    const RangeAnswer answer = parse_range(value, size);
    if (const auto* range = std::get_if<ByteRange>(&answer)) {
      ASSERT_LT(range->begin, range->end) << value;
      ASSERT_LE(range->end, size) << value;
      ASSERT_EQ(value.find(','), std::string::npos) << value;
    }
  }
}

}  // namespace
}  // namespace server
