#include "engine/dsp/hop_peak_meter.h"

#include <algorithm>
#include <cmath>

#include <gtest/gtest.h>

#include "engine/dsp/opus_high_pass.h"
#include "engine/dsp/true_peak_meter.h"
#include "tests/engine/dsp/test_signals.h"

namespace engine {
namespace {

constexpr FrameCount kHop = HopPeakMeter::kHopFrames;

float peak_in_hops(HopPeakMeter& meter, const AudioBuffer& track, float floor) {
  float largest = 0;
  for (FrameCount at = 0; at + kHop <= track.frames(); at += kHop) {
    largest = std::max(largest, meter.measure(BufferSlice(track, at, at + kHop).view(), floor));
  }
  return largest;
}

TEST(HopPeakMeterTest, FindsTheLargestPeakThatTheTruePeakMeterFinds) {
  for (std::uint64_t seed = 1; seed <= 8; ++seed) {
    AudioBuffer track = test::music(3, 0.7, seed);
    track.append_silence(kHop);
    HopPeakMeter meter(2);
    meter.begin_stretch(true);
    peak_in_hops(meter, track, 0);
    TruePeakMeter oracle(2);
    oracle.begin_stretch(true);
    oracle.add(BufferSlice(track).view());
    EXPECT_EQ(meter.true_peak(), oracle.peak());
  }
}

TEST(HopPeakMeterTest, FindsTheLargestPeakOfEveryHop) {
  const AudioBuffer track = test::music(3, 0.7, 11);
  HopPeakMeter meter(2);
  meter.begin_stretch(true);
  TruePeakMeter oracle(2);
  oracle.begin_stretch(true);
  std::vector<float> peaks(static_cast<std::size_t>(kHop));
  for (FrameCount at = 0; at + kHop <= track.frames(); at += kHop) {
    const BufferSlice hop(track, at, at + kHop);
    oracle.add(hop.view(), peaks);
    const float expected = *std::max_element(peaks.begin(), peaks.end());
    const float found = meter.measure(hop.view(), 0);
    // Never below the plain peak; above by what the high-pass adds.
    ASSERT_GE(found, expected) << at;
    ASSERT_LE(found, expected * 1.5f + 0.01f) << at;
  }
}

TEST(HopPeakMeterTest, RaisesPeaksAsTheLimiterDoes) {
  // 30 Hz with hats: the peaks as the limiter's own prediction raises them, within 0.3 dB.
  test::Mono signal = test::sine(4, 30, 0.5);
  test::add(signal, test::sine(4, 5000, 0.2));
  for (std::size_t i = 0; i < signal.size(); ++i) signal[i] += i / 24000 % 2 == 0 ? 0.1f : -0.1f;
  const AudioBuffer track = test::stereo(signal);
  HopPeakMeter meter(2);
  meter.begin_stretch(true);
  peak_in_hops(meter, track, 0);
  OpusHighPass high_pass;
  float expected = 0;
  for (const float sample : signal) {
    const float offset = high_pass.offset(sample);
    expected = std::max(expected, std::fabs(sample) + std::max(sample < 0 ? offset : -offset, 0.f));
  }
  EXPECT_GT(test::to_db(meter.opus_peak() / meter.true_peak()), 0.5);
  EXPECT_NEAR(test::to_db(double{meter.opus_peak()} / double{expected}), 0, 0.4);
}

TEST(HopPeakMeterTest, TheFloorOnlyHidesWhatLiesBelowIt) {
  const AudioBuffer track = test::music(3, 0.7, 5);
  HopPeakMeter exact(2);
  HopPeakMeter quick(2);
  exact.begin_stretch(true);
  quick.begin_stretch(true);
  for (FrameCount at = 0; at + kHop <= track.frames(); at += kHop) {
    const BufferSlice hop(track, at, at + kHop);
    const float peak = exact.measure(hop.view(), 0);
    ASSERT_EQ(quick.measure(hop.view(), 0.3f), std::max(peak, 0.3f)) << at;
  }
  EXPECT_EQ(quick.true_peak(), exact.true_peak());
  EXPECT_EQ(quick.opus_peak(), exact.opus_peak());
}

TEST(HopPeakMeterTest, TheCutAtTheStartOfAStretchIsNoPeak) {
  const AudioBuffer track = test::stereo(test::sine(0.1, 20, 0.5, 48000, 90));
  HopPeakMeter meter(2);
  meter.begin_stretch(false);
  peak_in_hops(meter, track, 0);
  EXPECT_NEAR(test::to_db(double{meter.true_peak()}), -6.02, 0.02);
  HopPeakMeter from_silence(2);
  from_silence.begin_stretch(true);
  peak_in_hops(from_silence, track, 0);
  EXPECT_GT(test::to_db(double{from_silence.true_peak()}), -5.5);
}

}  // namespace
}  // namespace engine
