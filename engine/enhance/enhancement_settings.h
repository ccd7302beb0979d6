// EnhancementSettings: the listener's wishes, as they enter every chunk key.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace engine {

enum class Preset : std::uint8_t { kAdaptive, kGentle, kWarm, kBright, kPunchy };

inline constexpr int kPresetCount = 5;
/// Names as the command line, the page and the chunk URLs spell them, in the order of Preset.
inline constexpr std::array<std::string_view, kPresetCount> kPresetNames = {
    "adaptive", "gentle", "warm", "bright", "punchy"};

struct EnhancementSettings {
  Preset preset = Preset::kAdaptive;
  /// Intensity in percent, [0, 100]: intensity is quantised to 1/100 so that it can be a key.
  /// 0: the chain is bypassed and the encoder gets the resampled samples bit for bit.
  int intensity_percent = 100;

  friend bool operator==(const EnhancementSettings&, const EnhancementSettings&) = default;
};

}  // namespace engine
