// Signals and the cold-start check for the stages of dynamics (control_hop.h).
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstring>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "engine/dsp/control_hop.h"
#include "tests/engine/dsp/signal_analysis.h"
#include "tests/engine/dsp/test_signals.h"

namespace engine::test {

/// Noise between two frequencies: sines of random frequency and phase, RMS `rms`.
inline Mono band_noise(double seconds, double low_hz, double high_hz, double rms,
                       std::uint64_t seed) {
  constexpr int kSines = 48;
  Random random(seed);
  Mono signal = silence(seconds);
  for (int s = 0; s < kSines; ++s) {
    const double share = 0.5 + 0.5 * static_cast<double>(random.uniform());
    const double frequency_hz = low_hz + (high_hz - low_hz) * share;
    const double phase_degrees = 180.0 * static_cast<double>(random.uniform());
    add(signal, sine(seconds, frequency_hz, rms * std::sqrt(2.0 / kSines), 48000, phase_degrees));
  }
  return signal;
}

/// Adds `burst` to `signal` from frame `first` on.
inline void add_at(Mono& signal, const Mono& burst, std::size_t first, float gain = 1.0f) {
  for (std::size_t i = 0; i < burst.size() && first + i < signal.size(); ++i) {
    signal[first + i] += gain * burst[i];
  }
}

/// Fades both ends of `signal` over `fade_ms` (raised cosine).
inline void fade(Mono& signal, double fade_ms) {
  const auto count = static_cast<std::size_t>(fade_ms * 48);
  for (std::size_t i = 0; i < count && 2 * i < signal.size(); ++i) {
    const double weight =
        0.5 - 0.5 * std::cos(kTwoPi / 2 * static_cast<double>(i) / static_cast<double>(count));
    signal[i] *= static_cast<float>(weight);
    signal[signal.size() - 1 - i] *= static_cast<float>(weight);
  }
}

/// exp(-t / decay_ms) on `signal` from its first frame on.
inline void decay(Mono& signal, double decay_ms) {
  for (std::size_t i = 0; i < signal.size(); ++i) {
    signal[i] *= static_cast<float>(std::exp(-static_cast<double>(i) / (48.0 * decay_ms)));
  }
}

/// Signals that strain gains: jumps of level, clicks, hisses, hits, sweeps, extremes. Four seconds.
inline std::vector<std::pair<std::string, Mono>> dynamic_signals() {
  constexpr double kSeconds = 4;
  std::vector<std::pair<std::string, Mono>> signals;
  signals.emplace_back("music", plane(music(kSeconds, 1.5, 5), 0));
  Random random(9);
  Mono steps = noise(kSeconds, 1, 2);
  float level = 0;
  for (std::size_t i = 0, next = 0; i < steps.size(); ++i) {
    if (i == next) {
      level = static_cast<float>(from_db(static_cast<double>(random.integer(-70, 6))));
      next += static_cast<std::size_t>(random.integer(50, 30000));
    }
    steps[i] *= level;
  }
  signals.emplace_back("noise in steps of level", steps);
  Mono clicks = sine(kSeconds, 300, 0.05);
  for (std::size_t i = 3000; i < clicks.size(); i += 31000) clicks[i] = 20.0f;
  signals.emplace_back("clicks in a tone", clicks);
  Mono hisses = sine(kSeconds, 400, 0.02);
  for (std::size_t at = 9000; at < hisses.size(); at += 21000) {
    add_at(hisses, band_noise(0.1, 5000, 9000, 0.2, at), at);
  }
  signals.emplace_back("hisses over a tone", hisses);
  Mono hits = silence(kSeconds);
  for (std::size_t at = 100; at < hits.size(); at += 11003) {
    Mono hit = noise(0.2, 0.8, at);
    decay(hit, 30);
    add_at(hits, hit, at);
  }
  signals.emplace_back("hits", hits);
  Mono sweep = silence(kSeconds);
  double turns = 0;
  for (std::size_t i = 0; i < sweep.size(); ++i) {
    turns += 20.0 * std::pow(1000.0, static_cast<double>(i) / 192000.0) / 48000.0;
    sweep[i] = static_cast<float>(0.7 * std::sin(kTwoPi * (turns - std::floor(turns))));
  }
  signals.emplace_back("sweep", sweep);
  Mono extreme = noise(kSeconds, 0.5, 3);
  for (std::size_t i = 0; i < extreme.size(); ++i) {
    if (i / 5000 % 7 == 1) extreme[i] *= 1e6f;
    if (i / 5000 % 7 == 3) extreme[i] *= 1e-42f;
    if (i / 5000 % 7 == 5) extreme[i] = 0;
  }
  signals.emplace_back("extremes", extreme);
  return signals;
}

/// `process` works in place on frames [begin, end) of a buffer, multiples of kHopFrames.
struct StageUnderTest {
  std::function<void()> reset;
  std::function<void(AudioBuffer&, FrameCount, FrameCount)> process;
  FrameCount latency_frames = 0;
  FrameCount left_context_frames = 0;
};

/// Frames [begin, end) of `track` rendered cold with `context` frames before them, in pieces of
/// random length; zeros outside the track.
inline AudioBuffer render_cold(const StageUnderTest& stage, const AudioBuffer& track,
                               FrameCount begin, FrameCount end, FrameCount context,
                               Random& random) {
  const FrameCount first = std::max<FrameCount>(0, begin - context);
  AudioBuffer window(track.channels(), end + stage.latency_frames - first);
  for (int c = 0; c < track.channels(); ++c) {
    const auto source = track.channel(c);
    const auto last = std::min(track.frames(), end + stage.latency_frames);
    std::copy(source.begin() + first, source.begin() + last, window.channel(c).begin());
  }
  stage.reset();
  for (FrameCount at = 0; at < window.frames();) {
    const FrameCount next =
        std::min(window.frames(), at + kHopFrames * random.integer(1, random.integer(1, 80)));
    stage.process(window, at, next);
    at = next;
  }
  window.drop_front(begin - first + stage.latency_frames);
  return window;
}

/// All of `track` in one call, delay removed.
inline AudioBuffer render_whole(const StageUnderTest& stage, const AudioBuffer& track) {
  AudioBuffer whole = track;
  whole.append_silence(stage.latency_frames);
  stage.reset();
  stage.process(whole, 0, whole.frames());
  whole.drop_front(stage.latency_frames);
  return whole;
}

/// Whether a cold start for `begin` gives the bits of `whole`, for `length` frames.
// NOLINTNEXTLINE(readability-function-size): a start is told by where, how long and how early.
inline bool cold_equals(const StageUnderTest& stage, const AudioBuffer& track,
                        const AudioBuffer& whole, FrameCount begin, FrameCount length,
                        FrameCount context, Random& random) {
  const FrameCount end = std::min(track.frames(), begin + length);
  const AudioBuffer cold = render_cold(stage, track, begin, end, context, random);
  for (int c = 0; c < track.channels(); ++c) {
    if (std::memcmp(cold.channel(c).data(), whole.channel(c).data() + begin,
                    static_cast<std::size_t>(end - begin) * sizeof(float)) != 0) {
      return false;
    }
  }
  return true;
}

/// dsp.md T6: 0 differing samples, for cold starts at random hops and pieces of random length.
inline void expect_cold_equals_whole(const StageUnderTest& stage, const AudioBuffer& track,
                                     std::uint64_t seed) {
  const AudioBuffer whole = render_whole(stage, track);
  Random random(seed);
  for (int round = 0; round < 12; ++round) {
    const FrameCount begin = kHopFrames * random.integer(0, track.frames() / kHopFrames - 1);
    const FrameCount length = kHopFrames * random.integer(1, 300);
    EXPECT_TRUE(cold_equals(stage, track, whole, begin, length, stage.left_context_frames, random))
        << "cold start for frame " << begin << ", " << length << " frames";
  }
}

}  // namespace engine::test
