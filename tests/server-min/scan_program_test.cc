// A server that is ended in the middle of its scan, in every way.

#include <csignal>
#include <memory>
#include <random>

#include <gtest/gtest.h>

#include "server-min/data_folder.h"
#include "tests/server-min/support/http_client.h"
#include "tests/server-min/support/library_maker.h"
#include "tests/server-min/support/listed.h"
#include "tests/server-min/support/program.h"

namespace server {
namespace {

constexpr std::size_t kFileCount = 3000;

class ScanProgramTest : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    shared_music = std::make_unique<TempFolder>();
    make_library(shared_music->path(), kFileCount);
  }
  static void TearDownTestSuite() { shared_music.reset(); }

  std::vector<std::string> arguments() const {
    return {"--music", music.path(), "--data", data.path(), "--web", data.path(), "--port", "0"};
  }

  static std::string get(std::uint16_t port, const std::string& target) {
    const auto response = HttpClient(port).get(target);
    return response ? response->body : "";
  }

  const TempFolder& music = *shared_music;
  TempFolder data;
  TempFolder output;

 private:
  static inline std::unique_ptr<TempFolder> shared_music;  // Made once, and not changed.
};

TEST_F(ScanProgramTest, AKillAtAnyMomentLeavesACatalogThatTheNextStartGoesOnFrom) {
  std::mt19937 chance(20261129);
  std::uint64_t known_before = 0;
  for (int turn = 0; turn < 12; ++turn) {
    Program program(output, arguments());
    const std::uint16_t port = program.early_port();
    ASSERT_NE(port, 0) << program.read("err");
    std::this_thread::sleep_for(std::chrono::milliseconds(chance() % 60));
    program.send_signal(SIGKILL);
    EXPECT_EQ(program.wait(), -1) << "it was killed, it has not ended";
    std::string note;
    const std::string file = catalog_file(data.path(), {music.path()});
    Library library(music.path(), Catalog::open(file, note));
    EXPECT_EQ(note, "") << "the catalog is whole";
    Database database = Database::open(file);
    Query& check = database.prepared("PRAGMA integrity_check").bind();
    ASSERT_TRUE(check.step());
    EXPECT_EQ(check.text(0), "ok");
    EXPECT_EQ(listed(library).size(), library.report().track_count);
    EXPECT_GE(library.report().track_count, known_before) << "nothing is lost";
    known_before = library.report().track_count;
  }
  std::string note;
  Library library(music.path(), Catalog::open(catalog_file(data.path(), {music.path()}), note));
  library.rescan();
  EXPECT_EQ(library.report().track_count, kFileCount);
  EXPECT_EQ(library.report().files_read + known_before, kFileCount);
}

TEST_F(ScanProgramTest, ASignalInTheMiddleEndsItCleanly) {
  Program program(output, arguments());
  ASSERT_NE(program.early_port(), 0);
  program.send_signal(SIGTERM);
  EXPECT_EQ(program.wait(), 0);
}

TEST_F(ScanProgramTest, AnswersWhileItScans) {
  Program program(output, arguments());
  const std::uint16_t port = program.early_port();
  ASSERT_NE(port, 0);
  // Each answer before the last one is one while it scans, or before it has begun to.
  const auto deadline = std::chrono::steady_clock::now() + Program::kPatience;
  std::string scan;
  do {
    scan = get(port, "/api/library/scan");
    ASSERT_NE(scan, "");
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  } while (scan.find(R"("complete":true)") == std::string::npos &&
           std::chrono::steady_clock::now() < deadline);
  EXPECT_NE(scan.find(R"("complete":true)"), std::string::npos) << scan;
  EXPECT_NE(scan.find(R"("tracks":3000)"), std::string::npos) << scan;
}

}  // namespace
}  // namespace server
