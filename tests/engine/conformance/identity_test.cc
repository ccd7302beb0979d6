// dsp.md T4 and T6 on real music: intensity 0 changes nothing, little intensity changes little; and
// a chunk has the bits of the continuous run, whatever was rendered before it. (On synthesised
// signals, and for every stage alone: enhancer_test.cc and the tests of engine/dsp.)
#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "tests/engine/conformance/chain_run.h"
#include "tests/engine/conformance/music_corpus.h"
#include "tests/engine/dsp/signal_analysis.h"
#include "tests/support/conformance.h"

namespace engine {
namespace {

using testing::conform;
using testing::Limit;

struct Piece {
  std::string name;
  AudioBuffer audio;
  TrackProfile profile;
};

/// Peak sample of both channels.
double peak_of(const AudioBuffer& audio) {
  float peak = 0;
  for (int c = 0; c < 2; ++c) {
    for (const float sample : audio.channel(c)) peak = std::max(peak, std::fabs(sample));
  }
  return double{peak};
}

/// `seconds` of eight tracks of all kinds, at `lufs` or as near to it as full scale allows; at
/// their own level when that is 0.
std::vector<Piece> pieces(FrameCount seconds, double lufs) {
  constexpr std::array<std::size_t, 8> kChosen = {0, 3, 4, 11, 18, 21, 24, 26};
  std::vector<Piece> all(kChosen.size());
  testing::run_on_two_threads(all.size(), [&](std::size_t i) {
    const auto& track = testing::kCorpus[kChosen[i]];
    AudioBuffer audio = testing::decode_track(testing::corpus_file(track, true));
    audio.resize(2, seconds * kOutputRateHz);
    if (lufs != 0) {
      const double own = testing::profile_of(audio).integrated_loudness_lufs;
      const auto gain = static_cast<float>(std::min(test::from_db(lufs - own), 1 / peak_of(audio)));
      for (int c = 0; c < 2; ++c) {
        for (float& sample : audio.channel(c)) sample *= gain;
      }
    }
    all[i] = {track.name, audio, testing::profile_of(audio)};
  });
  return all;
}

struct Distance {
  double largest_dbfs = -200;
  double energy = 0;
};

Distance distance(const AudioBuffer& a, const AudioBuffer& b) {
  double largest = 1e-10;
  Distance result;
  for (int c = 0; c < 2; ++c) {
    const auto x = a.channel(c);
    const auto y = b.channel(c);
    for (std::size_t i = 0; i < x.size(); ++i) {
      const double error = double{x[i]} - double{y[i]};
      largest = std::max(largest, std::fabs(error));
      result.energy += error * error;
    }
  }
  result.largest_dbfs = test::to_db(largest);
  return result;
}

std::int64_t differing_samples(const AudioBuffer& a, FrameCount first, const AudioBuffer& b) {
  std::int64_t count = 0;
  for (int c = 0; c < 2; ++c) {
    for (FrameCount i = 0; i < b.frames(); ++i) {
      const float* x = &a.channel(c)[static_cast<std::size_t>(first + i)];
      if (std::memcmp(x, &b.channel(c)[static_cast<std::size_t>(i)], sizeof(float)) != 0) ++count;
    }
  }
  return count;
}

TEST(IdentityConformance, IntensityScalesTheEffectFromNothing) {
  const std::vector<Piece> music = pieces(10, -14);
  struct Run {
    std::int64_t differing_at_0 = 0;
    Distance at_1;
    std::array<double, 4> energies{};
  };
  std::vector<Run> runs(music.size() * kPresetCount);
  const auto render = [&](std::size_t i, int percent) {
    const Piece& piece = music[i / kPresetCount];
    const auto preset = static_cast<Preset>(i % kPresetCount);
    return testing::enhance(piece.audio, make_plan(piece.profile, {preset, percent}));
  };
  testing::run_on_two_threads(runs.size(), [&](std::size_t i) {
    const AudioBuffer& original = music[i / kPresetCount].audio;
    runs[i].differing_at_0 = differing_samples(original, 0, render(i, 0));
    runs[i].at_1 = distance(original, render(i, 1));
    runs[i].energies = {runs[i].at_1.energy, distance(original, render(i, 25)).energy,
                        distance(original, render(i, 50)).energy,
                        distance(original, render(i, 100)).energy};
  });
  for (std::size_t i = 0; i < runs.size(); ++i) {
    const std::string name = music[i / kPresetCount].name + ", " +
                             std::string(testing::preset_name(static_cast<int>(i % kPresetCount)));
    conform("T4", "samples that differ at intensity 0", static_cast<double>(runs[i].differing_at_0),
            Limit::exactly(0), "samples", name);
    conform("T4", "largest difference at intensity 0.01, music at -14 LUFS or full scale",
            runs[i].at_1.largest_dbfs, Limit::at_most(-40), "dBFS", name);
    double growth_db = 1000;
    for (std::size_t k = 1; k < runs[i].energies.size(); ++k) {
      growth_db =
          std::min(growth_db, 10 * std::log10(runs[i].energies[k] / runs[i].energies[k - 1]));
    }
    conform("T4", "growth of the difference's energy, each step of 0.01, 0.25, 0.5, 1", growth_db,
            Limit::at_least(0.01), "dB", name);
  }
}

/// Frames [begin, end), cold, by the rule in enhancer.h.
AudioBuffer enhance_cold(Enhancer& enhancer, const AudioBuffer& track, FrameCount begin,
                         FrameCount end) {
  const FrameCount context = begin - enhancer.left_context_frames();
  const FrameCount first =
      std::max<FrameCount>(0, context / Enhancer::kGridFrames) * Enhancer::kGridFrames;
  enhancer.reset(first);
  const FrameCount last = end + enhancer.latency_frames();
  AudioBuffer window(2, 0);
  window.append(BufferSlice(track, first, std::min(last, track.frames())).view());
  window.resize(2, last - first);
  enhancer.process(BufferSlice(window).view(), test::MutableSlice(window).view());
  window.drop_front(begin - first + enhancer.latency_frames());
  return window;
}

TEST(IdentityConformance, ChunksHaveTheBitsOfTheContinuousRun) {
  const std::vector<Piece> music = pieces(16, 0);
  struct Run {
    std::int64_t cold = 0;
    std::int64_t warm = 0;
  };
  std::vector<Run> runs(music.size() * kPresetCount);
  testing::run_on_two_threads(runs.size(), [&](std::size_t i) {
    const Piece& piece = music[i / kPresetCount];
    EnhancementPlan plan = make_plan(piece.profile, {static_cast<Preset>(i % kPresetCount), 100});
    plan.gain_db += 6;  // Keeps the limiter busy.
    const AudioBuffer& track = piece.audio;
    const AudioBuffer continuous = testing::enhance(track, plan);
    Enhancer enhancer(plan);
    test::Random random(i + 1);
    // In random order: chunks of 0.5, 1, 2 and 5 s on their grid, then any cut.
    constexpr std::array<FrameCount, 4> kLengths = {24000, 48000, 96000, 240000};
    for (int round = 0; round < 12; ++round) {
      const FrameCount length =
          round < 6 ? kLengths[static_cast<std::size_t>(round % 4)] : random.integer(1, 60000);
      const FrameCount begin = round < 6 ? random.integer(0, track.frames() / length - 1) * length
                                         : random.integer(0, track.frames() - 1);
      const FrameCount end = std::min(track.frames(), begin + length);
      runs[i].cold +=
          differing_samples(continuous, begin, enhance_cold(enhancer, track, begin, end));
    }
    // Warm: one after another, in pieces of any length.
    enhancer.reset(0);
    AudioBuffer padded = track;
    padded.append_silence(enhancer.latency_frames());
    for (FrameCount at = 0; at < padded.frames();) {
      const FrameCount end = std::min(padded.frames(), at + random.integer(0, 9000));
      test::MutableSlice slice(padded, at, end);
      enhancer.process(BufferSlice(padded, at, end).view(), slice.view());
      at = end;
    }
    padded.drop_front(enhancer.latency_frames());
    runs[i].warm = differing_samples(continuous, 0, padded);
  });
  for (std::size_t i = 0; i < runs.size(); ++i) {
    const std::string name = music[i / kPresetCount].name + ", " +
                             std::string(testing::preset_name(static_cast<int>(i % kPresetCount)));
    conform("T6", "samples that differ from the continuous run: cold, random order and length",
            static_cast<double>(runs[i].cold), Limit::exactly(0), "samples", name);
    conform("T6", "samples that differ from the continuous run: warm, pieces of random length",
            static_cast<double>(runs[i].warm), Limit::exactly(0), "samples", name);
  }
}

}  // namespace
}  // namespace engine
