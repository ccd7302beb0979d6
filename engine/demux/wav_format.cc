#include "engine/demux/wav_format.h"

#include "engine/base/byte_order.h"

namespace engine {
namespace {

constexpr unsigned kTagPcm = 0x0001;
constexpr unsigned kTagFloat = 0x0003;
constexpr unsigned kTagExtensible = 0xFFFE;

// Bytes 2 to 15 of every sub-format GUID that only wraps a format tag (KSDATAFORMAT_SUBTYPE_*).
constexpr char kSubFormatTail[] = "\0\0\0\0\x10\0\x80\0\0\xAA\0\x38\x9B\x71";

ErrorDetail unsupported_format(unsigned format_tag) {
  switch (format_tag) {
    case 0x0008:
    case 0x2001:
      return ErrorDetail::kWavDts;
    case 0x0092:
    case 0x2000:
      return ErrorDetail::kWavAc3;
    case 0x0002:
      return ErrorDetail::kWavMsAdpcm;
    case 0x0006:
      return ErrorDetail::kWavALaw;
    case 0x0007:
      return ErrorDetail::kWavMuLaw;
    case 0x0011:
      return ErrorDetail::kWavImaAdpcm;
    case 0x0050:
    case 0x0055:
      return ErrorDetail::kWavMpeg;
    case 0x0161:
    case 0x0162:
      return ErrorDetail::kWavWindowsMedia;
    default:
      return ErrorDetail::kWavCompressed;
  }
}

// The bytes of a frame, 0 when no width fits. Samples are left-justified in whole bytes. Where the
// header contradicts itself, the rate of bytes (here per frame) decides, else what is possible.
int settle_block_bytes(unsigned tag, int channels, int bits, int told, std::uint32_t by_rate) {
  const auto fits = [&](int block_bytes) {
    if (block_bytes == 0 || block_bytes % channels != 0) return false;
    const int sample_bytes = block_bytes / channels;
    if (tag == kTagFloat) return bits == 8 * sample_bytes && (bits == 32 || bits == 64);
    return bits <= 8 * sample_bytes && sample_bytes <= 4;
  };
  const int computed = channels * ((bits + 7) / 8);
  const bool rate_agrees = by_rate == static_cast<std::uint32_t>(computed);
  if (fits(told) && !(rate_agrees && fits(computed))) return told;
  return fits(computed) ? computed : 0;
}

}  // namespace

Result<WavFormat> parse_wav_format(std::span<const std::byte> body, std::uint64_t offset) {
  WavFormat format;
  unsigned tag = load_u16le(body, 0);
  const int channels = load_u16le(body, 2);
  const std::uint32_t sample_rate_hz = load_u32le(body, 4);
  int block_bytes = load_u16le(body, 12);
  // The oldest form of the chunk ends before the bits.
  int bits = body.size() >= 16 ? load_u16le(body, 14) : 0;
  if (bits == 0 && channels > 0 && block_bytes % channels == 0) bits = 8 * block_bytes / channels;
  if (channels == 0 || bits == 0) {
    if (tag == kTagPcm || tag == kTagFloat || tag == kTagExtensible) {
      return Error{ErrorDetail::kWavEmptyFormat, offset};
    }
  }
  int valid_bits = bits;
  if (tag == kTagExtensible) {
    if (body.size() < kWavFormatBytesMax) {
      return Error{ErrorDetail::kWavShortExtensible, offset};
    }
    if (!starts_with(body.subspan(26), kSubFormatTail)) {
      return Error{ErrorDetail::kWavSubFormat, offset};
    }
    tag = load_u16le(body, 24);
    valid_bits = load_u16le(body, 18);
    format.channel_mask = load_u32le(body, 20);
  }
  if (tag != kTagPcm && tag != kTagFloat) {
    return Error{unsupported_format(tag), offset};
  }
  if (channels > kChannelCountMax) {
    return Error{ErrorDetail::kChannels, offset};
  }
  if (sample_rate_hz < kSampleRateHzMin || sample_rate_hz > kSampleRateHzMax) {
    return Error{ErrorDetail::kSampleRate, offset};
  }

  block_bytes =
      settle_block_bytes(tag, channels, bits, block_bytes, load_u32le(body, 8) / sample_rate_hz);
  if (block_bytes == 0) return Error{ErrorDetail::kWavSampleWidth, offset};
  const int told_block_bytes = load_u16le(body, 12);
  format.corrected = told_block_bytes != 0 && told_block_bytes != block_bytes;
  const bool valid_bits_usable = tag == kTagPcm && valid_bits >= 1 && valid_bits <= bits;
  format.codec = tag == kTagPcm ? Codec::kPcmInt : Codec::kPcmFloat;
  format.sample_rate_hz = static_cast<int>(sample_rate_hz);
  format.channels = channels;
  format.bits_per_sample = valid_bits_usable ? valid_bits : bits;
  format.block_bytes = block_bytes;
  return format;
}

}  // namespace engine
