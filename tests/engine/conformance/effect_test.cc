// dsp.md T10: what the presets do to music, and what they must not do. Every track of the corpus is
// rendered by every preset from its full profile, and both ends are measured by the same analyzer.
#include <algorithm>
#include <array>
#include <cmath>
#include <complex>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "engine/enhance/corridor.h"
#include "tests/engine/conformance/chain_run.h"
#include "tests/engine/conformance/music_corpus.h"
#include "tests/support/conformance.h"

namespace engine {
namespace {

using testing::conform;
using testing::kCorpus;
using testing::Limit;
using testing::RenderedTrack;

/// Thirds of an octave that lie further below the loudest are not heard.
constexpr double kAudibleRangeDb = 50;
/// A difference of peak-to-loudness ratio that is heard as much as 1 dB in a third of an octave.
constexpr double kCrestStepDb = 0.7;
/// What a preset may take of the distance between loudness and true peak. dsp.md has 3 dB for all;
/// the preset that is to hit harder may take more.
constexpr double kCrestLossDb = 3;
constexpr double kPunchyCrestLossDb = 4.5;
/// "Outside the corridor": the sum of the nine bands' excess.
constexpr double kOutsideDb = 1.0;

struct TrackResults {
  RenderedTrack original;
  std::array<RenderedTrack, kPresetCount> enhanced;

  const EnhancementPlan& plan(int preset) const {
    return enhanced[static_cast<std::size_t>(preset)].plan->plan;
  }
  const TrackProfile& source() const { return original.measured; }
  const TrackProfile& result(int preset) const {
    return enhanced[static_cast<std::size_t>(preset)].measured;
  }
};

double crest_db(const TrackProfile& profile) {
  return profile.true_peak_dbtp - profile.integrated_loudness_lufs;
}

/// Share of what lies above 4.35 kHz in the K-weighted power, dB.
double treble_share_db(const TrackProfile& profile) {
  const auto shares = corridor_shares_db(profile);
  double power = 0;
  for (std::size_t band = 6; band < shares.size(); ++band) {
    power += std::pow(10.0, 0.1 * shares[band]);
  }
  return 10 * std::log10(power);
}

/// Sum of the nine bands' distance to the corridor, dB.
double corridor_distance_db(const TrackProfile& profile) {
  const auto shares = corridor_shares_db(profile);
  double distance = 0;
  for (std::size_t band = 0; band < shares.size(); ++band) {
    distance += std::fabs(excess_db(shares[band], share_corridor(band)));
  }
  return distance;
}

/// K-weighted power of mid in that of mid and side, dB <= 0: what remains of it in mono.
double mono_share_db(const TrackProfile& profile) {
  double mid = 0;
  double all = 0;
  for (std::size_t band = 0; band < kCorridorBandCount; ++band) {
    const double power = std::pow(10.0, 0.1 * profile.corridor_db[band]);
    all += power;
    mid += power / (1 + std::pow(10.0, 0.1 * profile.side_mid_db[band]));
  }
  return 10 * std::log10(mid / all);
}

/// Largest difference of two spectra at equal loudness, dB, where at least one of both is audible.
double spectrum_difference_db(const TrackProfile& a, const TrackProfile& b) {
  const double loudness = a.integrated_loudness_lufs - b.integrated_loudness_lufs;
  const double floor_db =
      *std::max_element(a.spectrum_db.begin(), a.spectrum_db.end()) - kAudibleRangeDb;
  double largest = 0;
  for (std::size_t i = 0; i < a.spectrum_db.size(); ++i) {
    if (std::max(a.spectrum_db[i], b.spectrum_db[i] + loudness) < floor_db) continue;
    largest = std::max(largest, std::fabs(a.spectrum_db[i] - b.spectrum_db[i] - loudness));
  }
  return largest;
}

class EffectConformance : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    results().resize(kCorpus.size());
    testing::run_on_two_threads(kCorpus.size(), [](std::size_t i) {
      const auto file = testing::corpus_file(kCorpus[i], true);
      TrackResults& track = results()[i];
      track.original = testing::render_track(file, std::nullopt, std::nullopt);
      std::optional<TrackProfile> profile;
      for (int preset = 0; preset < kPresetCount; ++preset) {
        const EnhancementSettings settings{static_cast<Preset>(preset), 100};
        RenderedTrack& enhanced = track.enhanced[static_cast<std::size_t>(preset)];
        enhanced = testing::render_track(file, settings, profile);
        profile = enhanced.plan->profile;
      }
    });
  }
  static void TearDownTestSuite() { results().clear(); }

  static std::vector<TrackResults>& results() {
    static std::vector<TrackResults> all;
    return all;
  }

  /// Calls look(track, preset, "track, preset") for everything rendered.
  template <typename Look>
  static void each(const Look& look) {
    for (std::size_t i = 0; i < results().size(); ++i) {
      for (int preset = 0; preset < kPresetCount; ++preset) {
        look(results()[i], preset,
             std::string(kCorpus[i].name) + ", " + std::string(testing::preset_name(preset)));
      }
    }
  }
};

TEST_F(EffectConformance, NothingClipsBehindOpus) {
  each([](const TrackResults& track, int preset, const std::string& name) {
    conform("T2", "decoded Opus, every piece and preset, 96 kbit/s",
            track.enhanced[static_cast<std::size_t>(preset)].decoded_peak_dbtp, Limit::at_most(0.0),
            "dBTP", name);
  });
}

TEST_F(EffectConformance, LoudnessIsWhatThePlanPromises) {
  each([](const TrackResults& track, int preset, const std::string& name) {
    const EnhancementPlan& plan = track.plan(preset);
    conform("T10", "loudness against the plan, full profiles",
            track.result(preset).integrated_loudness_lufs - plan.expected_lufs, Limit::within(0.5),
            "LU", name);
    const bool silent_shortfall = plan.shortfall_lu > 0.5 && plan.limited_by == GainLimit::kNone;
    conform("T10", "plans short of their target without a stated reason", silent_shortfall,
            Limit::exactly(0), "plans", name);
  });
}

TEST_F(EffectConformance, DynamicsStay) {
  each([](const TrackResults& track, int preset, const std::string& name) {
    const TrackProfile& result = track.result(preset);
    const double range = std::fabs(result.loudness_range_lu - track.source().loudness_range_lu);
    const auto kind = static_cast<Preset>(preset);
    if (kind == Preset::kAdaptive) {
      conform("T10", "change of the loudness range, adaptive", range, Limit::at_most(1.5), "LU",
              name);
    }
    if (kind == Preset::kGentle) {
      conform("T10", "change of the loudness range, gentle", range, Limit::at_most(0.8), "LU",
              name);
    }
    const double loss = crest_db(track.source()) - crest_db(result);
    const bool punchy = kind == Preset::kPunchy;
    conform("T10",
            punchy ? "loss of peak-to-loudness ratio, punchy"
                   : "loss of peak-to-loudness ratio, all but punchy",
            loss, Limit::at_most(punchy ? kPunchyCrestLossDb : kCrestLossDb), "dB", name);
  });
}

TEST_F(EffectConformance, TrebleStaysInBounds) {
  each([](const TrackResults& track, int preset, const std::string& name) {
    const double rise = treble_share_db(track.result(preset)) - treble_share_db(track.source());
    const auto kind = static_cast<Preset>(preset);
    if (kind == Preset::kAdaptive) {
      conform("T10", "rise of the share above 4 kHz, adaptive", rise, Limit::at_most(2), "dB",
              name);
    }
    if (kind == Preset::kBright) {
      conform("T10", "rise of the share above 4 kHz, bright", rise, Limit::at_most(4), "dB", name);
    }
  });
}

TEST_F(EffectConformance, NoBandIsPushedOutOfTheWideCorridor) {
  // Quartiles lie at 0.674 of a normal distribution's deviation, the 5th and 95th percentile at
  // 1.645.
  constexpr double kWider = 1.645 / 0.674;
  each([](const TrackResults& track, int preset, const std::string& name) {
    const auto before = corridor_shares_db(track.source());
    const auto after = corridor_shares_db(track.result(preset));
    double pushed = 0;
    for (std::size_t band = 0; band < before.size(); ++band) {
      const CorridorRange inner = share_corridor(band);
      const double middle = 0.5 * (inner.low_db + inner.high_db);
      const double half = 0.5 * (inner.high_db - inner.low_db) * kWider;
      const CorridorRange wide{middle - half, middle + half};
      if (excess_db(before[band], wide) != 0) continue;
      pushed = std::max(pushed, std::fabs(excess_db(after[band], wide)));
    }
    conform("T10", "a band pushed out of the 5th to 95th percentile", pushed, Limit::at_most(0),
            "dB", name);
  });
}

TEST_F(EffectConformance, TheStereoImageHolds) {
  each([](const TrackResults& track, int preset, const std::string& name) {
    conform("T10", "loss of loudness in mono",
            mono_share_db(track.source()) - mono_share_db(track.result(preset)), Limit::at_most(1),
            "dB", name);
    const double fall =
        track.original.correlation - track.enhanced[static_cast<std::size_t>(preset)].correlation;
    conform("T10", "fall of the correlation of left and right", fall, Limit::at_most(0.1), "",
            name);
  });
}

/// Side against mid of the whole, K-weighted, dB.
double side_db(const TrackProfile& profile) {
  const double mid_db = mono_share_db(profile);
  return 10 * std::log10(std::pow(10.0, -0.1 * mid_db) - 1);
}

TEST_F(EffectConformance, AdaptiveAndGentleKeepTheWidthWhereItIsUsual) {
  for (std::size_t i = 0; i < results().size(); ++i) {
    const TrackResults& track = results()[i];
    bool is_usual = true;
    for (std::size_t band = 0; band < kCorridorBandCount; ++band) {
      const double level_db = track.source().side_mid_db[band];
      if (level_db > side_corridor(band).high_db) is_usual = false;
    }
    for (const Preset preset : {Preset::kAdaptive, Preset::kGentle}) {
      const auto index = static_cast<int>(preset);
      // Dynamics and limiter, which know no sides, change it a little: where they act, the side is
      // not what it is elsewhere.
      conform("T10",
              is_usual ? "loss of width, adaptive and gentle, no wider than usual"
                       : "loss of width, adaptive and gentle, wider than usual",
              side_db(track.source()) - side_db(track.result(index)),
              Limit::at_most(is_usual ? 1.0 : 1.5), "dB",
              std::string(kCorpus[i].name) + ", " + std::string(testing::preset_name(index)));
    }
  }
}

TEST_F(EffectConformance, TheCorridorComesNearer) {
  std::vector<double> falls;
  for (const TrackResults& track : results()) {
    const double before = corridor_distance_db(track.source());
    if (before < kOutsideDb) continue;
    const double after = corridor_distance_db(track.result(0));
    falls.push_back(100 * (1 - after / before));
  }
  ASSERT_GE(falls.size(), 8u);
  std::sort(falls.begin(), falls.end());
  conform("T10", "fall of the distance to the corridor, median of tracks outside, adaptive",
          falls[falls.size() / 2], Limit::at_least(25), "%");
}

/// Twenty seconds of 900 sines per side whose spectrum lies in the middle of the corridor, and
/// whose width lies in the middle of the corridor of width.
AudioBuffer corridor_sound() {
  constexpr int kSines = 900;
  constexpr FrameCount kFrames = FrameCount{20} * kOutputRateHz;
  const KWeighting weighting(kOutputRateHz);
  std::array<int, kCorridorBandCount> counts{};
  const auto frequency_of = [](int i) { return 30.0 * std::pow(600.0, (i + 0.5) / kSines); };
  for (int i = 0; i < kSines; ++i) ++counts[corridor_band_of(frequency_of(i))];
  test::Random random(12);
  std::vector<double> mid(kFrames);
  std::vector<double> side(kFrames);
  for (int i = 0; i < kSines; ++i) {
    const double frequency_hz = frequency_of(i);
    const std::size_t band = corridor_band_of(frequency_hz);
    const CorridorRange share = share_corridor(band);
    const CorridorRange width = side_corridor(band);
    const double width_db = 0.5 * (width.low_db + width.high_db);
    const double level_db = 0.5 * (share.low_db + share.high_db) -
                            10 * std::log10(counts[band] * (1 + std::pow(10, 0.1 * width_db))) -
                            weighting.magnitude_db(frequency_hz);
    for (const auto& [target, gain_db] :
         {std::pair{&mid, level_db}, std::pair{&side, level_db + width_db}}) {
      const double angle = test::kTwoPi * frequency_hz / kOutputRateHz;
      std::complex<double> value =
          std::polar(0.14 * std::pow(10, 0.05 * gain_db), 3.14159 * double{random.uniform()});
      const std::complex<double> step = std::polar(1.0, angle);
      for (double& sample : *target) {
        sample += value.imag();
        value *= step;
      }
    }
  }
  AudioBuffer sound(2, kFrames);
  for (std::size_t i = 0; i < mid.size(); ++i) {
    sound.channel(0)[i] = static_cast<float>(mid[i] + side[i]);
    sound.channel(1)[i] = static_cast<float>(mid[i] - side[i]);
  }
  return sound;
}

TEST(EffectOnSoundConformance, InsideTheCorridorNothingIsTouched) {
  const AudioBuffer sound = corridor_sound();
  const TrackProfile before = testing::profile_of(sound);
  ASSERT_EQ(corridor_distance_db(before), 0);
  for (const Preset preset : {Preset::kAdaptive, Preset::kGentle}) {
    EnhancementPlan plan = make_plan(before, {preset, 100});
    ASSERT_FALSE(plan.restrained);
    // They go by level, not by tone, and would take some tenths from the few, beating bass tones.
    plan.dynamics = {};
    const TrackProfile after = testing::profile_of(testing::enhance(sound, plan));
    conform("T10", "change of any third of an octave inside the corridor, without dynamics",
            spectrum_difference_db(after, before), Limit::at_most(0.3), "dB",
            testing::preset_name(static_cast<int>(preset)));
  }
}

double power_of(std::span<const float> samples) {
  double power = 0;
  for (const float sample : samples) power += double{sample} * double{sample};
  return power;
}

TEST(EffectOnSoundConformance, AnEmptySideStaysEmpty) {
  for (const std::size_t piece : {0u, 8u, 15u, 22u, 23u}) {
    const AudioBuffer track = testing::decode_track(testing::corpus_file(kCorpus[piece], true));
    for (const int empty : {0, 1}) {
      AudioBuffer one_sided = track;
      std::fill(one_sided.channel(empty).begin(), one_sided.channel(empty).end(), 0.0f);
      const TrackProfile profile = testing::profile_of(one_sided);
      for (int preset = 0; preset < kPresetCount; ++preset) {
        const AudioBuffer result =
            testing::enhance(one_sided, make_plan(profile, {static_cast<Preset>(preset), 100}));
        const double leak = power_of(result.channel(empty)) / power_of(result.channel(1 - empty));
        conform(
            "T10", "what comes out of the empty side of a source at the other",
            std::max(10 * std::log10(leak), -120.0), Limit::at_most(-40), "dB",
            std::string(kCorpus[piece].name) + ", " + std::string(testing::preset_name(preset)));
      }
    }
  }
}

TEST(EffectOnSoundConformance, TheWordsOnWidthAreWhatHappens) {
  // The tone apart: what the width adds to the side, band by band, of what was there.
  constexpr std::array<double, kBandCount + 1> kEdgesHz = {0, kLowSplitHz, kHighSplitHz, 10000};
  for (const std::size_t piece : {8u, 15u, 16u, 23u}) {
    const AudioBuffer track = testing::decode_track(testing::corpus_file(kCorpus[piece], true));
    const TrackProfile before = testing::profile_of(track);
    for (int preset = 0; preset < kPresetCount; ++preset) {
      EnhancementPlan plan = make_plan(before, {static_cast<Preset>(preset), 100});
      const auto told_db = width_changes_db(before, plan.tone);
      // What goes by level, not by side, would be measured with it.
      plan.dynamics = {};
      plan.saturation = {};
      const TrackProfile after = testing::profile_of(testing::enhance(track, plan));
      for (std::size_t band = 0; band < kBandCount; ++band) {
        double toned = 0;
        double widened = 0;
        for (std::size_t third = 0; third < kThirdOctaveCount; ++third) {
          if (kThirdOctavesHz[third] < kEdgesHz[band]) continue;
          if (kThirdOctavesHz[third] >= kEdgesHz[band + 1]) continue;
          const auto mid = [&](const TrackProfile& profile) {
            return (1 - side_share(profile, third)) *
                   std::pow(10.0, 0.1 * profile.spectrum_db[third]);
          };
          const double side = std::pow(10.0, 0.1 * before.side_spectrum_db[third]);
          toned += side * mid(after) / mid(before);
          widened += std::pow(10.0, 0.1 * after.side_spectrum_db[third]);
        }
        conform(
            "T10", "the words on width, against what happens",
            told_db[band] - 10 * std::log10(widened / toned), Limit::within(1.5), "dB",
            std::string(kCorpus[piece].name) + ", " + std::string(testing::preset_name(preset)));
      }
    }
  }
}

TEST_F(EffectConformance, PresetsDiffer) {
  // Where tone is restrained to 2 dB and there are no dynamics, they cannot differ much; nor on one
  // instrument alone, whose few bands all presets leave alike.
  for (std::size_t i = 0; i < results().size(); ++i) {
    const TrackResults& track = results()[i];
    if (track.plan(0).restrained || kCorpus[i].one_instrument) continue;
    for (int a = 0; a < kPresetCount; ++a) {
      for (int b = a + 1; b < kPresetCount; ++b) {
        const double spectrum = spectrum_difference_db(track.result(a), track.result(b));
        const double crest = std::fabs(crest_db(track.result(a)) - crest_db(track.result(b)));
        conform("T10",
                "difference of two presets: of a third of an octave, or 1.4 times that of "
                "the peak-to-loudness ratio",
                std::max(spectrum, crest / kCrestStepDb), Limit::at_least(1), "dB",
                std::string(kCorpus[i].name) + ", " + std::string(testing::preset_name(a)) +
                    " and " + std::string(testing::preset_name(b)));
      }
    }
  }
}

}  // namespace
}  // namespace engine
