#include "engine/cli/failure.h"

#include <cerrno>
#include <set>

#include <gtest/gtest.h>

namespace engine::cli {
namespace {

TEST(FailureTest, NamesOfTheProgramAreNotThoseOfTheEngine) {
  std::set<std::string_view> names;
  for (const ErrorFacts& facts : kErrorFacts) names.insert(facts.name);
#define AURALIS_INSERT(symbol, code, name, words)   \
  EXPECT_TRUE(names.insert(name).second) << (name); \
  EXPECT_EQ(failure(ProgramErrorDetail::symbol, "x").detail, name);
  AURALIS_PROGRAM_ERROR_DETAILS(AURALIS_INSERT)
#undef AURALIS_INSERT
  EXPECT_EQ(failure(ProgramErrorDetail::kSameFile, "x").exit_code, kExitUsage);
  EXPECT_EQ(failure(ProgramErrorDetail::kNoRoom, "x").exit_code, kExitIo);
  EXPECT_EQ(engine_failure({ErrorDetail::kOgg, 0}, "x").exit_code, kExitInput);
  EXPECT_EQ(engine_failure({ErrorDetail::kChunkIndex, 0}, "x").exit_code, kExitUsage);
}

TEST(FailureTest, SystemErrorsHaveADetail) {
  const auto detail = [](int error_number) {
    return system_failure(ProgramErrorDetail::kReadFailed, "a", error_number).detail;
  };
  EXPECT_EQ(detail(ENOENT), "not-found");
  EXPECT_EQ(detail(EACCES), "denied");
  EXPECT_EQ(detail(EROFS), "denied");
  EXPECT_EQ(detail(ENOSPC), "no-room");
  EXPECT_EQ(detail(EDQUOT), "no-room");
  EXPECT_EQ(detail(EFBIG), "file-too-large");
  EXPECT_EQ(detail(EIO), "read-failed");
  EXPECT_EQ(system_failure(ProgramErrorDetail::kReadFailed, "a", ENOENT).message,
            "a: there is no such file or folder (No such file or directory)");
}

TEST(FailureTest, JsonHoldsWhatIsKnown) {
  EXPECT_EQ(failure_json(failure(ProgramErrorDetail::kNoCommand, "say \"what\"")),
            R"({"error":{"code":"usage","detail":"no-command","message":"say \"what\""}})");
  EXPECT_EQ(failure_json(engine_failure({ErrorDetail::kFlacMetadata, 42}, "a.flac")),
            R"({"error":{"code":"corrupt","detail":"flac-metadata","message":)"
            R"-("a.flac: damaged: FLAC file with damaged metadata (byte 42)",)-"
            R"("byte_offset":42,"file":"a.flac"}})");
  EXPECT_EQ(failure_json(engine_failure({ErrorDetail::kStartPastEnd, 0}, "a")),
            R"({"error":{"code":"argument","detail":"start-past-end","message":)"
            R"("a: the start lies past the end of the track","file":"a"}})");
}

}  // namespace
}  // namespace engine::cli
