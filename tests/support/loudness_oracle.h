// libebur128 as the oracle for loudness and true peak, in decibels.
#pragma once

#include <algorithm>
#include <cmath>
#include <ebur128.h>
#include <span>
#include <vector>

#include <gtest/gtest.h>

#include "engine/base/audio_buffer.h"

namespace engine::testing {

class LoudnessOracle {
 public:
  explicit LoudnessOracle(int channels, int sample_rate_hz = 48000)
      : channels_(channels),
        state_(ebur128_init(static_cast<unsigned>(channels),
                            static_cast<unsigned long>(sample_rate_hz),
                            EBUR128_MODE_I | EBUR128_MODE_TRUE_PEAK)) {}
  LoudnessOracle(const LoudnessOracle&) = delete;
  LoudnessOracle& operator=(const LoudnessOracle&) = delete;
  ~LoudnessOracle() { ebur128_destroy(&state_); }

  /// Whole interleaved frames.
  void add(std::span<const float> interleaved) {
    const auto frames = interleaved.size() / static_cast<std::size_t>(channels_);
    EXPECT_EQ(ebur128_add_frames_float(state_, interleaved.data(), frames), EBUR128_SUCCESS);
  }
  void add(const AudioBuffer& audio) {
    std::vector<float> interleaved(static_cast<std::size_t>(audio.frames() * channels_));
    for (int c = 0; c < channels_; ++c) {
      const auto plane = audio.channel(c);
      for (std::size_t i = 0; i < plane.size(); ++i) {
        interleaved[i * static_cast<std::size_t>(channels_) + static_cast<std::size_t>(c)] =
            plane[i];
      }
    }
    add(interleaved);
  }

  double integrated_lufs() const {
    double lufs = 0;
    ebur128_loudness_global(state_, &lufs);
    return lufs;
  }
  /// -infinity for silence.
  double true_peak_dbtp() const {
    double peak = 0;
    for (int c = 0; c < channels_; ++c) {
      double one = 0;
      ebur128_true_peak(state_, static_cast<unsigned>(c), &one);
      peak = std::max(peak, one);
    }
    return 20 * std::log10(peak);
  }

 private:
  int channels_;
  ebur128_state* state_;
};

}  // namespace engine::testing
