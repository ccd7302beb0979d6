// ClipCounter: runs of equal samples at full scale, the trace that clipping leaves.
#pragma once

#include <algorithm>
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
  /// Peaks of float files and of lossy codecs rise above full scale and are round: no clipping.
  static constexpr float kFlatness = 1e-4f;

  /// What follows does not continue what came before.
  void begin_stretch() { runs_.fill({}); }

  /// The next samples of channel 0 or 1.
  void add(std::size_t channel, std::span<const float> samples) {
    Run& run = runs_[channel];
    for (const float sample : samples) {
      const bool clipped = std::fabs(sample) >= kFullScale;
      const bool flat = std::fabs(sample - run.last) <= kFlatness;
      run.frames = !clipped ? 0 : flat ? std::min(run.frames + 1, kRunFrames + 1) : 1;
      run.last = sample;
      if (run.frames == kRunFrames) ++run_count_;
    }
  }

  /// Runs of at least kRunFrames so far, of both channels.
  std::int64_t run_count() const { return run_count_; }

 private:
  struct Run {
    int frames = 0;  // So far; stays above kRunFrames once it was counted.
    float last = 0;
  };
  std::array<Run, 2> runs_{};
  std::int64_t run_count_ = 0;
};

}  // namespace engine
