// A slow link: what is heard before the profile is complete, and how the final plan takes over, on
// real music (docs/decisions/provisional-plan.md).
#include <algorithm>
#include <array>
#include <cmath>
#include <vector>

#include <gtest/gtest.h>

#include "engine/dsp/fft.h"
#include "engine/enhance/provisional_plan.h"
#include "engine/enhance/take_over.h"
#include "tests/engine/conformance/chain_run.h"
#include "tests/engine/conformance/music_corpus.h"

namespace engine {
namespace {

using testing::kCorpus;

constexpr std::array<int, 4> kBudgets = {0, 1, 3, 12};

/// Every fourth of the corpus: loud and quiet, dense and sparse; the others say the same.
constexpr std::size_t kTrackCount = 7;
const testing::CorpusTrack& corpus_track(std::size_t i) {
  return kCorpus[4 * i];
}

/// The profile that a first plan is made of, with so many probes.
TrackProfile first_profile(std::span<const std::byte> file, int budget) {
  testing::SessionDriver driver(file, {.output = SessionOutput::kPcm});
  EXPECT_TRUE(driver.session().set_probe_budget(budget));
  EXPECT_TRUE(driver.session().set_enhancement(EnhancementSettings{}));
  driver.pcm(0);
  EXPECT_EQ(driver.plan()->provisional, budget < kProbeCount);
  return driver.plan()->profile;
}

struct Heard {
  TrackProfile final;
  std::array<TrackProfile, kBudgets.size()> first;
  /// Loudness against that of the final plan, behind everything, LU.
  std::array<double, kBudgets.size()> louder_lu{};
  double worst_peak_db = -100;  // Above the ceiling.
};

double loudness_of(const AudioBuffer& audio, Heard& heard, double ceiling_dbtp) {
  testing::LoudnessOracle oracle(kOutputChannelCount);
  oracle.add(audio);
  heard.worst_peak_db = std::max(heard.worst_peak_db, oracle.true_peak_dbtp() - ceiling_dbtp);
  return testing::profile_of(audio).integrated_loudness_lufs;
}

TEST(ProvisionalConformance, ItIsNoLouderThanTheFinalPlanAndHoldsTheCeiling) {
  std::vector<Heard> all(kTrackCount);
  const EnhancementSettings settings{};
  testing::run_on_two_threads(kTrackCount, [&](std::size_t i) {
    const auto file = testing::corpus_file(corpus_track(i), true);
    const AudioBuffer track = testing::decode_track(file);
    Heard& heard = all[i];
    heard.final = first_profile(file, kProbeCount);
    const EnhancementPlan final_plan = make_plan(heard.final, settings);
    const double final_lufs =
        loudness_of(testing::enhance(track, final_plan), heard, final_plan.ceiling_dbtp);
    for (std::size_t k = 0; k < kBudgets.size(); ++k) {
      heard.first[k] = first_profile(file, kBudgets[k]);
      const EnhancementPlan plan = make_provisional_plan(heard.first[k], settings);
      heard.louder_lu[k] =
          loudness_of(testing::enhance(track, plan), heard, plan.ceiling_dbtp) - final_lufs;
    }
  });
  for (std::size_t i = 0; i < all.size(); ++i) {
    SCOPED_TRACE(corpus_track(i).name);
    for (std::size_t k = 0; k < kBudgets.size(); ++k) {
      const bool spread = kBudgets[k] >= kSpreadProbesMin;
      EXPECT_LE(all[i].louder_lu[k], spread ? 1 : 2) << kBudgets[k] << " probes";
    }
    EXPECT_LE(all[i].worst_peak_db, 0);
  }
}

/// Levels of the thirds of an octave from 200 Hz on, in windows of 43 ms every 20 ms.
class ThirdLevels {
 public:
  static constexpr std::size_t kFirstThird = 9;  // 200 Hz.
  static constexpr int kSize = 2048;

  explicit ThirdLevels(const AudioBuffer& audio) {
    RealFft fft(kSize);
    std::vector<float> window(kSize);
    std::vector<Complex> bins(static_cast<std::size_t>(fft.bins()));
    for (FrameCount at = 0; at + kSize <= audio.frames(); at += kPacketFrames) {
      std::array<double, kThirdOctaveCount> powers{};
      for (int c = 0; c < kOutputChannelCount; ++c) {
        for (int n = 0; n < kSize; ++n) {
          const double hann = 0.5 - 0.5 * std::cos(test::kTwoPi * n / kSize);
          window[static_cast<std::size_t>(n)] =
              static_cast<float>(hann * double{audio.channel(c)[static_cast<std::size_t>(at + n)]});
        }
        fft.forward(window, bins);
        for (std::size_t bin = 1; bin < bins.size(); ++bin) {
          const double hz = static_cast<double>(bin) * kOutputRateHz / kSize;
          const double place = 10.0 * std::log10(hz / 25.0);
          const auto third = static_cast<std::size_t>(std::max(0.0, std::floor(place + 0.5)));
          if (third >= kThirdOctaveCount) continue;
          powers[third] += double{bins[bin].re} * double{bins[bin].re} +
                           double{bins[bin].im} * double{bins[bin].im};
        }
      }
      for (double& power : powers) power = 10.0 * std::log10(power / (kSize * kSize / 8.0) + 1e-20);
      levels_.push_back(powers);
    }
  }

  std::size_t count() const { return levels_.size(); }
  double at(std::size_t window, std::size_t third) const { return levels_[window][third]; }

 private:
  std::vector<std::array<double, kThirdOctaveCount>> levels_;
};

AudioBuffer take_over(const AudioBuffer& track, const TakeOver& change) {
  TakeOverChain chain(change);
  AudioBuffer padded = track;
  padded.append_silence(chain.latency_frames());
  chain.process(BufferSlice(padded).view(), test::MutableSlice(padded).view());
  padded.drop_front(chain.latency_frames());
  return padded;
}

struct Steps {
  double seconds = 0;
  double rise_db = 0;
  double rise_db_per_s = 0;  // Steepest over a second, against both plans alone.
  double third_step_db = 0;  // Largest in 20 ms, beyond those of both plans alone.
  double peak_db = 0;        // Above the ceiling.
};

/// How fast the blend goes from the one to the other, beyond what either does by itself.
Steps steps_of(const AudioBuffer& track, const TakeOver& change) {
  Steps steps;
  steps.seconds = static_cast<double>(change.end_frame - change.begin_frame) / kOutputRateHz;
  steps.rise_db = change.rise_db;
  const AudioBuffer blend = take_over(track, change);
  testing::LoudnessOracle oracle(kOutputChannelCount);
  oracle.add(blend);
  steps.peak_db =
      oracle.true_peak_dbtp() - std::max(change.before.ceiling_dbtp, change.after.ceiling_dbtp);
  const ThirdLevels both(blend);
  const ThirdLevels before(testing::enhance(track, change.before));
  const ThirdLevels after(testing::enhance(track, change.after));
  const auto total = [](const ThirdLevels& levels, std::size_t first) {
    double power = 0;
    for (std::size_t i = first; i < first + 50; ++i) {
      for (std::size_t third = ThirdLevels::kFirstThird; third < kThirdOctaveCount; ++third) {
        power += std::pow(10, 0.1 * levels.at(i, third));
      }
    }
    return 10 * std::log10(power + 1e-12);
  };
  for (std::size_t i = 0; i + 101 < both.count(); ++i) {
    const auto rise = [&](const ThirdLevels& levels) {
      return total(levels, i + 50) - total(levels, i);
    };
    const double own = std::max(rise(both) - std::max(rise(before), rise(after)),
                                std::min(rise(before), rise(after)) - rise(both));
    steps.rise_db_per_s = std::max(steps.rise_db_per_s, own);
    for (std::size_t third = ThirdLevels::kFirstThird; third < kThirdOctaveCount; ++third) {
      const auto step = [&](const ThirdLevels& levels) {
        return levels.at(i + 1, third) - levels.at(i, third);
      };
      if (std::min(before.at(i, third), before.at(i + 1, third)) < -60) continue;
      const double beyond = std::max(step(both) - std::max(step(before), step(after)),
                                     std::min(step(before), step(after)) - step(both));
      steps.third_step_db = std::max(steps.third_step_db, beyond);
    }
  }
  return steps;
}

TEST(ProvisionalConformance, TheFinalPlanTakesOverWithoutAStep) {
  constexpr FrameCount kFrom = FrameCount{3} * kOutputRateHz;
  std::vector<Steps> all(kTrackCount);
  testing::run_on_two_threads(kTrackCount, [&](std::size_t i) {
    const auto file = testing::corpus_file(corpus_track(i), true);
    AudioBuffer track = testing::decode_track(file);
    track.resize(kOutputChannelCount, FrameCount{22} * kOutputRateHz);
    const TrackProfile first = first_profile(file, i % 2 == 0 ? 0 : 5);
    const TrackProfile profile = first_profile(file, kProbeCount);
    const EnhancementSettings settings{static_cast<Preset>((i + 3) % kPresetCount), 100};
    all[i] = steps_of(track, plan_take_over(make_provisional_plan(first, settings),
                                            make_plan(profile, settings), profile, kFrom));
  });
  double furthest = 0;
  for (std::size_t i = 0; i < all.size(); ++i) {
    SCOPED_TRACE(corpus_track(i).name);
    furthest = std::max(furthest, std::abs(all[i].rise_db));
    EXPECT_LE(all[i].seconds, 18);
    EXPECT_LE(all[i].rise_db_per_s, 1);
    // One of the seven pieces stands out, at 0.86 dB; why is not known yet
    // (docs/decisions/provisional-plan.md).
    EXPECT_LE(all[i].third_step_db, 1.0);
    EXPECT_LE(all[i].peak_db, 0);
  }
  EXPECT_GT(furthest, 3) << "nothing has to be taken over";
}

}  // namespace
}  // namespace engine
