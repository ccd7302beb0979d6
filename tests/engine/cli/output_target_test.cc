// Where outputs go: never over what is read, in whatever disguise; and what is there stays until
// the new file is complete.
#include "engine/cli/output_target.h"

#include <sys/stat.h>
#include <unistd.h>

#include "tests/engine/cli/program_fixture.h"

namespace engine::cli {
namespace {

class OutputTargetTest : public ProgramTest {
 protected:
  void SetUp() override {
    ProgramTest::SetUp();
    ASSERT_EQ(shell("mkdir sub && ln -s in.wav link.wav && ln -s link.wav link2.wav &&"
                    " ln in.wav hard.wav && ln -s .. sub/up && ln -s \"$PWD\" here &&"
                    " ln -s ../in.wav sub/relative.wav"),
              0);
  }

  mode_t mode(const std::string& name) const {
    struct stat facts {};
    EXPECT_EQ(stat(folder_.file(name).c_str(), &facts), 0) << name;
    return facts.st_mode & 07777;
  }
};

TEST_F(OutputTargetTest, AnOutputThatIsTheInputIsRefused) {
  const auto before = names();
  for (const char* output :
       {"in.wav", "./in.wav", "sub/../in.wav", "\"$PWD/in.wav\"", "link.wav", "link2.wav",
        "hard.wav", "sub/up/in.wav", "here/in.wav", "sub/relative.wav", "/proc/self/cwd/in.wav"}) {
    for (const char* command : {"render in.wav -o ", "pcm in.wav -o ", "chunk in.wav --index 0 -o ",
                                "chunk in.wav --init -o ", "render link2.wav -o ",
                                "render in.wav -o new.webm --report "}) {
      EXPECT_EQ(run(std::string(command) + output + " --json"), 2) << command << output;
      EXPECT_NE(text("out.txt").find("\"detail\":\"same-file\""), std::string::npos)
          << command << output << text("out.txt");
    }
  }
  EXPECT_EQ(folder_.read("in.wav"), wav_);
  EXPECT_EQ(names(), before);
}

TEST_F(OutputTargetTest, StandardInputAndOutputAreNoDisguise) {
  EXPECT_EQ(shell("$auralis render - -o in.wav <in.wav >out.txt 2>err.txt"), 2);
  EXPECT_EQ(shell("$auralis render - -o sub/relative.wav <hard.wav >out.txt 2>err.txt"), 2);
  EXPECT_EQ(shell("$auralis render in.wav -o - 1<>in.wav 2>err.txt"), 2);
  EXPECT_EQ(shell("$auralis render in.wav -o - >>in.wav 2>err.txt"), 2);
  EXPECT_EQ(shell("$auralis render in.wav -o /dev/stdout >>in.wav 2>err.txt"), 2);
  EXPECT_EQ(shell("$auralis render - -o - <in.wav 1<>in.wav 2>err.txt"), 2);
  EXPECT_EQ(folder_.read("in.wav"), wav_);
}

TEST_F(OutputTargetTest, AProfileAndAnotherOutputAreNotWrittenOver) {
  ASSERT_EQ(run("analyze in.wav --json"), 0);
  const auto profile = folder_.read("out.txt");
  folder_.write("profile.json", profile);
  const auto before = names();
  for (const char* arguments :
       {"render in.wav --profile profile.json -o profile.json",
        "render in.wav --profile profile.json -o x --report ./profile.json",
        "chunk in.wav --index 0 --profile profile.json -o profile.json",
        "render in.wav -o x --report x", "render in.wav -o x --report sub/../x",
        "render in.wav -o here/x --report sub/up/x", "render in.wav -o - --report -",
        "render in.wav -o - --report /dev/stdout", "render in.wav -o x --report - --json"}) {
    EXPECT_EQ(run(arguments), 2) << arguments;
  }
  EXPECT_EQ(folder_.read("profile.json"), profile);
  EXPECT_EQ(names(), before);
}

TEST_F(OutputTargetTest, AFileOfTheUsersBesideTheOutputIsNotTouched) {
  folder_.write("x.part", wav_);
  ASSERT_EQ(run("render in.wav -o x --report r"), 0);
  EXPECT_EQ(folder_.read("x.part"), wav_);
  std::vector<std::string> wanted{"err.txt", "hard.wav", "here", "in.wav", "link.wav", "link2.wav",
                                  "out.txt", "r",        "sub",  "x",      "x.part"};
  EXPECT_EQ(names(), wanted);
}

TEST_F(OutputTargetTest, ALinkStaysAndItsFileIsReplaced) {
  ASSERT_EQ(shell("echo old >sub/old && ln -s sub/old to-old && ln -s sub/new to-new"), 0);
  ASSERT_EQ(run("chunk --init -o init"), 0);
  for (const char* link : {"to-old", "to-new"}) {
    ASSERT_EQ(run(std::string("chunk --init -o ") + link), 0);
    EXPECT_TRUE(std::filesystem::is_symlink(folder_.file(link)));
  }
  EXPECT_EQ(folder_.read("sub/old"), folder_.read("init"));
  EXPECT_EQ(folder_.read("sub/new"), folder_.read("init"));
}

TEST_F(OutputTargetTest, PermissionsAreThoseOfTheOldFileElseWhatTheUmaskLeaves) {
  ASSERT_EQ(shell("echo old >old && chmod 640 old"), 0);
  ASSERT_EQ(shell("umask 027; $auralis chunk --init -o old && $auralis chunk --init -o new"), 0);
  EXPECT_EQ(mode("old"), 0640u);
  EXPECT_EQ(mode("new"), 0640u);
  ASSERT_EQ(shell("chmod 604 old; umask 077; $auralis chunk --init -o old"), 0);
  EXPECT_EQ(mode("old"), 0604u);
}

TEST_F(OutputTargetTest, WhatCannotBeWrittenIsSaidInWords) {
  ASSERT_EQ(shell("ln -s loop loop && mkfifo pipe"), 0);
  const std::pair<const char*, const char*> cases[] = {
      {"sub", "is-folder"},        {"sub/", "is-folder"},      {".", "is-folder"},
      {"missing/x", "not-found"},  {"missing/", "not-found"},  {"in.wav/x", "not-found"},
      {"loop", "write-failed"},    {"/proc/x/y", "not-found"}, {"/dev/full", "no-room"},
      {"/proc/version", "denied"},
  };
  const auto before = names();
  for (const auto& [output, detail] : cases) {
    EXPECT_EQ(run(std::string("render in.wav --json -o ") + output), 4) << output;
    const std::string json = text("out.txt");
    if (std::string(output) == "/proc/version" && geteuid() == 0) continue;  // Root may.
    EXPECT_NE(json.find(std::string("\"detail\":\"") + detail), std::string::npos)
        << output << json;
  }
  EXPECT_EQ(names(), before);
}

TEST_F(OutputTargetTest, AFolderOrFileThatMayNotBeWrittenIsDenied) {
  // As a user for whom permissions count, and who may be kept out of the checkout: in /root, say.
  const std::string as_user =
      geteuid() == 0 ? "setpriv --reuid 65534 --clear-groups --inh-caps=-all " : "";
  const std::string write =
      as_user + "timeout 60 ./program chunk --init --json -o sub/old >out.txt 2>err.txt";
  ASSERT_EQ(shell("cp '" AURALIS_PROGRAM "' program && chmod 755 . program"), 0);
  ASSERT_EQ(shell("echo old >sub/old && chmod 444 sub/old && chmod 777 sub"), 0);
  EXPECT_EQ(shell(write), 4) << text("err.txt");
  EXPECT_NE(text("out.txt").find("\"detail\":\"denied\""), std::string::npos) << text("out.txt");
  ASSERT_EQ(shell("chmod 666 sub/old && chmod 555 sub"), 0);
  EXPECT_EQ(shell(write), 4) << text("err.txt");
  EXPECT_NE(text("out.txt").find("\"detail\":\"denied\""), std::string::npos) << text("out.txt");
  EXPECT_EQ(text("sub/old"), "old\n");
}

TEST_F(OutputTargetTest, PipesAndDevicesAreWrittenTo) {
  ASSERT_EQ(run("chunk --init -o init"), 0);
  EXPECT_EQ(run("chunk --init -o /dev/null"), 0);
  EXPECT_TRUE(std::filesystem::is_character_file("/dev/null"));
  ASSERT_EQ(shell("mkfifo pipe && (cat pipe >piped & $auralis chunk --init -o pipe; wait)"), 0);
  EXPECT_EQ(folder_.read("piped"), folder_.read("init"));
  EXPECT_TRUE(std::filesystem::is_fifo(folder_.file("pipe")));
  ASSERT_EQ(shell("$auralis chunk --init -o /dev/stdout >plain"), 0);
  EXPECT_EQ(folder_.read("plain"), folder_.read("init"));
  ASSERT_EQ(shell("$auralis chunk --init -o /dev/stdout | cat >through"), 0);
  EXPECT_EQ(folder_.read("through"), folder_.read("init"));
  // A file that standard output happens to be is written once, without the line for a person.
  ASSERT_EQ(shell("$auralis render in.wav -o a >out.txt && $auralis render in.wav -o b >b"), 0);
  EXPECT_EQ(folder_.read("b").size(), folder_.read("a").size());
}

TEST_F(OutputTargetTest, ARenderAndItsReportReplaceWhatWasThere) {
  ASSERT_EQ(shell("echo old >a && echo old >r"), 0);
  EXPECT_EQ(run("render in.wav -o a --report r"), 0);
  EXPECT_EQ(text("a").substr(1, 2), "E\xDF") << "no WebM";
  EXPECT_EQ(text("r").substr(0, 9), "{\"input\":");
}

}  // namespace
}  // namespace engine::cli
