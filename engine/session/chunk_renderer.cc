#include "engine/session/chunk_renderer.h"

#include <algorithm>
#include <array>
#include <utility>

#include "engine/base/check.h"

namespace engine {
namespace {

// The last of the pre-roll of chunk 0.
constexpr std::int64_t kLeadPacket = -1;
// What the chunk that holds the end has prepared in front of the end, wherever it began.
constexpr FrameCount kTailFrames = kPrerollPackets * kPacketFrames - kOpusLookaheadFrames;

// Appends the last `count` frames of `from`, or all.
void append_last(AudioBuffer& to, const AudioView& from, FrameCount count) {
  const FrameCount taken = std::min(count, from.frames());
  const FrameCount begin = to.frames();
  to.append_silence(taken);
  for (int c = 0; c < to.channels(); ++c) {
    const auto last = from.channel(c).last(static_cast<std::size_t>(taken));
    std::copy(last.begin(), last.end(), to.channel(c).begin() + begin);
  }
}

}  // namespace

ChunkRenderer::ChunkRenderer(EnhancedSource& enhanced, const SessionOptions& options)
    : enhanced_(enhanced), options_(options), encoder_(options.bitrate_bps) {}

void ChunkRenderer::begin(const ChunkPlan& plan, std::int64_t chunk, const Carry* carry) {
  ENGINE_CHECK(plan.packets_in(chunk) > 0);
  ENGINE_CHECK(plan.carry_frames() == (carry == nullptr ? 0 : carry->frame_count));
  carry_ = carry;
  plan_ = plan;
  chunk_ = chunk;
  const std::int64_t first = ChunkPlan::first_packet(chunk);
  end_packet_ = first + plan.packets_in(chunk);
  next_packet_ = options_.output == SessionOutput::kPcm ? first : first - kPrerollPackets;
  pending_first_ = first - options_.lead_packets;
  pending_.clear();
  lead_.clear();
  encoder_.reset();
}

FrameRange ChunkRenderer::first_input() const {
  const std::int64_t last =
      std::min(ChunkPlan::first_packet(chunk_) + kClusterPackets, end_packet_);
  const FrameCount begin = input_begin(next_packet_);
  return enhanced_.input_for(carry_ == nullptr ? begin : std::max<FrameCount>(begin, 0),
                             input_begin(last));
}

// The encoder is fed ahead.
FrameCount ChunkRenderer::input_begin(std::int64_t packet) const {
  const FrameCount shift = options_.output == SessionOutput::kPcm ? 0 : kOpusLookaheadFrames;
  return plan_.first_frame(packet) + shift;
}

// In front of the track is what is carried, or what the chain makes of silence.
Result<EnhancedStep> ChunkRenderer::prepare(const Source& source, FrameCount begin,
                                            FrameCount end) {
  if (carry_ == nullptr) return enhanced_.prepare(source, begin, end);
  if (end <= 0) return EnhancedStep{EnhancedReady{}};
  return enhanced_.prepare(source, std::max<FrameCount>(begin, 0), end);
}

BufferSlice ChunkRenderer::input(FrameCount begin, FrameCount end) {
  if (carry_ == nullptr || begin >= 0) return enhanced_.frames(begin, end);
  carried_.clear();
  const AudioBuffer& before = carry_->before;
  const FrameCount carried_end = std::min<FrameCount>(end, 0);
  const FrameCount at = before.frames() + begin;  // May lie in front of what is carried.
  carried_.resize(kOutputChannelCount, std::clamp<FrameCount>(-at, 0, carried_end - begin));
  const FrameCount first = std::max<FrameCount>(at, 0);
  const FrameCount last = std::max(before.frames() + carried_end, first);
  carried_.append(BufferSlice(before, first, last).view());
  if (end > 0) carried_.append(enhanced_.frames(0, end).view());
  return BufferSlice(carried_);
}

// The stages count packets from the start of the track: the one that holds this one's middle.
StageGains ChunkRenderer::gains_of(std::int64_t packet) const {
  const FrameCount middle = plan_.first_frame(packet) + kPacketFrames / 2;
  return enhanced_.gains_of_packet(StageGainLog::packet_of(middle));
}

Carry ChunkRenderer::make_carry_over() const {
  Carry carry;
  carry.packet_count = packets_before_carry(plan_);
  carry.frame_count =
      plan_.carry_frames() + plan_.frame_count() - carry.packet_count * kPacketFrames;
  carry.before.resize(kOutputChannelCount, 0);
  const FrameCount own = std::min(plan_.frame_count(), kTailFrames);
  if (carry_ != nullptr) {
    append_last(carry.before, BufferSlice(carry_->before).view(), kTailFrames - own);
  }
  const FrameCount end = plan_.frame_count();
  carry.before.append(enhanced_.frames(end - own, end).view());
  return carry;
}

// The source may turn out to end before the headers' promise, at the latest while the packet that
// holds the end is prepared. True when that leaves nothing more to hand over.
bool ChunkRenderer::source_ended_before_output() {
  const auto end = enhanced_.truncated_at();
  if (!end || *end >= plan_.frame_count()) return false;
  plan_ = ChunkPlan(*end, plan_.carry_frames());
  const std::int64_t first = ChunkPlan::first_packet(chunk_);
  end_packet_ = first + plan_.packets_in(chunk_);
  return end_packet_ <= std::max(first, next_packet_);
}

Event ChunkRenderer::end_of_track() {
  next_packet_ = end_packet_;
  return EndOfTrack{plan_.frame_count(), true};
}

bool ChunkRenderer::is_independent(std::int64_t packet) const {
  if (packet == kLeadPacket) return true;
  const std::int64_t offset = packet - ChunkPlan::first_packet(chunk_);
  return offset >= 0 && offset % kClusterPackets == 0;
}

Result<Event> ChunkRenderer::advance(const Source& source) {
  ENGINE_CHECK(!done());
  if (options_.output == SessionOutput::kPcm) return advance_pcm(source);

  const FrameCount begin = input_begin(next_packet_);
  const FrameCount end = begin + kPacketFrames;
  ENGINE_TRY(const EnhancedStep step, prepare(source, begin, end));
  if (const auto* need = std::get_if<NeedBytes>(&step)) return Event{NeedRanges{{need->range}}};
  if (std::holds_alternative<EnhancedPending>(step)) return Event{Working{}};
  if (source_ended_before_output()) return end_of_track();

  const std::int64_t offset = next_packet_ - ChunkPlan::first_packet(chunk_);
  Packet packet = encoder_.encode(input(begin, end).view(), is_independent(next_packet_));
  if (next_packet_ == kLeadPacket && carry_ == nullptr) lead_ = packet;
  if (next_packet_ >= pending_first_) pending_.push_back(std::move(packet));
  ++next_packet_;
  if (offset >= 0 && ((offset + 1) % kClusterPackets == 0 || done())) return flush();
  return Event{Working{}};
}

Event ChunkRenderer::flush() {
  const std::int64_t first = std::exchange(pending_first_, next_packet_);
  std::vector<Packet> packets = std::exchange(pending_, {});
  const auto count = static_cast<std::int64_t>(packets.size());
  std::vector<StageGains> gains;
  for (std::int64_t i = 0; i < count; ++i) gains.push_back(gains_of(first + i));
  if (done() && last_of_track()) carry_over_ = make_carry_over();
  if (options_.output == SessionOutput::kPackets) {
    return PacketsReady{first, done(), done() && last_of_track(), std::move(packets),
                        std::move(gains)};
  }
  ClusterReady ready;
  ready.chunk = chunk_;
  ready.index_in_chunk =
      static_cast<int>((first - ChunkPlan::first_packet(chunk_)) / kClusterPackets);
  ready.first_frame = plan_.first_frame(first);
  ready.frame_count = plan_.frames_in(first, count);
  ready.last_of_chunk = done();
  ready.last_of_track = done() && last_of_track();
  ready.bytes = webm_cluster(first, packets);
  if (!lead_.empty()) {
    packets.insert(packets.begin(), std::exchange(lead_, {}));
    ready.lead = webm_cluster(0, packets);
  }
  ready.plan_key = enhanced_.plan_key();
  ready.gains = std::move(gains);
  return ready;
}

Result<Event> ChunkRenderer::advance_pcm(const Source& source) {
  const std::int64_t count = std::min<std::int64_t>(kClusterPackets, end_packet_ - next_packet_);
  const FrameCount begin = input_begin(next_packet_);
  const FrameCount end = begin + plan_.frames_in(next_packet_, count);
  ENGINE_TRY(const EnhancedStep step, enhanced_.prepare(source, begin, end));
  if (const auto* need = std::get_if<NeedBytes>(&step)) return Event{NeedRanges{{need->range}}};
  if (std::holds_alternative<EnhancedPending>(step)) return Event{Working{}};
  if (source_ended_before_output()) return end_of_track();
  const FrameCount frame_count = plan_.frames_in(next_packet_, count);
  const std::int64_t first = next_packet_;
  next_packet_ = std::min(next_packet_ + count, end_packet_);
  PcmReady ready;
  for (std::int64_t packet = first; packet < next_packet_; ++packet) {
    ready.gains.push_back(gains_of(packet));
  }
  ready.first_frame = begin;
  ready.last_of_chunk = done();
  ready.last_of_track = done() && last_of_track();
  ready.frames.resize(kOutputChannelCount, 0);
  ready.frames.append(enhanced_.frames(begin, begin + frame_count).view());
  return Event{std::move(ready)};
}

}  // namespace engine
