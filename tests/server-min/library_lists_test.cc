// Lists of the API in every order, with every filter, and the tree of folders.

#include <algorithm>
#include <set>

#include <gtest/gtest.h>

#include "server-min/list_question.h"
#include "tests/server-min/support/library_api_fixture.h"

namespace server {
namespace {

using Texts = std::vector<std::string>;

class LibraryListsTest : public LibraryApiFixture {
 protected:
  /// The values of `name` of a list read page by page, by cursor or by offset.
  Texts paged(const std::string& list, const std::string& name, std::size_t limit, bool by_cursor) {
    Texts values;
    const std::string question =
        list + (list.find('?') == std::string::npos ? "?" : "&") + "limit=" + std::to_string(limit);
    std::string place = by_cursor ? "&cursor=" : "&offset=0";
    for (int pages = 0; pages < 50; ++pages) {
      const std::string page = body(question + place);
      const Texts found = values_of(page, name);
      values.insert(values.end(), found.begin(), found.end());
      const std::string next = value_of(page, "next");
      if (by_cursor ? next == "null" : found.empty()) return values;
      place = by_cursor ? "&cursor=" + next : "&offset=" + std::to_string(values.size());
    }
    ADD_FAILURE() << list << " has no end";
    return values;
  }
  std::string id_of_grouping(const std::string& kind, const std::string& name) {
    const std::string list = body(kind + "?limit=500");
    const Texts names = values_of(list, "name");
    const auto place = std::find(names.begin(), names.end(), name);
    return place == names.end()
               ? ""
               : values_of(list, "id")[static_cast<std::size_t>(place - names.begin())];
  }
};

TEST_F(LibraryListsTest, TracksStandInTheOrderThatIsAskedFor) {
  add("1.flac",
      {{"TITLE", "Track 10"}, {"ARTIST", "\u00c9mile"}, {"ALBUM", "B"}, {"DATE", "1999"}});
  add("2.flac", {{"TITLE", "track 2"}, {"ARTIST", "zoe"}, {"ALBUM", "a"}});
  server_.music.write("3.flac",
                      make_flac(9, {{"TITLE", "Alpha"}, {"ARTIST", "Emil"}, {"DATE", "1987"}}));
  server_.start();
  const auto order = [&](const std::string& question) {
    return values_of(body("tracks?" + question), "title");
  };
  EXPECT_EQ(order("sort=title"), (Texts{"Alpha", "track 2", "Track 10"}));
  EXPECT_EQ(order("sort=title&order=desc"), (Texts{"Track 10", "track 2", "Alpha"}));
  EXPECT_EQ(order("sort=artist"), (Texts{"Alpha", "Track 10", "track 2"}));
  EXPECT_EQ(order("sort=album"), (Texts{"track 2", "Track 10", "Alpha"})) << "unknown comes last";
  EXPECT_EQ(order("sort=album&order=desc"), (Texts{"Track 10", "track 2", "Alpha"}));
  EXPECT_EQ(order("sort=year"), (Texts{"Alpha", "Track 10", "track 2"}));
  EXPECT_EQ(order("sort=year&order=desc"), (Texts{"Track 10", "Alpha", "track 2"}));
  EXPECT_EQ(order("sort=duration&order=desc")[0], "Alpha");
  EXPECT_EQ(order("sort=shelf"), order(""));
  Texts reversed = order("");
  std::reverse(reversed.begin(), reversed.end());
  EXPECT_EQ(order("order=desc"), reversed);
  const std::string told = body("tracks?sort=year&order=desc");
  EXPECT_EQ(value_of(told, "sort"), "year");
  EXPECT_EQ(value_of(told, "order"), "desc");
}

TEST_F(LibraryListsTest, CursorsAndOffsetsPageThroughEveryOrder) {
  for (int i = 0; i < 17; ++i) {
    const std::string number = std::to_string(i * 7 % 17);
    add(number + ".flac", {{"TITLE", "T" + std::to_string(i % 5)},
                           {"ARTIST", "A" + std::to_string(i % 3)},
                           {"ALBUM", "B" + std::to_string(i % 4)},
                           {"DATE", i % 2 == 0 ? "2001" : ""}});
  }
  server_.start();
  for (const char* list :
       {"tracks", "tracks?sort=title", "tracks?sort=artist&order=desc", "tracks?sort=album",
        "tracks?sort=added", "tracks?sort=year", "tracks?sort=year&order=desc",
        "tracks?sort=duration", "tracks?order=desc", "tracks?sort=title&search=a1", "albums",
        "albums?sort=title&order=desc", "albums?sort=year", "albums?sort=added&order=desc",
        "artists", "artists?order=desc"}) {
    const Texts all = values_of(
        body(std::string(list) +
             (std::string(list).find('?') == std::string::npos ? "?limit=500" : "&limit=500")),
        "id");
    EXPECT_EQ(std::set<std::string>(all.begin(), all.end()).size(), all.size()) << list;
    EXPECT_EQ(paged(list, "id", 3, true), all) << list;
    EXPECT_EQ(paged(list, "id", 3, false), all) << list;
    EXPECT_EQ(paged(list, "id", all.size(), true), all) << list;
  }
}

TEST_F(LibraryListsTest, ACursorWhoseTrackIsGoneKeepsItsPlaceInEveryOrder) {
  for (const char* name : {"a", "b", "c", "d"}) add(std::string(name) + ".flac", {{"TITLE", name}});
  server_.start();
  const Texts ids = values_of(body("tracks"), "id");
  std::filesystem::remove(server_.music.path_of("b.flac"));
  server_.library().rescan();
  const auto behind_b = [&](const std::string& sort) {
    return values_of(body("tracks?" + sort + "&cursor=" + ids[1]), "title");
  };
  EXPECT_EQ(behind_b("sort=title"), (Texts{"c", "d"}));
  EXPECT_EQ(behind_b("sort=title&order=desc"), Texts{"a"});
  EXPECT_EQ(behind_b("sort=year"), (Texts{"c", "d"})) << "all are the same: the shelf decides";
  EXPECT_EQ(behind_b("order=desc"), Texts{"a"});
}

TEST_F(LibraryListsTest, FiltersLeaveWhatBelongsToAllOfThem) {
  add_music();
  server_.start();
  const std::string bob = id_of_grouping("artists", "Bob");
  const std::string mix = id_of_grouping("albums", "Mix");
  const std::string pop = id_of_grouping("genres", "Pop");
  const auto titles = [&](const std::string& question) {
    return values_of(body("tracks?" + question), "title");
  };
  EXPECT_EQ(titles("artist=" + bob), (Texts{"One", "Two"}));
  EXPECT_EQ(titles("artist=" + bob + "&sort=title&order=desc"), (Texts{"Two", "One"}));
  EXPECT_EQ(titles("album=" + mix + "&search=friends"), Texts{"One"});
  EXPECT_EQ(titles("genre=" + pop), (Texts{"Dancing Queen", "Waterloo"}));
  EXPECT_EQ(titles("genre=" + pop + "&artist=" + bob), Texts{});
  EXPECT_EQ(titles("away=true"), Texts{});
  EXPECT_EQ(titles("away=false").size(), 5U);
  EXPECT_EQ(value_of(body("tracks?limit=1&genre=" + pop), "total"), "2");
  EXPECT_EQ(values_of(body("albums?artist=" + bob), "name"), Texts{"Mix"});
  EXPECT_EQ(values_of(body("albums?genre=" + pop), "name"), Texts{"Gold"});
}

TEST_F(LibraryListsTest, WhatNobodyUnderstandsIsRefusedInWords) {
  add_music();
  server_.start();
  for (const char* target :
       {"tracks?sort=size", "tracks?order=up", "tracks?album=x", "tracks?artist=0000000000000000",
        "tracks?folder=0000000000000000", "tracks?away=maybe", "tracks?below=1", "albums?sort=name",
        "albums?artist=0000000000000000", "artists?sort=year", "genres?order=", "tracks?limit=-1",
        "tracks?genre=1&genre=2"}) {
    const HttpResponse response = get(target);
    EXPECT_EQ(response.status, 400) << target;
    EXPECT_NE(response.body.find(R"("code":"bad_request")"), std::string::npos) << target;
  }
}

TEST_F(LibraryListsTest, FoldersAreATreeOfWhichOneLevelIsShown) {
  add_music();
  server_.start();
  const std::string top = body("folders");
  EXPECT_EQ(values_of(top.substr(top.find("\"folders\"")), "name"), (Texts{"Abba", "Mix"}));
  EXPECT_EQ(value_of(top, "track_count"), "5");
  EXPECT_EQ(value_of(top, "own_track_count"), "1");
  EXPECT_EQ(values_of(top, "title"), Texts{"untagged"});
  EXPECT_EQ(value_of(top, "parent_id"), "null");
  const std::string abba_id = value_of(top, "id", top.find("\"folders\""));
  const std::string abba = body("folders/" + abba_id);
  EXPECT_EQ(value_of(abba, "name"), "Abba");
  EXPECT_EQ(value_of(abba, "parent_id"), value_of(top, "id"));
  EXPECT_EQ(value_of(abba, "folder_count"), "1");
  EXPECT_EQ(value_of(abba, "track_count"), "2");
  EXPECT_EQ(values_of(abba, "title"), Texts{});
  const std::string gold_id = value_of(abba, "id", abba.find("\"folders\""));
  const std::string gold = body("folders/" + gold_id);
  EXPECT_EQ(values_of(gold.substr(gold.find("\"folders\"")), "name"), (Texts{"CD 1", "CD 2"}));
  EXPECT_EQ(value_of(body("folders/" + gold_id + "?limit=2"), "next"), "null");
  EXPECT_EQ(value_of(gold, "name", gold.find("\"parents\"")), "") << "the top has no name";
  const std::string next = value_of(body("folders/" + gold_id + "?limit=1"), "next");
  const std::string second = body("folders/" + gold_id + "?limit=1&cursor=" + next);
  EXPECT_EQ(value_of(second, "next"), "null");
  EXPECT_EQ(values_of(second.substr(second.find("\"folders\"")), "name"), Texts{"CD 2"});
  EXPECT_EQ(values_of(body("tracks?folder=" + abba_id), "title"),
            (Texts{"Dancing Queen", "Waterloo"}));
  EXPECT_EQ(values_of(body("tracks?below=false&folder=" + abba_id), "title"), Texts{});
}

TEST_F(LibraryListsTest, AFolderIsListedAsLongAsThereIsATrackInIt) {
  add_music();
  server_.start();
  std::filesystem::remove_all(server_.music.path_of("Abba/Gold/CD 2"));
  std::filesystem::rename(server_.music.path_of("Mix"), server_.music.path_of("Abba/Mix"));
  server_.library().rescan();
  const std::string top = body("folders");
  EXPECT_EQ(values_of(top.substr(top.find("\"folders\"")), "name"), Texts{"Abba"});
  EXPECT_EQ(value_of(top, "track_count", top.find("\"folders\"")), "3");
  const std::string abba = body("folders/" + value_of(top, "id", top.find("\"folders\"")));
  EXPECT_EQ(values_of(abba.substr(abba.find("\"folders\"")), "name"), (Texts{"Gold", "Mix"}));
  EXPECT_EQ(value_of(abba, "track_count", abba.find("\"folders\"")), "1");
}

TEST_F(LibraryListsTest, WithoutMusicThereAreNoFolders) {
  server_.start();
  const std::string top = body("folders");
  EXPECT_EQ(value_of(top, "id"), "null");
  EXPECT_EQ(value_of(top, "total"), "0");
  EXPECT_EQ(get("folders/0000000000000000").status, 404);
}

}  // namespace
}  // namespace server
