// Something like music, synthesised: chords that change, a bass, drums, a quiet and a loud part.
// What the whole chain is tested on where a pure signal would not exercise it.
#pragma once

#include <array>
#include <cmath>
#include <cstdint>
#include <random>
#include <string>
#include <vector>

#include "tests/support/oracle_tools.h"
#include "tests/support/pcm_signal.h"

namespace engine::testing {

/// One frame at time `t` seconds; amplitude below 1.
inline std::array<double, 2> music_frame(double t, double noise) {
  constexpr double kTau = 6.283185307179586;
  constexpr std::array<double, 4> kRoots{110.0, 87.31, 130.81, 98.0};
  const double beat = std::fmod(t, 0.5);
  const double root = kRoots[static_cast<std::size_t>(std::fmod(t / 2.0, 4.0))];
  const double swell = 0.35 + 0.3 * std::sin(kTau * t / 7.0);
  double left = 0.0;
  double right = 0.0;
  constexpr std::array<double, 4> kRatios{1.0, 1.5, 2.52, 4.0};
  for (std::size_t i = 0; i < kRatios.size(); ++i) {
    const double voice = std::sin(kTau * root * kRatios[i] * t) / (2.0 + static_cast<double>(i));
    left += voice * (i % 2 == 0 ? 0.9 : 0.4);
    right += voice * (i % 2 == 0 ? 0.4 : 0.9);
  }
  const double kick = std::exp(-beat * 18.0) * std::sin(kTau * 55.0 * beat);
  const double hat_beat = std::fmod(t + 0.25, 0.5);
  const double hat = std::exp(-hat_beat * 60.0) * noise * 0.5;
  return {0.5 * swell * left + 0.35 * kick + 0.3 * hat + 0.01 * noise,
          0.5 * swell * right + 0.35 * kick - 0.2 * hat + 0.01 * noise};
}

/// `seconds` of it in the shape of `shape`; `level` scales it. Equal seeds give equal samples.
inline PcmSignal music_signal(PcmSignal shape, double seconds, unsigned seed, double level = 0.8) {
  std::mt19937 random(seed);
  shape.frames = std::llround(seconds * shape.sample_rate_hz);
  const double full = std::ldexp(1.0, shape.bits - 1) - 1.0;
  for (std::int64_t i = 0; i < shape.frames; ++i) {
    const double noise = static_cast<double>(random()) / 2147483648.0 - 1.0;
    const auto frame = music_frame(static_cast<double>(i) / shape.sample_rate_hz + seed, noise);
    for (int c = 0; c < shape.channels; ++c) {
      const double value = level * frame[static_cast<std::size_t>(c % 2)];
      shape.samples.push_back(static_cast<std::int32_t>(std::lround(value * full)));
    }
  }
  return shape;
}

/// The same signal as a file of each kind that the engine reads.
struct MusicFile {
  std::string name;
  std::vector<std::byte> bytes;
};

inline std::vector<MusicFile> music_files(double seconds) {
  const TemporaryFolder folder;
  std::vector<MusicFile> files;
  PcmSignal shape;
  const auto cd = wav_file(music_signal(shape, seconds, 1));
  folder.write("cd.wav", cd);
  files.push_back({"wav 44.1/16", cd});
  shape.sample_rate_hz = 48000;
  shape.bits = 24;
  files.push_back({"wav 48/24", wav_file(music_signal(shape, seconds, 2))});
  shape.sample_rate_hz = 96000;
  folder.write("hd.wav", wav_file(music_signal(shape, seconds, 3)));
  if (!require_program("flac") || !require_program("lame")) return files;
  const std::string flac = "flac --silent --force ";
  run_command(flac + "-o " + folder.file("cd.flac") + " " + folder.file("cd.wav"));
  files.push_back({"flac 44.1/16", folder.read("cd.flac")});
  run_command(flac + "--no-seektable -b 1152 -o " + folder.file("hd.flac") + " " +
              folder.file("hd.wav"));
  files.push_back({"flac 96/24 without seek table", folder.read("hd.flac")});
  const std::string lame = "lame --quiet ";
  run_command(lame + "-b 192 " + folder.file("cd.wav") + " " + folder.file("cbr.mp3"));
  files.push_back({"mp3 cbr", folder.read("cbr.mp3")});
  run_command(lame + "-V 2 " + folder.file("cd.wav") + " " + folder.file("vbr.mp3"));
  files.push_back({"mp3 vbr", folder.read("vbr.mp3")});
  run_command(lame + "-t -V 5 -m m " + folder.file("cd.wav") + " " + folder.file("bare.mp3"));
  files.push_back({"mp3 vbr mono without tag", folder.read("bare.mp3")});
  return files;
}

}  // namespace engine::testing
