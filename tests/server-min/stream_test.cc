// Ranges and conditions over real sockets: what RFC 9110 sections 13 and 14 promise a client.

#include <gtest/gtest.h>

#include "server-min/http_date.h"
#include "tests/server-min/support/audio_files.h"
#include "tests/server-min/support/server_fixture.h"

namespace server {
namespace {

constexpr std::size_t kSize = 100'000;
constexpr std::int64_t kModified = 1'700'000'000;

// A "track" whose every position can be told from its bytes: 251 is prime.
std::string numbered_bytes() {
  std::string bytes(kSize, '\0');
  for (std::size_t i = 0; i < kSize; ++i) bytes[i] = static_cast<char>((i * 7 + i / 251) % 251);
  return bytes;
}

class StreamTest : public ::testing::Test {
 protected:
  StreamTest() : bytes_(numbered_bytes()) {
    server_.music.write("track.mp3", bytes_);
    server_.music.write("empty.flac", "");
    server_.music.set_modified("track.mp3", kModified);
    server_.start();
    url_ = server_.stream_url("track.mp3");
  }

  HttpResponse get(const std::string& header_lines) {
    HttpClient client(server_.port());
    const auto response = client.get(url_, header_lines);
    EXPECT_TRUE(response) << header_lines;
    return response.value_or(HttpResponse{});
  }
  std::string etag() { return get("").header("etag"); }

  void expect_whole(const HttpResponse& response) {
    EXPECT_EQ(response.status, 200);
    EXPECT_EQ(response.body.size(), kSize);
    EXPECT_TRUE(response.body == bytes_);
    EXPECT_FALSE(response.has("content-range"));
  }
  void expect_part(const HttpResponse& response, std::size_t begin, std::size_t end) {
    EXPECT_EQ(response.status, 206);
    EXPECT_TRUE(response.body == bytes_.substr(begin, end - begin));
    EXPECT_EQ(response.header("content-length"), std::to_string(end - begin));
    EXPECT_EQ(response.header("content-range"), "bytes " + std::to_string(begin) + "-" +
                                                    std::to_string(end - 1) + "/" +
                                                    std::to_string(kSize));
  }
  void expect_unsatisfiable(const HttpResponse& response) {
    EXPECT_EQ(response.status, 416);
    EXPECT_EQ(response.header("content-range"), "bytes */" + std::to_string(kSize));
    EXPECT_NE(response.body.find("range_not_satisfiable"), std::string::npos);
  }

  std::string bytes_;
  RunningServer server_;
  std::string url_;
};

TEST_F(StreamTest, EveryRangeFormGetsWhatTheStandardSays) {
  struct Satisfiable {
    const char* value;
    std::size_t begin;
    std::size_t end;
  };
  for (const Satisfiable& form : {Satisfiable{"bytes=0-0", 0, 1},
                                  {"bytes=0-65535", 0, 65536},
                                  {"bytes=500-999", 500, 1000},
                                  {"bytes=99999-99999", 99999, kSize},
                                  {"bytes=0-", 0, kSize},
                                  {"bytes=99999-", 99999, kSize},
                                  {"bytes=-1", 99999, kSize},
                                  {"bytes=-100000", 0, kSize},
                                  {"bytes=-200000", 0, kSize},
                                  {"bytes=99000-99999999", 99000, kSize},
                                  {"bytes=5-18446744073709551616", 5, kSize},
                                  {"BYTES=5-9", 5, 10},
                                  {"bytes=0-1,999999-", 0, 2},
                                  {"bytes=0005-0009", 5, 10}}) {
    SCOPED_TRACE(form.value);
    expect_part(get(std::string("Range: ") + form.value + "\r\n"), form.begin, form.end);
  }
  for (const char* value :
       {"bytes=100000-", "bytes=100000-100001", "bytes=200000-300000", "bytes=-0",
        "bytes=9223372036854775807-", "bytes=99999999999999999999999-"}) {
    SCOPED_TRACE(value);
    expect_unsatisfiable(get(std::string("Range: ") + value + "\r\n"));
  }
  for (const char* value : {"bytes=0-5,5-6", "bytes=9-5", "bytes=abc", "bytes=", "bytes=-",
                            "items=0-5", "bytes=0-1-2", "0-5"}) {
    SCOPED_TRACE(value);
    expect_whole(get(std::string("Range: ") + value + "\r\n"));
  }
  expect_whole(get("Range: bytes=0-1\r\nRange: bytes=5-6\r\n"));
}

// The answer is put together here as RFC 9110 section 14.6 shows it, and compared byte by byte.
TEST_F(StreamTest, SeveralRangesComeAsOneMultipart) {
  const RangeList ranges = {{50'000, 60'000}, {0, 1}, {99'000, kSize}, {1, 2}};
  const HttpResponse response = get("Range: bytes=50000-59999, 0-0, -1000, 1-1\r\n");
  EXPECT_EQ(response.status, 206);
  EXPECT_EQ(response.header("etag"), etag());
  EXPECT_FALSE(response.has("content-range"));
  const std::string type = response.header("content-type");
  const std::string prefix = "multipart/byteranges; boundary=";
  ASSERT_TRUE(type.starts_with(prefix)) << type;
  const std::string boundary = type.substr(prefix.size());
  EXPECT_GE(boundary.size(), 16U);
  EXPECT_LE(boundary.size(), 70U);
  std::string expected;
  for (const ByteRange& range : ranges) {
    if (!expected.empty()) expected += "\r\n";
    expected += "--" + boundary +
                "\r\nContent-Type: audio/mpeg\r\nContent-Range: " + content_range(range, kSize) +
                "\r\n\r\n" + bytes_.substr(range.begin, range.size_bytes());
  }
  expected += "\r\n--" + boundary + "--\r\n";
  EXPECT_TRUE(response.body == expected);
  EXPECT_EQ(response.header("content-length"), std::to_string(expected.size()));
}

TEST_F(StreamTest, BoundariesDifferFromAnswerToAnswer) {
  const std::string range = "Range: bytes=0-1,5-6\r\n";
  EXPECT_NE(get(range).header("content-type"), get(range).header("content-type"));
}

TEST_F(StreamTest, SeveralRangesOfAnOldVersionGiveTheWholeFile) {
  const std::string range = "Range: bytes=0-1,5-6\r\n";
  EXPECT_EQ(get(range + "If-Range: " + etag() + "\r\n").status, 206);
  expect_whole(get(range + "If-Range: \"stale\"\r\n"));
  expect_unsatisfiable(get("Range: bytes=200000-,300000-\r\n"));
}

TEST_F(StreamTest, TheConnectionIsOfUseAfterAMultipart) {
  HttpClient client(server_.port());
  ASSERT_TRUE(client.get(url_, "Range: bytes=0-49999,50001-99999\r\n"));
  expect_part(client.get(url_, "Range: bytes=7-8\r\n").value_or(HttpResponse{}), 7, 9);
  const auto head = client.request("HEAD", url_, "Range: bytes=0-1,5-6\r\n");
  ASSERT_TRUE(head);
  EXPECT_EQ(head->status, 200);
  EXPECT_EQ(head->header("content-length"), std::to_string(kSize));
}

TEST_F(StreamTest, WholeFileHasValidatorsTypeAndNoEncoding) {
  const HttpResponse response = get("Accept-Encoding: br, gzip\r\n");
  expect_whole(response);
  EXPECT_EQ(response.header("content-type"), "audio/mpeg");
  EXPECT_EQ(response.header("accept-ranges"), "bytes");
  EXPECT_EQ(response.header("last-modified"), format_http_date(kModified));
  EXPECT_TRUE(response.header("etag").starts_with('"'));
  EXPECT_NE(response.header("cache-control").find("no-cache"), std::string::npos);
  EXPECT_FALSE(response.has("content-encoding"));
  EXPECT_TRUE(parse_http_date(response.header("date"), kModified));
}

TEST_F(StreamTest, HeadTellsTheSizeAndIgnoresRanges) {
  HttpClient client(server_.port());
  for (const char* header : {"", "Range: bytes=0-9\r\n", "Range: bytes=999999-\r\n"}) {
    const auto response = client.request("HEAD", url_, header);
    ASSERT_TRUE(response);
    EXPECT_EQ(response->status, 200);
    EXPECT_EQ(response->header("content-length"), std::to_string(kSize));
    EXPECT_EQ(response->header("etag"), etag());
  }
  // No stray body byte may stand before the next answer on the same connection.
  const auto next = client.get(url_, "Range: bytes=7-8\r\n");
  ASSERT_TRUE(next);
  expect_part(*next, 7, 9);
}

TEST_F(StreamTest, IfRangeHonoursExactlyThisVersion) {
  const std::string range = "Range: bytes=10-19\r\n";
  expect_part(get(range + "If-Range: " + etag() + "\r\n"), 10, 20);
  expect_part(get(range + "If-Range: " + format_http_date(kModified) + "\r\n"), 10, 20);
  expect_whole(get(range + "If-Range: W/" + etag() + "\r\n"));
  expect_whole(get(range + "If-Range: \"stale\"\r\n"));
  expect_whole(get(range + "If-Range: " + format_http_date(kModified - 1) + "\r\n"));
  expect_whole(get(range + "If-Range: " + format_http_date(kModified + 1) + "\r\n"));
  expect_whole(get("Range: bytes=999999-\r\nIf-Range: \"stale\"\r\n"));
}

TEST_F(StreamTest, ARewrittenFileIsAnotherVersion) {
  const std::string before = etag();
  server_.music.write("track.mp3", std::string(kSize, 'x'));
  server_.music.set_modified("track.mp3", kModified + 1);
  const HttpResponse response = get("Range: bytes=10-19\r\nIf-Range: " + before + "\r\n");
  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(response.body, std::string(kSize, 'x'));
  EXPECT_NE(response.header("etag"), before);
}

// As a tagger does that writes into the padding and keeps the time.
TEST_F(StreamTest, AnEditThatKeepsSizeAndTimeIsAnotherVersion) {
  const std::string before = etag();
  TempFolder::wait_for_tick();
  {
    std::fstream file(server_.music.path_of("track.mp3"),
                      std::ios::in | std::ios::out | std::ios::binary);
    file.put('x');
  }
  server_.music.set_modified("track.mp3", kModified);
  const HttpResponse response = get("If-None-Match: " + before + "\r\n");
  EXPECT_EQ(response.status, 200);
  EXPECT_NE(response.header("etag"), before);
  EXPECT_EQ(response.header("last-modified"), format_http_date(kModified));
  EXPECT_TRUE(response.body.starts_with('x'));
}

TEST_F(StreamTest, IfNoneMatchAndIfModifiedSinceSpareTheBody) {
  const std::string tag = etag();
  for (const std::string& header :
       {"If-None-Match: " + tag, "If-None-Match: W/" + tag, std::string("If-None-Match: *"),
        "If-None-Match: \"x\", \"y,z\", " + tag, "If-None-Match: \"x\"\r\nIf-None-Match: " + tag,
        "If-Modified-Since: " + format_http_date(kModified),
        "If-Modified-Since: " + format_http_date(kModified + 5),
        "If-None-Match: " + tag + "\r\nRange: bytes=0-1"}) {
    SCOPED_TRACE(header);
    const HttpResponse response = get(header + "\r\n");
    EXPECT_EQ(response.status, 304);
    EXPECT_EQ(response.header("etag"), tag);
    EXPECT_FALSE(response.has("content-length"));
  }
  for (const std::string& header :
       {std::string("If-None-Match: \"x\""),
        "If-Modified-Since: " + format_http_date(kModified - 1),
        "If-None-Match: \"x\"\r\nIf-Modified-Since: " + format_http_date(kModified)}) {
    SCOPED_TRACE(header);
    expect_whole(get(header + "\r\n"));
  }
}

TEST_F(StreamTest, IfMatchFailsForAnotherVersion) {
  EXPECT_EQ(get("If-Match: \"x\"\r\n").status, 412);
  EXPECT_EQ(get("If-Match: " + etag() + "\r\n").status, 200);
  EXPECT_EQ(get("If-Unmodified-Since: " + format_http_date(kModified - 1) + "\r\n").status, 412);
}

TEST_F(StreamTest, AnEmptyFileIsServedAndHasNoRange) {
  HttpClient client(server_.port());
  const auto whole = client.get(server_.stream_url("empty.flac"));
  ASSERT_TRUE(whole);
  EXPECT_EQ(whole->status, 200);
  EXPECT_EQ(whole->header("content-length"), "0");
  EXPECT_EQ(whole->header("content-type"), "audio/flac");
  const auto part = client.get(server_.stream_url("empty.flac"), "Range: bytes=0-\r\n");
  ASSERT_TRUE(part);
  EXPECT_EQ(part->status, 416);
  EXPECT_EQ(part->header("content-range"), "bytes */0");
}

TEST_F(StreamTest, AFileThatVanishedIsNotFound) {
  std::filesystem::remove(server_.music.path_of("track.mp3"));
  const HttpResponse response = get("");
  EXPECT_EQ(response.status, 404);
  EXPECT_NE(response.body.find("file_gone"), std::string::npos);
}

TEST_F(StreamTest, AFileReplacedByALinkOutsideIsNotRead) {
  TempFolder outside;
  outside.write("secret", "secret");
  std::filesystem::remove(server_.music.path_of("track.mp3"));
  server_.music.link("track.mp3", outside.path() + "/secret");
  const HttpResponse response = get("");
  EXPECT_EQ(response.status, 404);
  EXPECT_EQ(response.body.find("secret"), std::string::npos);
}

TEST_F(StreamTest, PipelinedRequestsAreAnsweredInOrder) {
  HttpClient client(server_.port());
  std::string text;
  for (const char* range : {"0-9", "100-199", "50-"}) {
    text += "GET " + url_ + " HTTP/1.1\r\nHost: localhost\r\nRange: bytes=" + range + "\r\n\r\n";
  }
  ASSERT_TRUE(client.send(text));
  expect_part(client.read_response().value_or(HttpResponse{}), 0, 10);
  expect_part(client.read_response().value_or(HttpResponse{}), 100, 200);
  expect_part(client.read_response().value_or(HttpResponse{}), 50, kSize);
}

}  // namespace
}  // namespace server
