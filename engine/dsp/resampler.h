// Resampler: any source rate to 48 kHz by a polyphase windowed sinc.
//
// Output frame n lies at input time n * input_rate / 48000, computed in integers from n itself.
// Nothing is remembered between calls: an output frame is a function of its number and of the input
// frames under the filter, so a chunk rendered cold has the same bits as one rendered in passing.
//
// Filter: Kaiser-windowed sinc (Kaiser 1974; Smith, "Digital Audio Resampling", 2002). From 44.1
// kHz up it cuts at the lower of the two Nyquist frequencies, so that 20 kHz stays flat; what leaks
// lies above 22 kHz, where Opus has no band. Lower rates get twice the taps and a cut-off whose
// stop band begins at Nyquist, because images would be audible there. Down-sampling stretches the
// filter.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "engine/base/audio_view.h"
#include "engine/base/units.h"

namespace engine {

class Resampler {
 public:
  /// Precondition: 8000 <= input_rate_hz <= 384000. Designs the filter: about 1 ms for the usual
  /// rates, 10 ms for odd ones; table memory <= 1 MiB.
  explicit Resampler(int input_rate_hz);

  int input_rate_hz() const { return input_rate_hz_; }

  /// True at 48 kHz: process() copies and input_range() is the output range.
  bool is_identity() const { return taps_ == 0; }

  /// ceil(input_frames * 48000 / input_rate): the frames that the whole track yields. Exact for any
  /// length up to 2^46 frames.
  FrameCount output_frames(FrameCount input_frames) const;

  /// The input frames that output frames [first_out, first_out + out_count) depend on. Begins
  /// before 0 at the start of a track and passes its end at the end: the caller pads with zeros.
  /// first_out may be negative. Empty when out_count is 0.
  FrameRange input_range(FrameCount first_out, FrameCount out_count) const;

  /// Computes output frames [first_out, first_out + out.frames()) of every channel.
  /// `input` holds exactly input_range(first_out, out.frames()), as many channels as `out`, and
  /// does not overlap it. About 0.4 ms per second of audio and channel.
  void process(const AudioView& input, FrameCount first_out, const MutableAudioView& out) const;

 private:
  void design(double cutoff);

  /// Where an output frame lies: the first input frame under its filter (counted from the start of
  /// the input of the call) and the phase as a fraction of step_denominator_.
  struct Cursor {
    std::int64_t frame = 0;
    std::int64_t remainder = 0;
  };
  struct Row {
    const float* taps;
    float blend;  // Share of the row behind; 0 unless interpolated_.
  };
  Cursor cursor_at(FrameCount first_out) const;
  void advance(Cursor& cursor) const;
  Row row_of(const Cursor& cursor) const;

  void process_one(const float* input, FrameCount first_out, std::span<float> out) const;
  void process_pair(const float* first_in, const float* second_in, FrameCount first_out,
                    std::span<float> first, std::span<float> second) const;

  int input_rate_hz_ = 0;
  std::int64_t step_numerator_ = 1;    // Input frames per output frame, in lowest terms.
  std::int64_t step_denominator_ = 1;  // Also the count of distinct phases.
  std::int64_t step_whole_ = 1;
  std::int64_t step_remainder_ = 0;
  int taps_ = 0;               // A multiple of 16; 0: identity.
  int table_phases_ = 0;       // Rows of the table, less the closing one.
  bool interpolated_ = false;  // Odd rates: rows are blended linearly.
  std::vector<float> table_;   // (table_phases_ + 1) x taps_.
};

}  // namespace engine
