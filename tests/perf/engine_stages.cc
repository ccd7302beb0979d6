#include "tests/perf/engine_stages.h"

#include <array>
#include <cmath>
#include <cstdint>
#include <string>
#include <utility>

#include <gtest/gtest.h>

#include "engine/decode/audio_decoder.h"
#include "engine/demux/container_probe.h"
#include "engine/demux/make_demuxer.h"
#include "engine/dsp/band_dynamics.h"
#include "engine/dsp/band_filter.h"
#include "engine/dsp/limiter.h"
#include "engine/dsp/loudness_meter.h"
#include "engine/dsp/resampler.h"
#include "engine/dsp/saturator.h"
#include "engine/dsp/soft_clipper.h"
#include "engine/dsp/transient_shaper.h"
#include "engine/encode/opus_encoder.h"
#include "engine/enhance/analyzer.h"
#include "engine/enhance/enhancer.h"
#include "engine/enhance/spectrum_meter.h"
#include "tests/engine/dsp/test_signals.h"
#include "tests/support/pcm_signal.h"
#include "tests/support/session_driver.h"
#include "tests/support/split_feeder.h"

namespace engine::testing {
namespace {

using test::MutableSlice;
using Visit = std::function<void(const EngineStage&)>;

constexpr double kSongSeconds = 10;
constexpr double kSongAmplitude = 0.4;
/// Whole blocks of the band filter, hops of the dynamics and packets of the encoder.
constexpr FrameCount kStageFrames = FrameCount{BandFilter::kBlockFrames} * 15;
constexpr double kStageSeconds = static_cast<double>(kStageFrames) / kOutputRateHz;

/// The first kStageFrames of the music.
AudioBuffer stage_input(double gain_db = 0) {
  AudioBuffer input = stage_music(gain_db);
  input.resize(kOutputChannelCount, kStageFrames);
  return input;
}

/// A stage that turns frames into as many others.
template <typename Stage>
void visit_processor(const Visit& visit, const char* name, Stage stage, double gain_db) {
  const AudioBuffer input = stage_input(gain_db);
  AudioBuffer output(kOutputChannelCount, kStageFrames);
  const BufferSlice source(input);
  const MutableSlice target(output);
  visit({name, kStageSeconds, [&] {
           stage.reset();
           stage.process(source.view(), target.view());
         }});
}

void visit_decoder(const Visit& visit, const char* name, std::span<const std::byte> file) {
  SplitFeeder feeder(file, kWhole);
  const auto container = feeder.run([&] { return probe_container(feeder.source()); });
  ASSERT_TRUE(container);
  const auto demuxer = make_demuxer(std::get<Container>(*container));
  const auto header = feeder.read_header(*demuxer);
  ASSERT_TRUE(header);
  const TrackInfo info = std::get<TrackInfo>(*header);
  std::vector<OwnedPacket> packets = feeder.read_packets(*demuxer);
  packets.resize(packets.size() / 4);
  auto decoder = make_audio_decoder(info);
  ASSERT_TRUE(decoder);
  FrameCount frames = 0;
  for (const OwnedPacket& packet : packets) frames += packet.frame_count;
  AudioBuffer decoded(info.channels, 0);
  visit({name, static_cast<double>(frames) / info.sample_rate_hz, [&] {
           (*decoder)->reset();
           for (const OwnedPacket& packet : packets) {
             decoded.clear();
             EXPECT_TRUE((*decoder)->decode(packet.packet(), decoded));
           }
         }});
  EXPECT_EQ((*decoder)->damaged_packets(), 0);
}

void visit_resampler(const Visit& visit) {
  const Resampler resampler(44100);
  const FrameRange range = resampler.input_range(0, kStageFrames);
  AudioBuffer input = stage_music();
  input.resize(kOutputChannelCount, range.size());
  AudioBuffer output(kOutputChannelCount, kStageFrames);
  const BufferSlice source(input);
  const MutableSlice target(output);
  visit({"resampler, 44.1 to 48 kHz", kStageSeconds,
         [&] { resampler.process(source.view(), 0, target.view()); }});
}

void visit_meters(const Visit& visit) {
  const AudioBuffer input = stage_input();
  const BufferSlice source(input);
  LoudnessMeter loudness(kOutputRateHz, kOutputChannelCount);
  visit({"loudness meter", kStageSeconds, [&] {
           loudness.reset();
           loudness.add(source.view());
         }});
  SpectrumMeter spectrum;
  visit({"spectrum meter", kStageSeconds, [&] {
           spectrum.begin_stretch();
           spectrum.add(source.view());
         }});
  visit({"analyzer, all meters", kStageSeconds, [&] {
           Analyzer analyzer;
           analyzer.begin_probe(0);
           analyzer.add(source.view());
           analyzer.finish(kStageFrames);
         }});
}

void visit_band_filter(const Visit& visit, const char* name, bool split) {
  BandFilterSettings settings;
  settings.mid_db[5] = 3;
  settings.side_db[2] = -6;
  settings.split = split;
  BandFilter filter(settings);
  const AudioBuffer input = stage_input();
  std::array<AudioBuffer, kBandCount> bands;
  for (AudioBuffer& band : bands) band.resize(kOutputChannelCount, BandFilter::kBlockFrames);
  const std::array<MutableSlice, 3> slices = {MutableSlice(bands[0]), MutableSlice(bands[1]),
                                              MutableSlice(bands[2])};
  const std::array<MutableAudioView, 3> views = {slices[0].view(), slices[1].view(),
                                                 slices[2].view()};
  visit({name, kStageSeconds, [&] {
           filter.reset();
           for (FrameCount first = 0; first < kStageFrames; first += BandFilter::kBlockFrames) {
             const BufferSlice block(input, first, first + BandFilter::kBlockFrames);
             filter.process(block.view(), std::span(views).first(filter.band_count()));
           }
         }});
}

void visit_dynamics(const Visit& visit) {
  BandDynamics dynamics(stage_music_plan(Preset::kPunchy).dynamics);
  // The same in every band: each has something to do.
  const AudioBuffer input = stage_input(6);
  std::array<AudioBuffer, kBandCount> bands;
  visit({"band dynamics and de-esser", kStageSeconds, [&] {
           dynamics.reset();
           bands.fill(input);
           const std::array<MutableSlice, 3> slices = {
               MutableSlice(bands[0]), MutableSlice(bands[1]), MutableSlice(bands[2])};
           dynamics.process({slices[0].view(), slices[1].view(), slices[2].view()});
         }});
  TransientShaper shaper(2);
  AudioBuffer audio;
  visit({"transient shaper", kStageSeconds, [&] {
           shaper.reset();
           audio = input;
           shaper.process(MutableSlice(audio).view());
         }});
}

void visit_encoder(const Visit& visit) {
  const AudioBuffer input = stage_input();
  OpusPacketEncoder encoder(kBitrateBpsDefault);
  visit({"Opus encoder, 192 kbit/s", kStageSeconds, [&] {
           encoder.reset();
           for (FrameCount first = 0; first < kStageFrames; first += kPacketFrames) {
             const BufferSlice packet(input, first, first + kPacketFrames);
             EXPECT_FALSE(encoder.encode(packet.view(), false).empty());
           }
         }});
}

void visit_enhancers(const Visit& visit) {
  const AudioBuffer input = stage_input();
  AudioBuffer output(kOutputChannelCount, kStageFrames);
  const BufferSlice source(input);
  const MutableSlice target(output);
  for (int preset = 0; preset < kPresetCount; ++preset) {
    Enhancer enhancer(stage_music_plan(static_cast<Preset>(preset)));
    const std::string name(kPresetNames[static_cast<std::size_t>(preset)]);
    visit({"enhancer, " + name, kStageSeconds, [&] {
             enhancer.reset(0);
             enhancer.process(source.view(), target.view());
           }});
  }
}

/// The first chunk, from the bytes of a file to clusters; the profile is known already.
void visit_sessions(const Visit& visit, std::span<const std::byte> wav) {
  constexpr double kSeconds = static_cast<double>(kChunkFrames) / kOutputRateHz;
  for (int preset = 0; preset < kPresetCount; ++preset) {
    SessionDriver driver(wav, {}, {.piece_size = 0});
    EXPECT_TRUE(driver.session().set_enhancement(
        EnhancementSettings{.preset = static_cast<Preset>(preset)}));
    const auto render = [&] { EXPECT_FALSE(driver.clusters(0).empty()); };
    render();  // The profile is measured here.
    const std::string name(kPresetNames[static_cast<std::size_t>(preset)]);
    visit({"file to clusters, " + name, kSeconds, render});
  }
}

}  // namespace

AudioBuffer stage_music(double gain_db) {
  static const AudioBuffer music = test::music(kSongSeconds, kSongAmplitude, 7);
  AudioBuffer louder = music;
  for (int c = 0; c < kOutputChannelCount; ++c) {
    for (float& sample : louder.channel(c)) sample *= static_cast<float>(test::from_db(gain_db));
  }
  return louder;
}

std::vector<std::byte> stage_music_wav() {
  const AudioBuffer music = stage_music();
  PcmSignal signal{.frames = music.frames(), .samples = {}};
  for (std::size_t i = 0; i < static_cast<std::size_t>(music.frames()); ++i) {
    for (int c = 0; c < kOutputChannelCount; ++c) {
      const double sample = static_cast<double>(music.channel(c)[i]);
      signal.samples.push_back(static_cast<std::int32_t>(std::lround(sample * 32767)));
    }
  }
  return wav_file(signal);
}

EnhancementPlan stage_music_plan(Preset preset) {
  static const TrackProfile profile = [] {
    const AudioBuffer music = stage_music();
    Analyzer analyzer;
    analyzer.begin_probe(0);
    analyzer.add(BufferSlice(music).view());
    return analyzer.finish(music.frames());
  }();
  return make_plan(profile, {.preset = preset});
}

void visit_engine_stages(const SongFiles& song, const Visit& visit) {
  visit_decoder(visit, "FLAC decoder", song.flac);
  visit_decoder(visit, "MP3 decoder", song.mp3);
  visit_resampler(visit);
  visit_meters(visit);
  visit_band_filter(visit, "tone filter", false);
  visit_band_filter(visit, "tone filter and band split", true);
  visit_dynamics(visit);
  visit_processor(visit, "saturator", Saturator({4, 0.25, -12, 0.3}), 0);
  visit_processor(visit, "soft clipper", SoftClipper({-3, 1.5}), 6);
  visit_processor(visit, "limiter", Limiter(kOutputChannelCount, {}), 12);
  visit_encoder(visit);
  visit_enhancers(visit);
  visit_sessions(visit, song.wav);
}

}  // namespace engine::testing
