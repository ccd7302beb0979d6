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

  friend bool operator==(const EnhancementSettings&, const EnhancementSettings&) = default;
};

}  // namespace engine
