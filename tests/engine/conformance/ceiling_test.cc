// dsp.md T2: the ceiling of the whole chain, before Opus and behind it, on signals made to break
// limiters. (The bare limiter: tests/engine/dsp/limiter_test.cc. Decoded music:
// tests/engine/session/decoded_level_test.cc.)
#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "tests/engine/conformance/chain_run.h"
#include "tests/engine/conformance/music_corpus.h"
#include "tests/engine/dsp/adversarial_signals.h"
#include "tests/engine/dsp/signal_analysis.h"
#include "tests/support/conformance.h"
#include "tests/support/loudness_oracle.h"
#include "tests/support/opus_round_trip.h"

namespace engine {
namespace {

using test::Mono;
using testing::conform;
using testing::Limit;

struct Signal {
  std::string name;
  AudioBuffer audio;
};

/// The full-band set, with its time reversed on the right; and the loudest music of the corpus, at
/// full scale. Silence behind each: what the filters ring belongs to the signal.
std::vector<Signal> adversarial_set() {
  std::vector<Signal> set;
  for (const auto& [name, left] : test::adversarial_signals()) {
    set.push_back({name, test::stereo(left, Mono(left.rbegin(), left.rend()))});
  }
  for (const std::size_t i : {std::size_t{0}, std::size_t{2}, std::size_t{6}}) {
    AudioBuffer music = testing::decode_track(testing::corpus_file(testing::kCorpus[i], true));
    float peak = 0;
    for (int c = 0; c < 2; ++c) {
      for (const float sample : music.channel(c)) peak = std::max(peak, std::fabs(sample));
    }
    music.resize(2, 48000 * 4);
    for (int c = 0; c < 2; ++c) {
      for (float& sample : music.channel(c)) sample /= peak;
    }
    set.push_back({testing::kCorpus[i].name, music});
  }
  for (Signal& signal : set) signal.audio.append_silence(9600);
  return set;
}

struct Peaks {
  double sample_dbfs = 0;
  double oracle_dbtp = 0;
  double fine_dbtp = 0;
};

Peaks peaks_of(const AudioBuffer& audio) {
  Peaks peaks;
  testing::LoudnessOracle oracle(2);
  oracle.add(audio);
  peaks.oracle_dbtp = oracle.true_peak_dbtp();
  float sample_peak = 0;
  double fine_peak = 0;
  for (int c = 0; c < 2; ++c) {
    for (const float sample : audio.channel(c)) {
      sample_peak = std::max(sample_peak, std::fabs(sample));
    }
    fine_peak = std::max(fine_peak, test::true_peak_32x(test::plane(audio, c)));
  }
  peaks.sample_dbfs = test::to_db(double{sample_peak});
  peaks.fine_dbtp = test::to_db(fine_peak);
  return peaks;
}

struct Case {
  std::string name;
  const AudioBuffer* input;
  EnhancementPlan plan;
  double drive_db;
  Peaks peaks;
};

TEST(CeilingConformance, TheWholeChainHoldsItOnFullBandInput) {
  const std::vector<Signal> set = adversarial_set();
  std::vector<Case> cases;
  for (const Signal& signal : set) {
    const TrackProfile profile = testing::profile_of(signal.audio);
    for (int preset = 0; preset < kPresetCount; ++preset) {
      for (const double drive_db : {6.0, 12.0}) {
        EnhancementPlan plan = make_plan(profile, {static_cast<Preset>(preset), 100});
        plan.gain_db = drive_db;  // The signals are at full scale.
        cases.push_back({signal.name + ", " + std::string(testing::preset_name(preset)),
                         &signal.audio,
                         plan,
                         drive_db,
                         {}});
      }
    }
  }
  testing::run_on_two_threads(cases.size(), [&](std::size_t i) {
    cases[i].peaks = peaks_of(testing::enhance(*cases[i].input, cases[i].plan));
  });
  for (const Case& c : cases) {
    const std::string drive = c.drive_db > 6 ? ", driven 12 dB" : ", driven 6 dB";
    const auto over = [&](const char* what, double peak, double allowed) {
      conform("T2", "whole chain, full-band set" + drive + ", over the ceiling: " + what,
              peak - c.plan.ceiling_dbtp, Limit::at_most(allowed), "dB", c.name);
    };
    over("samples", c.peaks.sample_dbfs, 0);
    over("libebur128", c.peaks.oracle_dbtp, 0);
    over("32x reference", c.peaks.fine_dbtp, 0.05);
  }
}

TEST(CeilingConformance, DecodedOpusStaysLowEvenOnTheSet) {
  const std::vector<Signal> set = adversarial_set();
  struct Decoded {
    std::string name;
    const AudioBuffer* input;
    EnhancementPlan plan;
    int bitrate_bps;
    double peak_dbtp;
  };
  std::vector<Decoded> cases;
  for (const Signal& signal : set) {
    const TrackProfile profile = testing::profile_of(signal.audio);
    for (int preset = 0; preset < kPresetCount; ++preset) {
      const EnhancementPlan plan = make_plan(profile, {static_cast<Preset>(preset), 100});
      for (const int bitrate_bps : {96000, 128000, 192000}) {
        cases.push_back({signal.name + ", " + std::string(testing::preset_name(preset)),
                         &signal.audio, plan, bitrate_bps, 0});
      }
    }
  }
  testing::run_on_two_threads(cases.size(), [&](std::size_t i) {
    Decoded& c = cases[i];
    testing::LoudnessOracle oracle(2);
    oracle.add(testing::through_opus(testing::enhance(*c.input, c.plan), c.bitrate_bps));
    c.peak_dbtp = oracle.true_peak_dbtp();
  });
  for (const Decoded& c : cases) {
    conform("T2",
            "decoded Opus, full-band set, " + std::to_string(c.bitrate_bps / 1000) + " kbit/s",
            c.peak_dbtp, Limit::at_most(0.3), "dBTP", c.name);
  }
}

}  // namespace
}  // namespace engine
