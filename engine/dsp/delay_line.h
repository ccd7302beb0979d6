// DelayLine: a signal, a fixed number of frames later. Aligns paths of different latency.
#pragma once

#include <algorithm>
#include <cstddef>
#include <vector>

#include "engine/base/audio_view.h"
#include "engine/base/check.h"

namespace engine {

class DelayLine {
 public:
  static constexpr FrameCount kDelayFramesMax = 1 << 20;

  /// 1 <= channels <= kChannelCountMax, 0 <= delay <= kDelayFramesMax.
  DelayLine(int channels, FrameCount delay_frames) {
    ENGINE_CHECK(channels >= 1);
    ENGINE_CHECK(channels <= kChannelCountMax);
    ENGINE_CHECK(delay_frames >= 0);
    ENGINE_CHECK(delay_frames <= kDelayFramesMax);
    lines_.resize(static_cast<std::size_t>(channels));
    for (auto& line : lines_) line.resize(static_cast<std::size_t>(delay_frames));
    delay_ = static_cast<std::size_t>(delay_frames);
  }

  /// Frames before the next one count as zeros.
  void reset() {
    for (auto& line : lines_) std::fill(line.begin(), line.end(), 0.0f);
    index_ = 0;
  }

  /// in and out have the same shape, channels x any, and may be the same memory, not otherwise
  /// overlap. Samples pass bit for bit.
  void process(const AudioView& in, const MutableAudioView& out) {
    ENGINE_CHECK(in.channels() == static_cast<int>(lines_.size()));
    ENGINE_CHECK(out.channels() == in.channels());
    ENGINE_CHECK(out.frames() == in.frames());
    std::size_t end = index_;
    for (std::size_t c = 0; c < lines_.size(); ++c) {
      const float* source = in.channel(static_cast<int>(c)).data();
      float* target = out.channel(static_cast<int>(c)).data();
      end = run(lines_[c], source, target, static_cast<std::size_t>(in.frames()));
    }
    index_ = end;
  }

  FrameCount latency_frames() const { return static_cast<FrameCount>(delay_); }
  FrameCount left_context_frames() const { return latency_frames(); }

 private:
  /// Returns the place in the ring behind the last frame.
  std::size_t run(std::vector<float>& line, const float* source, float* target,
                  std::size_t count) const {
    std::size_t at = index_;
    if (delay_ == 0) {
      if (source != target) std::copy(source, source + count, target);
      return at;
    }
    for (std::size_t done = 0; done < count;) {
      const std::size_t size = std::min(count - done, delay_ - at);
      float* stored = line.data() + at;
      for (std::size_t i = 0; i < size; ++i) {
        const float next = source[done + i];
        target[done + i] = stored[i];
        stored[i] = next;
      }
      done += size;
      at = at + size == delay_ ? 0 : at + size;
    }
    return at;
  }

  std::vector<std::vector<float>> lines_;  // Rings.
  std::size_t delay_ = 0;
  std::size_t index_ = 0;
};

}  // namespace engine
