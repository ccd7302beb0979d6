#include "server-min/file_root.h"

#include <cerrno>
#include <sys/stat.h>

#include <gtest/gtest.h>

#include "tests/server-min/support/temp_folder.h"

namespace server {
namespace {

class FileRootTest : public ::testing::TestWithParam<FileRoot::Resolution> {
 protected:
  FileRootTest() {
    outside.write("secret.wav", "secret");
    inside.write("plain.wav", "plain");
    inside.write("folder/deep.wav", "deep");
  }

  std::optional<OpenFile> open(const std::string& name) {
    return FileRoot::open(inside.path(), GetParam())->open_file(name);
  }

  TempFolder outside;
  TempFolder inside;
};

INSTANTIATE_TEST_SUITE_P(, FileRootTest,
                         ::testing::Values(FileRoot::Resolution::kKernel,
                                           FileRoot::Resolution::kWalk),
                         [](const auto& parameter) {
                           return parameter.param == FileRoot::Resolution::kKernel ? "Kernel"
                                                                                   : "Walk";
                         });

TEST_P(FileRootTest, OpensRegularFilesWithTheirFacts) {
  inside.set_modified("plain.wav", 1'700'000'000);
  const auto file = open("plain.wav");
  ASSERT_TRUE(file);
  EXPECT_EQ(file->facts.size_bytes, 5U);
  EXPECT_EQ(file->facts.modified_seconds(), 1'700'000'000);
  EXPECT_NE(file->facts.inode, 0U);
  EXPECT_TRUE(open("folder/deep.wav"));
}

TEST_P(FileRootTest, RefusesNamesThatAreNotPlain) {
  const std::string with_nul("plain.wav\0.txt", 14);
  for (const std::string& name :
       {std::string(), std::string("."), std::string(".."), std::string("folder/../plain.wav"),
        std::string("../") + outside.path(), std::string("/etc/passwd"),
        std::string("folder//deep.wav"), std::string("folder/"), std::string("./plain.wav"),
        outside.path() + "/secret.wav", with_nul}) {
    EXPECT_FALSE(open(name)) << name;
  }
}

TEST_P(FileRootTest, LinksThatLeadOutsideDoNotOpen) {
  inside.link("absolute.wav", outside.path() + "/secret.wav");
  inside.link("relative.wav",
              "../" + std::filesystem::path(outside.path()).filename().string() + "/secret.wav");
  inside.link("folder-link", outside.path());
  inside.link("folder/up.wav", "../../../../../../../../etc/passwd");
  inside.link("process.wav", "/proc/self/cwd");
  EXPECT_FALSE(open("absolute.wav"));
  EXPECT_FALSE(open("relative.wav"));
  EXPECT_FALSE(open("folder-link/secret.wav"));
  EXPECT_FALSE(open("folder/up.wav"));
  EXPECT_FALSE(open("process.wav"));
}

TEST_P(FileRootTest, LinksWithinTheRootFollowTheKernelOnly) {
  inside.link("link.wav", "folder/deep.wav");
  EXPECT_EQ(open("link.wav").has_value(), GetParam() == FileRoot::Resolution::kKernel);
}

TEST_P(FileRootTest, FoldersPipesAndMissingNamesDoNotOpen) {
  ASSERT_EQ(::mkfifo(inside.path_of("pipe.wav").c_str(), 0600), 0);
  EXPECT_FALSE(open("folder"));
  EXPECT_FALSE(open("pipe.wav")) << "and does not wait for a writer";
  EXPECT_FALSE(open("missing.wav"));
  EXPECT_FALSE(open("plain.wav/below"));
}

TEST_P(FileRootTest, FoldersOpenForListingButLinksToFoldersDoNot) {
  inside.link("loop", ".");
  inside.link("out", outside.path());
  const auto root = FileRoot::open(inside.path(), GetParam());
  EXPECT_TRUE(root->open_folder("").valid());
  EXPECT_TRUE(root->open_folder("folder").valid());
  EXPECT_FALSE(root->open_folder("loop").valid());
  EXPECT_FALSE(root->open_folder("out").valid());
  EXPECT_FALSE(root->open_folder("..").valid());
}

TEST(FileRootOpenTest, SaysWhyAFolderCannotBeOpened) {
  TempFolder folder;
  folder.write("file", "x");
  EXPECT_FALSE(FileRoot::open(folder.path_of("missing")));
  EXPECT_EQ(errno, ENOENT);
  EXPECT_FALSE(FileRoot::open(folder.path_of("file")));
  EXPECT_EQ(errno, ENOTDIR);
}

}  // namespace
}  // namespace server
