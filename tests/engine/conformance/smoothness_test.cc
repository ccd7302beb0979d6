// dsp.md T3 through the whole chain: bass that stays clean when it is driven into the limiter, and
// does not modulate what plays above it. (Slopes of the gain trace: limiter_test.cc.)
#include <cmath>
#include <string>

#include <gtest/gtest.h>

#include "tests/engine/conformance/chain_run.h"
#include "tests/engine/dsp/signal_analysis.h"
#include "tests/support/conformance.h"

namespace engine {
namespace {

using test::Mono;
using testing::conform;
using testing::Limit;

/// The chain with all its filters and no other stage at work than the limiter.
EnhancementPlan limiting_plan(double drive_db) {
  EnhancementPlan plan;
  plan.settings.intensity_percent = 100;
  plan.gain_db = drive_db;
  plan.ceiling_dbtp = -1;
  return plan;
}

/// What adaptive and gentle, the presets without saturation, plan for this signal, driven.
EnhancementPlan driven_plan(const AudioBuffer& signal, Preset preset, double drive_db) {
  EnhancementPlan plan = make_plan(testing::profile_of(signal), {preset, 100});
  plan.gain_db = drive_db;
  return plan;
}

double distortion_db(const AudioBuffer& output, double frequency_hz) {
  // Two seconds in the middle, where the gain has settled.
  return test::fit_sine(test::plane(output, 0), frequency_hz, 48000, 144000).residual_db;
}

TEST(SmoothnessConformance, SteadyBassStaysClean) {
  for (const double frequency_hz : {30.0, 40.0, 50.0, 60.0, 80.0, 100.0}) {
    const AudioBuffer tone = test::stereo(test::sine(4, frequency_hz, 1.0));
    const std::string name = std::to_string(static_cast<int>(frequency_hz)) + " Hz";
    conform("T3", "THD+N of steady tones 30 to 100 Hz, driven 6 dB, filters and limiter",
            distortion_db(testing::enhance(tone, limiting_plan(6)), frequency_hz),
            Limit::at_most(-100), "dB", name);
    for (const Preset preset : {Preset::kAdaptive, Preset::kGentle}) {
      const AudioBuffer output = testing::enhance(tone, driven_plan(tone, preset, 6));
      conform("T3", "THD+N of steady tones 30 to 100 Hz, driven 6 dB, presets without saturation",
              distortion_db(output, frequency_hz), Limit::at_most(-100), "dB",
              name + ", " + std::string(testing::preset_name(static_cast<int>(preset))));
    }
  }
}

TEST(SmoothnessConformance, WhatIsNotLimitedStaysPure) {
  for (const double frequency_hz : {40.0, 1000.0, 10000.0}) {
    const AudioBuffer tone = test::stereo(test::sine(4, frequency_hz, 0.5));
    conform("T3", "THD+N of tones below the threshold, filters and limiter",
            distortion_db(testing::enhance(tone, limiting_plan(0)), frequency_hz),
            Limit::at_most(-120), "dB", std::to_string(static_cast<int>(frequency_hz)));
  }
}

TEST(SmoothnessConformance, BassDoesNotModulateTheRest) {
  for (const double bass_hz : {60.0, 80.0, 100.0, 150.0}) {
    Mono mix = test::sine(4, bass_hz, 1.0);
    test::add(mix, test::sine(4, 1000, 0.1));
    const AudioBuffer input = test::stereo(mix);
    const Mono output = test::plane(testing::enhance(input, limiting_plan(5)), 0);
    const double carrier = test::amplitude_at(output, 1000, 48000, 96000);
    for (int k = -4; k <= 4; ++k) {
      const double sideband_hz = 1000 + k * bass_hz;
      // Where a harmonic of the bass falls on it, it is not the sideband that is measured.
      if (k == 0 || std::fmod(sideband_hz, bass_hz) == 0) continue;
      const double sideband = test::amplitude_at(output, sideband_hz, 48000, 96000);
      conform("T3", "sidebands of 1 kHz beside full-scale bass, driven 5 dB, filters and limiter",
              test::to_db(sideband / carrier), Limit::at_most(-60), "dB",
              std::to_string(static_cast<int>(bass_hz)) + " Hz");
    }
  }
}

}  // namespace
}  // namespace engine
