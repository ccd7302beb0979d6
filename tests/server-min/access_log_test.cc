#include "server-min/access_log.h"

#include <atomic>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <fcntl.h>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <regex>
#include <string>
#include <sys/stat.h>
#include <thread>
#include <unistd.h>
#include <vector>

#include <gtest/gtest.h>

#include "tests/server-min/support/audio_files.h"
#include "tests/server-min/support/http_client.h"
#include "tests/server-min/support/program.h"
#include "tests/server-min/support/temp_folder.h"

namespace server {
namespace {

std::string text_of(const std::string& path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), {}};
}

std::vector<std::string> lines_of(const std::string& path) {
  std::vector<std::string> lines;
  std::ifstream file(path);
  for (std::string line; std::getline(file, line);) lines.push_back(line);
  return lines;
}

template <typename Condition>
void wait_until(const Condition& condition) {
  const auto deadline = std::chrono::steady_clock::now() + Program::kPatience;
  while (!condition() && std::chrono::steady_clock::now() < deadline) {
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  EXPECT_TRUE(condition());
}

TEST(AccessLogTest, ALineHasTheFieldsOfTheCombinedLogFormat) {
  EXPECT_EQ(format_access_line({"192.0.2.7", "eve", 784111777, "GET /a?b HTTP/1.1", 206, 42,
                                "http://nas/x", "Browser/1.0 (X; Y)"}),
            "192.0.2.7 - eve [06/Nov/1994:08:49:37 +0000] \"GET /a?b HTTP/1.1\" 206 42 "
            "\"http://nas/x\" \"Browser/1.0 (X; Y)\"\n");
  EXPECT_EQ(format_access_line({"::1", "", 0, "", 400, 0, "", ""}),
            "::1 - - [01/Jan/1970:00:00:00 +0000] \"-\" 400 - \"-\" \"-\"\n");
}

TEST(AccessLogTest, WhateverAClientSendsIsOnePrintableLine) {
  std::string all;
  for (int byte = 0; byte < 256; ++byte) all += static_cast<char>(byte);
  const std::string line = format_access_line({all, all, 0, all, 200, 1, all, all});
  EXPECT_EQ(line.find('\n'), line.size() - 1);
  for (const char c : line.substr(0, line.size() - 1)) {
    EXPECT_TRUE(c >= 0x20 && c < 0x7F) << static_cast<int>(c);
  }
  const std::string agent = format_access_line({"a", "", 0, "", 200, 1, "", "a\"b\\c\x1B\xC3"});
  EXPECT_NE(agent.find(R"("a\"b\\c\x1b\xc3")"), std::string::npos) << agent;
}

TEST(AccessLogTest, NoAddressKeepsItsPassword) {
  for (const auto& [referer, kept] :
       {std::pair{"http://eve:secret@nas/x@y", "http://nas/x@y"},
        std::pair{"https://eve:se@cret@nas", "https://nas"},
        std::pair{"http://nas/a@b?c=@", "http://nas/a@b?c=@"}, std::pair{"nonsense", "nonsense"}}) {
    const std::string line = format_access_line({"a", "", 0, "", 200, 1, referer, ""});
    EXPECT_NE(line.find("\"" + std::string(kept) + "\""), std::string::npos) << line;
  }
}

TEST(AccessLogTest, WhoWritesNeverWaitsAndWhatIsLostIsCounted) {
  TempFolder folder;
  const std::string pipe = folder.path_of("pipe");
  ASSERT_EQ(::mkfifo(pipe.c_str(), 0600), 0);
  const UniqueFd reader(::open(pipe.c_str(), O_RDONLY | O_NONBLOCK));
  std::atomic<int> lost_count = 0;
  int written_count = 0;
  {
    AccessLog log(pipe, [&](const std::string& words) {
      EXPECT_NE(words.find("lines are lost"), std::string::npos) << words;
      lost_count += std::atoi(words.c_str() + words.find(": ") + 2);
    });
    const auto write = [&](std::string_view agent) {
      log.write({"a", "", 0, "GET / HTTP/1.1", 200, 1, "", agent});
      ++written_count;
    };
    // Nobody reads: more than fits into the pipe, into what is being written and what waits for it,
    // which is twice kPendingSizeMax.
    const std::string agent(1000, 'x');
    for (int i = 0; i < 5000; ++i) write(agent);
    std::vector<char> room(1 << 20);
    wait_until([&] {
      static_cast<void>(::read(reader.get(), room.data(), room.size()));
      write("");
      return lost_count > 2500;
    });
  }  // Ends though the pipe may be full.
  EXPECT_LT(lost_count, written_count);
}

TEST(AccessLogTest, AFileThatCannotBeOpenedIsNone) {
  TempFolder folder;
  EXPECT_THROW(AccessLog(folder.path_of("missing/log"), [](const std::string&) {}),
               std::system_error);
}

class AccessLogProgramTest : public ::testing::Test {
 protected:
  AccessLogProgramTest() {
    music_.write("a.flac", make_flac(1.0));
    web_.write("index.html", "the page");
  }
  std::vector<std::string> arguments() const {
    return {"--music", music_.path(), "--web",      web_.path(),    "--port",
            "0",       "--data",      data_.path(), "--access-log", log_};
  }

  TempFolder music_;
  TempFolder web_;
  TempFolder data_;
  TempFolder output_;
  std::string log_;
};

TEST_F(AccessLogProgramTest, EachAnswerHasALine) {
  const std::string log = output_.path_of("access.log");
  log_ = log;
  Program program(output_, arguments());
  const std::uint16_t port = program.port();
  ASSERT_NE(port, 0);
  HttpClient client(port);
  ASSERT_TRUE(client.get("/", "User-Agent: te\"st\r\nReferer: http://eve:secret@nas/\r\n"));
  ASSERT_TRUE(client.get("/missing.txt", "Authorization: Basic c2VjcmV0\r\n"));
  ASSERT_TRUE(client.request("HEAD", "/"));
  client.send("nonsense\r\n\r\n");
  ASSERT_TRUE(client.read_response());
  HttpClient listener(port);
  listener.send("GET /api/events HTTP/1.1\r\nHost: localhost\r\n\r\n");
  ASSERT_FALSE(listener.receive(1000).empty());
  program.send_signal(SIGTERM);
  ASSERT_EQ(program.wait(), 0);
  EXPECT_EQ(program.read("err"), "");
  const auto lines = lines_of(log);
  ASSERT_EQ(lines.size(), 5U) << text_of(log);
  const std::string front = R"(127\.0\.0\.1 - - \[\d\d/\w{3}/\d{4}:\d\d:\d\d:\d\d \+0000\] )";
  const std::vector<std::string> patterns = {
      R"("GET / HTTP/1\.1" 200 8 "http://nas/" "te\\"st")",
      R"("GET /missing\.txt HTTP/1\.1" 404 \d+ "-" "-")", R"("HEAD / HTTP/1\.1" 200 - "-" "-")",
      R"("-" 400 \d+ "-" "-")", R"("GET /api/events HTTP/1\.1" 200 \d+ "-" "-")"};
  for (std::size_t i = 0; i < lines.size(); ++i) {
    EXPECT_TRUE(std::regex_match(lines[i], std::regex(front + patterns[i]))) << lines[i];
  }
  EXPECT_EQ(text_of(log).find("c2VjcmV0"), std::string::npos);
  struct stat facts = {};
  ASSERT_EQ(::stat(log.c_str(), &facts), 0);
  EXPECT_EQ(facts.st_mode & 07, 0U) << "others cannot read who listens to what";
}

TEST_F(AccessLogProgramTest, AHangupHasTheFileOpenedAnew) {
  const std::string log = output_.path_of("access.log");
  log_ = log;
  Program program(output_, arguments());
  const std::uint16_t port = program.port();
  ASSERT_NE(port, 0);
  HttpClient client(port);
  ASSERT_TRUE(client.get("/before"));
  std::filesystem::rename(log, log + ".1");
  program.send_signal(SIGHUP);
  wait_until([&] { return std::filesystem::exists(log); });
  ASSERT_TRUE(client.get("/after"));
  wait_until([&] { return text_of(log).find("GET /after ") != std::string::npos; });
  EXPECT_NE(text_of(log + ".1").find("GET /before "), std::string::npos);
  EXPECT_EQ(text_of(log + ".1").find("GET /after "), std::string::npos);
  program.send_signal(SIGTERM);
  EXPECT_EQ(program.wait(), 0);
}

TEST_F(AccessLogProgramTest, ADashIsStandardOutput) {
  log_ = "-";
  Program program(output_, arguments());
  const std::uint16_t port = program.port();
  ASSERT_NE(port, 0);
  ASSERT_TRUE(HttpClient(port).get("/"));
  program.send_signal(SIGTERM);
  EXPECT_EQ(program.wait(), 0);
  EXPECT_NE(program.read("out").find("\"GET / HTTP/1.1\" 200 8 "), std::string::npos);
}

TEST_F(AccessLogProgramTest, ALogThatCannotBeWrittenEndsWithFour) {
  log_ = output_.path_of("missing/access.log");
  Program program(output_, arguments());
  EXPECT_EQ(program.wait(), 4);
  EXPECT_NE(program.read("err").find("cannot write the access log"), std::string::npos);
}

}  // namespace
}  // namespace server
