#include "server-min/request_framing.h"

#include <gtest/gtest.h>

namespace server {
namespace {

Framing of_coding(const char* list) {
  return framing_of({list, std::nullopt, false});
}

Framing of_length(const char* value) {
  return framing_of({std::nullopt, value, false});
}

TEST(RequestFramingTest, OnlyChunkedInTheLastPlaceEnds) {
  for (const char* list : {"chunked", "CHUNKED", " chunked ", ",chunked,", "\tchunked"}) {
    EXPECT_EQ(of_coding(list), Framing::kBody) << list;
  }
  for (const char* list : {"gzip, chunked", "xchunked,chunked", "identity, chunked"}) {
    EXPECT_EQ(of_coding(list), Framing::kUnknownCoding) << list;
  }
  for (const char* list :
       {"", " ", ",", "xchunked", "identity", "gzip", "chunked, chunked", "chunked, gzip",
        "chunked, gzip, chunked", "chunked;q=1", "\"chunked\"", "chunked chunked", "chunked\x0B"}) {
    EXPECT_EQ(of_coding(list), Framing::kUncertain) << list;
  }
}

TEST(RequestFramingTest, ALengthIsOneNumber) {
  EXPECT_EQ(framing_of({}), Framing::kNoBody);
  EXPECT_EQ(of_length("0"), Framing::kNoBody);
  EXPECT_EQ(of_length("1"), Framing::kBody);
  EXPECT_EQ(of_length("18446744073709551615"), Framing::kBody);
  for (const char* value :
       {"", "+0", "-0", "-1", "0x0", "0 0", "1,1", "0, 0", "1.0", "1e1", "18446744073709551616"}) {
    EXPECT_EQ(of_length(value), Framing::kUncertain) << value;
  }
}

TEST(RequestFramingTest, TwoLengthsAndCodingsInOldVersionsAreContradictions) {
  EXPECT_EQ(framing_of({"chunked", "0", false}), Framing::kUncertain);
  EXPECT_EQ(framing_of({"chunked", "5", false}), Framing::kUncertain);
  EXPECT_EQ(framing_of({"chunked", std::nullopt, true}), Framing::kUncertain);
  EXPECT_EQ(framing_of({std::nullopt, "5", true}), Framing::kBody);
}

}  // namespace
}  // namespace server
