#include "server-min/artwork_cache.h"

#include <gtest/gtest.h>

#include "tests/server-min/support/audio_files.h"
#include "tests/server-min/support/temp_folder.h"

namespace server {
namespace {

class ArtworkCacheTest : public ::testing::Test {
 protected:
  OpenFile open(const std::string& name) const {
    return std::move(*FileRoot::open(folder_.path())->open_file(name));
  }

  TempFolder folder_;
  ArtworkCache cache_;
};

// The wrong format stands for "was not looked at": as FLAC an MP3 has no cover.
TEST_F(ArtworkCacheTest, LooksOnceForEachVersionOfAFile) {
  folder_.write("a.mp3", make_mp3(2, {}, make_png()));
  EXPECT_TRUE(cache_.find("a", open("a.mp3"), AudioFormat::kMp3));
  EXPECT_TRUE(cache_.find("a", open("a.mp3"), AudioFormat::kFlac)) << "not looked for again";
  EXPECT_FALSE(cache_.find("b", open("a.mp3"), AudioFormat::kFlac)) << "another track";
  EXPECT_FALSE(cache_.find("b", open("a.mp3"), AudioFormat::kMp3)) << "none is an answer too";

  TempFolder::wait_for_tick();
  folder_.write("a.mp3", make_mp3(2, {}, "BM" + make_png().substr(2)));
  const auto changed = cache_.find("a", open("a.mp3"), AudioFormat::kMp3);
  ASSERT_TRUE(changed);
  EXPECT_EQ(changed->media_type, "image/bmp");
  EXPECT_EQ(cache_.entry_count(), 2U);
}

TEST_F(ArtworkCacheTest, ForgetsWhatWasAskedForLongestAgo) {
  folder_.write("a.mp3", make_mp3(2, {}, make_png()));
  const OpenFile file = open("a.mp3");
  for (std::size_t i = 0; i < ArtworkCache::kEntryCountMax; ++i) {
    cache_.find(std::to_string(i), file, AudioFormat::kMp3);
  }
  cache_.find("0", file, AudioFormat::kMp3);
  cache_.find("new", file, AudioFormat::kMp3);
  EXPECT_EQ(cache_.entry_count(), ArtworkCache::kEntryCountMax);
  EXPECT_TRUE(cache_.find("0", file, AudioFormat::kFlac)) << "asked for since";
  EXPECT_FALSE(cache_.find("1", file, AudioFormat::kFlac)) << "forgotten";
}

}  // namespace
}  // namespace server
