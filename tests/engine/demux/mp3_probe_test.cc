#include "engine/demux/mp3_probe.h"

#include <random>
#include <string>

#include <gtest/gtest.h>

#include "engine/demux/container_probe.h"
#include "tests/engine/demux/id3_files.h"
#include "tests/engine/demux/mp3_files.h"
#include "tests/support/split_feeder.h"

namespace engine {
namespace {

using namespace engine::testing;

// Through the face that the session uses, in pieces of every size.
void expect_mp3(const std::vector<std::byte>& file) {
  for (const std::size_t piece_size : {std::size_t{17}, std::size_t{4096}, kWhole}) {
    SplitFeeder feeder(file, piece_size);
    const auto answer = feeder.run([&] { return probe_container(feeder.source()); });
    ASSERT_TRUE(answer) << answer.error().words();
    EXPECT_EQ(std::get<Container>(*answer), Container::kMp3);
  }
}

ErrorDetail refusal(const std::vector<std::byte>& file) {
  SplitFeeder feeder(file, kWhole);
  const auto answer = feeder.run([&] { return probe_container(feeder.source()); });
  EXPECT_FALSE(answer);
  return answer ? ErrorDetail::kNothingToRender : answer.error().detail;
}

std::vector<std::byte> noise(std::size_t size) {
  std::mt19937 random(5);
  std::vector<std::byte> bytes(size);
  for (std::byte& byte : bytes) byte = static_cast<std::byte>(random());
  return bytes;
}

const auto kTag = id3_tag(3, id3_frame(3, "TIT2", id3_text(0, "Song")));

TEST(Mp3ProbeTest, FindsTheFirstMpegFrameAsFarAsTheDemuxerSearches) {
  for (const std::size_t gap : {0U, 4000U, 5000U, 32767U, 100'000U, 262'000U}) {
    SCOPED_TRACE(gap);
    expect_mp3(join({kTag, std::vector<std::byte>(gap), cbr_mpeg_frames(20)}));
    expect_mp3(join({kTag, noise(gap), cbr_mpeg_frames(20)}));  // The rest of a picture.
    expect_mp3(join({std::vector<std::byte>(gap), cbr_mpeg_frames(20)}));
  }
  EXPECT_EQ(refusal(join({kTag, std::vector<std::byte>(263'000), cbr_mpeg_frames(20)})),
            ErrorDetail::kNotAudio);
}

TEST(Mp3ProbeTest, AFewMpegFramesBetweenTagsAreEnough) {
  const auto id3v1 = ByteWriter().text("TAG").zeros(125).data();
  ByteWriter ape;
  ape.text("APETAGEX").le(2000, 4).le(132, 4).le(1, 4).le(0xA0000000U, 4).zeros(8).zeros(100);
  ape.text("APETAGEX").le(2000, 4).le(132, 4).le(1, 4).le(0x80000000U, 4).zeros(8);
  const auto lyrics = ByteWriter().text("LYRICSBEGININD0000200000021LYRICS200").data();
  for (const int count : {1, 2, 3}) {
    const auto audio = cbr_mpeg_frames(count);
    for (const auto& tail : {id3v1, ape.data(), join({ape.data(), id3v1}),
                             join({ape.data(), lyrics, id3v1}), join({lyrics, id3v1})}) {
      expect_mp3(join({audio, tail}));
      expect_mp3(join({kTag, audio, tail}));
    }
    auto cut = cbr_mpeg_frames(count + 1);
    for (const std::size_t missing : {1U, 300U, 414U}) {  // The last one is cut off.
      cut.resize(static_cast<std::size_t>(count + 1) * 417 - missing);
      expect_mp3(join({cut, id3v1}));
    }
  }
}

TEST(Mp3ProbeTest, ATagThatClaimsMoreThanTheFileHidesNoMpegFrames) {
  auto file = join({kTag, cbr_mpeg_frames(20)});
  file[6] = std::byte{0x7F};
  expect_mp3(file);
}

TEST(Mp3ProbeTest, AnApeTagInFrontIsPassed) {
  ByteWriter file;
  file.text("APETAGEX").le(2000, 4).le(9000, 4).le(1, 4).le(0xA0000000U, 4).zeros(8);
  expect_mp3(file.bytes(noise(9000)).bytes(cbr_mpeg_frames(20)).data());
}

TEST(Mp3ProbeTest, NamesWhatIsNotPlayed) {
  const auto stream_of = [](std::uint32_t header, std::size_t size) {
    ByteWriter file;
    for (int i = 0; i < 12; ++i) file.be(header, 4).zeros(size - 4);
    return file.data();
  };
  EXPECT_EQ(refusal(stream_of(0xFFFDC000, 835)), ErrorDetail::kMpegLayer2);
  EXPECT_EQ(refusal(stream_of(0xFFFFC000, 416)), ErrorDetail::kMpegLayer1);
  EXPECT_EQ(refusal(stream_of(0xFFFB0000, 1000)), ErrorDetail::kMp3FreeFormat);
  EXPECT_EQ(refusal(join({kTag, stream_of(0xFFFDC000, 835)})), ErrorDetail::kMpegLayer2);
  ByteWriter adts;
  for (int i = 0; i < 12; ++i) adts.be(0xFFF15080, 4).be(0x2E7FFC, 3).zeros(371 - 7);
  EXPECT_EQ(refusal(adts.data()), ErrorDetail::kAdts);
  EXPECT_EQ(refusal(join({kTag, ByteWriter().text("OggS").zeros(100).data()})), ErrorDetail::kOgg);
}

TEST(Mp3ProbeTest, NamesWhatOtherProgramsWrite) {
  ASSERT_TRUE(require_program("ffmpeg"));
  ASSERT_TRUE(require_program("lame"));
  const TemporaryFolder folder;
  folder.write("in.wav", wav_file(sweep_signal(44100, 2, 3.0)));
  const std::string in = folder.file("in.wav");
  const auto ffmpeg = [&](const std::string& options, const std::string& out) {
    EXPECT_TRUE(
        run_command("ffmpeg -v error -y -i " + in + " " + options + " " + folder.file(out)));
    return refusal(folder.read(out));
  };
  EXPECT_EQ(ffmpeg("-c:a mp2 -f mp2", "a.mp3"), ErrorDetail::kMpegLayer2);
  EXPECT_EQ(ffmpeg("-ar 22050 -c:a mp2 -f mp2", "b.mp3"), ErrorDetail::kMpegLayer2);
  EXPECT_EQ(ffmpeg("-c:a aac -f adts", "c.mp3"), ErrorDetail::kAdts);
  EXPECT_EQ(ffmpeg("-c:a aac -f mp4", "d.mp3"), ErrorDetail::kMp4);
  EXPECT_EQ(ffmpeg("-c:a libvorbis -f ogg", "e.mp3"), ErrorDetail::kOgg);
  for (const char* bitrate : {"64", "200", "400"}) {
    EXPECT_TRUE(run_command(std::string("lame --quiet --freeformat -b ") + bitrate + " " + in +
                            " " + folder.file("f.mp3")));
    EXPECT_EQ(refusal(folder.read("f.mp3")), ErrorDetail::kMp3FreeFormat) << bitrate;
  }
}

TEST(Mp3ProbeTest, OtherFilesThatHoldMpegFramesAreNoMp3Files) {
  const std::string avi = std::string("RIFF") + std::string(4, '\x10') + "AVI ";
  for (const std::string& front : {avi, std::string("%PDF-1.4"), std::string("\xFF\xD8\xFF\xE0"),
                                   std::string("FORM"), std::string("MThd")}) {
    const auto file = join({ByteWriter().text(front).zeros(20000).data(), cbr_mpeg_frames(20)});
    EXPECT_EQ(refusal(file) == ErrorDetail::kNotAudio || refusal(file) == ErrorDetail::kAiff, true)
        << front;
  }
}

TEST(Mp3ProbeTest, NoiseIsNoMp3FileHoweverLong) {
  EXPECT_EQ(refusal(noise(1 << 20)), ErrorDetail::kNotAudio);
  EXPECT_EQ(refusal(join({kTag, noise(300'000)})), ErrorDetail::kNotAudio);
  EXPECT_EQ(refusal(std::vector<std::byte>(300'000, std::byte{0xFF})), ErrorDetail::kNotAudio);
}

TEST(Mp3ProbeTest, ANormalFileCostsNoMoreThanItsFront) {
  const auto file = join({id3_tag(3, std::vector<std::byte>(50'000)), cbr_mpeg_frames(2000)});
  SplitFeeder feeder(file, kWhole);
  ASSERT_TRUE(feeder.run([&] { return probe_container(feeder.source()); }));
  EXPECT_EQ(feeder.requests().size(), 2u);
  EXPECT_EQ(feeder.supplied_bytes(), (16u << 10) + (8u << 10));
}

}  // namespace
}  // namespace engine
