#include "server-min/tag_reader.h"

#include <fcntl.h>

#include <gtest/gtest.h>

#include "server-min/unique_fd.h"
#include "tests/server-min/support/audio_files.h"
#include "tests/server-min/support/temp_folder.h"

namespace server {
namespace {

class TagReaderTest : public ::testing::Test {
 protected:
  // A reader of what stands between three bytes in front and three behind.
  TagReader reader_of(const std::string& bytes, bool unsynchronised) {
    folder_.write("file", "abc" + bytes + "def");
    file_ = UniqueFd(::open(folder_.path_of("file").c_str(), O_RDONLY));
    return {file_.get(), {3, 3 + bytes.size()}, unsynchronised};
  }

  static std::string rest_of(TagReader& reader) {
    std::string rest;
    for (auto piece = reader.take_piece(); !piece.empty(); piece = reader.take_piece()) {
      rest += piece;
    }
    return rest;
  }

  TempFolder folder_;
  UniqueFd file_;
};

// Long enough for several pieces, and rich in what is special.
std::string special_bytes() {
  std::string bytes;
  for (int i = 0; i < 50'000; ++i) {
    constexpr std::string_view kSpecial("\xFF\x00\xE0\xFB\x01\xFF\xFF", 7);
    bytes += kSpecial[static_cast<std::size_t>(i * 31 + i / 7) % kSpecial.size()];
  }
  return bytes;
}

TEST_F(TagReaderTest, GivesTheRangeAndNothingElse) {
  TagReader reader = reader_of("\x01\x02\x03\x04\x05", false);
  EXPECT_EQ(reader.take_number(2), 0x0102U);
  EXPECT_EQ(reader.position(), 5U);
  EXPECT_TRUE(reader.skip(1));
  EXPECT_EQ(rest_of(reader), "\x04\x05");
  EXPECT_FALSE(reader.take());
  EXPECT_FALSE(reader.take_number(1));
  EXPECT_TRUE(reader.skip(0));
  EXPECT_FALSE(reader.skip(1));
}

TEST_F(TagReaderTest, DecodesWhatWasUnsynchronised) {
  const std::string bytes = special_bytes();
  TagReader decoding = reader_of(unsynchronise(bytes), true);
  EXPECT_TRUE(rest_of(decoding) == bytes);
  TagReader plain = reader_of(bytes, false);
  EXPECT_TRUE(rest_of(plain) == bytes);
}

TEST_F(TagReaderTest, SkipsDecodedBytes) {
  const std::string bytes = special_bytes();
  for (const std::size_t count : {0U, 1U, 2U, 7U, 16'384U, 49'999U}) {
    TagReader reader = reader_of(unsynchronise(bytes), true);
    EXPECT_TRUE(reader.skip(count));
    EXPECT_TRUE(rest_of(reader) == bytes.substr(count)) << count;
  }
  TagReader reader = reader_of(unsynchronise(bytes), true);
  EXPECT_FALSE(reader.skip(bytes.size() + 1));
}

TEST_F(TagReaderTest, AFileThatEndsEarlyEndsTheRange) {
  TagReader reader = reader_of("\x01\x02\x03", false);
  std::filesystem::resize_file(folder_.path_of("file"), 4);
  EXPECT_EQ(reader.take(), 1);
  // What was read before the file shrank may still come, but never more than that.
  EXPECT_LE(rest_of(reader).size(), 2U);
  TagReader later(file_.get(), {3, 100}, true);
  EXPECT_EQ(rest_of(later), "\x01");
}

}  // namespace
}  // namespace server
