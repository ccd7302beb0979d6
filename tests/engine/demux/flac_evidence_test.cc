// Streams whose header, numbers or blocks do not tell the truth: what can be decoded is played,
// exactly, however it is reached.
#include "engine/demux/flac_evidence.h"

#include <functional>
#include <string>

#include <gtest/gtest.h>

#include "engine/demux/flac_demuxer.h"
#include "tests/support/decode_all.h"
#include "tests/support/demux.h"
#include "tests/support/flac_builder.h"
#include "tests/support/opened_track.h"

namespace engine {
namespace {

using testing::ByteWriter;
using testing::FlacBuilder;
using testing::header_error;
using testing::join;
using testing::kWhole;
using testing::make_signal;
using testing::OpenedTrack;
using testing::PcmSignal;
using testing::SplitFeeder;
using testing::track_info;

constexpr FrameCount kFrames = 6000;

// At 48 kHz, so that nothing is resampled; `seed` tells streams apart.
PcmSignal signal_of(int bits = 16, unsigned seed = 3) {
  return make_signal({48000, 1, bits, kFrames, {}}, seed);
}

FlacBuilder fixed_stream() {
  FlacBuilder builder(signal_of());
  builder.blocks({192});
  return builder;
}

FlacBuilder variable_stream() {
  FlacBuilder builder(signal_of());
  builder.blocks({192, 96, 192, 192, 96, 500, 16});
  return builder;
}

// The FLAC frames of a builder's stream, without what stands before them.
std::vector<std::byte> frames_of(FlacBuilder builder) {
  const auto file = builder.build();
  return {file.begin() + static_cast<std::ptrdiff_t>(builder.frame_offsets()[0]), file.end()};
}

float sample_at(const PcmSignal& signal, FrameCount frame) {
  return static_cast<float>(signal.samples[static_cast<std::size_t>(frame)]) /
         static_cast<float>(1LL << (signal.bits - 1));
}

// The audio of `file` from the start equals `signal`, up to `frames` of it; so it does in pieces,
// and from any place that is reached cold or after others.
void expect_plays(std::span<const std::byte> file, const PcmSignal& signal, FrameCount frames) {
  for (const std::size_t piece_size : {kWhole, std::size_t{17}, std::size_t{4096}}) {
    SCOPED_TRACE(piece_size);
    const auto decoded = testing::decode_all(file, piece_size);
    ASSERT_EQ(decoded.audio.frames(), frames);
    EXPECT_EQ(decoded.damaged_packets, 0);
    for (FrameCount i = 0; i < frames; ++i) {
      ASSERT_EQ(decoded.audio.channel(0)[static_cast<std::size_t>(i)], sample_at(signal, i)) << i;
    }
  }
  OpenedTrack warm(file, kWhole);
  constexpr FrameCount kPart = 100;
  for (const FrameCount first : {frames - kPart, FrameCount{191}, frames / 2, FrameCount{0},
                                 frames / 3, frames / 2 + 7, FrameCount{1}}) {
    SCOPED_TRACE(first);
    OpenedTrack cold(file, 4096);
    const AudioBuffer alone = cold.read(first, kPart);
    const AudioBuffer after_others = warm.read(first, kPart);
    for (FrameCount i = 0; i < kPart; ++i) {
      ASSERT_EQ(alone.channel(0)[static_cast<std::size_t>(i)], sample_at(signal, first + i)) << i;
    }
    EXPECT_EQ(testing::first_difference(after_others, alone, 0), kPart);
  }
}

TrackWarnings only(TrackWarning warning) {
  TrackWarnings warnings;
  warnings.add(warning);
  return warnings;
}

TEST(FlacEvidenceTest, NumbersMayStartAnywhere) {
  for (const std::uint64_t first : {1U, 10U, 100000U}) {
    SCOPED_TRACE(first);
    for (FlacBuilder builder :
         {fixed_stream(), variable_stream().variable_blocking(), fixed_stream().unknown_length()}) {
      const auto file = builder.numbers_from(first).build();
      EXPECT_EQ(track_info<FlacDemuxer>(file)->warnings, TrackWarnings());
      expect_plays(file, signal_of(), kFrames);
    }
  }
}

TEST(FlacEvidenceTest, ACopyOfTheMiddleHasItsOwnLength) {
  FlacStreamInfo whole;
  whole.frame_count = 10 * kFrames;
  for (FlacBuilder builder : {fixed_stream(), variable_stream().variable_blocking()}) {
    const auto file = builder.numbers_from(10).declare(whole).build();
    const TrackInfo info = *track_info<FlacDemuxer>(file);
    EXPECT_EQ(info.frame_count, kFrames);
    EXPECT_EQ(info.warnings, only(TrackWarning::kLengthCorrected));
    expect_plays(file, signal_of(), kFrames);
  }
}

TEST(FlacEvidenceTest, NumbersMayStartAgainInTheMiddle) {
  FlacStreamInfo first_part;
  for (const std::size_t at : {1U, 5U, 15U, 30U}) {
    SCOPED_TRACE(at);
    const auto joined_length = fixed_stream().numbers_start_again_at(at).build();
    EXPECT_EQ(track_info<FlacDemuxer>(joined_length)->warnings, TrackWarnings());
    expect_plays(joined_length, signal_of(), kFrames);
  }
  for (const std::size_t at : {5U, 15U}) {
    SCOPED_TRACE(at);
    first_part.frame_count = static_cast<FrameCount>(192 * at);
    expect_plays(fixed_stream().numbers_start_again_at(at).unknown_length().build(), signal_of(),
                 kFrames);
    const auto first_length = fixed_stream().numbers_start_again_at(at).declare(first_part).build();
    EXPECT_EQ(track_info<FlacDemuxer>(first_length)->warnings,
              only(TrackWarning::kLengthCorrected));
    expect_plays(first_length, signal_of(), kFrames);
  }
}

// A little more than the header tells raises no doubt before the end: it is not played, but told.
TEST(FlacEvidenceTest, AShortRestBehindTheDeclaredEndIsTold) {
  FlacStreamInfo told;
  told.frame_count = 192 * 30;
  const auto file = fixed_stream().numbers_start_again_at(30).declare(told).build();
  for (const std::size_t piece_size : {kWhole, std::size_t{4096}, std::size_t{17}}) {
    OpenedTrack track(file, piece_size);
    track.read(0, told.frame_count);
    EXPECT_EQ(track.pcm().warnings(), only(TrackWarning::kAudioLeftOut)) << piece_size;
  }
}

// `cat a.flac b.flac`: the metadata of the second file stand between the FLAC frames.
TEST(FlacEvidenceTest, FilesPutTogetherPlayOneAfterTheOther) {
  PcmSignal both = signal_of(16, 3);
  const PcmSignal second = signal_of(16, 4);
  const auto file =
      join({FlacBuilder(both).blocks({192}).build(), FlacBuilder(second).blocks({256}).build()});
  both.samples.insert(both.samples.end(), second.samples.begin(), second.samples.end());
  EXPECT_EQ(track_info<FlacDemuxer>(file)->warnings, only(TrackWarning::kLengthCorrected));
  expect_plays(file, both, 2 * kFrames);
}

TEST(FlacEvidenceTest, BlocksNumberedBySampleWithoutSayingSo) {
  FlacStreamInfo equal;
  equal.block_size_min = equal.block_size_max = 192;
  for (FlacBuilder builder :
       {variable_stream(), variable_stream().unknown_length(), variable_stream().declare(equal)}) {
    const auto file = builder.hide_blocking_bit().build();
    EXPECT_EQ(track_info<FlacDemuxer>(file)->warnings, TrackWarnings());
    expect_plays(file, signal_of(), kFrames);
  }
}

TEST(FlacEvidenceTest, TheDeclaredBlockSizeMayBeWrong) {
  for (const auto& [smallest, largest] :
       {std::pair(16, 65535), std::pair(191, 191), std::pair(193, 193), std::pair(192, 193),
        std::pair(16, 191), std::pair(4096, 4096), std::pair(16, 16), std::pair(500, 20)}) {
    SCOPED_TRACE(largest);
    FlacStreamInfo info;
    info.block_size_min = smallest;
    info.block_size_max = largest;
    EXPECT_EQ(track_info<FlacDemuxer>(fixed_stream().declare(info).build())->warnings,
              TrackWarnings());
    expect_plays(fixed_stream().declare(info).build(), signal_of(), kFrames);
    expect_plays(variable_stream().variable_blocking().declare(info).build(), signal_of(), kFrames);
  }
}

TEST(FlacEvidenceTest, LargeBlocksUnderASmallMaximum) {
  FlacStreamInfo info;
  info.block_size_min = info.block_size_max = 4096;
  const PcmSignal signal = make_signal({48000, 1, 16, 70000, {}}, 5);
  expect_plays(FlacBuilder(signal).blocks({16384}).declare(info).build(), signal, 70000);
}

TEST(FlacEvidenceTest, TheFormatIsThatOfTheFrames) {
  std::vector<FlacStreamInfo> lies(4);
  lies[0].bits_per_sample = 24;
  lies[1].channels = 5;
  lies[2].sample_rate_hz = 44100;
  lies[3].bits_per_sample = 2;  // Impossible.
  for (const FlacStreamInfo& lie : lies) {
    const auto file = fixed_stream().state_format().declare(lie).build();
    const TrackInfo info = *track_info<FlacDemuxer>(file);
    EXPECT_EQ(info.sample_rate_hz, 48000);
    EXPECT_EQ(info.channels, 1);
    EXPECT_EQ(info.bits_per_sample, 16);
    EXPECT_EQ(info.warnings, only(TrackWarning::kFormatCorrected));
    expect_plays(file, signal_of(), kFrames);
  }
}

TEST(FlacEvidenceTest, AHeaderWithHardlyAFrameBehindItHasAnHonestLength) {
  FlacStreamInfo hours;
  hours.frame_count = 48000LL * 3600 * 20;
  FlacBuilder builder = fixed_stream();
  const auto file = builder.declare(hours).build();
  EXPECT_EQ(track_info<FlacDemuxer>(file)->frame_count, kFrames);
  EXPECT_EQ(track_info<FlacDemuxer>(file)->warnings, only(TrackWarning::kLengthCorrected));
  const auto& offsets = builder.frame_offsets();
  EXPECT_EQ(track_info<FlacDemuxer>(std::span(file).first(offsets[1]))->frame_count, 192);
  for (const std::size_t size : {offsets[0], offsets[0] + 3, offsets[1] - 1}) {
    EXPECT_EQ(header_error<FlacDemuxer>(std::span(file).first(size)).detail,
              ErrorDetail::kFlacNoFrames)
        << size;
  }
}

TEST(FlacEvidenceTest, TheDepthMayChangeOnTheWay) {
  PcmSignal both = signal_of(16, 3);
  const PcmSignal second = signal_of(8, 4);
  const auto file = join({FlacBuilder(both).blocks({192}).state_format().build(),
                          frames_of(FlacBuilder(second).blocks({192}).state_format())});
  for (const std::int32_t sample : second.samples) both.samples.push_back(sample * 256);
  expect_plays(file, both, 2 * kFrames);
}

TEST(FlacEvidenceTest, WhatIsOfAnotherFormatIsLeftOutWithAWord) {
  PcmSignal other_rate = signal_of(16, 4);
  other_rate.sample_rate_hz = 44100;
  const PcmSignal other_channels = make_signal({48000, 2, 16, kFrames, {}}, 4);
  const PcmSignal third = signal_of(16, 5);
  for (const PcmSignal& other : {other_rate, other_channels}) {
    PcmSignal both = signal_of();
    FlacStreamInfo told;
    told.frame_count = 3 * kFrames;
    const auto file = join({FlacBuilder(both).blocks({192}).state_format().declare(told).build(),
                            frames_of(FlacBuilder(other).blocks({192}).state_format()),
                            frames_of(FlacBuilder(third).blocks({192}).state_format())});
    both.samples.insert(both.samples.end(), third.samples.begin(), third.samples.end());
    OpenedTrack track(file, kWhole);
    track.read(0, 3 * kFrames);
    EXPECT_TRUE(track.pcm().warnings().has(TrackWarning::kAudioLeftOut) ||
                track_info<FlacDemuxer>(file)->warnings.has(TrackWarning::kAudioLeftOut));
    expect_plays(file, both, 2 * kFrames);
  }
}

std::vector<std::byte> picture_block(std::size_t data_bytes) {
  ByteWriter body;
  body.be(3, 4).be(10, 4).text("image/jpeg").be(5, 4).text("front").zeros(16).be(data_bytes, 4);
  std::vector<std::byte> block = body.data();
  for (std::size_t i = 0; i < data_bytes; ++i) {
    block.push_back(static_cast<std::byte>((i * 2654435761U) >> 13U));
  }
  return block;
}

TEST(FlacEvidenceTest, APictureOfMoreThan16MiBIsPassedOver) {
  for (const bool padded : {false, true}) {
    FlacBuilder builder = fixed_stream();
    builder.metadata(6, picture_block((16U << 20) + 12345));
    if (padded) builder.metadata(1, std::vector<std::byte>(5000));
    const auto file = builder.build();
    SplitFeeder feeder(file, kWhole);
    FlacDemuxer demuxer;
    const auto header = feeder.read_header(demuxer);
    ASSERT_TRUE(header);
    EXPECT_EQ(std::get<TrackInfo>(*header).frame_count, kFrames);
    EXPECT_EQ(feeder.read_packets(demuxer).size(), builder.frame_offsets().size());
    EXPECT_LT(feeder.supplied_bytes(), 60000u);
  }
}

TEST(FlacEvidenceTest, WhereBlocksLeadNowhereTheFramesAreFound) {
  const std::vector<std::byte> rest(200, std::byte{0x55});
  FlacBuilder builder = fixed_stream();
  auto file = builder.metadata(4, rest).build();
  file[43] = std::byte{0xFF};  // A comment longer than the file.
  EXPECT_EQ(track_info<FlacDemuxer>(file)->warnings, only(TrackWarning::kJunkSkipped));
  expect_plays(file, signal_of(), kFrames);
  // A picture that says nothing true of its own length either.
  FlacBuilder pictured = fixed_stream();
  auto picture = picture_block((16U << 20) + 100);
  picture[4 + 4 + 10 + 4 + 5 + 16] = std::byte{0};
  expect_plays(pictured.metadata(6, std::move(picture)).build(), signal_of(), kFrames);
}

TEST(FlacEvidenceTest, JunkAroundTheFramesIsNoAudio) {
  FlacBuilder builder = fixed_stream();
  const auto file = builder.build();
  const std::span<const std::byte> head = std::span(file).first(builder.frame_offsets()[0]);
  ByteWriter junky;
  junky.bytes(head).text("not a frame, not a frame").bytes(frames_of(fixed_stream()));
  junky.text("TAG").zeros(125);
  EXPECT_EQ(track_info<FlacDemuxer>(junky.data())->warnings, only(TrackWarning::kJunkSkipped));
  expect_plays(junky.data(), signal_of(), kFrames);
}

// A number of 36 bits claims a place of 2^52 with the largest fixed blocks.
TEST(FlacEvidenceTest, ANumberThatNoBytesExplainIsNoLength) {
  FlacStreamInfo longest;
  longest.frame_count = kFlacFrameCountMax;
  const auto unknown = fixed_stream().unknown_length().build();
  const auto known = fixed_stream().declare(longest).build();
  for (const std::uint64_t number : {1ULL << 16, 1ULL << 30, (1ULL << 34) + 1, (1ULL << 36) - 10}) {
    SCOPED_TRACE(number);
    PcmSignal one = signal_of();
    one.frames = 192;
    const auto far = frames_of(FlacBuilder(one).blocks({192}).numbers_from(number));
    for (const auto& stream : {unknown, known}) {
      const auto file = join({stream, far});
      EXPECT_EQ(track_info<FlacDemuxer>(file)->frame_count, kFrames + 192);
      OpenedTrack track(file, kWhole);
      EXPECT_EQ(track.pcm().frame_count(), kFrames + 192);
      track.read(kFrames, 192);
    }
  }
}

// Two FLAC frames that agree with the longest length that a header can tell.
TEST(FlacEvidenceTest, FewBytesAreNoLongTrackWhateverTheirNumbersSay) {
  FlacStreamInfo longest;
  longest.frame_count = kFlacFrameCountMax;
  const FrameCount last = kFlacFrameCountMax % 192;
  PcmSignal rest = signal_of();
  rest.frames = last;
  const auto number = static_cast<std::uint64_t>(kFlacFrameCountMax / 192);
  PcmSignal one = signal_of();
  one.frames = 192;
  const auto file = join({FlacBuilder(one).blocks({192}).declare(longest).build(),
                          frames_of(FlacBuilder(rest).blocks({192}).numbers_from(number))});
  EXPECT_EQ(track_info<FlacDemuxer>(file)->frame_count, 192 + last);
  EXPECT_EQ(track_info<FlacDemuxer>(file)->warnings, only(TrackWarning::kLengthCorrected));
}

// Piped streams tell no length, and the last number is that of the second one alone.
TEST(FlacEvidenceTest, PipedStreamsPutTogetherPlayOneAfterTheOther) {
  PcmSignal both = make_signal({48000, 1, 16, kFrames, {}}, 3);
  const PcmSignal second = make_signal({48000, 1, 16, 3 * kFrames, {}}, 4);
  const auto file = join({FlacBuilder(both).blocks({192}).unknown_length().build(),
                          FlacBuilder(second).blocks({192}).unknown_length().build()});
  both.samples.insert(both.samples.end(), second.samples.begin(), second.samples.end());
  EXPECT_EQ(track_info<FlacDemuxer>(file)->frame_count, 4 * kFrames);
  expect_plays(file, both, 4 * kFrames);
}

// Ten seconds, half of it constant blocks, so that its size raises no doubt.
PcmSignal half_constant_signal() {
  PcmSignal signal{48000, 2, 16, 480000, {}};
  for (FrameCount i = 0; i < 2 * signal.frames; ++i) {
    signal.samples.push_back((i / 2 / 1024) % 2 == 0 ? static_cast<std::int32_t>(i % 9973) : 7);
  }
  return signal;
}

// With a seek point at every second of `signal`; it tells the length of `told`.
std::vector<std::byte> with_seek_table(const PcmSignal& signal, const FlacStreamInfo& told) {
  FlacBuilder plain(signal);
  plain.blocks({1024}).build();
  ByteWriter table;
  for (std::size_t i = 0; i < plain.frame_offsets().size(); i += 47) {
    table.be(1024 * i, 8).be(plain.frame_offsets()[i] - plain.frame_offsets()[0], 8).be(1024, 2);
  }
  return FlacBuilder(signal).blocks({1024}).declare(told).metadata(3, table.data()).build();
}

TEST(FlacEvidenceTest, ReadingACutFileToItsEndWalksItOnce) {
  const auto whole = FlacBuilder(half_constant_signal()).blocks({1024}).build();
  const auto file = std::span(whole).first(whole.size() / 4 * 3);
  SplitFeeder feeder(file, kWhole);
  FlacDemuxer demuxer;
  ASSERT_TRUE(feeder.read_header(demuxer));
  ASSERT_EQ(feeder.read_packets(demuxer, 330).size(), 330u);
  feeder.store().discard_outside({file.size() - (128U << 10), file.size()});
  feeder.forget_requests();
  EXPECT_GT(feeder.read_packets(demuxer).size(), 10u);
  EXPECT_LT(feeder.supplied_bytes(), file.size() / 2);
}

TEST(FlacEvidenceTest, ASeekInACutFileWithASeekTableFetchesLittle) {
  const PcmSignal signal = half_constant_signal();
  const auto whole = with_seek_table(signal, {});
  for (const std::size_t eighths : {4U, 5U, 7U}) {
    SCOPED_TRACE(eighths);
    const auto file = std::span(whole).first(whole.size() / 8 * eighths);
    SplitFeeder feeder(file, kWhole);
    FlacDemuxer demuxer;
    ASSERT_TRUE(feeder.read_header(demuxer));
    ASSERT_TRUE(feeder.seek(demuxer, 150000));
    EXPECT_LT(feeder.supplied_bytes(), file.size() / 3);
    OpenedTrack track(file, kWhole);
    const AudioBuffer there = track.read(150000, 3000);
    for (FrameCount i = 0; i < 3000; ++i) {
      ASSERT_EQ(there.channel(0)[static_cast<std::size_t>(i)], sample_at(signal, 2 * (150000 + i)));
    }
  }
}

// The seek table of the first one, the length of both; the numbers at the end are the second one's.
TEST(FlacEvidenceTest, ASeekTableDoesNotVouchForWhatIsJoinedBehindIt) {
  const PcmSignal first = half_constant_signal();
  for (const int tenths : {6, 10, 15, 19}) {
    SCOPED_TRACE(tenths);
    PcmSignal second = make_signal({48000, 2, 16, 48000 * tenths, {}}, 6);
    FlacStreamInfo told;
    told.frame_count = first.frames + second.frames;
    PcmSignal both = first;
    both.samples.insert(both.samples.end(), second.samples.begin(), second.samples.end());
    const auto file =
        join({with_seek_table(first, told), frames_of(FlacBuilder(second).blocks({1024}))});
    for (const FrameCount frame : {FrameCount{400000}, first.frames + 1000}) {
      OpenedTrack track(file, kWhole);
      const AudioBuffer there = track.read(frame, 100);
      for (FrameCount i = 0; i < 100; ++i) {
        ASSERT_EQ(there.channel(0)[static_cast<std::size_t>(i)], sample_at(both, 2 * (frame + i)));
      }
    }
  }
}

// Twenty megabytes of a tag behind the audio: no question is longer than a reader may hold.
TEST(FlacEvidenceTest, ALongTagAtTheEndIsSearchedInParts) {
  const PcmSignal signal = half_constant_signal();
  auto file = FlacBuilder(signal).blocks({1024}).build();
  file.resize(file.size() + (20U << 20), std::byte{0x41});
  SplitFeeder feeder(file, kWhole);
  FlacDemuxer demuxer;
  ASSERT_TRUE(feeder.read_header(demuxer));
  ASSERT_TRUE(feeder.seek(demuxer, 200000));
  for (const ByteRange& range : feeder.requests()) EXPECT_LE(range.size(), 1U << 20);
  OpenedTrack track(file, kWhole);
  EXPECT_EQ(track.read(200000, 1).channel(0)[0], sample_at(signal, 400000));
}

// A file that says the truth costs what it did before anybody doubted it.
TEST(FlacEvidenceTest, AnHonestFileIsOpenedByItsFrontAlone) {
  FlacBuilder builder(half_constant_signal());
  const auto file = builder.blocks({1024}).build();
  SplitFeeder feeder(file, kWhole);
  FlacDemuxer demuxer;
  ASSERT_TRUE(feeder.read_header(demuxer));
  feeder.store().insert(0, std::span(file).first(64U << 10));
  feeder.forget_requests();
  ASSERT_TRUE(feeder.seek(demuxer, 0));
  EXPECT_EQ(feeder.read_packets(demuxer, 10).size(), 10u);
  EXPECT_TRUE(feeder.requests().empty());
  // The first seek elsewhere sees the end once, which is told beforehand.
  const ByteRange proof = demuxer.proof_range(feeder.source(), 200000);
  EXPECT_EQ(proof, (ByteRange{file.size() - (16U << 10), file.size()}));
  EXPECT_TRUE(demuxer.proof_range(feeder.source(), 0).empty());
  ASSERT_TRUE(feeder.seek(demuxer, 200000));
  EXPECT_EQ(feeder.requests().front(), proof);
  EXPECT_TRUE(demuxer.proof_range(feeder.source(), 300000).empty());
}

}  // namespace
}  // namespace engine
