// That nobody waits for who reads what is said: where this is broken, these tests hang.

#include "server-min/teller.h"

#include <chrono>
#include <csignal>
#include <filesystem>
#include <thread>

#include <gtest/gtest.h>

#include "tests/server-min/support/audio_files.h"
#include "tests/server-min/support/full_pipe.h"
#include "tests/server-min/support/http_client.h"
#include "tests/server-min/support/program.h"
#include "tests/server-min/support/temp_folder.h"
#include "tests/server-min/support/wrong_login.h"

namespace server {
namespace {

class TellerTest : public ::testing::Test {
 protected:
  TempFolder folder_;
  FullPipe pipe_{folder_.path_of("pipe")};
  UniqueFd file_ = pipe_.open_writer(folder_.path_of("pipe"));
};

TEST_F(TellerTest, WordsAreLinesWithAFrontAndTextsAreAsTheyAre) {
  Teller teller(file_.get(), "server: ");
  teller.say("one");
  teller.show("\rtwo ");
  teller.say("three");
  EXPECT_EQ(pipe_.take(), "server: one\n\rtwo server: three\n");
}

TEST_F(TellerTest, WhatFindsNoRoomIsDroppedAndCounted) {
  Teller teller(file_.get(), "server: ");
  pipe_.fill();
  teller.say("lost");
  teller.show("lost, too\n");
  EXPECT_EQ(pipe_.take().find_first_not_of('x'), std::string::npos);
  teller.say("there");
  teller.say("again");
  EXPECT_EQ(pipe_.take(),
            "server: 2 messages found no room before this\nserver: there\nserver: again\n");
}

TEST_F(TellerTest, ALongTextIsCutSoThatItFindsRoomWhereThereIsAny) {
  Teller teller(file_.get(), "server: ");
  const std::string kept(Teller::kTextSizeMax, 'y');
  teller.say(kept + "end");
  EXPECT_EQ(pipe_.take(), "server: " + kept + "...\n");
  teller.show(kept + "end\n");
  EXPECT_EQ(pipe_.take(), kept + "...\n");
}

TEST_F(TellerTest, AReaderThatIsGoneIsNoHarm) {
  int ends[2] = {};
  ASSERT_EQ(::pipe(ends), 0);
  const UniqueFd writer(ends[1]);
  ::close(ends[0]);
  Teller teller(writer.get(), "");
  teller.say("to nobody");  // A SIGPIPE would end the test.
}

class TellerProgramTest : public ::testing::Test {
 protected:
  TellerProgramTest() {
    music_.write("large.wav", "x");
    std::filesystem::resize_file(music_.path_of("large.wav"), 64 * 1024 * 1024);
    web_.write("index.html", "the page");
    output_.write("password", "secret\n");
    std::filesystem::permissions(output_.path_of("password"), std::filesystem::perms::owner_read);
  }
  std::vector<std::string> arguments() const {
    return {"--music", music_.path(), "--web", web_.path(), "--port", "0", "--grace", "1"};
  }

  TempFolder music_;
  TempFolder web_;
  TempFolder output_;
};

TEST_F(TellerProgramTest, AFullStandardErrorHoldsNoRequestAndNoSignal) {
  const FullPipe err(output_.path_of("err"));
  err.fill();
  auto words = arguments();
  words.insert(words.end(), {"--user", "eve", "--password-file", output_.path_of("password")});
  Program program(output_, words);
  const std::uint16_t port = program.port();
  ASSERT_NE(port, 0);
  // More than there are threads that answer.
  for (std::size_t i = 0; i < 9; ++i) {
    const auto response = HttpClient(port).get("/", wrong_login(i));
    ASSERT_TRUE(response) << i;
    EXPECT_EQ(response->status, 401);
  }
  // printf eve:secret | base64
  const auto response = HttpClient(port).get("/", "Authorization: Basic ZXZlOnNlY3JldA==\r\n");
  ASSERT_TRUE(response);
  EXPECT_EQ(response->status, 200);
  program.send_signal(SIGTERM);
  EXPECT_EQ(program.wait(), 0);
}

TEST_F(TellerProgramTest, AFullStandardOutputHoldsNoRequestAndNoSignal) {
  const FullPipe out(output_.path_of("out"));
  Program program(output_, arguments());
  std::string said;
  const auto deadline = std::chrono::steady_clock::now() + Program::kPatience;
  while (said.find(" tracks") == std::string::npos || !said.ends_with('\n')) {
    said += out.take();
    ASSERT_LT(std::chrono::steady_clock::now(), deadline) << said;
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  const std::size_t end = said.find('\n', said.find("listening on "));
  const auto port = static_cast<std::uint16_t>(std::stoi(said.substr(said.rfind(':', end) + 1)));
  out.fill();
  const std::string list = HttpClient(port).get("/api/library/tracks?search=large")->body;
  const std::string id = list.substr(list.find("\"id\":\"") + 6, 16);
  HttpClient slow(port, 64 * 1024);
  slow.send("GET /api/player/stream/" + id + " HTTP/1.1\r\nHost: localhost\r\n\r\n");
  ASSERT_FALSE(slow.receive(1000).empty());
  // It says how many connections are still in use, and that it cuts them off.
  program.send_signal(SIGTERM);
  EXPECT_EQ(program.wait(), 0);
}

}  // namespace
}  // namespace server
