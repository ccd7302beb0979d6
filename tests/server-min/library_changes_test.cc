// What stays the same while files, disks and servers come and go.

#include <csignal>
#include <fcntl.h>
#include <fstream>
#include <thread>

#include <gtest/gtest.h>

#include "tests/server-min/support/audio_files.h"
#include "tests/server-min/support/listed.h"
#include "tests/server-min/support/open_counter.h"

namespace server {
namespace {

std::string song(const std::string& title) {
  return make_flac(1.0, {{"TITLE", title}, {"ARTIST", "Artist of " + title}, {"ALBUM", "Album"}});
}

class LibraryChangesTest : public ::testing::Test {
 protected:
  void move(const std::string& from, const std::string& to) const {
    const std::filesystem::path target = disk.music.path_of(to);
    std::filesystem::create_directories(target.parent_path());
    std::filesystem::rename(disk.music.path_of(from), target);
  }
  PublicId id_of(const std::string& path) {
    const auto ids = ids_by_path(disk.scanned());
    const auto place = ids.find(path);
    return place == ids.end() ? 0 : place->second;
  }
  std::size_t album_count() {
    auto look = disk.open().catalog().look();
    return count_groupings(look.database(), GroupingKind::kAlbum);
  }

  LibraryOnDisk disk;
};

TEST_F(LibraryChangesTest, TheNextStartKnowsEverythingAndReadsNothing) {
  disk.music.write("a.flac", song("a"));
  disk.music.write("x/b.flac", song("b"));
  const auto ids = ids_by_path(disk.scanned());
  disk.close();
  OpenCounter counter(disk.music.path_of("a.flac"));
  EXPECT_EQ(ids_by_path(disk.open()), ids) << "before any scan";
  disk.open().rescan();
  EXPECT_EQ(counter.opened(), 0);
  EXPECT_EQ(disk.note, "");
}

TEST_F(LibraryChangesTest, MovedAndRenamedFilesKeepTheirIds) {
  disk.music.write("x/a.flac", song("a"));
  disk.music.write("x/b.flac", song("b"));
  const PublicId a = id_of("x/a.flac");
  const PublicId b = id_of("x/b.flac");
  move("x/a.flac", "x/renamed.flac");
  EXPECT_EQ(id_of("x/renamed.flac"), a);
  move("x", "y/deep/z");
  EXPECT_EQ(id_of("y/deep/z/renamed.flac"), a);
  EXPECT_EQ(id_of("y/deep/z/b.flac"), b);
  EXPECT_EQ(ids_by_path(disk.open()).size(), 2U);
}

TEST_F(LibraryChangesTest, ACopyIsATrackOfItsOwn) {
  disk.music.write("a.flac", song("a"));
  const PublicId a = id_of("a.flac");
  disk.music.write("0 copy.flac", song("a"));
  disk.music.write("z copy.flac", song("a"));
  const auto ids = ids_by_path(disk.scanned());
  EXPECT_EQ(ids.size(), 3U);
  EXPECT_EQ(ids.at("a.flac"), a);
}

TEST_F(LibraryChangesTest, AnotherFileUnderTheNameOfAMovedOneIsAnotherTrack) {
  disk.music.write("a.flac", song("a"));
  const PublicId a = id_of("a.flac");
  move("a.flac", "b.flac");
  disk.music.write("a.flac", song("quite another"));
  const auto ids = ids_by_path(disk.scanned());
  ASSERT_EQ(ids.size(), 2U);
  // The name was taken over at once, so that the id stayed with it; with a scan in between it
  // moves along.
  EXPECT_NE(ids.at("a.flac"), ids.at("b.flac"));
  EXPECT_TRUE(ids.at("a.flac") == a || ids.at("b.flac") == a);
}

TEST_F(LibraryChangesTest, WhatComesBackIsTheSameTrack) {
  disk.music.write("a.flac", song("zebra"));
  disk.music.write("b.flac", song("b"));
  const PublicId a = id_of("a.flac");
  std::filesystem::rename(disk.music.path_of("a.flac"), disk.data.path_of("kept"));
  EXPECT_EQ(id_of("a.flac"), 0U);
  EXPECT_EQ(found(disk.open(), "zebra"), 0U);
  std::filesystem::rename(disk.data.path_of("kept"), disk.music.path_of("elsewhere.flac"));
  EXPECT_EQ(id_of("elsewhere.flac"), a);
  EXPECT_EQ(found(disk.open(), "zebra"), 1U);
}

TEST_F(LibraryChangesTest, AFileThatCannotBeReadForAWhileStaysListed) {
  disk.music.write("a.flac", song("a"));
  disk.music.write("b.flac", song("b"));
  const auto ids = ids_by_path(disk.scanned());
  disk.music.write("a.flac", song("a changed"));
  {
    // Who holds a lease makes others wait, and those that do not want to, fail.
    std::signal(SIGIO, SIG_IGN);  // The kernel tells that somebody waits.
    const UniqueFd held(::open(disk.music.path_of("a.flac").c_str(), O_RDWR));
    if (::fcntl(held.get(), F_SETLEASE, F_WRLCK) != 0) GTEST_SKIP() << "no leases here";
    disk.open().rescan();
    EXPECT_EQ(ids_by_path(disk.open()), ids);
    auto look = disk.open().catalog().look();
    EXPECT_EQ(skipped_files(look.database(), 0, 10),
              (std::vector<SkippedFile>{{"a.flac", SkipReason::kUnreadableFile}}));
  }
  EXPECT_EQ(ids_by_path(disk.scanned()), ids);
  EXPECT_EQ(titles(disk.open()), (std::vector<std::string>{"a changed", "b"}));
}

TEST_F(LibraryChangesTest, AnEmptyFolderEmptiesNoCatalog) {
  disk.music.write("x/a.flac", song("a"));
  disk.music.write("b.flac", song("b"));
  const auto ids = ids_by_path(disk.scanned());
  // As a mount point looks when nothing is mounted there.
  std::filesystem::rename(disk.music.path(), disk.music.path() + "-away");
  std::filesystem::create_directory(disk.music.path());
  Library& library = disk.scanned();
  EXPECT_EQ(ids_by_path(library), ids);
  EXPECT_TRUE(library.report().folder_away);
  EXPECT_NE(library.report().problem.find("mounted"), std::string::npos);
  EXPECT_FALSE(library.open(listed(library)[0]));

  std::filesystem::remove(disk.music.path());
  library.rescan();
  EXPECT_EQ(ids_by_path(library), ids);
  EXPECT_NE(library.report().problem.find("cannot be opened"), std::string::npos);

  // The library opens the folder anew, so it sees what is there now.
  std::filesystem::rename(disk.music.path() + "-away", disk.music.path());
  library.rescan();
  EXPECT_FALSE(library.report().folder_away);
  EXPECT_EQ(library.report().problem, "");
  EXPECT_EQ(library.report().files_read, 0U);
  EXPECT_EQ(ids_by_path(library), ids);
  EXPECT_TRUE(library.open(listed(library)[0]));
}

TEST_F(LibraryChangesTest, AlbumsWithoutTracksAreGone) {
  disk.music.write("a.flac", song("a"));
  disk.music.write("b.wav", make_wav(0.1));
  disk.scanned();
  EXPECT_EQ(album_count(), 1U);
  std::filesystem::remove(disk.music.path_of("a.flac"));
  disk.scanned();
  EXPECT_EQ(album_count(), 0U);
}

TEST_F(LibraryChangesTest, ADamagedCatalogIsMadeAnewAndSaysSo) {
  disk.music.write("a.flac", song("a"));
  disk.scanned();
  disk.close();
  std::ofstream(disk.file(), std::ios::trunc) << std::string(10'000, 'x');
  EXPECT_EQ(titles(disk.scanned()), std::vector<std::string>{"a"});
  EXPECT_NE(disk.note.find("made anew"), std::string::npos);
}

// What is needed to open it is whole.
TEST_F(LibraryChangesTest, DamageThatAScanMeetsIsMendedByTheNextStart) {
  for (int i = 0; i < 100; ++i) disk.music.write(std::to_string(i) + ".flac", song("a"));
  disk.scanned();
  disk.close();
  constexpr std::streamoff kPageSize = 4096;
  std::int64_t page = 0;
  {
    Database database = Database::open(disk.file());
    Query& query =
        database.prepared("SELECT rootpage FROM sqlite_master WHERE name = 'track'").bind();
    ASSERT_TRUE(query.step());
    page = query.integer(0);
  }
  std::fstream file(disk.file(), std::ios::in | std::ios::out | std::ios::binary);
  file.seekp((page - 1) * kPageSize);
  file << std::string(kPageSize, 'x');
  file.close();
  ASSERT_TRUE(file.good());
  Library& library = disk.scanned();
  EXPECT_EQ(disk.note, "") << "opening it does not show the damage";
  EXPECT_NE(library.report().problem.find("makes it anew"), std::string::npos);
  EXPECT_EQ(titles(disk.scanned()).size(), 100U);
  EXPECT_NE(disk.note.find("made anew"), std::string::npos);
  disk.open();
  EXPECT_EQ(disk.note, "") << "it is made anew once";
}

TEST_F(LibraryChangesTest, ACatalogOfAnotherVersionIsMadeAnewAndSaysSo) {
  disk.music.write("a.flac", song("a"));
  disk.scanned();
  disk.close();
  Database::open(disk.file()).execute("PRAGMA user_version = 9999");
  EXPECT_EQ(titles(disk.scanned()), std::vector<std::string>{"a"});
  EXPECT_NE(disk.note.find("another version"), std::string::npos);
}

TEST_F(LibraryChangesTest, TwoServersShareACatalogThatOneOfThemWrites) {
  disk.music.write("a.flac", song("a"));
  Library& first = disk.scanned();
  std::string note;
  Library second(disk.music.path(), Catalog::open(disk.file(), note));
  disk.music.write("b.flac", song("b"));
  second.rescan();
  EXPECT_TRUE(second.report().elsewhere);
  EXPECT_EQ(titles(second), std::vector<std::string>{"a"});
  first.rescan();
  EXPECT_EQ(titles(second), (std::vector<std::string>{"a", "b"}));
  disk.music.write("c.flac", song("c"));
  disk.close();
  second.rescan();
  EXPECT_FALSE(second.report().elsewhere);
  EXPECT_EQ(titles(second), (std::vector<std::string>{"a", "b", "c"})) << "it has taken over";
}

TEST_F(LibraryChangesTest, AServerThatOnlyReadsSeesTheFolderComeAndGoToo) {
  disk.music.write("a.flac", song("a"));
  disk.scanned();
  std::string note;
  Library second(disk.music.path(), Catalog::open(disk.file(), note));
  const std::string away = disk.data.path_of("away");
  std::filesystem::rename(disk.music.path(), away);
  second.rescan();
  EXPECT_TRUE(second.report().elsewhere);
  EXPECT_TRUE(second.report().folder_away);
  EXPECT_NE(second.report().problem.find("cannot be opened"), std::string::npos);
  // Another folder of the same name, as after a mount.
  std::filesystem::copy(away, disk.music.path(), std::filesystem::copy_options::recursive);
  std::filesystem::remove_all(away);
  second.rescan();
  EXPECT_TRUE(second.report().elsewhere);
  EXPECT_FALSE(second.report().folder_away);
  EXPECT_EQ(second.report().problem, "");
  EXPECT_TRUE(second.open(listed(second).at(0)));
}

TEST_F(LibraryChangesTest, AScanThatIsStoppedKeepsWhatItHasAndTheNextGoesOn) {
  for (int i = 0; i < 600; ++i) disk.music.write(std::to_string(i) + ".flac", song("a"));
  {
    Library library(disk.music.path(), Catalog::open(disk.file(), disk.note));
    library.watch(std::chrono::hours(1));
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::minutes(5);
    while (library.report().track_count == 0 && std::chrono::steady_clock::now() < deadline) {
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
  }
  const auto before = ids_by_path(disk.open());
  EXPECT_FALSE(before.empty());
  auto after = ids_by_path(disk.scanned());
  EXPECT_EQ(after.size(), 600U);
  for (const auto& [path, id] : before) EXPECT_EQ(after[path], id);
}

}  // namespace
}  // namespace server
