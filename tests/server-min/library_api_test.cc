// The library's part of the API over real sockets.

#include "server-min/library_api.h"

#include <cstdlib>
#include <set>

#include <gtest/gtest.h>

#include "tests/server-min/support/library_api_fixture.h"

namespace server {
namespace {

class LibraryApiTest : public LibraryApiFixture {};

TEST_F(LibraryApiTest, EveryOffsetAndEveryCursorGivesTheSameListOnce) {
  for (int i = 0; i < 23; ++i) {
    server_.music.write(std::to_string(i % 3) + "/" + std::to_string(i) + ".mp3", "");
  }
  server_.start();
  const auto all = values_of(body("tracks"), "id");
  EXPECT_EQ(std::set<std::string>(all.begin(), all.end()).size(), 23U);
  std::vector<std::string> by_offset;
  for (int offset = 0; offset < 30; offset += 5) {
    const std::string page = body("tracks?limit=5&offset=" + std::to_string(offset));
    EXPECT_EQ(value_of(page, "total"), "23");
    for (const std::string& id : values_of(page, "id")) by_offset.push_back(id);
  }
  EXPECT_EQ(by_offset, all);
  std::vector<std::string> by_cursor;
  std::string cursor;
  int pages = 0;
  do {
    const std::string page = body("tracks?limit=5&cursor=" + cursor);
    for (const std::string& id : values_of(page, "id")) by_cursor.push_back(id);
    cursor = value_of(page, "next");
  } while (cursor != "null" && ++pages < 30);
  EXPECT_EQ(by_cursor, all);
  EXPECT_EQ(values_of(body("tracks?offset=18446744073709551615"), "id").size(), 0U);
  EXPECT_EQ(get("tracks?cursor=0000000000000000").status, 400);
  EXPECT_EQ(get("tracks?cursor=x").status, 400);
}

TEST_F(LibraryApiTest, ACursorGoesOnWhereATrackWasThatIsGone) {
  for (const char* name : {"a", "b", "c", "d"}) server_.music.write(std::string(name) + ".mp3", "");
  server_.start();
  const std::string cursor = value_of(body("tracks?limit=2"), "next");
  std::filesystem::remove(server_.music.path_of("b.mp3"));
  std::filesystem::remove(server_.music.path_of("c.mp3"));
  server_.music.write("aa.mp3", "");
  server_.library().rescan();
  EXPECT_EQ(values_of(body("tracks?limit=2&cursor=" + cursor), "title"),
            std::vector<std::string>{"d"});
}

TEST_F(LibraryApiTest, WhoPagesThroughMeetsNoTrackTwiceThoughOthersComeInFront) {
  for (const char* name : {"m", "n", "o", "p"}) server_.music.write(std::string(name) + ".mp3", "");
  server_.start();
  EXPECT_EQ(values_of(body("tracks?limit=2"), "title"), (std::vector<std::string>{"m", "n"}));
  server_.music.write("a.mp3", "");
  server_.library().rescan();
  const HttpResponse second = get("tracks?limit=2&offset=2");
  EXPECT_EQ(values_of(second.body, "title"), (std::vector<std::string>{"o", "p"}));
  EXPECT_FALSE(second.has("etag")) << "this is not how it is now";
  EXPECT_EQ(values_of(body("tracks?limit=2"), "title"), (std::vector<std::string>{"a", "m"}));
}

TEST_F(LibraryApiTest, AlbumsGatherDiscsAndCompilations) {
  add_music();
  server_.start();
  const std::string albums = body("albums");
  EXPECT_EQ(values_of(albums, "name"), (std::vector<std::string>{"Gold", "Mix"}));
  EXPECT_EQ(values_of(albums, "artist"), (std::vector<std::string>{"Abba", "Various"}));
  EXPECT_EQ(values_of(albums, "track_count"), (std::vector<std::string>{"2", "2"}));
  EXPECT_EQ(values_of(albums, "year"), (std::vector<std::string>{"1992", "null"}));
  EXPECT_EQ(values_of(albums, "duration_s"), (std::vector<std::string>{"4.000", "4.000"}));
  const std::string gold = body("albums/" + value_of(albums, "id"));
  EXPECT_EQ(values_of(gold, "title"), (std::vector<std::string>{"Dancing Queen", "Waterloo"}));
  EXPECT_EQ(value_of(albums, "artwork_track_id"), value_of(gold, "id", gold.find("tracks")));
  EXPECT_EQ(value_of(gold, "album_id"), value_of(albums, "id"));
  const std::string next = value_of(body("albums?limit=1"), "next");
  EXPECT_EQ(values_of(body("albums?limit=5&cursor=" + next), "name"),
            std::vector<std::string>{"Mix"});
}

TEST_F(LibraryApiTest, EveryArtistOfATrackIsFoundWithAlbumsAndTracks) {
  add_music();
  server_.start();
  const std::string artists = body("artists");
  EXPECT_EQ(value_of(artists, "total"), "5");
  EXPECT_EQ(values_of(artists, "name"),
            (std::vector<std::string>{"Abba", "Bob", "Friends", "Various", "Zo\u00eb"}));
  const std::string bob = body("artists/" + values_of(artists, "id")[1]);
  EXPECT_EQ(values_of(bob, "title"), (std::vector<std::string>{"One", "Two"}));
  EXPECT_EQ(values_of(bob.substr(0, bob.find("tracks\":")), "name"),
            (std::vector<std::string>{"Bob", "Mix"}));
}

TEST_F(LibraryApiTest, GenresHaveTheirTracks) {
  add_music();
  server_.start();
  const std::string genres = body("genres");
  EXPECT_EQ(values_of(genres, "name"), (std::vector<std::string>{"Pop", "Schlager"}));
  EXPECT_EQ(values_of(genres, "track_count"), (std::vector<std::string>{"2", "1"}));
  const std::string pop = body("genres/" + value_of(genres, "id"));
  EXPECT_EQ(values_of(pop, "title"), (std::vector<std::string>{"Dancing Queen", "Waterloo"}));
}

TEST_F(LibraryApiTest, SearchFindsEveryKindAsOneTypes) {
  add_music();
  server_.start();
  for (const char* typed : {"z", "zo", "zoe", "ZO%C3%8B", "zoe%20o"}) {
    EXPECT_EQ(values_of(body(std::string("search?q=") + typed), "title"),
              std::vector<std::string>{"One"})
        << typed;
  }
  const std::string found = body("search?q=abba");
  EXPECT_EQ(values_of(found, "title").size(), 2U);
  EXPECT_NE(found.find(R"("albums":[{)"), std::string::npos) << "by its artist";
  EXPECT_NE(found.find(R"("artists":[{)"), std::string::npos);
  EXPECT_NE(body("search?q=schl").find(R"("genres":[{)"), std::string::npos);
  EXPECT_EQ(values_of(body("search?q=t&limit=1"), "title"), std::vector<std::string>{"Two"})
      << "what begins with it comes first";
  EXPECT_EQ(body("search?q="), body("search"));
  EXPECT_EQ(values_of(body("search?q=%22*%20OR"), "id").size(), 0U);
  EXPECT_EQ(values_of(body("tracks?search=friends"), "title"), std::vector<std::string>{"One"});
  EXPECT_EQ(value_of(body("tracks?search=%20'%20"), "total"), "5") << "no word finds all";
}

TEST_F(LibraryApiTest, StatsAndScanTellWhatThereIs) {
  add_music();
  server_.music.write("song.ogg", "");
  server_.start();
  const std::string stats = body("stats");
  EXPECT_EQ(value_of(stats, "tracks"), "5");
  EXPECT_EQ(value_of(stats, "albums"), "2");
  EXPECT_EQ(value_of(stats, "duration_s"), "8.500");
  const std::string scan = body("scan");
  EXPECT_EQ(value_of(scan, "state"), "idle");
  EXPECT_EQ(value_of(scan, "complete"), "true");
  EXPECT_EQ(value_of(scan, "files_read"), "5");
  EXPECT_EQ(value_of(scan, "unsupported_format"), "1");
  const std::string skipped = body("skipped");
  EXPECT_EQ(value_of(skipped, "path"), "song.ogg");
  EXPECT_EQ(value_of(skipped, "reason"), "unsupported_format");
}

TEST_F(LibraryApiTest, WhatHasNotChangedIsNotSentAgain) {
  add_music();
  server_.start();
  for (const char* target : {"tracks", "albums", "artists", "genres", "stats", "search?q=a",
                             "skipped", "tracks?cursor="}) {
    const HttpResponse first = get(target);
    EXPECT_EQ(first.header("cache-control"), "private, no-cache");
    const std::string condition = "If-None-Match: " + first.header("etag") + "\r\n";
    const HttpResponse second = get(target, condition);
    EXPECT_EQ(second.status, 304) << target;
    EXPECT_EQ(second.header("etag"), first.header("etag"));
    EXPECT_EQ(second.body, "");
  }
  const std::string before = get("tracks").header("etag");
  server_.library().rescan();
  EXPECT_EQ(get("tracks").header("etag"), before) << "nothing has changed";
  add("new.flac", {{"TITLE", "new"}});
  server_.library().rescan();
  const HttpResponse changed = get("tracks", "If-None-Match: " + before + "\r\n");
  EXPECT_EQ(changed.status, 200);
  EXPECT_NE(changed.header("etag"), before);
}

TEST_F(LibraryApiTest, LongAnswersArePackedForThoseWhoAcceptIt) {
  add_music();
  server_.start();
  const HttpResponse plain = get("tracks");
  const HttpResponse packed = get("tracks", "Accept-Encoding: br, gzip\r\n");
  EXPECT_EQ(plain.header("content-encoding"), "");
  EXPECT_EQ(packed.header("content-encoding"), "gzip");
  EXPECT_EQ(packed.header("vary"), "Accept-Encoding");
  TempFolder folder;
  folder.write("a.gz", packed.body);
  ASSERT_EQ(std::system(("gzip -d " + folder.path_of("a.gz")).c_str()), 0);
  std::ifstream file(folder.path_of("a"));
  EXPECT_EQ((std::string{std::istreambuf_iterator<char>(file), {}}), plain.body);
  EXPECT_EQ(get("tracks", "Accept-Encoding: gzip;q=0\r\n").body, plain.body);
}

TEST_F(LibraryApiTest, TracksOfAFolderThatIsAwayStayListedAndSaySo) {
  add_music();
  server_.start();
  const HttpResponse before = get("tracks");
  const std::string url = server_.stream_url("Mix/1.flac");
  std::filesystem::rename(server_.music.path(), server_.music.path() + "-away");
  std::filesystem::create_directory(server_.music.path());
  server_.library().rescan();
  const HttpResponse away = get("tracks", "If-None-Match: " + before.header("etag") + "\r\n");
  EXPECT_EQ(away.status, 200);
  EXPECT_EQ(values_of(away.body, "id"), values_of(before.body, "id"));
  EXPECT_EQ(values_of(away.body, "away"), std::vector<std::string>(5, "true"));
  EXPECT_NE(value_of(body("scan"), "problem").find("mounted"), std::string::npos);
  const auto stream = HttpClient(server_.port()).get(url);
  ASSERT_TRUE(stream);
  EXPECT_EQ(stream->status, 404);
  EXPECT_NE(stream->body.find("not there at the moment"), std::string::npos);
  std::filesystem::remove(server_.music.path());
  std::filesystem::rename(server_.music.path() + "-away", server_.music.path());
  server_.library().rescan();
  EXPECT_EQ(get("tracks", "If-None-Match: " + before.header("etag") + "\r\n").status, 304);
  EXPECT_EQ(HttpClient(server_.port()).get(url)->status, 200);
}

TEST_F(LibraryApiTest, WhatDoesNotExistIsNotFoundInJson) {
  server_.start();
  for (const char* target : {"", "nothing", "albums/x", "albums/0000000000000000", "artists/",
                             "genres/00/00", "search/x", "stats/x", "scan/x", "tracks/x/y/z"}) {
    const HttpResponse response = get(target);
    EXPECT_EQ(response.status, 404) << target;
    EXPECT_NE(response.body.find(R"("code":"not_found")"), std::string::npos) << target;
  }
}

}  // namespace
}  // namespace server
