// Enhancer: the chain of processors that carries out an EnhancementPlan.
//
// Stages: a bound on wild samples and on bursts of treble, tone and band split, dynamics of three
// bands with the de-esser, saturation of one band, transient emphasis, gain, soft clip, true-peak
// limiter, trim. Those that a plan does not need are not there.
//
// Every stage has finite memory, and blocks and control hops lie on a grid of kGridFrames from the
// start of the track. To render frames [s, e) cold: reset(f) with f a multiple of kGridFrames and
// f <= s - left_context_frames() (or f <= min(s, 0)), feed input frames [f, e + latency_frames()),
// with zeros before the track and past its end, and drop what comes out before frame s. The bits
// are those of a run from frame 0.
#pragma once

#include <array>
#include <optional>

#include "engine/base/audio_buffer.h"
#include "engine/base/audio_view.h"
#include "engine/dsp/band_dynamics.h"
#include "engine/dsp/band_filter.h"
#include "engine/dsp/delay_line.h"
#include "engine/dsp/limiter.h"
#include "engine/dsp/saturator.h"
#include "engine/dsp/soft_clipper.h"
#include "engine/dsp/transient_shaper.h"
#include "engine/dsp/treble_guard.h"
#include "engine/enhance/enhancement_plan.h"
#include "engine/enhance/stage_gains.h"

namespace engine {

class Enhancer {
 public:
  static constexpr FrameCount kGridFrames = BandFilter::kBlockFrames;

  explicit Enhancer(const EnhancementPlan& plan);

  /// The next input frame is `first_frame` of the track, a multiple of kGridFrames; those before it
  /// count as zeros.
  void reset(FrameCount first_frame);

  /// Shape of both: 2 x the same count of frames, at 48 kHz. Output frame i of the stream is input
  /// frame i - latency_frames(). in and out may be the same memory, not otherwise overlap. NaN and
  /// infinities become 0 (not in bypass, which copies or only scales).
  void process(const AudioView& in, const MutableAudioView& out);

  /// What the stages did to a packet that has come out whole, among the last
  /// StageGainLog::kPacketCount.
  StageGains gains_of_packet(FrameCount packet) const { return gains_.at(packet); }

  /// 0 in bypass.
  FrameCount latency_frames() const { return bypass_ ? 0 : kGridFrames + stage_latency_frames_; }
  /// Frames to feed before the first wanted one; 0 in bypass.
  FrameCount left_context_frames() const { return bypass_ ? 0 : left_context_frames_; }

 private:
  static constexpr int kHopCount = BandFilter::kBlockFrames / kHopFrames;
  static constexpr int kPieceFrames = 512;

  void add_saturation(const SaturationPlan& plan);
  void pass(const AudioView& in, const MutableAudioView& out) const;
  void run_block();
  void split_and_shape();
  void sum_bands();
  void finish_loudness();
  static void silence_before_track(const MutableAudioView& piece, FrameCount first_frame);
  void clip(const MutableAudioView& piece, FrameCount first_frame);
  void note_hops(std::span<const float> hops_db, float StageGains::*stage, FrameCount latency);

  bool bypass_ = false;
  float gain_ = 1;
  float trim_ = 1;
  float input_max_ = 1;
  FrameCount stage_latency_frames_ = 0;
  FrameCount left_context_frames_ = 0;
  FrameCount transient_latency_frames_ = 0;  // Of everything up to and with the shaper.
  FrameCount block_frame_ = 0;               // Of the track: where the block being filled begins.
  FrameCount fill_ = 0;                      // Of it.

  TrebleGuard guard_;
  std::optional<BandFilter> filter_;
  std::optional<BandDynamics> dynamics_;
  std::optional<Saturator> saturator_;
  std::optional<DelayLine> beside_saturator_;
  std::size_t saturated_band_ = kBandCount;  // None.
  std::optional<TransientShaper> transients_;
  std::optional<SoftClipper> clipper_;
  std::optional<DelayLine> beside_clipper_;
  Limiter limiter_;

  AudioBuffer in_;   // One block, filling.
  AudioBuffer out_;  // One block, leaving.
  std::array<AudioBuffer, kBandCount> bands_;
  AudioBuffer unclipped_;  // Scratch: one piece.
  StageGainLog gains_;
};

}  // namespace engine
