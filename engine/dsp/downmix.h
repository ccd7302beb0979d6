// Downmix of any channel layout to stereo (ITU-R BS.775-3 Annex 4, table 2).
//
// Front channels keep their side, centre and surrounds enter with -3 dB, a back centre with -6 dB
// on both sides, LFE is dropped. The matrix is then scaled so that the louder output's coefficients
// sum to exactly 1: full-scale input can never exceed full scale (5.1: -7.7 dB), mono comes out
// doubled and stereo unchanged. The enhancement restores the loudness; the original stays
// unclipped.
#pragma once

#include <array>
#include <cstdint>

#include "engine/base/audio_view.h"

namespace engine {

/// Samples beyond this magnitude (+36 dBFS) are clamped, NaN and infinities become 0: float sources
/// can hold anything, and every later stage may rely on finite samples.
inline constexpr float kSampleMagnitudeMax = 64.0f;

/// gains[o][c]: how much of source channel c enters output o (0: left, 1: right).
struct DownmixMatrix {
  int channels = 0;
  std::array<std::array<float, kChannelCountMax>, 2> gains{};
};

/// `channel_mask`: the speaker bits of WAVEFORMATEXTENSIBLE, lowest bit first; 0 or a mask whose
/// count of bits is not `channels` means the usual order of that channel count (the one of FLAC,
/// RFC 9639 section 9.1.3, and WAVE). 1 <= channels <= kChannelCountMax.
DownmixMatrix downmix_matrix(int channels, std::uint32_t channel_mask);

/// Mixes `in` (channels x frames) to `out` (2 x frames; must not overlap). Mono and stereo samples
/// within kSampleMagnitudeMax pass bit for bit.
void to_stereo(const AudioView& in, const DownmixMatrix& matrix, const MutableAudioView& out);
void to_stereo(const AudioView& in, std::uint32_t channel_mask, const MutableAudioView& out);

}  // namespace engine
