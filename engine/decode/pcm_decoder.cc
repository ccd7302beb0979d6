#include "engine/decode/pcm_decoder.h"

#include <cstring>
#include <limits>
#include <span>

#include "engine/base/check.h"

namespace engine {
namespace {

static_assert(std::numeric_limits<float>::is_iec559);

// The sign-extended integer of kBytes bytes at `bytes`, least significant first.
template <int kBytes>
std::int32_t load_signed(const std::byte* bytes) {
  std::uint32_t value = 0;
  for (int i = kBytes; i-- > 0;) value = (value << 8) | std::to_integer<std::uint32_t>(bytes[i]);
  constexpr int kShift = 32 - 8 * kBytes;
  return static_cast<std::int32_t>(value << kShift) >> kShift;
}

// One channel: `out.size()` samples of kBytes bytes, `stride` bytes from one to the next.
template <int kBytes>
void decode_integers(const std::byte* bytes, std::size_t stride, std::span<float> out) {
  constexpr float kScale = 1.0F / static_cast<float>(1LL << (8 * kBytes - 1));
  for (std::size_t i = 0; i < out.size(); ++i) {
    if constexpr (kBytes == 1) {
      out[i] = static_cast<float>(std::to_integer<int>(bytes[i * stride]) - 128) * kScale;
    } else {
      out[i] = static_cast<float>(load_signed<kBytes>(bytes + i * stride)) * kScale;
    }
  }
}

// As decode_integers(), for IEEE 754 numbers. Returns how many were not finite.
template <typename Number, typename Bits>
std::int64_t decode_floats(const std::byte* bytes, std::size_t stride, std::span<float> out) {
  static_assert(sizeof(Number) == sizeof(Bits));
  std::int64_t non_finite = 0;
  for (std::size_t i = 0; i < out.size(); ++i) {
    Bits bits = 0;
    for (std::size_t k = sizeof(Bits); k-- > 0;) {
      bits = (bits << 8) | std::to_integer<Bits>(bytes[i * stride + k]);
    }
    Number number = 0;
    std::memcpy(&number, &bits, sizeof(number));
    // A finite double may be past the range of float: the cast would be undefined.
    const bool finite = number >= Number{-std::numeric_limits<float>::max()} &&
                        number <= Number{std::numeric_limits<float>::max()};
    out[i] = finite ? static_cast<float>(number) : 0.0F;
    if (!finite) ++non_finite;
  }
  return non_finite;
}

}  // namespace

PcmDecoder::PcmDecoder(const TrackInfo& info)
    : codec_(info.codec),
      channels_(info.channels),
      sample_bytes_(info.channels > 0 ? info.block_bytes / info.channels : 0) {
  ENGINE_CHECK(supports(info));
}

bool PcmDecoder::supports(const TrackInfo& info) {
  if (info.channels < 1 || info.channels > kChannelCountMax) return false;
  if (info.block_bytes % info.channels != 0) return false;
  const int sample_bytes = info.block_bytes / info.channels;
  if (info.codec == Codec::kPcmInt) return sample_bytes >= 1 && sample_bytes <= 4;
  return info.codec == Codec::kPcmFloat && (sample_bytes == 4 || sample_bytes == 8);
}

Status PcmDecoder::decode(const EncodedPacket& packet, AudioBuffer& out) {
  ENGINE_CHECK(out.channels() == channels_);
  const FrameCount begin = out.frames();
  out.append_silence(packet.frame_count);
  const std::size_t block_bytes = static_cast<std::size_t>(channels_ * sample_bytes_);
  if (packet.bytes.size() != static_cast<std::size_t>(packet.frame_count) * block_bytes) {
    if (!packet.preroll) ++damaged_packets_;
    return ok_status();
  }

  for (int c = 0; c < channels_; ++c) {
    const std::byte* bytes = packet.bytes.data() + c * sample_bytes_;
    const auto plane = out.channel(c).subspan(static_cast<std::size_t>(begin));
    if (codec_ == Codec::kPcmFloat) {
      non_finite_samples_ += sample_bytes_ == 4
                                 ? decode_floats<float, std::uint32_t>(bytes, block_bytes, plane)
                                 : decode_floats<double, std::uint64_t>(bytes, block_bytes, plane);
      continue;
    }
    switch (sample_bytes_) {
      case 1:
        decode_integers<1>(bytes, block_bytes, plane);
        break;
      case 2:
        decode_integers<2>(bytes, block_bytes, plane);
        break;
      case 3:
        decode_integers<3>(bytes, block_bytes, plane);
        break;
      default:
        decode_integers<4>(bytes, block_bytes, plane);
        break;
    }
  }
  return ok_status();
}

}  // namespace engine
