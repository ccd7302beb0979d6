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

/// What the loudness is brought to.
enum class Level : std::uint8_t {
  kOff,    // It stays the track's own.
  kTrack,  // The preset's target.
  kAlbum   // The album's loudness comes to the target; the tracks keep their distances.
};

inline constexpr std::array<std::string_view, 3> kLevelNames = {"off", "track", "album"};

/// For an honest comparison by ear, the louder of the two is attenuated to the other's loudness.
enum class Compare : std::uint8_t {
  kOff,
  kEnhanced,  // The enhanced track, no louder than the original.
  kOriginal   // The original, no louder than the enhanced track would be.
};

inline constexpr std::array<std::string_view, 3> kCompareNames = {"off", "enhanced", "original"};

struct EnhancementSettings {
  Preset preset = Preset::kAdaptive;
  /// Intensity in percent, [0, 100]: intensity is quantised to 1/100 so that it can be a key.
  /// 0: the chain is bypassed and the encoder gets the resampled samples bit for bit.
  int intensity_percent = 100;
  Level level = Level::kTrack;
  /// Level::kAlbum: loudness of the album (of its loudest track), in thousandths of a LUFS,
  /// [-70000, 5000]; else 0.
  int album_loudness_mlufs = 0;
  Compare compare = Compare::kOff;

  friend bool operator==(const EnhancementSettings&, const EnhancementSettings&) = default;
};

}  // namespace engine
