#include "engine/session/session.h"

#include <algorithm>
#include <numeric>
#include <random>
#include <set>
#include <string>

#include <gtest/gtest.h>

#include "engine/base/hash.h"
#include "tests/support/music_signal.h"
#include "tests/support/session_driver.h"

namespace engine {
namespace {

using testing::DriverOptions;
using testing::music_signal;
using testing::MusicFile;
using testing::PcmSignal;
using testing::SessionDriver;
using testing::wav_file;

constexpr double kSeconds = 6.3;  // Four chunks, the last one short.

// Made once for all tests: the encoders take a moment.
const std::vector<MusicFile>& files() {
  static const auto* const kFiles = new std::vector<MusicFile>(testing::music_files(kSeconds));
  return *kFiles;
}

EnhancementSettings settings(Preset preset, int intensity_percent) {
  return {preset, intensity_percent};
}

std::vector<std::vector<std::byte>> in_order(const MusicFile& file, const DriverOptions& options,
                                             const std::optional<EnhancementSettings>& wanted) {
  SessionDriver driver(file.bytes, SessionOptions{}, options);
  EXPECT_TRUE(driver.session().set_enhancement(wanted));
  EXPECT_TRUE(driver.open()) << file.name;
  std::vector<std::vector<std::byte>> chunks;
  for (std::int64_t chunk = 0; driver.track() && chunk < driver.track()->chunk_count; ++chunk) {
    chunks.push_back(driver.clusters(chunk));
  }
  return chunks;
}

TEST(SessionTest, ChunksDoNotDependOnTheOrderTheyAreWishedFor) {
  for (const MusicFile& file : files()) {
    SCOPED_TRACE(file.name);
    const auto wanted = settings(Preset::kPunchy, 100);
    const auto reference = in_order(file, {}, wanted);
    ASSERT_EQ(reference.size(), 4u);
    std::vector<std::size_t> order(reference.size());
    std::iota(order.begin(), order.end(), 0);
    for (unsigned seed = 0; seed < 3; ++seed) {
      std::shuffle(order.begin(), order.end(), std::mt19937(seed));
      SessionDriver driver(file.bytes, SessionOptions{});
      ASSERT_TRUE(driver.session().set_enhancement(wanted));
      for (const std::size_t chunk : order) {
        EXPECT_EQ(driver.clusters(static_cast<std::int64_t>(chunk)), reference[chunk])
            << "chunk " << chunk << " seed " << seed;
      }
    }
    for (std::size_t chunk = 0; chunk < reference.size(); ++chunk) {
      SessionDriver cold(file.bytes, SessionOptions{});
      ASSERT_TRUE(cold.session().set_enhancement(wanted));
      EXPECT_EQ(cold.clusters(static_cast<std::int64_t>(chunk)), reference[chunk]) << "cold";
    }
  }
}

class SessionPieceTest : public ::testing::TestWithParam<std::size_t> {};

TEST_P(SessionPieceTest, ChunksDoNotDependOnHowBytesArrive) {
  for (const MusicFile& file : files()) {
    SCOPED_TRACE(file.name);
    const auto wanted = settings(Preset::kAdaptive, 50);
    const auto reference = in_order(file, {}, wanted);
    EXPECT_EQ(in_order(file, {.piece_size = GetParam()}, wanted), reference);
    EXPECT_EQ(in_order(file, {.piece_size = GetParam(), .backwards = true}, wanted), reference);
  }
}

INSTANTIATE_TEST_SUITE_P(PieceSizes, SessionPieceTest, ::testing::Values(1, 7, 17, 0));

TEST(SessionTest, EnhancedPcmInChunksEqualsOneRun) {
  for (const MusicFile& file : files()) {
    SCOPED_TRACE(file.name);
    SessionOptions options;
    options.output = SessionOutput::kPcm;
    const auto wanted = settings(Preset::kPunchy, 100);
    SessionDriver warm(file.bytes, options);
    ASSERT_TRUE(warm.session().set_enhancement(wanted));
    for (std::int64_t chunk = 0; chunk < 4; ++chunk) {
      const AudioBuffer continuous = warm.pcm(chunk);
      SessionDriver cold(file.bytes, options);
      ASSERT_TRUE(cold.session().set_enhancement(wanted));
      const AudioBuffer alone = cold.pcm(chunk);
      ASSERT_EQ(alone.frames(), continuous.frames());
      for (int c = 0; c < kOutputChannelCount; ++c) {
        const auto a = alone.channel(c);
        const auto b = continuous.channel(c);
        EXPECT_TRUE(std::equal(a.begin(), a.end(), b.begin())) << "chunk " << chunk;
      }
    }
  }
}

// 48 kHz needs no resampling: what enters the encoder must be the file's own samples.
TEST(SessionTest, OriginalAndIntensityZeroPassSamplesBitForBit) {
  PcmSignal shape;
  shape.sample_rate_hz = 48000;
  shape.bits = 24;
  const PcmSignal signal = music_signal(shape, 2.5, 5);
  const auto file = wav_file(signal);
  SessionOptions options;
  options.output = SessionOutput::kPcm;
  for (const auto& wanted :
       {std::optional<EnhancementSettings>(), std::optional(settings(Preset::kWarm, 0))}) {
    SessionDriver driver(file, options);
    ASSERT_TRUE(driver.session().set_enhancement(wanted));
    std::size_t at = 0;
    for (std::int64_t chunk = 0; chunk < 2; ++chunk) {
      const AudioBuffer frames = driver.pcm(chunk);
      for (std::size_t i = 0; i < static_cast<std::size_t>(frames.frames()); ++i, ++at) {
        for (int c = 0; c < 2; ++c) {
          const std::int32_t sample = signal.samples[2 * at + static_cast<std::size_t>(c)];
          ASSERT_EQ(frames.channel(c)[i], static_cast<float>(sample) / 8388608.0F);
        }
      }
    }
    EXPECT_EQ(at, static_cast<std::size_t>(signal.frames));
    EXPECT_FALSE(driver.plan()) << "nothing is measured for the original";
  }
}

TEST(SessionTest, PresetsAndIntensitiesAreHeard) {
  const MusicFile& file = files().front();
  std::set<std::uint64_t> seen;
  for (int preset = 0; preset < kPresetCount; ++preset) {
    for (const int intensity : {50, 100}) {
      SessionDriver driver(file.bytes, SessionOptions{});
      ASSERT_TRUE(
          driver.session().set_enhancement(settings(static_cast<Preset>(preset), intensity)));
      seen.insert(fnv1a64(driver.clusters(1)));
    }
  }
  SessionDriver original(file.bytes, SessionOptions{});
  seen.insert(fnv1a64(original.clusters(1)));
  // Adaptive and bright aim at one loudness and differ in their ceiling, which a quiet track never
  // meets.
  EXPECT_GE(seen.size(), 2u * kPresetCount - 1u);
}

TEST(SessionTest, ANewSettingBeginsTheChunkUnderWayAnew) {
  const MusicFile& file = files().front();
  SessionDriver reference(file.bytes, SessionOptions{});
  ASSERT_TRUE(reference.session().set_enhancement(settings(Preset::kBright, 100)));
  const auto bright = reference.clusters(1);

  SessionDriver driver(file.bytes, SessionOptions{});
  ASSERT_TRUE(driver.session().set_enhancement(settings(Preset::kPunchy, 100)));
  ASSERT_TRUE(driver.session().request_chunk(1));
  for (auto event = driver.next(); event; event = driver.next()) {
    if (std::holds_alternative<ClusterReady>(*event)) break;
  }
  ASSERT_TRUE(driver.session().set_enhancement(settings(Preset::kBright, 100)));
  EXPECT_EQ(driver.clusters(1), bright);
}

// A tag that counts five MPEG frames too few: what lies behind them is noticed while the last of
// those that count is read, for the only cluster of the last chunk.
constexpr std::int64_t kLastChunk = 3;
std::vector<std::byte> mp3_noticed_at_its_end() {
  std::vector<std::byte> file;
  for (const MusicFile& made : files()) {
    if (made.name == "mp3 vbr") file = made.bytes;
  }
  const std::string name = "Xing";
  const auto same = [](std::byte a, char b) { return a == static_cast<std::byte>(b); };
  const auto tag = std::search(file.begin(), file.end(), name.begin(), name.end(), same);
  EXPECT_GT(file.end() - tag, 12);
  EXPECT_GE(tag[11], std::byte{5});
  tag[11] = static_cast<std::byte>(std::to_integer<int>(tag[11]) - 5);
  return file;
}

template <typename Kind>
bool advance_to(SessionDriver& driver) {
  while (auto event = driver.next()) {
    if (std::holds_alternative<Kind>(*event)) return true;
  }
  return false;
}

TEST(SessionTest, AChangeBetweenANoticeAndTheLastClusterBeginsTheChunkAnew) {
  const auto file = mp3_noticed_at_its_end();
  const auto bright = settings(Preset::kBright, 100);
  SessionDriver measuring(file, SessionOptions{});
  ASSERT_TRUE(measuring.session().set_enhancement(bright));
  const auto enhanced = measuring.clusters(kLastChunk);
  SessionDriver plain(file, SessionOptions{});
  const auto original = plain.clusters(kLastChunk);
  ASSERT_FALSE(original.empty());
  ASSERT_NE(enhanced, original);

  for (const bool by_profile : {false, true}) {
    SessionDriver driver(file, SessionOptions{});
    ASSERT_TRUE(driver.session().request_chunk(kLastChunk));
    ASSERT_TRUE(advance_to<Noticed>(driver));
    if (by_profile) {
      driver.session().set_profile(measuring.plan()->profile);
    } else {
      ASSERT_TRUE(driver.session().set_enhancement(bright));
    }
    std::vector<std::byte> bytes;
    for (bool last = false; !last;) {
      const auto event = driver.next();
      ASSERT_TRUE(event);
      ASSERT_FALSE(std::holds_alternative<Idle>(*event)) << "the chunk is lost";
      const auto* ready = std::get_if<ClusterReady>(&*event);
      if (ready == nullptr) continue;
      bytes.insert(bytes.end(), ready->bytes.begin(), ready->bytes.end());
      last = ready->last_of_chunk;
    }
    EXPECT_EQ(bytes, by_profile ? original : enhanced);
    EXPECT_TRUE(std::holds_alternative<Idle>(*driver.next())) << "and comes once";
  }
}

TEST(SessionTest, TheLastClusterBehindANoticeEndsTheWish) {
  const auto file = mp3_noticed_at_its_end();
  SessionDriver driver(file, SessionOptions{});
  ASSERT_TRUE(driver.session().request_chunk(kLastChunk));
  ASSERT_TRUE(advance_to<Noticed>(driver));
  const auto event = driver.next();
  ASSERT_TRUE(event);
  const auto* ready = std::get_if<ClusterReady>(&*event);
  ASSERT_NE(ready, nullptr);
  EXPECT_TRUE(ready->last_of_chunk);
  EXPECT_TRUE(std::holds_alternative<Idle>(*driver.next()));
}

TEST(SessionTest, AProfileGivenMeansNoProbing) {
  const MusicFile& file = files().front();
  SessionDriver measured(file.bytes, SessionOptions{});
  ASSERT_TRUE(measured.session().set_enhancement(settings(Preset::kAdaptive, 100)));
  const auto reference = measured.clusters(0);
  ASSERT_TRUE(measured.plan());

  SessionDriver given(file.bytes, SessionOptions{});
  given.session().set_profile(measured.plan()->profile);
  ASSERT_TRUE(given.session().set_enhancement(settings(Preset::kAdaptive, 100)));
  EXPECT_EQ(given.clusters(0), reference);
  EXPECT_LT(given.bytes_supplied(), measured.bytes_supplied());
}

// A question is a round trip to the server.
TEST(SessionTest, ASeekAsksOnceForItsFirstCluster) {
  PcmSignal shape;
  const auto wav = wav_file(music_signal(shape, 20, 3));
  SessionDriver measured(wav, SessionOptions{});
  ASSERT_TRUE(measured.session().set_enhancement(settings(Preset::kPunchy, 100)));
  measured.clusters(0);
  Session session(SessionOptions{});
  ASSERT_TRUE(session.set_source_size(wav.size()));
  session.set_profile(measured.plan()->profile);
  ASSERT_TRUE(session.set_enhancement(settings(Preset::kPunchy, 100)));
  for (const std::int64_t chunk : {0, 7, 3}) {
    int questions = 0;
    ASSERT_TRUE(session.request_chunk(chunk));
    for (;;) {
      const Result<Event> event = session.advance();
      ASSERT_TRUE(event);
      if (std::holds_alternative<ClusterReady>(*event)) break;
      const auto* need = std::get_if<NeedRanges>(&*event);
      if (need == nullptr) continue;
      ++questions;
      for (const ByteRange& range : need->ranges) {
        ASSERT_TRUE(session.supply(range.begin, std::span(wav).subspan(range.begin, range.size())));
      }
    }
    EXPECT_LE(questions, chunk == 0 ? 3 : 1) << chunk;  // The first reads the header, too.
  }
}

TEST(SessionTest, ClustersCoverTheTrackOnceToTheFrame) {
  for (const MusicFile& file : files()) {
    SCOPED_TRACE(file.name);
    SessionDriver driver(file.bytes, SessionOptions{});
    ASSERT_TRUE(driver.open());
    FrameCount expected = 0;
    bool last = false;
    for (std::int64_t chunk = 0; chunk < driver.track()->chunk_count; ++chunk) {
      ASSERT_TRUE(driver.session().request_chunk(chunk));
      for (auto event = driver.next(); event; event = driver.next()) {
        const auto* ready = std::get_if<ClusterReady>(&*event);
        if (ready == nullptr) continue;
        EXPECT_FALSE(last);
        EXPECT_EQ(ready->first_frame, expected);
        EXPECT_EQ(ready->first_frame,
                  chunk * kChunkFrames + ready->index_in_chunk * kClusterFrames);
        expected += ready->frame_count;
        last = ready->last_of_track;
        if (ready->last_of_chunk) break;
      }
    }
    EXPECT_TRUE(last);
    EXPECT_EQ(expected, driver.track()->frame_count);
    const double seconds = static_cast<double>(expected) / kOutputRateHz;
    // Untagged MP3 keeps the encoder's delay and padding: up to three MPEG frames more.
    EXPECT_GE(seconds, kSeconds - 0.001);
    EXPECT_LE(seconds, kSeconds + 0.1);
  }
}

TEST(SessionTest, AWishPastTheEndIsAnsweredWithTheEnd) {
  SessionDriver driver(files().front().bytes, SessionOptions{});
  EXPECT_TRUE(driver.clusters(1'000'000).empty());
  ASSERT_TRUE(driver.end());
  EXPECT_EQ(driver.end()->frame_count, std::llround(kSeconds * kOutputRateHz));
  EXPECT_FALSE(driver.end()->truncated);
  EXPECT_FALSE(driver.clusters(3).empty()) << "the session goes on";
}

TEST(SessionTest, AnyWishPastTheEndIsAnswered) {
  for (const std::int64_t index : {std::int64_t{1} << 40, std::int64_t{96'076'792'275'716'666},
                                   std::int64_t{92'233'720'368'547'759}, INT64_MAX}) {
    SessionDriver driver(files().front().bytes, SessionOptions{});
    ASSERT_TRUE(driver.session().set_enhancement(settings(Preset::kAdaptive, 100)));
    EXPECT_TRUE(driver.clusters(index).empty());
    EXPECT_TRUE(driver.end());
  }
}

TEST(SessionTest, AFileWithoutAudioIsCorrupt) {
  const auto file = wav_file(PcmSignal{});
  SessionDriver driver(file, SessionOptions{});
  EXPECT_FALSE(driver.open());
  ASSERT_TRUE(driver.error());
  EXPECT_EQ(driver.error()->code(), ErrorCode::kCorruptData);
}

TEST(SessionTest, AProfileGivenLateHoldsFromThenOn) {
  const MusicFile& file = files().front();
  TrackProfile loud;
  loud.integrated_loudness_lufs = -8.0;
  loud.true_peak_dbtp = 0.0;
  SessionDriver given(file.bytes, SessionOptions{});
  given.session().set_profile(loud);
  ASSERT_TRUE(given.session().set_enhancement(settings(Preset::kAdaptive, 100)));
  const auto reference = given.clusters(1);

  SessionDriver late(file.bytes, SessionOptions{});
  ASSERT_TRUE(late.session().set_enhancement(settings(Preset::kAdaptive, 100)));
  EXPECT_NE(late.clusters(1), reference);
  late.session().set_profile(loud);
  EXPECT_EQ(late.clusters(1), reference);
}

TEST(SessionTest, ATruncatedFilePlaysToWhereItEnds) {
  for (const MusicFile& file : files()) {
    SCOPED_TRACE(file.name);
    const auto half = std::span(file.bytes).first(file.bytes.size() / 2);
    SessionDriver driver(half, SessionOptions{});
    ASSERT_TRUE(driver.session().set_enhancement(settings(Preset::kAdaptive, 100)));
    ASSERT_TRUE(driver.open());
    FrameCount frames = 0;
    bool ended = false;
    for (std::int64_t chunk = 0; chunk < 4 && !ended; ++chunk) {
      ASSERT_TRUE(driver.session().request_chunk(chunk));
      for (auto event = driver.next(); event; event = driver.next()) {
        ended = ended || std::holds_alternative<EndOfTrack>(*event);
        const auto* ready = std::get_if<ClusterReady>(&*event);
        if (ready != nullptr) frames += ready->frame_count;
        if (ended || (ready != nullptr && ready->last_of_chunk)) break;
      }
    }
    EXPECT_TRUE(ended);
    EXPECT_FALSE(driver.error());
    const double seconds = static_cast<double>(frames) / kOutputRateHz;
    EXPECT_GT(seconds, 0.3 * kSeconds);
    EXPECT_LT(seconds, 0.7 * kSeconds);
    // A cold session agrees where the end is.
    SessionDriver cold(half, SessionOptions{});
    ASSERT_TRUE(cold.session().set_enhancement(settings(Preset::kAdaptive, 100)));
    EXPECT_TRUE(cold.clusters(3).empty());
    ASSERT_TRUE(cold.end());
    EXPECT_EQ(cold.end()->frame_count, frames);
  }
}

TEST(SessionTest, WhatIsNoAudioIsRefusedAndStaysRefused) {
  std::mt19937 random(7);
  std::vector<std::byte> noise(100'000);
  for (std::byte& value : noise) value = static_cast<std::byte>(random() & 0xFF);
  for (const auto& file :
       {std::vector<std::byte>{}, noise, std::vector<std::byte>(5000), std::vector<std::byte>(3)}) {
    SessionDriver driver(file, SessionOptions{});
    ASSERT_TRUE(driver.session().request_chunk(0));
    while (driver.next()) {
    }
    ASSERT_TRUE(driver.error());
    EXPECT_NE(std::string(driver.error()->words()), "");
    EXPECT_FALSE(driver.session().advance());
  }
}

// Damage may cost sound, never the session: no crash, no hang, every frame accounted for.
TEST(SessionTest, DamagedFilesAreSurvived) {
  for (const MusicFile& file : files()) {
    for (unsigned seed = 0; seed < 6; ++seed) {
      SCOPED_TRACE(file.name + " seed " + std::to_string(seed));
      std::mt19937 random(seed);
      auto bytes = file.bytes;
      for (int i = 0; i < 40; ++i) {
        const std::size_t at = 3000 + random() % (bytes.size() - 4000);
        bytes[at] = static_cast<std::byte>(random() & 0xFF);
      }
      SessionDriver driver(bytes, SessionOptions{});
      ASSERT_TRUE(driver.session().set_enhancement(settings(Preset::kAdaptive, 100)));
      for (std::int64_t chunk = 0; chunk < 4 && !driver.error() && !driver.end(); ++chunk) {
        driver.clusters(chunk);
      }
      ASSERT_FALSE(driver.error()) << driver.error()->words();
    }
  }
}

TEST(SessionTest, BadCallsAreErrors) {
  Session session(SessionOptions{});
  EXPECT_FALSE(session.request_chunk(-1));
  EXPECT_FALSE(session.set_enhancement(settings(Preset::kAdaptive, 101)));
  EXPECT_FALSE(session.supply(0, std::vector<std::byte>(1)));
  EXPECT_TRUE(session.set_source_size(10));
  EXPECT_FALSE(session.set_source_size(10));
  EXPECT_FALSE(session.supply(8, std::vector<std::byte>(3)));
  Session unsized(SessionOptions{});
  EXPECT_FALSE(unsized.advance());
}

TEST(SessionTest, HeldBytesStayWithinTheLimit) {
  PcmSignal shape;
  shape.sample_rate_hz = 96000;
  shape.bits = 24;
  const auto file = wav_file(music_signal(shape, 24, 9));  // 13.8 MB.
  SessionOptions options;
  options.source_bytes_held_max = 4 << 20;
  SessionDriver driver(file, options);
  ASSERT_TRUE(driver.session().set_enhancement(settings(Preset::kAdaptive, 100)));
  for (const std::int64_t chunk : {0, 11, 3, 4, 5, 6, 7, 8}) driver.clusters(chunk);
  EXPECT_LE(driver.bytes_held_max(), options.source_bytes_held_max);
}

}  // namespace
}  // namespace engine
