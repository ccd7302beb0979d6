#include "engine/demux/mp3_cbr_lattice.h"

#include <gtest/gtest.h>

#include "tests/engine/demux/mp3_files.h"

namespace engine {
namespace {

using namespace engine::testing;
using Rule = Mp3CbrLattice::Rule;

class Mp3CbrLatticeTest : public ::testing::Test {
 protected:
  void make(std::vector<std::byte> file, Rule rule) {
    file_ = std::move(file);
    store_.insert(0, file_);
    lattice_ = Mp3CbrLattice({0, *parse_mp3_frame_header(file_)}, file_.size(), rule);
  }
  FindFrameStep at(std::int64_t number) {
    return lattice_.at({store_, file_.size()}, number, 4096);
  }

  std::vector<std::byte> file_;
  ByteStore store_;
  Mp3CbrLattice lattice_;
};

TEST_F(Mp3CbrLatticeTest, FindsEveryMpegFrameOfAPaddedStream) {
  make(cbr_mpeg_frames(200), Rule::kExactMean);
  std::uint64_t offset = 0;
  for (std::int64_t number = 0; number < 200; ++number) {
    const auto step = at(number);
    const auto* found = std::get_if<Mp3FrameAt>(&step);
    ASSERT_NE(found, nullptr) << number;
    EXPECT_EQ(found->offset, offset);
    offset = found->end();
  }
  EXPECT_TRUE(std::holds_alternative<EndOfStream>(at(200)));
  EXPECT_NEAR(static_cast<double>(lattice_.count_until(file_.size())), 200.0, 1.0);
}

TEST_F(Mp3CbrLatticeTest, FindsEveryMpegFrameOfAStreamThatIsNeverPadded) {
  make(cbr_mpeg_frames(200, false), Rule::kNeverPadded);
  for (std::int64_t number = 0; number < 200; ++number) {
    const auto step = at(number);
    ASSERT_TRUE(std::holds_alternative<Mp3FrameAt>(step)) << number;
    EXPECT_EQ(std::get<Mp3FrameAt>(step).offset, static_cast<std::uint64_t>(number) * 417);
  }
  make(cbr_mpeg_frames(200, false), Rule::kExactMean);
  EXPECT_TRUE(std::holds_alternative<EndOfStream>(at(150)));
}

TEST_F(Mp3CbrLatticeTest, ADamagedOrForeignHeaderIsNotTaken) {
  auto file = cbr_mpeg_frames(20);
  file[417 + 1] = std::byte{0};
  make(file, Rule::kExactMean);
  EXPECT_TRUE(std::holds_alternative<EndOfStream>(at(1)));
  EXPECT_TRUE(std::holds_alternative<Mp3FrameAt>(at(2)));
}

TEST_F(Mp3CbrLatticeTest, AsksForBytesInsideTheAudioOnly) {
  make(cbr_mpeg_frames(20), Rule::kExactMean);
  const ByteStore empty;
  for (std::int64_t number = 0; number < 20; ++number) {
    const auto step = lattice_.at({empty, file_.size()}, number, 4096);
    const auto* need = std::get_if<NeedBytes>(&step);
    ASSERT_NE(need, nullptr);
    EXPECT_FALSE(need->range.empty());
    EXPECT_LE(need->range.end, file_.size());
  }
}

}  // namespace
}  // namespace engine
