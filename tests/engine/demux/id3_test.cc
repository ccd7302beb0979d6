#include "engine/demux/id3.h"

#include <random>
#include <string>

#include <gtest/gtest.h>

#include "tests/engine/demux/id3_files.h"
#include "tests/support/split_feeder.h"

namespace engine {
namespace {

using namespace engine::testing;
using namespace std::string_view_literals;

struct ReadTags {
  Tags tags;
  std::uint64_t supplied_bytes = 0;
};

// Reads the one tag that `file` begins with.
ReadTags read_tags(const std::vector<std::byte>& file, std::size_t piece_size = kWhole) {
  SplitFeeder feeder(file, piece_size);
  const auto size = id3v2_tag_bytes(file);
  if (!size) {
    ADD_FAILURE() << "no tag";
    return {};
  }
  Id3v2Reader reader({0, std::min<std::uint64_t>(*size, file.size())}, file);
  Tags tags;
  const auto done = feeder.run([&]() -> Result<std::variant<NeedBytes, EndOfStream>> {
    if (const auto need = reader.read(feeder.source(), tags)) return {*need};
    return {EndOfStream{}};
  });
  EXPECT_TRUE(done);
  return {tags, feeder.supplied_bytes()};
}

std::vector<std::byte> three_texts(int version, std::vector<std::byte> title,
                                   std::vector<std::byte> artist, std::vector<std::byte> album) {
  ByteWriter frames;
  frames.bytes(id3_frame(version, version == 2 ? "TT2" : "TIT2", title));
  frames.bytes(id3_frame(version, version == 2 ? "XXX" : "PRIV", std::vector<std::byte>(40)));
  frames.bytes(id3_frame(version, version == 2 ? "TP1" : "TPE1", artist));
  frames.bytes(id3_frame(version, version == 2 ? "TAL" : "TALB", album)).zeros(100);
  return frames.data();
}

TEST(Id3Test, KnowsTheSizeOfATag) {
  EXPECT_EQ(id3v2_tag_bytes(id3_tag(3, std::vector<std::byte>(300))), 310u);
  EXPECT_EQ(id3v2_tag_bytes(id3_tag(4, std::vector<std::byte>(300), 0x10)), 320u);
  EXPECT_FALSE(id3v2_tag_bytes(ByteWriter().text("ID3\4\0\0\0\0\x80\0"sv).data()));
  EXPECT_FALSE(id3v2_tag_bytes(ByteWriter().text("ID4\4\0\0\0\0\0\0"sv).data()));
  EXPECT_FALSE(id3v2_tag_bytes(ByteWriter().text("ID3\4\0\0\0\0\0"sv).data()));
}

class Id3VersionTest : public ::testing::TestWithParam<int> {};

TEST_P(Id3VersionTest, ReadsTheThreeTextsInPiecesOfAnySize) {
  const auto file =
      id3_tag(GetParam(), three_texts(GetParam(), id3_text(0, "A title"), id3_text(0, "An artist"),
                                      id3_text(0, "An album\0more"sv)));
  for (const std::size_t piece_size : {std::size_t{1}, std::size_t{7}, std::size_t{17}, kWhole}) {
    EXPECT_EQ(read_tags(file, piece_size).tags, (Tags{"A title", "An artist", "An album"}));
  }
}

INSTANTIATE_TEST_SUITE_P(Versions, Id3VersionTest, ::testing::Values(2, 3, 4));

TEST(Id3Test, ReadsAllFourEncodings) {
  const auto frames = three_texts(4, id3_text(0, "Caf\xE9"sv),
                                  id3_text(1,
                                           "\xFF\xFE"
                                           "\xE9\0\x3D\xD8\xB5\xDC"sv),
                                  id3_text(2, "\x20\xAC\0x"sv));
  EXPECT_EQ(read_tags(id3_tag(4, frames)).tags,
            (Tags{"Caf\xC3\xA9", "\xC3\xA9\xF0\x9F\x92\xB5", "\xE2\x82\xACx"}));
  const auto others =
      three_texts(4, id3_text(3, "Gr\xC3\xBC\xC3\x9F"sv), id3_text(1, "\xFE\xFF\0a\0b\0\0\0c"sv),
                  id3_text(1,
                           "\xFF\xFE"
                           "\x3D\xD8x\0"sv));
  EXPECT_EQ(read_tags(id3_tag(4, others)).tags, (Tags{"Gr\xC3\xBC\xC3\x9F", "ab", "x"}));
}

TEST(Id3Test, TextsStandBehindAnExtendedHeader) {
  const auto texts = three_texts(3, id3_text(0, "t"), id3_text(0, "a"), id3_text(0, "b"));
  ByteWriter v3;
  v3.be(6, 4).zeros(6).bytes(texts);
  EXPECT_EQ(read_tags(id3_tag(3, v3.data(), 0x40)).tags, (Tags{"t", "a", "b"}));
  ByteWriter v4;
  v4.be(6, 4).zeros(2).bytes(three_texts(4, id3_text(0, "t"), id3_text(0, "a"), id3_text(0, "b")));
  EXPECT_EQ(read_tags(id3_tag(4, v4.data(), 0x40)).tags, (Tags{"t", "a", "b"}));
}

TEST(Id3Test, UndoesUnsynchronisation) {
  // UTF-16's byte order mark FF FE is written as FF 00 FE.
  const auto body = id3_text(1,
                             "\xFF\0\xFE"
                             "h\0i\0"sv);
  ByteWriter whole;
  ByteWriter frame;  // Its size counts what is there once undone.
  frame.text("TIT2").be(body.size() - 1, 4).zeros(2).bytes(body);
  whole.bytes(frame.data()).bytes(id3_frame(3, "TALB", id3_text(0, "b"))).zeros(20);
  EXPECT_EQ(read_tags(id3_tag(3, whole.data(), 0x80)).tags, (Tags{"hi", "", "b"}));
  EXPECT_EQ(read_tags(id3_tag(4, id3_frame(4, "TIT2", body, 0x02))).tags, (Tags{"hi", "", ""}));
}

TEST(Id3Test, CompressedAndEncryptedTextsAreLeftOut) {
  ByteWriter frames;
  frames.bytes(id3_frame(3, "TIT2", id3_text(0, "x"), 0x80));
  frames.bytes(id3_frame(3, "TPE1", id3_text(0, "x"), 0x40));
  frames.bytes(id3_frame(3, "TALB", id3_text(0, "group"), 0x00));
  EXPECT_EQ(read_tags(id3_tag(3, frames.data())).tags, (Tags{"", "", "group"}));
}

TEST(Id3Test, APictureOfFiveMegabytesIsNotFetched) {
  const std::vector<std::byte> picture(5'000'000, std::byte{0x42});
  ByteWriter frames;
  frames.bytes(id3_frame(3, "TIT2", id3_text(0, "before")));
  frames.bytes(id3_frame(3, "APIC", picture));
  frames.bytes(id3_frame(3, "TPE1", id3_text(0, "after")));
  const auto read = read_tags(id3_tag(3, frames.data()));
  EXPECT_EQ(read.tags, (Tags{"before", "", ""}));
  EXPECT_LE(read.supplied_bytes, 2048u);
}

TEST(Id3Test, ATextBehindASmallPictureIsRead) {
  ByteWriter frames;
  frames.bytes(id3_frame(3, "APIC", std::vector<std::byte>(20'000, std::byte{0x42})));
  frames.bytes(id3_frame(3, "TPE1", id3_text(0, "after")));
  const auto read = read_tags(id3_tag(3, frames.data()));
  EXPECT_EQ(read.tags.artist, "after");
  EXPECT_LE(read.supplied_bytes, 3000u);
}

TEST(Id3Test, ALongTextIsCutBetweenCharacters) {
  std::string text;
  for (int i = 0; i < 5000; ++i) text += "\xC3\xA9";
  const auto read = read_tags(id3_tag(4, id3_frame(4, "TIT2", id3_text(3, text))));
  EXPECT_EQ(read.tags.title, text.substr(0, kTagBytesMax));
}

TEST(Id3Test, RandomTagsNeverCrashOrHang) {
  std::mt19937 random(21);
  for (unsigned round = 0; round < 400; ++round) {
    SCOPED_TRACE(round);
    const int version = 2 + static_cast<int>(random() % 3);
    auto file = id3_tag(version, three_texts(version,
                                             id3_text(1,
                                                      "\xFF\xFE"
                                                      "a\0"sv),
                                             id3_text(3, "bcd"), id3_text(2, "\0e"sv)));
    for (auto flips = random() % 12; flips > 0; --flips) {
      file[5 + random() % (file.size() - 5)] = static_cast<std::byte>(random());
    }
    if (id3v2_tag_bytes(file)) static_cast<void>(read_tags(file, 64));
  }
}

TEST(Id3Test, Id3v1FillsWhatIsStillEmpty) {
  ByteWriter tag;
  tag.text("TAG").text("Old title                     ").text("Old artist").zeros(20);
  tag.text("Old album").zeros(21).zeros(35);
  ASSERT_EQ(tag.size(), kId3v1Bytes);
  Tags tags{"Title", "", ""};
  read_id3v1(tag.data(), tags);
  EXPECT_EQ(tags, (Tags{"Title", "Old artist", "Old album"}));
}

}  // namespace
}  // namespace engine
