#include "server-min/request_reader.h"

#include <algorithm>
#include <random>

#include <gtest/gtest.h>

namespace server {
namespace {

constexpr std::size_t kHeadSizeMax = 8192;

// Feeds `bytes` in pieces of `piece_size` and gives the first thing that is not NeedBytes.
ReadStep feed(RequestReader& reader, std::string_view bytes, std::size_t piece_size) {
  while (!bytes.empty()) {
    const std::span<char> room = reader.prepare();
    const std::size_t count = std::min({piece_size, room.size(), bytes.size()});
    std::copy_n(bytes.begin(), count, room.begin());
    reader.commit(count);
    bytes.remove_prefix(count);
    ReadStep step = reader.next();
    if (!std::holds_alternative<NeedBytes>(step)) return step;
  }
  return NeedBytes{};
}

ReadStep feed_all(std::string_view bytes) {
  RequestReader reader(kHeadSizeMax);
  return feed(reader, bytes, bytes.size());
}

int refused_status(std::string_view bytes) {
  const ReadStep step = feed_all(bytes);
  const auto* refused = std::get_if<RefusedRequest>(&step);
  return refused == nullptr ? 0 : refused->reply.status;
}

TEST(RequestReaderTest, SameRequestWhateverThePieces) {
  const std::string text =
      "GET /a?b=c HTTP/1.1\r\nHost: localhost\r\nRange: bytes=1-2\r\nIf-None-Match: \"a\"\r\n"
      "if-none-match: \"b\"\r\nIf-Range: \"r\"\r\nAccept-Encoding: br\r\n"
      "If-Modified-Since: Sun, 06 Nov 1994 08:49:37 GMT\r\n\r\n";
  for (const std::size_t piece : {1U, 7U, 17U, 4096U}) {
    SCOPED_TRACE(piece);
    RequestReader reader(kHeadSizeMax);
    const ReadStep step = feed(reader, text, piece);
    const auto* received = std::get_if<ReceivedRequest>(&step);
    ASSERT_NE(received, nullptr);
    EXPECT_EQ(received->request.method, Method::kGet);
    EXPECT_EQ(received->request.target, "/a?b=c");
    EXPECT_EQ(received->request.range, "bytes=1-2");
    EXPECT_EQ(received->request.conditions.if_none_match, "\"a\", \"b\"");
    EXPECT_EQ(received->request.conditions.if_range, "\"r\"");
    EXPECT_EQ(received->request.accept_encoding, "br");
    EXPECT_EQ(received->request.conditions.if_modified_since, "Sun, 06 Nov 1994 08:49:37 GMT");
    EXPECT_TRUE(received->keep_alive);
    EXPECT_TRUE(reader.idle());
  }
}

TEST(RequestReaderTest, TruncatedAnywhereAsksForMore) {
  const std::string text = "HEAD / HTTP/1.1\r\nHost: localhost\r\nRange: bytes=0-\r\n\r\n";
  for (std::size_t size = 0; size < text.size(); ++size) {
    SCOPED_TRACE(size);
    const ReadStep step = feed_all(std::string_view(text).substr(0, size));
    EXPECT_TRUE(std::holds_alternative<NeedBytes>(step));
  }
}

TEST(RequestReaderTest, KeepsTheNextRequestOfAPipeline) {
  RequestReader reader(kHeadSizeMax);
  const std::string one = "GET /1 HTTP/1.1\r\nHost: localhost\r\n\r\n";
  const std::string two = "GET /2 HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
  const std::string both = one + two;
  const ReadStep first = feed(reader, both, both.size());
  EXPECT_EQ(std::get<ReceivedRequest>(first).request.target, "/1");
  EXPECT_FALSE(reader.idle());
  const ReadStep second = reader.next();
  EXPECT_EQ(std::get<ReceivedRequest>(second).request.target, "/2");
  EXPECT_FALSE(std::get<ReceivedRequest>(second).keep_alive);
  EXPECT_TRUE(std::holds_alternative<NeedBytes>(reader.next()));
}

TEST(RequestReaderTest, TwoRangeFieldsCountAsNone) {
  const ReadStep step =
      feed_all("GET / HTTP/1.1\r\nHost: localhost\r\nRange: bytes=0-1\r\nRange: bytes=5-6\r\n\r\n");
  EXPECT_FALSE(std::get<ReceivedRequest>(step).request.range);
}

TEST(RequestReaderTest, RefusesWhatItMust) {
  EXPECT_EQ(refused_status("nonsense\r\n\r\n"), 400);
  EXPECT_EQ(refused_status("GET / HTTP/1.1\r\n\r\n"), 400) << "no Host";
  EXPECT_EQ(refused_status("GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n"), 400);
  EXPECT_EQ(refused_status("GET / HTTP/1.1\r\nHost: a b\r\n\r\n"), 400);
  EXPECT_EQ(refused_status("GET http://a@b/ HTTP/1.1\r\nHost: a\r\n\r\n"), 400);
  EXPECT_EQ(refused_status("GET / HTTP/1.1\r\nHost: a\r\nX: a\r\n b\r\n\r\n"), 400);
  EXPECT_EQ(refused_status("GET / HTTP/1.1\r\nHost: a\r\nBad Name: b\r\n\r\n"), 400);
  EXPECT_EQ(refused_status("GET / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\n\r\n"), 413);
  EXPECT_EQ(
      refused_status("GET / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 99999999999\r\n\r\n"),
      413);
  EXPECT_EQ(
      refused_status("GET / HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n"),
      413);
  EXPECT_EQ(refused_status("GET / HTTP/1.1\r\nHost: localhost\r\nContent-Length: x\r\n\r\n"), 400);
  for (const char* version : {"0.9", "2.0", "3.0", "9.9"}) {
    EXPECT_EQ(refused_status(std::string("GET / HTTP/") + version + "\r\nHost: a\r\n\r\n"), 505);
  }
  for (const char* version : {"HTTP/11", "HTTP/1.x", "HTTP/x.1", "HTTP/10.1", "http/1.1", "H"}) {
    EXPECT_EQ(refused_status(std::string("GET / ") + version + "\r\nHost: a\r\n\r\n"), 400);
  }
  EXPECT_EQ(refused_status("GET / HTTP/1.1\r\nHost: localhost\r\nX: " + std::string(20000, 'x')),
            431);
  EXPECT_EQ(refused_status("GET /" + std::string(20000, 'x')), 414);
  EXPECT_EQ(refused_status(std::string(20000, 'X')), 501);
}

TEST(RequestReaderTest, SaysWhatOfAHeadIsTooLongWhateverThePieces) {
  const std::string x(5000, 'x');
  for (const std::size_t piece : {1U, 7U, 17U, 4096U}) {
    SCOPED_TRACE(piece);
    for (const auto& [text, status] :
         {std::pair<std::string, int>{"GET /" + x + " HTTP/1.1\r\nHost: a\r\nX: " + x, 414},
          {"GET /" + x + x, 414},
          {"GET / HTTP/1.1\r\nHost: a\r\nX: " + x + "\r\nY: " + x, 431},
          {"GET / HTTP/1.1\r\nHost: a\r\nX: " + x + x, 431},
          {x + x, 501}}) {
      RequestReader reader(kHeadSizeMax);
      const ReadStep step = feed(reader, text, piece);
      const auto* refused = std::get_if<RefusedRequest>(&step);
      ASSERT_NE(refused, nullptr) << status;
      EXPECT_EQ(refused->reply.status, status) << text.substr(0, 20);
    }
  }
  const ReadStep step = feed_all("GET /" + x + " HTTP/1.1\r\nHost: a\r\n\r\n");
  EXPECT_EQ(std::get<ReceivedRequest>(step).request.target, "/" + x) << "within the limit";
}

TEST(RequestReaderTest, EmptyLinesInFrontAreIgnoredUpToABound) {
  const std::string request = "GET /1 HTTP/1.1\r\nHost: a\r\n\r\n";
  for (const std::size_t piece : {1U, 7U, 17U, 4096U}) {
    SCOPED_TRACE(piece);
    RequestReader reader(kHeadSizeMax);
    for (int i = 0; i < 3; ++i) {
      const ReadStep step = feed(reader, "\r\n\r\n" + request, piece);
      ASSERT_TRUE(std::holds_alternative<ReceivedRequest>(step)) << i;
      EXPECT_EQ(std::get<ReceivedRequest>(step).request.target, "/1");
      EXPECT_TRUE(reader.idle());
    }
    EXPECT_TRUE(std::holds_alternative<NeedBytes>(feed(reader, "\r\n", piece)));
    EXPECT_TRUE(reader.idle()) << "no request has begun";
  }
  std::string many;
  for (int i = 0; i < 20; ++i) many += "\r\n";
  EXPECT_EQ(refused_status(many), 400);
  for (const char* front : {"\n", "\r", "\r\r\n", "\n\r\n", " \r\n"}) {
    EXPECT_EQ(refused_status(front + request), 400) << front;
  }
}

TEST(RequestReaderTest, HigherMinorVersionsAreTakenAsTheHighestThatIsKnown) {
  for (const char* version : {"1.2", "1.9"}) {
    const std::string text = std::string("GET / HTTP/") + version + "\r\nHost: a\r\n\r\n";
    for (const std::size_t piece : {1U, 7U, 17U, 4096U}) {
      RequestReader reader(kHeadSizeMax);
      const ReadStep step = feed(reader, text, piece);
      const auto* received = std::get_if<ReceivedRequest>(&step);
      ASSERT_NE(received, nullptr) << version << " in pieces of " << piece;
      EXPECT_TRUE(received->keep_alive);
      EXPECT_FALSE(received->http_1_0);
    }
  }
  EXPECT_EQ(refused_status("GET / HTTP/1.2\r\n\r\n"), 400) << "as in 1.1, Host is needed";
}

TEST(RequestReaderTest, TellsWhomARequestIsFor) {
  const auto host_of = [](const char* text) {
    const ReadStep step = feed_all(text);
    const auto* received = std::get_if<ReceivedRequest>(&step);
    return received && received->request.authority ? received->request.authority->host : "";
  };
  EXPECT_EQ(host_of("GET / HTTP/1.1\r\nHost: A.example:80\r\n\r\n"), "a.example");
  EXPECT_EQ(host_of("GET http://b/ HTTP/1.1\r\nHost: a\r\n\r\n"), "b");
  EXPECT_EQ(host_of("GET / HTTP/1.0\r\n\r\n"), "");
}

// Folds and fields are found wherever the pieces end.
TEST(RequestReaderTest, RefusesTheSameWhateverThePieces) {
  const std::string head = "GET / HTTP/1.1\r\nHost: h\r\n";
  std::string many;
  for (int i = 0; i < 120; ++i) many += "a:b\r\n";
  for (const std::size_t piece : {1U, 7U, 17U, 4096U}) {
    SCOPED_TRACE(piece);
    for (const auto& [lines, status] : {std::pair<std::string, int>{"X: a\r\n b\r\n\r\n", 400},
                                        {"X: a\r\n \r\n\r\n", 400},
                                        {"X: a\nY: b\n\n", 400},
                                        {"X: a\r\n\n", 400},
                                        {"Transfer-Encoding: xchunked\r\n\r\n", 400},
                                        {"Content-Length: 0\r\nContent-Length: 0\r\n\r\n", 400},
                                        {many + "\r\n", 431}}) {
      RequestReader reader(kHeadSizeMax);
      const ReadStep step = feed(reader, head + lines, piece);
      const auto* refused = std::get_if<RefusedRequest>(&step);
      ASSERT_NE(refused, nullptr) << lines;
      EXPECT_EQ(refused->reply.status, status) << lines;
    }
  }
}

TEST(RequestReaderTest, OldClientsNeedNoHostAndSayKeepAliveThemselves) {
  const ReadStep plain = feed_all("GET / HTTP/1.0\r\n\r\n");
  EXPECT_FALSE(std::get<ReceivedRequest>(plain).keep_alive);
  const ReadStep kept = feed_all("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
  EXPECT_TRUE(std::get<ReceivedRequest>(kept).keep_alive);
  EXPECT_TRUE(std::get<ReceivedRequest>(kept).http_1_0);
}

// Method: a valid request with a few bytes changed. Whatever it became, the reader ends with a
// request, a refusal or a wish for more, and never holds more than its limit.
TEST(RequestReaderTest, SurvivesDamagedRequests) {
  const std::string valid =
      "GET /api/library/tracks HTTP/1.1\r\nHost: localhost\r\nRange: bytes=0-1\r\nAccept: "
      "*/*\r\n\r\n";
  int received_count = 0;
  int refused_count = 0;
  for (unsigned seed = 0; seed < 5000; ++seed) {
    SCOPED_TRACE(seed);
    std::mt19937 random(seed);
    std::string text = valid;
    const unsigned changes = random() % 4;
    for (unsigned i = 0; i < changes; ++i) {
      text[random() % text.size()] = static_cast<char>(random() % 256);
    }
    RequestReader reader(kHeadSizeMax);
    const ReadStep step = feed(reader, text, 1 + random() % 64);
    received_count += std::holds_alternative<ReceivedRequest>(step) ? 1 : 0;
    refused_count += std::holds_alternative<RefusedRequest>(step) ? 1 : 0;
  }
  EXPECT_GT(received_count, 1000);
  EXPECT_GT(refused_count, 1000);
}

}  // namespace
}  // namespace server
