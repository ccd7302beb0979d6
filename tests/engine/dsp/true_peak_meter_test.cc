// EBU Tech 3341 cases 15 to 23 (tolerance +0.2/-0.4 dB), synthesised as dsp.md T1 describes.
#include "engine/dsp/true_peak_meter.h"

#include <cmath>
#include <ebur128.h>
#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

#include "tests/engine/dsp/signal_analysis.h"
#include "tests/engine/dsp/test_signals.h"
#include "tests/support/conformance.h"

namespace engine {
namespace {

using test::Mono;

double measure_dbtp(const Mono& signal) {
  TruePeakMeter meter(2);
  meter.begin_stretch(true);
  const AudioBuffer audio = test::stereo(signal);
  meter.add(BufferSlice(audio).view());
  meter.finish();
  return meter.peak_dbtp();
}

/// Linear fades of 10 ms at both ends.
void fade(Mono& signal, int rate_hz) {
  const std::size_t count = static_cast<std::size_t>(rate_hz) / 100;
  for (std::size_t i = 0; i < count; ++i) {
    const float gain = static_cast<float>(i) / static_cast<float>(count);
    signal[i] *= gain;
    signal[signal.size() - 1 - i] *= gain;
  }
}

Mono faded_sine(int rate_hz, double divisor, double amplitude, double phase_degrees) {
  Mono signal = test::sine(0.5, rate_hz / divisor, amplitude, rate_hz, phase_degrees);
  fade(signal, rate_hz);
  return signal;
}

class TruePeakMeterCase : public ::testing::TestWithParam<int> {};
INSTANTIATE_TEST_SUITE_P(Rates, TruePeakMeterCase, ::testing::Values(44100, 48000),
                         ::testing::PrintToStringParamName());

void expect_dbtp(std::string_view name, int rate_hz, double measured, double expected) {
  testing::conform("T1", name, measured - expected, testing::Limit::between(-0.4, 0.2), "dB",
                   std::to_string(rate_hz) + " Hz");
}

// The meter is blind to the rate: the cases scale with it.
TEST_P(TruePeakMeterCase, Ebu3341Cases15To19Sines) {
  const int rate_hz = GetParam();
  const auto expect = [&](std::string_view name, const Mono& signal, double dbtp) {
    expect_dbtp(name, rate_hz, measure_dbtp(signal), dbtp);
  };
  expect("Tech 3341 case 15: true peak", faded_sine(rate_hz, 4, 0.5, 0), -6.0);
  expect("Tech 3341 case 16: true peak", faded_sine(rate_hz, 4, 0.5, 45), -6.0);
  expect("Tech 3341 case 17: true peak", faded_sine(rate_hz, 6, 0.5, 60), -6.0);
  expect("Tech 3341 case 18: true peak", faded_sine(rate_hz, 8, 0.5, 67.5), -6.0);
  expect("Tech 3341 case 19: true peak", faded_sine(rate_hz, 4, 1.41, 45), 3.0);
}

TEST_P(TruePeakMeterCase, Ebu3341Cases20To23Transient) {
  const int rate_hz = GetParam();
  const int fine_hz = 4 * rate_hz;
  // An integer number of periods of fs/6 at 0.5, one period of fs/4 at 1.0, then fs/6 again.
  Mono fine;
  const auto periods = [&](int count, int length, double amplitude) {
    for (int i = 0; i < count * length; ++i) {
      fine.push_back(static_cast<float>(amplitude * std::sin(test::kTwoPi * i / length)));
    }
  };
  periods(400, 24, 0.5);
  periods(1, 16, 1.0);
  periods(400, 24, 0.5);
  fade(fine, fine_hz);
  // Low-pass 0.48 fs (of the base rate), 1023 taps, Kaiser beta 10.
  std::vector<double> taps(1023);
  double sum = 0;
  const auto bessel = [](double x) {
    double term = 1;
    double total = 1;
    for (int k = 1; k < 50; ++k) total += term *= x * x / (4.0 * k * k);
    return total;
  };
  for (int k = -511; k <= 511; ++k) {
    const double x = test::kTwoPi * 0.12 * k;
    const double window = bessel(10 * std::sqrt(1 - (k / 512.0) * (k / 512.0)));
    taps[static_cast<std::size_t>(k + 511)] = window * (k == 0 ? 1 : std::sin(x) / x);
    sum += taps[static_cast<std::size_t>(k + 511)];
  }
  const int size = static_cast<int>(fine.size());
  for (int offset = 0; offset < 4; ++offset) {
    Mono signal;
    for (int n = offset; n < size; n += 4) {
      double value = 0;
      for (int k = -511; k <= 511; ++k) {
        if (n - k < 0 || n - k >= size) continue;
        value += taps[static_cast<std::size_t>(k + 511)] *
                 static_cast<double>(fine[static_cast<std::size_t>(n - k)]);
      }
      signal.push_back(static_cast<float>(value / sum));
    }
    const std::string name = "Tech 3341 case " + std::to_string(20 + offset);
    expect_dbtp(name + ": true peak between samples", rate_hz, measure_dbtp(signal), 0.0);
  }
}

TEST(TruePeakMeterTest, AgreesWithTheFineReferenceOnMusicAndNoise) {
  for (std::uint64_t seed = 1; seed <= 4; ++seed) {
    const Mono signal = test::band_limit_20k(test::noise(0.5, 0.5, seed));
    const double reference = test::to_db(test::true_peak_32x(signal));
    EXPECT_NEAR(measure_dbtp(signal), reference, 0.1) << seed;
    EXPECT_LE(measure_dbtp(signal), reference + 0.01) << seed;
  }
}

TEST(TruePeakMeterTest, AgreesWithLibebur128OnMusic) {
  for (std::uint64_t seed = 1; seed <= 3; ++seed) {
    const AudioBuffer audio = test::music(8, 0.9, seed);
    const Mono left = test::plane(audio, 0);
    ebur128_state* oracle = ebur128_init(1, 48000, EBUR128_MODE_TRUE_PEAK);
    ASSERT_NE(oracle, nullptr);
    ebur128_add_frames_float(oracle, left.data(), left.size());
    double peak = 0;
    ebur128_true_peak(oracle, 0, &peak);
    ebur128_destroy(&oracle);
    EXPECT_NEAR(measure_dbtp(left), test::to_db(test::true_peak_32x(left)), 0.1) << seed;
    // libebur128 has a 4x filter of 49 taps, ours an 8x filter of 256: it reads up to 0.1 dB lower.
    EXPECT_NEAR(measure_dbtp(left), test::to_db(peak), 0.15) << seed;
  }
}

TEST(TruePeakMeterTest, PieceSizeHasNoInfluenceOnAnyBit) {
  const AudioBuffer audio = test::music(3, 0.9, 11);
  TruePeakMeter whole(2);
  whole.begin_stretch(true);
  std::vector<float> whole_peaks(static_cast<std::size_t>(audio.frames()));
  ASSERT_EQ(whole.add(BufferSlice(audio).view(), whole_peaks), audio.frames());
  test::Random random(3);
  TruePeakMeter pieces(2);
  pieces.begin_stretch(true);
  std::vector<float> piece_peaks;
  for (FrameCount at = 0; at < audio.frames();) {
    const FrameCount end = std::min(audio.frames(), at + random.integer(1, 900));
    std::vector<float> some(static_cast<std::size_t>(end - at));
    const FrameCount count = pieces.add(BufferSlice(audio, at, end).view(), some);
    piece_peaks.insert(piece_peaks.end(), some.begin(), some.begin() + count);
    at = end;
  }
  EXPECT_EQ(piece_peaks, whole_peaks);
  EXPECT_EQ(whole.peak(), pieces.peak());
}

TEST(TruePeakMeterTest, ACutIsNotAPeak) {
  // A stretch that begins in the middle of a constant: the step of the cut would read 1.1.
  TruePeakMeter meter(1);
  meter.begin_stretch(false);
  AudioBuffer audio(1, 1000);
  for (float& sample : audio.channel(0)) sample = 0.5f;
  meter.add(BufferSlice(audio).view());
  EXPECT_NEAR(meter.peak(), 0.5f, 1e-5);
}

TEST(TruePeakMeterTest, SilenceIsMinusInfinity) {
  EXPECT_TRUE(std::isinf(measure_dbtp(test::silence(0.1))));
}

}  // namespace
}  // namespace engine
