// The native half of the comparison with FFmpeg's limiters (tools/bench/limiters.mjs): makes what
// all of them are given, runs ours, and measures what everybody put out.
//
// usage: limiter_duel write FOLDER MUSIC.wav...  writes the signals; prints a JSON array of
//                                                {file, kind, frequency_hz, lufs}
//        limiter_duel judge FOLDER RIVAL...      reads FOLDER/RIVAL/FILE of each; prints an array
//                                                of {who, file, peak_dbtp, fine_peak_dbtp, thd_db}
//        limiter_duel time FILE                  prints {limiter_ms, chain_ms} per second of audio
//
// Everyone gets the same signals and raises them by kDriveDb in front of a ceiling of kCeilingDbtp.
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

#include "engine/base/json_writer.h"
#include "engine/dsp/limiter.h"
#include "engine/enhance/enhancer.h"
#include "tests/engine/conformance/chain_run.h"
#include "tests/engine/dsp/adversarial_signals.h"
#include "tests/engine/dsp/signal_analysis.h"
#include "tests/support/byte_writer.h"
#include "tests/support/decode_all.h"
#include "tests/support/loudness_oracle.h"
#include "tests/support/oracle_tools.h"

namespace engine {
namespace {

namespace fs = std::filesystem;
using test::Mono;

constexpr double kDriveDb = 6;
constexpr double kCeilingDbtp = -1;
/// FFmpeg's loudnorm treats what is shorter than 3 s as a whole, without its limiter.
constexpr FrameCount kSignalFrames = FrameCount{6} * kOutputRateHz;
constexpr double kToneSeconds = 10;

struct Signal {
  std::string file;
  std::string kind;  // "full-band", "band-limited", "music" or "tone".
  double frequency_hz = 0;
  AudioBuffer audio;
};

std::string file_name(std::string_view kind, std::string_view name) {
  std::string file;
  for (const char letter : std::string(kind) + " " + std::string(name)) {
    file += std::isalnum(static_cast<unsigned char>(letter)) != 0 ? letter : '-';
  }
  return file + ".wav";
}

/// Over and over, with 0.2 s of silence between, so that what the filters ring is seen.
AudioBuffer repeated(const AudioBuffer& once) {
  AudioBuffer audio(kOutputChannelCount, 0);
  while (audio.frames() < kSignalFrames) {
    audio.append(BufferSlice(once).view());
    audio.append_silence(9600);
  }
  return audio;
}

/// The adversarial set, time reversed on the right; steady tones that peak at the ceiling.
std::vector<Signal> synthetic_signals() {
  std::vector<Signal> signals;
  for (const auto& [name, left] : test::adversarial_signals()) {
    Mono padded = left;
    padded.resize(padded.size() + 480);  // Room for what the low-pass rings.
    const Mono limited = test::band_limit_20k(padded);
    signals.push_back({file_name("full", name), "full-band", 0,
                       repeated(test::stereo(left, Mono(left.rbegin(), left.rend())))});
    signals.push_back({file_name("limited", name), "band-limited", 0,
                       repeated(test::stereo(limited, Mono(limited.rbegin(), limited.rend())))});
  }
  for (const int frequency_hz : {30, 40, 50, 60, 80, 100}) {
    const Mono tone = test::sine(kToneSeconds, frequency_hz, test::from_db(kCeilingDbtp));
    signals.push_back({file_name("tone", std::to_string(frequency_hz)), "tone",
                       static_cast<double>(frequency_hz), test::stereo(tone)});
  }
  return signals;
}

AudioBuffer read_wav(const fs::path& path) {
  std::ifstream stream(path, std::ios::binary | std::ios::ate);
  EXPECT_TRUE(stream.good()) << "cannot read " << path;
  std::vector<std::byte> bytes(stream.good() ? static_cast<std::size_t>(stream.tellg()) : 0);
  stream.seekg(0);
  stream.read(static_cast<char*>(static_cast<void*>(bytes.data())),
              static_cast<std::streamsize>(bytes.size()));
  testing::DecodedFile file = testing::decode_all(bytes, testing::kWhole);
  EXPECT_EQ(file.info.sample_rate_hz, kOutputRateHz) << path;
  EXPECT_EQ(file.info.channels, kOutputChannelCount) << path;
  return std::move(file.audio);
}

/// 32-bit float, as samples beyond full scale need.
void write_wav(const fs::path& path, const AudioBuffer& audio) {
  const auto data_bytes = static_cast<std::uint64_t>(audio.frames()) * 8;
  testing::ByteWriter file;
  file.text("RIFF").le(data_bytes + 36, 4).text("WAVEfmt ").le(16, 4).le(3, 2).le(2, 2);
  file.le(kOutputRateHz, 4).le(kOutputRateHz * 8, 4).le(8, 2).le(32, 2);
  file.text("data").le(data_bytes, 4);
  for (std::size_t i = 0; i < static_cast<std::size_t>(audio.frames()); ++i) {
    for (int c = 0; c < kOutputChannelCount; ++c) {
      std::uint32_t bits = 0;
      std::memcpy(&bits, &audio.channel(c)[i], sizeof bits);
      file.le(bits, 4);
    }
  }
  std::ofstream stream(path, std::ios::binary);
  stream.write(static_cast<const char*>(static_cast<const void*>(file.data().data())),
               static_cast<std::streamsize>(file.size()));
  EXPECT_TRUE(stream.flush().good()) << "cannot write " << path;
}

/// Music comes as it is on the record, and leaves with its highest sample at full scale.
Signal music_signal(const char* path) {
  Signal music{fs::path(path).filename().string(), "music", 0, read_wav(path)};
  float peak = 1e-9f;
  for (int c = 0; c < kOutputChannelCount; ++c) {
    for (const float sample : music.audio.channel(c)) peak = std::max(peak, std::fabs(sample));
  }
  for (int c = 0; c < kOutputChannelCount; ++c) {
    for (float& sample : music.audio.channel(c)) sample /= peak;
  }
  return music;
}

void write_signals(const fs::path& folder, std::span<char*> music) {
  std::vector<Signal> signals = synthetic_signals();
  for (const char* path : music) signals.push_back(music_signal(path));
  JsonWriter json;
  json.begin_array();
  for (const Signal& signal : signals) {
    write_wav(folder / signal.file, signal.audio);
    testing::LoudnessOracle oracle(kOutputChannelCount);
    oracle.add(signal.audio);
    json.begin_object();
    json.member("file", signal.file);
    json.member("kind", signal.kind);
    json.member("frequency_hz", signal.frequency_hz, 0);
    json.member("lufs", oracle.integrated_lufs(), 2);
    json.end_object();
  }
  json.end_array();
  std::puts(json.text().c_str());
}

AudioBuffer driven(const AudioBuffer& audio) {
  AudioBuffer louder = audio;
  for (int c = 0; c < kOutputChannelCount; ++c) {
    for (float& sample : louder.channel(c)) sample *= static_cast<float>(test::from_db(kDriveDb));
  }
  return louder;
}

/// The limiter alone, as the chain ends in it.
AudioBuffer through_limiter(const AudioBuffer& audio) {
  Limiter limiter(kOutputChannelCount, {kCeilingDbtp, 30.0, true});
  AudioBuffer out = driven(audio);
  out.append_silence(Limiter::latency_frames());
  limiter.process(BufferSlice(out).view(), test::MutableSlice(out).view());
  out.drop_front(Limiter::latency_frames());
  return out;
}

/// What the preset would do to this signal, with the gain that everybody applies.
EnhancementPlan chain_plan(const AudioBuffer& audio) {
  EnhancementPlan plan = make_plan(testing::profile_of(audio),
                                   {.preset = Preset::kAdaptive, .intensity_percent = 100});
  plan.gain_db = kDriveDb;
  EXPECT_EQ(plan.ceiling_dbtp, kCeilingDbtp);
  return plan;
}

struct Verdict {
  std::string who;
  std::string file;
  double peak_dbtp = 0;
  double fine_peak_dbtp = 0;
  double thd_db = 0;
};

/// Tones are judged in whole periods of their middle, where every gain has settled.
void judge(Verdict& verdict, const AudioBuffer& out, double frequency_hz) {
  testing::LoudnessOracle oracle(kOutputChannelCount);
  oracle.add(out);
  verdict.peak_dbtp = oracle.true_peak_dbtp();
  double fine_peak = 0;
  for (int c = 0; c < kOutputChannelCount; ++c) {
    fine_peak = std::max(fine_peak, test::true_peak_32x(test::plane(out, c)));
  }
  verdict.fine_peak_dbtp = test::to_db(fine_peak);
  if (frequency_hz == 0) return;
  constexpr std::size_t kBegin = 5 * kOutputRateHz;
  constexpr std::size_t kEnd = 7 * kOutputRateHz;
  const Mono tone = test::plane(out, 0);
  ASSERT_GE(tone.size(), kEnd) << verdict.who << " lost frames of " << verdict.file;
  verdict.thd_db = test::fit_sine(tone, frequency_hz, kBegin, kEnd).residual_db;
}

double frequency_of(const std::string& file) {
  constexpr std::string_view kStart = "tone-";
  if (file.compare(0, kStart.size(), kStart) != 0) return 0;
  return std::atof(file.c_str() + kStart.size());
}

void judge_all(const fs::path& folder, std::span<char*> rivals) {
  std::vector<Verdict> verdicts;
  for (const auto& entry : fs::directory_iterator(folder)) {
    if (entry.path().extension() != ".wav") continue;
    const std::string file = entry.path().filename().string();
    for (const char* who : {"limiter", "chain"}) verdicts.push_back({who, file});
    for (const char* who : rivals) verdicts.push_back({who, file});
  }
  testing::run_on_two_threads(verdicts.size(), [&](std::size_t i) {
    Verdict& verdict = verdicts[i];
    const double frequency_hz = frequency_of(verdict.file);
    if (verdict.who == "limiter") {
      judge(verdict, through_limiter(read_wav(folder / verdict.file)), frequency_hz);
    } else if (verdict.who == "chain") {
      const AudioBuffer audio = read_wav(folder / verdict.file);
      judge(verdict, testing::enhance(audio, chain_plan(audio)), frequency_hz);
    } else {
      judge(verdict, read_wav(folder / verdict.who / verdict.file), frequency_hz);
    }
  });
  JsonWriter json;
  json.begin_array();
  for (const Verdict& verdict : verdicts) {
    json.begin_object();
    json.member("who", verdict.who);
    json.member("file", verdict.file);
    json.member("peak_dbtp", verdict.peak_dbtp, 3);
    json.member("fine_peak_dbtp", verdict.fine_peak_dbtp, 3);
    json.member("thd_db", verdict.thd_db, 2);
    json.end_object();
  }
  json.end_array();
  std::puts(json.text().c_str());
}

/// Best of five, in milliseconds of processor time per second of audio.
double time_ms(const AudioBuffer& audio, const std::function<void()>& run) {
  double best = 1e30;
  for (int i = 0; i < 5; ++i) {
    const std::clock_t begin = std::clock();
    run();
    best = std::min(best, static_cast<double>(std::clock() - begin));
  }
  const double seconds = static_cast<double>(audio.frames()) / kOutputRateHz;
  return 1000.0 * best / static_cast<double>(CLOCKS_PER_SEC) / seconds;
}

void time_ours(const fs::path& path) {
  const AudioBuffer audio = read_wav(path);
  const AudioBuffer louder = driven(audio);
  AudioBuffer out = louder;
  const test::MutableSlice target(out);
  Limiter limiter(kOutputChannelCount, {kCeilingDbtp, 30.0, true});
  Enhancer enhancer(chain_plan(audio));
  JsonWriter json;
  json.begin_object();
  json.member("limiter_ms",
              time_ms(audio, [&] { limiter.process(BufferSlice(louder).view(), target.view()); }),
              3);
  json.member("chain_ms",
              time_ms(audio, [&] { enhancer.process(BufferSlice(audio).view(), target.view()); }),
              3);
  json.end_object();
  std::puts(json.text().c_str());
}

}  // namespace
}  // namespace engine

int main(int argc, char** argv) {
  testing::InitGoogleTest(&argc, argv);
  const std::string command = argc > 2 ? argv[1] : "";
  const std::span<char*> rest(argv + std::min(argc, 3), argv + argc);
  if (command == "write") {
    engine::write_signals(argv[2], rest);
  } else if (command == "judge") {
    engine::judge_all(argv[2], rest);
  } else if (command == "time") {
    engine::time_ours(argv[2]);
  } else {
    std::fputs("usage: limiter_duel write FOLDER WAV... | judge FOLDER RIVAL... | time WAV\n",
               stderr);
    return 2;
  }
  return testing::UnitTest::GetInstance()->ad_hoc_test_result().Failed() ? 1 : 0;
}
