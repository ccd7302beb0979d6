// The web app over real sockets.

#include "server-min/static_files.h"

#include <gtest/gtest.h>

#include "tests/server-min/support/server_fixture.h"

namespace server {
namespace {

class StaticFilesTest : public ::testing::Test {
 protected:
  HttpResponse get(const std::string& target, const std::string& header_lines = "") {
    HttpClient client(server_.port());
    const auto response = client.get(target, header_lines);
    EXPECT_TRUE(response) << target;
    return response.value_or(HttpResponse{});
  }

  RunningServer server_;
};

TEST_F(StaticFilesTest, EveryFileHasItsType) {
  const std::pair<const char*, const char*> types[] = {
      {"index.html", "text/html; charset=utf-8"},
      {"a.js", "text/javascript; charset=utf-8"},
      {"a.mjs", "text/javascript; charset=utf-8"},
      {"a.css", "text/css; charset=utf-8"},
      {"a.json", "application/json; charset=utf-8"},
      {"a.wasm", "application/wasm"},
      {"a.svg", "image/svg+xml"},
      {"a.png", "image/png"},
      {"a.ico", "image/x-icon"},
      {"a.woff2", "font/woff2"},
      {"a.txt", "text/plain; charset=utf-8"},
      {"a.js.map", "application/json; charset=utf-8"},
      {"a.webmanifest", "application/manifest+json; charset=utf-8"},
      {"deep/A.HTML", "text/html; charset=utf-8"},
      {"a.unknown", "application/octet-stream"}};
  for (const auto& [name, type] : types) server_.web.write(name, name);
  server_.start();
  for (const auto& [name, type] : types) {
    const HttpResponse response = get("/" + std::string(name));
    EXPECT_EQ(response.status, 200) << name;
    EXPECT_EQ(response.header("content-type"), type) << name;
    EXPECT_EQ(response.body, name);
  }
}

TEST_F(StaticFilesTest, OnlyHashedNamesAreKeptWithoutAsking) {
  for (const char* name : {"index.html", "sw.js", "manifest.webmanifest", "assets/app-1a2b.js"}) {
    server_.web.write(name, name);
  }
  server_.start();
  EXPECT_EQ(get("/").header("cache-control"), "no-cache");
  EXPECT_EQ(get("/index.html").header("cache-control"), "no-cache");
  EXPECT_EQ(get("/sw.js").header("cache-control"), "no-cache");
  EXPECT_EQ(get("/manifest.webmanifest").header("cache-control"), "no-cache");
  EXPECT_EQ(get("/assets/app-1a2b.js").header("cache-control"),
            "public, max-age=31536000, immutable");
  EXPECT_EQ(get("/assets/app-0000.js").header("cache-control"), "no-store") << "a 404 is not kept";
}

TEST_F(StaticFilesTest, AddressesOfTheAppGiveItsPageAndMissingFilesDoNot) {
  server_.web.write("index.html", "the page");
  server_.web.write(".secret", "secret");
  server_.web.write(".git/config", "secret");
  server_.start();
  for (const char* target : {"/", "/album/12", "/album/", "/library?x=1.js"}) {
    EXPECT_EQ(get(target).body, "the page") << target;
  }
  for (const char* target :
       {"/missing.js", "/assets/missing.wasm", "/.secret", "/.git/config", "/.git/HEAD", "/v1.2"}) {
    EXPECT_EQ(get(target).status, 404) << target;
  }
}

TEST_F(StaticFilesTest, PackedCopiesGoToClientsThatTakeThem) {
  server_.web.write("app.js", "the original");
  server_.web.write("app.js.br", "br");
  server_.web.write("app.js.gz", "gzip");
  server_.start();
  const auto body = [&](const char* accepted) {
    return get("/app.js", std::string("Accept-Encoding: ") + accepted + "\r\n").body;
  };
  EXPECT_EQ(body("gzip, deflate, br, zstd"), "br");
  EXPECT_EQ(body("gzip, br;q=0"), "gzip");
  EXPECT_EQ(body("br;q=0.5"), "br");
  EXPECT_EQ(body("identity"), "the original");
  EXPECT_EQ(get("/app.js").body, "the original");

  const HttpResponse packed = get("/app.js", "Accept-Encoding: br\r\n");
  EXPECT_EQ(packed.header("content-encoding"), "br");
  EXPECT_EQ(packed.header("content-type"), "text/javascript; charset=utf-8");
  EXPECT_EQ(packed.header("vary"), "Accept-Encoding");
  const HttpResponse plain = get("/app.js");
  EXPECT_EQ(plain.header("vary"), "Accept-Encoding");
  EXPECT_FALSE(plain.has("content-encoding"));
  EXPECT_NE(plain.header("etag"), packed.header("etag"));
}

TEST_F(StaticFilesTest, APackedCopyOlderThanItsOriginalIsNotUsed) {
  server_.web.write("app.js", "new");
  server_.web.write("app.js.br", "old");
  server_.web.set_modified("app.js.br", 1'700'000'000);
  server_.web.set_modified("app.js", 1'700'000'001);
  server_.start();
  EXPECT_EQ(get("/app.js", "Accept-Encoding: br\r\n").body, "new");
}

TEST_F(StaticFilesTest, LinksOutOfTheFolderDoNotExist) {
  server_.web.link("etc.txt", "/etc/passwd");
  server_.start();
  EXPECT_EQ(get("/etc.txt").status, 404);
}

TEST_F(StaticFilesTest, WithoutAWebAppTheAnswerSaysSo) {
  const StaticFiles files{std::nullopt};
  const Reply reply = files.answer(*parse_request_target("/"), Request{}, 0);
  EXPECT_EQ(reply.status, 404);
  EXPECT_NE(std::get<std::string>(reply.body).find("--web"), std::string::npos);
}

TEST_F(StaticFilesTest, ReadsAcceptEncodingLists) {
  EXPECT_TRUE(accepts_encoding("gzip, BR", "br"));
  EXPECT_TRUE(accepts_encoding("*", "br"));
  EXPECT_TRUE(accepts_encoding("br;q=0.001", "br"));
  EXPECT_TRUE(accepts_encoding("*;q=0, br", "br"));
  EXPECT_FALSE(accepts_encoding("", "br"));
  EXPECT_FALSE(accepts_encoding("brotli", "br"));
  EXPECT_FALSE(accepts_encoding("br;q=0", "br"));
  EXPECT_FALSE(accepts_encoding("br; Q=0.000", "br"));
  EXPECT_FALSE(accepts_encoding("*;q=0", "br"));
  EXPECT_FALSE(accepts_encoding("br;q=0, *", "br"));
}

}  // namespace
}  // namespace server
