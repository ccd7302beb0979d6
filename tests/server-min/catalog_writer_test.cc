#include "server-min/catalog_writer.h"

#include <gtest/gtest.h>

#include "server-min/catalog_queries.h"

namespace server {
namespace {

class CatalogWriterTest : public ::testing::Test {
 protected:
  static CatalogEntry entry(const std::string& path, const std::string& artist,
                            const std::string& album) {
    Track track;
    track.relative_path = path;
    track.format = AudioFormat::kFlac;
    track.tags.artists = {artist};
    track.tags.album = album;
    return make_entry(std::move(track), std::nullopt, path);
  }

  /// Takes a file in a scan of its own, for the row `known` if there is one.
  void put(const CatalogEntry& entry, std::optional<std::int64_t> known = std::nullopt) {
    CatalogWriter writer = new_writer();
    writer.put(entry, known);
    writer.commit();
  }
  CatalogWriter new_writer() const {
    return {*catalog, [](const std::string&) { return false; }};
  }
  std::int64_t key_of(const std::string& path) {
    auto look = catalog->look();
    for (const auto& [name, file] :
         known_files(look.database(), *known_folder(look.database(), "")))
      if (name == path) return file.key;
    return -1;
  }
  std::uint64_t generation() const { return catalog->look().state().generation; }
  std::vector<std::string> albums(const std::string& search = "") {
    auto look = catalog->look();
    const auto order = catalog->order(look, {ListKind::kAlbums}, /*may_be_old=*/false);
    const auto found = search.empty()
                           ? groupings_of(look.database(), GroupingKind::kAlbum, order->keys())
                           : find_groupings(look.database(), GroupingKind::kAlbum, search, 100);
    if (search.empty()) {
      EXPECT_EQ(count_groupings(look.database(), GroupingKind::kAlbum), found.size());
    }
    std::vector<std::string> names;
    for (const Grouping& album : found)
      names.push_back(album.artist.value_or("") + ": " + album.name);
    return names;
  }

  const std::unique_ptr<Catalog> catalog = Catalog::in_memory();
};

TEST_F(CatalogWriterTest, AnAlbumThatNothingBelongsToIsListedNowhere) {
  put(entry("a.flac", "Anna", "Before"));
  EXPECT_EQ(albums(), std::vector<std::string>{"Anna: Before"});
  put(entry("a.flac", "Anna", "After"), key_of("a.flac"));
  EXPECT_EQ(albums(), std::vector<std::string>{"Anna: After"});
  EXPECT_EQ(albums("before"), std::vector<std::string>{});
}

TEST_F(CatalogWriterTest, AnAlbumShowsTheArtistThatWasCorrected) {
  put(entry("a.flac", "Anna", "Album"));
  put(entry("b.flac", "Bert", "Bert's"));
  put(entry("b.flac", "Bert", "album"), key_of("b.flac"));
  EXPECT_EQ(albums(), std::vector<std::string>{"Bert: album"});
  put(entry("b.flac", "Zoe", "Album"), key_of("b.flac"));
  EXPECT_EQ(albums("zoe"), std::vector<std::string>{"Zoe: Album"});
  EXPECT_EQ(albums("bert"), std::vector<std::string>{});
}

TEST_F(CatalogWriterTest, TheFirstArtistOfAScanStaysThatOfTheAlbum) {
  CatalogWriter writer = new_writer();
  writer.put(entry("a.flac", "Anna", "Album"), std::nullopt);
  writer.put(entry("b.flac", "Bert", "Album"), std::nullopt);
  writer.commit();
  EXPECT_EQ(albums(), std::vector<std::string>{"Anna: Album"});
}

TEST_F(CatalogWriterTest, WhatIsForgottenIsAChangeAndNothingIsNone) {
  put(entry("a.flac", "Anna", "Before"));
  put(entry("a.flac", "Anna", "After"), key_of("a.flac"));
  const std::uint64_t before = generation();
  CatalogWriter writer = new_writer();
  writer.forget(0);
  writer.commit();
  EXPECT_GT(generation(), before);
  const std::uint64_t after = generation();
  writer.forget(0);
  writer.commit();
  EXPECT_EQ(generation(), after);
  writer.mark_away(key_of("a.flac"), 1000);
  writer.commit();
  const std::uint64_t away = generation();
  writer.forget(1001);
  writer.commit();
  EXPECT_GT(generation(), away) << "there is one missing file less";
}

}  // namespace
}  // namespace server
