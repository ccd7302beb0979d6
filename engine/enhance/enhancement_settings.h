// EnhancementSettings: the listener's wishes, as they enter every chunk key.
#pragma once

#include "engine/base/vocabulary.h"

namespace engine {

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
  /// False: the original, as loud as it would be enhanced; turned down only, where there is a level
  /// (docs/decisions/honest-switch.md). `compare` does not count then.
  bool enhanced = true;

  friend bool operator==(const EnhancementSettings&, const EnhancementSettings&) = default;
};

/// Whether anything is done to the track, which has to be measured for that: not at intensity 0,
/// nor to an original without a level. Otherwise the encoder gets the resampled samples bit for
/// bit.
constexpr bool needs_plan(const EnhancementSettings& settings) {
  return settings.intensity_percent > 0 && (settings.enhanced || settings.level != Level::kOff);
}

/// What an original is as loud as.
constexpr EnhancementSettings enhanced_instead(EnhancementSettings settings) {
  settings.enhanced = true;
  settings.compare = Compare::kOff;
  return settings;
}

}  // namespace engine
