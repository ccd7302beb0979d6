#include "server-min/data_folder.h"

#include <map>

#include <gtest/gtest.h>

#include "tests/server-min/support/temp_folder.h"

namespace server {
namespace {

std::optional<std::string> folder_with(std::map<std::string, std::string> variables) {
  return default_data_folder([&](const std::string& name) {
    const auto found = variables.find(name);
    return found == variables.end() ? std::nullopt : std::optional(found->second);
  });
}

TEST(DataFolderTest, StandsWhereTheSpecificationOfFoldersSays) {
  EXPECT_EQ(folder_with({{"XDG_STATE_HOME", "/s"}, {"HOME", "/h"}}), "/s/auralis");
  EXPECT_EQ(folder_with({{"HOME", "/h"}}), "/h/.local/state/auralis");
  EXPECT_EQ(folder_with({{"XDG_STATE_HOME", "relative"}, {"HOME", "/h"}}),
            "/h/.local/state/auralis");
  EXPECT_EQ(folder_with({{"XDG_STATE_HOME", ""}, {"HOME", ""}}), std::nullopt);
  EXPECT_EQ(folder_with({}), std::nullopt);
}

TEST(DataFolderTest, AMusicFolderHasOneFileUnderAllItsNames) {
  TempFolder music;
  music.write("one/a", "");
  music.write("two/a", "");
  music.link("link", "one");
  EXPECT_EQ(catalog_file("/d", {music.path_of("one")}),
            catalog_file("/d", {music.path_of("link/")}));
  EXPECT_NE(catalog_file("/d", {music.path_of("one")}), catalog_file("/d", {music.path_of("two")}));
  EXPECT_TRUE(catalog_file("/d", {music.path_of("one")}).starts_with("/d/catalog-"));
  const std::string both = catalog_file("/d", {music.path_of("one"), music.path_of("two")});
  EXPECT_EQ(catalog_file("/d", {music.path_of("two"), music.path_of("link")}), both);
  EXPECT_NE(catalog_file("/d", {music.path_of("one")}), both);
}

TEST(DataFolderTest, IsMadeForItsOwnerAlone) {
  TempFolder folder;
  std::string note;
  EXPECT_NE(open_catalog(folder.path_of("a/b"), {folder.path()}, note), nullptr);
  const auto rights = std::filesystem::status(folder.path_of("a/b")).permissions();
  EXPECT_EQ(rights, std::filesystem::perms::owner_all);
  EXPECT_EQ(note, "");
}

TEST(DataFolderTest, WhatCannotBeUsedIsToldInWords) {
  TempFolder folder;
  folder.write("file", "");
  std::string note;
  EXPECT_THROW(open_catalog(folder.path_of("file"), {folder.path()}, note), std::exception);
  EXPECT_THROW(open_catalog(folder.path_of("file/x"), {folder.path()}, note), std::exception);
}

// Nobody would ever fill it.
TEST(DataFolderTest, ACatalogueThatCannotBeLockedIsNotUsed) {
  TempFolder music;
  TempFolder data;
  std::filesystem::create_directory(catalog_file(data.path(), {music.path()}) + ".lock");
  std::string note;
  try {
    open_catalog(data.path(), {music.path()}, note);
    FAIL() << "it was opened";
  } catch (const DatabaseError& error) {
    EXPECT_NE(std::string(error.what()).find("cannot lock"), std::string::npos) << error.what();
    EXPECT_FALSE(error.unusable()) << "no reason to make it anew";
  }
}

}  // namespace
}  // namespace server
