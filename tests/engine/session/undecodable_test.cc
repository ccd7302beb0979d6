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
  FrameCount frames = 0;  // Of the file; after an error, those that were handed over.
  TrackWarnings warnings;
};

Rendered render(std::span<const std::byte> file) {
  FileRenderer renderer(FileRendererOptions{});
  EXPECT_TRUE(renderer.session().set_source_size(file.size()));
  FrameCount handed_over = 0;
  for (;;) {  // Ends with an error or FileDone.
    auto event = renderer.advance();
    if (!event) return {event.error().detail, handed_over, renderer.session().warnings()};
    if (const auto* bytes = std::get_if<FileBytes>(&*event)) handed_over = bytes->frames_done;
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

// A few thousand bytes between two FLAC frames that claim to lie most of an hour apart.
std::vector<std::byte> hollow_file() {
  constexpr int kLargest = 65535;
  const testing::PcmSignal silence{48000, 1, 16, kLargest, std::vector<std::int32_t>(kLargest)};
  FlacBuilder first(silence);
  auto file = first.blocks({kLargest}).unknown_length().build();
  file.resize(file.size() + (20U << 10));
  FlacBuilder second(silence);
  const auto far = second.blocks({kLargest}).numbers_from(2000).build();
  file.insert(file.end(), far.begin() + static_cast<std::ptrdiff_t>(second.frame_offsets()[0]),
              far.end());
  return file;
}

TEST(UndecodableTest, TenMinutesOfItAreEnoughForAFile) {
  SessionOptions options;
  options.output = SessionOutput::kPcm;
  const auto file = hollow_file();
  SessionDriver driver(file, options);
  ASSERT_TRUE(driver.open());
  EXPECT_GT(driver.track()->frame_count, 48000 * 2700);
  FrameCount frames = 0;
  for (std::int64_t chunk = 0; !driver.session().undecodable_for_long(); ++chunk) {
    EXPECT_TRUE(frames < 48000 * 610);
    if (frames >= 48000 * 610) break;
    frames += driver.pcm(chunk).frames();
  }
  EXPECT_GT(frames, 48000 * 590);
  const Rendered rendered = render(file);
  EXPECT_EQ(rendered.error, ErrorDetail::kMostlyUndecodable);
  EXPECT_GT(rendered.frames, 48000 * 590);
  EXPECT_LT(rendered.frames, 48000 * 610);
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
