#include "server-min/password_file.h"

#include <sys/stat.h>

#include <gtest/gtest.h>

#include "tests/server-min/support/temp_folder.h"

namespace server {
namespace {

class PasswordFileTest : public ::testing::Test {
 protected:
  std::variant<std::string, PasswordFileError> read(std::string_view text, mode_t mode = 0600) {
    folder_.write("password", text);
    EXPECT_EQ(::chmod(folder_.path_of("password").c_str(), mode), 0);
    return read_password_file(folder_.path_of("password"), credentials_folder_);
  }
  std::string password(std::string_view text) {
    const auto result = read(text);
    const auto* found = std::get_if<std::string>(&result);
    return found == nullptr ? "refused: " + std::get<PasswordFileError>(result).reason : *found;
  }
  std::string reason(std::string_view text, mode_t mode = 0600) {
    const auto result = read(text, mode);
    const auto* error = std::get_if<PasswordFileError>(&result);
    return error == nullptr ? "taken" : error->reason;
  }

  TempFolder folder_;
  std::optional<std::string> credentials_folder_;
};

TEST_F(PasswordFileTest, OneLineIsThePassword) {
  EXPECT_EQ(password("secret\n"), "secret");
  EXPECT_EQ(password("secret"), "secret");
  EXPECT_EQ(password("secret\r\n"), "secret");
  EXPECT_EQ(password(" sp ace: \n"), " sp ace: ");
  EXPECT_EQ(password("pässwörd\n"), "pässwörd");
  const std::string longest(kPasswordSizeMax, 'x');
  EXPECT_EQ(password(longest + "\r\n"), longest);
}

TEST_F(PasswordFileTest, WhatIsNoGoodPasswordIsRefused) {
  EXPECT_EQ(reason(""), "is empty");
  EXPECT_EQ(reason("\n"), "is empty");
  EXPECT_EQ(reason("a\nb\n"), "has more than one line");
  EXPECT_EQ(reason("a\n\n"), "has more than one line");
  EXPECT_EQ(reason("a\tb"), "has control characters");
  EXPECT_EQ(reason("\xC3"), "is not in UTF-8");
  EXPECT_EQ(reason(std::string(kPasswordSizeMax + 1, 'x')), "is longer than 512 bytes");
  EXPECT_EQ(reason(std::string(100'000, 'x')), "is longer than 512 bytes");
}

TEST_F(PasswordFileTest, AFileThatOthersCanReadIsRefused) {
  for (const mode_t mode : {0640U, 0440U, 0604U, 0644U, 0660U, 0610U}) {
    EXPECT_NE(reason("secret", mode).find("others"), std::string::npos) << mode;
  }
  EXPECT_EQ(std::get<std::string>(read("secret", 0400)), "secret");
}

// With systemd's, the group's bits are what the ACL allows at most.
TEST_F(PasswordFileTest, ACredentialOfSystemdMayLookAsIfItsGroupCouldReadIt) {
  credentials_folder_ = folder_.path();
  EXPECT_EQ(std::get<std::string>(read("secret", 0440)), "secret");
  for (const mode_t mode : {0444U, 0404U, 0460U, 0450U}) {
    EXPECT_NE(reason("secret", mode).find("others"), std::string::npos) << mode;
  }
  const TempFolder elsewhere;
  for (const std::string& folder : {elsewhere.path(), folder_.path_of("missing"), std::string()}) {
    credentials_folder_ = folder;
    EXPECT_NE(reason("secret", 0440).find("others"), std::string::npos) << folder;
  }
}

TEST_F(PasswordFileTest, WhatIsNoFileIsRefusedAtOnce) {
  const auto reason_of = [](const std::string& path) {
    return std::get<PasswordFileError>(read_password_file(path, {})).reason;
  };
  EXPECT_EQ(reason_of(folder_.path()), "is no file");
  EXPECT_NE(reason_of(folder_.path_of("missing")).find("cannot be read"), std::string::npos);
  const std::string pipe = folder_.path_of("pipe");
  ASSERT_EQ(::mkfifo(pipe.c_str(), 0600), 0);
  EXPECT_EQ(reason_of(pipe), "is no file");
}

}  // namespace
}  // namespace server
