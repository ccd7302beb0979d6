// Runs of the chain for the conformance tests: over whole files by a Session, over signals by an
// Enhancer; and the work of many runs on all cores.
#pragma once

#include <algorithm>
#include <atomic>
#include <cmath>
#include <cstddef>
#include <optional>
#include <span>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include "engine/enhance/analyzer.h"
#include "engine/enhance/enhancer.h"
#include "tests/engine/dsp/test_signals.h"
#include "tests/support/loudness_oracle.h"
#include "tests/support/opus_round_trip.h"
#include "tests/support/session_driver.h"

namespace engine::testing {

/// Calls work(0) ... work(count - 1), on two threads: what it writes must be its own.
template <typename Work>
void run_on_two_threads(std::size_t count, const Work& work) {
  std::atomic<std::size_t> next{0};
  const auto drain = [&] {
    for (std::size_t i = next++; i < count; i = next++) work(i);
  };
  std::thread other(drain);
  drain();
  other.join();
}

/// What the tests want to know of a rendered track.
struct RenderedTrack {
  TrackProfile measured;          // Of what came out, whole.
  double correlation = 0;         // Of left and right.
  std::optional<PlanReady> plan;  // Nothing for the original.
  double decoded_peak_dbtp = 0;  // Of enhanced tracks, behind Opus at the lowest bit rate we prove.
};

/// True peak of what a decoder makes of frames that go through Opus at 96 kbit/s.
class DecodedPeakMeter {
 public:
  void add(const AudioBuffer& audio) {
    for (FrameCount at = 0; at < audio.frames(); at += kPacketFrames) {
      AudioBuffer packet(kOutputChannelCount, 0);
      packet.append(BufferSlice(audio, at, std::min(at + kPacketFrames, audio.frames())).view());
      packet.append_silence(kPacketFrames - packet.frames());
      oracle_.add(decoder_.decode(encoder_.encode(BufferSlice(packet).view(), false)));
    }
  }
  double true_peak_dbtp() const { return oracle_.true_peak_dbtp(); }

 private:
  OpusPacketEncoder encoder_{96000};
  OpusTestDecoder decoder_;
  LoudnessOracle oracle_{kOutputChannelCount};
};

/// The sums behind a correlation coefficient.
class CorrelationMeter {
 public:
  void add(const AudioBuffer& audio) {
    const auto left = audio.channel(0);
    const auto right = audio.channel(1);
    for (std::size_t i = 0; i < left.size(); ++i) {
      ll_ += double{left[i]} * double{left[i]};
      rr_ += double{right[i]} * double{right[i]};
      lr_ += double{left[i]} * double{right[i]};
    }
  }
  double value() const { return ll_ > 0 && rr_ > 0 ? lr_ / std::sqrt(ll_ * rr_) : 1; }

 private:
  double ll_ = 0;
  double rr_ = 0;
  double lr_ = 0;
};

/// Renders the whole file as PCM and measures it. Without `profile` one is taken: from probes, or
/// from the whole track when `full`.
inline RenderedTrack render_track(std::span<const std::byte> file,
                                  const std::optional<EnhancementSettings>& settings,
                                  const std::optional<TrackProfile>& profile, bool full = true) {
  SessionOptions options;
  options.output = SessionOutput::kPcm;
  options.full_profile = full;
  options.source_bytes_held_max = std::max<std::uint64_t>(4u << 20, file.size() + 1);
  SessionDriver driver(file, options, {.piece_size = 0});
  if (profile) driver.session().set_profile(*profile);
  EXPECT_TRUE(driver.session().set_enhancement(settings));
  RenderedTrack rendered;
  Analyzer analyzer;
  CorrelationMeter correlation;
  DecodedPeakMeter decoded;
  analyzer.begin_probe(0);
  FrameCount total = 0;
  for (std::int64_t chunk = 0;; ++chunk) {
    const AudioBuffer frames = driver.pcm(chunk);
    analyzer.add(BufferSlice(frames).view());
    correlation.add(frames);
    if (settings) decoded.add(frames);
    total += frames.frames();
    if (driver.error() || !driver.track() || chunk + 1 >= driver.track()->chunk_count) break;
  }
  EXPECT_FALSE(driver.error());
  rendered.measured = analyzer.finish(total);
  rendered.correlation = correlation.value();
  if (settings) rendered.decoded_peak_dbtp = decoded.true_peak_dbtp();
  rendered.plan = driver.plan();
  return rendered;
}

/// The file's frames at 48 kHz, not enhanced.
inline AudioBuffer decode_track(std::span<const std::byte> file) {
  SessionOptions options;
  options.output = SessionOutput::kPcm;
  options.source_bytes_held_max = std::max<std::uint64_t>(4u << 20, file.size() + 1);
  SessionDriver driver(file, options, {.piece_size = 0});
  EXPECT_TRUE(driver.session().set_enhancement(std::nullopt));
  AudioBuffer audio(kOutputChannelCount, 0);
  for (std::int64_t chunk = 0; driver.open() && chunk < driver.track()->chunk_count; ++chunk) {
    audio.append(BufferSlice(driver.pcm(chunk)).view());
  }
  return audio;
}

/// Full profile of frames at 48 kHz.
inline TrackProfile profile_of(const AudioBuffer& track) {
  Analyzer analyzer;
  analyzer.begin_probe(0);
  analyzer.add(BufferSlice(track).view());
  return analyzer.finish(track.frames());
}

/// The whole track in one run, aligned with the input.
inline AudioBuffer enhance(const AudioBuffer& track, const EnhancementPlan& plan) {
  Enhancer enhancer(plan);
  AudioBuffer padded = track;
  padded.append_silence(enhancer.latency_frames());
  enhancer.process(BufferSlice(padded).view(), test::MutableSlice(padded).view());
  padded.drop_front(enhancer.latency_frames());
  return padded;
}

inline std::string_view preset_name(int preset) {
  return kPresetNames[static_cast<std::size_t>(preset)];
}

}  // namespace engine::testing
