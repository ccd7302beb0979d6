// What stands beside the tracks, and in tags that no list shows.

#include "server-min/side_files.h"

#include <gtest/gtest.h>

#include "server-min/json.h"
#include "tests/server-min/support/library_api_fixture.h"

namespace server {
namespace {

using Texts = std::vector<std::string>;

class SideFilesTest : public LibraryApiFixture {};

TEST_F(SideFilesTest, WordsComeFromTheFileBesideElseFromTheTags) {
  add("a.flac", {{"TITLE", "a"}, {"LYRICS", "words in the tags"}});
  add("b.flac", {{"TITLE", "b"}, {"LYRICS", "words in the tags"}});
  server_.music.write("b.lrc", "\xEF\xBB\xBF[ti:b]\r\n[00:12.50]gr\xC3\xBC\xC3\x9F\r\n");
  server_.music.write("c.mp3", make_mp3(3));
  server_.music.write("c.lrc", "gr\xFC\xDF");
  add("d.flac", {{"TITLE", "d"}});
  server_.start();
  const auto lyrics = [&](const std::string& path) {
    return get("tracks/" + server_.id_of(path) + "/lyrics");
  };
  EXPECT_EQ(lyrics("a.flac").body,
            R"({"source":"tags","synced":false,"text":"words in the tags"})");
  EXPECT_EQ(lyrics("b.flac").body, "{\"source\":\"file\",\"synced\":true,\"text\":" +
                                       json_string("[ti:b]\r\n[00:12.50]gr\xC3\xBC\xC3\x9F\r\n") +
                                       "}");
  EXPECT_EQ(value_of(lyrics("c.mp3").body, "text"), "gr\xC3\xBC\xC3\x9F") << "Latin-1";
  EXPECT_EQ(lyrics("d.flac").status, 404);
  EXPECT_NE(lyrics("d.flac").body.find("no_lyrics"), std::string::npos);
  EXPECT_EQ(get("tracks/0000000000000000/lyrics").status, 404);
  EXPECT_EQ(get("tracks/" + server_.id_of("a.flac") + "/lyrics/x").status, 404);
}

TEST_F(SideFilesTest, ATrackTellsWhatNoListShows) {
  add("a.flac", {{"TITLE", "a"},
                 {"ALBUM", "A"},
                 {"COMPILATION", "1"},
                 {"REPLAYGAIN_TRACK_GAIN", "-6.48 dB"},
                 {"REPLAYGAIN_TRACK_PEAK", "0.988553"},
                 {"REPLAYGAIN_ALBUM_GAIN", "+0.5"},
                 {"REPLAYGAIN_ALBUM_PEAK", "nan"},
                 {"MUSICBRAINZ_TRACKID", "F1F4C0AC-0000-4000-8000-0123456789ab"},
                 {"MUSICBRAINZ_ALBUMID", "no id"}});
  server_.music.write("b.mp3", make_mp3(3, {{"TIT2", "b"}, {"TCMP", "1"}}));
  add("c.flac", {{"TITLE", "c"}});
  server_.start();
  const std::string a = body("tracks/" + server_.id_of("a.flac"));
  EXPECT_EQ(value_of(a, "compilation"), "true");
  EXPECT_EQ(value_of(a, "has_lyrics"), "false");
  EXPECT_EQ(value_of(a, "track_gain_db"), "-6.480");
  EXPECT_EQ(value_of(a, "track_peak"), "0.988553");
  EXPECT_EQ(value_of(a, "album_gain_db"), "0.500");
  EXPECT_EQ(value_of(a, "album_peak"), "null");
  EXPECT_EQ(value_of(a, "recording"), "f1f4c0ac-0000-4000-8000-0123456789ab");
  EXPECT_EQ(value_of(a, "release"), "null");
  EXPECT_EQ(value_of(body("tracks/" + server_.id_of("b.mp3")), "compilation"), "true");
  EXPECT_EQ(value_of(body("tracks/" + server_.id_of("c.flac")), "track_gain_db"), "null");
  EXPECT_EQ(value_of(body("albums"), "compilation"), "true");
  EXPECT_NE(value_of(body("albums"), "added_s"), "0");
}

TEST_F(SideFilesTest, TimeStampsAreTold) {
  for (const char* synced : {"[00:01.00]a", "x\n[1:23]a", "[100:00.5] a"}) {
    EXPECT_TRUE(has_time_stamps(synced)) << synced;
  }
  for (const char* plain : {"", "[ti:a title]", "words", "[a:00]xx", "[:00.00]", "[00:"}) {
    EXPECT_FALSE(has_time_stamps(plain)) << plain;
  }
}

TEST_F(SideFilesTest, PlaylistsListTheTracksThatAreThere) {
  add_music();
  server_.music.write("Lists/Best 10.m3u8",
                      "#EXTM3U\r\n#EXTINF:2,One\r\n../Mix/1.flac\r\n\r\n..\\Mix\\2.flac\r\n"
                      "../../outside.flac\r\nhttp://other.example/a.mp3\r\nmissing.flac\r\n" +
                          server_.music.path() + "/untagged.wav\r\n../Mix/1.flac");
  server_.music.write("Lists/best 2.m3u", "#EXTM3U\n");
  server_.start();
  const std::string lists = body("playlists");
  EXPECT_EQ(values_of(lists, "name"), (Texts{"best 2", "Best 10"})) << "in natural order";
  EXPECT_EQ(values_of(lists, "path"), (Texts{"Lists/best 2.m3u", "Lists/Best 10.m3u8"}));
  EXPECT_EQ(value_of(lists, "total"), "2");
  const std::string best = body("playlists/" + values_of(lists, "id")[1]);
  EXPECT_EQ(values_of(best, "title"), (Texts{"One", "Two", "untagged", "One"}));
  EXPECT_EQ(value_of(best, "missing"), "3");
  EXPECT_EQ(value_of(best, "total"), "4");
  EXPECT_EQ(
      values_of(body("playlists/" + values_of(lists, "id")[1] + "?limit=1&offset=1"), "title"),
      Texts{"Two"});
  EXPECT_EQ(value_of(body("playlists/" + values_of(lists, "id")[0]), "total"), "0");
  const std::string before = get("playlists").header("etag");
  server_.music.write("Lists/best 2.m3u", "../Mix/2.flac\n");
  server_.library().rescan();
  EXPECT_NE(get("playlists").header("etag"), before);
  EXPECT_EQ(values_of(body("playlists/" + values_of(lists, "id")[0]), "title"), Texts{"Two"});
  std::filesystem::remove(server_.music.path_of("Lists/best 2.m3u"));
  EXPECT_EQ(get("playlists/" + values_of(lists, "id")[0]).status, 404);
  server_.library().rescan();
  EXPECT_EQ(value_of(body("playlists"), "total"), "1");
  EXPECT_EQ(get("playlists/x").status, 404);
}

TEST_F(SideFilesTest, WhatIsTooLongIsCutBehindALine) {
  const auto umlauts = [](std::size_t size) {
    std::string text;
    while (text.size() < size) text += "\xC3\xBC";
    return text;
  };
  add("gr\xC3\xBCn.flac", {{"TITLE", "a"}});
  // Of lines of an odd length before them the last byte that is read is half a character.
  server_.music.write("gr\xC3\xBCn.lrc", "gr\xC3\xBC\n" + umlauts(kLyricsSizeMax));
  server_.music.write("list.m3u8", "gr\xC3\xBCn.flac\n#\n" + umlauts(kPlaylistSizeMax));
  server_.start();
  const std::string words = get("tracks/" + server_.id_of("gr\xC3\xBCn.flac") + "/lyrics").body;
  EXPECT_NE(words.find("\"text\":" + json_string("gr\xC3\xBC\n")), std::string::npos)
      << words.substr(0, 100);
  const std::string list = body("playlists/" + value_of(body("playlists"), "id"));
  EXPECT_EQ(values_of(list, "title"), Texts{"a"});
  EXPECT_EQ(value_of(list, "cut"), "true");
  EXPECT_EQ(value_of(list, "missing"), "0");
}

TEST_F(SideFilesTest, PlaylistsAreReadUpToTheirBounds) {
  std::string text;
  for (std::size_t i = 0; i < kPlaylistEntryCountMax + 5; ++i) text += "a.mp3\n";
  const PlaylistEntries entries =
      read_playlist(text, "folder", [](const std::string&) { return ""; });
  EXPECT_EQ(entries.paths.size(), kPlaylistEntryCountMax);
  EXPECT_TRUE(entries.cut);
  EXPECT_EQ(entries.paths[0], "folder/a.mp3");
  EXPECT_EQ(join_path("a/b", "../../../c"), "");
  EXPECT_EQ(join_path("a/b", "./../c//d"), "a/c/d");
}

}  // namespace
}  // namespace server
