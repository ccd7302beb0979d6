// Damaged files through the program itself: it ends by itself with 0 or 3, in bounded time and
// memory, and a failure has one line and its names.
#include "engine/cli/failure.h"
#include "tests/engine/cli/program_fixture.h"
#include "tests/support/mutations.h"

namespace engine::cli {
namespace {

#if defined(__SANITIZE_ADDRESS__)
constexpr const char* kLimits = "";  // The sanitizer's own memory is terabytes.
#else
constexpr const char* kLimits = "ulimit -v 204800; ";
#endif

class DamagedFilesTest : public ProgramTest {
 protected:
  void run_all(const std::vector<testing::MutationBase>& bases, unsigned first_seed) {
    int failures = 0;
    for (unsigned seed = first_seed; seed < first_seed + 20; ++seed) {
      const testing::MutationBase& base = bases[seed % bases.size()];
      folder_.write("damaged", testing::Mutator(seed).mutate(base));
      for (const char* command :
           {"info damaged", "info damaged --full", "pcm damaged -o out.wav"}) {
        std::filesystem::remove(folder_.file("out.wav"));
        const int code = shell(std::string(kLimits) + "timeout 10 " AURALIS_PROGRAM " " + command +
                               " --json >out.txt 2>err.txt");
        const std::string place = base.name + ", seed " + std::to_string(seed) + ": " + command;
        const std::string json = text("out.txt");
        EXPECT_EQ(std::count(json.begin(), json.end(), '\n'), 1) << place << json;
        EXPECT_EQ(std::filesystem::exists(folder_.file("out.wav")), code == 0 && command[0] == 'p')
            << place;
        if (code == 0) continue;
        ++failures;
        EXPECT_EQ(code, kExitInput) << place << text("err.txt");
        EXPECT_EQ(json.rfind("{\"error\":{\"code\":\"", 0), 0u) << place << json;
        EXPECT_NE(json.find("\"detail\":\""), std::string::npos) << place << json;
        const std::string line = text("err.txt");
        EXPECT_EQ(std::count(line.begin(), line.end(), '\n'), 1) << place << line;
      }
    }
    EXPECT_GT(failures, 0) << "the mutations are too mild to find anything";
    EXPECT_LT(failures, 60) << "the mutations are too harsh";
  }
};

TEST_F(DamagedFilesTest, WavFilesEndInOrder) {
  run_all(testing::wav_mutation_bases(), 1'000);
}

TEST_F(DamagedFilesTest, FlacFilesEndInOrder) {
  run_all(testing::flac_mutation_bases(), 2'000);
}

TEST_F(DamagedFilesTest, Mp3FilesEndInOrder) {
  run_all(testing::mp3_mutation_bases(), 3'000);
}

}  // namespace
}  // namespace engine::cli
