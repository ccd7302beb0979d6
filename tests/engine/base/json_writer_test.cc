#include "engine/base/json_writer.h"

#include <limits>

#include <gtest/gtest.h>

namespace engine {
namespace {

TEST(JsonWriterTest, NestsObjectsAndArraysWithCommas) {
  JsonWriter json;
  json.begin_object();
  json.member("a", 1);
  json.key("list");
  json.begin_array();
  json.integer(-2);
  json.decimal(-0.5, 2);
  json.begin_object();
  json.end_object();
  json.boolean(false);
  json.null();
  json.end_array();
  json.member("text", "x");
  json.member("on", true);
  json.end_object();
  EXPECT_EQ(json.text(), R"({"a":1,"list":[-2,-0.50,{},false,null],"text":"x","on":true})");
}

TEST(JsonWriterTest, EscapesWhatJsonForbids) {
  JsonWriter json;
  json.string("q\" b\\ n\n t\t c\x01 \xC3\xA9 \xF0\x9F\x8E\xB5");
  EXPECT_EQ(json.text(), "\"q\\\" b\\\\ n\\n t\\t c\\u0001 \xC3\xA9 \xF0\x9F\x8E\xB5\"");
}

TEST(JsonWriterTest, ReplacesInvalidUtf8) {
  // A lone continuation byte, a cut sequence, an overlong one, a surrogate, one beyond U+10FFFF.
  const std::pair<const char*, int> cases[] = {
      {"\x80", 1}, {"\xC3", 1}, {"\xC0\xAF", 2}, {"\xED\xA0\x80", 3}, {"\xF4\x90\x80\x80", 4}};
  for (const auto& [text, replaced] : cases) {
    JsonWriter json;
    json.string(text);
    std::string expected = "\"";
    for (int i = 0; i < replaced; ++i) expected += "\xEF\xBF\xBD";
    EXPECT_EQ(json.text(), expected + "\"");
  }
}

TEST(JsonWriterTest, WritesNumbersExactly) {
  JsonWriter json;
  json.begin_array();
  json.integer(std::numeric_limits<std::int64_t>::min());
  json.unsigned_integer(std::numeric_limits<std::uint64_t>::max());
  json.decimal(-14.2535, 3);
  json.decimal(-0.0001, 3);
  json.decimal(7, 0);
  json.decimal(0.05, 1);
  json.decimal(std::numeric_limits<double>::infinity(), 1);
  json.decimal(std::numeric_limits<double>::quiet_NaN(), 1);
  json.end_array();
  EXPECT_EQ(json.text(),
            "[-9223372036854775808,18446744073709551615,-14.254,0.000,7,0.1,null,null]");
}

}  // namespace
}  // namespace engine
