#include "engine/decode/mp3_decoder.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <drmp3.h>

#include "engine/base/check.h"

namespace engine {
namespace {

constexpr std::size_t kHeaderBytes = 4;
constexpr std::size_t kCrcBytes = 2;
constexpr std::size_t kFrameBytesMax = 1441;
constexpr std::size_t kReservoirBytesMax = sizeof(ma_dr_mp3dec::reserv_buf);
constexpr FrameCount kFramesMax = 1152;
// The library's bit reader looks a few bytes ahead of what it consumes.
constexpr std::size_t kReadAheadBytes = 8;

// What the packet's own header says of how the rest is laid out (ISO/IEC 11172-3, 2.4.1.3).
struct Layout {
  bool mpeg1 = false;
  bool mono = false;
  std::size_t side_info_at = 0;
  std::size_t main_data_at = 0;
};

Layout layout_of(const std::array<std::uint8_t, kFrameBytesMax + kReadAheadBytes>& bytes) {
  Layout layout;
  layout.mpeg1 = (bytes[1] & 0x18) == 0x18;
  layout.mono = (bytes[3] & 0xC0) == 0xC0;
  const bool has_crc = (bytes[1] & 0x01) == 0;
  const std::size_t side_info_bytes =
      layout.mpeg1 ? (layout.mono ? 17 : 32) : (layout.mono ? 9 : 17);
  layout.side_info_at = kHeaderBytes + (has_crc ? kCrcBytes : 0);
  layout.main_data_at = layout.side_info_at + side_info_bytes;
  return layout;
}

}  // namespace

struct Mp3Decoder::State {
  ma_dr_mp3dec library{};
  std::array<std::uint8_t, kReservoirBytesMax> reservoir{};  // The last main data, oldest first.
  std::size_t reservoir_bytes = 0;
  std::array<std::uint8_t, kFrameBytesMax + kReadAheadBytes> mpeg_frame{};
  std::array<float, kFramesMax * 2> pcm{};  // Interleaved.
  int pcm_channels = 0;                     // Of the last MPEG frame; 0: there was none.

  void clear_filters() {
    std::fill_n(&library.mdct_overlap[0][0], sizeof(library.mdct_overlap) / sizeof(float), 0.0F);
    std::fill_n(library.qmf_state, sizeof(library.qmf_state) / sizeof(float), 0.0F);
  }

  void keep_main_data(const std::uint8_t* data, std::size_t size) {
    const std::size_t taken = std::min(size, kReservoirBytesMax);
    const std::size_t kept = std::min(reservoir_bytes, kReservoirBytesMax - taken);
    std::memmove(reservoir.data(), reservoir.data() + (reservoir_bytes - kept), kept);
    std::memcpy(reservoir.data() + kept, data + (size - taken), taken);
    reservoir_bytes = kept + taken;
  }
};

Mp3Decoder::Mp3Decoder(const TrackInfo& info)
    : state_(std::make_unique<State>()), channels_(info.channels) {
  ENGINE_CHECK(info.codec == Codec::kMp3);
  ENGINE_CHECK(info.channels == 1 || info.channels == 2);
  reset();
}

Mp3Decoder::~Mp3Decoder() = default;

void Mp3Decoder::reset() {
  *state_ = State{};
  has_next_frame_ = false;
}

Status Mp3Decoder::decode(const EncodedPacket& packet, AudioBuffer& out) {
  ENGINE_CHECK(out.channels() == channels_);
  ENGINE_CHECK(packet.frame_count >= 0);
  // Past a gap the old state is worth nothing; and a decode that starts there has none either.
  if (has_next_frame_ && packet.first_frame != next_frame_) reset();
  has_next_frame_ = true;
  next_frame_ = packet.first_frame + packet.frame_count;

  if (decode_mpeg_frame(packet)) {
    append(packet, out);
  } else {
    // The state of the filters would depend on how far back the last good MPEG frame is.
    state_->clear_filters();
    out.append_silence(packet.frame_count);
    if (!packet.preroll) ++damaged_packets_;
  }
  return ok_status();
}

bool Mp3Decoder::decode_mpeg_frame(const EncodedPacket& packet) {
  State& state = *state_;
  const std::size_t size = packet.bytes.size();
  if (size < kHeaderBytes || size > kFrameBytesMax) return false;
  state.mpeg_frame.fill(0);
  std::memcpy(state.mpeg_frame.data(), packet.bytes.data(), size);
  const Layout layout = layout_of(state.mpeg_frame);
  if (layout.main_data_at > size) return false;
  if (packet.frame_count != (layout.mpeg1 ? 1152 : 576)) return false;

  // The library takes set private bits, which mean nothing, for scale factor selection; and a mode
  // extension outside of joint stereo, where it means nothing either, for intensity stereo.
  if (layout.mpeg1) {
    state.mpeg_frame[layout.side_info_at + 1] &=
        static_cast<std::uint8_t>(layout.mono ? 0x83 : 0x8F);
  }
  if ((state.mpeg_frame[3] & 0xC0) != 0x40) state.mpeg_frame[3] &= 0xCF;
  const int pcm_channels = layout.mono ? 1 : 2;
  if (state.pcm_channels != pcm_channels) state.clear_filters();
  state.pcm_channels = pcm_channels;

  // With the header of this very MPEG frame as the last one seen, the library keeps its state.
  ma_dr_mp3dec& library = state.library;
  std::memcpy(library.header, state.mpeg_frame.data(), kHeaderBytes);
  library.free_format_bytes = 0;
  library.reserv = static_cast<int>(state.reservoir_bytes);
  std::memcpy(library.reserv_buf, state.reservoir.data(), state.reservoir_bytes);

  ma_dr_mp3dec_frame_info info{};
  const int frames = ma_dr_mp3dec_decode_frame(&library, state.mpeg_frame.data(),
                                               static_cast<int>(size), state.pcm.data(), &info);
  state.keep_main_data(state.mpeg_frame.data() + layout.main_data_at, size - layout.main_data_at);
  return frames == packet.frame_count && info.frame_bytes == static_cast<int>(size) &&
         info.channels == pcm_channels;
}

void Mp3Decoder::append(const EncodedPacket& packet, AudioBuffer& out) const {
  const State& state = *state_;
  const FrameCount begin = out.frames();
  out.append_silence(packet.frame_count);
  const auto frames = static_cast<std::size_t>(packet.frame_count);
  const auto stride = static_cast<std::size_t>(state.pcm_channels);
  for (int c = 0; c < channels_; ++c) {
    float* target = out.channel(c).data() + begin;
    const float* source = state.pcm.data() + (stride == 2 ? static_cast<std::size_t>(c) : 0);
    if (channels_ == 1 && stride == 2) {
      for (std::size_t i = 0; i < frames; ++i) {
        target[i] = 0.5F * (source[2 * i] + source[2 * i + 1]);
      }
    } else {
      for (std::size_t i = 0; i < frames; ++i) target[i] = source[stride * i];
    }
  }
}

}  // namespace engine
