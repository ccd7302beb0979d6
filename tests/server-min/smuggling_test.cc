// Request smuggling and foreign names, over real sockets: what stands in a body, or in a line that
// two readers may read differently, must never be answered as a request.

#include <algorithm>

#include <gtest/gtest.h>

#include "tests/server-min/support/audio_files.h"
#include "tests/server-min/support/server_fixture.h"

namespace server {
namespace {

// Stands where a body would; when it is answered as a request of its own, the body was overlooked.
constexpr std::string_view kHidden = "GET /api/health HTTP/1.1\r\nHost: localhost\r\n\r\n";

class SmugglingTest : public ::testing::Test {
 protected:
  SmugglingTest() {
    server_.music.write("a.flac", make_flac(1.0));
    server_.web.write("index.html", "page");
    server_.start();
  }

  // Everything that comes until the server closes the connection, or five seconds pass.
  std::string answers_to(std::string_view bytes) {
    HttpClient client(server_.port());
    client.send(bytes);
    std::string all;
    for (std::string more = "x"; !more.empty(); all += more) more = client.receive(65536);
    EXPECT_TRUE(client.closes_within(std::chrono::milliseconds(0))) << "silent, but not closed";
    return all;
  }

  // One answer with one of `statuses`, then the end.
  void expect_refused(std::string_view head, std::initializer_list<int> statuses) {
    SCOPED_TRACE(head);
    const std::string all = answers_to(std::string(head).append(kHidden));
    EXPECT_EQ(all.find("\"tracks\""), std::string::npos) << "the body was answered: " << all;
    ASSERT_TRUE(all.starts_with("HTTP/1.1 ")) << all;
    const int status = std::atoi(all.c_str() + 9);
    EXPECT_NE(std::find(statuses.begin(), statuses.end(), status), statuses.end()) << status;
    EXPECT_EQ(all.find("\r\nDate: "), all.rfind("\r\nDate: ")) << "more than one answer: " << all;
    EXPECT_NE(all.find("Connection: close\r\n"), std::string::npos);
  }

  static std::string head(std::string_view method, std::string_view version,
                          std::string_view lines) {
    return std::string(method)
        .append(" /api/version HTTP/")
        .append(version)
        .append("\r\nHost: localhost\r\n")
        .append(lines)
        .append("\r\n");
  }

  RunningServer server_;
};

TEST_F(SmugglingTest, TransferCodingsNeverHideARequest) {
  for (const char* method : {"GET", "POST"}) {
    for (const char* value :
         {"xchunked", "identity", "gzip", "chunked, chunked", "", " ", "chunked, gzip", ",",
          "chunked;a=b", "\"chunked\"", "chunked\r\nTransfer-Encoding: chunked",
          "chunked\r\nTransfer-Encoding: identity", "identity\r\nTransfer-Encoding: gzip"}) {
      const std::string line = std::string("Transfer-Encoding: ") + value + "\r\n";
      expect_refused(head(method, "1.1", line), {400});
    }
    for (const char* value : {"gzip, chunked", "xchunked\r\nTransfer-Encoding: chunked"}) {
      const std::string line = std::string("Transfer-Encoding: ") + value + "\r\n";
      expect_refused(head(method, "1.1", line), {501});
    }
    expect_refused(head(method, "1.1", "Transfer-Encoding: chunked\r\n"), {405, 413});
  }
}

TEST_F(SmugglingTest, TwoLengthsAreNone) {
  for (const char* method : {"GET", "HEAD", "POST"}) {
    for (const char* lines :
         {"Transfer-Encoding: chunked\r\nContent-Length: 5\r\n",
          "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n",
          "Transfer-Encoding: xchunked\r\nContent-Length: 0\r\n",
          "Content-Length: 0\r\nTransfer-Encoding: identity\r\n",
          "Content-Length: 0\r\nContent-Length: 5\r\n",
          "Content-Length: 0\r\nContent-Length: 0\r\n", "Content-Length: 0, 0\r\n",
          "Content-Length: 5, 5\r\n", "Content-Length: +0\r\n", "Content-Length: -0\r\n",
          "Content-Length: 0 0\r\n", "Content-Length: 0x0\r\n", "Content-Length:\r\n",
          "Content-Length: 18446744073709551616\r\n"}) {
      expect_refused(head(method, "1.1", lines), {400});
    }
  }
}

TEST_F(SmugglingTest, BodiesEndTheConnectionUnread) {
  const std::string length = "Content-Length: " + std::to_string(kHidden.size()) + "\r\n";
  for (const std::string& line : {length, std::string("Content-Length: 99999999999\r\n")}) {
    expect_refused(head("GET", "1.1", line), {413});
    expect_refused(head("HEAD", "1.1", line), {413});
    expect_refused(head("POST", "1.1", line), {405});
  }
}

TEST_F(SmugglingTest, OldVersionsHaveNoTransferCodings) {
  for (const char* value : {"chunked", "xchunked", "identity"}) {
    const std::string lines =
        std::string("Connection: keep-alive\r\nTransfer-Encoding: ") + value + "\r\n";
    expect_refused(head("GET", "1.0", lines), {400});
    expect_refused(head("POST", "1.0", lines), {400});
  }
}

TEST_F(SmugglingTest, LinesThatTwoReadersReadDifferentlyAreRefused) {
  for (const std::string& lines :
       {std::string("X: a\r\n b\r\n"), std::string("X: a\r\n\tb\r\n"), std::string("X: a\r\n \r\n"),
        std::string("X:\r\n a\r\n"), std::string("Transfer-Encoding:\r\n chunked\r\n"),
        std::string("Content-Length : 5\r\n"), std::string("Transfer-Encoding : chunked\r\n"),
        std::string("Transfer-Encoding\t: chunked\r\n"), std::string("X: a\nY: b\r\n"),
        std::string("X: a\rY: b\r\n"), std::string("X: a\0b\r\n", 8), std::string("X: \x7F\r\n"),
        std::string("X\r\n"), std::string(": a\r\n"), std::string("X: a\r\r\n"), std::string("\r"),
        std::string("X\0: a\r\n", 7)}) {
    expect_refused(head("GET", "1.1", lines), {400});
  }
  for (const char* start :
       {"GET /api/version HTTP/1.1\nHost: localhost\n\n", "GET /api/version HTTP/1.1 \r\n",
        "GET /api/version  HTTP/1.1\r\n", "GET  /api/version HTTP/1.1\r\n",
        "GET\t/api/version HTTP/1.1\r\n", "GET /api/version\r\n", " GET /api/version HTTP/1.1\r\n",
        "GET /api/version HTTP/1.1\r\n Host: localhost\r\n", "GET /a\rb HTTP/1.1\r\n"}) {
    expect_refused(std::string(start) + "Host: localhost\r\n\r\n", {400});
  }
  // At once, though no line that CR LF ends is ever complete.
  for (const char* text : {"GET /api/version HTTP/1.1\n", "GET /api/version HTTP/1.1\nHost: a\n\n",
                           "GET /api/version HTTP/1.1\r\nHost: localhost\n",
                           "GET /api/version HTTP/1.1\r\nHost: localhost\r\n\n", "\n"}) {
    SCOPED_TRACE(text);
    const std::string all = answers_to(text);
    EXPECT_TRUE(all.starts_with("HTTP/1.1 400 ")) << all;
  }
}

TEST_F(SmugglingTest, EmptyLinesBeforeARequestAreNone) {
  HttpClient client(server_.port());
  for (const char* front : {"\r\n", "\r\n\r\n", ""}) {
    client.send(std::string(front) + head("GET", "1.1", ""));
    const auto response = client.read_response();
    ASSERT_TRUE(response) << front;
    EXPECT_EQ(response->status, 200);
  }
  std::string many;
  for (int i = 0; i < 100; ++i) many += "\r\n";
  expect_refused(many, {400});
}

TEST_F(SmugglingTest, VersionsAreThoseThatAreSpoken) {
  HttpClient client(server_.port());
  for (const char* version : {"1.2", "1.9", "1.1"}) {
    client.send(head("GET", version, ""));
    const auto response = client.read_response();
    ASSERT_TRUE(response) << version << ": the connection is of use";
    EXPECT_EQ(response->status, 200) << version;
    EXPECT_FALSE(response->has("connection")) << "persistent by itself";
  }
  for (const char* version : {"0.9", "2.0", "3.1"}) expect_refused(head("GET", version, ""), {505});
  for (const char* version : {"1", "1.10", "1.x", "11"}) {
    expect_refused(head("GET", version, ""), {400});
  }
  const std::string preface = answers_to("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");
  EXPECT_TRUE(preface.starts_with("HTTP/1.1 505 ")) << preface;
}

TEST_F(SmugglingTest, WhatIsTooLongIsNamed) {
  const std::string x(9000, 'x');
  expect_refused("GET /" + x + " HTTP/1.1\r\nHost: localhost\r\n\r\n", {414});
  expect_refused(head("GET", "1.1", "X: " + x + "\r\n"), {431});
  expect_refused(x + " / HTTP/1.1\r\nHost: localhost\r\n\r\n", {501});
  HttpClient client(server_.port());
  EXPECT_EQ(client.get("/api/version?" + x.substr(0, 7900))->status, 200);
}

TEST_F(SmugglingTest, FieldsAreCounted) {
  std::string few;
  for (int i = 0; i < 90; ++i) few += "a:b\r\n";
  HttpClient client(server_.port());
  EXPECT_EQ(client.get("/api/version", few)->status, 200);
  expect_refused(head("GET", "1.1", few + few), {431});
}

TEST_F(SmugglingTest, InvalidHostsAreRefused) {
  for (const char* host :
       {"Host: a b", "Host: a/b@c", "Host:", "Host: ", "Host: localhost@evil.example",
        "Host: localhost:80:80", "Host: localhost:x", "Host: localhost:65536", "Host: ::1",
        "Host: [::1", "Host: [evil]", "Host: localhost\\evil", "Host: localhost#",
        "Host: localhost\r\nHost: localhost", "Host: localhost\r\nHost: evil.example", "X: y"}) {
    expect_refused(std::string("GET / HTTP/1.1\r\n") + host + "\r\n\r\n", {400});
  }
  for (const char* target : {"http://a b/", "http:///", "http://a@localhost/",
                             "http://localhost:x/", "http://", "http://?a", "https://[::1/"}) {
    expect_refused(std::string("GET ") + target + " HTTP/1.1\r\nHost: localhost\r\n\r\n", {400});
  }
  expect_refused("GET http://localhost/ HTTP/1.1\r\n\r\n", {400});
}

// A page of evil.example whose name was made to point here is the same origin as what we answer.
TEST_F(SmugglingTest, OtherNamesReadNothing) {
  const std::string list = "/api/library/tracks";
  const std::string end = " HTTP/1.1\r\nHost: evil.example\r\n\r\n";
  for (const std::string& request :
       {"GET " + list + end, "GET " + list + " HTTP/1.1\r\nHost: evil.example:80\r\n\r\n",
        "GET " + list + " HTTP/1.1\r\nHost: localhost.evil.example\r\n\r\n",
        "GET " + list + " HTTP/1.1\r\nHost: 127.0.0.1.evil.example\r\n\r\n",
        "GET " + list + " HTTP/1.0\r\nHost: evil.example\r\nConnection: keep-alive\r\n\r\n",
        "GET http://evil.example" + list + " HTTP/1.1\r\nHost: localhost\r\n\r\n", "GET /" + end,
        "POST /" + end, "GET " + server_.stream_url("a.flac") + end}) {
    SCOPED_TRACE(request);
    HttpClient client(server_.port());
    ASSERT_TRUE(client.send(request));
    const auto response = client.read_response();
    ASSERT_TRUE(response);
    EXPECT_EQ(response->status, 421);
    EXPECT_NE(response->body.find("--public-name"), std::string::npos) << response->body;
    EXPECT_EQ(response->body.find("stream_url"), std::string::npos);
    EXPECT_FALSE(response->has("etag"));
    EXPECT_EQ(client.get("/api/health")->status, 200) << "the connection is of use";
  }
}

TEST_F(SmugglingTest, AddressesAndLocalNamesAreAnswered) {
  for (const char* request :
       {"GET / HTTP/1.1\r\nHost: localhost:8080\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a.localhost\r\n\r\n", "GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: 192.168.0.7:80\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: [::1]:8080\r\n\r\n",
        "GET http://localhost HTTP/1.1\r\nHost: a\r\n\r\n",
        "GET http://127.0.0.1/?a=b HTTP/1.1\r\nHost: a\r\n\r\n", "GET / HTTP/1.0\r\n\r\n"}) {
    SCOPED_TRACE(request);
    HttpClient client(server_.port());
    ASSERT_TRUE(client.send(request));
    const auto response = client.read_response();
    ASSERT_TRUE(response);
    EXPECT_EQ(response->status, 200);
    EXPECT_EQ(response->body, "page");
  }
}

}  // namespace
}  // namespace server
