// SpectrumMeter: the spectral half of a TrackProfile: what lies in which band, how it varies, how
// wide it is. Measured on windows of 85 ms (Hann, one behind the other) of mid and side; the levels
// of the dynamics bands on windows of 43 ms, which are about as quick as compressors listen.
//
// A few windows, those with the highest samples, are held back until the caller, who sees more, has
// said which of them count: damage is among them.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "engine/base/audio_buffer.h"
#include "engine/base/audio_view.h"
#include "engine/dsp/fft.h"
#include "engine/enhance/track_profile.h"

namespace engine {

/// Fills `levels_db`: rising levels in the middle of each equal part of the energy in a histogram
/// of levels, bin i of which lies `step_db` wide above floor_db + i * step_db. All stay as they are
/// when there is no energy.
void energy_quantiles_db(std::span<const double> energies, double floor_db, double step_db,
                         std::span<double> levels_db);

class SpectrumMeter {
 public:
  static constexpr int kWindowFrames = 4096;
  static constexpr int kLevelFrames = kWindowFrames / 2;

  SpectrumMeter();

  /// What follows does not continue what came before.
  void begin_stretch();

  /// Shape: 2 x any, at 48 kHz, finite.
  void add(const AudioView& audio);

  /// Says of frames [begin, end), counted over everything that was added, whether they shall count.
  using FramesCount = std::function<bool(FrameCount begin, FrameCount end)>;

  /// Counts the windows that are held back, or forgets them.
  void decide_held(const FramesCount& frames_count);

  /// Fills the spectral fields of `profile`; what is still held back counts. Audio shorter than one
  /// window counts as one window that ends in silence.
  void finish(TrackProfile& profile);

 private:
  static constexpr std::size_t kBinCount = kWindowFrames / 2;
  static constexpr double kPercentileStepDb = 0.5;
  static constexpr std::size_t kPercentileBins = 300;  // From kLevelFloorDb to +30 dB.
  static constexpr double kLevelStepDb = 0.25;
  static constexpr std::size_t kLevelBins = 600;
  static constexpr double kClassStepLu = 0.5;
  static constexpr std::size_t kClassCount = 200;  // From -70 LUFS.

  // Bins of a place in which the edge of the bandwidth is looked for.
  static constexpr std::size_t kEdgeBins = 16;
  static constexpr std::size_t kEdgePlaces = kBinCount / kEdgeBins;
  // Three places of half a second together (outliers.h), each with a window that it only touches.
  static constexpr std::size_t kHeldMax = 12;

  /// The bins of a band: edges fall between bins, so the outer ones belong to it in part.
  struct Band {
    std::size_t begin = 0;
    std::size_t end = 0;
    double first_share = 1;
    double last_share = 1;
  };
  template <std::size_t count>
  static std::array<Band, count> bands_between(const std::array<double, count + 1>& edges_hz);
  static double band_sum(const std::vector<double>& powers, const Band& band);

  /// Sums over the windows of one class of loudness.
  struct LoudnessClass {
    std::int64_t windows = 0;
    double loudness_power = 0;
    std::array<double, kThirdOctaveCount> thirds{};
    std::array<double, kThirdOctaveCount> side_thirds{};
    std::array<double, kCorridorBandCount> mid{};   // K-weighted.
    std::array<double, kCorridorBandCount> side{};  // K-weighted.
    std::array<double, kCorridorBandCount> cross{};
  };

  /// What is counted of one window; powers.
  struct Window {
    FrameCount begin = 0;
    float sample_peak = 0;
    bool silent = true;  // Only `levels` is set.
    std::array<std::array<double, kBandCount>, 2> levels{};
    double loudness_power = 0;
    double loudness_lufs = 0;
    std::array<double, kThirdOctaveCount> thirds{};
    std::array<double, kThirdOctaveCount> side_thirds{};
    std::array<double, kCorridorBandCount> mid{};
    std::array<double, kCorridorBandCount> side{};
    std::array<double, kCorridorBandCount> cross{};  // K-weighted, without sign.
    double sibilance_db = 0;
    std::array<double, kEdgePlaces> edge_places{};
  };

  void measure_window();
  void transform();
  void measure_levels(std::size_t first, std::array<double, kBandCount>& levels);
  void measure_spectrum(Window& window);
  float sample_peak() const;
  void hold(const Window& window);
  void count_window(const Window& window);
  std::vector<std::size_t> gated_classes() const;
  void finish_means(TrackProfile& profile) const;
  void finish_percentiles(TrackProfile& profile) const;
  double bandwidth_hz() const;

  Fft fft_;
  std::vector<float> window_;
  std::vector<float> k_weights_;  // Power, per bin.
  std::array<Band, kThirdOctaveCount> third_bands_;
  std::array<Band, kCorridorBandCount> corridor_bands_;
  std::array<Band, kBandCount> dynamics_bands_;
  Fft level_fft_;  // Of kLevelFrames.
  std::array<Band, 1> sibilance_band_;
  std::array<Band, 1> presence_band_;

  AudioBuffer pending_;  // Less than a window: 2 x kWindowFrames.
  FrameCount fill_ = 0;
  FrameCount added_frames_ = 0;
  std::int64_t window_count_ = 0;
  std::vector<Window> held_;
  std::vector<Complex> input_;
  std::vector<Complex> spectrum_;
  std::vector<double> mid_;       // Power of the window under way, per bin.
  std::vector<double> side_;      // The same.
  std::vector<double> cross_;     // Mid times side, K-weighted: a quarter of left less right.
  std::vector<double> weighted_;  // Scratch: K-weighted.

  std::vector<LoudnessClass> classes_;
  std::array<double, kEdgePlaces> edge_places_{};  // Power sums of all that is not silent.
  std::int64_t counted_ = 0;                       // Windows in edge_places_ and in the histograms.
  std::vector<std::array<std::int64_t, kCorridorBandCount>> corridor_levels_;
  std::array<std::vector<double>, kBandCount> dynamics_energy_;
  std::vector<std::int64_t> sibilance_;
};

}  // namespace engine
