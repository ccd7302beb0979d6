// BandDynamics: compressors of three bands and the de-esser of the high one, gains applied.
//
// Each band has one gain for both of its channels, mid = (L + R) / 2 and side = (L - R) / 2, known
// at the borders of 64-frame hops and linear between them. The de-esser's gain multiplies the high
// band's. All bands are delayed alike; one that nothing is asked of passes bit for bit.
#pragma once

#include <array>
#include <span>
#include <vector>

#include "engine/base/audio_view.h"
#include "engine/dsp/band_compressor.h"
#include "engine/dsp/bands.h"
#include "engine/dsp/control_hop.h"
#include "engine/dsp/de_esser.h"

namespace engine {

struct BandDynamicsSettings {
  /// Low, middle, high; split at 150 Hz and 4 kHz.
  std::array<BandCompressorSettings, kBandCount> bands = {
      BandCompressorSettings{.lowest_hz = 30}, BandCompressorSettings{.lowest_hz = 150},
      BandCompressorSettings{.lowest_hz = 4000}};
  /// [0, DeEsser::kReductionMaxDb]
  double deess_max_db = 0;
};

/// Where to write gains: each span is empty or has one value per hop of output, the gain in dB,
/// <= 0, at the hop's end. high_db is the compressor's share, deess_db what comes on top.
struct BandDynamicsTrace {
  std::span<float> low_db;
  std::span<float> middle_db;
  std::span<float> high_db;
  std::span<float> deess_db;
};

class BandDynamics {
 public:
  explicit BandDynamics(const BandDynamicsSettings& settings);

  /// Frames before the next one count as zeros.
  void reset();

  /// Works in place. Shape of each band: 2 (mid, side) x n, n the same for all and a multiple of
  /// kHopFrames. Frame i of the output stream is input frame i - latency_frames(). Any finite
  /// input gives a gain that is a number.
  void process(const std::array<MutableAudioView, kBandCount>& bands,
               const BandDynamicsTrace& trace = {});

  /// 32 ms.
  static constexpr FrameCount latency_frames() {
    return FrameCount{BandCompressor::kDelayHops} * kHopFrames;
  }

  /// Frames to feed after reset() before the first wanted one, so that its output (which comes
  /// latency_frames() later) has the bits of a run from the track's start. A multiple of
  /// kHopFrames: the longest of detector windows + hold + deepest gain / release + triangle, less
  /// the latency. With reduction_max_db / release_db_per_s <= 0.4 s and deess_max_db <= 5 at most
  /// 0.6 s.
  FrameCount left_context_frames() const;

 private:
  std::vector<BandCompressor> compressors_;
  DeEsser de_esser_;
  std::vector<HopDelay> delays_;
  std::array<float, kBandCount> gains_{};  // At the begin of the hop that leaves next.
};

}  // namespace engine
