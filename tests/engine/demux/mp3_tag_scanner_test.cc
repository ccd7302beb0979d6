#include "engine/demux/mp3_tag_scanner.h"

#include <gtest/gtest.h>

#include "tests/engine/demux/id3_files.h"
#include "tests/engine/demux/mp3_files.h"
#include "tests/support/split_feeder.h"

namespace engine {
namespace {

using namespace engine::testing;

struct Scanned {
  ByteRange audio;
  Tags tags;
  std::uint64_t supplied_bytes = 0;
};

Scanned scan(const std::vector<std::byte>& file, std::size_t piece_size = kWhole) {
  SplitFeeder feeder(file, piece_size);
  Mp3TagScanner scanner;
  const auto done = feeder.run([&]() -> Result<std::variant<NeedBytes, EndOfStream>> {
    if (const auto need = scanner.scan(feeder.source())) return {*need};
    return {EndOfStream{}};
  });
  EXPECT_TRUE(done);
  return {scanner.audio_bytes(), scanner.tags(), feeder.supplied_bytes()};
}

std::vector<std::byte> id3v1_tag() {
  ByteWriter tag;
  tag.text("TAG").text("Title").zeros(25).text("Artist").zeros(24).text("Album").zeros(60);
  return tag.data();
}

std::vector<std::byte> ape_tag(bool with_header, std::size_t item_bytes) {
  const auto edge = [&](bool header) {
    ByteWriter part;
    part.text("APETAGEX").le(2000, 4).le(item_bytes + 32, 4).le(1, 4);
    part.le((with_header ? 0x80000000U : 0U) | (header ? 0x20000000U : 0U), 4).zeros(8);
    return part.data();
  };
  ByteWriter tag;
  if (with_header) tag.bytes(edge(true));
  while (tag.size() < item_bytes + (with_header ? 32 : 0)) tag.be(0xFF, 1);
  return tag.bytes(edge(false)).data();
}

const std::vector<std::byte> kAudio = cbr_mpeg_frames(10);

TEST(Mp3TagScannerTest, WithoutTagsAllIsAudio) {
  const auto scanned = scan(kAudio);
  EXPECT_EQ(scanned.audio, (ByteRange{0, kAudio.size()}));
  EXPECT_EQ(scanned.tags, Tags{});
}

TEST(Mp3TagScannerTest, StripsTagsOfEveryKindAtBothEndsInPiecesOfAnySize) {
  ByteWriter lyrics2;
  lyrics2.text("LYRICSBEGININD0000200").text("000021LYRICS200");
  const auto lyrics1 =
      ByteWriter().text("LYRICSBEGIN").text(std::string(900, 'x')).text("LYRICSEND").data();
  const auto extension = ByteWriter().text("TAG+").zeros(223).data();
  const auto appended = [] {
    ByteWriter tag;
    const auto whole = id3_tag(4, std::vector<std::byte>(50), 0x10);
    tag.bytes(std::span(whole).first(60)).text("3DI").bytes(std::span(whole).subspan(3, 7));
    return tag.data();
  }();
  const auto title = id3_tag(3, id3_frame(3, "TIT2", id3_text(0, "First")));
  const std::vector<std::vector<std::byte>> backs{
      id3v1_tag(),
      join({extension, id3v1_tag()}),
      ape_tag(true, 100),
      ape_tag(false, 3000),
      join({ape_tag(true, 5), id3v1_tag()}),
      join({lyrics2.data(), id3v1_tag()}),
      join({lyrics1, id3v1_tag()}),
      join({appended, ape_tag(true, 5), lyrics2.data(), id3v1_tag()}),
  };
  const std::vector<std::vector<std::byte>> fronts{
      {}, title, join({title, id3_tag(4, std::vector<std::byte>(30), 0x10)}), ape_tag(true, 60)};
  for (std::size_t f = 0; f < fronts.size(); ++f) {
    for (std::size_t b = 0; b < backs.size(); ++b) {
      SCOPED_TRACE(f * 100 + b);
      const auto file = join({fronts[f], kAudio, backs[b]});
      const ByteRange expected{fronts[f].size(), fronts[f].size() + kAudio.size()};
      for (const std::size_t piece_size : {std::size_t{7}, std::size_t{4096}, kWhole}) {
        EXPECT_EQ(scan(file, piece_size).audio, expected);
      }
    }
  }
}

TEST(Mp3TagScannerTest, Id3v2ComesBeforeId3v1) {
  const auto file =
      join({id3_tag(3, id3_frame(3, "TIT2", id3_text(0, "New"))), kAudio, id3v1_tag()});
  EXPECT_EQ(scan(file).tags, (Tags{"New", "Artist", "Album"}));
}

TEST(Mp3TagScannerTest, ACoverIsSteppedOver) {
  const auto cover = id3_frame(3, "APIC", std::vector<std::byte>(5'000'000));
  const auto file = join({id3_tag(3, cover), kAudio});
  const auto scanned = scan(file);
  EXPECT_EQ(scanned.audio.begin, file.size() - kAudio.size());
  EXPECT_LE(scanned.supplied_bytes, 8192u);
}

TEST(Mp3TagScannerTest, TagsThatAreLongerThanTheFileAreBounded) {
  auto front = id3_tag(3, std::vector<std::byte>(5000));
  front.resize(2000);
  EXPECT_EQ(scan(front).audio, (ByteRange{10, 2000}));  // Such a size is not believed.
  auto back = ape_tag(false, 100);
  EXPECT_EQ(scan(join({kAudio, std::vector<std::byte>(back.end() - 32, back.end())})).audio.begin,
            0u);
  EXPECT_TRUE(scan({}).audio.empty());
}

}  // namespace
}  // namespace engine
