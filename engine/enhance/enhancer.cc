#include "engine/enhance/enhancer.h"

#include <algorithm>
#include <cmath>

#include "engine/base/check.h"
#include "engine/base/math.h"
#include "engine/base/simd.h"
#include "engine/base/units.h"

namespace engine {
namespace {

/// target[i] = source[i]; NaN and infinities become 0, what lies beyond +/- max is clamped: the
/// stages need finite samples.
void copy_finite(std::span<const float> source, float max, float* target) {
  const F32x4 zero = splat4(0);
  const F32x4 top = splat4(max);
  const F32x4 finite = splat4(3.4e38f);
  const auto tamed = [&](F32x4 x) {
    const F32x4 tame = abs4(x) <= finite ? x : zero;
    const F32x4 below = tame > top ? top : tame;
    return below < -top ? -top : below;
  };
  std::size_t i = 0;
  for (; i + kLaneCount <= source.size(); i += kLaneCount) {
    store4(target + i, tamed(load4(source.data() + i)));
  }
  for (; i < source.size(); ++i) target[i] = tamed(splat4(source[i]))[0];
}

void scale(std::span<float> samples, float factor) {
  for (float& sample : samples) sample *= factor;
}

MutableAudioView view_of(AudioBuffer& buffer, FrameCount first, FrameCount count,
                         std::array<float*, kOutputChannelCount>& planes) {
  planes = {buffer.channel(0).data() + first, buffer.channel(1).data() + first};
  return {std::span<float* const>(planes), count};
}

bool compresses(const BandDynamicsSettings& settings) {
  const auto acts = [](const BandCompressorSettings& band) {
    return band.ratio > 1 && band.reduction_max_db > 0;
  };
  return settings.deess_max_db > 0 ||
         std::any_of(settings.bands.begin(), settings.bands.end(), acts);
}

std::size_t band_index(Saturation::Band band) {
  switch (band) {
    case Saturation::Band::kLow:
      return 0;
    case Saturation::Band::kLowMid:
      return 1;
    case Saturation::Band::kHigh:
      return 2;
    case Saturation::Band::kNone:
      break;
  }
  return kBandCount;
}

// Bias of the saturation curve that gives second and third harmonics alike at the usual drive.
constexpr double kAsymmetry = 0.3;

/// Mid and side become left and right, in place.
void to_left_right(AudioBuffer& audio) {
  const auto first = audio.channel(0);
  const auto second = audio.channel(1);
  for (std::size_t i = 0; i < first.size(); ++i) {
    const float mid = first[i];
    const float side = second[i];
    first[i] = mid + side;
    second[i] = mid - side;
  }
}

void add_to(AudioBuffer& sum, const AudioBuffer& audio) {
  for (int c = 0; c < kOutputChannelCount; ++c) {
    const auto target = sum.channel(c);
    const auto source = audio.channel(c);
    for (std::size_t i = 0; i < target.size(); ++i) target[i] += source[i];
  }
}

}  // namespace

Enhancer::Enhancer(const EnhancementPlan& plan)
    : bypass_(plan.bypass),
      gain_(static_cast<float>(math::gain_from_db(plan.gain_db))),
      trim_(static_cast<float>(math::gain_from_db(plan.trim_db))),
      input_max_(static_cast<float>(math::gain_from_db(plan.input_max_dbfs))),
      guard_(static_cast<float>(math::gain_from_db(plan.treble_max_db)), input_max_),
      limiter_(kOutputChannelCount, {plan.ceiling_dbtp, plan.limiter_release_db_per_s, true}),
      in_(kOutputChannelCount, kGridFrames),
      out_(kOutputChannelCount, kGridFrames),
      bands_{AudioBuffer(kOutputChannelCount, 0), AudioBuffer(kOutputChannelCount, 0),
             AudioBuffer(kOutputChannelCount, 0)},
      unclipped_(kOutputChannelCount, 0) {
  if (bypass_) return;
  const auto add = [this](FrameCount latency_frames, FrameCount left_context_frames) {
    stage_latency_frames_ += latency_frames;
    left_context_frames_ += left_context_frames;
  };
  add(0, TrebleGuard::left_context_frames());
  const bool split = compresses(plan.dynamics);
  filter_.emplace(
      BandFilterSettings{plan.tone.mid_db, plan.tone.side_db, split, plan.low_pass_weight});
  add(filter_->latency_frames(), BandFilter::left_context_frames());
  for (std::size_t band = 0; band < filter_->band_count(); ++band) {
    bands_[band].resize(kOutputChannelCount, kGridFrames);
  }
  if (split) {
    dynamics_.emplace(plan.dynamics);
    add(BandDynamics::latency_frames(), dynamics_->left_context_frames());
  }
  if (split && plan.saturation.mix > 0) {
    add_saturation(plan.saturation);
    add(Saturator::latency_frames(), saturator_->left_context_frames());
  }
  if (plan.transient_boost_db > 0) {
    transients_.emplace(plan.transient_boost_db);
    add(TransientShaper::latency_frames(), transients_->left_context_frames());
    transient_latency_frames_ = stage_latency_frames_;
  }
  if (plan.clip_max_db > 0) {
    clipper_.emplace(SoftClipperSettings{plan.clip_threshold_dbfs, plan.clip_max_db});
    beside_clipper_.emplace(kOutputChannelCount, SoftClipper::latency_frames());
    unclipped_.resize(kOutputChannelCount, kPieceFrames);
    add(SoftClipper::latency_frames(), SoftClipper::left_context_frames());
  }
  add(Limiter::latency_frames(), limiter_.left_context_frames());
}

void Enhancer::add_saturation(const SaturationPlan& plan) {
  saturated_band_ = band_index(plan.band);
  saturator_.emplace(SaturatorSettings{plan.drive_db, plan.mix, plan.reference_db,
                                       plan.asymmetric ? kAsymmetry : 0.0});
  beside_saturator_.emplace(kOutputChannelCount, Saturator::latency_frames());
}

void Enhancer::reset(FrameCount first_frame) {
  if (bypass_) return;
  ENGINE_CHECK(first_frame % kGridFrames == 0);
  guard_.reset();
  filter_->reset();
  if (dynamics_) dynamics_->reset();
  if (saturator_) {
    saturator_->reset();
    beside_saturator_->reset();
  }
  if (transients_) transients_->reset();
  if (clipper_) {
    clipper_->reset();
    beside_clipper_->reset();
  }
  limiter_.reset();
  for (int c = 0; c < kOutputChannelCount; ++c) {
    std::fill(out_.channel(c).begin(), out_.channel(c).end(), 0.0f);
  }
  block_frame_ = first_frame;
  fill_ = 0;
  gains_.clear();
}

void Enhancer::pass(const AudioView& in, const MutableAudioView& out) const {
  for (int c = 0; c < kOutputChannelCount; ++c) {
    const auto source = in.channel(c);
    const auto target = out.channel(c);
    if (source.data() != target.data()) std::copy(source.begin(), source.end(), target.begin());
    if (trim_ != 1) scale(target, trim_);
  }
}

void Enhancer::process(const AudioView& in, const MutableAudioView& out) {
  ENGINE_CHECK(in.channels() == kOutputChannelCount);
  ENGINE_CHECK(out.channels() == kOutputChannelCount);
  ENGINE_CHECK(in.frames() == out.frames());
  if (bypass_) {
    pass(in, out);
    return;
  }
  for (FrameCount first = 0; first < in.frames();) {
    const FrameCount count = std::min(kGridFrames - fill_, in.frames() - first);
    for (int c = 0; c < kOutputChannelCount; ++c) {
      copy_finite(
          in.channel(c).subspan(static_cast<std::size_t>(first), static_cast<std::size_t>(count)),
          input_max_, in_.channel(c).data() + fill_);
      std::copy_n(out_.channel(c).begin() + fill_, count, out.channel(c).begin() + first);
    }
    first += count;
    fill_ += count;
    if (fill_ == kGridFrames) run_block();
  }
}

/// in_ becomes out_, later by the latencies of the stages.
void Enhancer::run_block() {
  std::array<float*, kOutputChannelCount> input{};
  guard_.process(view_of(in_, 0, kGridFrames, input));
  split_and_shape();
  if (transients_) {
    std::array<float, kHopCount> boosts_db{};
    std::array<float*, kOutputChannelCount> planes{};
    transients_->process(view_of(out_, 0, kGridFrames, planes), boosts_db);
    note_hops(boosts_db, &StageGains::transient_db, transient_latency_frames_);
  }
  finish_loudness();
  block_frame_ += kGridFrames;
  fill_ = 0;
}

void Enhancer::split_and_shape() {
  std::array<std::array<float*, kOutputChannelCount>, kBandCount> planes{};
  const std::array<MutableAudioView, kBandCount> views = {
      view_of(bands_[0], 0, bands_[0].frames(), planes[0]),
      view_of(bands_[1], 0, bands_[1].frames(), planes[1]),
      view_of(bands_[2], 0, bands_[2].frames(), planes[2])};
  const std::size_t band_count = filter_->band_count();
  filter_->process(BufferSlice(in_).view(), std::span(views).first(band_count));
  if (dynamics_) {
    std::array<std::array<float, kHopCount>, 4> gains_db{};
    dynamics_->process(views, {gains_db[0], gains_db[1], gains_db[2], gains_db[3]});
    const FrameCount latency = filter_->latency_frames() + BandDynamics::latency_frames();
    note_hops(gains_db[0], &StageGains::low_db, latency);
    note_hops(gains_db[1], &StageGains::mid_db, latency);
    note_hops(gains_db[2], &StageGains::high_db, latency);
    note_hops(gains_db[3], &StageGains::deess_db, latency);
  }
  sum_bands();
}

/// bands_ become out_, left and right; the saturated one goes through its stage on the way.
void Enhancer::sum_bands() {
  bool begun = false;
  for (std::size_t band = 0; band < filter_->band_count(); ++band) {
    if (band == saturated_band_) continue;
    if (begun) {
      add_to(out_, bands_[band]);
    } else {
      for (int c = 0; c < kOutputChannelCount; ++c) {
        std::copy(bands_[band].channel(c).begin(), bands_[band].channel(c).end(),
                  out_.channel(c).begin());
      }
    }
    begun = true;
  }
  to_left_right(out_);
  if (!saturator_) return;
  std::array<float*, kOutputChannelCount> planes{};
  beside_saturator_->process(BufferSlice(out_).view(), view_of(out_, 0, kGridFrames, planes));
  AudioBuffer& band = bands_[saturated_band_];
  to_left_right(band);
  saturator_->process(BufferSlice(band).view(), view_of(band, 0, kGridFrames, planes));
  add_to(out_, band);
}

/// What filters ring in front of the track is never heard: the limiter must see the cut, too.
void Enhancer::silence_before_track(const MutableAudioView& piece, FrameCount first_frame) {
  const FrameCount count = std::clamp<FrameCount>(-first_frame, 0, piece.frames());
  for (int c = 0; c < kOutputChannelCount; ++c) {
    std::fill_n(piece.channel(c).begin(), count, 0.0f);
  }
}

/// What the clipper takes is told as the ratio of each hop's peaks.
void Enhancer::clip(const MutableAudioView& piece, FrameCount first_frame) {
  std::array<float*, kOutputChannelCount> planes{};
  const MutableAudioView unclipped = view_of(unclipped_, 0, kPieceFrames, planes);
  const std::array<const float*, kOutputChannelCount> sources = {piece.channel(0).data(),
                                                                 piece.channel(1).data()};
  const AudioView input(sources, kPieceFrames);
  beside_clipper_->process(input, unclipped);
  clipper_->process(input, piece);
  for (FrameCount hop = 0; hop < kPieceFrames; hop += kHopFrames) {
    const auto peak = [&](const MutableAudioView& audio) {
      float largest = 0;
      for (int c = 0; c < kOutputChannelCount; ++c) {
        const float* samples = audio.channel(c).data() + hop;
        for (int i = 0; i < kHopFrames; ++i) largest = std::max(largest, std::fabs(samples[i]));
      }
      return static_cast<double>(largest);
    };
    const double before = peak(unclipped);
    const double after = peak(piece);
    if (after >= before) continue;
    gains_.note(first_frame + hop, kHopFrames, &StageGains::clip_db,
                static_cast<float>(math::db_from_gain(after / before)));
  }
}

/// Gain, clipper, limiter, trim.
void Enhancer::finish_loudness() {
  std::array<float, kPieceFrames> gains_db{};
  for (FrameCount first = 0; first < kGridFrames; first += kPieceFrames) {
    std::array<float*, kOutputChannelCount> planes{};
    const MutableAudioView piece = view_of(out_, first, kPieceFrames, planes);
    for (int c = 0; c < kOutputChannelCount; ++c) scale(piece.channel(c), gain_);
    if (clipper_) {
      clip(piece, block_frame_ + first - stage_latency_frames_ + Limiter::latency_frames());
    }
    silence_before_track(piece,
                         block_frame_ + first - stage_latency_frames_ + Limiter::latency_frames());
    limiter_.process(BufferSlice(out_, first, first + kPieceFrames).view(), piece, gains_db);
    const FrameCount frame = block_frame_ + first - stage_latency_frames_;
    for (FrameCount i = 0; i < kPieceFrames; i += kHopFrames) {
      const auto* hop = gains_db.data() + i;
      gains_.note(frame + i, kHopFrames, &StageGains::limiter_db,
                  *std::min_element(hop, hop + kHopFrames));
    }
    if (trim_ == 1) continue;
    for (int c = 0; c < kOutputChannelCount; ++c) scale(piece.channel(c), trim_);
  }
}

/// `latency`: of everything up to and with the stage.
void Enhancer::note_hops(std::span<const float> hops_db, float StageGains::*stage,
                         FrameCount latency) {
  FrameCount frame = block_frame_ - latency;
  for (const float gain_db : hops_db) {
    gains_.note(frame, kHopFrames, stage, gain_db);
    frame += kHopFrames;
  }
}

}  // namespace engine
