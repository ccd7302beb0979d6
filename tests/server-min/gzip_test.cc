#include "server-min/gzip.h"

#include <cstdint>
#include <cstdio>
#include <cstdlib>

#include <gtest/gtest.h>

#include "tests/server-min/support/temp_folder.h"

namespace server {
namespace {

TEST(GzipTest, TheProgramGzipUnpacksIt) {
  std::string text;
  for (int i = 0; i < 20'000; ++i) text += "line " + std::to_string(i) + "\n";
  for (const std::string& bytes : {text, std::string(), std::string("a\0b", 3)}) {
    const auto packed = gzip(bytes);
    ASSERT_TRUE(packed);
    TempFolder folder;
    folder.write("a.gz", *packed);
    ASSERT_EQ(std::system(("gzip -d " + folder.path_of("a.gz")).c_str()), 0);
    std::ifstream file(folder.path_of("a"), std::ios::binary);
    EXPECT_EQ((std::string{std::istreambuf_iterator<char>(file), {}}), bytes);
  }
  EXPECT_LT(gzip(text)->size(), text.size() / 3);
}

}  // namespace
}  // namespace server
