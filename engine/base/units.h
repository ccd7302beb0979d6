// The units in which the whole engine counts time and level once the source has been decoded.
#pragma once

#include "engine/base/audio_view.h"

namespace engine {

/// Everything behind the resampler runs at this rate, in this shape.
inline constexpr int kOutputRateHz = 48000;
inline constexpr int kOutputChannelCount = 2;

/// [begin, end) of frames on one timeline. begin may be negative: before the track's first frame.
struct FrameRange {
  FrameCount begin = 0;
  FrameCount end = 0;

  constexpr FrameCount size() const { return end - begin; }
  constexpr bool empty() const { return begin >= end; }
  friend constexpr bool operator==(const FrameRange&, const FrameRange&) = default;
};

}  // namespace engine
