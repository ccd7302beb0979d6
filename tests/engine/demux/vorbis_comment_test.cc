#include "engine/demux/vorbis_comment.h"

#include <string>

#include <gtest/gtest.h>

#include "tests/support/byte_writer.h"

namespace engine {
namespace {

using testing::ByteWriter;

std::vector<std::byte> comment(std::initializer_list<std::string> fields) {
  ByteWriter body;
  body.le(6, 4).text("vendor").le(fields.size(), 4);
  for (const std::string& field : fields) body.le(field.size(), 4).text(field);
  return body.data();
}

TEST(VorbisCommentTest, NamesAreComparedWithoutCaseAndTheFirstWins) {
  const auto parsed = parse_vorbis_comment(
      comment({"tItLe=One", "TITLE=Two", "ARTIST=A=B", "ALBUMARTIST=no", "ALBUM", "ALBUM=C"}));
  EXPECT_EQ(parsed.tags, (Tags{"One", "A=B", "C"}));
}

TEST(VorbisCommentTest, ChannelMaskIsHexadecimal) {
  const auto mask = [](const std::string& text) {
    return parse_vorbis_comment(comment({"waveformatextensible_channel_mask=" + text}))
        .channel_mask;
  };
  EXPECT_EQ(mask("0x3F"), 0x3Fu);
  EXPECT_EQ(mask("0XaB0"), 0xAB0u);
  for (const char* bad : {"", "63", "0x", "0xG1", "0x123456789", "-0x1"}) EXPECT_EQ(mask(bad), 0u);
}

TEST(VorbisCommentTest, LongTextIsCutAtACharacter) {
  std::string text = "x";
  for (int i = 0; i < 2000; ++i) text += "\xC3\xA4";
  const std::string title = parse_vorbis_comment(comment({"TITLE=" + text})).tags.title;
  EXPECT_EQ(title.size(), kTagBytesMax - 1);
  EXPECT_EQ(title, text.substr(0, title.size()));
}

TEST(VorbisCommentTest, CutOffAnywhereItKeepsWhatIsWhole) {
  const auto whole = comment({"TITLE=One", "ARTIST=Two"});
  for (std::size_t size = 0; size < whole.size(); ++size) {
    const auto parsed = parse_vorbis_comment(std::span<const std::byte>(whole).first(size));
    EXPECT_EQ(parsed.tags.title, size >= whole.size() - 14 ? "One" : "") << size;
    EXPECT_EQ(parsed.tags.artist, "");
  }
  auto lying = whole;
  lying[3] = std::byte{0xFF};
  EXPECT_EQ(parse_vorbis_comment(lying).tags, Tags{});
}

}  // namespace
}  // namespace engine
