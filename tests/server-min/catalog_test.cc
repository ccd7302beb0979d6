#include "server-min/catalog.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <cstring>
#include <map>
#include <sys/inotify.h>
#include <thread>
#include <unistd.h>

#include <gtest/gtest.h>

#include "server-min/library.h"
#include "tests/server-min/support/audio_files.h"
#include "tests/server-min/support/temp_folder.h"

namespace server {
namespace {

Catalog scan(const TempFolder& folder, const Catalog* previous = nullptr) {
  return Catalog::scan(*FileRoot::open(folder.path()), previous);
}

std::vector<std::string> titles(const Catalog& catalog) {
  std::vector<std::string> result;
  for (const Track& track : catalog.tracks()) result.push_back(track.title);
  return result;
}

std::map<std::string, std::string> ids_by_path(const Catalog& catalog) {
  std::map<std::string, std::string> result;
  for (const Track& track : catalog.tracks()) result[track.relative_path] = track.id;
  return result;
}

TEST(CatalogTest, ListsAudioFilesOfAllFoldersAndNothingElse) {
  TempFolder folder;
  folder.write("a.wav", make_wav(0.1));
  folder.write("one/two/B.FLAC", make_flac(0.1));
  folder.write("one/c.Mp3", make_mp3(2));
  for (const char* name :
       {"cover.jpg", "d.ogg", ".hidden.wav", ".trash/e.wav", "f.wav.bak", "wav"}) {
    folder.write(name, make_wav(0.1));
  }
  std::filesystem::create_directories(folder.path_of("folder.wav"));
  EXPECT_EQ(ids_by_path(scan(folder)).size(), 3U);
  EXPECT_EQ(titles(scan(folder)), (std::vector<std::string>{"a", "B", "c"}));
}

TEST(CatalogTest, LinksOutsideAndLoopsAreNotListed) {
  TempFolder outside;
  outside.write("secret.wav", make_wav(0.1));
  TempFolder folder;
  folder.write("a.wav", make_wav(0.1));
  folder.link("escape.wav", outside.path() + "/secret.wav");
  folder.link("escape", outside.path());
  folder.link("loop", ".");
  EXPECT_EQ(titles(scan(folder)), std::vector<std::string>{"a"});
}

TEST(CatalogTest, BrokenFilesAreListedWithWhatIsKnown) {
  TempFolder folder;
  folder.write("empty.flac", "");
  folder.write("random.mp3", "\x13\x37 no audio at all");
  folder.write("cut.wav", make_wav(1.0).substr(0, 30));
  folder.write("mp3 inside.flac", make_mp3(5));
  const Catalog catalog = scan(folder);
  ASSERT_EQ(catalog.tracks().size(), 4U);
  for (const Track& track : catalog.tracks()) {
    EXPECT_FALSE(track.tags.duration_ms) << track.title;
    EXPECT_FALSE(track.title.empty());
  }
}

TEST(CatalogTest, IdsSurviveRescansOtherFilesAndChangedTags) {
  TempFolder folder;
  folder.write("x/a.flac", make_flac(1.0, {{"TITLE", "before"}}));
  folder.write("x/b.flac", make_flac(1.0));
  const Catalog first = scan(folder);
  folder.write("x/a.flac", make_flac(2.0, {{"TITLE", "after, longer"}}));
  folder.write("a/new.flac", make_flac(1.0));
  const Catalog second = scan(folder, &first);
  auto first_ids = ids_by_path(first);
  auto second_ids = ids_by_path(second);
  EXPECT_EQ(first_ids["x/a.flac"], second_ids["x/a.flac"]);
  EXPECT_EQ(first_ids["x/b.flac"], second_ids["x/b.flac"]);
  EXPECT_EQ(second.find(second_ids["x/a.flac"])->title, "after, longer");
  EXPECT_EQ(second.tracks().size(), 3U);

  const std::string id = second_ids["x/a.flac"];
  EXPECT_EQ(id.size(), 16U);
  EXPECT_EQ(id.find_first_not_of("0123456789abcdef"), std::string::npos);
}

TEST(CatalogTest, TheSameFolderElsewhereGivesTheSameIds) {
  TempFolder one;
  TempFolder two;
  for (const TempFolder* folder : {&one, &two}) {
    folder->write("x/a.flac", make_flac(1.0));
    folder->write("y.wav", make_wav(0.1));
  }
  EXPECT_EQ(ids_by_path(scan(one)), ids_by_path(scan(two)));
}

// Counts how often a file is opened, by whomever, as the kernel tells it.
class OpenCounter {
 public:
  explicit OpenCounter(const std::string& path) : events_(::inotify_init1(IN_NONBLOCK)) {
    EXPECT_GE(::inotify_add_watch(events_.get(), path.c_str(), IN_OPEN | IN_ACCESS), 0);
  }
  int opened() { return take().first; }
  int read() { return take().second; }

 private:
  // Opens and reads since the last call.
  std::pair<int, int> take() {
    alignas(inotify_event) std::array<char, 4096> buffer{};
    std::pair<int, int> counts;
    for (ssize_t size = 0; (size = ::read(events_.get(), buffer.data(), buffer.size())) > 0;) {
      for (ssize_t at = 0; at < size; at += static_cast<ssize_t>(sizeof(inotify_event))) {
        inotify_event event = {};  // Events of a watched file have no name behind them.
        std::memcpy(&event, buffer.data() + at, sizeof(event));
        counts.first += (event.mask & IN_OPEN) != 0 ? 1 : 0;
        counts.second += (event.mask & IN_ACCESS) != 0 ? 1 : 0;
      }
    }
    return counts;
  }

  UniqueFd events_;
};

TEST(CatalogTest, UnchangedFilesAreNotReadAgain) {
  TempFolder folder;
  folder.write("a.flac", make_flac(1.0, {{"TITLE", "old"}}));
  const Catalog first = scan(folder);
  OpenCounter counter(folder.path_of("a.flac"));
  EXPECT_EQ(titles(scan(folder, &first)), std::vector<std::string>{"old"});
  EXPECT_EQ(counter.opened(), 0);
  folder.set_modified("a.flac", 1'700'000'000);
  scan(folder, &first);
  EXPECT_GT(counter.opened(), 0) << "the counter counts";
}

TEST(CatalogTest, AnEditThatKeepsSizeAndTimeIsSeen) {
  TempFolder folder;
  folder.write("a.flac", make_flac(1.0, {{"TITLE", "old"}}));
  folder.set_modified("a.flac", 1'700'000'000);
  const Catalog first = scan(folder);
  TempFolder::wait_for_tick();
  folder.write("a.flac", make_flac(1.0, {{"TITLE", "new"}}));
  folder.set_modified("a.flac", 1'700'000'000);
  EXPECT_EQ(titles(scan(folder, &first)), std::vector<std::string>{"new"});
}

// A link has to be opened to see where it leads; what it leads to is read when that has changed.
TEST(CatalogTest, UnchangedTargetsOfLinksAreNotReadAgain) {
  TempFolder folder;
  folder.write("a.flac", make_flac(1.0, {{"TITLE", "a"}}));
  folder.write("b.flac", make_flac(1.0, {{"TITLE", "b"}}));
  folder.link("link.flac", "a.flac");
  const Catalog first = scan(folder);
  OpenCounter counter(folder.path_of("a.flac"));
  const Catalog second = scan(folder, &first);
  EXPECT_EQ(titles(second), (std::vector<std::string>{"a", "a", "b"}));
  EXPECT_EQ(counter.read(), 0);
  std::filesystem::remove(folder.path_of("link.flac"));
  folder.link("link.flac", "b.flac");
  EXPECT_EQ(titles(scan(folder, &second)), (std::vector<std::string>{"a", "b", "b"}));
}

TEST(CatalogTest, LinksWithinTheFolderAreTracksOfTheirOwn) {
  TempFolder folder;
  folder.write("a.flac", make_flac(1.0));
  folder.link("b.flac", "a.flac");
  const Catalog first = scan(folder);
  EXPECT_EQ(titles(first), (std::vector<std::string>{"a", "b"}));
  EXPECT_EQ(ids_by_path(scan(folder, &first)), ids_by_path(first));
}

TEST(CatalogTest, ManyPathsHaveManyIds) {
  TempFolder folder;
  for (int i = 0; i < 500; ++i) folder.write("t" + std::to_string(i) + ".mp3", "");
  const Catalog catalog = scan(folder);
  for (const Track& track : catalog.tracks()) EXPECT_EQ(catalog.find(track.id), &track);
  EXPECT_EQ(catalog.tracks().size(), 500U);
}

TEST(CatalogTest, SortsLikeAShelfWithUnknownNamesLast) {
  TempFolder folder;
  const auto add = [&](const char* name, TagList tags) { folder.write(name, make_flac(1, tags)); };
  add("1.flac", {{"TITLE", "no artist"}});
  add("2.flac", {{"TITLE", "z2"}, {"ARTIST", "zed"}, {"ALBUM", "A"}, {"TRACKNUMBER", "2"}});
  add("3.flac", {{"TITLE", "z10"}, {"ARTIST", "Zed"}, {"ALBUM", "a"}, {"TRACKNUMBER", "10"}});
  add("4.flac", {{"TITLE", "guest"}, {"ARTIST", "Zoe"}, {"ALBUMARTIST", "Abba"}, {"ALBUM", "X"}});
  add("5.flac", {{"TITLE", "disc2"}, {"ARTIST", "ZED"}, {"ALBUM", "A"}, {"DISCNUMBER", "2"}});
  add("6.flac", {{"TITLE", "single"}, {"ARTIST", "Zed"}});
  EXPECT_EQ(titles(scan(folder)),
            (std::vector<std::string>{"guest", "z2", "z10", "disc2", "single", "no artist"}));
}

TEST(CatalogTest, SearchLooksIntoTitleArtistAndAlbumWithoutCase) {
  TempFolder folder;
  folder.write("1.flac", make_flac(1, {{"TITLE", "\xC3\x84pfel"}, {"ARTIST", "Anna"}}));
  folder.write("2.flac", make_flac(1, {{"TITLE", "Birnen"}, {"ALBUM", "\xC3\x84PFEL live"}}));
  folder.write("3.flac", make_flac(1, {{"TITLE", "Kirschen"}, {"ARTIST", "Bert"}}));
  folder.write("4 \xC3\xA4pfelchen.flac", make_flac(1));
  const Catalog catalog = scan(folder);
  EXPECT_EQ(catalog.page("\xC3\xA4pf", 0, 50).total, 3U);
  EXPECT_EQ(catalog.page("ANNA", 0, 50).total, 1U);
  EXPECT_EQ(catalog.page("", 0, 50).total, 4U);
  EXPECT_EQ(catalog.page("nobody", 0, 50).total, 0U);
  EXPECT_EQ(catalog.page("annabirnen", 0, 50).total, 0U) << "fields do not run together";
  EXPECT_EQ(catalog.page("\xFF", 0, 50).total, 0U);
}

TEST(CatalogTest, SearchFindsWhatWasMeant) {
  TempFolder folder;
  folder.write(
      "1.flac",
      make_flac(1, {{"TITLE", "Don\u2019t Stop"}, {"ARTIST", "alice"}, {"ARTIST", "B\u00f6b"}}));
  folder.write("2.flac", make_flac(1, {{"TITLE", "Live"}, {"ALBUMARTIST", "Various"}}));
  const Catalog catalog = scan(folder);
  for (const char* search : {"dont", "don't", "Don\u2019t", "DON`T stop", "bob", "bo\u0308b",
                             "stop  alice", " bob\u00a0dont "}) {
    EXPECT_EQ(catalog.page(search, 0, 50).total, 1U) << search;
  }
  EXPECT_EQ(catalog.page("various", 0, 50).total, 1U);
  EXPECT_EQ(catalog.page(" ' ", 0, 50).total, 2U) << "no word";
  EXPECT_EQ(catalog.page("bob live", 0, 50).total, 0U);
  EXPECT_EQ(catalog.page("alicebob", 0, 50).total, 0U);
  EXPECT_EQ(catalog.tracks()[0].tags.artist.value_or(""), "alice");
}

// Searches run on as many loops as there are cores, and all fold with the same locale.
TEST(CatalogTest, SearchesOfSeveralThreadsFindTheSame) {
  TempFolder folder;
  folder.write("1.flac", make_flac(1, {{"TITLE", "\u00c4pfel \u0416\u03a9"}}));
  const Catalog catalog = scan(folder);
  std::vector<std::thread> threads;
  std::atomic<int> found{0};
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&] {
      for (int turn = 0; turn < 500; ++turn) {
        found += static_cast<int>(catalog.page("\u00e4PF \u0436\u03c9", 0, 50).total);
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(found, 4 * 500);
}

TEST(CatalogTest, PagesCoverEveryTrackOnce) {
  TempFolder folder;
  for (int i = 0; i < 23; ++i) folder.write("track" + std::to_string(i) + ".mp3", "");
  const Catalog catalog = scan(folder);
  std::vector<std::size_t> seen;
  for (std::size_t offset = 0; offset < 30; offset += 5) {
    const TrackPage page = catalog.page("TRACK", offset, 5);
    EXPECT_EQ(page.total, 23U);
    seen.insert(seen.end(), page.indices.begin(), page.indices.end());
  }
  ASSERT_EQ(seen.size(), 23U);
  EXPECT_TRUE(std::is_sorted(seen.begin(), seen.end()));
  EXPECT_TRUE(catalog.page("", 18446744073709551615U, 5).indices.empty());
}

TEST(LibraryTest, RescanFindsWhatIsNewAndForgetsWhatIsGone) {
  TempFolder folder;
  folder.write("a.flac", make_flac(1, {{"TITLE", "A"}}));
  folder.write("b.flac", make_flac(1, {{"TITLE", "B"}}));
  Library library(*FileRoot::open(folder.path()));
  const auto before = library.catalog();
  std::filesystem::remove(folder.path_of("a.flac"));
  folder.write("c.flac", make_flac(1, {{"TITLE", "C"}}));
  library.rescan();
  EXPECT_EQ(titles(*library.catalog()), (std::vector<std::string>{"B", "C"}));
  EXPECT_EQ(titles(*before), (std::vector<std::string>{"A", "B"})) << "a snapshot never changes";
  EXPECT_FALSE(library.open(before->tracks()[0]));
}

TEST(LibraryTest, WatchingNoticesNewFilesAndStopsAtOnce) {
  TempFolder folder;
  Library library(*FileRoot::open(folder.path()));
  library.watch(std::chrono::milliseconds(10));
  folder.write("a.flac", make_flac(1));
  for (int i = 0; i < 500 && library.catalog()->tracks().empty(); ++i) {
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  EXPECT_EQ(library.catalog()->tracks().size(), 1U);
}

}  // namespace
}  // namespace server
