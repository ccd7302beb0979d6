#include "server-min/request_target.h"

#include <gtest/gtest.h>

namespace server {
namespace {

TEST(RequestTargetTest, DecodesSegmentsOnceAndQueriesAsForms) {
  const auto target = parse_request_target("/a%20b/c%2541?search=x+y%26z&empty=&flag&&limit=5");
  ASSERT_TRUE(target);
  EXPECT_EQ(target->segments, (std::vector<std::string>{"a b", "c%41"}));
  EXPECT_EQ(target->relative_path(), "a b/c%41");
  EXPECT_EQ(target->parameter("search"), "x y&z");
  EXPECT_EQ(target->parameter("empty"), "");
  EXPECT_EQ(target->parameter("flag"), "");
  EXPECT_EQ(target->parameter("limit"), "5");
  EXPECT_FALSE(target->parameter("absent"));
}

TEST(RequestTargetTest, KnowsTheRootAndFolders) {
  EXPECT_TRUE(parse_request_target("/")->segments.empty());
  EXPECT_TRUE(parse_request_target("/?a=/../b")->segments.empty());
  EXPECT_TRUE(parse_request_target("/a/")->is_folder);
  EXPECT_FALSE(parse_request_target("/a")->is_folder);
}

TEST(RequestTargetTest, ReadsAbsoluteForm) {
  EXPECT_EQ(parse_request_target("http://host:80/a/b")->relative_path(), "a/b");
  EXPECT_TRUE(parse_request_target("HTTP://host")->segments.empty());
}

TEST(RequestTargetTest, TellsTheAuthorityOfAbsoluteForm) {
  EXPECT_EQ(authority_of_target("http://host:80/a/b"), "host:80");
  EXPECT_EQ(authority_of_target("HTTPS://host"), "host");
  EXPECT_EQ(authority_of_target("http://host?a"), "host");
  EXPECT_EQ(authority_of_target("http://a@b/c"), "a@b");
  EXPECT_EQ(authority_of_target("http:///a"), "");
  EXPECT_FALSE(authority_of_target("/http://host/"));
  EXPECT_FALSE(authority_of_target("host:80"));
  EXPECT_EQ(parse_request_target("http://host?a=b")->parameter("a"), "b");
}

TEST(RequestTargetTest, RefusesNamesThatHideSomething) {
  for (const char* text : {"",
                           "a",
                           "*",
                           "host:80",
                           "/..",
                           "/a/../b",
                           "/%2e%2e/b",
                           "/.%2E",
                           "/a/./b",
                           "/a//b",
                           "//a",
                           "/a%2fb",
                           "/a%2Fb",
                           "/%00",
                           "/\\evil.example",
                           "/%5Cevil.example",
                           "/a\\..\\b",
                           "/a%0d%0ab",
                           "/%1b",
                           "/%7f",
                           "/a#b",
                           "http://host#b",
                           "http://host//a",
                           "/%2e%2e/..;/a",
                           "/a%00.wav",
                           "/%",
                           "/%1",
                           "/%zz",
                           "/a?x=%",
                           "/a?%zz=1",
                           "ftp://host/a",
                           "/..%2f..%2fetc%2fpasswd"}) {
    EXPECT_FALSE(parse_request_target(text)) << text;
  }
}

}  // namespace
}  // namespace server
