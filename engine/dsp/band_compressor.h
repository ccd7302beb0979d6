// BandCompressor: the gain of one band's feed-forward compressor, in decibels per control hop.
//
// power    of M and S, weighted over two hops (control_hop.h)
// level    its mean through a Kaiser window, as slow as a box of attack_ms
// raw      compressor_gain_db(level): soft knee, soft cap
// gain     raw through hold, release in a straight line and a triangle (gain_smoother.h)
//
// (Giannoulis, Massberg, Reiss, "Digital Dynamic Range Compressor Design - A Tutorial and
// Analysis", JAES 2012, for curve and topology: level detection first, then the log domain.)
//
// A box passes the ripple of a low tone; the window has no side lobe above -90 dB, and its first
// null at 2 * lowest_hz or below, so that a steady tone of the band gives one level. The gain lags
// by half the attack: with the audio delayed by kDelayHops it has half of its way behind it
// attack_ms / 2 after a sudden start.
#pragma once

#include <vector>

#include "engine/base/audio_view.h"
#include "engine/dsp/control_hop.h"
#include "engine/dsp/gain_smoother.h"

namespace engine {

struct BandCompressorSettings {
  /// dB re full scale of the band's power (L^2 + R^2) / 2: a full-scale sine on both is -3 dB.
  double threshold_db = 0;
  /// [1, 20]. At 1 the gain is exactly 0 dB and nothing is measured.
  double ratio = 1;
  /// Width of the knee, [0, 24]; its middle is the threshold.
  double knee_db = 6;
  /// [5, 40]. What is too fast for lowest_hz is slowed down: to 31 ms for 30 Hz.
  double attack_ms = 20;
  /// [5, 1000]
  double release_db_per_s = 20;
  /// The gain's limit, [0, 12]; at 0 as at ratio 1. See compressor_gain_db().
  double reduction_max_db = 3;
  /// Lowest tone of the band whose ripple must not be heard, [30, 20000].
  double lowest_hz = 150;
};

/// The static curve: gain in dB, in [-reduction_max_db, 0], for a steady level. Above the knee it
/// is (threshold - level)(1 - 1 / ratio). The cap is soft: from 0.75 to 1.25 of reduction_max_db
/// the curve bends into it in a parabola, as it bends at the knee, and then stays.
double compressor_gain_db(double level_db, const BandCompressorSettings& settings);

class BandCompressor {
 public:
  /// Hops by which the audio is to be later than what is pushed: 32 ms.
  static constexpr int kDelayHops = 24;
  /// 17.3 ms: the ripple of 30 Hz lasts 16.7 ms.
  static constexpr int kHoldHops = 13;
  static constexpr int kBoxHops = 4;

  explicit BandCompressor(const BandCompressorSettings& settings);

  bool active() const { return active_; }

  /// What came before the next push() counts as silence.
  void reset();

  /// The power of the hop that arrives. Returns the gain in dB, <= 0, at the end of the hop that
  /// leaves a delay of kDelayHops.
  double push(const HopPower& power);

  /// The result of push() depends on this many pushes before it, and on no others.
  int memory_hops() const;

 private:
  double level() const;

  BandCompressorSettings settings_;
  bool active_ = false;
  double quiet_power_ = 0;  // Below it the curve is 0.
  std::vector<double> window_;
  std::vector<double> powers_;  // A ring, twice: any window of it is contiguous.
  std::size_t at_ = 0;
  HopPower before_;
  GainSmoother smoother_;
};

}  // namespace engine
