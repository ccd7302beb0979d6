#include "engine/cli/wav_output.h"

#include <cstdint>
#include <cstring>

#include "engine/base/output_format.h"

namespace engine::cli {
namespace {

constexpr std::uint32_t kFrameBytes = 4 * kOutputChannelCount;
constexpr FrameCount kWavFramesMax = (0xFFFFFFFFu - 128) / kFrameBytes;

void put_text(std::vector<std::byte>& out, const char* text) {
  for (; *text != '\0'; ++text) out.push_back(static_cast<std::byte>(*text));
}

void put_le(std::vector<std::byte>& out, std::uint64_t value, int size) {
  for (int i = 0; i < size; ++i, value >>= 8) out.push_back(static_cast<std::byte>(value & 0xFF));
}

}  // namespace

// Format tag 3, IEEE float; a "fact" chunk belongs to every format but PCM. The sizes of RF64 are
// in a chunk of their own, of 64 bits.
std::vector<std::byte> wav_head(FrameCount frame_count, FrameCount promised_frames) {
  const bool large = promised_frames > kWavFramesMax;
  const auto frames = static_cast<std::uint64_t>(frame_count);
  const std::uint64_t data_bytes = frames * kFrameBytes;
  const std::uint64_t riff_bytes = 4 + (8 + 18) + (8 + 4) + 8 + data_bytes + (large ? 8 + 28 : 0);
  constexpr std::uint32_t kElsewhere = 0xFFFFFFFF;
  std::vector<std::byte> out;
  put_text(out, large ? "RF64" : "RIFF");
  put_le(out, large ? kElsewhere : riff_bytes, 4);
  put_text(out, "WAVE");
  if (large) {
    put_text(out, "ds64");
    put_le(out, 28, 4);
    put_le(out, riff_bytes, 8);
    put_le(out, data_bytes, 8);
    put_le(out, frames, 8);
    put_le(out, 0, 4);
  }
  put_text(out, "fmt ");
  put_le(out, 18, 4);
  put_le(out, 3, 2);
  put_le(out, kOutputChannelCount, 2);
  put_le(out, kOutputRateHz, 4);
  put_le(out, kOutputRateHz * kFrameBytes, 4);
  put_le(out, kFrameBytes, 2);
  put_le(out, 32, 2);
  put_le(out, 0, 2);
  put_text(out, "fact");
  put_le(out, 4, 4);
  put_le(out, large ? kElsewhere : frames, 4);
  put_text(out, "data");
  put_le(out, large ? kElsewhere : data_bytes, 4);
  return out;
}

std::vector<std::byte> wav_samples(const AudioView& frames) {
  std::vector<std::byte> out;
  out.reserve(static_cast<std::size_t>(frames.frames()) * kFrameBytes);
  const auto left = frames.channel(0);
  const auto right = frames.channel(1);
  for (std::size_t i = 0; i < left.size(); ++i) {
    for (const float sample : {left[i], right[i]}) {
      std::uint32_t bits = 0;
      std::memcpy(&bits, &sample, sizeof(bits));
      put_le(out, bits, 4);
    }
  }
  return out;
}

}  // namespace engine::cli
