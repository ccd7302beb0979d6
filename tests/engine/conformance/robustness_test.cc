// dsp.md T11 through the whole engine: files at the edges of every range through a Session, and
// samples that no decoder should send through the chain.
#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "tests/engine/conformance/chain_run.h"
#include "tests/engine/dsp/signal_analysis.h"
#include "tests/support/conformance.h"
#include "tests/support/music_signal.h"

namespace engine {
namespace {

using testing::conform;
using testing::Limit;
using testing::PcmSignal;

/// Counts what must not be there: samples that are not finite or lie above the ceiling.
std::int64_t wild_samples(const AudioBuffer& audio, double ceiling_dbtp) {
  const auto top = static_cast<float>(test::from_db(ceiling_dbtp) * 1.000001);
  std::int64_t count = 0;
  for (int c = 0; c < audio.channels(); ++c) {
    for (const float sample : audio.channel(c)) {
      if (!(std::fabs(sample) <= top)) ++count;
    }
  }
  return count;
}

struct Rendered {
  AudioBuffer audio;
  FrameCount promised_frames = 0;
};

/// All chunks of a file as the encoder gets them.
Rendered render(std::span<const std::byte> file, Preset preset) {
  SessionOptions options;
  options.output = SessionOutput::kPcm;
  testing::SessionDriver driver(file, options, {.piece_size = 0});
  EXPECT_TRUE(driver.session().set_enhancement(EnhancementSettings{preset, 100}));
  Rendered rendered{AudioBuffer(kOutputChannelCount, 0), 0};
  for (std::int64_t chunk = 0; driver.open() && chunk < driver.track()->chunk_count; ++chunk) {
    rendered.audio.append(BufferSlice(driver.pcm(chunk)).view());
  }
  EXPECT_FALSE(driver.error()) << driver.error()->words();
  if (driver.track()) rendered.promised_frames = driver.track()->frame_count;
  return rendered;
}

TEST(RobustnessConformance, EveryRateChannelCountAndLength) {
  for (const int rate_hz :
       {8000, 11025, 22050, 32000, 44100, 48000, 88200, 96000, 176400, 192000}) {
    for (const int channels : {1, 2}) {
      for (const double seconds : {0.0005, 0.1, 2.5}) {
        PcmSignal shape;
        shape.sample_rate_hz = rate_hz;
        shape.channels = channels;
        const auto file = testing::wav_file(testing::music_signal(shape, seconds, 7));
        const std::string name = std::to_string(rate_hz) + " Hz, " + std::to_string(channels) +
                                 " channels, " + std::to_string(seconds) + " s";
        const Rendered rendered = render(file, Preset::kPunchy);
        conform("T11", "frames missing or too many, 8 to 192 kHz, mono and stereo, 0.5 ms to 2.5 s",
                static_cast<double>(rendered.audio.frames() - rendered.promised_frames),
                Limit::exactly(0), "frames", name);
        conform("T11", "samples not finite or above the ceiling, the same files",
                static_cast<double>(wild_samples(rendered.audio, -1.0)), Limit::exactly(0),
                "samples", name);
      }
    }
  }
}

TEST(RobustnessConformance, SilenceStaysSilenceAndTheSidesOfMonoStayEqual) {
  PcmSignal shape;
  for (int preset = 0; preset < kPresetCount; ++preset) {
    PcmSignal silence = shape;
    silence.frames = 44100;
    silence.samples.assign(2 * 44100, 0);
    const Rendered silent = render(testing::wav_file(silence), static_cast<Preset>(preset));
    std::int64_t sounding = 0;
    for (int c = 0; c < 2; ++c) {
      for (const float sample : silent.audio.channel(c)) sounding += sample != 0 ? 1 : 0;
    }
    conform("T11", "samples above nothing in silence", static_cast<double>(sounding),
            Limit::exactly(0), "samples", testing::preset_name(preset));
    PcmSignal mono = shape;
    mono.channels = 1;
    const Rendered both =
        render(testing::wav_file(testing::music_signal(mono, 3, 3)), static_cast<Preset>(preset));
    std::int64_t unequal = 0;
    for (std::size_t i = 0; i < static_cast<std::size_t>(both.audio.frames()); ++i) {
      unequal += both.audio.channel(0)[i] != both.audio.channel(1)[i] ? 1 : 0;
    }
    conform("T11", "frames of a mono file whose sides differ", static_cast<double>(unequal),
            Limit::exactly(0), "frames", testing::preset_name(preset));
  }
}

TEST(RobustnessConformance, WildSamplesDoNotSpread) {
  AudioBuffer track = test::music(6, 0.3, 4);
  const TrackProfile profile = testing::profile_of(track);
  const auto left = track.channel(0);
  const auto right = track.channel(1);
  left[1000] = std::numeric_limits<float>::quiet_NaN();
  right[2000] = std::numeric_limits<float>::infinity();
  left[3000] = -std::numeric_limits<float>::infinity();
  right[4000] = 3e38f;
  for (std::size_t i = 20000; i < 30000; ++i) left[i] = 1e-41f;  // Denormal.
  for (std::size_t i = 48000; i < 72000; ++i) left[i] = right[i] = 0.5f;
  AudioBuffer tame = track;
  for (const std::size_t i : {1000u, 2000u, 3000u, 4000u}) {
    tame.channel(0)[i] = tame.channel(1)[i] = 0;
  }
  for (int preset = 0; preset < kPresetCount; ++preset) {
    const EnhancementPlan plan = make_plan(profile, {static_cast<Preset>(preset), 100});
    const AudioBuffer output = testing::enhance(track, plan);
    conform("T11", "samples not finite or above the ceiling: NaN, infinities, denormals, DC",
            static_cast<double>(wild_samples(output, plan.ceiling_dbtp)), Limit::exactly(0),
            "samples", testing::preset_name(preset));
    // Memory is finite: later frames do not know of them.
    const AudioBuffer expected = testing::enhance(tame, plan);
    std::int64_t touched = 0;
    for (int c = 0; c < 2; ++c) {
      for (std::size_t i = 4 * 48000; i < static_cast<std::size_t>(output.frames()); ++i) {
        touched += output.channel(c)[i] != expected.channel(c)[i] ? 1 : 0;
      }
    }
    conform("T11", "samples that a wild one still changes after 4 s", static_cast<double>(touched),
            Limit::exactly(0), "samples", testing::preset_name(preset));
  }
}

TEST(RobustnessConformance, ADayFromTheStartTheBitsAreThoseOfTheStart) {
  // The chain's grid is absolute: the same frames 24 hours later give the same bits, once the
  // zeros before the track are behind both.
  const AudioBuffer track = test::music(4, 0.5, 9);
  const FrameCount blocks_a_day = FrameCount{86400} * kOutputRateHz / Enhancer::kGridFrames;
  for (int preset = 0; preset < kPresetCount; ++preset) {
    const EnhancementPlan plan =
        make_plan(testing::profile_of(track), {static_cast<Preset>(preset), 100});
    const auto run = [&](FrameCount first_frame) {
      Enhancer enhancer(plan);
      enhancer.reset(first_frame);
      AudioBuffer audio = track;
      enhancer.process(BufferSlice(audio).view(), test::MutableSlice(audio).view());
      return audio;
    };
    const AudioBuffer late = run(blocks_a_day * Enhancer::kGridFrames);
    const AudioBuffer early = run(Enhancer::kGridFrames * 8);
    std::int64_t differing = 0;
    for (int c = 0; c < 2; ++c) {
      for (std::size_t i = 0; i < static_cast<std::size_t>(late.frames()); ++i) {
        differing += late.channel(c)[i] != early.channel(c)[i] ? 1 : 0;
      }
    }
    conform("T11", "samples that differ 24 hours into a track", static_cast<double>(differing),
            Limit::exactly(0), "samples", testing::preset_name(preset));
  }
}

}  // namespace
}  // namespace engine
