// EnhancedSource: PcmSource through the enhancement chain, read at any frame.
//
// The chain has finite memory, so starting it `left_context_frames()` early gives the same bits as
// having run it from the start of the track. The frames handed over last are kept: the pre-roll of
// a chunk that follows another is not computed twice.
#pragma once

#include <cstdint>
#include <optional>
#include <variant>

#include "engine/base/audio_buffer.h"
#include "engine/base/media_types.h"
#include "engine/base/result.h"
#include "engine/enhance/enhancement_plan.h"
#include "engine/enhance/plan_key.h"
#include "engine/enhance/take_over.h"
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
  /// Both plans, and the way from one to the other. Forgets what was computed.
  void configure(const TakeOver& change);

  /// From now on frames around the chunk [begin, end) are wanted. Away from a take-over one chain
  /// does, so that a chunk there has the bits of that plan alone.
  void turn_to(FrameCount begin, FrameCount end);

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

  /// plan_key() of the one plan that frames around the chunk of turn_to() follow; nothing within a
  /// take-over, where they follow two.
  std::optional<std::uint64_t> plan_key() const;

  /// Where the source was found to end before the headers' promise.
  std::optional<FrameCount> truncated_at() const { return pcm_.truncated_at(); }

  static constexpr FrameCount kStepFrames = 4800;

 private:
  FrameCount end() const { return begin_ + frames_.frames(); }
  bool reaches(FrameCount begin) const;
  FrameCount restart_frame(FrameCount begin) const;
  void restart(FrameCount begin);

  enum class Chain : std::uint8_t { kBefore, kBoth, kAfter };

  PcmSource& pcm_;
  std::uint64_t plan_key_ = engine::plan_key(std::nullopt);  // Without a change_.
  std::optional<TakeOver> change_;
  Chain chain_ = Chain::kBoth;  // Of change_, the plans that enhancer_ carries out.
  std::optional<TakeOverChain> enhancer_;
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
