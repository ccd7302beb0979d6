#include "server-min/http_date.h"

#include <ctime>
#include <random>

#include <gtest/gtest.h>

namespace server {
namespace {

// The example of RFC 9110 section 5.6.7 in its three forms.
constexpr std::int64_t kExample = 784111777;

TEST(HttpDateTest, WritesTheExampleOfTheStandard) {
  EXPECT_EQ(format_http_date(kExample), "Sun, 06 Nov 1994 08:49:37 GMT");
  EXPECT_EQ(format_http_date(0), "Thu, 01 Jan 1970 00:00:00 GMT");
  EXPECT_EQ(format_http_date(-1), "Wed, 31 Dec 1969 23:59:59 GMT");
}

TEST(HttpDateTest, ReadsAllThreeForms) {
  EXPECT_EQ(parse_http_date("Sun, 06 Nov 1994 08:49:37 GMT", kExample), kExample);
  EXPECT_EQ(parse_http_date("Sunday, 06-Nov-94 08:49:37 GMT", kExample), kExample);
  EXPECT_EQ(parse_http_date("Sun Nov  6 08:49:37 1994", kExample), kExample);
  EXPECT_EQ(parse_http_date("Wed Nov 16 08:49:37 1994", kExample), kExample + 10 * 86400);
}

TEST(HttpDateTest, TwoDigitYearsLieAtMostFiftyYearsAhead) {
  const std::int64_t year_2026 = 1'780'000'000;
  EXPECT_EQ(parse_http_date("Sunday, 06-Nov-94 08:49:37 GMT", year_2026), kExample);
  EXPECT_EQ(format_http_date(*parse_http_date("Friday, 06-Nov-70 08:49:37 GMT", year_2026)),
            "Thu, 06 Nov 2070 08:49:37 GMT");
}

TEST(HttpDateTest, RefusesEverythingElse) {
  for (const char* text :
       {"", " ", "yesterday", "Sun, 06 Nov 1994", "Sun, 06 Nov 1994 08:49:37",
        "Sun, 06 Nov 1994 08:49:37 CET", "Sun, 06 Foo 1994 08:49:37 GMT",
        "Sun, 32 Nov 1994 08:49:37 GMT", "Sun, 06 Nov 1994 24:49:37 GMT",
        "Sun, 06 Nov 1994 08:60:37 GMT", "Sun, 6 Nov 1994 08:49:37 GMT", "784111777", "\"etag\"",
        "Sun, 06 Nov 199x 08:49:37 GMT", "Sun Nov", "Sunday, 06-Nov-1994 08:49:37 GMT"}) {
    EXPECT_FALSE(parse_http_date(text, kExample)) << text;
  }
}

// The C library is the oracle for the calendar.
TEST(HttpDateTest, AgreesWithTheCLibraryAndReadsBackWhatItWrites) {
  std::mt19937_64 random(1);
  for (int i = 0; i < 20000; ++i) {
    const auto seconds = static_cast<std::int64_t>(random() % 8'000'000'000ULL) - 2'000'000'000;
    const std::time_t time = seconds;
    std::tm parts = {};
    ::gmtime_r(&time, &parts);
    char text[64];
    std::strftime(text, sizeof(text), "%a, %d %b %Y %H:%M:%S GMT", &parts);
    ASSERT_EQ(format_http_date(seconds), text);
    ASSERT_EQ(parse_http_date(text, 0), seconds);
  }
}

}  // namespace
}  // namespace server
