// Milliseconds of processor time per second of audio, stage by stage. Prints a table, asserts
// nothing.
#include <array>
#include <cstdio>
#include <ctime>
#include <functional>

#include "engine/dsp/band_filter.h"
#include "engine/dsp/limiter.h"
#include "engine/dsp/resampler.h"
#include "engine/dsp/saturator.h"
#include "engine/dsp/soft_clipper.h"
#include "engine/enhance/analyzer.h"
#include "engine/enhance/enhancer.h"
#include "tests/engine/dsp/test_signals.h"

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

}  // namespace

int main() {
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
  {
    const AudioBuffer input = engine::test::music(20, 0.5, 7);
    const BufferSlice source(input);
    report("analyzer, stereo, whole track", 20, [&] {
      engine::Analyzer analyzer;
      analyzer.begin_probe(0);
      analyzer.add(source.view());
      analyzer.finish(input.frames());
    });
    engine::EnhancementPlan plan;
    plan.gain_db = 6;
    plan.ceiling_dbtp = -1;
    engine::Enhancer enhancer(plan);
    AudioBuffer output(2, input.frames());
    const MutableSlice target(output);
    report("enhancer, stereo, gain 6 dB", 20,
           [&] { enhancer.process(source.view(), target.view()); });
  }
  return 0;
}
