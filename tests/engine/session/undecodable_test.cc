// What cannot be decoded becomes silence, which is counted: too much of it is no success.
#include <gtest/gtest.h>

#include "engine/session/file_renderer.h"
#include "tests/support/flac_builder.h"
#include "tests/support/session_driver.h"

namespace engine {
namespace {

using testing::FlacBuilder;
using testing::make_signal;
using testing::SessionDriver;

constexpr int kBlock = 4800;  // 0.1 s.
constexpr int kBlocks = 60;

// Six seconds, of which the FLAC frames [begin, end) are damaged.
std::vector<std::byte> damaged_file(std::size_t begin, std::size_t end) {
  FlacBuilder builder(make_signal({48000, 1, 16, kBlock * kBlocks, {}}, 3));
  auto file = builder.blocks({kBlock}).build();
  for (std::size_t i = begin; i < end; ++i) file[builder.frame_offsets()[i] + 9] ^= std::byte{1};
  return file;
}

struct Rendered {
  std::optional<ErrorDetail> error;
  FrameCount frames = 0;
  TrackWarnings warnings;
};

Rendered render(std::span<const std::byte> file) {
  FileRenderer renderer(FileRendererOptions{});
  EXPECT_TRUE(renderer.session().set_source_size(file.size()));
  for (;;) {  // Ends with an error or FileDone.
    auto event = renderer.advance();
    if (!event) return {event.error().detail, 0, renderer.session().warnings()};
    if (const auto* need = std::get_if<NeedRanges>(&*event)) {
      EXPECT_FALSE(need->ranges.empty());
      EXPECT_TRUE(renderer.session().supply(0, file));
    }
    if (const auto* done = std::get_if<FileDone>(&*event)) {
      return {std::nullopt, done->frame_count, renderer.session().warnings()};
    }
  }
}

TEST(UndecodableTest, ATenthOfSilenceIsRenderedAndMoreIsAnError) {
  for (const std::size_t begin : {0U, 20U, 53U}) {
    SCOPED_TRACE(begin);
    const Rendered tenth = render(damaged_file(begin, begin + 6));
    EXPECT_EQ(tenth.error, std::nullopt);
    EXPECT_EQ(tenth.frames, kBlock * kBlocks);
    EXPECT_TRUE(tenth.warnings.has(TrackWarning::kUndecodableAudio));
    const Rendered more = render(damaged_file(begin, begin + 7));
    if (begin + 7 == kBlocks) {  // What is missing at the end is not made up.
      EXPECT_EQ(more.error, std::nullopt);
      EXPECT_EQ(more.frames, kBlock * 53);
    } else {
      EXPECT_EQ(more.error, ErrorDetail::kMostlyUndecodable);
    }
  }
}

TEST(UndecodableTest, AWholeFileHasNoSuchSilence) {
  const Rendered whole = render(damaged_file(0, 0));
  EXPECT_EQ(whole.error, std::nullopt);
  EXPECT_EQ(whole.warnings, TrackWarnings());
}

TEST(UndecodableTest, APcmSessionTellsIt) {
  for (const std::size_t damaged : {0U, 5U, 30U}) {
    SessionOptions options;
    options.output = SessionOutput::kPcm;
    const auto file = damaged_file(0, damaged);
    SessionDriver driver(file, options);
    for (std::int64_t chunk = 0; chunk < 3; ++chunk) {
      EXPECT_EQ(driver.pcm(chunk).frames(), kChunkFrames);
    }
    EXPECT_EQ(driver.session().mostly_undecodable(), damaged == 30);
  }
}

TEST(UndecodableTest, APageFailsWhereTheFirstChunkIsNothingElse) {
  const auto file = damaged_file(0, 20);
  SessionDriver first(file, SessionOptions{});
  first.clusters(0);
  ASSERT_TRUE(first.error());
  EXPECT_EQ(first.error()->detail, ErrorDetail::kMostlyUndecodable);
  EXPECT_EQ(first.error()->code(), ErrorCode::kCorruptData);
  // The chunks behind it are what they are, before as well as after the first was tried.
  const auto rest = damaged_file(0, 19);
  SessionDriver second(file, SessionOptions{});
  const auto chunk = second.clusters(2);
  EXPECT_FALSE(chunk.empty());
  EXPECT_TRUE(second.clusters(0).empty() || second.error());
  SessionDriver plays(rest, SessionOptions{});
  EXPECT_FALSE(plays.clusters(0).empty());
  EXPECT_FALSE(plays.error());
  EXPECT_EQ(plays.clusters(2), chunk);
  EXPECT_TRUE(plays.session().warnings().has(TrackWarning::kUndecodableAudio));
}

// The bytes of a joined file's chunks do not tell in which order they were wished for.
TEST(UndecodableTest, ChunksOfAJoinedFileAreAFunctionOfTheirIndex) {
  FlacBuilder builder(make_signal({44100, 2, 16, 44100 * 7, {}}, 3));
  const auto file = builder.blocks({4096}).numbers_start_again_at(30).build();
  const EnhancementSettings settings{Preset::kWarm, 70};
  std::vector<std::vector<std::byte>> reference;
  SessionDriver in_order(file, SessionOptions{});
  ASSERT_TRUE(in_order.session().set_enhancement(settings));
  for (std::int64_t chunk = 0; chunk < 4; ++chunk) reference.push_back(in_order.clusters(chunk));
  SessionDriver backwards(file, SessionOptions{}, {.piece_size = 1009});
  ASSERT_TRUE(backwards.session().set_enhancement(settings));
  for (const std::size_t chunk : {3U, 1U, 2U, 0U}) {
    SessionDriver cold(file, SessionOptions{});
    ASSERT_TRUE(cold.session().set_enhancement(settings));
    EXPECT_FALSE(reference[chunk].empty());
    EXPECT_EQ(cold.clusters(static_cast<std::int64_t>(chunk)), reference[chunk]) << chunk;
    EXPECT_EQ(backwards.clusters(static_cast<std::int64_t>(chunk)), reference[chunk]) << chunk;
  }
}

}  // namespace
}  // namespace engine
