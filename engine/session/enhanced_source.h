// EnhancedSource: PcmSource through the enhancement chain, read at any frame.
//
// The chain has finite memory, so starting it `left_context_frames()` early gives the same bits as
// having run it from the start of the track. The frames handed over last are kept: the pre-roll of
// a chunk that follows another is not computed twice.
#pragma once

#include <optional>
#include <variant>

#include "engine/base/audio_buffer.h"
#include "engine/base/media_types.h"
#include "engine/base/result.h"
#include "engine/enhance/enhancement_plan.h"
#include "engine/enhance/enhancer.h"
#include "engine/session/pcm_source.h"

namespace engine {

/// A bounded piece of work was done, the frames are not complete yet: call again.
struct EnhancedPending {};
/// frames() covers what was asked for.
struct EnhancedReady {};
using EnhancedStep = std::variant<NeedBytes, EnhancedPending, EnhancedReady>;

class EnhancedSource {
 public:
  explicit EnhancedSource(PcmSource& pcm) : pcm_(pcm) {}

  /// Nothing: frames pass unchanged. Forgets what was computed.
  void configure(const std::optional<EnhancementPlan>& plan);

  /// Works towards having frames [begin, end) (48 kHz, `begin` may be negative), of which at most
  /// kStepFrames are computed in one call. After NeedBytes or EnhancedPending call again.
  Result<EnhancedStep> prepare(const Source& source, FrameCount begin, FrameCount end);

  /// The frames of the track (48 kHz) that prepare(begin, end) will read from now on.
  FrameRange input_for(FrameCount begin, FrameCount end) const;

  /// The prepared frames; valid until the next prepare().
  BufferSlice frames(FrameCount begin, FrameCount end) const;

  /// What the stages did to a packet whose frames were prepared lately.
  StageGains gains_of_packet(std::int64_t packet) const {
    return enhancer_ ? enhancer_->gains_of_packet(packet) : StageGains{};
  }

  /// Where the source was found to end before the headers' promise.
  std::optional<FrameCount> truncated_at() const { return pcm_.truncated_at(); }

  static constexpr FrameCount kStepFrames = 4800;

 private:
  FrameCount end() const { return begin_ + frames_.frames(); }
  bool reaches(FrameCount begin) const;
  FrameCount restart_frame(FrameCount begin) const;
  void restart(FrameCount begin);

  PcmSource& pcm_;
  std::optional<Enhancer> enhancer_;
  AudioBuffer frames_{2, 0};  // Enhanced frames [begin_, end()).
  FrameCount begin_ = 0;
  // Frames before it came out while the chain had too little context.
  FrameCount settled_begin_ = 0;
  FrameCount next_input_ = 0;  // The frame that the chain is fed next.
  bool started_ = false;
  AudioBuffer input_;   // Scratch.
  AudioBuffer output_;  // Scratch.
};

}  // namespace engine
