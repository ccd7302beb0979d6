// AudioBuffer: owning planar float audio, the counterpart of AudioView.
#pragma once

#include <array>
#include <cstddef>
#include <vector>

#include "engine/base/audio_view.h"
#include "engine/base/check.h"

namespace engine {

class AudioBuffer {
 public:
  AudioBuffer() = default;
  AudioBuffer(int channels, FrameCount frames) { resize(channels, frames); }

  /// Shape becomes channels x frames. Kept frames keep their samples, new ones are zero.
  void resize(int channels, FrameCount frames) {
    ENGINE_CHECK(channels >= 0);
    ENGINE_CHECK(channels <= kChannelCountMax);
    ENGINE_CHECK(frames >= 0);
    planes_.resize(static_cast<std::size_t>(channels));
    for (auto& plane : planes_) plane.resize(static_cast<std::size_t>(frames));
    frames_ = frames;
  }

  /// Forgets the first `count` frames (at most all of them); the rest moves to the front.
  void drop_front(FrameCount count) {
    ENGINE_CHECK(count >= 0);
    ENGINE_CHECK(count <= frames_);
    const auto dropped = static_cast<std::ptrdiff_t>(count);
    for (auto& plane : planes_) plane.erase(plane.begin(), plane.begin() + dropped);
    frames_ -= count;
  }

  /// Appends `view`; it must have as many channels as this buffer.
  void append(const AudioView& view) {
    ENGINE_CHECK(view.channels() == channels());
    for (int c = 0; c < channels(); ++c) {
      const auto source = view.channel(c);
      auto& plane = planes_[static_cast<std::size_t>(c)];
      plane.insert(plane.end(), source.begin(), source.end());
    }
    frames_ += view.frames();
  }

  void append_silence(FrameCount count) { resize(channels(), frames_ + count); }
  void clear() { resize(channels(), 0); }

  int channels() const { return static_cast<int>(planes_.size()); }
  FrameCount frames() const { return frames_; }

  std::span<float> channel(int index) { return plane(index); }
  std::span<const float> channel(int index) const {
    return const_cast<AudioBuffer*>(this)->plane(index);
  }

 private:
  std::vector<float>& plane(int index) {
    ENGINE_CHECK(index >= 0);
    ENGINE_CHECK(index < channels());
    return planes_[static_cast<std::size_t>(index)];
  }

  std::vector<std::vector<float>> planes_;
  FrameCount frames_ = 0;
};

/// A view of frames [begin, end) of `buffer` together with the channel pointers it needs: a plain
/// AudioView does not own its pointer array. Valid until the buffer is resized or destroyed.
class BufferSlice {
 public:
  BufferSlice(const AudioBuffer& buffer, FrameCount begin, FrameCount end)
      : channels_(buffer.channels()), frames_(end - begin) {
    ENGINE_CHECK(begin >= 0);
    ENGINE_CHECK(begin <= end);
    ENGINE_CHECK(end <= buffer.frames());
    for (int c = 0; c < channels_; ++c) {
      pointers_[static_cast<std::size_t>(c)] = buffer.channel(c).data() + begin;
    }
  }
  explicit BufferSlice(const AudioBuffer& buffer) : BufferSlice(buffer, 0, buffer.frames()) {}

  AudioView view() const {
    return {std::span(pointers_.data(), static_cast<std::size_t>(channels_)), frames_};
  }

 private:
  std::array<const float*, kChannelCountMax> pointers_{};
  int channels_ = 0;
  FrameCount frames_ = 0;
};

}  // namespace engine
