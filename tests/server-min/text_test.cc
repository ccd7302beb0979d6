#include "server-min/text.h"

#include <gtest/gtest.h>

namespace server {
namespace {

const std::string kReplacement = "\xEF\xBF\xBD";

TEST(TextTest, RepairKeepsWellFormedUtf8) {
  for (const std::string text : {"", "plain", "\xC3\xA4", "\xE2\x82\xAC", "\xF0\x9F\x8E\xB5",
                                 "\xED\x9F\xBF", "\xEE\x80\x80", "\xF4\x8F\xBF\xBF"}) {
    EXPECT_EQ(repair_utf8(text), text);
  }
}

TEST(TextTest, RepairReplacesEachBadByte) {
  EXPECT_EQ(repair_utf8("a\xE4z"), "a" + kReplacement + "z");                  // Latin-1.
  EXPECT_EQ(repair_utf8("\xC0\xAF"), kReplacement + kReplacement);             // Overlong "/".
  EXPECT_EQ(repair_utf8("\xE0\x80\xAF").size(), 3 * kReplacement.size());      // Overlong too.
  EXPECT_EQ(repair_utf8("\xED\xA0\x80").size(), 3 * kReplacement.size());      // A surrogate.
  EXPECT_EQ(repair_utf8("\xF4\x90\x80\x80").size(), 4 * kReplacement.size());  // U+110000.
  EXPECT_EQ(repair_utf8("\xE2\x82"), kReplacement + kReplacement);             // Cut off.
  EXPECT_EQ(repair_utf8("\x80"), kReplacement);
}

TEST(TextTest, WholeNumbersStopAt64Bits) {
  EXPECT_EQ(parse_whole_number("0"), 0U);
  EXPECT_EQ(parse_whole_number("18446744073709551615"), 18446744073709551615U);
  for (const char* text : {"", "-1", "+1", " 1", "1 ", "1e3", "0x1", "18446744073709551616"}) {
    EXPECT_FALSE(parse_whole_number(text)) << text;
  }
}

TEST(TextTest, SplitKeepsEmptyPieces) {
  EXPECT_EQ(split("a,,b", ','), (std::vector<std::string_view>{"a", "", "b"}));
  EXPECT_EQ(split("", ','), (std::vector<std::string_view>{""}));
  EXPECT_EQ(split(",", ','), (std::vector<std::string_view>{"", ""}));
}

TEST(TextTest, ExtensionIsTheLastOneInLowerCase) {
  EXPECT_EQ(extension_of("a.b.FLAC"), "flac");
  EXPECT_EQ(extension_of("noextension"), "");
  EXPECT_EQ(extension_of("dot."), "");
}

}  // namespace
}  // namespace server
