#include "server-min/search_text.h"

#include <gtest/gtest.h>

namespace server {
namespace {

std::string text_of(std::string_view utf8) {
  return search_text(utf8, CaseFolder());
}

TEST(SearchTextTest, ApostrophesOfAllKindsAreDropped) {
  for (const char* text :
       {"dont", "don't", "DON\u2019T", "don\u2018t", "don\u201bt", "don`t", "don\u00b4t",
        "don\u2032t", "don\u02bct", "don\u02bbt", "don\u02b9t", "don\uff07t"}) {
    EXPECT_EQ(text_of(text), "dont") << text;
  }
}

TEST(SearchTextTest, AccentsDoNotCountHoweverTheyAreWritten) {
  EXPECT_EQ(text_of("Bj\u00f6rk"), "bjork");
  EXPECT_EQ(text_of("Bjo\u0308rk"), "bjork");
  EXPECT_EQ(text_of("\u00c9mile \u0141\u00f3d\u017a"), "emile \u0142odz");
  EXPECT_EQ(text_of("\u1ec6"), "e");
  EXPECT_EQ(text_of("\u0386\u0388"), "\u03b1\u03b5");
  EXPECT_EQ(text_of("\u0419\u0401"), "\u0438\u0435");
  EXPECT_EQ(text_of("stra\u00dfe \u00d8 \u00c6"), "stra\u00dfe \u00f8 \u00e6");
  EXPECT_EQ(text_of("\u97f3\u697d \U0001f3b5"), "\u97f3\u697d \U0001f3b5");
}

TEST(SearchTextTest, DashesQuotesSpacesAndDotsAreThoseOfTheKeyboard) {
  EXPECT_EQ(text_of("a\u2013b\u2014c\u2010d\u2212e"), "a-b-c-d-e");
  EXPECT_EQ(text_of("\u201ca\u201d \u201eb\u201f \u00abc\u00bb"), "\"a\" \"b\" \"c\"");
  EXPECT_EQ(text_of("a\u00a0b\u2009c\u3000d\te"), "a b c d e");
  EXPECT_EQ(text_of("wait\u2026"), "wait...");
  EXPECT_EQ(text_of("a\u00adb\u200bc\ufeff"), "abc");
}

TEST(SearchTextTest, WordsStandBetweenSpaces) {
  const CaseFolder folder;
  EXPECT_EQ(search_words("  One\u00a0t'wo \u2019 three ", folder),
            (std::vector<std::string>{"one", "two", "three"}));
  EXPECT_TRUE(search_words(" ' ", folder).empty());
}

}  // namespace
}  // namespace server
