// HopPeakMeter: the largest peak of every 10 ms, as it is and as a limiter in front of Opus sees
// it. A measuring tool for whole tracks: cheaper than TruePeakMeter, which finds every peak.
#pragma once

#include <array>
#include <cstddef>
#include <vector>

#include "engine/base/audio_view.h"
#include "engine/base/simd.h"
#include "engine/base/units.h"
#include "engine/dsp/peak_interpolator.h"

namespace engine {

class HopPeakMeter {
 public:
  static constexpr int kHopFrames = kOutputRateHz / 100;

  /// 1 <= channels <= kChannelCountMax; the rate is 48 kHz.
  explicit HopPeakMeter(int channels);

  /// Starts a stretch of audio; the largest peaks are kept. `from_silence`: the samples before are
  /// known to be zeros (start of a track). Otherwise the first frames, whose filter would see the
  /// cut, do not count.
  void begin_stretch(bool from_silence);

  /// Shape: channels x kHopFrames; finite samples. The largest peak (linear, over the channels) of
  /// the hop that ends PeakInterpolator::kRight frames before this one does, each peak raised by
  /// what Opus' high-pass adds to it (opus_high_pass.h); `floor` where that is larger, which saves
  /// most of the work.
  float measure(const AudioView& hop, float floor);

  /// True peak of the same hop, as far as it was looked for: at least its largest sample, and exact
  /// where measure() found more than `floor` or the largest peak so far.
  float hop_true_peak() const { return hop_true_peak_; }

  /// What the high-pass of Opus subtracts at the end of the same hop: the largest magnitude over
  /// the channels. An offset, if there is one.
  float hop_offset() const;

  /// Largest magnitude so far, linear, over all channels; 0 before the first frame.
  float true_peak() const { return true_peak_; }
  /// Largest of what measure() found.
  float opus_peak() const { return opus_peak_; }

 private:
  // Frames of a group: the unit of skipping. A filter spans three groups.
  static constexpr int kGroupFrames = PeakInterpolator::kTaps / 2;
  static constexpr int kHistoryFrames = PeakInterpolator::kTaps;
  static constexpr std::size_t kGroups = (kHistoryFrames + kHopFrames) / kGroupFrames;
  static_assert(kHopFrames % kGroupFrames == 0);

  struct Channel {
    std::array<float, kHistoryFrames + kHopFrames> samples{};
    std::array<float, kGroups> sample_peaks{};  // Largest |sample| of each group.
    std::array<float, kGroups> offsets{};       // What the high-pass subtracts in each group.
    float offset = 0;
  };

  void take_in(Channel& channel, std::span<const float> hop) const;
  void scan(const Channel& channel, float& opus_peak);

  PeakInterpolator interpolator_;
  std::vector<Channel> channels_;
  std::size_t first_group_ = 0;  // Groups before it are spoilt by the cut.
  float hop_true_peak_ = 0;
  float true_peak_ = 0;
  float opus_peak_ = 0;
};

}  // namespace engine
