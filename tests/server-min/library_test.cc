// What is listed of a music folder, and what scans make of its changes.

#include "server-min/library.h"

#include <atomic>
#include <set>
#include <thread>

#include <gtest/gtest.h>

#include "tests/server-min/support/audio_files.h"
#include "tests/server-min/support/listed.h"
#include "tests/server-min/support/open_counter.h"
#include "tests/server-min/support/temp_folder.h"

namespace server {
namespace {

class LibraryTest : public ::testing::Test {
 protected:
  LibraryTest() : library_(folder.path(), Catalog::in_memory()) {}

  /// The library after another scan.
  Library& scanned() {
    library_.rescan();
    EXPECT_EQ(library_.report().problem, "");
    return library_;
  }

  TempFolder folder;

 private:
  Library library_;
};

TEST_F(LibraryTest, ListsAudioFilesOfAllFoldersAndNothingElse) {
  folder.write("a.wav", make_wav(0.1));
  folder.write("one/two/B.FLAC", make_flac(0.1));
  folder.write("one/c.Mp3", make_mp3(2));
  for (const char* name :
       {"cover.jpg", "d.ogg", ".hidden.wav", ".trash/e.wav", "f.wav.bak", "wav"}) {
    folder.write(name, make_wav(0.1));
  }
  std::filesystem::create_directories(folder.path_of("folder.wav"));
  EXPECT_EQ(ids_by_path(scanned()).size(), 3U);
  EXPECT_EQ(titles(scanned()), (std::vector<std::string>{"a", "c", "B"}))
      << "what has no tags stands by its folder";
}

TEST_F(LibraryTest, LinksOutsideAndLoopsAreNotListed) {
  TempFolder outside;
  outside.write("secret.wav", make_wav(0.1));
  folder.write("a.wav", make_wav(0.1));
  folder.link("escape.wav", outside.path() + "/secret.wav");
  folder.link("escape", outside.path());
  folder.link("loop", ".");
  EXPECT_EQ(titles(scanned()), std::vector<std::string>{"a"});
}

TEST_F(LibraryTest, BrokenFilesAreListedWithWhatIsKnown) {
  folder.write("empty.flac", "");
  folder.write("random.mp3", "\x13\x37 no audio at all");
  folder.write("cut.wav", make_wav(1.0).substr(0, 30));
  folder.write("mp3 inside.flac", make_mp3(5));
  const auto tracks = listed(scanned());
  ASSERT_EQ(tracks.size(), 4U);
  for (const Track& track : tracks) {
    EXPECT_FALSE(track.tags.duration_ms) << track.title;
    EXPECT_FALSE(track.title.empty());
  }
}

TEST_F(LibraryTest, IdsSurviveRescansOtherFilesAndChangedTags) {
  folder.write("x/a.flac", make_flac(1.0, {{"TITLE", "before"}}));
  folder.write("x/b.flac", make_flac(1.0));
  auto first_ids = ids_by_path(scanned());
  folder.write("x/a.flac", make_flac(2.0, {{"TITLE", "after, longer"}}));
  folder.write("a/new.flac", make_flac(1.0));
  Library& library = scanned();
  auto second_ids = ids_by_path(library);
  EXPECT_EQ(first_ids["x/a.flac"], second_ids["x/a.flac"]);
  EXPECT_EQ(first_ids["x/b.flac"], second_ids["x/b.flac"]);
  EXPECT_EQ(titles(library), (std::vector<std::string>{"new", "after, longer", "b"}));
}

TEST_F(LibraryTest, TheSameFolderElsewhereGivesTheSameIds) {
  TempFolder other;
  for (const TempFolder* one : {&folder, &other}) {
    one->write("x/a.flac", make_flac(1.0));
    one->write("y.wav", make_wav(0.1));
  }
  Library elsewhere(other.path(), Catalog::in_memory());
  elsewhere.rescan();
  EXPECT_EQ(ids_by_path(scanned()), ids_by_path(elsewhere));
}

TEST_F(LibraryTest, UnchangedFilesAreNotReadAgain) {
  folder.write("a.flac", make_flac(1.0, {{"TITLE", "old"}}));
  scanned();
  OpenCounter counter(folder.path_of("a.flac"));
  EXPECT_EQ(titles(scanned()), std::vector<std::string>{"old"});
  EXPECT_EQ(counter.opened(), 0);
  folder.set_modified("a.flac", 1'700'000'000);
  scanned();
  EXPECT_GT(counter.opened(), 0) << "the counter counts";
}

TEST_F(LibraryTest, AnEditThatKeepsSizeAndTimeIsSeen) {
  folder.write("a.flac", make_flac(1.0, {{"TITLE", "old"}}));
  folder.set_modified("a.flac", 1'700'000'000);
  scanned();
  TempFolder::wait_for_tick();
  folder.write("a.flac", make_flac(1.0, {{"TITLE", "new"}}));
  folder.set_modified("a.flac", 1'700'000'000);
  EXPECT_EQ(titles(scanned()), std::vector<std::string>{"new"});
}

// A link has to be opened to see where it leads; what it leads to is read when that has changed.
TEST_F(LibraryTest, UnchangedTargetsOfLinksAreNotReadAgain) {
  folder.write("a.flac", make_flac(1.0, {{"TITLE", "a"}}));
  folder.write("b.flac", make_flac(1.0, {{"TITLE", "b"}}));
  folder.link("link.flac", "a.flac");
  scanned();
  OpenCounter counter(folder.path_of("a.flac"));
  EXPECT_EQ(titles(scanned()), (std::vector<std::string>{"a", "a", "b"}));
  EXPECT_EQ(counter.read(), 0);
  std::filesystem::remove(folder.path_of("link.flac"));
  folder.link("link.flac", "b.flac");
  EXPECT_EQ(titles(scanned()), (std::vector<std::string>{"a", "b", "b"}));
}

TEST_F(LibraryTest, LinksWithinTheFolderAreTracksOfTheirOwn) {
  folder.write("a.flac", make_flac(1.0));
  folder.link("b.flac", "a.flac");
  const auto ids = ids_by_path(scanned());
  EXPECT_EQ(titles(scanned()), (std::vector<std::string>{"a", "b"}));
  EXPECT_EQ(ids_by_path(scanned()), ids);
}

TEST_F(LibraryTest, ManyPathsHaveManyIds) {
  for (int i = 0; i < 500; ++i) folder.write("t" + std::to_string(i) + ".mp3", "");
  std::set<PublicId> ids;
  for (const Track& track : listed(scanned())) ids.insert(track.id);
  EXPECT_EQ(ids.size(), 500U);
}

TEST_F(LibraryTest, SortsLikeAShelfWithUnknownNamesLast) {
  const auto add = [&](const char* name, TagList tags) { folder.write(name, make_flac(1, tags)); };
  add("1.flac", {{"TITLE", "no artist"}});
  add("2.flac", {{"TITLE", "z2"}, {"ARTIST", "zed"}, {"ALBUM", "A"}, {"TRACKNUMBER", "2"}});
  add("3.flac", {{"TITLE", "z10"}, {"ARTIST", "Zed"}, {"ALBUM", "a"}, {"TRACKNUMBER", "10"}});
  add("4.flac", {{"TITLE", "guest"}, {"ARTIST", "Zoe"}, {"ALBUMARTIST", "Abba"}, {"ALBUM", "X"}});
  add("5.flac", {{"TITLE", "disc2"}, {"ARTIST", "ZED"}, {"ALBUM", "A"}, {"DISCNUMBER", "2"}});
  add("6.flac", {{"TITLE", "single"}, {"ARTIST", "Zed"}});
  EXPECT_EQ(titles(scanned()),
            (std::vector<std::string>{"guest", "z2", "z10", "disc2", "single", "no artist"}));
}

TEST_F(LibraryTest, NumbersInNamesStandByTheirValue) {
  for (const char* name :
       {"Track 10.mp3", "Track 2.mp3", "track 1.mp3", "Disc 10/a.mp3", "disc 9/a.mp3"}) {
    folder.write(name, "");
  }
  EXPECT_EQ(titles(scanned()),
            (std::vector<std::string>{"track 1", "Track 2", "Track 10", "a", "a"}));
  EXPECT_EQ(listed(scanned())[3].relative_path, "disc 9/a.mp3");
}

TEST_F(LibraryTest, SearchLooksIntoTitleArtistAndAlbumWithoutCase) {
  folder.write("1.flac", make_flac(1, {{"TITLE", "\xC3\x84pfel"}, {"ARTIST", "Anna"}}));
  folder.write("2.flac", make_flac(1, {{"TITLE", "Birnen"}, {"ALBUM", "\xC3\x84PFEL live"}}));
  folder.write("3.flac", make_flac(1, {{"TITLE", "Kirschen"}, {"ARTIST", "Bert"}}));
  folder.write("4 \xC3\xA4pfelchen.flac", make_flac(1));
  Library& library = scanned();
  EXPECT_EQ(found(library, "\xC3\xA4pf"), 3U);
  EXPECT_EQ(found(library, "ANNA"), 1U);
  EXPECT_EQ(found(library, "nobody"), 0U);
  EXPECT_EQ(found(library, "annabirnen"), 0U) << "fields do not run together";
  EXPECT_EQ(found(library, "\xFF"), 0U);
}

TEST_F(LibraryTest, SearchFindsWhatWasMeant) {
  folder.write(
      "1.flac",
      make_flac(1, {{"TITLE", "Don\u2019t Stop"}, {"ARTIST", "alice"}, {"ARTIST", "B\u00f6b"}}));
  folder.write("2.flac", make_flac(1, {{"TITLE", "Live"}, {"ALBUMARTIST", "Various"}}));
  Library& library = scanned();
  for (const char* search : {"dont", "don't", "Don\u2019t", "DON`T stop", "bob", "bo\u0308b",
                             "stop  alice", " bob\u00a0dont "}) {
    EXPECT_EQ(found(library, search), 1U) << search;
  }
  EXPECT_EQ(found(library, "various"), 1U);
  EXPECT_EQ(found(library, "bob live"), 0U);
  EXPECT_EQ(found(library, "alicebob"), 0U);
  EXPECT_EQ(listed(library)[0].tags.artist().value_or(""), "alice");
}

// Searches run on several threads, and all fold with the same locale.
TEST_F(LibraryTest, SearchesOfSeveralThreadsFindTheSame) {
  folder.write("1.flac", make_flac(1, {{"TITLE", "\u00c4pfel \u0416\u03a9"}}));
  Library& library = scanned();
  std::vector<std::thread> threads;
  std::atomic<std::size_t> count{0};
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&] {
      for (int turn = 0; turn < 100; ++turn) {
        count += found(library, "\u00e4PF \u0436\u03c9");
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(count, 400U);
}

TEST_F(LibraryTest, RescanFindsWhatIsNewAndForgetsWhatIsGone) {
  folder.write("a.flac", make_flac(1, {{"TITLE", "A"}}));
  folder.write("b.flac", make_flac(1, {{"TITLE", "B"}}));
  const auto before = listed(scanned());
  std::filesystem::remove(folder.path_of("a.flac"));
  folder.write("c.flac", make_flac(1, {{"TITLE", "C"}}));
  Library& library = scanned();
  EXPECT_EQ(titles(library), (std::vector<std::string>{"B", "C"}));
  EXPECT_EQ(library.report().track_count, 2U);
  EXPECT_EQ(found(library, "a"), 0U);
  EXPECT_FALSE(library.open(before[0]));
}

TEST_F(LibraryTest, WatchingNoticesNewFilesAndStopsAtOnce) {
  Library library(folder.path(), Catalog::in_memory());
  library.watch(std::chrono::milliseconds(10));
  folder.write("a.flac", make_flac(1));
  for (int i = 0; i < 500 && library.report().track_count == 0; ++i) {
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  EXPECT_EQ(library.report().track_count, 1U);
}

TEST_F(LibraryTest, WhatIsPassedOverIsCountedAndListedWithItsReason) {
  TempFolder outside;
  folder.write("a.wav", make_wav(0.1));
  folder.write("b/song.ogg", "OggS");
  folder.write("b/cover.jpg", "");
  folder.link("b/loop", ".");
  folder.link("b/lost.mp3", outside.path() + "/lost.mp3");
  Library& library = scanned();
  auto look = library.catalog().look();
  EXPECT_EQ(skipped_files(look.database(), 0, 50),
            (std::vector<SkippedFile>{{"b/loop", SkipReason::kLinkedFolder},
                                      {"b/lost.mp3", SkipReason::kLinkLeadsNowhere},
                                      {"b/song.ogg", SkipReason::kUnsupportedFormat}}));
  EXPECT_EQ(library.report().skipped_count(), 3U);
  EXPECT_EQ(titles(library), std::vector<std::string>{"a"});
}

}  // namespace
}  // namespace server
