// The 32-bit float WAV file that `auralis pcm` writes.
#pragma once

#include <cstddef>
#include <vector>

#include "engine/base/audio_view.h"

namespace engine::cli {

/// RIFF/WAVE, or RF64 (EBU Tech 3306) where `promised_frames` do not fit in that: its header, for
/// `frame_count` frames of kOutputChannelCount. Its size depends on the promise alone, so that a
/// file that turns out shorter can be patched.
std::vector<std::byte> wav_head(FrameCount frame_count, FrameCount promised_frames);

/// The samples of `frames`, interleaved, little-endian.
std::vector<std::byte> wav_samples(const AudioView& frames);

}  // namespace engine::cli
