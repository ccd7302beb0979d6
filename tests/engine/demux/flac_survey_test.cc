#include "engine/demux/flac_survey.h"

#include <gtest/gtest.h>

#include "tests/support/flac_builder.h"

namespace engine {
namespace {

using testing::FlacBuilder;
using testing::make_signal;

FlacFrame frame_at(FrameCount first_frame, int block_size, ByteRange bytes) {
  FlacFrame frame;
  frame.header.first_frame = first_frame;
  frame.header.block_size = block_size;
  frame.bytes = bytes;
  return frame;
}

TEST(FlacCounterTest, FramesSideBySideFollowEachOtherWhateverTheirNumbers) {
  FlacCounter counter(0, 100);
  EXPECT_EQ(counter.place(frame_at(0, 64, {100, 150})), 0);
  EXPECT_EQ(counter.place(frame_at(64, 64, {150, 200})), 64);
  EXPECT_EQ(counter.place(frame_at(0, 64, {200, 250})), 128);
  EXPECT_EQ(counter.place(frame_at(6400, 64, {250, 300})), 192);
  EXPECT_EQ(counter.next_frame(), 256);
}

TEST(FlacCounterTest, AGapCountsWhatTheNumbersMissIfThatFitsIntoIt) {
  FlacCounter counter(0, 100);
  counter.place(frame_at(0, 64, {100, 150}));
  EXPECT_EQ(counter.place(frame_at(128, 64, {200, 250})), 128);
  // Fifty bytes hold no thousand FLAC frames; nor does a gap lead backwards.
  EXPECT_EQ(counter.place(frame_at(64000, 64, {300, 350})), 192);
  EXPECT_EQ(counter.place(frame_at(0, 64, {400, 450})), 256);
  counter.leave_out(frame_at(64, 64, {450, 500}));
  EXPECT_EQ(counter.place(frame_at(128, 64, {500, 550})), 320);
}

TEST(FlacSurveyTest, CountsAndNotesEveryFrameOnce) {
  FlacBuilder builder(make_signal({44100, 1, 16, 3000, {}}, 2));
  const auto file = builder.blocks({100, 50}).hide_blocking_bit().numbers_from(7).build();
  const auto& offsets = builder.frame_offsets();
  FlacStream stream;
  stream.agreement = FlacAgreement::kNothing;
  stream.info = {100, 100, 0, 44100, 1, 16, 0};
  stream.audio = {offsets[0], file.size()};
  for (const std::size_t piece_size : {1U, 17U, 100000U}) {
    ByteStore store;
    FlacSurvey survey(stream);
    for (;;) {
      const auto need = survey.read({store, file.size()});
      if (!need) break;
      ASSERT_FALSE(need->range.empty());
      const auto count = std::min<std::uint64_t>(piece_size, need->range.size());
      store.insert(need->range.begin, std::span(file).subspan(need->range.begin, count));
    }
    EXPECT_EQ(survey.frame_count(), 3000);
    EXPECT_FALSE(survey.left_out());
    const FlacSeekIndex index = survey.take_index();
    EXPECT_EQ(index.entry_count(), offsets.size());
    EXPECT_EQ(index.at_or_before(2999)->byte_offset, offsets.back());
    EXPECT_EQ(index.at_or_before(2999)->first_frame, 2950);
  }
}

// Ten million bytes of nothing, between FLAC frames whose numbers fit so far apart.
TEST(FlacSurveyTest, CountsNoMoreThanAHeaderCanTell) {
  constexpr int kBlock = 65535;
  constexpr std::uint64_t kGap = 10U << 20;
  const testing::PcmSignal silence{44100, 1, 16, kBlock, std::vector<std::int32_t>(kBlock)};
  FlacBuilder first(silence);
  auto file = first.blocks({kBlock}).build();
  file.resize(file.size() + kGap);
  FlacBuilder second(silence);
  const auto far = second.blocks({kBlock}).numbers_from((1U << 20) + 100).build();
  file.insert(file.end(), far.begin() + static_cast<std::ptrdiff_t>(second.frame_offsets()[0]),
              far.end());
  FlacStream stream;
  stream.agreement = FlacAgreement::kNothing;
  stream.info = {kBlock, kBlock, 0, 44100, 1, 16, 0};
  stream.audio = {first.frame_offsets()[0], file.size()};
  ByteStore store;
  store.insert(0, file);
  FlacSurvey survey(stream);
  ASSERT_FALSE(survey.read({store, file.size()}));
  EXPECT_EQ(survey.take_index().entry_count(), 2u);
  EXPECT_EQ(survey.frame_count(), kFlacFrameCountMax);
}

}  // namespace
}  // namespace engine
