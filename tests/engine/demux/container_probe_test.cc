#include "engine/demux/container_probe.h"

#include <random>
#include <string>

#include <gtest/gtest.h>

#include "tests/support/flac_builder.h"
#include "tests/support/split_feeder.h"

namespace engine {
namespace {

using testing::ByteWriter;
using testing::kWhole;
using testing::make_signal;
using testing::SplitFeeder;

Result<ProbeStep> probe(std::span<const std::byte> file, std::size_t piece_size = kWhole) {
  SplitFeeder feeder(file, piece_size);
  return feeder.run([&] { return probe_container(feeder.source()); });
}

void expect_container(std::span<const std::byte> file, Container expected) {
  for (const std::size_t piece_size : {std::size_t{1}, std::size_t{17}, kWhole}) {
    const auto answer = probe(file, piece_size);
    ASSERT_TRUE(answer) << answer.error().words();
    EXPECT_EQ(std::get<Container>(*answer), expected);
  }
}

void expect_refusal(std::span<const std::byte> file, const std::string& text) {
  const auto answer = probe(file);
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code(), ErrorCode::kUnsupportedFormat);
  EXPECT_NE(std::string(answer.error().words()).find(text), std::string::npos)
      << answer.error().words();
}

std::vector<std::byte> flac_stream() {
  return testing::FlacBuilder(make_signal({44100, 1, 16, 3000, {}}, 1)).build();
}

// Silent MPEG-1 layer III frames of 128 kbit/s at 44 100 Hz: 417 bytes each, all zero but the head.
std::vector<std::byte> mp3_stream(int frame_count) {
  ByteWriter file;
  for (int i = 0; i < frame_count; ++i) file.be(0xFFFB9064, 4).zeros(413);
  return file.data();
}

ByteWriter id3_tag(std::size_t body_bytes) {
  ByteWriter file;
  file.text("ID3").be(0x0400, 2).be(0, 1);
  for (int shift = 21; shift >= 0; shift -= 7) file.be((body_bytes >> shift) & 0x7FU, 1);
  file.zeros(body_bytes);
  return file;
}

TEST(ContainerProbeTest, TellsContainersByTheirContent) {
  expect_container(wav_file(make_signal({44100, 2, 16, 10, {}}, 1)), Container::kWav);
  expect_container(ByteWriter().text("RF64").zeros(4).text("WAVE").zeros(50).data(),
                   Container::kWav);
  expect_container(flac_stream(), Container::kFlac);
  expect_container(mp3_stream(5), Container::kMp3);
}

TEST(ContainerProbeTest, LooksBehindId3TagsWithoutFetchingThem) {
  auto tagged_flac = id3_tag(2 << 20).bytes(flac_stream()).data();
  expect_container(id3_tag(300).bytes(flac_stream()).data(), Container::kFlac);
  expect_container(id3_tag(300).bytes(mp3_stream(30)).data(), Container::kMp3);
  auto twice = id3_tag(40000).bytes(id3_tag(20).bytes(mp3_stream(30)).data());
  expect_container(twice.data(), Container::kMp3);

  SplitFeeder feeder(tagged_flac, kWhole);
  const auto answer = feeder.run([&] { return probe_container(feeder.source()); });
  ASSERT_TRUE(answer);
  EXPECT_EQ(std::get<Container>(*answer), Container::kFlac);
  EXPECT_LE(feeder.supplied_bytes(), 24u << 10);
  EXPECT_LE(feeder.requests().size(), 2u);
}

TEST(ContainerProbeTest, SaysInWordsWhatItCannotPlay) {
  expect_refusal({}, "the file is empty");
  expect_refusal(ByteWriter().text("x").data(), "not a WAV, FLAC or MP3 file");
  expect_refusal(ByteWriter().text(std::string(5000, 'a')).data(), "not a WAV, FLAC or MP3 file");
  expect_refusal(ByteWriter().text("OggS").zeros(100).data(), "Ogg");
  expect_refusal(ByteWriter().be(32, 4).text("ftypM4A ").zeros(100).data(), "M4A");
  expect_refusal(ByteWriter().text("RIFF").zeros(4).text("AVI ").zeros(90).data(), "not a WAV");
  expect_refusal(id3_tag(300).text("nothing").data(), "not a WAV");
  expect_refusal(id3_tag(300).data(), "not a WAV");
  auto cut_tag = id3_tag(3000).data();
  cut_tag.resize(100);
  expect_refusal(cut_tag, "not a WAV");
}

TEST(ContainerProbeTest, RandomBytesAreRefusedOrNamed) {
  int accepted = 0;
  for (unsigned seed = 0; seed < 300; ++seed) {
    std::mt19937 random(seed);
    std::vector<std::byte> file(1 + random() % 20000);
    for (auto& byte : file) byte = static_cast<std::byte>(random());
    if (probe(file)) ++accepted;
  }
  EXPECT_EQ(accepted, 0);
}

}  // namespace
}  // namespace engine
