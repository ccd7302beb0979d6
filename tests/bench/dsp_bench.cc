// Milliseconds of processor time per second of audio, stage by stage. Prints a table, asserts
// nothing.
//
// usage: dsp_bench                                 settings that make a difference, and designs
//        dsp_bench stages WAV FLAC MP3             the stages of tests/perf/engine_stages.h
//        dsp_bench input WAV                       writes the music that the three files hold
//        dsp_bench probes FILE                     milliseconds until the plan of a track is there
#include <algorithm>
#include <array>
#include <cstdio>
#include <ctime>
#include <fstream>
#include <functional>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "engine/dsp/band_filter.h"
#include "engine/dsp/limiter.h"
#include "engine/dsp/resampler.h"
#include "engine/dsp/saturator.h"
#include "engine/dsp/soft_clipper.h"
#include "engine/enhance/analyzer.h"
#include "engine/enhance/enhancer.h"
#include "tests/engine/dsp/test_signals.h"
#include "tests/perf/engine_stages.h"
#include "tests/support/session_driver.h"

namespace {

using engine::AudioBuffer;
using engine::BufferSlice;
using engine::FrameCount;
using engine::test::MutableSlice;

/// Best of several runs, in milliseconds of processor time per second of audio.
void report(const char* name, double audio_seconds, const std::function<void()>& run) {
  double best_ms = 1e30;
  for (int i = 0; i < 8; ++i) {
    const std::clock_t begin = std::clock();
    run();
    const double elapsed_ms =
        1000.0 * static_cast<double>(std::clock() - begin) / static_cast<double>(CLOCKS_PER_SEC);
    best_ms = elapsed_ms < best_ms ? elapsed_ms : best_ms;
  }
  std::printf("%-44s %8.3f ms/s\n", name, best_ms / audio_seconds);
}

void bench_resampler(int rate_hz) {
  const double seconds = 10;
  const engine::Resampler resampler(rate_hz);
  const FrameCount frames = static_cast<FrameCount>(seconds * engine::kOutputRateHz);
  const auto needed = resampler.input_range(0, frames).size();
  AudioBuffer input(2, needed);
  engine::test::Random random(1);
  for (int c = 0; c < 2; ++c) {
    for (float& sample : input.channel(c)) sample = random.uniform();
  }
  AudioBuffer output(2, frames);
  const BufferSlice source(input);
  const MutableSlice target(output);
  std::array<char, 64> name{};
  std::snprintf(name.data(), name.size(), "resampler %d -> 48000, stereo", rate_hz);
  report(name.data(), seconds, [&] { resampler.process(source.view(), 0, target.view()); });
}

void bench_limiter(const char* name, double drive) {
  const double seconds = 20;
  const AudioBuffer input = engine::test::music(seconds, drive, 7);
  AudioBuffer output(2, input.frames());
  engine::Limiter limiter(2, {});
  const BufferSlice source(input);
  const MutableSlice target(output);
  report(name, seconds, [&] { limiter.process(source.view(), target.view()); });
}

void bench_band_filter(bool split) {
  constexpr FrameCount kBlocks = 120;
  constexpr FrameCount kBlock = engine::BandFilter::kBlockFrames;
  const double seconds = static_cast<double>(kBlocks * kBlock) / engine::kOutputRateHz;
  const AudioBuffer input = engine::test::music(seconds, 0.7, 7);
  AudioBuffer low(2, kBlock);
  AudioBuffer mid(2, kBlock);
  AudioBuffer high(2, kBlock);
  engine::BandFilterSettings settings;
  settings.mid_db[5] = 3;
  settings.side_db[2] = -6;
  settings.split = split;
  report(split ? "tone filter design, three bands (per object)" : "tone filter design (per object)",
         1, [&] { engine::BandFilter filter(settings); });
  engine::BandFilter filter(settings);
  const std::array<MutableSlice, 3> slices = {MutableSlice(low), MutableSlice(mid),
                                              MutableSlice(high)};
  const std::array<engine::MutableAudioView, 3> bands = {slices[0].view(), slices[1].view(),
                                                         slices[2].view()};
  report(split ? "tone filter, stereo, three bands" : "tone filter, stereo", seconds, [&] {
    for (FrameCount first = 0; first + kBlock <= input.frames(); first += kBlock) {
      const BufferSlice block(input, first, first + kBlock);
      filter.process(block.view(), std::span(bands).first(filter.band_count()));
    }
  });
}

template <typename Stage>
void bench_stage(const char* name, Stage stage, double drive) {
  const double seconds = 10.24;
  const AudioBuffer input = engine::test::music(seconds, drive, 7);
  AudioBuffer output(2, input.frames());
  const BufferSlice source(input);
  const MutableSlice target(output);
  report(name, seconds, [&] { stage.process(source.view(), target.view()); });
}

std::vector<std::byte> read_file(const char* path) {
  std::ifstream stream(path, std::ios::binary | std::ios::ate);
  EXPECT_TRUE(stream.good()) << "cannot read " << path;
  std::vector<std::byte> bytes(stream.good() ? static_cast<std::size_t>(stream.tellg()) : 0);
  stream.seekg(0);
  stream.read(static_cast<char*>(static_cast<void*>(bytes.data())),
              static_cast<std::streamsize>(bytes.size()));
  return bytes;
}

void write_input(const char* path) {
  const std::vector<std::byte> wav = engine::testing::stage_music_wav();
  std::ofstream stream(path, std::ios::binary);
  stream.write(static_cast<const char*>(static_cast<const void*>(wav.data())),
               static_cast<std::streamsize>(wav.size()));
  EXPECT_TRUE(stream.flush().good()) << "cannot write " << path;
}

void bench_stages(char** paths) {
  engine::testing::visit_engine_stages(
      {.wav = read_file(paths[0]), .flac = read_file(paths[1]), .mp3 = read_file(paths[2])},
      [](const engine::testing::EngineStage& stage) {
        report(stage.name.c_str(), stage.audio_seconds, stage.work);
      });
}

/// From the track's headers to its plan: reading, decoding, resampling and measuring the probes.
void bench_probes(const char* path) {
  const std::vector<std::byte> file = read_file(path);
  double best_ms = 1e30;
  for (int i = 0; i < 8; ++i) {
    engine::SessionOptions options;
    options.source_bytes_held_max = file.size() + (4u << 20);
    engine::testing::SessionDriver driver(file, options, {.piece_size = 0});
    EXPECT_TRUE(driver.session().set_enhancement(engine::EnhancementSettings{}));
    EXPECT_TRUE(driver.open());
    EXPECT_TRUE(driver.session().request_chunk(0));
    const std::clock_t begin = std::clock();
    while (!driver.plan() && driver.next()) continue;
    const double elapsed_ms =
        1000.0 * static_cast<double>(std::clock() - begin) / static_cast<double>(CLOCKS_PER_SEC);
    best_ms = std::min(best_ms, elapsed_ms);
    EXPECT_TRUE(driver.plan());
  }
  std::printf("%.2f\n", best_ms);
}

void bench_designs_and_settings() {
  for (const int rate_hz : {8000, 22050, 44100, 44056, 96000, 192000}) bench_resampler(rate_hz);
  report("resampler design 44100 (per object)", 1, [] { engine::Resampler resampler(44100); });
  report("resampler design 11025 (per object)", 1, [] { engine::Resampler resampler(11025); });
  report("resampler design 44056 (per object)", 1, [] { engine::Resampler resampler(44056); });
  for (const bool split : {true, false}) bench_band_filter(split);
  bench_stage("saturator, stereo", engine::Saturator({3, 0.1, -12, 0}), 0.7);
  bench_stage("saturator, stereo, asymmetric", engine::Saturator({4, 0.25, -12, 0.3}), 0.7);
  bench_stage("soft clipper, stereo, music 6 dB too loud", engine::SoftClipper({-3, 1.5}), 2.0);
  bench_limiter("limiter, stereo, music far below", 0.2);
  bench_limiter("limiter, stereo, music about the threshold", 1.0);
  bench_limiter("limiter, stereo, driven 12 dB", 4.0);
}

}  // namespace

int main(int argc, char** argv) {
  testing::InitGoogleTest(&argc, argv);
  const std::string command = argc > 1 ? argv[1] : "";
  if (argc == 1) {
    bench_designs_and_settings();
  } else if (command == "stages" && argc == 5) {
    bench_stages(argv + 2);
  } else if (command == "input" && argc == 3) {
    write_input(argv[2]);
  } else if (command == "probes" && argc == 3) {
    bench_probes(argv[2]);
  } else {
    std::fputs("usage: dsp_bench [stages WAV FLAC MP3 | input WAV | probes FILE]\n", stderr);
    return 2;
  }
  return testing::UnitTest::GetInstance()->ad_hoc_test_result().Failed() ? 1 : 0;
}
