#include "engine/dsp/transient_shaper.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include <gtest/gtest.h>

#include "tests/engine/dsp/dynamics_signals.h"

namespace engine {
namespace {

using test::Mono;
using test::MutableSlice;

constexpr FrameCount kLatency = TransientShaper::latency_frames();

struct Shaped {
  Mono audio;  // Delay removed.
  std::vector<float> boost_db;
};

/// `mono` on both channels; cut to whole hops.
Shaped shape(const Mono& mono, double boost_max_db) {
  AudioBuffer audio = test::stereo(mono);
  audio.resize(2, audio.frames() / kHopFrames * kHopFrames + kLatency);
  TransientShaper shaper(boost_max_db);
  Shaped shaped;
  shaped.boost_db.resize(static_cast<std::size_t>(audio.frames() / kHopFrames));
  shaper.process(MutableSlice(audio).view(), shaped.boost_db);
  audio.drop_front(kLatency);
  shaped.boost_db.erase(shaped.boost_db.begin(),
                        shaped.boost_db.begin() + TransientShaper::kDelayHops);
  shaped.audio = test::plane(audio, 1);
  return shaped;
}

double rms_db(const Mono& signal, std::size_t begin, std::size_t end) {
  double sum = 0;
  for (std::size_t i = begin; i < end; ++i) {
    sum += static_cast<double>(signal[i]) * static_cast<double>(signal[i]);
  }
  return 10 * std::log10(sum / static_cast<double>(end - begin));
}

void expect_untouched(const Mono& signal, std::size_t from_frame = 0) {
  const Shaped shaped = shape(signal, 2.5);
  for (std::size_t hop = from_frame / kHopFrames; hop < shaped.boost_db.size(); ++hop) {
    ASSERT_EQ(shaped.boost_db[hop], 0.0f) << "hop " << hop;
  }
  for (std::size_t i = from_frame + kHopFrames; i < shaped.audio.size(); ++i) {
    ASSERT_EQ(shaped.audio[i], signal[i]) << i;
  }
}

/// Drums: noise with a tone that falls, decaying within 100 ms, every half second.
Mono drums(double seconds, double decay_ms, double low_hz) {
  Mono signal = test::silence(seconds);
  for (std::size_t at = 12000; at + 24000 <= signal.size(); at += 24000) {
    Mono hit = test::noise(0.4, 0.3, at);
    test::add(hit, test::sine(0.4, low_hz, 0.4));
    test::decay(hit, decay_ms);
    test::add_at(signal, hit, at);
  }
  return signal;
}

TEST(TransientShaperTest, HitsGetTheBoostAndTheirTailsDoNot) {
  for (const double boost_db : {0.5, 1.0, 2.0, 2.5}) {
    for (const double decay_ms : {60.0, 100.0, 200.0}) {
      const Mono signal = drums(3, decay_ms, 180);
      const Mono shaped = shape(signal, boost_db).audio;
      for (std::size_t at = 12000; at < 130000; at += 24000) {
        // The first 5 ms against 50 to 150 ms.
        const double before = rms_db(signal, at, at + 240) - rms_db(signal, at + 2400, at + 7200);
        const double after = rms_db(shaped, at, at + 240) - rms_db(shaped, at + 2400, at + 7200);
        EXPECT_NEAR(after - before, boost_db, 0.5) << decay_ms << " ms";
        EXPECT_GE(after - before, 0.8 * boost_db);
      }
    }
  }
}

TEST(TransientShaperTest, HitsOverSteadyBassGetTheBoostToo) {
  // The bass is 12 dB louder than the hits, which would hide them from a plain envelope.
  Mono signal = drums(3, 60, 2000);
  test::scale(signal, 0.3);
  test::add(signal, test::sine(3, 50, 0.5));
  const Shaped shaped = shape(signal, 2);
  for (std::size_t at = 12000; at < 130000; at += 24000) {
    const std::size_t hop = at / kHopFrames;
    EXPECT_GE(*std::max_element(shaped.boost_db.begin() + static_cast<std::ptrdiff_t>(hop),
                                shaped.boost_db.begin() + static_cast<std::ptrdiff_t>(hop + 6)),
              1.5f);
    EXPECT_EQ(shaped.boost_db[hop + 90], 0.0f);
  }
}

TEST(TransientShaperTest, TheBoostIsThereWhenTheHitIs) {
  for (const std::size_t at : {std::size_t{24000}, std::size_t{24031}, std::size_t{24063}}) {
    Mono signal = test::silence(1);
    Mono hit = test::noise(0.3, 0.5, 1);
    test::decay(hit, 50);
    test::add_at(signal, hit, at);
    const Shaped shaped = shape(signal, 2);
    // From the first millisecond on; nothing earlier than 8 ms before.
    const double first_ms_db = rms_db(shaped.audio, at, at + 48) - rms_db(signal, at, at + 48);
    EXPECT_GE(first_ms_db, 1.3) << at;
    for (std::size_t hop = 0; hop < (at - 8 * 48) / kHopFrames; ++hop) {
      ASSERT_EQ(shaped.boost_db[hop], 0.0f);
    }
  }
}

TEST(TransientShaperTest, HitsInADenseMixCountByWhatTheyAddToIt) {
  // Noise bursts of 30 ms over steady noise: the more they raise the level, the more they get.
  double last_db = -1;
  for (const double rise_db : {2.0, 5.5, 8.0, 12.0}) {
    Mono signal = test::noise(2, 0.05, 1);
    Mono hit = test::noise(0.03, 0.05 * std::sqrt(test::from_db(2 * rise_db) - 1), 2);
    for (std::size_t at = 24000; at < 90000; at += 16000) test::add_at(signal, hit, at);
    const Shaped shaped = shape(signal, 2);
    const double boost_db = rms_db(shaped.audio, 24000, 24240) - rms_db(signal, 24000, 24240);
    EXPECT_GT(boost_db, last_db) << rise_db;
    last_db = boost_db + 1e-3;
    if (rise_db < 3) {
      EXPECT_EQ(boost_db, 0);
    }
  }
  EXPECT_NEAR(last_db, 2, 0.3);
}

TEST(TransientShaperTest, LowNotesWithAnEdgeAreNotTakenForHits) {
  // Saw teeth: a pulse of high frequencies per period.
  for (const double frequency_hz : {55.0, 65.4, 82.4, 110.0, 220.0}) {
    Mono saw = test::silence(2);
    for (int h = 1; h * frequency_hz < 10000; ++h) {
      test::add(saw, test::sine(2, frequency_hz * h, 0.3 / h));
    }
    test::fade(saw, 300);
    SCOPED_TRACE(frequency_hz);
    expect_untouched(saw, 14400);
  }
}

TEST(TransientShaperTest, LeavesSteadySoundAlone) {
  for (const double frequency_hz : {25.0, 30.0, 41.0, 55.0, 100.0, 370.0, 1000.0, 3000.0, 9000.0}) {
    SCOPED_TRACE(frequency_hz);
    Mono tone = test::sine(2, frequency_hz, 0.7);
    test::fade(tone, 200);
    expect_untouched(tone, 9600);
  }
  expect_untouched(test::noise(2, 0.5, 1), 9600);
  Mono chord = test::silence(2);
  for (const double frequency_hz : {110.0, 138.6, 164.8, 220.0, 277.2, 329.6, 440.0}) {
    test::add(chord, test::sine(2, frequency_hz, 0.1));
  }
  test::fade(chord, 300);
  expect_untouched(chord, 9600);
}

TEST(TransientShaperTest, LeavesSwellingMusicAlone) {
  // Strings that come and go: 8 dB up and down, twice a second.
  Mono swell = test::silence(4);
  for (int h = 1; h <= 12; ++h) {
    test::add(swell, test::sine(4, 196.0 * h, 0.2 / h, 48000, 50.0 * h));
  }
  for (std::size_t i = 0; i < swell.size(); ++i) {
    const double turns = 2.0 * static_cast<double>(i) / 48000;
    swell[i] *= static_cast<float>(test::from_db(4 * std::sin(test::kTwoPi * turns) - 8));
  }
  test::fade(swell, 300);
  expect_untouched(swell, 4800);
}

TEST(TransientShaperTest, LeavesSilenceAndNoiseFloorsAlone) {
  expect_untouched(test::silence(1));
  // Clicks and ticks in a noise floor at -75 dB.
  Mono floor = test::noise(2, test::from_db(-75), 1);
  for (std::size_t i = 5000; i < floor.size(); i += 9001) floor[i] = 0.005f;
  expect_untouched(floor);
  expect_untouched(test::noise(2, 1e-42, 1));
}

TEST(TransientShaperTest, BoostMovesSmoothlyWithinItsRange) {
  for (auto& [name, signal] : test::dynamic_signals()) {
    SCOPED_TRACE(name);
    const Shaped shaped = shape(signal, 2.5);
    for (std::size_t hop = 1; hop < shaped.boost_db.size(); ++hop) {
      const double step = static_cast<double>(shaped.boost_db[hop] - shaped.boost_db[hop - 1]);
      ASSERT_GE(shaped.boost_db[hop], 0.0f);
      ASSERT_LE(shaped.boost_db[hop], 2.5f);
      ASSERT_LE(step, 1.25 + 1e-6);  // The triangle of two hops.
      ASSERT_GE(step * kHopsPerSecond, -TransientShaper::kReleaseDbPerSecond * 1.01);
    }
  }
}

TEST(TransientShaperTest, OnlyDelaysWhenNoBoostIsAllowed) {
  TransientShaper off(0);
  const AudioBuffer music = test::music(1, 0.8, 4);
  AudioBuffer audio = music;
  off.process(MutableSlice(audio).view());
  for (std::size_t i = static_cast<std::size_t>(kLatency); i < 48000; ++i) {
    ASSERT_EQ(audio.channel(0)[i], music.channel(0)[i - static_cast<std::size_t>(kLatency)]);
  }
  EXPECT_EQ(off.left_context_frames(), 0);
}

// dsp.md T6.
TEST(TransientShaperTest, ColdStartsGiveTheBitsOfAContinuousRun) {
  for (const double boost_db : {0.0, 0.5, 2.5, 6.0}) {
    TransientShaper shaper(boost_db);
    const test::StageUnderTest stage = {[&] { shaper.reset(); },
                                        [&](AudioBuffer& audio, FrameCount begin, FrameCount end) {
                                          shaper.process(MutableSlice(audio, begin, end).view());
                                        },
                                        kLatency, shaper.left_context_frames()};
    EXPECT_LE(stage.left_context_frames, 0.17 * kOutputRateHz);
    for (const auto& [name, signal] : test::dynamic_signals()) {
      SCOPED_TRACE(name);
      const Mono backward(signal.rbegin(), signal.rend());
      AudioBuffer track = test::stereo(signal, backward);
      track.resize(2, track.frames() / kHopFrames * kHopFrames);
      test::expect_cold_equals_whole(stage, track, 5);
    }
  }
}

TEST(TransientShaperTest, StaysFiniteWhateverComes) {
  for (const float value : {1e-42f, 1e6f, 1e18f, 1e30f}) {
    Mono signal = test::noise(1, 1, 1);
    for (std::size_t i = 0; i < signal.size(); ++i) {
      if (i / 3000 % 2 == 1) signal[i] *= value;
    }
    for (const float sample : shape(signal, 2).audio) ASSERT_TRUE(std::isfinite(sample)) << value;
  }
}

}  // namespace
}  // namespace engine
