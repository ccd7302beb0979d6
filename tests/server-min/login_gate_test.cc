// Who gets in: over real sockets, and as users start it.

#include "server-min/login_gate.h"

#include <algorithm>
#include <csignal>
#include <cstdlib>
#include <memory>
#include <mutex>
#include <sys/stat.h>

#include <gtest/gtest.h>

#include "tests/server-min/support/audio_files.h"
#include "tests/server-min/support/program.h"
#include "tests/server-min/support/server_fixture.h"
#include "tests/server-min/support/wrong_login.h"

namespace server {
namespace {

// printf 'eve:pässwörd' | base64, and so on.
constexpr std::string_view kRight = "Authorization: Basic ZXZlOnDDpHNzd8O2cmQ=\r\n";
constexpr std::string_view kWrong = "Authorization: Basic ZXZlOndyb25n\r\n";  // eve:wrong

TEST(LoginGateTest, CredentialsAreReadAsWritten) {
  EXPECT_EQ(basic_credentials("Basic ZXZlOnDDpHNzd8O2cmQ="), "eve:pässwörd");
  EXPECT_EQ(basic_credentials("bAsIc   ZXZlOndyb25n "), "eve:wrong");
  EXPECT_EQ(basic_credentials("Basic YTpi"), "a:b");
  EXPECT_EQ(basic_credentials("Basic YTo="), "a:");
  EXPECT_EQ(basic_credentials("Basic YQ=="), "a");
  EXPECT_EQ(basic_credentials("Basic "), "");
  for (const char* value : {"", "Basic", "Bearer YTpi", "Basic YTp", "Basic Y", "Basic YT=i",
                            "Basic =", "Basic ====", "Basic Y===", "Basic YTpi, Basic YTpi"}) {
    EXPECT_FALSE(basic_credentials(value)) << value;
  }
}

TEST(LoginGateTest, NamesThatBasicCannotCarryAreNone) {
  EXPECT_TRUE(is_user_name("eve"));
  EXPECT_TRUE(is_user_name("Zoë 2"));
  for (const std::string& name : {std::string(), std::string("a:b"), std::string("a\nb"),
                                  std::string("\xC3"), std::string(129, 'x')}) {
    EXPECT_FALSE(is_user_name(name)) << name;
  }
}

class LoginTest : public ::testing::Test {
 protected:
  LoginTest() {
    server_.music.write("a.flac", make_flac(1.0));
    server_.web.write("index.html", "page");
    gate_ = std::make_unique<LoginGate>("eve", "pässwörd", [this](const std::string& words) {
      const std::lock_guard lock(mutex_);
      words_ += words + '\n';
    });
    server_.start({}, gate_.get());
  }

  int status(std::string_view target, std::string_view header_lines = "",
             std::string_view method = "GET") {
    HttpClient client(server_.port());
    const auto response = client.request(method, target, header_lines);
    return response ? response->status : 0;
  }
  std::string words() {
    const std::lock_guard lock(mutex_);
    return words_;
  }

  std::mutex mutex_;
  std::string words_;
  std::unique_ptr<LoginGate> gate_;  // Outlives the server.
  RunningServer server_;
};

TEST_F(LoginTest, NothingButHealthIsForEverybody) {
  EXPECT_EQ(status("/api/health"), 200);
  EXPECT_EQ(status("/api/health", kWrong), 200);
  for (const std::string& target :
       {std::string("/"), std::string("/index.html"), std::string("/album/1"),
        std::string("/missing.js"), std::string("/api"), std::string("/api/health/"),
        std::string("/api/health/x"), std::string("/api/version"), std::string("/api/events"),
        std::string("/api/library/tracks"), std::string("/api/library/scan"),
        server_.stream_url("a.flac"), std::string("/%"), std::string("/../api/health")}) {
    for (const char* method : {"GET", "HEAD", "POST", "OPTIONS"}) {
      EXPECT_EQ(status(target, "", method), 401) << method << " " << target;
    }
  }
  EXPECT_EQ(words(), "") << "who says nothing has not tried";
}

TEST_F(LoginTest, TheRightNameAndPasswordOpenAll) {
  HttpClient client(server_.port());
  for (const std::string& target : {std::string("/"), std::string("/api/library/tracks"),
                                    std::string("/api/version"), server_.stream_url("a.flac")}) {
    const auto response = client.get(target, kRight);
    ASSERT_TRUE(response) << target;
    EXPECT_EQ(response->status, 200) << target;
    EXPECT_FALSE(response->has("www-authenticate"));
  }
  EXPECT_EQ(client.get("/", "Range: bytes=0-1\r\n" + std::string(kRight))->status, 206);
  EXPECT_EQ(status("/api/library/scan", kRight, "POST"), 202);
  EXPECT_EQ(words(), "");
}

TEST_F(LoginTest, ARefusalSaysHowToLogIn) {
  HttpClient client(server_.port());
  const auto response = client.get("/api/library/tracks");
  ASSERT_TRUE(response);
  EXPECT_EQ(response->status, 401);
  EXPECT_EQ(response->header("www-authenticate"), R"(Basic realm="Auralis", charset="UTF-8")");
  EXPECT_EQ(response->header("cache-control"), "no-store");
  EXPECT_EQ(response->header("x-content-type-options"), "nosniff");
  EXPECT_NE(response->body.find("\"login_wanted\""), std::string::npos) << response->body;
  EXPECT_EQ(client.get("/", kRight)->status, 200) << "the connection is of use";
}

TEST_F(LoginTest, WhatIsNearlyRightIsWrong) {
  // pässwör, pässwörd and a blank, Eve, an empty name, an empty password, nothing, two of them.
  for (const std::string& value :
       {std::string("ZXZlOnDDpHNzd8O2cg=="), std::string("ZXZlOnDDpHNzd8O2cmQg"),
        std::string("RXZlOnDDpHNzd8O2cmQ="), std::string("OnDDpHNzd8O2cmQ="),
        std::string("ZXZlOg=="), std::string(), std::string(4000, 'A')}) {
    EXPECT_EQ(status("/", "Authorization: Basic " + value + "\r\n"), 401) << value;
  }
  EXPECT_EQ(status("/", std::string(kRight).append(kRight)), 401) << "two of them are none";
}

TEST_F(LoginTest, WhoTriesTooOftenHasToWaitAlsoWithTheRightOne) {
  HttpClient client(server_.port());
  for (std::size_t i = 0; i < FailedTries::kCountMax; ++i) {
    EXPECT_EQ(client.get("/", wrong_login(i))->status, 401) << i;
  }
  for (const std::string& lines : {wrong_login(0), std::string(kWrong), std::string(kRight)}) {
    const auto response = client.get("/", lines);
    ASSERT_TRUE(response);
    EXPECT_EQ(response->status, 429);
    const int seconds = std::atoi(response->header("retry-after").c_str());
    EXPECT_GE(seconds, 1);
    EXPECT_LE(seconds, FailedTries::kWindowSeconds);
    EXPECT_FALSE(response->has("www-authenticate"));
  }
  EXPECT_EQ(client.get("/")->status, 401) << "not a try";
  EXPECT_EQ(client.get("/api/health")->status, 200);
  const std::string told = words();
  EXPECT_EQ(std::count(told.begin(), told.end(), '\n'), 10) << told;
  EXPECT_NE(told.find("wrong name or password from 127.0.0.1: 10 different ones"),
            std::string::npos);
  EXPECT_EQ(told.find("eve"), std::string::npos);
  EXPECT_EQ(told.find("proxy"), std::string::npos) << "there is none";
}

TEST_F(LoginTest, ABrowserThatRepeatsAnOldPasswordLocksNobodyOut) {
  HttpClient client(server_.port());
  for (std::size_t i = 0; i < 10 * FailedTries::kCountMax; ++i) {
    EXPECT_EQ(client.get("/", i % 2 == 0 ? std::string(kWrong) : wrong_login(0))->status, 401) << i;
  }
  EXPECT_EQ(client.get("/", kRight)->status, 200);
  const std::string told = words();
  EXPECT_EQ(std::count(told.begin(), told.end(), '\n'), 2) << told;
}

class LoginProgramTest : public ::testing::Test {
 protected:
  LoginProgramTest() {
    music_.write("a.flac", make_flac(1.0));
    web_.write("index.html", "the page");
    write_password("pässwörd\n", 0600);
  }
  void write_password(std::string_view text, mode_t mode) const {
    output_.write("password", text);
    EXPECT_EQ(::chmod(output_.path_of("password").c_str(), mode), 0);
  }
  std::vector<std::string> arguments() const {
    return {"--music", music_.path(), "--web",           web_.path(),
            "--port",  "0",           "--user",          "eve",
            "--data",  data_.path(),  "--password-file", output_.path_of("password")};
  }

  TempFolder music_;
  TempFolder web_;
  TempFolder data_;
  TempFolder output_;
};

TEST_F(LoginProgramTest, TheAccessLogNamesWhoWasLetInAndNoPassword) {
  auto words = arguments();
  words.insert(words.end(), {"--access-log", output_.path_of("log")});
  Program program(output_, words);
  const std::uint16_t port = program.port();
  ASSERT_NE(port, 0);
  HttpClient client(port);
  EXPECT_EQ(client.get("/", kRight)->status, 200);
  EXPECT_EQ(client.get("/", kWrong)->status, 401);
  EXPECT_EQ(client.get("/api/health", kRight)->status, 200);
  client.send("GET http://eve:secret@localhost/ HTTP/1.1\r\nHost: localhost\r\n\r\n");
  EXPECT_EQ(client.read_response()->status, 400);
  program.send_signal(SIGTERM);
  EXPECT_EQ(program.wait(), 0);
  const std::string log = program.read("log");
  EXPECT_NE(log.find("127.0.0.1 - eve ["), std::string::npos) << log;
  EXPECT_EQ(log.find(" - eve ["), log.rfind(" - eve [")) << log;
  for (const std::string& text : {log, program.read("err"), program.read("out")}) {
    for (const char* secret : {"pässwörd", "wrong\"", "secret", "Basic", "ZXZl"}) {
      EXPECT_EQ(text.find(secret), std::string::npos) << secret << " in " << text;
    }
  }
  EXPECT_NE(program.read("err").find("wrong name or password from 127.0.0.1"), std::string::npos);
}

TEST_F(LoginProgramTest, AProxyIsBelievedWhereItIsTrusted) {
  struct Case {
    std::vector<std::string> options;
    std::string words;  // At the start.
    bool is_trusted;
  };
  const std::string begin = "X-Forwarded-For is believed from ";
  for (const Case& given :
       {Case{{}, "", false}, Case{{"--trust-proxy"}, begin + "this machine\n", true},
        Case{{"--trust-proxy", "127.0.0.1"}, begin + "127.0.0.1\n", true},
        Case{{"--trust-proxy", "192.0.2.1"}, begin + "192.0.2.1\n", false}}) {
    SCOPED_TRACE(given.words);
    auto words = arguments();
    words.insert(words.end(), given.options.begin(), given.options.end());
    Program program(output_, words);
    const std::uint16_t port = program.port();
    ASSERT_NE(port, 0);
    const std::string said = program.read("out");
    EXPECT_TRUE(said.starts_with(given.words + "listening on ")) << said;
    HttpClient client(port);
    const std::string from = "X-Forwarded-For: 10.0.0.1, 192.0.2.";
    for (std::size_t i = 0; i < FailedTries::kCountMax; ++i) {
      EXPECT_EQ(client.get("/", from + "7\r\n" + wrong_login(i))->status, 401);
    }
    EXPECT_EQ(client.get("/", from + "7\r\n" + std::string(kRight))->status, 429);
    EXPECT_EQ(client.get("/", from + "8\r\n" + std::string(kRight))->status,
              given.is_trusted ? 200 : 429);
    const std::string told = program.read("err");
    EXPECT_NE(told.find(given.is_trusted ? "192.0.2.7" : "127.0.0.1"), std::string::npos) << told;
    EXPECT_EQ(told.find("--trust-proxy") == std::string::npos, given.is_trusted) << told;
  }
}

// As with LoadCredential= in a unit.
TEST_F(LoginProgramTest, ItTakesThePasswordThatSystemdHandsOver) {
  write_password("pässwörd\n", 0440);
  ASSERT_EQ(::setenv("CREDENTIALS_DIRECTORY", output_.path().c_str(), 1), 0);
  Program program(output_, arguments());
  ::unsetenv("CREDENTIALS_DIRECTORY");
  const std::uint16_t port = program.port();
  ASSERT_NE(port, 0) << program.read("err");
  HttpClient client(port);
  EXPECT_EQ(client.get("/")->status, 401);
  EXPECT_EQ(client.get("/", kRight)->status, 200);
}

TEST_F(LoginProgramTest, WithoutAPasswordOfItsOwnItDoesNotStart) {
  for (const auto& [text, mode] : {std::pair<const char*, mode_t>{"secret", 0644},
                                   {"secret", 0640},
                                   {"", 0600},
                                   {"two\nlines", 0600}}) {
    write_password(text, mode);
    Program program(output_, arguments());
    EXPECT_EQ(program.wait(), 4);
    EXPECT_NE(program.read("err").find("the password file"), std::string::npos);
    EXPECT_EQ(program.read("out"), "");
  }
}

}  // namespace
}  // namespace server
