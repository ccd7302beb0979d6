#include "engine/demux/flac_frame_finder.h"

#include <chrono>

#include <gtest/gtest.h>

#include "tests/support/flac_builder.h"

namespace engine {
namespace {

using testing::make_signal;

class FlacFrameFinderTest : public ::testing::Test {
 protected:
  FlacFrameFinderTest() {
    testing::FlacBuilder builder(make_signal({44100, 1, 16, 1000, {}}, 2));
    file_ = builder.blocks({100}).build();
    offsets_ = builder.frame_offsets();
    stream_.info = {100, 100, 0, 44100, 1, 16, 1000};
    stream_.audio = {offsets_[0], file_.size()};
    store_.insert(0, file_);
  }
  Source source() const { return {store_, file_.size()}; }

  std::vector<std::byte> file_;
  std::vector<std::size_t> offsets_;
  FlacStream stream_;
  ByteStore store_;
};

TEST_F(FlacFrameFinderTest, FindsTheNextFrameFromEveryByte) {
  std::size_t next = 0;
  for (std::uint64_t from = offsets_[0]; from <= file_.size(); ++from) {
    while (next < offsets_.size() && offsets_[next] < from) ++next;
    std::uint64_t position = from;
    const auto step = find_flac_frame(source(), stream_, position, file_.size());
    const bool exactly = std::holds_alternative<FlacFrame>(flac_frame_at(source(), stream_, from));
    ASSERT_EQ(exactly, next < offsets_.size() && offsets_[next] == from);
    if (next == offsets_.size()) {
      ASSERT_TRUE(std::holds_alternative<NoFlacFrame>(step));
      continue;
    }
    const auto& found = std::get<FlacFrame>(step);
    ASSERT_EQ(found.bytes.begin, offsets_[next]);
    ASSERT_EQ(found.bytes.end, next + 1 < offsets_.size() ? offsets_[next + 1] : file_.size());
    ASSERT_EQ(found.header.first_frame, static_cast<FrameCount>(100 * next));
  }
}

TEST_F(FlacFrameFinderTest, LimitIsWhereAFrameMayBeginNoMore) {
  std::uint64_t from = offsets_[3] + 1;
  EXPECT_TRUE(
      std::holds_alternative<NoFlacFrame>(find_flac_frame(source(), stream_, from, offsets_[4])));
  from = offsets_[3] + 1;
  EXPECT_TRUE(
      std::holds_alternative<FlacFrame>(find_flac_frame(source(), stream_, from, offsets_[4] + 1)));
}

TEST_F(FlacFrameFinderTest, DeclaredFrameSizeIsOnlyAHint) {
  for (const std::uint32_t declared : {1U, 50U, 209U, 100000U, 0xFFFFFFU}) {
    stream_.info.frame_bytes_max = declared;
    std::uint64_t from = stream_.audio.begin;
    for (const std::size_t offset : offsets_) {
      const auto step = find_flac_frame(source(), stream_, from, file_.size());
      ASSERT_TRUE(std::holds_alternative<FlacFrame>(step)) << declared;
      ASSERT_EQ(std::get<FlacFrame>(step).bytes.begin, offset);
      from = std::get<FlacFrame>(step).bytes.end;
    }
  }
}

TEST_F(FlacFrameFinderTest, AsksForWhatIsMissingAndGoesOnFromThere) {
  ByteStore empty;
  std::uint64_t from = offsets_[2] + 5;
  const Source nothing{empty, file_.size()};
  const auto step = find_flac_frame(nothing, stream_, from, file_.size());
  ASSERT_TRUE(std::holds_alternative<NeedBytes>(step));
  EXPECT_EQ(std::get<NeedBytes>(step).range, (ByteRange{offsets_[2] + 5, file_.size()}));

  empty.insert(from, std::span(file_).subspan(from, offsets_[3] + 20 - from));
  const auto more = find_flac_frame(nothing, stream_, from, file_.size());
  ASSERT_TRUE(std::holds_alternative<NeedBytes>(more));
  EXPECT_EQ(from, offsets_[3]);
  EXPECT_EQ(std::get<NeedBytes>(more).range.begin, offsets_[3] + 20);
}

// Headers with right checksums, each before what claims to be 128 KiB of verbatim samples: taken
// one by one that is 60 GB of checksums.
TEST(FlacFrameFinderWorkTest, HeadersWithoutAFrameBehindThemCostTheirBytesAFewTimes) {
  constexpr int kBlock = 65535;
  testing::PcmSignal ramp{44100, 1, 16, kBlock, {}};
  for (int i = 0; i < kBlock; ++i) ramp.samples.push_back(i % 256);
  testing::FlacBuilder builder(ramp);
  const auto whole = builder.blocks({kBlock}).build();
  const auto head = std::span(whole).subspan(builder.frame_offsets()[0], 9);
  std::vector<std::byte> hostile;
  for (std::size_t i = 0; i < 500000; ++i) hostile.insert(hostile.end(), head.begin(), head.end());
  const std::size_t frame_begin = hostile.size();
  const auto frame = std::span(whole).subspan(builder.frame_offsets()[0]);
  hostile.insert(hostile.end(), frame.begin(), frame.end());

  FlacStream stream;
  stream.info = {kBlock, kBlock, 0, 44100, 1, 16, kBlock};
  stream.audio = {0, hostile.size()};
  ByteStore store;
  store.insert(0, hostile);
  const auto begin = std::chrono::steady_clock::now();
  std::uint64_t from = 0;
  const auto step = find_flac_frame({store, hostile.size()}, stream, from, hostile.size());
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begin;
  ASSERT_TRUE(std::holds_alternative<FlacFrame>(step));
  EXPECT_EQ(std::get<FlacFrame>(step).bytes, (ByteRange{frame_begin, hostile.size()}));
  EXPECT_LT(took.count(), 20.0);
}

}  // namespace
}  // namespace engine
