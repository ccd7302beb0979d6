// How the program ends on a signal: what is being sent may be finished, within bounds.

#include <chrono>
#include <csignal>
#include <filesystem>
#include <memory>
#include <thread>

#include <gtest/gtest.h>

#include "tests/server-min/support/http_client.h"
#include "tests/server-min/support/program.h"
#include "tests/server-min/support/temp_folder.h"

namespace server {
namespace {

constexpr std::uintmax_t kLargeSize = 64 * 1024 * 1024;
constexpr int kReceiveBufferBytes = 64 * 1024;

class GracefulStopTest : public ::testing::Test {
 protected:
  GracefulStopTest() {
    music_.write("large.wav", "x");
    std::filesystem::resize_file(music_.path_of("large.wav"), kLargeSize);
    web_.write("index.html", "the page");
  }

  void start(const std::string& grace) {
    program_ = std::make_unique<Program>(
        output_, std::vector<std::string>{"--music", music_.path(), "--web", web_.path(), "--port",
                                          "0", "--grace", grace});
    port_ = program_->port();
    ASSERT_NE(port_, 0);
  }

  // A client that has begun to read a large body and takes its time.
  HttpClient slow_reader() const {
    const std::string list = HttpClient(port_).get("/api/library/tracks?search=large")->body;
    const std::string id = list.substr(list.find("\"id\":\"") + 6, 16);
    HttpClient client(port_, kReceiveBufferBytes);
    client.send("GET /api/player/stream/" + id + " HTTP/1.1\r\nHost: localhost\r\n\r\n");
    EXPECT_FALSE(client.receive(1000).empty());
    return client;
  }

  bool says(const std::string& words) const {
    return program_->read("out").find(words) != std::string::npos;
  }
  bool says_within_patience(const std::string& words) const {
    const auto deadline = std::chrono::steady_clock::now() + Program::kPatience;
    while (!says(words) && std::chrono::steady_clock::now() < deadline) {
      std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
    return says(words);
  }

  // Reads until the connection ends; how many bytes came.
  static std::uintmax_t drain(HttpClient& client) {
    std::uintmax_t total = 0;
    for (std::string bytes = "x"; !bytes.empty(); total += bytes.size()) {
      bytes = client.receive(1 << 20);
    }
    return total;
  }

  TempFolder music_;
  TempFolder web_;
  TempFolder output_;
  std::unique_ptr<Program> program_;
  std::uint16_t port_ = 0;
};

TEST_F(GracefulStopTest, ABodyIsSentToItsEndAndNothingElseGoesOn) {
  for (const int signal : {SIGTERM, SIGINT}) {
    start("600");
    HttpClient idle(port_);
    ASSERT_TRUE(idle.get("/"));
    HttpClient silent(port_);
    HttpClient slow = slow_reader();
    program_->send_signal(signal);
    EXPECT_TRUE(idle.closes_within(Program::kPatience)) << "between two requests";
    EXPECT_TRUE(silent.closes_within(Program::kPatience)) << "before the first request";
    EXPECT_FALSE(HttpClient(port_).connected()) << "nobody is accepted any more";
    EXPECT_GT(drain(slow), kLargeSize - 1000) << "head and body, less what was read before";
    EXPECT_EQ(program_->wait(), 0);
    EXPECT_EQ(program_->read("err"), "");
  }
}

TEST_F(GracefulStopTest, ARequestThatHasBegunIsAnswered) {
  start("600");
  HttpClient idle(port_);
  ASSERT_TRUE(idle.get("/"));
  HttpClient begun(port_);
  ASSERT_TRUE(begun.get("/"));
  begun.send("GET /api/health HT");
  ASSERT_TRUE(HttpClient(port_).get("/")) << "by now those bytes have been read, or are there";
  program_->send_signal(SIGTERM);
  ASSERT_TRUE(idle.closes_within(Program::kPatience));
  begun.send("TP/1.1\r\nHost: localhost\r\n\r\n");
  const auto response = begun.read_response();
  ASSERT_TRUE(response);
  EXPECT_EQ(response->status, 200);
  EXPECT_EQ(response->header("connection"), "close");
  EXPECT_EQ(program_->wait(), 0);
}

TEST_F(GracefulStopTest, EventsEndByThemselves) {
  start("600");
  HttpClient listener(port_);
  listener.send("GET /api/events HTTP/1.1\r\nHost: localhost\r\n\r\n");
  ASSERT_NE(listener.receive(1000).find("200 OK"), std::string::npos);
  program_->send_signal(SIGTERM);
  drain(listener);
  EXPECT_TRUE(listener.closes_within(std::chrono::milliseconds(0))) << "ended, not only silent";
  EXPECT_EQ(program_->wait(), 0);
}

TEST_F(GracefulStopTest, ASecondSignalEndsAtOnce) {
  start("3600");
  HttpClient idle(port_);
  ASSERT_TRUE(idle.get("/"));
  HttpClient slow = slow_reader();
  program_->send_signal(SIGTERM);
  ASSERT_TRUE(idle.closes_within(Program::kPatience));
  EXPECT_TRUE(says_within_patience("stopping: 1 connections are still in use"));
  program_->send_signal(SIGTERM);
  EXPECT_EQ(program_->wait(), 0);
  EXPECT_LT(drain(slow), kLargeSize - 1000);
  EXPECT_FALSE(says("cut off")) << "the time was not over";
}

TEST_F(GracefulStopTest, WithoutGraceOrPastItBodiesAreCutOff) {
  for (const char* grace : {"0", "1"}) {
    start(grace);
    HttpClient slow = slow_reader();
    program_->send_signal(SIGTERM);
    EXPECT_EQ(program_->wait(), 0) << grace;
    EXPECT_LT(drain(slow), kLargeSize - 1000) << grace;
    // However late the machine lets it look: it waited, and says so before it leaves.
    const bool has_grace = grace == std::string("1");
    EXPECT_EQ(says("1 connections are cut off"), has_grace);
    EXPECT_TRUE(has_grace || !says("still in use"));
  }
}

}  // namespace
}  // namespace server
