// ClipCounter: runs of samples that stay at full scale, the trace that clipping leaves.
#pragma once

#include <array>
#include <cmath>
#include <cstdint>
#include <span>

#include "engine/base/units.h"

namespace engine {

class ClipCounter {
 public:
  static constexpr int kRunFrames = 3;
  /// Full scale of 16-bit samples is 32767 / 32768.
  static constexpr float kFullScale = 0.9995f;

  /// What follows does not continue what came before.
  void begin_stretch() { run_frames_.fill(0); }

  /// The next samples of channel 0 or 1.
  void add(std::size_t channel, std::span<const float> samples) {
    int& run = run_frames_[channel];
    for (const float sample : samples) {
      run = std::fabs(sample) >= kFullScale ? run + 1 : 0;
      if (run == kRunFrames) ++run_count_;
    }
  }

  /// Runs of at least kRunFrames so far, of both channels.
  std::int64_t run_count() const { return run_count_; }

 private:
  std::array<int, 2> run_frames_{};
  std::int64_t run_count_ = 0;
};

}  // namespace engine
