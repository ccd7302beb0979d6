#include "engine/encode/opus_encoder.h"

#include <array>

#include <opus/opus.h>

#include "engine/base/check.h"
#include "engine/base/output_format.h"

namespace engine {
namespace {

// From 7 on libopus analyses tonality over seconds of history: dearer, and a fresh encoder needs
// far longer than the pre-roll to agree with one that ran through.
constexpr int kComplexity = 5;
// A packet without prediction gets this share more bits, about what prediction saves where music is
// tonal, so that it is no worse than its neighbours (docs/decisions/chunk-seams.md).
constexpr int kIndependentBonusShare = 2;
// RFC 6716 section 3.4: at most 1275 bytes for one frame, plus the TOC byte.
constexpr std::size_t kPacketBytesMax = 1276;

}  // namespace

struct OpusPacketEncoder::State {
  std::vector<std::byte> memory;  // Where libopus keeps its encoder; opus_encoder_init fills it.
  int bitrate_bps = 0;
  bool independent = false;
  std::array<float, kPacketFrames * kOutputChannelCount> interleaved{};
  std::array<unsigned char, kPacketBytesMax> packet{};

  void configure_prediction(bool disabled) {
    int status = opus_encoder_ctl(encoder(), OPUS_SET_PREDICTION_DISABLED(disabled ? 1 : 0));
    const int bitrate = disabled ? bitrate_bps + bitrate_bps / kIndependentBonusShare : bitrate_bps;
    status |= opus_encoder_ctl(encoder(), OPUS_SET_BITRATE(bitrate));
    ENGINE_CHECK(status == OPUS_OK);
    independent = disabled;
  }

  OpusEncoder* encoder() { return static_cast<OpusEncoder*>(static_cast<void*>(memory.data())); }
};

OpusPacketEncoder::OpusPacketEncoder(int bitrate_bps) : state_(std::make_unique<State>()) {
  ENGINE_CHECK(bitrate_bps >= kBitrateBpsMin);
  ENGINE_CHECK(bitrate_bps <= kBitrateBpsMax);
  state_->bitrate_bps = bitrate_bps;
  state_->memory.resize(static_cast<std::size_t>(opus_encoder_get_size(kOutputChannelCount)));
  reset();
}

OpusPacketEncoder::~OpusPacketEncoder() = default;

void OpusPacketEncoder::reset() {
  OpusEncoder* encoder = state_->encoder();
  int status =
      opus_encoder_init(encoder, kOutputRateHz, kOutputChannelCount, OPUS_APPLICATION_AUDIO);
  ENGINE_CHECK(status == OPUS_OK);
  status |= opus_encoder_ctl(encoder, OPUS_SET_BITRATE(state_->bitrate_bps));
  status |= opus_encoder_ctl(encoder, OPUS_SET_COMPLEXITY(kComplexity));
  status |= opus_encoder_ctl(encoder, OPUS_SET_SIGNAL(OPUS_SIGNAL_MUSIC));
  status |= opus_encoder_ctl(encoder, OPUS_SET_VBR_CONSTRAINT(0));
  opus_int32 lookahead = 0;
  status |= opus_encoder_ctl(encoder, OPUS_GET_LOOKAHEAD(&lookahead));
  ENGINE_CHECK(status == OPUS_OK);
  ENGINE_CHECK(lookahead == kOpusLookaheadFrames);
  state_->independent = false;
}

std::vector<std::byte> OpusPacketEncoder::encode(const AudioView& frames, bool independent) {
  ENGINE_CHECK(frames.channels() == kOutputChannelCount);
  ENGINE_CHECK(frames.frames() == kPacketFrames);
  const auto left = frames.channel(0);
  const auto right = frames.channel(1);
  for (std::size_t i = 0; i < left.size(); ++i) {
    state_->interleaved[2 * i] = left[i];
    state_->interleaved[2 * i + 1] = right[i];
  }
  if (independent != state_->independent) state_->configure_prediction(independent);
  const opus_int32 size =
      opus_encode_float(state_->encoder(), state_->interleaved.data(), kPacketFrames,
                        state_->packet.data(), static_cast<opus_int32>(state_->packet.size()));
  ENGINE_CHECK(size > 0);
  std::vector<std::byte> packet(static_cast<std::size_t>(size));
  for (std::size_t i = 0; i < packet.size(); ++i) packet[i] = std::byte{state_->packet[i]};
  return packet;
}

}  // namespace engine
