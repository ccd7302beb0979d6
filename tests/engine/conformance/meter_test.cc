// dsp.md T1 on real music: our meters against libebur128, and what the probes say of a track
// against the whole of it. (Synthesised cases: loudness_meter_test.cc, true_peak_meter_test.cc.)
#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "engine/dsp/true_peak_meter.h"
#include "tests/engine/conformance/chain_run.h"
#include "tests/engine/conformance/music_corpus.h"
#include "tests/support/conformance.h"
#include "tests/support/loudness_oracle.h"

namespace engine {
namespace {

using testing::conform;
using testing::kCorpus;
using testing::Limit;

TEST(MeterConformance, AgreesWithLibebur128OnMusic) {
  struct Readings {
    double loudness_error = 0;
    double peak_error = 0;
  };
  std::vector<Readings> readings(kCorpus.size());
  testing::run_on_two_threads(kCorpus.size(), [&](std::size_t i) {
    const AudioBuffer audio = testing::decode_track(testing::corpus_file(kCorpus[i], true));
    LoudnessMeter loudness(kOutputRateHz, 2);
    loudness.add(BufferSlice(audio).view());
    TruePeakMeter peak(2);
    peak.begin_stretch(true);
    peak.add(BufferSlice(audio).view());
    peak.finish();
    testing::LoudnessOracle oracle(2);
    oracle.add(audio);
    readings[i] = {loudness.integrated_lufs() - oracle.integrated_lufs(),
                   peak.peak_dbtp() - oracle.true_peak_dbtp()};
  });
  for (std::size_t i = 0; i < readings.size(); ++i) {
    conform("T1", "libebur128 on music: loudness", readings[i].loudness_error, Limit::within(0.05),
            "LU", kCorpus[i].name);
    conform("T1", "libebur128 on music: true peak", readings[i].peak_error, Limit::within(0.1),
            "dB", kCorpus[i].name);
  }
}

/// What a session finds out before the first chunk.
PlanReady plan_of(std::span<const std::byte> file, bool full) {
  SessionOptions options;
  options.output = SessionOutput::kPcm;
  options.full_profile = full;
  options.source_bytes_held_max = std::max<std::uint64_t>(4u << 20, file.size() + 1);
  testing::SessionDriver driver(file, options, {.piece_size = 0});
  EXPECT_TRUE(driver.session().set_enhancement(EnhancementSettings{}));
  EXPECT_TRUE(driver.session().request_chunk(0));
  while (!driver.plan() && driver.next()) {
  }
  EXPECT_TRUE(driver.plan().has_value());
  return driver.plan().value_or(PlanReady{});
}

/// The value below which nine tenths lie.
double p90(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return values[(values.size() * 9 + 9) / 10 - 1];
}

TEST(MeterConformance, ProbesTellTheLoudnessOfTheWholeTrack) {
  struct Readings {
    double probed_lufs = 0;
    double full_lufs = 0;
    double expected_lufs = 0;  // From the probes.
    double heard_lufs = 0;
  };
  std::vector<testing::CorpusTrack> tracks;
  for (std::size_t i = 0; i < kCorpus.size(); ++i) {
    if (testing::is_measured(i, 3)) tracks.push_back(kCorpus[i]);
  }
  std::vector<Readings> readings(tracks.size());
  testing::run_on_two_threads(tracks.size(), [&](std::size_t i) {
    const auto file = testing::corpus_file(tracks[i], false);
    const PlanReady probed = plan_of(file, false);
    const auto rendered = testing::render_track(file, EnhancementSettings{}, probed.profile);
    readings[i] = {probed.profile.integrated_loudness_lufs,
                   plan_of(file, true).profile.integrated_loudness_lufs, probed.plan.expected_lufs,
                   rendered.measured.integrated_loudness_lufs};
  });
  std::vector<double> probe_errors;
  std::vector<double> heard_errors;
  for (std::size_t i = 0; i < readings.size(); ++i) {
    const Readings& r = readings[i];
    probe_errors.push_back(std::fabs(r.probed_lufs - r.full_lufs));
    heard_errors.push_back(std::fabs(r.heard_lufs - r.expected_lufs));
    conform("T1", "probes against the whole track, loudness, each track", probe_errors.back(),
            Limit::at_most(1.2), "LU", tracks[i].name);
    conform("T10", "loudness against the plan, profiles from probes, adaptive, whole tracks",
            heard_errors.back(), Limit::at_most(1.2), "LU", tracks[i].name);
  }
  conform("T1", "probes against the whole track, loudness, nine tracks of ten", p90(probe_errors),
          Limit::at_most(0.6), "LU");
  conform("T10", "loudness against the plan, profiles from probes, nine tracks of ten",
          p90(heard_errors), Limit::at_most(0.6), "LU");
}

}  // namespace
}  // namespace engine
