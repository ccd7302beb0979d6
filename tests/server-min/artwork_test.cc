#include "server-min/artwork.h"

#include <fcntl.h>
#include <random>

#include <gtest/gtest.h>

#include "server-min/tag_reader.h"
#include "server-min/unique_fd.h"
#include "tests/server-min/support/audio_files.h"
#include "tests/server-min/support/bytes_read.h"
#include "tests/server-min/support/temp_folder.h"

namespace server {
namespace {

const std::string kJpeg = std::string("\xFF\xD8\xFF\xE0", 4) + "a jpeg";

// Ends with FF, and is full of what unsynchronisation changes.
std::string difficult_jpeg() {
  std::string bytes("\xFF\xD8\xFF\xE0", 4);
  for (int i = 0; i < 40'000; ++i) {
    constexpr std::string_view kSpecial("\xFF\x00\xE0\xFB\x01", 5);
    bytes += kSpecial[static_cast<std::size_t>(i * 13 + i / 5) % kSpecial.size()];
  }
  return bytes + '\xFF';
}

class ArtworkTest : public ::testing::Test {
 protected:
  // The cover as it would be sent: media type, a line end, bytes. "" when there is none.
  std::string cover_of(std::string_view file, AudioFormat format) {
    const std::string name = std::to_string(file_count_++);
    folder_.write(name, file);
    const UniqueFd fd(::open(folder_.path_of(name).c_str(), O_RDONLY));
    std::filesystem::remove(folder_.path_of(name));
    const auto artwork = locate_artwork(fd.get(), format);
    if (!artwork) return "";
    EXPECT_LT(artwork->range.begin, artwork->range.end);
    EXPECT_LE(artwork->range.end, file.size());
    TagReader reader(fd.get(), artwork->range, artwork->unsynchronised);
    std::string bytes;
    for (auto piece = reader.take_piece(); !piece.empty(); piece = reader.take_piece()) {
      bytes += piece;
    }
    EXPECT_EQ(bytes.size(), artwork->size_bytes);
    return std::string(artwork->media_type) + "\n" + bytes;
  }
  std::string cover_of_tag(const std::string& tag) {
    return cover_of(tag + make_mp3(2).substr(10), AudioFormat::kMp3);
  }

 private:
  TempFolder folder_;
  int file_count_ = 0;
};

TEST_F(ArtworkTest, TheTypeIsThatOfTheBytes) {
  // The file claims HTML; only what the bytes are is believed.
  EXPECT_EQ(cover_of(make_flac(1.0, {}, make_png(), "text/html"), AudioFormat::kFlac),
            "image/png\n" + make_png());
  EXPECT_EQ(cover_of(make_mp3(10, {}, kJpeg), AudioFormat::kMp3), "image/jpeg\n" + kJpeg);
  for (const auto& [bytes, type] :
       std::vector<std::pair<std::string, std::string>>{{"GIF89a...", "image/gif"},
                                                        {"RIFF....WEBPVP8 ", "image/webp"},
                                                        {"BM...", "image/bmp"}}) {
    EXPECT_EQ(cover_of(make_mp3(2, {}, bytes), AudioFormat::kMp3), type + "\n" + bytes);
  }
}

TEST_F(ArtworkTest, WhatIsNoImageDoesNotExist) {
  EXPECT_EQ(cover_of(make_flac(1.0, {}, "<html><script>", "image/png"), AudioFormat::kFlac), "");
  EXPECT_EQ(cover_of(make_mp3(2, {}, "http://example.org/a.png"), AudioFormat::kMp3), "");
  EXPECT_EQ(cover_of(make_mp3(2), AudioFormat::kMp3), "");
  EXPECT_EQ(cover_of(make_wav(0.1), AudioFormat::kWav), "");
  EXPECT_EQ(cover_of("", AudioFormat::kFlac), "");
}

TEST_F(ArtworkTest, TheFrontCoverWinsElseTheFirstImage) {
  const auto tag = [](std::vector<std::pair<std::string, int>> pictures) {
    std::string frames;
    for (const auto& [bytes, type] : pictures) {
      frames += make_id3_frame(3, "APIC", make_apic(bytes, type));
    }
    return make_id3_tag(3, 0, frames);
  };
  EXPECT_EQ(cover_of_tag(tag({{make_png(), 4}, {kJpeg, 3}, {"GIF89a", 3}})),
            "image/jpeg\n" + kJpeg);
  EXPECT_EQ(cover_of_tag(tag({{"<html>", 3}, {make_png(), 4}, {kJpeg, 0}})),
            "image/png\n" + make_png());
}

// Each tag says the same in another way that its version allows.
TEST_F(ArtworkTest, FindsPicturesInEveryVersionOfTags) {
  const std::string jpeg = difficult_jpeg();
  const std::string apic = make_apic(jpeg);
  const std::string pic = std::string("\0PNG\x03\0", 6) + jpeg;
  const std::string utf16 = std::string(
                                "\x01image/png\0\x03\xFF\xFE"
                                "a\0\0\1\0\0",
                                20) +
                            jpeg;
  const std::string size("\0\0\0\0", 4);  // Of a data length indicator; nobody needs it.
  const auto frames = [&](int version, const std::string& body, unsigned flags) {
    const char* text = version == 2 ? "TT2" : "TIT2";
    const char* id = version == 2 ? "PIC" : "APIC";
    return make_id3_frame(version, text, "\x03Title") + make_id3_frame(version, id, body, flags) +
           make_id3_frame(version, text, "\x03Title");
  };
  // Sizes with eight bits in each byte, as iTunes wrote them.
  const std::string eight_bits = make_id3_frame(3, "APIC", apic);
  const std::string tags[] = {
      make_id3_tag(2, 0, frames(2, pic, 0)),
      make_id3_tag(2, 0x80, unsynchronise(frames(2, pic, 0))),
      make_id3_tag(3, 0, frames(3, apic, 0)),
      make_id3_tag(3, 0, frames(3, utf16, 0)),
      make_id3_tag(3, 0, frames(3, "g" + apic, 0x20)),
      make_id3_tag(3, 0, frames(3, apic, 0) + std::string(3000, '\0')),
      make_id3_tag(3, 0x40, std::string("\0\0\0\6\0\0\0\0\0\0", 10) + frames(3, apic, 0)),
      make_id3_tag(3, 0x80, unsynchronise(frames(3, apic, 0))),
      make_id3_tag(
          3, 0x80,
          unsynchronise(make_id3_frame(3, "PRIV", std::string(255, '\xFF')) + frames(3, apic, 0))),
      make_id3_tag(3, 0x80, unsynchronise(make_id3_frame(3, "APIC", apic))),
      make_id3_tag(4, 0, frames(4, apic, 0)),
      make_id3_tag(4, 0, frames(4, "g" + apic, 0x40)),
      make_id3_tag(4, 0, frames(4, size + apic, 0x01)),
      make_id3_tag(4, 0, frames(4, "g" + size + unsynchronise(apic), 0x43)),
      make_id3_tag(4, 0x80, frames(4, size + unsynchronise(apic), 0x03)),
      make_id3_tag(4, 0x80, frames(4, unsynchronise(apic), 0)),
      make_id3_tag(4, 0x40, std::string("\0\0\0\6\1\0", 6) + frames(4, apic, 0)),
      make_id3_tag(4, 0, eight_bits),
      make_id3_tag(4, 0, eight_bits + std::string(100, '\0')),
      make_id3_tag(4, 0, eight_bits + make_id3_frame(4, "TIT2", "\x03Title")),
      make_id3_tag(4, 0, make_id3_frame(4, "TIT2", "\x03Title")) +
          make_id3_tag(3, 0, frames(3, apic, 0)),
      make_id3_tag(4, 0x10, make_id3_frame(4, "TIT2", "\x03Title")) + std::string(10, 'f') +
          make_id3_tag(3, 0, frames(3, apic, 0)),
  };
  int index = 0;
  for (const std::string& tag : tags) {
    SCOPED_TRACE(index++);
    EXPECT_TRUE(cover_of_tag(tag) == "image/jpeg\n" + jpeg);
    EXPECT_TRUE(cover_of(make_wav(0.001, {}, riff_chunk("id3 ", tag)), AudioFormat::kWav) ==
                "image/jpeg\n" + jpeg);
  }
}

// 0x11010 bytes: none of the four has an eighth bit, so only what follows tells how to read them.
TEST_F(ArtworkTest, SizesOfTwoMeaningsGoByWhatFollows) {
  std::string jpeg = difficult_jpeg();
  jpeg.resize(0x11010 - make_apic("").size(), 'j');
  const std::string old = make_id3_frame(3, "APIC", make_apic(jpeg));
  const std::string right = make_id3_frame(4, "APIC", make_apic(jpeg));
  ASSERT_NE(old, right);
  for (const std::string& frame : {old, right}) {
    for (const std::string& rest : {std::string(), std::string(5, '\0'), std::string(100, '\0'),
                                    make_id3_frame(4, "TIT2", "\x03Title")}) {
      EXPECT_TRUE(cover_of_tag(make_id3_tag(4, 0, frame + rest)) == "image/jpeg\n" + jpeg);
    }
  }
}

TEST_F(ArtworkTest, CompressedAndEncryptedFramesArePassedOver) {
  for (const auto& [version, flags] :
       {std::pair<int, unsigned>{3, 0x80}, {3, 0x40}, {4, 0x08}, {4, 0x04}}) {
    const std::string hidden = make_id3_frame(version, "APIC", make_apic(kJpeg), flags);
    EXPECT_EQ(cover_of_tag(make_id3_tag(version, 0, hidden)), "");
    const std::string shown = make_id3_frame(version, "APIC", make_apic(make_png(), 4));
    EXPECT_EQ(cover_of_tag(make_id3_tag(version, 0, hidden + shown)), "image/png\n" + make_png());
  }
}

TEST_F(ArtworkTest, ChunksWithoutTheirPadByteArePassedOver) {
  std::string odd = riff_chunk("junk", "abc");
  odd.pop_back();
  const std::string tag = make_id3_tag(3, 0, make_id3_frame(3, "APIC", make_apic(kJpeg)));
  for (const std::string& chunks :
       {odd + riff_chunk("ID3 ", tag), riff_chunk("junk", "abc") + riff_chunk("ID3 ", tag)}) {
    EXPECT_EQ(cover_of(make_wav(0.001, {}, chunks), AudioFormat::kWav), "image/jpeg\n" + kJpeg);
  }
}

TEST_F(ArtworkTest, APictureThatIsNotThereWholeDoesNotExist) {
  const std::string flac = make_flac(1.0, {{"TITLE", "T"}}, make_png());
  const std::string mp3 = make_mp3(0, {{"TIT2", "T"}}, make_png());
  const std::string wav = make_wav(
      0.001, {},
      riff_chunk(
          "id3 ",
          make_id3_tag(3, 0x80, unsynchronise(make_id3_frame(3, "APIC", make_apic(make_png()))))));
  for (const auto& [file, format] :
       {std::pair{flac, AudioFormat::kFlac}, {mp3, AudioFormat::kMp3}, {wav, AudioFormat::kWav}}) {
    EXPECT_EQ(cover_of(file, format), "image/png\n" + make_png());
    const std::size_t end = file.find(make_png()) + make_png().size();
    for (std::size_t size = 0; size < end; ++size) {
      EXPECT_EQ(cover_of(file.substr(0, size), format), "") << size;
    }
  }
}

// To know the size of the tag's picture would take reading all of it.
TEST_F(ArtworkTest, OfATagInFrontOfFlacOnlyTheSizeIsRead) {
  const std::string tag_picture = difficult_jpeg();
  const std::string frame = make_id3_frame(3, "APIC", make_apic(tag_picture));
  const std::string tag = make_id3_tag(3, 0x80, unsynchronise(frame));
  const std::string flac = make_flac(1.0, {}, make_png());
  EXPECT_EQ(cover_of(tag + flac, AudioFormat::kFlac), "image/png\n" + make_png());
  EXPECT_EQ(cover_of(tag + tag + flac, AudioFormat::kFlac), "image/png\n" + make_png());
  EXPECT_EQ(cover_of(tag + make_flac(1.0), AudioFormat::kFlac), "");

  constexpr std::uint64_t kCopies = 30;
  std::string pictures;
  // None is the front cover, so that all would be looked at.
  const std::string other = make_id3_frame(3, "APIC", make_apic(tag_picture, 4));
  for (std::uint64_t i = 0; i < kCopies; ++i) pictures += other;
  const std::string large_tag = make_id3_tag(3, 0x80, unsynchronise(pictures));
  const std::uint64_t before = bytes_read_by_process();
  EXPECT_EQ(cover_of(large_tag + flac, AudioFormat::kFlac), "image/png\n" + make_png());
  EXPECT_LT(bytes_read_by_process() - before, large_tag.size() / 4);
}

// Whatever is broken, the cover lies within the file and has the size that was told (cover_of
// checks both), and looking ends.
TEST_F(ArtworkTest, SurvivesDamageAndWrongExtensions) {
  const std::string unsynchronised =
      make_id3_tag(3, 0x80, unsynchronise(make_id3_frame(3, "APIC", make_apic(make_png()))));
  const std::string files[] = {
      make_flac(1.0, {{"TITLE", "T"}}, make_png()), make_mp3(3, {{"TIT2", "T"}}, make_png()),
      make_wav(0.001, {{"INAM", "T"}}, riff_chunk("ID3 ", unsynchronised)), unsynchronised};
  int found = 0;
  for (unsigned seed = 0; seed < 2000; ++seed) {
    SCOPED_TRACE(seed);
    std::mt19937 random(seed);
    std::string bytes = files[seed % 4];
    for (int i = 0; i < 4; ++i) bytes[random() % bytes.size()] = static_cast<char>(random());
    for (const AudioFormat format : {AudioFormat::kFlac, AudioFormat::kMp3, AudioFormat::kWav}) {
      found += cover_of(bytes, format).empty() ? 0 : 1;
    }
  }
  EXPECT_GT(found, 300);
}

}  // namespace
}  // namespace server
