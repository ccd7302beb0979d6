// Covers over real sockets: whole, and at no cost for others when nobody takes them.

#include <cstdlib>

#include <gtest/gtest.h>

#include "tests/server-min/support/audio_files.h"
#include "tests/server-min/support/bytes_read.h"
#include "tests/server-min/support/program.h"
#include "tests/server-min/support/server_fixture.h"

namespace server {
namespace {

constexpr std::size_t kLargeSize = 24 * 1024 * 1024;

// Less than one copy, and more than twelve connections and the answers in their buffers take.
constexpr long kHeldMaxKib = 16 * 1024;

// Full of what unsynchronisation changes, and of no period that sizes of buffers have.
std::string large_jpeg(std::size_t size) {
  std::string bytes("\xFF\xD8\xFF\xE0", 4);
  bytes.reserve(size);
  for (std::uint32_t i = 0; bytes.size() < size; ++i) {
    bytes += (i * 2654435761U) >> 30 == 0 ? '\xFF' : static_cast<char>(i % 251);
  }
  return bytes;
}

std::string mp3_with(const std::string& picture, bool unsynchronised) {
  const std::string frame = make_id3_frame(3, "APIC", make_apic(picture));
  const std::string tag =
      unsynchronised ? make_id3_tag(3, 0x80, unsynchronise(frame)) : make_id3_tag(3, 0, frame);
  return tag + make_mp3(50).substr(10);
}

TEST(CoverTest, LargeCoversArriveWhole) {
  const std::string picture = large_jpeg(3'000'001);
  RunningServer server;
  server.music.write("plain.mp3", mp3_with(picture, false));
  server.music.write("unsynchronised.mp3", mp3_with(picture, true));
  server.start();
  HttpClient client(server.port());
  for (const char* name : {"plain.mp3", "unsynchronised.mp3"}) {
    const std::string url = "/api/library/tracks/" + server.id_of(name) + "/artwork";
    for (int turn = 0; turn < 2; ++turn) {  // The second comes from a place that is known.
      const auto response = client.get(url);
      ASSERT_TRUE(response) << name;
      EXPECT_EQ(response->status, 200);
      EXPECT_EQ(response->header("content-type"), "image/jpeg");
      EXPECT_TRUE(response->body == picture) << name;
    }
    const auto head = client.request("HEAD", url);
    ASSERT_TRUE(head);
    EXPECT_EQ(head->header("content-length"), std::to_string(picture.size()));
    EXPECT_EQ(client.get(url, "If-Match: \"x\"\r\n")->status, 412);
    EXPECT_EQ(client.get(url, "If-None-Match: " + head->header("etag") + "\r\n")->status, 304);
  }
}

TEST(CoverTest, AnotherCoverInTheSameRoomIsShown) {
  RunningServer server;
  server.music.write("a.mp3", make_mp3(2, {}, make_png()));
  server.music.set_modified("a.mp3", 1'700'000'000);
  server.start();
  const std::string url = "/api/library/tracks/" + server.id_of("a.mp3") + "/artwork";
  HttpClient client(server.port());
  const auto before = client.get(url);
  ASSERT_TRUE(before);
  TempFolder::wait_for_tick();
  const std::string other = "BM" + make_png().substr(2);
  server.music.write("a.mp3", make_mp3(2, {}, other));
  server.music.set_modified("a.mp3", 1'700'000'000);
  const auto after = client.get(url, "If-None-Match: " + before->header("etag") + "\r\n");
  ASSERT_TRUE(after);
  EXPECT_EQ(after->status, 200);
  EXPECT_EQ(after->header("content-type"), "image/bmp");
  EXPECT_EQ(after->body, other);
}

// No thread looks for covers here, as if all of them stood before a disk that is asleep: what is
// answered needs none.
TEST(CoverTest, OnlyTheFirstRequestOfACoverNeedsALook) {
  RunningServer server;
  server.music.write("known.mp3", make_mp3(2, {}, make_png()));
  server.music.write("unknown.mp3", make_mp3(2, {}, make_png()));
  server.music.write("without.mp3", make_mp3(2));
  server.start();
  const auto url = [&](const std::string& name) {
    return "/api/library/tracks/" + server.id_of(name) + "/artwork";
  };
  const auto first = HttpClient(server.port()).get(url("known.mp3"));
  ASSERT_TRUE(first);
  EXPECT_EQ(HttpClient(server.port()).get(url("without.mp3"))->status, 404);

  ServerLimits limits;
  limits.artwork_search_count = 0;
  limits.send_deadline = std::chrono::milliseconds(300);
  server.restart(limits);
  HttpClient client(server.port());
  const std::string tag = "If-None-Match: " + first->header("etag") + "\r\n";
  EXPECT_EQ(client.get(url("known.mp3")).value_or(HttpResponse{}).body, make_png());
  EXPECT_EQ(client.request("HEAD", url("known.mp3")).value_or(HttpResponse{}).status, 200);
  EXPECT_EQ(client.get(url("known.mp3"), tag).value_or(HttpResponse{}).status, 304);
  EXPECT_EQ(client.get(url("without.mp3")).value_or(HttpResponse{}).status, 404);
  EXPECT_EQ(client.request("POST", url("unknown.mp3")).value_or(HttpResponse{}).status, 405);
  client.send("GET " + url("unknown.mp3") + " HTTP/1.1\r\nHost: elsewhere.example\r\n\r\n");
  EXPECT_EQ(client.read_response().value_or(HttpResponse{}).status, 421);

  // A client that still has the cover from before the server began.
  std::string kept = client.request("HEAD", server.stream_url("unknown.mp3"))->header("etag");
  kept.insert(kept.size() - 1, "-art");
  EXPECT_EQ(client.get(url("unknown.mp3"), "If-None-Match: " + kept + "\r\n")
                .value_or(HttpResponse{})
                .status,
            304);
  EXPECT_FALSE(client.get(url("unknown.mp3"))) << "it was known already";
}

// 304 and 412 are for what exists; whether there is a cover comes first.
TEST(CoverTest, ConditionsMakeNoCoverWhereThereIsNone) {
  for (const char* condition :
       {"If-None-Match: *\r\n", "If-Match: \"x\"\r\n",
        "If-Modified-Since: Fri, 01 Jan 2100 00:00:00 GMT\r\n", "If-None-Match: \"x\"\r\n"}) {
    RunningServer server;  // A new one, to which nothing is known.
    server.music.write("a.mp3", make_mp3(2));
    server.start();
    HttpClient client(server.port());
    const std::string url = "/api/library/tracks/" + server.id_of("a.mp3") + "/artwork";
    EXPECT_EQ(client.get(url, condition)->status, 404) << condition;
    EXPECT_EQ(client.get(url, condition)->status, 404) << condition;
  }
}

TEST(CoverTest, ManyWhoWaitForACoverShareOneLook) {
  const std::string file = mp3_with(large_jpeg(kLargeSize), true);
  RunningServer server;
  server.music.write("a.mp3", file);
  server.start();
  const std::string request = "HEAD /api/library/tracks/" + server.id_of("a.mp3") +
                              "/artwork HTTP/1.1\r\nHost: localhost\r\n\r\n";
  std::vector<HttpClient> clients;
  for (int i = 0; i < 6; ++i) clients.emplace_back(server.port());
  const std::uint64_t before = bytes_read_by_process();
  for (HttpClient& client : clients) ASSERT_TRUE(client.send(request));
  for (HttpClient& client : clients) {
    const auto response = client.read_response(true);
    ASSERT_TRUE(response);
    EXPECT_EQ(response->header("content-length"), std::to_string(kLargeSize));
  }
  const std::uint64_t read = bytes_read_by_process() - before;
  EXPECT_GT(read, file.size()) << "a look reads all of such a tag";
  EXPECT_LT(read, file.size() * 3);  // A look reads it twice: for the frame's end, for its size.
}

// The look never begins here. The client's place becomes free at the deadline all the same.
TEST(CoverTest, WhoWaitsForALookIsLetGoAtTheDeadline) {
  RunningServer server;
  server.music.write("a.mp3", make_mp3(2, {}, make_png()));
  ServerLimits limits;
  limits.artwork_search_count = 0;
  limits.send_deadline = std::chrono::milliseconds(200);
  limits.connection_count_max = 1;
  server.start(limits);
  for (int turn = 0; turn < 3; ++turn) {
    std::optional<HttpClient> client;
    int status = 503;
    for (int i = 0; i < 100 && status == 503; ++i) {  // The place is given back a moment later.
      client.emplace(server.port());
      const auto health = client->get("/api/health");
      status = health ? health->status : 503;
    }
    ASSERT_EQ(status, 200) << turn;
    client->send("GET /api/library/tracks/" + server.id_of("a.mp3") +
                 "/artwork HTTP/1.1\r\nHost: localhost\r\n\r\n");
    EXPECT_FALSE(client->closes_within(std::chrono::milliseconds(50)));
    EXPECT_TRUE(client->closes_within(std::chrono::seconds(4)));
  }
}

// More requests than there are threads that look; all are answered, and the server ends while some
// still wait.
TEST(CoverTest, ManyRequestsWaitForTheirTurnAndNothingHangs) {
  const std::string picture = large_jpeg(2'000'000);
  auto server = std::make_unique<RunningServer>();
  std::vector<std::string> urls;
  for (int i = 0; i < 24; ++i) {
    server->music.write(std::to_string(i) + ".mp3", mp3_with(picture, true));
  }
  server->start();
  for (int i = 0; i < 24; ++i) {
    urls.push_back("/api/library/tracks/" + server->id_of(std::to_string(i) + ".mp3") + "/artwork");
  }
  std::vector<HttpClient> clients;
  for (const std::string& url : urls) {
    clients.emplace_back(server->port());
    ASSERT_TRUE(clients.back().send("GET " + url + " HTTP/1.1\r\nHost: localhost\r\n\r\n"));
  }
  HttpClient other(server->port());
  EXPECT_EQ(other.get("/api/health")->status, 200);
  for (std::size_t i = 0; i < clients.size() / 2; ++i) {
    const auto response = clients[i].read_response();
    ASSERT_TRUE(response) << i;
    EXPECT_TRUE(response->body == picture);
  }
  server.reset();
}

// The most memory that the process has held since forget_peak(), in KiB.
long peak_kib(pid_t pid) {
  std::ifstream status("/proc/" + std::to_string(pid) + "/status");
  for (std::string line; std::getline(status, line);) {
    if (line.starts_with("VmHWM:")) return std::atol(line.c_str() + 6);
  }
  return -1;
}

void forget_peak(pid_t pid) {
  std::ofstream("/proc/" + std::to_string(pid) + "/clear_refs") << "5";
}

// Six clients that asked for 60 MiB and read nothing once held six copies, and kept all others
// waiting until these were read.
class SlowReadersTest : public ::testing::TestWithParam<bool> {};

TEST_P(SlowReadersTest, HoldNoCopiesAndStallNobody) {
  TempFolder music;
  TempFolder web;
  TempFolder output;
  music.write("large.mp3", mp3_with(large_jpeg(kLargeSize), GetParam()));
  Program program(output, {"--music", music.path(), "--web", web.path(), "--port", "0"});
  const std::uint16_t port = program.port();
  ASSERT_NE(port, 0);
  HttpClient other(port);
  const std::string list = other.get("/api/library/tracks")->body;
  const std::string id = list.substr(list.find("\"id\":\"") + 6, 16);
  forget_peak(program.pid());
  const long before_kib = peak_kib(program.pid());
  ASSERT_GT(before_kib, 0);

  std::vector<HttpClient> slow;
  for (int i = 0; i < 12; ++i) {
    slow.emplace_back(port, 4096);
    slow.back().send("GET /api/library/tracks/" + id +
                     "/artwork HTTP/1.1\r\nHost: localhost\r\n\r\n");
  }
  for (HttpClient& client : slow) {
    const std::string start = client.receive(100);  // So the cover was found and is being sent.
    EXPECT_TRUE(start.starts_with("HTTP/1.1 200")) << start;
    EXPECT_EQ(other.get("/api/health")->status, 200);
  }
  EXPECT_LT(peak_kib(program.pid()) - before_kib, kHeldMaxKib);
}

INSTANTIATE_TEST_SUITE_P(, SlowReadersTest, ::testing::Bool(), [](const auto& parameter) {
  return parameter.param ? "OfUnsynchronisedCovers" : "OfPlainCovers";
});

}  // namespace
}  // namespace server
