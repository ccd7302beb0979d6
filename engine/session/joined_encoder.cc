#include "engine/session/joined_encoder.h"

#include <utility>

#include "engine/base/check.h"
#include "engine/base/output_format.h"
#include "engine/session/chunk_plan.h"
#include "engine/session/file_renderer.h"

namespace engine {

// The encoder is fed its look-ahead less of silence than the leading packets hold.
JoinedEncoder::JoinedEncoder(int bitrate_bps, FrameCount frame_count)
    : encoder_(bitrate_bps),
      writer_({frame_count, kFileLeadPackets * kPacketFrames}),
      head_(writer_.head()),
      waiting_(kOutputChannelCount, kFileLeadPackets * kPacketFrames - kOpusLookaheadFrames),
      promised_(frame_count),
      next_packet_(-kFileLeadPackets) {}

void JoinedEncoder::encode_whole_packets(std::vector<std::byte>& out) {
  FrameCount at = 0;
  for (; at + kPacketFrames <= waiting_.frames(); at += kPacketFrames) {
    const bool independent = next_packet_ >= 0 && next_packet_ % kClusterPackets == 0;
    const BufferSlice frames(waiting_, at, at + kPacketFrames);
    const auto bytes = writer_.add_packet(encoder_.encode(frames.view(), independent));
    out.insert(out.end(), bytes.begin(), bytes.end());
    ++next_packet_;
  }
  waiting_.drop_front(at);
}

std::vector<std::byte> JoinedEncoder::append(const AudioView& frames) {
  frame_count_ += frames.frames();
  ENGINE_CHECK(frame_count_ <= promised_);
  std::vector<std::byte> out = std::exchange(head_, {});
  waiting_.append(frames);
  encode_whole_packets(out);
  return out;
}

std::vector<std::byte> JoinedEncoder::finish() {
  ENGINE_CHECK(frame_count_ > 0);
  std::vector<std::byte> out;
  const std::int64_t missing = ChunkPlan(frame_count_).packet_count() - next_packet_;
  waiting_.append_silence(missing * kPacketFrames - waiting_.frames());
  encode_whole_packets(out);
  const auto tail = writer_.finish(frame_count_);
  out.insert(out.end(), tail.begin(), tail.end());
  return out;
}

}  // namespace engine
