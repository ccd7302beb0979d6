// The API over real sockets.

#include "server-min/routes.h"

#include <gtest/gtest.h>

#include "tests/server-min/support/audio_files.h"
#include "tests/server-min/support/server_fixture.h"

namespace server {
namespace {

class RoutesTest : public ::testing::Test {
 protected:
  RoutesTest() {
    server_.music.write("Secret Folder/one.flac", make_flac(2.5,
                                                            {{"TITLE", "He said \"hi\"\\\n<b>"},
                                                             {"ARTIST", "\xC3\x89mile"},
                                                             {"ARTIST", "Bob"},
                                                             {"ALBUM", "First"},
                                                             {"ALBUMARTIST", "Various"},
                                                             {"TRACKNUMBER", "1/2"},
                                                             {"DISCNUMBER", "1"}},
                                                            make_png()));
    server_.music.write("Secret Folder/two.wav", make_wav(1.0));
    server_.music.write("bad \xFF name.mp3", "no mp3");
    server_.web.write("index.html", "<!doctype html>");
    server_.start();
  }

  HttpResponse get(const std::string& target, const std::string& header_lines = "") {
    HttpClient client(server_.port());
    const auto response = client.get(target, header_lines);
    EXPECT_TRUE(response) << target;
    return response.value_or(HttpResponse{});
  }

  RunningServer server_;
};

TEST_F(RoutesTest, ListsTracksWithTheirFacts) {
  const HttpResponse response = get("/api/library/tracks");
  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(response.header("content-type"), "application/json; charset=utf-8");
  const std::string id = server_.id_of("Secret Folder/one.flac");
  const std::string track =
      R"({"id":")" + id +
      R"(","title":"He said \"hi\"\\\u000a\u003cb>","path":"Secret Folder/one.flac","artist":")"
      "\xC3\x89mile"
      R"(","artists":[")"
      "\xC3\x89mile"
      R"(","Bob"],"album":"First","album_artist":"Various","track_number":1,"disc_number":1,)"
      R"("duration_s":2.500,"size_bytes":)" +
      std::to_string(std::filesystem::file_size(server_.music.path_of("Secret Folder/one.flac")));
  EXPECT_NE(response.body.find(track), std::string::npos) << response.body;
  EXPECT_NE(response.body.find(R"("format":"flac","sample_rate_hz":48000,"channels":2)"),
            std::string::npos);
  EXPECT_NE(response.body.find(R"("has_artwork":true,"stream_url":"/api/player/stream/)" + id),
            std::string::npos);
  EXPECT_NE(response.body.find(
                R"(],"sort":"shelf","order":"asc","total":3,"offset":0,"limit":50,"next":null})"),
            std::string::npos);
}

TEST_F(RoutesTest, UnknownFactsAreNullAndTheTitleIsTheFileName) {
  const std::string body = get("/api/library/tracks?search=bad").body;
  EXPECT_NE(body.find("\"title\":\"bad \xEF\xBF\xBD name\""), std::string::npos) << body;
  EXPECT_NE(body.find(R"("duration_s":null)"), std::string::npos);
  EXPECT_NE(body.find(R"("artist":null,"artists":[])"), std::string::npos);
}

TEST_F(RoutesTest, PagesAndSearches) {
  EXPECT_NE(get("/api/library/tracks?limit=1&offset=1")
                .body.find(R"("total":3,"offset":1,"limit":1,"next":")"),
            std::string::npos);
  EXPECT_NE(get("/api/library/tracks?search=%C3%A9MILE").body.find(R"("total":1)"),
            std::string::npos);
  EXPECT_NE(get("/api/library/tracks?search=bob+emile").body.find(R"("total":1)"),
            std::string::npos);
  const auto expect_empty = [&](const std::string& question, const std::string& total) {
    const std::string body = get("/api/library/tracks?" + question).body;
    EXPECT_TRUE(body.starts_with(R"({"tracks":[],)")) << body;
    EXPECT_NE(body.find(R"("total":)" + total), std::string::npos) << body;
  };
  expect_empty("search=no+such+thing", "0");
  expect_empty("offset=99", "3");
  EXPECT_NE(get("/api/library/tracks?limit=9999").body.find(R"("limit":500,"next":null})"),
            std::string::npos);
}

TEST_F(RoutesTest, BadNumbersAreErrorsInJson) {
  for (const char* query : {"limit=-1", "limit=x", "limit=", "offset=-1", "offset=1.5",
                            "limit=99999999999999999999999", "offset=%20"}) {
    const HttpResponse response = get(std::string("/api/library/tracks?") + query);
    EXPECT_EQ(response.status, 400) << query;
    EXPECT_NE(response.body.find(R"({"error":{"code":"bad_request","message":)"),
              std::string::npos);
  }
}

TEST_F(RoutesTest, OneTrackIsTheSameObjectAsInTheListAndSaysMore) {
  const std::string list = get("/api/library/tracks?limit=1").body;
  const std::string id = list.substr(list.find("\"id\":\"") + 6, 16);
  const std::string track = get("/api/library/tracks/" + id).body;
  const std::size_t more = track.find(R"(,"compilation")");
  ASSERT_NE(more, std::string::npos) << track;
  EXPECT_NE(list.find("[" + track.substr(0, more) + "}]"), std::string::npos) << track;
}

TEST_F(RoutesTest, ArtworkHasTheTypeOfItsBytesAndRevalidates) {
  const std::string url =
      "/api/library/tracks/" + server_.id_of("Secret Folder/one.flac") + "/artwork";
  const HttpResponse response = get(url);
  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(response.header("content-type"), "image/png");
  EXPECT_EQ(response.body, make_png());
  EXPECT_EQ(get(url, "If-None-Match: " + response.header("etag") + "\r\n").status, 304);
  const HttpResponse none =
      get("/api/library/tracks/" + server_.id_of("Secret Folder/two.wav") + "/artwork");
  EXPECT_EQ(none.status, 404);
  EXPECT_NE(none.body.find("no_artwork"), std::string::npos);
}

TEST_F(RoutesTest, UnknownTracksAndAddressesAreNotFoundInJson) {
  for (const char* target :
       {"/api/library/tracks/0000000000000000", "/api/player/stream/0000000000000000",
        "/api/player/stream/", "/api/player/stream", "/api/library/tracks/x/artwork", "/api",
        "/api/", "/api/nothing", "/api/player/stream_chunk/a/0", "/api/library/tracks/",
        "/api/player/stream/Secret%20Folder", "/api/health/x"}) {
    const HttpResponse response = get(target);
    EXPECT_EQ(response.status, 404) << target;
    EXPECT_TRUE(response.body.starts_with(R"({"error":{"code":)")) << response.body;
  }
}

TEST_F(RoutesTest, HealthAndVersionAnswer) {
  EXPECT_EQ(get("/api/health").body, R"({"status":"ok","tracks":3})");
  EXPECT_TRUE(get("/api/version").body.starts_with(R"({"name":"auralis-server","version":")"));
}

TEST_F(RoutesTest, OtherMethodsAreRefusedWithTheAllowedOnes) {
  for (const char* method : {"POST", "PUT", "DELETE", "OPTIONS", "PATCH", "TRACE", "BREW"}) {
    HttpClient client(server_.port());
    const auto response = client.request(method, "/api/library/tracks");
    ASSERT_TRUE(response) << method;
    EXPECT_EQ(response->status, 405) << method;
    EXPECT_EQ(response->header("allow"), "GET, HEAD");
    EXPECT_NE(response->body.find("method_not_allowed"), std::string::npos);
    EXPECT_TRUE(client.get("/api/health")) << "the connection stays usable";
  }
}

TEST_F(RoutesTest, TricksWithNamesReachNothing) {
  for (const char* target :
       {"/..", "/../../etc/passwd", "/%2e%2e/%2e%2e/etc/passwd", "/..%2f..%2fetc/passwd",
        "/index.html%00.png", "//etc/passwd", "/assets/../index.html", "/api/player/stream/%00",
        "/api/player/stream/..%2f..%2fetc%2fpasswd", "/%zz", "/api/library/tracks?search=%",
        "/\\evil.example/", "/%5cevil.example/", "/..\\..\\etc\\passwd",
        "/..%5c..%5cetc%5cpasswd"}) {
    const HttpResponse response = get(target);
    EXPECT_EQ(response.status, 400) << target;
    EXPECT_EQ(response.body.find("root:"), std::string::npos);
  }
  // Names to us, and tricks with other servers: found nowhere.
  for (const char* target : {"/etc/passwd.txt", "/..;/", "/..;/etc/passwd.txt", "/.%2e;a=b/x.js"}) {
    EXPECT_EQ(get(target).status, 404) << target;
  }
}

// Lists of tracks tell where a file lies below the music folder, as .m3u8 needs it; nothing tells
// where that folder is.
TEST_F(RoutesTest, NoAnswerNamesAPathOfTheServer) {
  const std::string id = server_.id_of("Secret Folder/one.flac");
  std::filesystem::remove(server_.music.path_of("Secret Folder/two.wav"));
  for (const std::string& target :
       {std::string("/api/library/tracks"), "/api/library/tracks/" + id,
        "/api/library/tracks/" + id + "/artwork", "/api/player/stream/" + id,
        server_.stream_url("Secret Folder/two.wav"), std::string("/api/health"),
        std::string("/missing.js"), std::string("/api/missing")}) {
    const HttpResponse response = get(target);
    std::string all = response.body;
    for (const auto& [name, value] : response.headers) all += name + value;
    const bool is_list = target.find("/library/tracks") != std::string::npos;
    const bool is_picture = target.ends_with("/artwork");
    EXPECT_EQ(all.find("Secret") != std::string::npos, is_list && !is_picture) << target;
    EXPECT_EQ(all.find(server_.music.path()), std::string::npos) << target;
    EXPECT_EQ(all.find(server_.web.path()), std::string::npos) << target;
  }
}

TEST_F(RoutesTest, EveryAnswerCarriesTheSecurityHeaders) {
  for (const char* target : {"/", "/api/health", "/missing.js", "/api/missing", "/%00"}) {
    const HttpResponse response = get(target);
    EXPECT_EQ(response.header("x-content-type-options"), "nosniff") << target;
    EXPECT_EQ(response.header("cross-origin-opener-policy"), "same-origin");
    EXPECT_EQ(response.header("cross-origin-embedder-policy"), "require-corp");
    EXPECT_EQ(response.header("cross-origin-resource-policy"), "same-origin");
    EXPECT_EQ(response.header("referrer-policy"), "no-referrer");
    const std::string policy = response.header("content-security-policy");
    EXPECT_NE(policy.find("'wasm-unsafe-eval'"), std::string::npos);
    EXPECT_NE(policy.find("frame-ancestors 'none'"), std::string::npos);
  }
}

}  // namespace
}  // namespace server
