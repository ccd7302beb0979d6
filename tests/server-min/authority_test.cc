#include "server-min/authority.h"

#include <unistd.h>

#include <gtest/gtest.h>

namespace server {
namespace {

TEST(AuthorityTest, ReadsNamesAddressesAndPorts) {
  struct Case {
    const char* text;
    const char* host;
    bool is_address;
  };
  for (const Case& one : {Case{"localhost", "localhost", false},
                          {"LocalHost:8080", "localhost", false},
                          {"localhost.", "localhost", false},
                          {"localhost:", "localhost", false},
                          {"a.b-c_d.example:65535", "a.b-c_d.example", false},
                          {"a%20b", "a%20b", false},
                          {"127.0.0.1", "127.0.0.1", true},
                          {"192.168.1.20:80", "192.168.1.20", true},
                          {"127.1", "127.1", false},
                          {"[::1]", "::1", true},
                          {"[FE80::1]:80", "fe80::1", true},
                          {"[::ffff:10.0.0.1]", "::ffff:10.0.0.1", true}}) {
    const auto authority = parse_authority(one.text);
    ASSERT_TRUE(authority) << one.text;
    EXPECT_EQ(authority->host, one.host);
    EXPECT_EQ(authority->is_address, one.is_address) << one.text;
  }
}

TEST(AuthorityTest, RefusesWhatNamesNoHost) {
  for (const std::string& text : {std::string(),
                                  std::string("."),
                                  std::string("a b"),
                                  std::string("a/b@c"),
                                  std::string("a@b"),
                                  std::string(":80"),
                                  std::string("a:b"),
                                  std::string("a:1:2"),
                                  std::string("a:-1"),
                                  std::string("a:65536"),
                                  std::string("a\\b"),
                                  std::string("a?b"),
                                  std::string("a#b"),
                                  std::string("a\"b"),
                                  std::string("a%2"),
                                  std::string("a%zz"),
                                  std::string("\xC3\xA4"),
                                  std::string("a\0b", 3),
                                  std::string("::1"),
                                  std::string("[::1"),
                                  std::string("[]"),
                                  std::string("[a]"),
                                  std::string("[::1]a"),
                                  std::string("[::1]:x"),
                                  std::string("[::1%25eth0]"),
                                  std::string("[127.0.0.1]"),
                                  std::string("[::1\0]", 6),
                                  std::string(256, 'a')}) {
    EXPECT_FALSE(parse_authority(text)) << text;
  }
}

bool include(const PublicNames& names, const char* text) {
  return names.include(*parse_authority(text));
}

TEST(PublicNamesTest, LocalhostAndAddressesNeedNoPermission) {
  const PublicNames names;
  for (const char* text : {"localhost", "LOCALHOST:1", "localhost.", "music.localhost", "127.0.0.1",
                           "10.1.2.3:80", "[::1]:8080"}) {
    EXPECT_TRUE(include(names, text)) << text;
  }
  for (const char* text : {"evil.example", "localhost.evil.example", "notlocalhost",
                           "127.0.0.1.evil.example", "a,localhost", "%6cocalhost"}) {
    EXPECT_FALSE(include(names, text)) << text;
  }
}

TEST(PublicNamesTest, AddedNamesCountExactlyAndWithoutCase) {
  PublicNames names;
  EXPECT_TRUE(names.add("Music.Example."));
  EXPECT_TRUE(include(names, "music.example:443"));
  EXPECT_FALSE(include(names, "a.music.example"));
  EXPECT_FALSE(include(names, "example"));
  for (const char* text : {"", "-a", "--music", "a:80", "http://a", "*.example", "a b", "a,b"}) {
    EXPECT_FALSE(names.add(text)) << text;
  }
}

TEST(PublicNamesTest, ThisMachineKnowsItsName) {
  char own[256] = {};
  ASSERT_EQ(::gethostname(own, sizeof(own) - 1), 0);
  const auto authority = parse_authority(own);
  if (!authority) GTEST_SKIP() << "this machine's name is no host: " << own;
  const PublicNames names = PublicNames::of_this_machine();
  EXPECT_TRUE(names.include(*authority));
  const std::string label = authority->host.substr(0, authority->host.find('.'));
  EXPECT_TRUE(include(names, (label + ".local").c_str()));
  EXPECT_FALSE(include(names, (label + ".evil.example").c_str()));
}

}  // namespace
}  // namespace server
