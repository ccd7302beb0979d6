#include "engine/session/file_renderer.h"

#include <cmath>
#include <cstring>
#include <random>

#include <gtest/gtest.h>

#include "tests/support/music_signal.h"

namespace engine {
namespace {

using testing::PcmSignal;
using testing::run_command;
using testing::TemporaryFolder;
using testing::wav_file;

constexpr int kRate = 48000;

// Noise whose level wanders: correlates with itself at one lag only, so it tells its own position.
PcmSignal position_signal(double seconds) {
  PcmSignal signal;
  signal.sample_rate_hz = kRate;
  signal.frames = std::llround(seconds * kRate);
  std::mt19937 random(11);
  double low = 0.0;
  for (FrameCount i = 0; i < signal.frames; ++i) {
    low = 0.7 * low + 0.3 * (static_cast<double>(random()) / 2147483648.0 - 1.0);
    const auto sample = static_cast<std::int32_t>(std::lround(20000.0 * low));
    signal.samples.push_back(sample);
    signal.samples.push_back(sample);
  }
  return signal;
}

std::vector<std::byte> render(std::span<const std::byte> file, const FileRendererOptions& options) {
  FileRenderer renderer(options);
  EXPECT_TRUE(renderer.session().set_source_size(file.size()));
  std::vector<std::byte> out;
  for (;;) {
    auto event = renderer.advance();
    if (!event) {
      ADD_FAILURE() << event.error().words();
      return out;
    }
    if (const auto* need = std::get_if<NeedRanges>(&*event)) {
      for (const ByteRange& range : need->ranges) {
        EXPECT_TRUE(renderer.session().supply(
            range.begin, file.subspan(static_cast<std::size_t>(range.begin),
                                      static_cast<std::size_t>(range.size()))));
      }
    }
    if (const auto* piece = std::get_if<FileBytes>(&*event)) {
      out.insert(out.end(), piece->bytes.begin(), piece->bytes.end());
    }
    if (const auto* done = std::get_if<FileDone>(&*event)) {
      out.insert(out.end(), done->bytes.begin(), done->bytes.end());
      for (const auto& patch : done->patches) {
        std::copy(patch.bytes.begin(), patch.bytes.end(),
                  out.begin() + static_cast<std::ptrdiff_t>(patch.offset));
      }
      return out;
    }
  }
}

// The file as ffmpeg decodes it: left channel.
std::vector<float> decode(const TemporaryFolder& folder, std::span<const std::byte> webm) {
  folder.write("out.webm", webm);
  run_command("ffmpeg -v error -y -c:a libopus -i " + folder.file("out.webm") +
              " -map_channel 0.0.0 -f f32le " + folder.file("out.f32"));
  const auto bytes = folder.read("out.f32");
  std::vector<float> samples(bytes.size() / sizeof(float));
  std::memcpy(samples.data(), bytes.data(), samples.size() * sizeof(float));
  return samples;
}

// The lag in [-20, 20] at which `decoded` at `at` fits `signal` at `at + offset` best.
int best_lag(const std::vector<float>& decoded, const PcmSignal& signal, std::size_t at,
             std::size_t offset) {
  int best = 0;
  double most = -1e30;
  for (int lag = -20; lag <= 20; ++lag) {
    double sum = 0.0;
    for (std::size_t i = 0; i < 2000; ++i) {
      const auto from = static_cast<std::ptrdiff_t>(at + offset + i) + lag;
      if (from < 0 || from >= signal.frames) continue;
      sum += static_cast<double>(decoded[at + i]) *
             static_cast<double>(signal.samples[2 * static_cast<std::size_t>(from)]);
    }
    if (sum > most) {
      most = sum;
      best = lag;
    }
  }
  return best;
}

TEST(FileRendererTest, EveryFrameIsDecodedAtItsPlace) {
  const PcmSignal signal = position_signal(7.3333);
  const auto file = wav_file(signal);
  const TemporaryFolder folder;
  const auto decoded = decode(folder, render(file, {}));
  ASSERT_EQ(static_cast<FrameCount>(decoded.size()), signal.frames);
  for (std::size_t at = 0; at + 2000 < decoded.size(); at += 12'345) {
    EXPECT_EQ(best_lag(decoded, signal, at, 0), 0) << "at frame " << at;
  }
  // The first frames too: the packets in front have warmed the decoder up.
  double error = 0.0;
  double energy = 0.0;
  for (std::size_t i = 0; i < 480; ++i) {
    const double wanted = signal.samples[2 * i] / 32768.0;
    error += std::pow(static_cast<double>(decoded[i]) - wanted, 2);
    energy += wanted * wanted;
  }
  EXPECT_LT(10.0 * std::log10(error / energy), -10.0);
}

TEST(FileRendererTest, APartBeginsAndEndsOnTheFrame) {
  const PcmSignal signal = position_signal(9.0);
  const auto file = wav_file(signal);
  const TemporaryFolder folder;
  const FrameCount start = 2 * kChunkFrames + 12'347;
  const auto decoded = decode(folder, render(file, {.start_frame = start, .frame_count = 100'001}));
  ASSERT_EQ(decoded.size(), 100'001u);
  for (const std::size_t at : {0u, 50'000u, 98'000u}) {
    EXPECT_EQ(best_lag(decoded, signal, at, static_cast<std::size_t>(start)), 0);
  }
}

TEST(FileRendererTest, ValidatorsFindNothingWrong) {
  PcmSignal shape;
  const auto file = wav_file(testing::music_signal(shape, 5.01, 3));
  const TemporaryFolder folder;
  folder.write("out.webm", render(file, {}));
  for (const char* program : {"mkvinfo", "mediaconch", "ffprobe", "mkvmerge"}) {
    ASSERT_TRUE(testing::require_program(program));
  }
  const std::string path = folder.file("out.webm");
  EXPECT_TRUE(run_command("mkvmerge --identify " + path + " >" + folder.file("id.txt")));
  EXPECT_TRUE(run_command("sh -c 'mkvinfo --all " + path + " >" + folder.file("info.txt") + "'"));
  EXPECT_TRUE(run_command("sh -c '! grep -iE \"warning|error|unknown element|invalid\" " +
                          folder.file("info.txt") + "'"));
  EXPECT_TRUE(run_command("sh -c 'test -z \"$(ffprobe -v warning -show_packets " + path +
                          " 2>&1 >/dev/null)\"'"));
  EXPECT_TRUE(run_command("sh -c 'mediaconch -mc " + path + " | grep -q ^pass'"));
}

TEST(FileRendererTest, AStartPastTheEndIsAnError) {
  const auto file = wav_file(position_signal(1.0));
  FileRenderer renderer({.start_frame = 48'000});
  ASSERT_TRUE(renderer.session().set_source_size(file.size()));
  for (;;) {
    auto event = renderer.advance();
    if (!event) {
      EXPECT_EQ(event.error().code(), ErrorCode::kInvalidArgument);
      return;
    }
    ASSERT_FALSE(std::holds_alternative<FileDone>(*event));
    if (std::holds_alternative<NeedRanges>(*event)) {
      ASSERT_TRUE(renderer.session().supply(0, file));
    }
  }
}

}  // namespace
}  // namespace engine
