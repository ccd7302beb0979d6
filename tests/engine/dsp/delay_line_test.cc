#include "engine/dsp/delay_line.h"

#include <algorithm>

#include <gtest/gtest.h>

#include "tests/engine/dsp/signal_analysis.h"
#include "tests/engine/dsp/test_signals.h"

namespace engine {
namespace {

TEST(DelayLineTest, DelaysBitForBitInBlocksOfAnySizeAndInPlace) {
  const AudioBuffer input = test::stereo(test::noise(0.2, 1, 1), test::noise(0.2, 1, 2));
  test::Random random(3);
  for (const FrameCount delay : {0, 1, 4, 63, 607, 5000}) {
    SCOPED_TRACE(delay);
    AudioBuffer expected(2, delay);
    expected.append(BufferSlice(input).view());
    expected.resize(2, input.frames());

    for (const bool in_place : {false, true}) {
      DelayLine line(2, delay);
      EXPECT_EQ(line.latency_frames(), delay);
      AudioBuffer output(2, input.frames());
      if (in_place) output = input;
      for (FrameCount first = 0; first < input.frames();) {
        const FrameCount end = std::min(input.frames(), first + random.integer(1, 3000));
        const BufferSlice source(in_place ? output : input, first, end);
        const test::MutableSlice target(output, first, end);
        line.process(source.view(), target.view());
        first = end;
      }
      EXPECT_EQ(test::first_difference(output, expected), -1);
      // Started anew it holds nothing of what was.
      line.reset();
      AudioBuffer again(2, input.frames());
      const BufferSlice source(input);
      const test::MutableSlice target(again);
      line.process(source.view(), target.view());
      EXPECT_EQ(test::first_difference(again, expected), -1);
    }
  }
}

TEST(DelayLineTest, AColdStartNeedsAsMuchContextAsTheDelay) {
  const AudioBuffer input = test::stereo(test::noise(0.5, 1, 1));
  DelayLine line(2, 607);
  AudioBuffer whole(2, input.frames());
  const test::MutableSlice whole_slice(whole);
  const BufferSlice all(input);
  line.process(all.view(), whole_slice.view());
  for (const FrameCount begin : {700, 5000, 12345}) {
    line.reset();
    const FrameCount first = begin - line.left_context_frames();
    AudioBuffer part(2, input.frames() - first);
    const BufferSlice source(input, first, input.frames());
    const test::MutableSlice target(part);
    line.process(source.view(), target.view());
    part.drop_front(begin - first);
    AudioBuffer expected = whole;
    expected.drop_front(begin);
    EXPECT_EQ(test::first_difference(part, expected), -1);
  }
}

}  // namespace
}  // namespace engine
