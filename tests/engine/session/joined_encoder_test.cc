#include "engine/session/joined_encoder.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include <gtest/gtest.h>

#include "engine/base/output_format.h"

namespace engine {
namespace {

AudioBuffer tone(FrameCount frames) {
  AudioBuffer audio(kOutputChannelCount, frames);
  for (std::size_t i = 0; i < static_cast<std::size_t>(frames); ++i) {
    audio.channel(0)[i] = 0.4F * std::sin(0.05F * static_cast<float>(i));
    audio.channel(1)[i] = 0.3F * std::sin(0.09F * static_cast<float>(i));
  }
  return audio;
}

std::vector<std::byte> file_of(const AudioBuffer& audio, FrameCount piece_frames,
                               FrameCount promised) {
  JoinedEncoder encoder(kBitrateBpsDefault, promised);
  std::vector<std::byte> file;
  for (FrameCount at = 0; at < audio.frames(); at += piece_frames) {
    const FrameCount end = std::min(at + piece_frames, audio.frames());
    const auto bytes = encoder.append(BufferSlice(audio, at, end).view());
    file.insert(file.end(), bytes.begin(), bytes.end());
  }
  EXPECT_EQ(encoder.frame_count(), audio.frames());
  const auto bytes = encoder.finish();
  file.insert(file.end(), bytes.begin(), bytes.end());
  for (const auto& patch : encoder.patches()) {
    std::copy(patch.bytes.begin(), patch.bytes.end(),
              file.begin() + static_cast<std::ptrdiff_t>(patch.offset));
  }
  return file;
}

TEST(JoinedEncoderTest, FramesInAnyPiecesMakeTheSameFile) {
  const AudioBuffer audio = tone(51'234);
  const auto whole = file_of(audio, audio.frames(), audio.frames());
  for (const FrameCount piece : {1, 137, 960, 24'000}) {
    EXPECT_EQ(file_of(audio, piece, audio.frames()), whole) << piece;
  }
}

TEST(JoinedEncoderTest, LessThanWasPromisedMakesTheSameFileOnceItIsPatched) {
  for (const FrameCount frames : {1, 311, 960, 20'000}) {
    const AudioBuffer audio = tone(frames);
    EXPECT_EQ(file_of(audio, 500, frames + 96'000), file_of(audio, 500, frames)) << frames;
  }
}

}  // namespace
}  // namespace engine
