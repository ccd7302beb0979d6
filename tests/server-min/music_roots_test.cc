// Several music folders, and links between them.

#include "server-min/music_roots.h"

#include <gtest/gtest.h>

#include "tests/server-min/support/audio_files.h"
#include "tests/server-min/support/listed.h"
#include "tests/server-min/support/temp_folder.h"

namespace server {
namespace {

using Titles = std::vector<std::string>;

std::string song(const std::string& title) {
  return make_flac(1.0, {{"TITLE", title}, {"ALBUM", "Album"}});
}

class MusicRootsTest : public ::testing::Test {
 protected:
  Library& scanned(const std::vector<std::string>& names) {
    std::vector<std::string> folders;
    for (const std::string& name : names) folders.push_back(disk.path_of(name));
    library_.reset();
    library_ = std::make_unique<Library>(folders, Catalog::in_memory());
    library_->rescan();
    return *library_;
  }
  static std::vector<SkippedFile> skipped(const Library& library) {
    auto look = library.catalog().look();
    return skipped_files(look.database(), 0, 100);
  }

  TempFolder disk;
  std::unique_ptr<Library> library_;
};

TEST_F(MusicRootsTest, SeveralFoldersAreOneLibrary) {
  disk.write("one/x/a.flac", song("a"));
  disk.write("two/x/b.flac", song("b"));
  disk.write("other/two/c.flac", song("c"));
  Library& library = scanned({"two", "one", "other/two"});
  EXPECT_EQ(titles(library), (Titles{"a", "b", "c"}));
  for (const Track& track : listed(library)) EXPECT_TRUE(library.open(track)) << track.title;
  const auto ids = ids_by_path(library);
  EXPECT_EQ(ids.count("one/x/a.flac"), 1U);
  EXPECT_EQ(ids.count("two/c.flac"), 1U) << "the first by its real path has the plain name";
  EXPECT_EQ(ids.count("two (2)/x/b.flac"), 1U);
  const PublicId first = ids.at("two (2)/x/b.flac");
  EXPECT_EQ(ids_by_path(scanned({"two"})).at("x/b.flac"), first)
      << "the one named first has the ids that it has alone";
}

TEST_F(MusicRootsTest, FilesOfOnePathInTwoFoldersAreTwoTracks) {
  disk.write("one/a.flac", song("a"));
  disk.write("two/a.flac", song("b"));
  Library& library = scanned({"one", "two"});
  const auto tracks = listed(library);
  ASSERT_EQ(tracks.size(), 2U);
  EXPECT_NE(tracks[0].id, tracks[1].id);
  EXPECT_NE(tracks[0].root, tracks[1].root);
}

TEST_F(MusicRootsTest, AFolderCalledAsAnotherOnesLabelTakesNoIdsOfIt) {
  disk.write("one/two/a.flac", song("a"));
  disk.write("two/a.flac", song("b"));
  const auto ids = ids_by_path(scanned({"one", "two"}));
  std::filesystem::remove(disk.path_of("one/two/a.flac"));
  disk.write("one/c.flac", song("c"));
  const auto without = ids_by_path(scanned({"one", "two"}));
  EXPECT_EQ(without.at("two/a.flac"), ids.at("two/a.flac"));
  EXPECT_NE(without.at("two/a.flac"), ids.at("one/two/a.flac"));
}

TEST_F(MusicRootsTest, EachFolderIsAwayAndBackOnItsOwn) {
  disk.write("one/a.flac", song("a"));
  disk.write("two/b.flac", song("b"));
  disk.write("two/c.flac", song("c"));
  Library& library = scanned({"one", "two"});
  const auto ids = ids_by_path(library);
  std::filesystem::rename(disk.path_of("one"), disk.path_of("away"));
  std::filesystem::remove(disk.path_of("two/c.flac"));
  library.rescan();
  EXPECT_EQ(titles(library), (Titles{"a", "b"})) << "what is missing elsewhere is missing";
  EXPECT_EQ(library.away_roots(), 1U);
  EXPECT_NE(library.report().problem.find("folder one cannot be opened"), std::string::npos);
  std::filesystem::create_directory(disk.path_of("one"));
  library.rescan();
  EXPECT_EQ(library.away_roots(), 1U);
  EXPECT_NE(library.report().problem.find("no music in the music folder one"), std::string::npos);
  const auto tracks = listed(library);
  EXPECT_FALSE(library.open(tracks[0]));
  EXPECT_TRUE(library.open(tracks[1]));
  std::filesystem::remove(disk.path_of("one"));
  std::filesystem::rename(disk.path_of("away"), disk.path_of("one"));
  library.rescan();
  EXPECT_EQ(library.away_roots(), 0U);
  EXPECT_EQ(library.report().problem, "");
  EXPECT_EQ(ids_by_path(library).at("one/a.flac"), ids.at("one/a.flac"));
}

TEST_F(MusicRootsTest, LinksAreFollowedToWhatNoOtherWayLeadsTo) {
  disk.write("one/a.flac", song("a"));
  disk.write("one/.hidden/inner/b.flac", song("b"));
  disk.write("two/c.flac", song("c"));
  disk.write("outside/d.flac", song("d"));
  disk.link("one/to hidden", ".hidden");
  disk.link("one/to hidden again", disk.path_of("one/.hidden/inner"));
  disk.link("one/to two", disk.path_of("two"));
  disk.link("one/to outside", disk.path_of("outside"));
  disk.link("one/.hidden/loop", "..");
  Library& library = scanned({"one", "two"});
  EXPECT_EQ(titles(library), (Titles{"a", "b", "c"})) << "each once";
  EXPECT_TRUE(library.open(listed(library)[1]));
  const auto passed_over = skipped(library);
  ASSERT_EQ(passed_over.size(), 4U);
  for (const SkippedFile& file : passed_over) {
    const bool leads_out = file.relative_path == "one/to outside";
    EXPECT_EQ(file.reason, leads_out ? SkipReason::kLinkLeadsNowhere : SkipReason::kLinkedFolder)
        << file.relative_path;
  }
  const auto ids = ids_by_path(library);
  library.rescan();
  EXPECT_EQ(ids_by_path(library), ids) << "and the next look finds the same";
}

TEST_F(MusicRootsTest, FoldersInEachOtherAreRefused) {
  disk.write("one/inner/a.flac", "");
  disk.write("one b/a.flac", "");
  disk.link("link", "one");
  const auto overlap = [&](const char* a, const char* b) {
    return overlap_of({disk.path_of(a), disk.path_of(b)}).has_value();
  };
  EXPECT_TRUE(overlap("one", "one/inner"));
  EXPECT_TRUE(overlap("one/inner", "one"));
  EXPECT_TRUE(overlap("one", "link"));
  EXPECT_FALSE(overlap("one", "one b"));
}

TEST_F(MusicRootsTest, AFolderIsCalledTheSameWhenItIsNotThere) {
  disk.write("disks/music/a.flac", "");
  disk.link("link", "disks");
  const std::string name = real_path_of(disk.path_of("link/music"));
  EXPECT_EQ(name, real_path_of(disk.path_of("disks/music/")));
  std::filesystem::remove_all(disk.path_of("disks/music"));
  EXPECT_EQ(real_path_of(disk.path_of("link/music")), name);
  EXPECT_EQ(real_path_of(disk.path_of("link/music/")), name);
  EXPECT_EQ(real_path_of("/"), "/");
}

}  // namespace
}  // namespace server
