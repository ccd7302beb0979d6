#include "server-min/access_log.h"

#include <atomic>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <regex>
#include <string>
#include <sys/resource.h>
#include <sys/stat.h>
#include <system_error>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include "tests/server-min/support/audio_files.h"
#include "tests/server-min/support/full_pipe.h"
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

TEST(AccessLogTest, WhatIsLongIsCutSoThatALineComesIntoAPipeInOnePiece) {
  for (const char byte : {'x', '"', '\xFF'}) {
    const std::string all(100'000, byte);
    const std::string line =
        format_access_line({all, all, 253402300799, all, 200, ~0ULL, all, all});
    EXPECT_LE(line.size(), kAccessLineSizeMax);
    EXPECT_GT(line.size(), kAccessLineSizeMax / 2);
    const std::string shown = byte == 'x' ? "x" : byte == '"' ? "\\\"" : "\\xff";
    std::string rest = line;
    for (std::size_t at = 0; (at = rest.find(shown)) != std::string::npos;) {
      rest.erase(at, shown.size());
    }
    EXPECT_EQ(rest, R"(... - ... [31/Dec/9999:23:59:59 +0000] "..." 200 18446744073709551615 )"
                    "\"...\" \"...\"\n")
        << "no escape is cut";
  }
  const std::string fits(800, 'x');
  EXPECT_NE(format_access_line({"a", "", 0, "", 200, 1, fits, ""}).find('"' + fits + '"'),
            std::string::npos);
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
  const std::string path = folder.path_of("pipe");
  const FullPipe pipe(path);
  std::atomic<int> lost_count = 0;
  int written_count = 0;
  {
    AccessLog log(path, [&](const std::string& words) {
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
    wait_until([&] {
      pipe.take();
      write("");
      return lost_count > 2500;
    });
  }  // Ends though the pipe may be full.
  EXPECT_LT(lost_count, written_count);
}

TEST(AccessLogTest, LinesComeWholeIntoAPipeThatFillsUp) {
  TempFolder folder;
  const FullPipe pipe(folder.path_of("pipe"));
  const std::string agent(1000, 'x');
  const std::string line = format_access_line({"a", "", 0, "GET / HTTP/1.1", 200, 1, "", agent});
  {
    AccessLog log(folder.path_of("pipe"), [](const std::string&) {});
    for (int i = 0; i < 500; ++i) log.write({"a", "", 0, "GET / HTTP/1.1", 200, 1, "", agent});
  }  // Ends when the pipe is full: nobody reads.
  std::string text = pipe.take();
  EXPECT_GT(text.size(), 10 * line.size());
  while (text.starts_with(line)) text.erase(0, line.size());
  EXPECT_EQ(text, "");
}

TEST(AccessLogTest, ALineThatTheDiskTookHalfOfSpoilsNoOther) {
  TempFolder folder;
  const std::string path = folder.path_of("log");
  std::atomic<int> told_count = 0;
  AccessLog log(path, [&](const std::string&) { ++told_count; });
  struct rlimit limit = {};
  ASSERT_EQ(::getrlimit(RLIMIT_FSIZE, &limit), 0);
  const auto handler = std::signal(SIGXFSZ, SIG_IGN);
  struct rlimit tight = limit;
  tight.rlim_cur = 100;
  ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &tight), 0);
  log.write({"a", "", 0, "", 200, 1, "", std::string(200, 'x')});
  wait_until([&] { return told_count > 0; });
  ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &limit), 0);
  std::signal(SIGXFSZ, handler);
  const AccessEntry entry = {"b", "", 0, "", 200, 1, "", ""};
  log.write(entry);
  wait_until([&] { return text_of(path).ends_with(format_access_line(entry)); });
  const auto lines = lines_of(path);
  ASSERT_EQ(lines.size(), 2U) << text_of(path);
  EXPECT_EQ(lines[0].size(), 100U);
  EXPECT_EQ(lines[1] + '\n', format_access_line(entry));
}

TEST(AccessLogTest, APipeThatNobodyReadsIsNotWaitedFor) {
  TempFolder folder;
  ASSERT_EQ(::mkfifo(folder.path_of("pipe").c_str(), 0600), 0);
  try {
    AccessLog log(folder.path_of("pipe"), [](const std::string&) {});
    FAIL() << "it has nobody to write to";
  } catch (const std::system_error& error) {
    EXPECT_EQ(error.code(), std::errc::no_such_device_or_address);
  }
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

TEST_F(AccessLogProgramTest, AFullStandardOutputHoldsNoRequestAndNoSignal) {
  log_ = "-";
  const FullPipe out(output_.path_of("out"));
  Program program(output_, arguments());
  std::string said;
  wait_until([&] {
    said += out.take();
    return said.find(" tracks") != std::string::npos && said.ends_with('\n');
  });
  const std::size_t end = said.find('\n', said.find("listening on "));
  const auto port = static_cast<std::uint16_t>(std::stoi(said.substr(said.rfind(':', end) + 1)));
  out.fill();
  for (int i = 0; i < 50; ++i) EXPECT_TRUE(HttpClient(port).get("/"));
  program.send_signal(SIGTERM);
  EXPECT_EQ(program.wait(), 0);
}

TEST_F(AccessLogProgramTest, ALogThatCannotBeWrittenEndsWithFour) {
  ASSERT_EQ(::mkfifo(output_.path_of("unread").c_str(), 0600), 0);
  for (const auto& [name, reason] : {std::pair{"missing/access.log", "No such file or directory"},
                                     std::pair{"unread", "nobody reads this pipe"}}) {
    log_ = output_.path_of(name);
    Program program(output_, arguments());
    EXPECT_EQ(program.wait(), 4);
    const std::string words = "cannot write the access log " + log_ + ": " + reason + "\n";
    EXPECT_NE(program.read("err").find(words), std::string::npos) << program.read("err");
  }
}

}  // namespace
}  // namespace server
