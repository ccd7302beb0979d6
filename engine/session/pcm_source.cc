#include "engine/session/pcm_source.h"

#include <algorithm>
#include <array>
#include <limits>
#include <utility>

#include "engine/base/check.h"
#include "engine/base/output_format.h"
#include "engine/dsp/downmix.h"

namespace engine {
namespace {

// Up to this far ahead of the cursor, decoding on is cheaper than placing the cursor anew.
constexpr FrameCount kDecodeAheadFramesMax = 16384;

}  // namespace

Result<std::unique_ptr<PcmSource>> PcmSource::create(Demuxer& demuxer, const TrackInfo& info) {
  ENGINE_TRY(auto decoder, make_audio_decoder(info));
  return std::make_unique<PcmSource>(Key(), demuxer, info, std::move(decoder));
}

PcmSource::PcmSource(Key /*key*/, Demuxer& demuxer, const TrackInfo& info,
                     std::unique_ptr<AudioDecoder> decoder)
    : demuxer_(demuxer),
      info_(info),
      decoder_(std::move(decoder)),
      resampler_(info.sample_rate_hz),
      downmix_(downmix_matrix(info.channels, info.channel_mask)),
      native_(kOutputChannelCount, 0),
      held_(kOutputChannelCount, 0),
      decoded_(info.channels, 0),
      window_(kOutputChannelCount, 0) {}

std::optional<FrameCount> PcmSource::truncated_at() const {
  if (!truncated_native_) return std::nullopt;
  return resampler_.output_frames(*truncated_native_);
}

TrackWarnings PcmSource::warnings() const {
  TrackWarnings warnings = noticed_;
  warnings.add(demuxer_.warnings());
  return warnings;
}

Result<PcmStep> PcmSource::read(const Source& source, FrameCount first_frame,
                                const MutableAudioView& out) {
  ENGINE_CHECK(out.channels() == kOutputChannelCount);
  const FrameRange range = resampler_.input_range(first_frame, out.frames());
  const FrameCount begin = std::clamp<FrameCount>(range.begin, 0, info_.frame_count);
  const FrameCount end = std::clamp<FrameCount>(range.end, 0, info_.frame_count);
  if (begin < end) {
    ENGINE_TRY(const auto need, fill_native(source, begin, end));
    if (need) return PcmStep{*need};
  }
  load_window(range);
  if (clips_ != nullptr) count_clips(range);
  resampler_.process(BufferSlice(window_).view(), first_frame, out);
  return PcmStep{PcmFilled{}};
}

Result<NearStep> PcmSource::place_near(const Source& source, FrameCount first_frame) {
  const FrameCount frame =
      std::clamp<FrameCount>(resampler_.input_range(first_frame, 1).begin, 0, info_.frame_count);
  ENGINE_TRY(const SeekStep step, demuxer_.seek_near(source, frame));
  if (const auto* need = std::get_if<NeedBytes>(&step)) return NearStep{*need};
  const FrameCount native = std::max<FrameCount>(std::get<Placed>(step).first_frame, 0);
  start_at(native);
  near_ = true;
  // The first output frame whose window begins at or after the first decoded frame.
  FrameCount first_out = resampler_.output_frames(native);
  while (resampler_.input_range(first_out, 1).begin < native) ++first_out;
  return NearStep{Placed{first_out}};
}

void PcmSource::leave_near() {
  near_ = false;
  placed_ = false;
  truncated_native_.reset();
}

ByteRange PcmSource::probe_range(const Source& source, FrameCount first_frame,
                                 FrameCount count) const {
  const FrameRange range = resampler_.input_range(first_frame, count);
  const FrameCount begin = std::clamp<FrameCount>(range.begin, 0, info_.frame_count);
  return demuxer_.probe_range(source, begin, range.end - range.begin);
}

ByteRange PcmSource::proof_range(const Source& source, FrameCount first_frame) const {
  const FrameCount begin =
      std::clamp<FrameCount>(resampler_.input_range(first_frame, 1).begin, 0, info_.frame_count);
  return reachable(begin) ? ByteRange{} : demuxer_.proof_range(source, begin);
}

// Notes that frames [begin, end) were appended: decoded, or silence made in their place.
void PcmSource::account(FrameCount begin, FrameCount end, bool made) {
  if (near_ || begin >= end) return;
  (made ? made_frames_ : decoded_frames_) += end - begin;
  if (made && begin <= undecodable_head_) undecodable_head_ = std::max(undecodable_head_, end);
  if (made) noticed_.add(TrackWarning::kUndecodableAudio);
}

bool PcmSource::reachable(FrameCount begin) const {
  return placed_ && begin >= native_begin_ &&
         (ended_ || begin <= native_end() + kDecodeAheadFramesMax);
}

void PcmSource::start_at(FrameCount native_frame) {
  decoder_->reset();
  native_.clear();
  native_begin_ = native_frame;
  held_.clear();
  placed_ = true;
  ended_ = false;
}

Result<std::optional<NeedBytes>> PcmSource::fill_native(const Source& source, FrameCount begin,
                                                        FrameCount end) {
  using Answer = Result<std::optional<NeedBytes>>;
  if (!reachable(begin)) {
    placed_ = false;
    ENGINE_TRY(const SeekStep step, demuxer_.seek(source, begin));
    if (const auto* need = std::get_if<NeedBytes>(&step)) return Answer{*need};
    // Nothing before the first packet can be decoded: that is a hole as any other.
    start_at(std::min(std::get<Placed>(step).first_frame, begin));
  }
  for (;;) {  // Ends: every pass adds frames, meets the end, or returns.
    if (native_begin_ < begin && native_.frames() > 0) {
      const FrameCount count = std::min(begin - native_begin_, native_.frames());
      native_.drop_front(count);
      native_begin_ += count;
    }
    if (held_.frames() > 0) append_held(end);
    if (native_end() >= end || ended_) return Answer{std::nullopt};
    ENGINE_TRY(const auto need, decode_packet(source));
    if (need) return Answer{need};
  }
}

Result<std::optional<NeedBytes>> PcmSource::decode_packet(const Source& source) {
  using Answer = Result<std::optional<NeedBytes>>;
  ENGINE_TRY(const PacketStep step, demuxer_.read_packet(source));
  if (const auto* need = std::get_if<NeedBytes>(&step)) return Answer{*need};
  if (std::holds_alternative<EndOfStream>(step)) {
    ended_ = true;
    if (native_end() < info_.frame_count) {
      truncated_native_ = std::max<FrameCount>(native_end(), 0);
      if (!near_) noticed_.add(TrackWarning::kEndsEarly);
    }
    return Answer{std::nullopt};
  }
  const auto& packet = std::get<EncodedPacket>(step);
  decoded_.clear();
  const std::int64_t damaged_before = decoder_->damaged_packets();
  if (Status status = decoder_->decode(packet, decoded_); !status) return status.error();
  const bool made = decoder_->damaged_packets() > damaged_before;
  if (packet.preroll) return Answer{std::nullopt};
  ENGINE_CHECK(decoded_.frames() == packet.frame_count);

  // Frames that are already there (a packet repeated in the source) are not taken twice.
  const FrameCount skip =
      std::clamp<FrameCount>(native_end() - packet.first_frame, 0, packet.frame_count);
  const FrameCount count = packet.frame_count - skip;
  const FrameCount first = packet.first_frame + skip;
  AudioBuffer& target = first > native_end() ? held_ : native_;
  if (&target == &held_) held_begin_ = first;
  account(first, first + count, made);
  const FrameCount at = target.frames();
  target.resize(kOutputChannelCount, at + count);
  const std::array<float*, 2> planes{target.channel(0).data() + at, target.channel(1).data() + at};
  to_stereo(BufferSlice(decoded_, skip, packet.frame_count).view(), downmix_,
            MutableAudioView(std::span<float* const>(planes), count));
  return Answer{std::nullopt};
}

// Fills the hole before held_ with silence, but not past `end`: a hole may be hours long.
void PcmSource::append_held(FrameCount end) {
  append_silence_until(std::min(end, held_begin_));
  if (native_end() < held_begin_) return;
  native_.append(BufferSlice(held_).view());
  held_.clear();
}

void PcmSource::append_silence_until(FrameCount end) {
  const FrameCount hole_begin = native_end();
  if (native_.frames() == 0 && native_begin_ < end && end - native_begin_ > kDecodeAheadFramesMax) {
    native_begin_ = end - kDecodeAheadFramesMax;
  }
  account(hole_begin, end, true);
  if (end > native_end()) native_.append_silence(end - native_end());
}

// window_ becomes the frames of `range`, zeros outside the track and outside what could be decoded.
void PcmSource::load_window(FrameRange range) {
  const FrameCount size = range.end - range.begin;
  window_.clear();
  window_.resize(kOutputChannelCount, size);
  const FrameCount first = std::max<FrameCount>({range.begin, native_begin_, 0});
  const FrameCount last = std::min({range.end, native_end(), info_.frame_count});
  for (int c = 0; c < kOutputChannelCount && first < last; ++c) {
    const auto samples = native_.channel(c).subspan(static_cast<std::size_t>(first - native_begin_),
                                                    static_cast<std::size_t>(last - first));
    std::copy(samples.begin(), samples.end(),
              window_.channel(c).begin() + static_cast<std::ptrdiff_t>(first - range.begin));
  }
}

void PcmSource::count_clips_in(ClipCounter* counter) {
  clips_ = counter;
  clips_counted_to_ = std::numeric_limits<FrameCount>::min();
  if (clips_ != nullptr) clips_->begin_stretch();
}

// The windows of consecutive reads overlap: every frame is counted once.
void PcmSource::count_clips(FrameRange range) {
  const FrameCount begin = std::max(range.begin, clips_counted_to_);
  if (begin >= range.end) return;
  for (int c = 0; c < kOutputChannelCount; ++c) {
    clips_->add(static_cast<std::size_t>(c),
                window_.channel(c).subspan(static_cast<std::size_t>(begin - range.begin)));
  }
  clips_counted_to_ = range.end;
}

}  // namespace engine
