// TruePeakMeter: true peak in the sense of BS.1770-5 Annex 2, with a longer filter.
#pragma once

#include <span>
#include <vector>

#include "engine/base/audio_view.h"
#include "engine/dsp/peak_interpolator.h"

namespace engine {

class TruePeakMeter {
 public:
  explicit TruePeakMeter(int channels);

  /// Starts a stretch of audio; the largest peak is kept. `from_silence`: the samples before are
  /// known to be zeros (start of a track). Otherwise the first frames, whose filter would see the
  /// cut, do not count.
  void begin_stretch(bool from_silence);

  /// Shape: channels x any frames; finite samples. Writes no more than audio.frames() values to
  /// `frame_peaks` (linear, largest over the channels, for the frames completed by this call, in
  /// order) and returns how many; an empty span is allowed. Peaks below `floor` need not be exact,
  /// they only stay below it: that saves most of the work where the signal is quiet.
  FrameCount add(const AudioView& audio, std::span<float> frame_peaks = {}, float floor = 0);

  /// Counts the last frames too, as if silence followed. Call at the end of a track.
  void finish();

  /// Largest magnitude so far, linear, over all channels; 0 before the first frame.
  float peak() const { return peak_; }
  /// The same in dBTP; -infinity for silence.
  double peak_dbtp() const;

 private:
  FrameCount process_block(const AudioView& audio, FrameCount first, FrameCount count,
                           std::span<float> frame_peaks, float floor);

  PeakInterpolator interpolator_;
  int channels_ = 0;
  std::vector<std::vector<float>> history_;  // Per channel: kTaps - 1 old samples, then a block.
  int skip_frames_ = 0;                      // Frames still spoilt by the cut.
  float peak_ = 0;
};

}  // namespace engine
