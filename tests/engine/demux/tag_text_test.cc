#include "engine/demux/tag_text.h"

#include <string>
#include <string_view>

#include <gtest/gtest.h>

#include "engine/base/media_types.h"
#include "tests/support/byte_writer.h"

namespace engine {
namespace {

std::string text_of(std::string_view bytes) {
  return tag_text_of(testing::ByteWriter().text(bytes).data());
}

TEST(TagTextTest, KeepsUtf8AndReadsAnythingElseAsLatin1) {
  EXPECT_EQ(text_of("plain"), "plain");
  EXPECT_EQ(text_of("\xE2\x82\xAC \xF0\x9F\x8E\xB5"), "\xE2\x82\xAC \xF0\x9F\x8E\xB5");
  EXPECT_EQ(text_of("Bj\xF6rk"), "Bj\xC3\xB6rk");
  // Overlong, surrogate, too large, cut off: none of them is UTF-8.
  EXPECT_EQ(text_of("\xC0\xAF"), "\xC3\x80\xC2\xAF");
  EXPECT_EQ(text_of("\xED\xA0\x80").substr(0, 2), "\xC3\xAD");
  EXPECT_EQ(text_of("\xF4\x90\x80\x80").substr(0, 2), "\xC3\xB4");
  EXPECT_EQ(text_of("\xE2\x82"), "\xC3\xA2\xC2\x82");
}

TEST(TagTextTest, DropsControlsTrailingSpacesAndWhatFollowsNul) {
  EXPECT_EQ(text_of(std::string_view("a\tb\n  \0junk", 11)), "ab");
  EXPECT_EQ(text_of(""), "");
}

TEST(TagTextTest, NeverExceedsTheLimitNorSplitsACharacter) {
  const std::string latin1(3000, '\xE9');
  const std::string text = text_of(latin1);
  EXPECT_EQ(text.size(), kTagBytesMax);
  EXPECT_EQ(text.substr(0, 2), "\xC3\xA9");
}

}  // namespace
}  // namespace engine
