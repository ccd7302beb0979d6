// What happens, told over real sockets as it happens.

#include "server-min/event_hub.h"

#include <gtest/gtest.h>

#include "server-min/json.h"
#include "server-min/unix_time.h"
#include "tests/server-min/support/library_api_fixture.h"

namespace server {
namespace {

class EventsTest : public LibraryApiFixture {
 protected:
  static std::string ask(HttpClient& client) {
    client.send("GET /api/events HTTP/1.1\r\nHost: localhost\r\n\r\n");
    std::string told;
    listen_until(client, told, "\r\n\r\n");
    return told;
  }
  /// Listens until `text` is in what was `told`. False when the connection ends, or is silent.
  static bool listen_until(HttpClient& client, std::string& told, const std::string& text) {
    while (told.find(text) == std::string::npos) {
      const std::string piece = client.receive(4096);
      if (piece.empty()) return false;
      told += piece;
    }
    return true;
  }
  std::string etag() { return get("tracks").header("etag").substr(2); }  // Without W/.
};

TEST_F(EventsTest, AListenerHearsTheStateAndThenEachChange) {
  add_music();
  server_.start();
  HttpClient client(server_.port());
  std::string told = ask(client);
  EXPECT_NE(told.find("HTTP/1.1 200"), std::string::npos) << told;
  EXPECT_NE(told.find("Content-Type: text/event-stream"), std::string::npos);
  EXPECT_EQ(told.find("Content-Length"), std::string::npos);
  EXPECT_NE(told.find("Cross-Origin-Resource-Policy"), std::string::npos);
  EXPECT_TRUE(listen_until(client, told, "event: changed"));
  EXPECT_NE(told.find("event: scan\ndata: {\"state\":\"idle\""), std::string::npos) << told;
  const std::string before = etag();
  add("new.flac", {{"TITLE", "new"}});
  server_.library().rescan();
  const std::string after = etag();
  EXPECT_NE(after, before);
  EXPECT_TRUE(listen_until(client, told, json_string(after)));
}

TEST_F(EventsTest, AStreamThatHasNothingToTellSaysThatItIsThere) {
  ServerLimits limits;
  limits.event_heartbeat = std::chrono::milliseconds(20);
  server_.start(limits);
  HttpClient client(server_.port());
  std::string told = ask(client);
  EXPECT_TRUE(listen_until(client, told, "\n\n:\n\n:\n\n"));
}

TEST_F(EventsTest, ListenersAreBoundedAndGiveTheirPlaceBackAtOnce) {
  server_.start();
  std::vector<std::unique_ptr<HttpClient>> clients;
  for (std::size_t i = 0; i < EventHub::kListenerCountMax; ++i) {
    clients.push_back(std::make_unique<HttpClient>(server_.port()));
    ASSERT_NE(ask(*clients.back()).find("200 OK"), std::string::npos) << i;
  }
  const auto refused = HttpClient(server_.port()).get("/api/events");
  ASSERT_TRUE(refused);
  EXPECT_EQ(refused->status, 503);
  clients.pop_back();
  bool is_taken = false;
  for (int attempt = 0; attempt < 500 && !is_taken; ++attempt) {
    HttpClient next(server_.port());
    is_taken = ask(next).find("200 OK") != std::string::npos;
    if (!is_taken) std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  EXPECT_TRUE(is_taken);
}

TEST_F(EventsTest, ListenersAreNoReasonNotToEnd) {
  add_music();
  server_.start();
  HttpClient client(server_.port());
  std::string told = ask(client);
  server_.restart({});  // Ends the first server, with its connections.
  EXPECT_FALSE(listen_until(client, told, "never told"));
  server_.library().rescan();
  HttpClient second(server_.port());
  std::string told_second = ask(second);
  EXPECT_TRUE(listen_until(second, told_second, "event: changed"));
}

TEST_F(EventsTest, WhoComesLateHearsTheLatestOnce) {
  const auto hub = std::make_shared<EventHub>();
  const auto early = hub->listen();
  int wakes = 0;
  early->on_news([&] { ++wakes; });
  EXPECT_EQ(early->take(), "");
  hub->tell_scan("{1}");
  hub->tell_scan("{1}");
  hub->tell_scan("{2}");
  hub->tell_catalog("\"a\"");
  EXPECT_EQ(wakes, 3) << "the same text is no news";
  const std::string all =
      "event: scan\ndata: {2}\n\nevent: changed\ndata: {\"etag\":\"\\\"a\\\"\"}\n\n";
  EXPECT_EQ(early->take(), all);
  EXPECT_EQ(early->take(), "");
  EXPECT_EQ(hub->listen()->take(), all);
  hub->let_sleep();
  hub->tell_scan("{3}");
  EXPECT_EQ(wakes, 3);
}

class ScanRequestTest : public LibraryApiFixture {
 protected:
  HttpResponse post(const std::string& header_lines, const std::string& target = "scan") {
    const auto response =
        HttpClient(server_.port()).request("POST", "/api/library/" + target, header_lines);
    return response.value_or(HttpResponse{});
  }
};

TEST_F(ScanRequestTest, AScanIsAskedForByTheServersOwnPageAlone) {
  server_.start();
  EXPECT_EQ(post("").status, 202) << "no browser";
  EXPECT_EQ(post("Origin: http://localhost\r\n").status, 202);
  EXPECT_EQ(post("Origin: https://LOCALHOST\r\nSec-Fetch-Site: same-origin\r\n").status, 202);
  EXPECT_EQ(value_of(post("").body, "state"), "idle");
  for (const char* lines :
       {"Origin: http://other.example\r\n", "Origin: null\r\n", "Origin: http://localhost:81\r\n",
        "Origin: http://localhost\r\nOrigin: http://other.example\r\n",
        "Sec-Fetch-Site: cross-site\r\n", "Sec-Fetch-Site: same-site\r\n",
        "Origin: http://localhost\r\nSec-Fetch-Site: cross-site\r\n"}) {
    const HttpResponse response = post(lines);
    EXPECT_EQ(response.status, 403) << lines;
    EXPECT_NE(response.body.find("foreign_site"), std::string::npos);
  }
  EXPECT_EQ(post("", "tracks").status, 405);
  EXPECT_EQ(post("", "tracks").header("allow"), "GET, HEAD");
}

TEST_F(ScanRequestTest, ItHasTheMusicLookedOver) {
  server_.start();
  server_.library().watch(std::chrono::hours(1));
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::minutes(5);
  // By itself it would do so in an hour. The time is told in seconds.
  const std::int64_t begin_s = unix_now_seconds();
  const auto scanned_s = [&] { return server_.library().report().scanned_s; };
  while (scanned_s() <= begin_s + 1 && std::chrono::steady_clock::now() < deadline) {
    EXPECT_EQ(post("").status, 202);
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
  }
  EXPECT_GT(scanned_s(), begin_s + 1);
}

}  // namespace
}  // namespace server
