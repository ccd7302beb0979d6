// Two tracks that were one piece, cut off the packet grid: behind the join the coding error is that
// of any other place, where the second track brings its lead.
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "tests/support/conformance.h"
#include "tests/support/joined_tracks.h"
#include "tests/support/music_signal.h"
#include "tests/support/real_music.h"

namespace engine {
namespace {

using testing::PcmSignal;
using testing::SessionDriver;
using testing::wav_file;

constexpr FrameCount kWindow = 120;  // 2.5 ms: the overlap of the codec's windows.
constexpr FrameCount kSecondFrames = 40 * kPacketFrames + 1;
constexpr int kCuts = 3;
constexpr int kPieceSeconds = 8;

PcmSignal studio_shape() {
  PcmSignal shape;
  shape.sample_rate_hz = kOutputRateHz;
  shape.bits = 24;
  return shape;
}

PcmSignal noise(FrameCount frames) {
  PcmSignal signal = studio_shape();
  signal.frames = frames;
  std::mt19937 random(7);
  double before = 0;
  for (FrameCount i = 0; i < 2 * frames; ++i) {
    // Two neighbours of one channel share half of their noise: less in the top octave.
    const double value = static_cast<double>(random()) / 2147483648.0 - 1.0;
    signal.samples.push_back(static_cast<std::int32_t>(std::lround((value + before) * 1e6)));
    before = value;
  }
  return signal;
}

PcmSignal music(double seconds) {
  return testing::music_signal(studio_shape(), seconds, 11);
}

PcmSignal real_music(const testing::TemporaryFolder& folder, const testing::MusicExcerpt& excerpt) {
  PcmSignal signal;
  signal.sample_rate_hz = kOutputRateHz;
  if (!testing::write_excerpt(folder, excerpt, kPieceSeconds, "cd.wav") ||
      !testing::run_command("ffmpeg -v error -y -i " + folder.file("cd.wav") +
                            " -ar 48000 -f s16le " + folder.file("music.raw"))) {
    return signal;
  }
  const auto raw = folder.read("music.raw");
  for (std::size_t i = 0; i + 1 < raw.size(); i += 2) {
    const auto low = std::to_integer<unsigned>(raw[i]);
    const auto high = std::to_integer<unsigned>(raw[i + 1]);
    signal.samples.push_back(static_cast<std::int16_t>(low | (high << 8)));
  }
  signal.frames = static_cast<FrameCount>(signal.samples.size() / 2);
  return signal;
}

// Error energies in 2.5 ms, relative to the mean around the join, summed over joins.
struct Errors {
  double sum = 0;
  int joins = 0;

  void add(double energy) {
    sum += energy;
    ++joins;
  }
  double db() const { return 10 * std::log10(sum / joins); }
};

// What is heard of the piece around a join.
struct Heard {
  Errors before;  // The last 2.5 ms in front of the join.
  Errors first;   // 0 to 2.5 ms behind it.
  Errors second;  // 2.5 to 5 ms.

  void add(const AudioBuffer& heard, const PcmSignal& piece, FrameCount join, double around) {
    const auto energy = [&](FrameCount from) {
      return testing::error_energy(heard, piece, from, from + kWindow) / around;
    };
    before.add(energy(join - kWindow));
    first.add(energy(join));
    second.add(energy(join + kWindow));
  }
};

struct Comparison {
  Heard uncut;
  Heard cluster;  // A cluster's start of the uncut piece: no prediction there either.
  Heard joined;
  Heard without_lead;

  void print(int beyond, const char* name) const {
    std::printf("%3d %-16s joins %3d", beyond, name, joined.first.joins);
    for (const Heard* heard : {&uncut, &cluster, &joined, &without_lead}) {
      std::printf("   %+5.1f %+5.1f %+5.1f", heard->before.db(), heard->first.db(),
                  heard->second.db());
    }
    std::printf(" dB\n");
  }
};

// Mean error energy of 2.5 ms inside the track.
double mean_error_around(const AudioBuffer& heard, const PcmSignal& piece, FrameCount join) {
  double sum = 0;
  int windows = 0;
  for (FrameCount at = join - 12 * kPacketFrames; at < join + 12 * kPacketFrames; at += kWindow) {
    sum += testing::error_energy(heard, piece, at, at + kWindow);
    ++windows;
  }
  return sum / windows;
}

AudioBuffer play(const std::vector<Packet>& first, FrameCount first_frames,
                 std::vector<Packet> second, FrameCount second_frames, bool with_lead) {
  if (!with_lead) second.erase(second.begin());
  testing::OpusTestDecoder decoder;
  AudioBuffer heard(kOutputChannelCount, 0);
  testing::decode_onto(heard, decoder, first, 0, first_frames);
  testing::decode_onto(heard, decoder, second, with_lead ? kPacketFrames : 0, second_frames);
  return heard;
}

void add_join(const PcmSignal& signal, FrameCount begin, FrameCount cut, Comparison& sum) {
  const FrameCount end = cut + kSecondFrames;
  const PcmSignal piece = testing::part_of(signal, begin, end);
  const FrameCount join = cut - begin;
  AudioBuffer uncut(kOutputChannelCount, 0);
  testing::OpusTestDecoder decoder;
  testing::decode_onto(uncut, decoder, testing::track_packets(wav_file(piece), 0), 0, end - begin);
  const double around = mean_error_around(uncut, piece, join);
  if (around < 1e-8) return;  // Silence.
  const auto first = testing::track_packets(wav_file(testing::part_of(signal, begin, cut)), 0);
  const auto second = testing::track_packets(wav_file(testing::part_of(signal, cut, end)), 1);
  sum.uncut.add(uncut, piece, join, around);
  const FrameCount cluster = (join / kClusterFrames + 1) * kClusterFrames;
  sum.cluster.add(uncut, piece, cluster, mean_error_around(uncut, piece, cluster));
  sum.joined.add(play(first, join, second, end - cut, true), piece, join, around);
  sum.without_lead.add(play(first, join, second, end - cut, false), piece, join, around);
}

std::vector<std::pair<std::string, PcmSignal>> signals() {
  const testing::TemporaryFolder folder;
  std::vector<std::pair<std::string, PcmSignal>> list;
  list.emplace_back("noise", noise(kPieceSeconds * kOutputRateHz));
  list.emplace_back("synthetic music", music(kPieceSeconds));
  for (const auto& excerpt : testing::kMusicExcerpts) {
    list.emplace_back(excerpt.name, real_music(folder, excerpt));
  }
  return list;
}

class TrackJoinTest : public ::testing::TestWithParam<int> {};

// The limit is that of the issue: no more than 3 dB above the same place of the uncut piece.
TEST_P(TrackJoinTest, BehindAJoinTheErrorIsThatOfAnyPlace) {
  Comparison all;
  for (const auto& [name, signal] : signals()) {
    ASSERT_GE(signal.frames, (kPieceSeconds - 1) * kOutputRateHz) << name;
    Comparison one;
    for (int i = 0; i < kCuts; ++i) {
      const FrameCount begin = (i * 110 + 5) * kPacketFrames + 311 * i;
      const FrameCount cut = begin + 60 * kPacketFrames + GetParam();
      add_join(signal, begin, cut, one);
      add_join(signal, begin, cut, all);
    }
    one.print(GetParam(), name.c_str());
  }
  all.print(GetParam(), "all");
  EXPECT_LE(all.joined.before.db(), all.uncut.before.db() + 3);
  EXPECT_LE(all.joined.first.db(), all.uncut.first.db() + 3);
  EXPECT_LE(all.joined.second.db(), all.uncut.second.db() + 3);
  EXPECT_GE(all.without_lead.first.db(), all.uncut.first.db() + 10) << "what the lead is for";
}

INSTANTIATE_TEST_SUITE_P(LengthsBeyondWholePackets, TrackJoinTest,
                         ::testing::Values(1, 137, 480, 823, 959));

std::vector<std::vector<std::byte>> leads_of(const PcmSignal& signal) {
  const auto file = wav_file(signal);
  SessionDriver driver(file, SessionOptions{});
  std::vector<std::vector<std::byte>> leads;
  for (std::int64_t chunk = 0; !driver.end(); ++chunk) {
    EXPECT_TRUE(driver.session().request_chunk(chunk));
    for (auto event = driver.next(); event; event = driver.next()) {
      if (std::holds_alternative<EndOfTrack>(*event)) break;
      const auto* ready = std::get_if<ClusterReady>(&*event);
      if (ready == nullptr) continue;
      leads.push_back(ready->lead);
      if (ready->last_of_chunk) break;
    }
  }
  return leads;
}

TEST(TrackLeadTest, TheFirstClusterBringsThePacketInFrontOfTheTrack) {
  const PcmSignal signal = music(2.7);
  const auto leads = leads_of(signal);
  ASSERT_EQ(leads.size(), 6U);
  const auto packets = testing::track_packets(wav_file(signal), 1);
  EXPECT_EQ(leads[0], webm_cluster(0, std::span(packets).first(1 + kClusterPackets)));
  for (std::size_t i = 1; i < leads.size(); ++i) EXPECT_TRUE(leads[i].empty()) << i;
}

double peak_of(const AudioBuffer& audio) {
  double peak = 0;
  for (int c = 0; c < audio.channels(); ++c) {
    for (const float sample : audio.channel(c)) {
      peak = std::max(peak, std::fabs(static_cast<double>(sample)));
    }
  }
  return peak;
}

TEST(TrackLeadTest, SilenceAtTheHeadStaysSilence) {
  PcmSignal signal = music(1.5);
  std::fill_n(signal.samples.begin(), kOutputRateHz, 0);  // 0.5 s.
  const auto packets = testing::track_packets(wav_file(signal), 1);
  testing::OpusTestDecoder decoder;
  AudioBuffer heard(kOutputChannelCount, 0);
  testing::decode_onto(heard, decoder, packets, 0, kOutputRateHz / 2 - kPacketFrames);
  EXPECT_LT(peak_of(heard), 1e-6);
}

TEST(TrackLeadTest, ATrackOfOneFrameHasItsLead) {
  PcmSignal signal = studio_shape();
  signal.frames = 1;
  signal.samples = {4'000'000, -4'000'000};
  const auto leads = leads_of(signal);
  ASSERT_EQ(leads.size(), 1U);
  EXPECT_FALSE(leads[0].empty());
  EXPECT_EQ(testing::track_packets(wav_file(signal), 1).size(), 2U);
}

}  // namespace
}  // namespace engine
