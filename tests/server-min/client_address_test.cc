#include "server-min/client_address.h"

#include <gtest/gtest.h>

namespace server {
namespace {

TEST(ClientAddressTest, AddressesAreWrittenAsUsual) {
  EXPECT_EQ(normal_address("192.0.2.7"), "192.0.2.7");
  EXPECT_EQ(normal_address("::FFFF:192.0.2.7"), "192.0.2.7");
  EXPECT_EQ(normal_address("2001:DB8:0::1"), "2001:db8::1");
  for (const char* text : {"", "a.example", "1.2.3", "1.2.3.4.5", "::g", "[::1]", "1.2.3.4:80"}) {
    EXPECT_FALSE(normal_address(text)) << text;
  }
  EXPECT_FALSE(normal_address(std::string_view("::1\0x", 5)));
}

TEST(ClientAddressTest, LoopbackIsThisMachine) {
  EXPECT_TRUE(is_loopback("127.0.0.1"));
  EXPECT_TRUE(is_loopback("127.9.9.9"));
  EXPECT_TRUE(is_loopback("::1"));
  for (const char* text : {"128.0.0.1", "192.0.2.7", "::2", "127.evil", ""}) {
    EXPECT_FALSE(is_loopback(text)) << text;
  }
}

TEST(ClientAddressTest, TheLastThatIsForwardedIsTheProxysOwnWord) {
  EXPECT_EQ(forwarded_client("192.0.2.7"), "192.0.2.7");
  EXPECT_EQ(forwarded_client("10.0.0.1, evil, 192.0.2.7 "), "192.0.2.7");
  EXPECT_EQ(forwarded_client("192.0.2.7:1234"), "192.0.2.7");
  EXPECT_EQ(forwarded_client("2001:db8::1"), "2001:db8::1");
  EXPECT_EQ(forwarded_client("[2001:db8::1]:1234"), "2001:db8::1");
  for (const char* text : {"", ",", "192.0.2.7,", "unknown", "_hidden", "[::1", "192.0.2.7, x"}) {
    EXPECT_FALSE(forwarded_client(text)) << text;
  }
}

TEST(ClientAddressTest, NobodyIsTrustedButThoseThatAreNamed) {
  TrustedProxies none;
  EXPECT_TRUE(none.empty());
  EXPECT_FALSE(none.includes("127.0.0.1"));
  EXPECT_EQ(none.words(), "nobody");

  TrustedProxies local;
  local.add_this_machine();
  EXPECT_TRUE(local.includes("127.0.0.2") && local.includes("::1"));
  EXPECT_FALSE(local.includes("192.0.2.7") || local.includes(""));
  EXPECT_EQ(local.words(), "this machine");

  TrustedProxies named;
  EXPECT_TRUE(named.add("192.0.2.7"));
  EXPECT_TRUE(named.add("2001:DB8::1"));
  EXPECT_TRUE(named.includes("192.0.2.7") && named.includes("2001:db8::1"));
  EXPECT_FALSE(named.includes("127.0.0.1") || named.includes("192.0.2.8"));
  EXPECT_EQ(named.words(), "192.0.2.7, 2001:db8::1");
  EXPECT_TRUE(named.add("localhost"));
  EXPECT_TRUE(named.includes("127.0.0.1"));
  EXPECT_EQ(named.words(), "this machine, 192.0.2.7, 2001:db8::1");
  for (const char* text : {"", "proxy", "10.0.0.0/8", "192.0.2.7:80"}) {
    EXPECT_FALSE(named.add(text)) << text;
  }
}

TEST(ClientAddressTest, ANetworkOfIPv6IsOneClient) {
  EXPECT_EQ(network_of("192.0.2.7"), "192.0.2.7");
  EXPECT_EQ(network_of("2001:db8:1:2:3:4:5:6"), "2001:db8:1::/56");
  EXPECT_EQ(network_of("2001:db8:1:200::9"), network_of("2001:db8:1:2ff:ffff::"));
  EXPECT_NE(network_of("2001:db8:1:200::9"), network_of("2001:db8:1:300::9"));
}

}  // namespace
}  // namespace server
