#include "server-min/track_tags.h"

#include <fcntl.h>
#include <random>

#include <gtest/gtest.h>

#include "server-min/unique_fd.h"
#include "tests/server-min/support/audio_files.h"
#include "tests/server-min/support/temp_folder.h"

namespace server {
namespace {

class TrackTagsTest : public ::testing::Test {
 protected:
  // A new name each time, and gone once open: rewriting one file makes ext4 flush it to the disk.
  UniqueFd stored(std::string_view bytes) {
    const std::string name = std::to_string(file_count_++);
    folder_.write(name, bytes);
    UniqueFd fd(::open(folder_.path_of(name).c_str(), O_RDONLY));
    std::filesystem::remove(folder_.path_of(name));
    return fd;
  }
  TrackTags tags_of(std::string_view bytes, AudioFormat format) {
    return read_track_tags(stored(bytes).get(), format);
  }

 private:
  TempFolder folder_;
  int file_count_ = 0;
};

TEST_F(TrackTagsTest, FormatsGoByExtension) {
  EXPECT_EQ(format_of_name("a.WaV"), AudioFormat::kWav);
  EXPECT_EQ(format_of_name("a.flac"), AudioFormat::kFlac);
  EXPECT_EQ(format_of_name("a.b.MP3"), AudioFormat::kMp3);
  EXPECT_FALSE(format_of_name("a.ogg"));
  EXPECT_FALSE(format_of_name("wav"));
}

TEST_F(TrackTagsTest, ReadsWav) {
  const TrackTags tags = tags_of(
      make_wav(1.5, {{"INAM", "Title"}, {"IART", "Artist"}, {"IPRD", "Album"}, {"IPRT", "4"}}),
      AudioFormat::kWav);
  EXPECT_EQ(tags.title, "Title");
  EXPECT_EQ(tags.artist(), "Artist");
  EXPECT_EQ(tags.album, "Album");
  EXPECT_EQ(tags.track_number, 4U);
  EXPECT_EQ(tags.duration_ms, 1500U);
  EXPECT_EQ(tags.sample_rate_hz, 44100U);
  EXPECT_EQ(tags.channels, 2U);
  EXPECT_FALSE(tags.has_artwork);
}

TEST_F(TrackTagsTest, ReadsFlac) {
  const TrackTags tags = tags_of(make_flac(2.25,
                                           {{"TITLE", "T\xC3\xADtulo"},
                                            {"ARTIST", "A"},
                                            {"ALBUM", "B"},
                                            {"ALBUMARTIST", "C"},
                                            {"TRACKNUMBER", "07"},
                                            {"DISCNUMBER", "2/3"}},
                                           make_png()),
                                 AudioFormat::kFlac);
  EXPECT_EQ(tags.title, "T\xC3\xADtulo");
  EXPECT_EQ(tags.artist(), "A");
  EXPECT_EQ(tags.album, "B");
  EXPECT_EQ(tags.album_artist(), "C");
  EXPECT_EQ(tags.track_number, 7U);
  EXPECT_EQ(tags.disc_number, 2U);
  EXPECT_EQ(tags.duration_ms, 2250U);
  EXPECT_EQ(tags.sample_rate_hz, 48000U);
  EXPECT_TRUE(tags.has_artwork);
}

TEST_F(TrackTagsTest, ReadsMp3) {
  const TrackTags tags = tags_of(
      make_mp3(100, {{"TIT2", "Title"}, {"TPE1", "Artist"}, {"TPE2", "Band"}, {"TRCK", "3/12"}},
               make_png()),
      AudioFormat::kMp3);
  EXPECT_EQ(tags.title, "Title");
  EXPECT_EQ(tags.artist(), "Artist");
  EXPECT_EQ(tags.album_artist(), "Band");
  EXPECT_EQ(tags.track_number, 3U);
  EXPECT_EQ(tags.bitrate_kbps, 128U);
  EXPECT_TRUE(tags.has_artwork);
  // 100 frames of 1152 samples at 44.1 kHz are 2612.2 ms; TagLib rounds bytes over bit rate.
  ASSERT_TRUE(tags.duration_ms);
  EXPECT_NEAR(static_cast<double>(*tags.duration_ms), 2612.2, 10.0);
}

TEST_F(TrackTagsTest, KeepsEveryArtist) {
  const std::string both("a\0b", 3);  // ID3v2.4 separates values by a zero.
  for (const TrackTags& tags :
       {tags_of(make_flac(1.0, {{"ARTIST", "a"}, {"ARTIST", " "}, {"ARTIST", "b"}}),
                AudioFormat::kFlac),
        tags_of(make_mp3(2, {{"TPE1", both}}), AudioFormat::kMp3)}) {
    EXPECT_EQ(tags.artist(), "a");
    EXPECT_EQ(tags.artists, (std::vector<std::string>{"a", "b"}));
  }
  TagList many(100, {"ARTIST", "x"});
  EXPECT_EQ(tags_of(make_flac(1.0, many), AudioFormat::kFlac).artists.size(), kNameCountMax);
}

TEST_F(TrackTagsTest, ADurationThatNoHeaderTellsIsTrueOrNone) {
  // 128 and 320 kbit/s by turns: the first frame says nothing of the file.
  std::string frames;
  for (int i = 0; i < 400; ++i) {
    const bool high = i % 2 != 0;
    std::string frame = high ? "\xFF\xFB\xE0\xC4" : "\xFF\xFB\x90\xC4";
    frame.resize(high ? 1044 : 417);
    frames += frame;
  }
  const TrackTags tags = tags_of(frames, AudioFormat::kMp3);
  EXPECT_EQ(tags.sample_rate_hz, 44100U);
  EXPECT_FALSE(tags.duration_ms);
  EXPECT_FALSE(tags.bitrate_kbps);
  // The same with a header that tells the length: 400 x 1152 frames.
  std::string xing("\xFF\xFB\x90\xC4", 4);
  xing.resize(4 + 17);
  xing += std::string("Xing\0\0\0\3\0\0\x01\x90", 12);
  const std::size_t size = frames.size() + 417;
  for (int shift = 24; shift >= 0; shift -= 8) xing += static_cast<char>(size >> shift);
  xing.resize(417);
  const TrackTags told = tags_of(xing + frames, AudioFormat::kMp3);
  ASSERT_TRUE(told.duration_ms);
  EXPECT_NEAR(static_cast<double>(*told.duration_ms), 10448.98, 1.0);
}

TEST_F(TrackTagsTest, OddTagsNeverBecomeBadTextOrNumbers) {
  const TrackTags tags = tags_of(make_flac(1.0, {{"TITLE", "   "},
                                                 {"ARTIST", "bad \xFF\xFE bytes"},
                                                 {"TRACKNUMBER", "0"},
                                                 {"DISCNUMBER", "A1"}}),
                                 AudioFormat::kFlac);
  EXPECT_FALSE(tags.title);
  EXPECT_FALSE(tags.track_number);
  EXPECT_FALSE(tags.disc_number);
}

TEST_F(TrackTagsTest, SurvivesEveryTruncation) {
  const std::string flac = make_flac(1.0, {{"TITLE", "T"}}, make_png());
  const std::string mp3 = make_mp3(2, {{"TIT2", "T"}}, make_png());
  const std::string wav = make_wav(0.001, {{"INAM", "T"}});
  for (std::size_t size = 0; size < flac.size(); ++size) {
    tags_of(flac.substr(0, size), AudioFormat::kFlac);
  }
  for (std::size_t size = 0; size < mp3.size(); size += 3) {
    tags_of(mp3.substr(0, size), AudioFormat::kMp3);
  }
  for (std::size_t size = 0; size < wav.size(); ++size) {
    tags_of(wav.substr(0, size), AudioFormat::kWav);
  }
  EXPECT_EQ(tags_of(flac, AudioFormat::kFlac).title, "T");
  EXPECT_FALSE(tags_of("", AudioFormat::kFlac).duration_ms);
}

TEST_F(TrackTagsTest, SurvivesDamageAndWrongExtensions) {
  const std::string files[] = {make_flac(1.0, {{"TITLE", "T"}}, make_png()),
                               make_mp3(3, {{"TIT2", "T"}}, make_png()),
                               make_wav(0.01, {{"INAM", "T"}})};
  constexpr AudioFormat kFormats[] = {AudioFormat::kFlac, AudioFormat::kMp3, AudioFormat::kWav};
  for (unsigned seed = 0; seed < 600; ++seed) {
    SCOPED_TRACE(seed);
    std::mt19937 random(seed);
    std::string bytes = files[seed % 3];
    for (int i = 0; i < 8; ++i) bytes[random() % bytes.size()] = static_cast<char>(random());
    for (const AudioFormat format : kFormats) {
      const TrackTags tags = tags_of(bytes, format);
      EXPECT_FALSE(tags.title && tags.title->empty());
    }
  }
}

TEST_F(TrackTagsTest, ReadsAllArtistsAlbumArtistsAndGenres) {
  const TrackTags tags = tags_of(make_flac(1.0, {{"ARTIST", "a"},
                                                 {"ARTIST", "b"},
                                                 {"ALBUMARTIST", "c"},
                                                 {"ALBUMARTIST", "d"},
                                                 {"GENRE", "e"},
                                                 {"GENRE", "f"},
                                                 {"DATE", "1999-12-31"}}),
                                 AudioFormat::kFlac);
  EXPECT_EQ(tags.artists, (std::vector<std::string>{"a", "b"}));
  EXPECT_EQ(tags.album_artists, (std::vector<std::string>{"c", "d"}));
  EXPECT_EQ(tags.genres, (std::vector<std::string>{"e", "f"}));
  EXPECT_EQ(tags.year, 1999U);
  for (const char* date : {"", "99", "0000", "abcd", "0999-01-01"}) {
    EXPECT_FALSE(tags_of(make_flac(1.0, {{"DATE", date}}), AudioFormat::kFlac).year) << date;
  }
}

// ID3v1: fixed fields of Latin-1 in the last 128 bytes.
std::string id3v1() {
  const auto field = [](std::string text, std::size_t size) {
    text.resize(size, '\0');
    return text;
  };
  std::string tag = "TAG" + field("Old Title", 30) + field("Old Artist", 30) +
                    field("Old Album", 30) + field("1987", 4) + field("", 28);
  return tag + std::string("\0\x07\x08", 3);  // Track 7, genre 8: Jazz.
}

TEST_F(TrackTagsTest, TheOldTagOfAnMp3TellsWhatTheNewOneLacks) {
  const TrackTags both = tags_of(make_mp3(5, {{"TIT2", "New Title"}}) + id3v1(), AudioFormat::kMp3);
  EXPECT_EQ(both.title, "New Title");
  EXPECT_EQ(both.artists, std::vector<std::string>{"Old Artist"});
  EXPECT_EQ(both.album, "Old Album");
  EXPECT_EQ(both.year, 1987U);
  EXPECT_EQ(both.track_number, 7U);
  EXPECT_EQ(both.genres, std::vector<std::string>{"Jazz"});
  const TrackTags old = tags_of(make_mp3(5).substr(10) + id3v1(), AudioFormat::kMp3);
  EXPECT_EQ(old.title, "Old Title");
}

}  // namespace
}  // namespace server
