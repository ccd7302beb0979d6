#include "server-min/audio_sniff.h"

#include <chrono>
#include <fcntl.h>
#include <unistd.h>

#include <gtest/gtest.h>

#include "server-min/artwork.h"
#include "server-min/track_tags.h"
#include "server-min/unique_fd.h"
#include "tests/server-min/support/audio_files.h"
#include "tests/server-min/support/temp_folder.h"

namespace server {
namespace {

class AudioSniffTest : public ::testing::Test {
 protected:
  UniqueFd stored(std::string_view bytes) {
    folder_.write("file", bytes);
    return UniqueFd(::open(folder_.path_of("file").c_str(), O_RDONLY));
  }

 private:
  TempFolder folder_;
};

TEST_F(AudioSniffTest, FindsFramesWithAndWithoutTagAndJunk) {
  const std::string frames = make_mp3(3).substr(10);  // Without the empty tag.
  for (const std::string& bytes :
       {frames, make_mp3(3), make_mp3(1), make_mp3(3, {{"TIT2", "T"}}, make_png()),
        make_mp3(0, {{"TIT2", "T"}}) + make_mp3(2), std::string(100'000, '\0') + frames,
        std::string(1000, '\xFF') + frames}) {
    EXPECT_TRUE(sniff_mp3(stored(bytes).get()).has_audio);
  }
  EXPECT_TRUE(sniff_mp3(stored(make_mp3(3)).get()).has_id3v2);
  EXPECT_FALSE(sniff_mp3(stored(frames).get()).has_id3v2);
}

TEST_F(AudioSniffTest, WhatHasNoFramesIsNoMp3) {
  const std::string text = "just text, " + std::string(5000, 'x');
  for (const std::string& bytes :
       {std::string(), std::string("ID3"), std::string(5000, '\xFF'), text, make_wav(0.1),
        make_flac(1.0), make_mp3(0, {{"TIT2", "T"}}), make_mp3(1).substr(0, 100)}) {
    EXPECT_FALSE(sniff_mp3(stored(bytes).get()).has_audio);
  }
}

TEST_F(AudioSniffTest, FlacStartsAtOnceOrBehindATag) {
  EXPECT_TRUE(sniff_flac(stored(make_flac(1.0)).get()).has_audio);
  EXPECT_TRUE(sniff_flac(stored(make_mp3(0) + make_flac(1.0)).get()).has_audio);
  EXPECT_FALSE(sniff_flac(stored("x" + make_flac(1.0)).get()).has_audio);
  EXPECT_FALSE(sniff_flac(stored("").get()).has_audio);
}

// A tag is worth reading even where the audio is broken.
TEST_F(AudioSniffTest, TheTagOfAnMp3WithoutFramesIsStillRead) {
  const TrackTags tags =
      read_track_tags(stored(make_mp3(0, {{"TIT2", "Title"}}) + "broken").get(), AudioFormat::kMp3);
  EXPECT_EQ(tags.title, "Title");
  EXPECT_FALSE(tags.duration_ms);
}

// Method: a sparse file of 8 GiB with wrong names; without the look it would be searched whole.
TEST_F(AudioSniffTest, HugeForeignFilesCostNoTime) {
  TempFolder folder;
  folder.write("huge", "not audio");
  ASSERT_EQ(::truncate(folder.path_of("huge").c_str(), 8LL << 30), 0);
  const UniqueFd huge(::open(folder.path_of("huge").c_str(), O_RDONLY));
  const auto begin = std::chrono::steady_clock::now();
  for (const AudioFormat format : {AudioFormat::kMp3, AudioFormat::kFlac, AudioFormat::kWav}) {
    EXPECT_FALSE(read_track_tags(huge.get(), format).duration_ms);
    EXPECT_FALSE(locate_artwork(huge.get(), format));
  }
  EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(5));
}

}  // namespace
}  // namespace server
