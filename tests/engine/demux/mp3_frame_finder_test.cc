#include "engine/demux/mp3_frame_finder.h"

#include <gtest/gtest.h>

#include "tests/engine/demux/mp3_files.h"
#include "tests/support/split_feeder.h"

namespace engine {
namespace {

using namespace engine::testing;

// Finds from `from` on, whatever the file is fed in.
FindFrameStep find(const std::vector<std::byte>& file, std::uint64_t from, bool search,
                   std::size_t piece_size) {
  SplitFeeder feeder(file, piece_size);
  Mp3FrameFinder finder({0, file.size()});
  finder.restrict_to(*parse_mp3_frame_header(silent_mpeg_frame(mpeg1_header(9))));
  const auto result = feeder.run([&]() -> Result<FindFrameStep> {
    if (search) return finder.search(feeder.source(), from, file.size(), 512);
    return finder.next(feeder.source(), from, 512);
  });
  return *result;
}

class Mp3FrameFinderTest : public ::testing::TestWithParam<std::size_t> {};

TEST_P(Mp3FrameFinderTest, TakesTheMpegFrameThatStandsThere) {
  const auto file = cbr_mpeg_frames(3);
  const auto step = find(file, 417, false, GetParam());
  ASSERT_TRUE(std::holds_alternative<Mp3FrameAt>(step));
  EXPECT_EQ(std::get<Mp3FrameAt>(step).offset, 417u);
}

TEST_P(Mp3FrameFinderTest, PassesOverJunkAndLoneHeaders) {
  ByteWriter file;
  file.zeros(9000).be(0xFFFB9064, 4).zeros(50).be(0xFFFB9064, 4).zeros(3000);
  const std::uint64_t begin = file.size();
  file.bytes(cbr_mpeg_frames(2));
  const auto step = find(file.data(), 3, false, GetParam());
  ASSERT_TRUE(std::holds_alternative<Mp3FrameAt>(step));
  EXPECT_EQ(std::get<Mp3FrameAt>(step).offset, begin);
}

TEST_P(Mp3FrameFinderTest, ASearchFindsTheNextOneFromTheMiddleOfAnother) {
  const auto file = cbr_mpeg_frames(4);
  const auto step = find(file, 500, true, GetParam());
  ASSERT_TRUE(std::holds_alternative<Mp3FrameAt>(step));
  EXPECT_EQ(std::get<Mp3FrameAt>(step).offset, 835u);
}

TEST_P(Mp3FrameFinderTest, TheLastWholeMpegFrameIsFoundAndTheCutOneIsNot) {
  auto file = cbr_mpeg_frames(3);
  file.resize(file.size() - 1);
  const auto second = find(file, 417, false, GetParam());
  ASSERT_TRUE(std::holds_alternative<Mp3FrameAt>(second));
  const auto third = find(file, 835, false, GetParam());
  EXPECT_TRUE(std::holds_alternative<EndOfStream>(third));
}

TEST_P(Mp3FrameFinderTest, OtherSampleRatesAreJunk) {
  ByteWriter file;
  file.bytes(silent_mpeg_frame(0xFFFB9464)).bytes(silent_mpeg_frame(0xFFFB9464));
  const std::uint64_t begin = file.size();
  file.bytes(cbr_mpeg_frames(2));
  const auto step = find(file.data(), 0, false, GetParam());
  ASSERT_TRUE(std::holds_alternative<Mp3FrameAt>(step));
  EXPECT_EQ(std::get<Mp3FrameAt>(step).offset, begin);
}

TEST_P(Mp3FrameFinderTest, ASearchThatFoundNothingDoesNotHideAnotherStream) {
  const auto own = silent_mpeg_frame(mpeg1_header(9));
  const auto other = silent_mpeg_frame(0xFFFB9464);
  const auto file = join({own, other, other, other, other, own, own, own});
  const std::uint64_t from = own.size();
  const std::uint64_t begin = from + 4 * other.size();
  SplitFeeder feeder(file, GetParam());
  Mp3FrameFinder finder({0, file.size()});
  finder.restrict_to(*parse_mp3_frame_header(own));
  const auto search_up_to = [&](std::uint64_t limit) {
    return *feeder.run([&]() -> Result<FindFrameStep> {
      return finder.search(feeder.source(), from, limit, 512);
    });
  };
  EXPECT_TRUE(std::holds_alternative<EndOfStream>(search_up_to(begin)));
  EXPECT_TRUE(std::holds_alternative<Mp3FrameAt>(search_up_to(begin + 1)));
  EXPECT_TRUE(std::holds_alternative<EndOfStream>(search_up_to(begin)));
  const auto next = *feeder.run(
      [&]() -> Result<FindFrameStep> { return finder.next(feeder.source(), from, 512); });
  ASSERT_TRUE(std::holds_alternative<Mp3FrameAt>(next));
  EXPECT_EQ(std::get<Mp3FrameAt>(next).offset, begin);
  TrackWarnings left_out;
  left_out.add(TrackWarning::kAudioLeftOut);
  EXPECT_EQ(finder.noticed(), left_out);
}

TEST_P(Mp3FrameFinderTest, NothingButJunkIsTheEnd) {
  const std::vector<std::byte> file(10000, std::byte{0xFF});
  EXPECT_TRUE(std::holds_alternative<EndOfStream>(find(file, 0, false, GetParam())));
  EXPECT_TRUE(std::holds_alternative<EndOfStream>(find(file, 9998, false, GetParam())));
}

INSTANTIATE_TEST_SUITE_P(PieceSizes, Mp3FrameFinderTest, ::testing::Values(1, 7, 17, 4096, kWhole));

}  // namespace
}  // namespace engine
