#include "server-min/json.h"

#include <gtest/gtest.h>

namespace server {
namespace {

TEST(JsonTest, EscapesWhatJsonAndHtmlCannotHold) {
  EXPECT_EQ(json_string("a\"b\\c"), R"("a\"b\\c")");
  EXPECT_EQ(json_string(std::string_view("\0\x01\n\t\x1F\x7F", 6)),
            R"("\u0000\u0001\u000a\u0009\u001f\u007f")");
  EXPECT_EQ(json_string("</script>"), R"("\u003c/script>")");
}

TEST(JsonTest, BytesThatAreNotUtf8BecomeReplacementCharacters) {
  EXPECT_EQ(json_string("M\xFCnchen"), "\"M\xEF\xBF\xBDnchen\"");
  EXPECT_EQ(json_string("M\xC3\xBCnchen"), "\"M\xC3\xBCnchen\"");
}

TEST(JsonTest, PlacesCommasAndNulls) {
  JsonWriter json;
  json.begin_object().begin_array("list");
  json.begin_object().number("n", 1).end_object();
  json.begin_object().end_object();
  json.end_array();
  json.field_or_null("none", std::nullopt).number_or_null("zero", 0).boolean("yes", true);
  json.end_object();
  EXPECT_EQ(json.take(), R"({"list":[{"n":1},{}],"none":null,"zero":0,"yes":true})");
  EXPECT_EQ(json.take(), "");
}

TEST(JsonTest, SecondsKeepEveryMillisecond) {
  JsonWriter json;
  json.begin_object().seconds_or_null("a", 61'007).seconds_or_null("b", std::nullopt);
  json.seconds_or_null("c", 9'007'199'254'740'993).end_object();
  EXPECT_EQ(json.take(), R"({"a":61.007,"b":null,"c":9007199254740.993})");
}

}  // namespace
}  // namespace server
