// What one client may do to the server and to the others: deadlines, limits, odd endings.

#include "server-min/connection.h"

#include <chrono>
#include <sys/resource.h>
#include <thread>

#include <gtest/gtest.h>

#include "tests/server-min/support/audio_files.h"
#include "tests/server-min/support/server_fixture.h"

namespace server {
namespace {

using std::chrono::milliseconds;
using Clock = std::chrono::steady_clock;

constexpr std::uintmax_t kLargeSize = 64 * 1024 * 1024;

class ConnectionTest : public ::testing::Test {
 protected:
  void start(const ServerLimits& limits) {
    server_.music.write("large.wav", "x");
    std::filesystem::resize_file(server_.music.path_of("large.wav"), kLargeSize);
    server_.web.write("index.html", "page");
    server_.start(limits);
  }

  // Reads until the connection ends; how many bytes came.
  static std::uintmax_t drain(HttpClient& client) {
    std::uintmax_t total = 0;
    for (std::string bytes = "x"; !bytes.empty(); total += bytes.size()) {
      bytes = client.receive(1 << 20);
    }
    return total;
  }

  std::string large_request() {
    return "GET " + server_.stream_url("large.wav") +
           " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
  }

  RunningServer server_;
};

// A deadline by inactivity would never end this client: it sends a byte every 20 ms.
TEST_F(ConnectionTest, AHeaderThatDripsIsClosedAtItsDeadline) {
  ServerLimits limits;
  limits.header_deadline = milliseconds(300);
  start(limits);
  HttpClient client(server_.port());
  const auto begin = Clock::now();
  client.send("GET / HTTP/1.1\r\nHost: localhost\r\nX: ");
  while (!client.closes_within(milliseconds(20)) &&
         Clock::now() - begin < std::chrono::seconds(5)) {
    client.send("x");
  }
  EXPECT_GE(Clock::now() - begin, milliseconds(290));
  EXPECT_LT(Clock::now() - begin, std::chrono::seconds(5));
}

TEST_F(ConnectionTest, ASilentNewClientIsClosedAtTheHeaderDeadline) {
  ServerLimits limits;
  limits.header_deadline = milliseconds(200);
  start(limits);
  HttpClient client(server_.port());
  EXPECT_FALSE(client.closes_within(milliseconds(50)));
  EXPECT_TRUE(client.closes_within(std::chrono::seconds(4)));
}

// The clock of the first request runs from accept: silence first and a drip later buy no time.
TEST_F(ConnectionTest, SilenceBeforeTheFirstByteCountsToo) {
  ServerLimits limits;
  limits.header_deadline = milliseconds(2000);
  start(limits);
  const auto begin = Clock::now();
  HttpClient client(server_.port());
  EXPECT_FALSE(client.closes_within(milliseconds(1600)));
  client.send("GET / HTTP/1.1\r\n");
  EXPECT_TRUE(client.closes_within(std::chrono::seconds(4)));
  EXPECT_LT(Clock::now() - begin, milliseconds(3300));
}

TEST_F(ConnectionTest, TheHeaderDeadlineStartsAnewWithEachRequest) {
  ServerLimits limits;
  limits.header_deadline = milliseconds(900);
  start(limits);
  HttpClient client(server_.port());
  for (int i = 0; i < 4; ++i) {
    std::this_thread::sleep_for(milliseconds(300));
    ASSERT_TRUE(client.get("/")) << i;
  }
  client.send("GET / HT");
  EXPECT_TRUE(client.closes_within(std::chrono::seconds(4)));
}

TEST_F(ConnectionTest, AnIdleConnectionIsClosedAtItsDeadline) {
  ServerLimits limits;
  limits.idle_deadline = milliseconds(300);
  start(limits);
  HttpClient client(server_.port());
  ASSERT_TRUE(client.get("/"));
  EXPECT_FALSE(client.closes_within(milliseconds(100)));
  EXPECT_TRUE(client.closes_within(std::chrono::seconds(4)));
}

TEST_F(ConnectionTest, AClientThatTakesNothingIsCutOff) {
  ServerLimits limits;
  limits.send_deadline = milliseconds(200);
  start(limits);
  HttpClient client(server_.port());
  client.send(large_request());
  std::this_thread::sleep_for(milliseconds(1500));
  EXPECT_LT(drain(client), kLargeSize);
}

// The client takes 0.4 MB/s out of a send buffer of megabytes: the socket becomes writable less
// often than the deadline passes, and only the acknowledged bytes show that the client is alive.
TEST_F(ConnectionTest, ASlowClientThatKeepsTakingGetsEverything) {
  ServerLimits limits;
  limits.send_deadline = milliseconds(1000);
  start(limits);
  HttpClient client(server_.port(), 64 * 1024);
  client.send(large_request());
  std::uintmax_t total = 0;
  for (int i = 0; i < 100; ++i) {
    std::this_thread::sleep_for(milliseconds(40));
    total += client.receive(16 * 1024).size();
  }
  EXPECT_LT(total, kLargeSize);
  EXPECT_GT(total + drain(client), kLargeSize);
}

TEST_F(ConnectionTest, AFileThatShrinksWhileSentEndsTheConnection) {
  start({});
  HttpClient client(server_.port());
  client.send(large_request());
  ASSERT_FALSE(client.receive(1000).empty());
  std::filesystem::resize_file(server_.music.path_of("large.wav"), 1000);
  EXPECT_LT(drain(client), kLargeSize - 1000);
  EXPECT_TRUE(client.closes_within(milliseconds(0))) << "ended, not only silent";
  HttpClient other(server_.port());
  EXPECT_TRUE(other.get("/"));
}

TEST_F(ConnectionTest, ThreeHundredIdleConnectionsDoNotDenyOthers) {
  struct rlimit files = {};
  ASSERT_EQ(::getrlimit(RLIMIT_NOFILE, &files), 0);
  ASSERT_GE(files.rlim_cur, 700U) << "this test needs two descriptors per connection";
  start({});
  std::vector<HttpClient> idle;
  for (int i = 0; i < 300; ++i) {
    idle.emplace_back(server_.port());
    ASSERT_TRUE(idle.back().get("/")) << i;
  }
  HttpClient client(server_.port());
  const auto begin = Clock::now();
  ASSERT_TRUE(client.get("/api/health"));
  EXPECT_LT(Clock::now() - begin, std::chrono::seconds(2));
  for (HttpClient& one : idle) ASSERT_TRUE(one.get("/")) << "and each of them goes on";
}

TEST_F(ConnectionTest, BeyondTheCapClientsAreToldToComeBack) {
  ServerLimits limits;
  limits.connection_count_max = 3;
  start(limits);
  std::vector<HttpClient> clients;
  for (int i = 0; i < 3; ++i) {
    clients.emplace_back(server_.port());
    ASSERT_TRUE(clients.back().get("/"));
  }
  HttpClient refused(server_.port());
  const auto response = refused.read_response();
  ASSERT_TRUE(response);
  EXPECT_EQ(response->status, 503);
  EXPECT_TRUE(response->has("retry-after"));

  clients.pop_back();
  bool admitted = false;
  for (int i = 0; i < 100 && !admitted; ++i) {
    std::this_thread::sleep_for(milliseconds(20));
    HttpClient next(server_.port());
    const auto answer = next.get("/");
    admitted = answer && answer->status == 200;
  }
  EXPECT_TRUE(admitted);
}

TEST_F(ConnectionTest, AHeadBeyondTheLimitIsRefusedAndTheReasonArrives) {
  start({});
  HttpClient client(server_.port());
  const auto response = client.get("/", "X: " + std::string(20'000, 'x') + "\r\n");
  ASSERT_TRUE(response);
  EXPECT_EQ(response->status, 431);
  EXPECT_EQ(response->header("connection"), "close");
  EXPECT_TRUE(client.closes_within(std::chrono::seconds(4)));
  HttpClient other(server_.port());
  EXPECT_EQ(other.get("/", "X: " + std::string(7'000, 'x') + "\r\n")->status, 200);
}

// Closing at once would reset the connection under a client that is still writing.
TEST_F(ConnectionTest, ARefusedClientMayFinishWriting) {
  start({});
  HttpClient client(server_.port());
  ASSERT_TRUE(client.send("GET / HTTP/1.1\r\nHost: localhost\r\nX: " + std::string(20'000, 'x')));
  for (int i = 0; i < 5; ++i) {
    std::this_thread::sleep_for(milliseconds(30));
    ASSERT_TRUE(client.send(std::string(10'000, 'x'))) << i;
  }
  const auto response = client.read_response();
  ASSERT_TRUE(response);
  EXPECT_EQ(response->status, 431);
}

TEST_F(ConnectionTest, BodiesAreRefused) {
  start({});
  HttpClient get(server_.port());
  EXPECT_EQ(get.get("/", "Content-Length: 5\r\n")->status, 413);
  HttpClient post(server_.port());
  const auto response = post.request("POST", "/", "Content-Length: 500000\r\n");
  ASSERT_TRUE(response);
  EXPECT_EQ(response->status, 405);
  EXPECT_EQ(response->header("connection"), "close");
}

TEST_F(ConnectionTest, NonsenseGetsAnErrorAndTheSecurityHeaders) {
  start({});
  HttpClient client(server_.port());
  client.send("\x16\x03\x01\x02 this is no HTTP\r\n\r\n");
  const auto response = client.read_response();
  ASSERT_TRUE(response);
  EXPECT_EQ(response->status, 400);
  EXPECT_EQ(response->header("x-content-type-options"), "nosniff");
}

TEST_F(ConnectionTest, OldClientsAndCloseEndTheConnectionOthersKeepIt) {
  start({});
  HttpClient old(server_.port());
  old.send("GET / HTTP/1.0\r\n\r\n");
  ASSERT_TRUE(old.read_response());
  EXPECT_TRUE(old.closes_within(std::chrono::seconds(4)));
  HttpClient kept(server_.port());
  kept.send("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
  EXPECT_EQ(kept.read_response()->header("connection"), "keep-alive");
  EXPECT_TRUE(kept.get("/"));
  HttpClient closing(server_.port());
  EXPECT_EQ(closing.get("/", "Connection: close\r\n")->header("connection"), "close");
  EXPECT_TRUE(closing.closes_within(std::chrono::seconds(4)));
}

TEST_F(ConnectionTest, ClientsThatLeaveInTheMiddleHurtNobody) {
  start({});
  for (int i = 0; i < 40; ++i) {
    HttpClient client(server_.port());
    client.send(large_request());
    if (i % 2 == 0) client.receive(1000);
  }
  HttpClient client(server_.port());
  EXPECT_TRUE(client.get("/"));
}

TEST_F(ConnectionTest, StoppingCutsOffTransfersInProgress) {
  auto server = std::make_unique<RunningServer>();
  server->music.write("large.wav", "x");
  std::filesystem::resize_file(server->music.path_of("large.wav"), kLargeSize);
  server->start();
  HttpClient busy(server->port());
  busy.send("GET " + server->stream_url("large.wav") + " HTTP/1.1\r\nHost: localhost\r\n\r\n");
  HttpClient idle(server->port());
  ASSERT_TRUE(idle.get("/api/health"));
  const auto begin = Clock::now();
  server.reset();
  EXPECT_LT(Clock::now() - begin, std::chrono::seconds(2));
  EXPECT_LT(drain(busy), kLargeSize);
  EXPECT_TRUE(idle.closes_within(std::chrono::seconds(1)));
}

}  // namespace
}  // namespace server
