#include "server-min/artwork_cache.h"

#include <gtest/gtest.h>

namespace server {
namespace {

// Places are told apart by their size.
Artwork artwork_of(std::uint64_t size_bytes) {
  return {"image/png", {0, size_bytes}, false, size_bytes};
}

std::uint64_t known_size(ArtworkCache& cache, const std::string& id, const FileFacts& facts) {
  const auto known = cache.known(id, facts);
  return known && *known ? (*known)->size_bytes : 0;
}

TEST(ArtworkCacheTest, KnowsEachVersionOfAFileByItself) {
  ArtworkCache cache;
  const FileFacts facts{1, 2, 3, 4};
  cache.keep("a", facts, artwork_of(10));
  cache.keep("b", facts, std::nullopt);
  EXPECT_EQ(known_size(cache, "a", facts), 10U);
  ASSERT_TRUE(cache.known("b", facts)) << "none is an answer too";
  EXPECT_FALSE(*cache.known("b", facts));
  EXPECT_FALSE(cache.known("c", facts));
  for (const FileFacts& other : {FileFacts{9, 2, 3, 4}, FileFacts{1, 9, 3, 4},
                                 FileFacts{1, 2, 9, 4}, FileFacts{1, 2, 3, 9}}) {
    EXPECT_FALSE(cache.known("a", other));
  }
  cache.keep("a", FileFacts{1, 2, 9, 4}, artwork_of(20));
  EXPECT_EQ(known_size(cache, "a", FileFacts{1, 2, 9, 4}), 20U);
  EXPECT_FALSE(cache.known("a", facts)) << "the version before";
  EXPECT_EQ(cache.entry_count(), 2U);
}

TEST(ArtworkCacheTest, ForgetsWhatWasAskedForLongestAgo) {
  ArtworkCache cache;
  const FileFacts facts{1, 2, 3, 4};
  for (std::size_t i = 0; i < ArtworkCache::kEntryCountMax; ++i) {
    cache.keep(std::to_string(i), facts, artwork_of(1));
  }
  EXPECT_TRUE(cache.known("0", facts));
  cache.keep("new", facts, artwork_of(1));
  EXPECT_EQ(cache.entry_count(), ArtworkCache::kEntryCountMax);
  EXPECT_TRUE(cache.known("0", facts)) << "asked for since";
  EXPECT_FALSE(cache.known("1", facts)) << "forgotten";
}

}  // namespace
}  // namespace server
