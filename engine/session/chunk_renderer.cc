#include "engine/session/chunk_renderer.h"

#include <algorithm>
#include <array>
#include <utility>

#include "engine/base/check.h"

namespace engine {
namespace {

// The last of the pre-roll of chunk 0.
constexpr std::int64_t kLeadPacket = -1;

}  // namespace

ChunkRenderer::ChunkRenderer(EnhancedSource& enhanced, const SessionOptions& options)
    : enhanced_(enhanced), options_(options), encoder_(options.bitrate_bps) {}

void ChunkRenderer::begin(const ChunkPlan& plan, std::int64_t chunk) {
  ENGINE_CHECK(plan.packets_in(chunk) > 0);
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
  const FrameCount shift = options_.output == SessionOutput::kPcm ? 0 : kOpusLookaheadFrames;
  return enhanced_.input_for(next_packet_ * kPacketFrames + shift, last * kPacketFrames + shift);
}

// The source may turn out to end before the headers' promise, at the latest while the packet that
// holds the end is prepared. True when that leaves nothing more to hand over.
bool ChunkRenderer::source_ended_before_output() {
  const auto end = enhanced_.truncated_at();
  if (!end || *end >= plan_.frame_count()) return false;
  plan_ = ChunkPlan(*end);
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

  const FrameCount begin = next_packet_ * kPacketFrames + kOpusLookaheadFrames;
  const FrameCount end = begin + kPacketFrames;
  ENGINE_TRY(const EnhancedStep step, enhanced_.prepare(source, begin, end));
  if (const auto* need = std::get_if<NeedBytes>(&step)) return Event{NeedRanges{{need->range}}};
  if (std::holds_alternative<EnhancedPending>(step)) return Event{Working{}};
  if (source_ended_before_output()) return end_of_track();

  const std::int64_t offset = next_packet_ - ChunkPlan::first_packet(chunk_);
  Packet packet =
      encoder_.encode(enhanced_.frames(begin, end).view(), is_independent(next_packet_));
  if (next_packet_ == kLeadPacket) lead_ = packet;
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
  for (std::int64_t i = 0; i < count; ++i) gains.push_back(enhanced_.gains_of_packet(first + i));
  if (options_.output == SessionOutput::kPackets) {
    return PacketsReady{first, done(), done() && last_of_track(), std::move(packets),
                        std::move(gains)};
  }
  ClusterReady ready;
  ready.chunk = chunk_;
  ready.index_in_chunk =
      static_cast<int>((first - ChunkPlan::first_packet(chunk_)) / kClusterPackets);
  ready.first_frame = first * kPacketFrames;
  ready.frame_count = plan_.frames_in(first, count);
  ready.last_of_chunk = done();
  ready.last_of_track = done() && last_of_track();
  ready.bytes = webm_cluster(first, packets);
  if (!lead_.empty()) ready.lead = webm_cluster(0, std::array{std::exchange(lead_, {})});
  ready.gains = std::move(gains);
  return ready;
}

Result<Event> ChunkRenderer::advance_pcm(const Source& source) {
  const std::int64_t count = std::min<std::int64_t>(kClusterPackets, end_packet_ - next_packet_);
  const FrameCount begin = next_packet_ * kPacketFrames;
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
    ready.gains.push_back(enhanced_.gains_of_packet(packet));
  }
  ready.first_frame = begin;
  ready.last_of_chunk = done();
  ready.last_of_track = done() && last_of_track();
  ready.frames.resize(kOutputChannelCount, 0);
  ready.frames.append(enhanced_.frames(begin, begin + frame_count).view());
  return Event{std::move(ready)};
}

}  // namespace engine
