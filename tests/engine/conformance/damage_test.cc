// What one damaged place of a song may change: the plan hardly, the ceiling not at all. Measured
// over whole songs (20 s) and over probes (a minute), with the damage where a probe falls; decoded
// from Opus at 96 kbit/s, where damage is worst.
#include <algorithm>
#include <array>
#include <cmath>
#include <functional>
#include <limits>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "engine/dsp/treble_guard.h"
#include "tests/engine/conformance/chain_run.h"
#include "tests/engine/conformance/music_corpus.h"
#include "tests/support/conformance.h"
#include "tests/support/damaged_audio.h"
#include "tests/support/real_music.h"

namespace engine {
namespace {

using testing::conform;
using testing::kMusicExcerpts;
using testing::Limit;

constexpr int kSongRateHz = 44100;
constexpr const char* kLostSamples = "NaN and infinities";
constexpr const char* kOffset = "200 ms of offset of full scale";
constexpr int kSongSeconds = 20;
/// Of every third piece, too: there the probes are far apart.
constexpr int kLongSongSeconds = 60;

/// Frame of a song of so many, at its own rate, in the middle of one of its probes.
std::size_t damaged_frame(std::size_t frames) {
  const auto probes = probe_schedule(static_cast<FrameCount>(frames) * kOutputRateHz / kSongRateHz);
  const FrameRange probe = probes.size() == 1 ? FrameRange{480000, 491520} : probes[24];
  return static_cast<std::size_t>((probe.begin + probe.end) / 2 * kSongRateHz / kOutputRateHz);
}

struct Damage {
  const char* name;
  std::function<void(std::vector<float>&, std::size_t)> edit;  // From this sample on.
};

void fill_noise(std::vector<float>& samples, std::size_t first, std::size_t count, float level) {
  test::Random random(5);
  for (std::size_t i = 0; i < count; ++i) samples[first + i] = level * random.uniform();
}

/// Damage of float samples. 0.24 s of both channels are 21168 samples: a probe.
std::vector<Damage> sample_damages() {
  constexpr float kInfinity = std::numeric_limits<float>::infinity();
  return {
      {"a sample of 85 dBFS", [](auto& samples, std::size_t at) { samples[at] = 17783.0f; }},
      {kLostSamples,
       [](auto& samples, std::size_t at) {
         samples[at] = std::numeric_limits<float>::quiet_NaN();
         samples[at + 1] = kInfinity;
         samples[at + 2] = -kInfinity;
       }},
      {"5 ms of noise at 40 dBFS",
       [](auto& samples, std::size_t at) { fill_noise(samples, at, 440, 100); }},
      {"three times 5 ms of noise at 40 dBFS",
       [](auto& samples, std::size_t at) {
         for (const int step : {-1, 0, 1}) {
           const auto shift = step * std::ptrdiff_t{4 * 2 * kSongRateHz};
           fill_noise(samples, at + static_cast<std::size_t>(shift), 440, 100);
         }
       }},
      {"a probe of noise at full scale",
       [](auto& samples, std::size_t at) { fill_noise(samples, at - 10584, 21168, 1); }},
      {kOffset,
       [](auto& samples, std::size_t at) {
         for (std::size_t i = 0; i < 17640; ++i) samples[at - 8820 + i] += 1.0f;
       }},
  };
}

struct DamagedSong {
  std::string damage;
  std::string name;
  const std::vector<std::byte>* undamaged;
  std::vector<std::byte> file;
  std::size_t damaged_frame = 0;
};

struct Song {
  std::string name;
  std::vector<std::byte> mp3;
  std::vector<float> samples;  // Interleaved.
  std::vector<std::byte> wav;  // Of them.
};

std::vector<Song> undamaged_songs() {
  std::vector<Song> songs;
  const testing::TemporaryFolder folder;
  for (std::size_t i = 0; i < kMusicExcerpts.size(); ++i) {
    const auto& excerpt = kMusicExcerpts[i];
    for (const int seconds : {kSongSeconds, kLongSongSeconds}) {
      if (seconds == kLongSongSeconds && i % 3 != 0) continue;
      if (!testing::write_excerpt(folder, excerpt, seconds, "song.wav")) return {};
      Song song{std::string(excerpt.name) + ", " + std::to_string(seconds) + " s", {}, {}, {}};
      song.mp3 = testing::encode_mp3(folder, "song.wav");
      song.samples = testing::samples_of_wav(folder.read("song.wav"));
      song.wav = testing::float_wav_file(song.samples, kSongRateHz);
      songs.push_back(std::move(song));
    }
  }
  return songs;
}

std::vector<DamagedSong> damaged_songs(const std::vector<Song>& songs) {
  std::vector<DamagedSong> all;
  std::size_t count = 0;
  // Of eight damages: each third case comes to all of them.
  const auto is_next_measured = [&count] { return testing::is_measured(count++, 3); };
  for (const Song& song : songs) {
    const std::size_t frame = damaged_frame(song.samples.size() / 2);
    const auto frames = testing::mp3_frames(song.mp3);
    for (const unsigned steps : {20u, 255u}) {
      if (!is_next_measured()) continue;
      DamagedSong damaged{
          steps == 20 ? "an MP3 granule 30 dB too loud" : "an MP3 granule of the largest gain",
          song.name, &song.mp3, song.mp3, frame};
      // lame delays by 1105 frames.
      testing::raise_granule(damaged.file, frames[(frame + 1105) / 1152], steps);
      all.push_back(std::move(damaged));
    }
    for (const Damage& damage : sample_damages()) {
      if (!is_next_measured()) continue;
      std::vector<float> samples = song.samples;
      damage.edit(samples, 2 * frame);
      all.push_back({damage.name, song.name, &song.wav,
                     testing::float_wav_file(samples, kSongRateHz), frame});
    }
  }
  return all;
}

SessionOptions pcm_options(std::span<const std::byte> file) {
  SessionOptions options;
  options.output = SessionOutput::kPcm;
  options.source_bytes_held_max = std::max<std::uint64_t>(4u << 20, file.size() + 1);
  return options;
}

/// The plan of a file, measured as it is when it plays.
PlanReady plan_of(std::span<const std::byte> file, int preset) {
  testing::SessionDriver driver(file, pcm_options(file), {.piece_size = 0});
  EXPECT_TRUE(
      driver.session().set_enhancement(EnhancementSettings{static_cast<Preset>(preset), 100}));
  EXPECT_TRUE(driver.session().request_chunk(0));
  while (!driver.plan() && driver.next()) {
  }
  EXPECT_TRUE(driver.plan());
  return *driver.plan();
}

/// Decoded true peak of the six seconds around the damage.
double decoded_peak_dbtp(const DamagedSong& song, const TrackProfile& profile, int preset) {
  testing::SessionDriver driver(song.file, pcm_options(song.file), {.piece_size = 0});
  driver.session().set_profile(profile);
  EXPECT_TRUE(
      driver.session().set_enhancement(EnhancementSettings{static_cast<Preset>(preset), 100}));
  const auto frame = static_cast<FrameCount>(song.damaged_frame);
  const FrameCount chunk = frame * kOutputRateHz / kSongRateHz / kChunkFrames;
  testing::DecodedPeakMeter meter;
  for (FrameCount i = chunk - 1; i <= chunk + 1; ++i) meter.add(driver.pcm(i));
  EXPECT_FALSE(driver.error());
  return meter.true_peak_dbtp();
}

struct Outcome {
  double gain_db = 0;  // Differences to the undamaged song.
  double loudness_lu = 0;
  double tone_db = 0;
  double peak_dbtp = 0;
};

TEST(DamageConformance, OneDamagedPlaceChangesNeitherPlanNorCeiling) {
  const std::vector<Song> songs = undamaged_songs();
  ASSERT_EQ(songs.size(), kMusicExcerpts.size() + (kMusicExcerpts.size() + 2) / 3);
  const std::vector<DamagedSong> damaged = damaged_songs(songs);
  std::vector<std::array<Outcome, kPresetCount>> outcomes(damaged.size());
  testing::run_on_two_threads(damaged.size(), [&](std::size_t i) {
    const TrackProfile before = plan_of(*damaged[i].undamaged, 0).profile;
    const TrackProfile after = plan_of(damaged[i].file, 0).profile;
    for (int preset = 0; preset < kPresetCount; ++preset) {
      const EnhancementSettings settings{static_cast<Preset>(preset), 100};
      const EnhancementPlan right = make_plan(before, settings);
      const EnhancementPlan plan = make_plan(after, settings);
      Outcome& outcome = outcomes[i][static_cast<std::size_t>(preset)];
      outcome.gain_db = plan.gain_db - right.gain_db;
      outcome.loudness_lu = plan.expected_lufs - right.expected_lufs;
      for (std::size_t third = 0; third < kThirdOctaveCount; ++third) {
        const double change_db = plan.tone.mid_db[third] - right.tone.mid_db[third];
        if (std::fabs(change_db) > std::fabs(outcome.tone_db)) outcome.tone_db = change_db;
      }
      outcome.peak_dbtp = decoded_peak_dbtp(damaged[i], after, preset);
    }
  });
  for (std::size_t i = 0; i < damaged.size(); ++i) {
    for (int preset = 0; preset < kPresetCount; ++preset) {
      const Outcome& outcome = outcomes[i][static_cast<std::size_t>(preset)];
      const std::string name = damaged[i].name + ", " + std::string(testing::preset_name(preset));
      const auto state = [&](const char* what, double value, Limit limit, const char* unit) {
        conform("T12", damaged[i].damage + ": " + what, value, limit, unit, name);
      };
      // An offset moves the peaks on it by no more than music moves them: the crest cap answers.
      const Limit moved = Limit::within(damaged[i].damage == kOffset ? 3.5 : 0.5);
      state("gain", outcome.gain_db, moved, "dB");
      state("loudness of the plan", outcome.loudness_lu, moved, "LU");
      // One lost sample is a click: whether the highest bands of a dark piece hold anything that
      // may be lifted can turn on it.
      state("tone", outcome.tone_db, Limit::within(damaged[i].damage == kLostSamples ? 4.0 : 0.5),
            "dB");
      state("decoded peak", outcome.peak_dbtp, Limit::at_most(0), "dBTP");
    }
  }
}

/// Distance of the highest sample and of the hop with most treble to where damage begins.
struct Room {
  double samples_db = 0;
  double treble_db = 0;
};

Room room_below_bounds(const AudioBuffer& track, const EnhancementPlan& plan) {
  float sample = 0;
  float treble = 0;
  for (FrameCount at = 0; at + TrebleGuard::kHopFrames <= track.frames();
       at += TrebleGuard::kHopFrames) {
    const BufferSlice hop(track, at, at + TrebleGuard::kHopFrames);
    treble = std::max(treble, treble_rms(hop.view()));
    for (int c = 0; c < track.channels(); ++c) {
      for (const float value : hop.view().channel(c)) sample = std::max(sample, std::fabs(value));
    }
  }
  return {test::to_db(static_cast<double>(sample)) - plan.input_max_dbfs,
          test::to_db(static_cast<double>(treble)) - plan.treble_max_db};
}

TEST(DamageConformance, MusicIsNotTakenForDamage) {
  struct Case {
    std::string name;
    std::array<TrackProfile, 2> profiles;  // Of all of it, of probes.
    std::array<Room, 2> rooms;
  };
  std::vector<Case> cases(testing::kCorpus.size());
  for (const auto& track : testing::kCorpus) testing::corpus_file(track, true);
  testing::run_on_two_threads(cases.size(), [&](std::size_t i) {
    const AudioBuffer track =
        testing::decode_track(testing::corpus_file(testing::kCorpus[i], true));
    Analyzer probes;
    for (const FrameRange& probe : probe_schedule(track.frames())) {
      probes.begin_probe(probe.begin);
      probes.add(BufferSlice(track, probe.begin, probe.end).view());
    }
    Case& one = cases[i];
    one.name = testing::kCorpus[i].name;
    one.profiles = {testing::profile_of(track), probes.finish(track.frames())};
    for (std::size_t mode = 0; mode < 2; ++mode) {
      one.rooms[mode] = {-100, -100};
      for (int preset = 0; preset < kPresetCount; ++preset) {
        const Room room = room_below_bounds(
            track, make_plan(one.profiles[mode], {static_cast<Preset>(preset), 100}));
        one.rooms[mode].samples_db = std::max(one.rooms[mode].samples_db, room.samples_db);
        one.rooms[mode].treble_db = std::max(one.rooms[mode].treble_db, room.treble_db);
      }
    }
  });
  for (const Case& one : cases) {
    for (std::size_t mode = 0; mode < 2; ++mode) {
      const std::string name = one.name + (mode == 0 ? "" : ", probes");
      conform("T12", "undamaged music: frames left out",
              static_cast<double>(one.profiles[mode].left_out_frames), Limit::exactly(0), "frames",
              name);
      conform("T12", "undamaged music: samples above where damage is clipped",
              one.rooms[mode].samples_db, Limit::at_most(0), "dB", name);
      conform("T12", "undamaged music: treble above where damage is turned down",
              one.rooms[mode].treble_db, Limit::at_most(0), "dB", name);
    }
  }
}

}  // namespace
}  // namespace engine
