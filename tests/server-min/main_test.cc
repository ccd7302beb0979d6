// The program itself: exit status, messages, start and end.

#include <csignal>
#include <cstdlib>
#include <fcntl.h>
#include <filesystem>
#include <tuple>
#include <unistd.h>

#include <gtest/gtest.h>

#include "server-min/unique_fd.h"
#include "tests/server-min/support/audio_files.h"
#include "tests/server-min/support/http_client.h"
#include "tests/server-min/support/program.h"
#include "tests/server-min/support/temp_folder.h"

namespace server {
namespace {

class MainTest : public ::testing::Test {
 protected:
  MainTest() {
    music.write("a.flac", make_flac(1.0));
    web.write("index.html", "the page");
  }

  void expect_failure(std::vector<std::string> arguments, int exit_status) {
    Program program(output, std::move(arguments));
    EXPECT_EQ(program.wait(), exit_status);
    const std::string message = program.read("err");
    EXPECT_TRUE(message.starts_with("auralis-server: ")) << message;
    EXPECT_EQ(message.find('\n'), message.size() - 1) << "one line: " << message;
    EXPECT_EQ(program.read("out"), "");
  }

  TempFolder music;
  TempFolder web;
  TempFolder output;
};

TEST_F(MainTest, ServesOnTheAnnouncedPortAndEndsCleanlyOnSignals) {
  for (const int signal : {SIGTERM, SIGINT}) {
    Program program(output, {"--music", music.path(), "--web", web.path(), "--port", "0"});
    const std::uint16_t port = program.port();
    ASSERT_NE(port, 0);
    HttpClient client(port);
    EXPECT_EQ(client.get("/")->body, "the page");
    EXPECT_EQ(client.get("/api/health")->body, R"({"status":"ok","tracks":1})");
    program.send_signal(signal);
    EXPECT_EQ(program.wait(), 0);
    EXPECT_EQ(program.read("err"), "");
  }
}

// As in a service, which is told so to have its log opened anew.
TEST_F(MainTest, AHangupEndsItOnlyWhereATerminalCanHangUp) {
  for (const bool logs : {false, true}) {
    std::vector<std::string> arguments = {"--music",  music.path(), "--web",
                                          web.path(), "--port",     "0"};
    if (logs) arguments.insert(arguments.end(), {"--access-log", "-"});
    Program program(output, arguments);
    const std::uint16_t port = program.port();
    ASSERT_NE(port, 0);
    for (int i = 0; i < 3; ++i) {
      program.send_signal(SIGHUP);
      EXPECT_EQ(HttpClient(port).get("/")->body, "the page");
    }
    program.send_signal(SIGTERM);
    EXPECT_EQ(program.wait(), 0) << "it has outlived them";
  }
  const UniqueFd terminal(::posix_openpt(O_RDWR | O_NOCTTY));
  ASSERT_TRUE(terminal.valid());
  ASSERT_EQ(::grantpt(terminal.get()), 0);
  ASSERT_EQ(::unlockpt(terminal.get()), 0);
  char path[64] = {};
  ASSERT_EQ(::ptsname_r(terminal.get(), path, sizeof(path)), 0);
  Program program(output, {"--music", music.path(), "--web", web.path(), "--port", "0"}, path);
  ASSERT_NE(program.port(), 0);
  program.send_signal(SIGHUP);
  EXPECT_EQ(program.wait(), -1);
  EXPECT_EQ(program.pid(), -1) << "ended, by the signal";
}

TEST_F(MainTest, AClientThatGoesAwayDoesNotKillIt) {
  music.write("large.wav", "x");
  std::filesystem::resize_file(music.path_of("large.wav"), 64 * 1024 * 1024);
  Program program(output, {"--music", music.path(), "--web", web.path(), "--port", "0"});
  const std::uint16_t port = program.port();
  ASSERT_NE(port, 0);
  HttpClient first(port);
  const std::string list = first.get("/api/library/tracks?search=large")->body;
  const std::string id = list.substr(list.find("\"id\":\"") + 6, 16);
  for (int i = 0; i < 20; ++i) {
    HttpClient client(port);
    client.send("GET /api/player/stream/" + id + " HTTP/1.1\r\nHost: localhost\r\n\r\n");
    client.receive(100);
  }
  HttpClient last(port);
  EXPECT_TRUE(last.get("/api/health"));
}

TEST_F(MainTest, AnswersToItsPublicNamesOnly) {
  Program program(output, {"--music", music.path(), "--web", web.path(), "--port", "0",
                           "--public-name", "music.example", "tunes.example"});
  const std::uint16_t port = program.port();
  ASSERT_NE(port, 0);
  char own[256] = {};
  ASSERT_EQ(::gethostname(own, sizeof(own) - 1), 0);
  HttpClient client(port);
  for (const auto& [host, status] :
       std::vector<std::pair<std::string, int>>{{"music.example", 200},
                                                {"Tunes.Example:443", 200},
                                                {own, 200},
                                                {"other.example", 421}}) {
    client.send("GET / HTTP/1.1\r\nHost: " + host + "\r\n\r\n");
    const auto response = client.read_response();
    ASSERT_TRUE(response) << host;
    EXPECT_EQ(response->status, status) << host;
  }
}

TEST_F(MainTest, ListensOnAddressesOfIPv6AndWritesThemInBrackets) {
  if (!HttpClient::has_ipv6()) GTEST_SKIP() << "this machine has no IPv6";
  for (const auto& [host, shown, reached] :
       {std::tuple{"::1", "[::1]", std::vector<std::string>{"::1"}},
        std::tuple{"::", "[::]", std::vector<std::string>{"::1", "127.0.0.1"}}}) {
    Program program(output,
                    {"--music", music.path(), "--web", web.path(), "--port", "0", "--host", host});
    const std::uint16_t port = program.port();
    ASSERT_NE(port, 0);
    const std::string url = "http://" + std::string(shown) + ":" + std::to_string(port);
    EXPECT_NE(program.read("out").find("listening on " + url + "\n"), std::string::npos);
    for (const std::string& address : reached) {
      HttpClient client(address, port);
      ASSERT_TRUE(client.connected()) << address;
      client.send("GET / HTTP/1.1\r\nHost: [::1]:" + std::to_string(port) + "\r\n\r\n");
      const auto response = client.read_response();
      ASSERT_TRUE(response) << address;
      EXPECT_EQ(response->body, "the page");
    }
    TempFolder other;
    Program second(other,
                   {"--music", music.path(), "--port", std::to_string(port), "--host", host});
    EXPECT_EQ(second.wait(), 4);
    EXPECT_NE(second.read("err").find("cannot listen on " + url), std::string::npos)
        << second.read("err");
  }
}

TEST_F(MainTest, WrongUsageEndsWithTwo) {
  expect_failure({}, 2);
  expect_failure({"--music"}, 2);
  expect_failure({"--music", music.path(), "--port", "x"}, 2);
  expect_failure({"--nonsense", "1"}, 2);
  expect_failure({"--music", music.path(), "--public-name", "http://a"}, 2);
  music.write("inner/b.flac", make_flac(1.0));
  expect_failure({"--music", music.path(), "--music", music.path_of("inner")}, 2);
}

TEST_F(MainTest, UnusableFoldersAndPortsEndWithFour) {
  expect_failure({"--music", music.path_of("missing"), "--port", "0"}, 4);
  expect_failure({"--music", music.path_of("a.flac"), "--port", "0"}, 4);
  expect_failure({"--music", music.path(), "--web", web.path_of("missing"), "--port", "0"}, 4);

  TempFolder first_output;
  Program first(first_output, {"--music", music.path(), "--web", web.path(), "--port", "0"});
  const std::uint16_t port = first.port();
  ASSERT_NE(port, 0);
  expect_failure({"--music", music.path(), "--web", web.path(), "--port", std::to_string(port)}, 4);
}

TEST_F(MainTest, OneOfSeveralFoldersMayBeMissingAtTheStart) {
  const std::string missing = music.path() + "-missing";
  Program program(
      output, {"--music", missing, "--music", music.path(), "--web", web.path(), "--port", "0"});
  const std::uint16_t port = program.port();
  ASSERT_NE(port, 0);
  HttpClient client(port);
  EXPECT_EQ(client.get("/api/health")->body, R"({"status":"ok","tracks":1})");
  EXPECT_NE(program.read("err").find(missing), std::string::npos);
  TempFolder other_output;
  Program none(other_output, {"--music", missing, "--music", missing + "-too", "--port", "0"});
  EXPECT_EQ(none.wait(), 4);
}

TEST_F(MainTest, TheCatalogueIsWhereItIsToldToBeElseInTheUsualPlace) {
  for (const char* place : {"data/auralis", "auralis"}) {
    std::vector<std::string> arguments = {"--music",  music.path(), "--web",
                                          web.path(), "--port",     "0"};
    if (std::string(place) == "data/auralis") {
      arguments.insert(arguments.end(), {"--data", output.path_of(place)});
    }
    Program program(output, arguments);
    ASSERT_NE(program.port(), 0);
    program.send_signal(SIGTERM);
    EXPECT_EQ(program.wait(), 0);
    int files = 0;
    for (const auto& entry : std::filesystem::directory_iterator(output.path_of(place))) {
      files += entry.path().extension() == ".db" ? 1 : 0;
    }
    EXPECT_EQ(files, 1) << place;
  }
}

TEST_F(MainTest, WithoutAPlaceForTheCatalogueItIsKeptInMemoryAndSaysSo) {
  output.write("auralis", "a file where the folder should be");
  Program program(output, {"--music", music.path(), "--web", web.path(), "--port", "0"});
  const std::uint16_t port = program.port();
  ASSERT_NE(port, 0);
  HttpClient client(port);
  EXPECT_EQ(client.get("/api/health")->body, R"({"status":"ok","tracks":1})");
  const std::string warning = program.read("err");
  EXPECT_NE(warning.find("kept in memory"), std::string::npos) << warning;
  EXPECT_NE(warning.find(output.path_of("auralis")), std::string::npos) << warning;
  expect_failure({"--music", music.path(), "--web", web.path(), "--port", "0", "--data",
                  output.path_of("auralis/x")},
                 4);
}

TEST_F(MainTest, HelpAndVersionGoToStandardOutput) {
  Program help(output, {"--help"});
  EXPECT_EQ(help.wait(), 0);
  EXPECT_NE(help.read("out").find("--music DIR"), std::string::npos);
  EXPECT_NE(help.read("out").find("--public-name NAME"), std::string::npos);
  EXPECT_NE(help.read("out").find("--data DIR"), std::string::npos);
  Program version(output, {"--version"});
  EXPECT_EQ(version.wait(), 0);
  EXPECT_TRUE(version.read("out").starts_with("auralis-server "));
}

}  // namespace
}  // namespace server
