#include "engine/dsp/band_dynamics.h"

#include <algorithm>

#include "engine/base/check.h"
#include "engine/base/math.h"

namespace engine {
namespace {

constexpr std::size_t kMiddle = 1;
constexpr std::size_t kHigh = 2;

void write(std::span<float> trace, std::size_t hop, double gain_db) {
  if (!trace.empty()) trace[hop] = static_cast<float>(gain_db);
}

float gain_of(double gain_db) {
  return gain_db == 0 ? 1.0f : static_cast<float>(math::gain_from_db(gain_db));
}

}  // namespace

BandDynamics::BandDynamics(const BandDynamicsSettings& settings)
    : de_esser_(settings.deess_max_db, BandCompressor::kDelayHops) {
  for (const BandCompressorSettings& band : settings.bands) {
    compressors_.emplace_back(band);
    delays_.emplace_back(2, BandCompressor::kDelayHops);
  }
  gains_.fill(1);
}

void BandDynamics::reset() {
  for (BandCompressor& compressor : compressors_) compressor.reset();
  for (HopDelay& delay : delays_) delay.reset();
  de_esser_.reset();
  gains_.fill(1);
}

FrameCount BandDynamics::left_context_frames() const {
  int memory = 0;
  for (const BandCompressor& compressor : compressors_) {
    if (compressor.active()) memory = std::max(memory, compressor.memory_hops());
  }
  if (de_esser_.active()) memory = std::max(memory, de_esser_.memory_hops());
  // A hop's first gain is that of the border before it. The gain of a frame's hop is known when
  // the frame leaves, kDelayHops after it came: that much less has to be fed before it.
  return FrameCount{std::max(0, memory + 1 - BandCompressor::kDelayHops)} * kHopFrames;
}

void BandDynamics::process(const std::array<MutableAudioView, kBandCount>& bands,
                           const BandDynamicsTrace& trace) {
  const FrameCount frames = bands[0].frames();
  ENGINE_CHECK(frames % kHopFrames == 0);
  const auto hops = static_cast<std::size_t>(frames / kHopFrames);
  const std::array<std::span<float>, kBandCount> traces = {trace.low_db, trace.middle_db,
                                                           trace.high_db};
  for (std::size_t b = 0; b < bands.size(); ++b) {
    ENGINE_CHECK(bands[b].frames() == frames);
    ENGINE_CHECK(bands[b].channels() == 2);
    ENGINE_CHECK(traces[b].empty() || traces[b].size() == hops);
  }
  ENGINE_CHECK(trace.deess_db.empty() || trace.deess_db.size() == hops);
  for (std::size_t hop = 0; hop < hops; ++hop) {
    const FrameCount first = static_cast<FrameCount>(hop) * kHopFrames;
    HopPower middle;
    for (std::size_t b = 0; b < bands.size(); ++b) {
      const float* mid = bands[b].channel(0).data() + first;
      const float* side = bands[b].channel(1).data() + first;
      HopPower power;
      if (compressors_[b].active() || (b == kMiddle && de_esser_.active())) {
        power = hop_power(mid, side);
      }
      if (b == kMiddle) middle = power;
      double gain_db = compressors_[b].push(power);
      write(traces[b], hop, gain_db);
      if (b == kHigh) {
        const double deess_db = de_esser_.push(mid, middle);
        write(trace.deess_db, hop, deess_db);
        gain_db += deess_db;
      }
      const float gain = gain_of(gain_db);
      delays_[b].exchange(bands[b], first, gains_[b], gain);
      gains_[b] = gain;
    }
  }
}

}  // namespace engine
