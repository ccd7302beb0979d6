// What an honest FLAC file costs in requests: proving its numbers takes none of its own.
#include <gtest/gtest.h>

#include "engine/session/session.h"
#include "tests/support/flac_builder.h"

namespace engine {
namespace {

// 60 s at 48 kHz, half of it constant blocks, so that its size raises no doubt.
std::vector<std::byte> honest_file(const std::vector<std::pair<int, std::size_t>>& blocks = {}) {
  testing::PcmSignal signal{48000, 2, 16, 48000 * 60, {}};
  for (FrameCount i = 0; i < 2 * signal.frames; ++i) {
    signal.samples.push_back((i / 2 / 1024) % 2 == 0 ? static_cast<std::int32_t>(i % 9973) : 7);
  }
  testing::FlacBuilder builder(signal);
  for (const auto& [type, bytes] : blocks) builder.metadata(type, std::vector<std::byte>(bytes));
  return builder.blocks({1024}).build();
}

// The questions before the track is ready, when the first 16 KiB were fetched unasked.
std::vector<NeedRanges> questions_of_opening(std::span<const std::byte> file) {
  Session session{SessionOptions{}};
  EXPECT_TRUE(session.set_source_size(file.size()));
  EXPECT_TRUE(session.supply(0, file.first(16U << 10)));
  std::vector<NeedRanges> asked;
  for (;;) {  // Ends with the track or an error.
    auto event = session.advance();
    if (!event) {
      ADD_FAILURE() << event.error().words();
      return asked;
    }
    if (std::holds_alternative<TrackReady>(*event)) return asked;
    const auto* need = std::get_if<NeedRanges>(&*event);
    if (need == nullptr) continue;
    asked.push_back(*need);
    for (const ByteRange& range : need->ranges) {
      EXPECT_TRUE(session.supply(range.begin, file.subspan(range.begin, range.size())));
    }
  }
}

// The questions of a session that plays the original from `chunk` on, whose driver has fetched the
// first 64 KiB unasked, until the first cluster is there.
std::vector<NeedRanges> questions(std::span<const std::byte> file, std::int64_t chunk) {
  Session session{SessionOptions{}};
  EXPECT_TRUE(session.set_source_size(file.size()));
  EXPECT_TRUE(session.supply(0, file.first(64U << 10)));
  EXPECT_TRUE(session.request_chunk(chunk));
  std::vector<NeedRanges> asked;
  for (;;) {  // Ends with the cluster or an error.
    auto event = session.advance();
    if (!event) {
      ADD_FAILURE() << event.error().words();
      return asked;
    }
    if (std::holds_alternative<ClusterReady>(*event)) return asked;
    const auto* need = std::get_if<NeedRanges>(&*event);
    if (need == nullptr) continue;
    asked.push_back(*need);
    for (const ByteRange& range : need->ranges) {
      EXPECT_TRUE(session.supply(range.begin, file.subspan(range.begin, range.size())));
    }
  }
}

TEST(FlacRequestsTest, TheStartNeedsNothingOfTheEnd) {
  const auto file = honest_file();
  for (const NeedRanges& need : questions(file, 0)) {
    EXPECT_EQ(need.ranges.size(), 1u);
    EXPECT_LT(need.ranges.back().end, file.size() / 4);
  }
}

// Whatever stands between the front of the file and its audio: one question leads over it.
TEST(FlacRequestsTest, TheHeaderIsOneQuestionAtMost) {
  using Blocks = std::vector<std::pair<int, std::size_t>>;
  constexpr int kPadding = 1;
  constexpr int kApplication = 2;
  constexpr int kComment = 4;
  constexpr int kPicture = 6;
  EXPECT_TRUE(questions_of_opening(honest_file()).empty());
  EXPECT_TRUE(questions_of_opening(honest_file({{kPadding, 8192}})).empty());
  for (const Blocks& blocks :
       {Blocks{{kPicture, 40000}, {kPadding, 8192}}, Blocks{{kPadding, 65536}},
        Blocks{{kPicture, 40000}, {kComment, 400}, {kPadding, 8192}},
        Blocks{{kPicture, 400000}, {kPadding, 8192}}, Blocks{{kComment, 30000}, {kPadding, 8192}},
        Blocks{{kApplication, 20000}}, Blocks{{kPadding, 16384 - 42 - 4 - 3}}}) {
    const auto asked = questions_of_opening(honest_file(blocks));
    EXPECT_EQ(asked.size(), 1u) << blocks.front().second;
  }
}

TEST(FlacRequestsTest, AFarSeekSeesTheEndInTheRequestForItsPlace) {
  const auto file = honest_file();
  const auto asked = questions(file, 12);
  ASSERT_FALSE(asked.empty());
  ASSERT_EQ(asked.front().ranges.size(), 2u);
  EXPECT_EQ(asked.front().ranges.back().end, file.size());
  EXPECT_LE(asked.front().ranges.back().size(), 64U << 10);
  for (std::size_t i = 1; i < asked.size(); ++i) {
    EXPECT_EQ(asked[i].ranges.size(), 1u);
    EXPECT_LT(asked[i].ranges.back().end, file.size() / 2);
  }
}

TEST(FlacRequestsTest, RangesOfOneRequestDoNotOverlap) {
  const auto file = honest_file();
  for (const std::int64_t chunk : {15, 27, 28, 29}) {
    for (const NeedRanges& need : questions(file, chunk)) {
      if (need.ranges.size() == 1) continue;
      ASSERT_EQ(need.ranges.size(), 2u);
      EXPECT_LT(need.ranges.front().end, need.ranges.back().begin);
    }
  }
}

}  // namespace
}  // namespace engine
