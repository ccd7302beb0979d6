#include "engine/dsp/true_peak_meter.h"

#include <algorithm>
#include <array>

#include "engine/base/check.h"
#include "engine/base/math.h"

namespace engine {
namespace {

constexpr int kHistoryFrames = PeakInterpolator::kTaps - 1;
constexpr int kBlockFrames = 512;

}  // namespace

TruePeakMeter::TruePeakMeter(int channels) : channels_(channels) {
  ENGINE_CHECK(channels >= 1);
  ENGINE_CHECK(channels <= kChannelCountMax);
  history_.resize(static_cast<std::size_t>(channels));
  for (auto& line : history_) line.resize(kHistoryFrames + kBlockFrames);
}

void TruePeakMeter::begin_stretch(bool from_silence) {
  for (auto& line : history_) std::fill(line.begin(), line.end(), 0.0f);
  skip_frames_ = from_silence ? 0 : kHistoryFrames;
}

FrameCount TruePeakMeter::add(const AudioView& audio, std::span<float> frame_peaks, float floor) {
  ENGINE_CHECK(audio.channels() == channels_);
  ENGINE_CHECK(frame_peaks.empty() ||
               frame_peaks.size() >= static_cast<std::size_t>(audio.frames()));
  FrameCount written = 0;
  for (FrameCount first = 0; first < audio.frames(); first += kBlockFrames) {
    const FrameCount count = std::min<FrameCount>(kBlockFrames, audio.frames() - first);
    const auto rest =
        frame_peaks.empty() ? frame_peaks : frame_peaks.subspan(static_cast<std::size_t>(written));
    written += process_block(audio, first, count, rest, floor);
  }
  return written;
}

void TruePeakMeter::finish() {
  constexpr std::array<float, PeakInterpolator::kRight> kSilence{};
  std::array<const float*, kChannelCountMax> pointers{};
  pointers.fill(kSilence.data());
  add(AudioView({pointers.data(), static_cast<std::size_t>(channels_)}, PeakInterpolator::kRight));
}

FrameCount TruePeakMeter::process_block(const AudioView& audio, FrameCount first, FrameCount count,
                                        std::span<float> frame_peaks, float floor) {
  std::array<float, kBlockFrames> peaks{};
  const auto block = std::span(peaks).first(static_cast<std::size_t>(count));
  for (int c = 0; c < channels_; ++c) {
    std::vector<float>& line = history_[static_cast<std::size_t>(c)];
    const float* source = audio.channel(c).data() + first;
    std::copy(source, source + count, line.data() + kHistoryFrames);
    // The newest frame whose right half of the filter is there lies kRight frames back.
    interpolator_.accumulate_above(line.data() + PeakInterpolator::kLeft, floor, block);
    const float* newest = line.data() + count;
    std::copy(newest, newest + kHistoryFrames, line.data());
  }
  const auto skipped = std::min<FrameCount>(skip_frames_, count);
  skip_frames_ -= static_cast<int>(skipped);
  const auto valid = block.subspan(static_cast<std::size_t>(skipped));
  for (const float peak : valid) peak_ = std::max(peak_, peak);
  if (!frame_peaks.empty()) std::copy(valid.begin(), valid.end(), frame_peaks.begin());
  return static_cast<FrameCount>(valid.size());
}

double TruePeakMeter::peak_dbtp() const {
  return math::db_from_gain(static_cast<double>(peak_));
}

}  // namespace engine
