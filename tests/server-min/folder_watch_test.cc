// What changes on disk is listed at once, without a look over everything.

#include "server-min/folder_watch.h"

#include <fcntl.h>
#include <fstream>
#include <functional>
#include <thread>

#include <gtest/gtest.h>

#include "tests/server-min/support/audio_files.h"
#include "tests/server-min/support/listed.h"
#include "tests/server-min/support/temp_folder.h"

namespace server {
namespace {

using Titles = std::vector<std::string>;

std::string song(const std::string& title) {
  return make_flac(1.0, {{"TITLE", title}, {"ALBUM", "Album of " + title}});
}

class FolderWatchTest : public ::testing::Test {
 protected:
  /// Watches from now on; by itself it would look over everything once an hour.
  void start() {
    library_ = std::make_unique<Library>(music.path(), Catalog::open(data.path_of("c.db"), note_));
    library_->watch(std::chrono::hours(1));
    ASSERT_TRUE(library_->wait_for_scan(std::chrono::minutes(5)));
  }
  static void wait_until(const std::function<bool()>& condition) {
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::minutes(2);
    while (!condition() && std::chrono::steady_clock::now() < deadline) {
      std::this_thread::sleep_for(std::chrono::milliseconds(20));
    }
  }
  void expect_soon(const Titles& expected) {
    wait_until([&] { return titles(*library_) == expected; });
    EXPECT_EQ(titles(*library_), expected);
  }
  std::vector<SkippedFile> skipped() {
    auto look = library_->catalog().look();
    return skipped_files(look.database(), 0, 100);
  }

  TempFolder music;
  TempFolder data;
  std::unique_ptr<Library> library_;

 private:
  std::string note_;
};

TEST_F(FolderWatchTest, FilesThatComeChangeAndGoAreListedAtOnce) {
  music.write("x/a.flac", song("a"));
  music.write("x/z.flac", song("z"));
  start();
  music.write("x/b.flac", song("b"));
  expect_soon({"a", "b", "z"});
  music.write("x/b.flac", song("c"));
  expect_soon({"a", "c", "z"});
  std::filesystem::remove(music.path_of("x/a.flac"));
  expect_soon({"c", "z"});
  EXPECT_EQ(library_->report().files_read, 2U) << "of the one look over everything";
}

TEST_F(FolderWatchTest, FoldersThatComeMoveAndGoAreListedAtOnceWithAllInThem) {
  music.write("a.flac", song("a"));
  start();
  TempFolder elsewhere;
  elsewhere.write("new/deep/b.flac", song("b"));
  std::filesystem::rename(elsewhere.path_of("new"), music.path_of("new"));
  expect_soon({"a", "b"});
  const PublicId id = ids_by_path(*library_).at("new/deep/b.flac");
  std::filesystem::rename(music.path_of("new"), music.path_of("moved"));
  wait_until([&] { return ids_by_path(*library_).count("moved/deep/b.flac") == 1; });
  EXPECT_EQ(ids_by_path(*library_)["moved/deep/b.flac"], id);
  // What was moved is watched under its new name.
  music.write("moved/deep/c.flac", song("c"));
  expect_soon({"a", "b", "c"});
  std::filesystem::remove_all(music.path_of("moved"));
  expect_soon({"a"});
}

TEST_F(FolderWatchTest, WhatIsPassedOverIsKeptUpToDateToo) {
  music.write("a.flac", song("a"));
  music.write("old/song.ogg", "");
  start();
  music.write("new/song.ape", "");
  const SkippedFile old_file{"old/song.ogg", SkipReason::kUnsupportedFormat};
  const SkippedFile new_file{"new/song.ape", SkipReason::kUnsupportedFormat};
  wait_until([&] { return skipped().size() == 2; });
  EXPECT_EQ(skipped(), (std::vector<SkippedFile>{new_file, old_file}));
  std::filesystem::remove_all(music.path_of("new"));
  wait_until([&] { return skipped().size() == 1; });
  EXPECT_EQ(skipped(), std::vector<SkippedFile>{old_file});
}

TEST_F(FolderWatchTest, WhoEmptiesAFolderIsTakenForOneWhoseDiskIsAway) {
  music.write("x/a.flac", song("a"));
  start();
  std::filesystem::remove_all(music.path_of("x"));
  wait_until([&] { return library_->report().folder_away; });
  EXPECT_TRUE(library_->report().folder_away);
  EXPECT_EQ(titles(*library_), Titles{"a"});
  music.write("x/b.flac", song("b"));
  expect_soon({"b"});
  EXPECT_FALSE(library_->report().folder_away);
}

TEST_F(FolderWatchTest, WhatALookOverAPartHasLeftIsForgottenByTheNextOverAll) {
  music.write("x/a.flac", song("a"));
  music.write("y/b.flac", song("b"));
  start();
  std::filesystem::remove(music.path_of("y/b.flac"));
  expect_soon({"a"});
  library_->rescan();
  auto look = library_->catalog().look();
  Query& query = look.database().prepared("SELECT count(*) FROM grouping").bind();
  ASSERT_TRUE(query.step());
  EXPECT_EQ(query.integer(0), 1) << "the album of what is gone";
  query.reset();
}

TEST_F(FolderWatchTest, WithoutEnoughWatchesItSaysSoInWords) {
  FolderWatch watch(1);
  EXPECT_EQ(watch.gap(), "");
  for (const char* name : {"a", "b"}) {
    music.write(std::string(name) + "/x", "");
    const UniqueFd folder(::open(music.path_of(name).c_str(), O_RDONLY | O_DIRECTORY));
    watch.add(name, folder.get());
  }
  EXPECT_EQ(watch.watch_count(), 1U);
  EXPECT_NE(watch.gap().find("more folders"), std::string::npos) << watch.gap();
  music.write("a/song.flac", "");
  const FolderChanges changes = watch.take();
  EXPECT_EQ(changes.folders, (std::map<std::string, bool>{{"a", false}}));
  EXPECT_FALSE(changes.everything);
}

TEST_F(FolderWatchTest, WhenNewsAreLostItBeginsAnew) {
  std::size_t queue_size = 0;
  std::ifstream("/proc/sys/fs/inotify/max_queued_events") >> queue_size;
  if (queue_size == 0 || queue_size > 100'000) GTEST_SKIP() << "a queue of " << queue_size;
  FolderWatch watch;
  const int descriptor = watch.descriptor();
  const UniqueFd folder(::open(music.path().c_str(), O_RDONLY | O_DIRECTORY));
  watch.add("", folder.get());
  for (std::size_t i = 0; i <= queue_size / 2; ++i) {  // At least two news each.
    const UniqueFd file(::openat(folder.get(), "a.flac", O_WRONLY | O_CREAT | O_CLOEXEC, 0600));
    ASSERT_TRUE(file.valid());
    ASSERT_EQ(::unlinkat(folder.get(), "a.flac", 0), 0);
  }
  EXPECT_TRUE(watch.take().everything);
  EXPECT_EQ(watch.watch_count(), 0U);
  EXPECT_EQ(watch.descriptor(), descriptor);
  watch.add("", folder.get());
  music.write("b.flac", "x");
  const FolderChanges changes = watch.take();
  EXPECT_FALSE(changes.everything);
  EXPECT_EQ(changes.folders, (std::map<std::string, bool>{{"", false}}));
}

TEST_F(FolderWatchTest, WhatIsNoMusicIsNoNews) {
  FolderWatch watch;
  const UniqueFd folder(::open(music.path().c_str(), O_RDONLY | O_DIRECTORY));
  watch.add("", folder.get());
  music.write("cover.jpg", "x");
  music.write(".hidden/song.flac", "x");
  EXPECT_TRUE(watch.take().empty());
  music.write("list.m3u", "x");
  EXPECT_EQ(watch.take().folders, (std::map<std::string, bool>{{"", false}}));
  std::filesystem::create_directory(music.path_of("inner"));
  EXPECT_EQ(watch.take().folders, (std::map<std::string, bool>{{"", false}, {"inner", true}}));
}

TEST_F(FolderWatchTest, ManyChangesAreOneLookOverEverything) {
  FolderChanges changes;
  for (std::size_t i = 0; i <= FolderWatch::kChangeCountMax; ++i) {
    changes.add(std::to_string(i), false);
  }
  EXPECT_TRUE(changes.everything);
  FolderChanges others;
  others.add("a", true);
  others.add(changes);
  EXPECT_TRUE(others.everything);
}

}  // namespace
}  // namespace server
