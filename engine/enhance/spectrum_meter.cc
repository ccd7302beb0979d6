#include "engine/enhance/spectrum_meter.h"

#include <algorithm>
#include <cmath>

#include "engine/base/check.h"
#include "engine/base/math.h"
#include "engine/base/output_format.h"
#include "engine/base/simd.h"
#include "engine/base/units.h"
#include "engine/dsp/loudness_meter.h"

namespace engine {
namespace {

constexpr double kBinHz = static_cast<double>(kOutputRateHz) / SpectrumMeter::kWindowFrames;
constexpr double kTopHz = kOutputRateHz / 2.0;
constexpr double kLoudnessOffsetDb = -0.691;  // BS.1770-5, equation 2.
constexpr double kRelativeGateLu = 10.0;

// The edge of the bandwidth: a fall by this much between places this far apart, above this.
constexpr double kEdgeFallDb = 18.0;
constexpr double kEdgeWidthHz = 600.0;
constexpr double kEdgeLowestHz = 4000.0;
// Below this in 16 bins lies nothing but the noise of 16-bit samples.
constexpr double kNothingDb = -112.0;

double level_db(double power) {
  return power > 0 ? std::max(10.0 * math::log10(power), kLevelFloorDb) : kLevelFloorDb;
}

std::size_t histogram_bin(double value, double floor, double step, std::size_t bins) {
  const double place = (value - floor) / step;
  if (!(place > 0)) return 0;
  return std::min(static_cast<std::size_t>(place), bins - 1);
}

/// Middle of the bin below which `percent` of the counts lie.
template <typename Count>
double percentile(std::size_t bins, std::int64_t total, int percent, double floor, double step,
                  const Count& count) {
  std::int64_t below = 0;
  for (std::size_t bin = 0; bin < bins; ++bin) {
    below += count(bin);
    if (below * 100 >= total * percent && below > 0) {
      return floor + (static_cast<double>(bin) + 0.5) * step;
    }
  }
  return floor;
}

std::array<double, kThirdOctaveCount + 1> third_octave_edges_hz() {
  std::array<double, kThirdOctaveCount + 1> edges{};
  const double half_band = math::exp10(0.05);
  for (std::size_t i = 0; i < kThirdOctaveCount; ++i) edges[i] = kThirdOctavesHz[i] / half_band;
  edges.front() = 0;
  edges.back() = kTopHz;
  return edges;
}

std::array<double, kCorridorBandCount + 1> corridor_edges_hz() {
  std::array<double, kCorridorBandCount + 1> edges{};
  std::copy(kCorridorEdgesHz.begin(), kCorridorEdgesHz.end(), edges.begin() + 1);
  edges.back() = kTopHz;
  return edges;
}

}  // namespace

void energy_quantiles_db(std::span<const double> energies, double floor_db, double step_db,
                         std::span<double> levels_db) {
  double total = 0;
  for (const double energy : energies) total += energy;
  const double parts = 2.0 * static_cast<double>(levels_db.size());
  double below = 0;
  std::size_t part = 0;
  for (std::size_t bin = 0; bin < energies.size() && total > 0; ++bin) {
    below += energies[bin];
    while (part < levels_db.size() && below * parts >= total * static_cast<double>(2 * part + 1)) {
      levels_db[part++] = quantize_level_db(floor_db + (static_cast<double>(bin) + 0.5) * step_db);
    }
  }
}

template <std::size_t count>
std::array<SpectrumMeter::Band, count> SpectrumMeter::bands_between(
    const std::array<double, count + 1>& edges_hz) {
  // Bin k stands for the frequencies around k * kBinHz, half a bin either way.
  std::array<Band, count> bands;
  for (std::size_t i = 0; i < count; ++i) {
    const double begin = edges_hz[i] / kBinHz + 0.5;
    const double end = edges_hz[i + 1] / kBinHz + 0.5;
    Band& band = bands[i];
    band.begin = static_cast<std::size_t>(begin);
    band.end = std::min(static_cast<std::size_t>(end) + 1, kBinCount);
    band.first_share = static_cast<double>(band.begin) + 1 - begin;
    band.last_share = std::min(end - (static_cast<double>(band.end) - 1), 1.0);
    if (band.end - band.begin == 1) {
      band.first_share = end - begin;
      band.last_share = 0;
    }
  }
  return bands;
}

double SpectrumMeter::band_sum(const std::vector<double>& powers, const Band& band) {
  double sum = powers[band.begin] * band.first_share;
  for (std::size_t bin = band.begin + 1; bin + 1 < band.end; ++bin) sum += powers[bin];
  return sum + powers[band.end - 1] * band.last_share;
}

SpectrumMeter::SpectrumMeter()
    : fft_(kWindowFrames),
      window_(kWindowFrames),
      k_weights_(kBinCount),
      third_bands_(bands_between<kThirdOctaveCount>(third_octave_edges_hz())),
      corridor_bands_(bands_between<kCorridorBandCount>(corridor_edges_hz())),
      // The bins of windows of half the length are twice as wide.
      dynamics_bands_(
          bands_between<kBandCount>({0, kLowSplitHz / 2, kHighSplitHz / 2, kTopHz / 2})),
      level_fft_(kLevelFrames),
      sibilance_band_(bands_between<1>({5000, 9000})),
      presence_band_(bands_between<1>({1000, 4000})),
      pending_(kOutputChannelCount, kWindowFrames),
      input_(kWindowFrames),
      spectrum_(kWindowFrames),
      mid_(kBinCount),
      side_(kBinCount),
      cross_(kBinCount),
      weighted_(kBinCount),
      classes_(kClassCount),
      corridor_levels_(kPercentileBins),
      sibilance_(kPercentileBins) {
  for (std::size_t i = 0; i < window_.size(); ++i) {
    const double turn = 2.0 * static_cast<double>(i) / kWindowFrames;
    window_[i] = static_cast<float>(0.5 - 0.5 * math::cos_pi(turn));
  }
  const KWeighting weighting(kOutputRateHz);
  for (std::size_t bin = 1; bin < kBinCount; ++bin) {
    const double k_db = weighting.magnitude_db(static_cast<double>(bin) * kBinHz);
    k_weights_[bin] = static_cast<float>(math::exp10(0.1 * k_db));
  }
  for (std::vector<double>& energy : dynamics_energy_) energy.resize(kLevelBins);
}

void SpectrumMeter::begin_stretch() {
  fill_ = 0;
}

void SpectrumMeter::add(const AudioView& audio) {
  ENGINE_CHECK(audio.channels() == kOutputChannelCount);
  for (FrameCount first = 0; first < audio.frames();) {
    const FrameCount count = std::min<FrameCount>(kWindowFrames - fill_, audio.frames() - first);
    for (int c = 0; c < kOutputChannelCount; ++c) {
      const auto samples = audio.channel(c).subspan(static_cast<std::size_t>(first),
                                                    static_cast<std::size_t>(count));
      std::copy(samples.begin(), samples.end(),
                pending_.channel(c).begin() + static_cast<std::ptrdiff_t>(fill_));
    }
    first += count;
    fill_ += count;
    added_frames_ += count;
    if (fill_ < kWindowFrames) continue;
    measure_window();
    fill_ = 0;
  }
}

/// mid_, side_ and cross_ become those of the window in pending_.
void SpectrumMeter::transform() {
  const auto left = pending_.channel(0);
  const auto right = pending_.channel(1);
  for (std::size_t i = 0; i < window_.size(); ++i) {
    // One complex transform for two real signals.
    const float half = 0.5f * window_[i];
    input_[i] = {(left[i] + right[i]) * half, (left[i] - right[i]) * half};
  }
  fft_.forward(input_, spectrum_);
  // Parseval; a Hann window passes 3/8 of the power; both halves of the spectrum; a quarter for the
  // halves that mid and side are taken apart by.
  constexpr double kScale = 2.0 * 0.25 / (0.375 * kWindowFrames * kWindowFrames);
  for (std::size_t bin = 1; bin < kBinCount; ++bin) {
    const Complex a = spectrum_[bin];
    const Complex b = spectrum_[kWindowFrames - bin];
    const float mid_re = a.re + b.re;
    const float mid_im = a.im - b.im;
    const float side_re = a.im + b.im;
    const float side_im = b.re - a.re;
    mid_[bin] = kScale * static_cast<double>(mid_re * mid_re + mid_im * mid_im);
    side_[bin] = kScale * static_cast<double>(side_re * side_re + side_im * side_im);
    cross_[bin] =
        kScale * static_cast<double>((mid_re * side_re + mid_im * side_im) * k_weights_[bin]);
  }
}

/// The dynamics bands' power in kLevelFrames of pending_ from `first` on.
void SpectrumMeter::measure_levels(std::size_t first, std::array<double, kBandCount>& levels) {
  const auto left = pending_.channel(0).subspan(first, kLevelFrames);
  const auto right = pending_.channel(1).subspan(first, kLevelFrames);
  for (std::size_t i = 0; i < kLevelFrames; ++i) {
    const float weight = window_[2 * i];
    input_[i] = {left[i] * weight, right[i] * weight};
  }
  const auto spectrum = std::span(spectrum_).first(kLevelFrames);
  level_fft_.forward(std::span(input_).first(kLevelFrames), spectrum);
  // Left and right need not be told apart: their mean power is half the sum.
  constexpr double kScale = 0.5 / (0.375 * kLevelFrames * kLevelFrames);
  weighted_[0] = 0;
  for (std::size_t bin = 1; bin < kLevelFrames / 2; ++bin) {
    const Complex a = spectrum[bin];
    const Complex b = spectrum[kLevelFrames - bin];
    const float power = (a.re * a.re + a.im * a.im) + (b.re * b.re + b.im * b.im);
    weighted_[bin] = kScale * static_cast<double>(power);
  }
  for (std::size_t i = 0; i < kBandCount; ++i) {
    levels[i] = band_sum(weighted_, dynamics_bands_[i]);
  }
}

float SpectrumMeter::sample_peak() const {
  F32x4 largest = splat4(0);
  for (int c = 0; c < kOutputChannelCount; ++c) {
    const float* samples = pending_.channel(c).data();
    for (int i = 0; i < kWindowFrames; i += kLaneCount) {
      largest = max4(largest, abs4(load4(samples + i)));
    }
  }
  return max_lane(largest);
}

void SpectrumMeter::measure_window() {
  ++window_count_;
  Window window;
  window.begin = added_frames_ - fill_;
  window.sample_peak = sample_peak();
  measure_levels(0, window.levels[0]);
  measure_levels(kLevelFrames, window.levels[1]);
  measure_spectrum(window);
  hold(window);
}

void SpectrumMeter::measure_spectrum(Window& window) {
  transform();
  const auto weigh = [&](const std::vector<double>& powers, auto& sums) {
    for (std::size_t bin = 0; bin < kBinCount; ++bin) {
      weighted_[bin] = powers[bin] * static_cast<double>(k_weights_[bin]);
    }
    for (std::size_t i = 0; i < sums.size(); ++i) sums[i] = band_sum(weighted_, corridor_bands_[i]);
  };
  weigh(mid_, window.mid);
  weigh(side_, window.side);
  for (std::size_t i = 0; i < kCorridorBandCount; ++i) {
    window.loudness_power += window.mid[i] + window.side[i];
  }
  // Left and right add in loudness: twice mid and side.
  window.loudness_lufs = kLoudnessOffsetDb + level_db(2.0 * window.loudness_power);
  window.silent = window.loudness_lufs <= kLoudnessFloorLufs;
  if (window.silent) return;

  for (std::size_t i = 0; i < kCorridorBandCount; ++i) {
    window.cross[i] = std::fabs(band_sum(cross_, corridor_bands_[i]));
  }
  for (std::size_t i = 0; i < kThirdOctaveCount; ++i) {
    window.side_thirds[i] = band_sum(side_, third_bands_[i]);
  }
  for (std::size_t place = 0; place < kEdgePlaces; ++place) {
    double power = 0;
    for (std::size_t bin = place * kEdgeBins; bin < (place + 1) * kEdgeBins; ++bin) {
      mid_[bin] += side_[bin];  // From here on the sum of both.
      power += mid_[bin];
    }
    window.edge_places[place] = power;
  }
  for (std::size_t i = 0; i < kThirdOctaveCount; ++i) {
    window.thirds[i] = band_sum(mid_, third_bands_[i]);
  }
  window.sibilance_db =
      level_db(band_sum(mid_, sibilance_band_[0])) - level_db(band_sum(mid_, presence_band_[0]));
}

/// Takes the window in among those with the highest samples, and counts the one that gives way.
void SpectrumMeter::hold(const Window& window) {
  if (held_.size() < kHeldMax) {
    held_.push_back(window);
    return;
  }
  Window& lowest = *std::min_element(
      held_.begin(), held_.end(),
      [](const Window& a, const Window& b) { return a.sample_peak < b.sample_peak; });
  if (window.sample_peak <= lowest.sample_peak) return count_window(window);
  count_window(lowest);
  lowest = window;
}

void SpectrumMeter::decide_held(const FramesCount& frames_count) {
  for (const Window& window : held_) {
    if (frames_count(window.begin, window.begin + kWindowFrames)) count_window(window);
  }
  held_.clear();
}

void SpectrumMeter::count_window(const Window& window) {
  for (const auto& levels : window.levels) {
    for (std::size_t i = 0; i < kBandCount; ++i) {
      const std::size_t bin =
          histogram_bin(level_db(levels[i]), kLevelFloorDb, kLevelStepDb, kLevelBins);
      dynamics_energy_[i][bin] += levels[i];
    }
  }
  if (window.silent) return;
  ++counted_;
  const std::size_t index =
      histogram_bin(window.loudness_lufs, kLoudnessFloorLufs, kClassStepLu, kClassCount);
  for (std::size_t place = 0; place < kEdgePlaces; ++place) {
    edge_places_[place] += window.edge_places[place];
  }
  LoudnessClass& loudness_class = classes_[index];
  ++loudness_class.windows;
  loudness_class.loudness_power += window.loudness_power;
  for (std::size_t i = 0; i < kThirdOctaveCount; ++i) {
    loudness_class.thirds[i] += window.thirds[i];
    loudness_class.side_thirds[i] += window.side_thirds[i];
  }
  for (std::size_t i = 0; i < kCorridorBandCount; ++i) {
    loudness_class.mid[i] += window.mid[i];
    loudness_class.side[i] += window.side[i];
    loudness_class.cross[i] += window.cross[i];
    const double band_db = level_db(window.mid[i] + window.side[i]);
    ++corridor_levels_[histogram_bin(band_db, kLevelFloorDb, kPercentileStepDb, kPercentileBins)]
                      [i];
  }
  ++sibilance_[histogram_bin(window.sibilance_db, kLevelFloorDb, kPercentileStepDb,
                             kPercentileBins)];
}

/// The classes behind both gates of BS.1770-5.
std::vector<std::size_t> SpectrumMeter::gated_classes() const {
  double power = 0;
  std::int64_t windows = 0;
  for (const LoudnessClass& one : classes_) {
    power += one.loudness_power;
    windows += one.windows;
  }
  std::vector<std::size_t> gated;
  if (windows == 0) return gated;
  const double gate_power =
      power / static_cast<double>(windows) * math::exp10(-0.1 * kRelativeGateLu);
  for (std::size_t i = 0; i < classes_.size(); ++i) {
    const LoudnessClass& one = classes_[i];
    if (one.windows > 0 && one.loudness_power > gate_power * static_cast<double>(one.windows)) {
      gated.push_back(i);
    }
  }
  return gated;
}

void SpectrumMeter::finish_means(TrackProfile& profile) const {
  LoudnessClass sum;
  const std::vector<std::size_t> gated = gated_classes();
  for (const std::size_t index : gated) {
    const LoudnessClass& one = classes_[index];
    sum.windows += one.windows;
    for (std::size_t i = 0; i < kThirdOctaveCount; ++i) {
      sum.thirds[i] += one.thirds[i];
      sum.side_thirds[i] += one.side_thirds[i];
    }
    for (std::size_t i = 0; i < kCorridorBandCount; ++i) {
      sum.mid[i] += one.mid[i];
      sum.side[i] += one.side[i];
      sum.cross[i] += one.cross[i];
    }
  }
  const double windows = static_cast<double>(std::max<std::int64_t>(sum.windows, 1));
  for (std::size_t i = 0; i < kThirdOctaveCount; ++i) {
    profile.spectrum_db[i] = quantize_level_db(level_db(sum.thirds[i] / windows));
    profile.side_spectrum_db[i] = quantize_level_db(level_db(sum.side_thirds[i] / windows));
  }
  for (std::size_t i = 0; i < kCorridorBandCount; ++i) {
    profile.corridor_db[i] = quantize_level_db(level_db((sum.mid[i] + sum.side[i]) / windows));
    const double ratio_db = level_db(sum.side[i]) - level_db(sum.mid[i]);
    profile.side_mid_db[i] = sum.side[i] > 0 ? quantize_level_db(ratio_db) : kLevelFloorDb;
    // The louder channel of a window has mid + side + 2 cross, the quieter one what is left.
    const double both = sum.mid[i] + sum.side[i];
    const double apart = 2.0 * sum.cross[i];
    profile.quieter_channel_db[i] =
        both > 0 ? quantize_level_db(level_db((both - apart) / (both + apart))) : kLevelFloorDb;
  }
}

void SpectrumMeter::finish_percentiles(TrackProfile& profile) const {
  for (std::size_t i = 0; i < kCorridorBandCount; ++i) {
    const auto at = [&](int percent) {
      return quantize_level_db(
          percentile(kPercentileBins, counted_, percent, kLevelFloorDb, kPercentileStepDb,
                     [&](std::size_t bin) { return corridor_levels_[bin][i]; }));
    };
    profile.corridor_p10_db[i] = at(10);
    profile.corridor_p50_db[i] = at(50);
    profile.corridor_p90_db[i] = at(90);
  }
  for (std::size_t i = 0; i < kBandCount; ++i) {
    energy_quantiles_db(
        dynamics_energy_[i], kLevelFloorDb, kLevelStepDb,
        std::span(profile.band_levels_db).subspan(i * kBandLevelCount, kBandLevelCount));
  }
  const auto sibilance_at = [&](int percent) {
    return percentile(kPercentileBins, counted_, percent, kLevelFloorDb, kPercentileStepDb,
                      [&](std::size_t bin) { return sibilance_[bin]; });
  };
  profile.sibilance_db = quantize_level_db(sibilance_at(95) - sibilance_at(50));
}

/// The lowest place above which the spectrum stays kEdgeFallDb lower, or where it ends in nothing.
double SpectrumMeter::bandwidth_hz() const {
  if (counted_ == 0) return kTopHz;
  constexpr std::size_t kPlaces = kEdgePlaces;
  constexpr double kPlaceHz = kBinHz * static_cast<double>(kEdgeBins);
  std::array<double, kPlaces> levels{};
  for (std::size_t place = 0; place < kPlaces; ++place) {
    levels[place] = level_db(edge_places_[place] / static_cast<double>(counted_));
  }
  constexpr auto kFallPlaces = static_cast<std::size_t>(kEdgeWidthHz / kPlaceHz);
  double loudest_above = kLevelFloorDb;
  double edge_hz = kTopHz;
  bool anything = false;
  for (std::size_t place = kPlaces; place-- > 0;) {
    const double top_hz = static_cast<double>(place + 1) * kPlaceHz;
    if (!anything) {
      if (levels[place] < kNothingDb) continue;
      anything = true;
      edge_hz = top_hz;
    }
    const std::size_t above = place + kFallPlaces;
    if (above < kPlaces) loudest_above = std::max(loudest_above, levels[above]);
    if (above >= kPlaces || top_hz < kEdgeLowestHz) continue;
    // One loud tone is no edge: the places below are loud as well.
    double quietest_below = levels[place];
    for (std::size_t i = 1; i <= kFallPlaces; ++i) {
      quietest_below = std::min(quietest_below, levels[place - i]);
    }
    if (quietest_below - kEdgeFallDb >= loudest_above) edge_hz = top_hz;
  }
  return std::floor(std::min(edge_hz, kTopHz) + 0.5);
}

void SpectrumMeter::finish(TrackProfile& profile) {
  if (window_count_ == 0 && fill_ > 0) {
    for (int c = 0; c < kOutputChannelCount; ++c) {
      const auto rest = pending_.channel(c).subspan(static_cast<std::size_t>(fill_));
      std::fill(rest.begin(), rest.end(), 0.0f);
    }
    measure_window();
  }
  decide_held([](FrameCount, FrameCount) { return true; });
  finish_means(profile);
  finish_percentiles(profile);
  profile.bandwidth_hz = bandwidth_hz();
}

}  // namespace engine
