// Real encodes that were cut, joined or given a false header, against the reference decoder.
#include <algorithm>
#include <cmath>
#include <cstdint>
#include <random>
#include <string>

#include <gtest/gtest.h>

#include "engine/base/byte_order.h"
#include "tests/support/decode_all.h"
#include "tests/support/oracle_tools.h"
#include "tests/support/pcm_signal.h"

namespace engine {
namespace {

using testing::run_command;
using testing::TemporaryFolder;

// `count` frames of sound that compresses about as music does.
testing::PcmSignal tones(std::int64_t count, unsigned seed) {
  testing::PcmSignal signal{44100, 2, 16, count, {}};
  std::mt19937 random(seed);
  for (std::int64_t i = 0; i < count; ++i) {
    const double phase = static_cast<double>(i) * (0.03 + 0.001 * seed);
    const auto noise = static_cast<std::int32_t>(random() % 512);
    signal.samples.push_back(static_cast<std::int32_t>(9000.0 * std::sin(phase)) + noise);
    signal.samples.push_back(static_cast<std::int32_t>(7000.0 * std::cos(phase)) - noise);
  }
  return signal;
}

class FlacCutAndJoinedTest : public ::testing::Test {
 protected:
  void SetUp() override {
    ASSERT_TRUE(testing::require_program("flac"));
    ASSERT_TRUE(testing::require_program("ffmpeg"));
    encode("a", 150000, 1);
    encode("b", 120000, 2);
  }

  void encode(const std::string& name, std::int64_t count, unsigned seed) const {
    folder_.write(name + ".wav", wav_file(tones(count, seed)));
    ASSERT_TRUE(run_command("flac -s -f -o " + folder_.file(name + ".flac") + " " +
                            folder_.file(name + ".wav")));
  }

  // What `flac -d -F` makes of `name`, 16 bit, interleaved. Its exit code tells only that it found
  // the same fault.
  std::vector<std::byte> reference(const std::string& name) const {
    EXPECT_TRUE(
        run_command("sh -c 'flac -d -F -s -f --force-raw-format --endian=little --sign=signed -o " +
                    folder_.file("out.raw") + " " + folder_.file(name) + " 2>/dev/null; true'"));
    return folder_.read("out.raw");
  }

  void expect_equals_reference(const std::string& name) const {
    SCOPED_TRACE(name);
    const auto expected = reference(name);
    const auto decoded = testing::decode_all(folder_.read(name), 65536);
    ASSERT_EQ(decoded.audio.channels(), 2);
    ASSERT_GT(decoded.audio.frames(), 10000);
    ASSERT_EQ(static_cast<std::size_t>(decoded.audio.frames()) * 4, expected.size());
    for (std::size_t i = 0; i < expected.size() / 2; ++i) {
      const auto bits = static_cast<std::uint16_t>(load_le(expected, 2 * i, 2));
      const float sample = static_cast<float>(static_cast<std::int16_t>(bits)) / 32768.0F;
      ASSERT_EQ(decoded.audio.channel(static_cast<int>(i % 2))[i / 2], sample) << i;
    }
  }

  TemporaryFolder folder_;
};

TEST_F(FlacCutAndJoinedTest, AStreamCopyOfTheMiddle) {
  ASSERT_TRUE(run_command("ffmpeg -v error -ss 1 -i " + folder_.file("a.flac") + " -t 2 -c copy " +
                          folder_.file("cut.flac")));
  expect_equals_reference("cut.flac");
}

TEST_F(FlacCutAndJoinedTest, FilesJoinedByTheirFrames) {
  const std::string list = "file 'a.flac'\nfile 'b.flac'\n";
  folder_.write("list.txt", std::as_bytes(std::span(list)));
  ASSERT_TRUE(run_command("ffmpeg -v error -f concat -i " + folder_.file("list.txt") + " -c copy " +
                          folder_.file("joined.flac")));
  expect_equals_reference("joined.flac");
}

TEST_F(FlacCutAndJoinedTest, FilesJoinedByTheirBytes) {
  auto file = folder_.read("a.flac");
  const auto second = folder_.read("b.flac");
  file.insert(file.end(), second.begin(), second.end());
  folder_.write("bytes.flac", file);
  expect_equals_reference("bytes.flac");
}

TEST_F(FlacCutAndJoinedTest, AFalseHeader) {
  const auto patched = [&](std::size_t at, std::initializer_list<int> bytes) {
    auto file = folder_.read("a.flac");
    for (const int byte : bytes) file[at++] = static_cast<std::byte>(byte);
    return file;
  };
  // Block sizes: 16 to 65535, one too small, one too large.
  folder_.write("any.flac", patched(8, {0x00, 0x10, 0xFF, 0xFF}));
  folder_.write("small.flac", patched(8, {0x0F, 0xFF, 0x0F, 0xFF}));
  folder_.write("large.flac", patched(8, {0x10, 0x01, 0x10, 0x01}));
  const auto expected = testing::decode_all(folder_.read("a.flac"), testing::kWhole);
  for (const char* name : {"any.flac", "small.flac", "large.flac"}) {
    const auto decoded = testing::decode_all(folder_.read(name), testing::kWhole);
    ASSERT_EQ(decoded.audio.frames(), 150000) << name;
    for (int c = 0; c < 2; ++c) {
      const auto plane = decoded.audio.channel(c);
      EXPECT_TRUE(std::equal(plane.begin(), plane.end(), expected.audio.channel(c).begin()));
    }
  }
}

}  // namespace
}  // namespace engine
