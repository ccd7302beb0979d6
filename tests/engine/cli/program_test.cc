// The program `auralis` itself: exit codes, messages, files.
#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <string>

#include <gtest/gtest.h>

#include "engine/base/output_format.h"
#include "engine/mux/webm_muxer.h"
#include "tests/engine/cli/program_fixture.h"
#include "tests/support/music_signal.h"
#include "tests/support/session_driver.h"

namespace engine {
namespace {

using cli::ProgramTest;

TEST_F(ProgramTest, ChunkWritesWhatASessionRenders) {
  testing::SessionDriver driver(wav_, SessionOptions{});
  ASSERT_TRUE(driver.session().set_enhancement(EnhancementSettings{Preset::kBright, 70}));
  for (const int chunk : {0, 2}) {
    ASSERT_EQ(run("chunk in.wav --preset bright --intensity 0.7 -o c.bin --index " +
                  std::to_string(chunk)),
              0);
    EXPECT_EQ(folder_.read("c.bin"), driver.clusters(chunk));
  }
  ASSERT_EQ(run("chunk --init -o init.bin"), 0);
  EXPECT_EQ(folder_.read("init.bin"), webm_init_segment());
}

TEST_F(ProgramTest, ChunkPutsTheLeadInFrontWhereItIsAskedTo) {
  ASSERT_EQ(run("chunk in.wav --index 0 -o plain.bin"), 0);
  ASSERT_EQ(run("chunk in.wav --index 0 --lead -o led.bin"), 0);
  const auto plain = folder_.read("plain.bin");
  const auto led = folder_.read("led.bin");
  ASSERT_GT(led.size(), plain.size() + 100);
  // The other clusters of the chunk are the same.
  EXPECT_TRUE(std::equal(plain.rbegin(), plain.rbegin() + plain.size() / 2, led.rbegin()));
  EXPECT_EQ(std::vector(led.begin(), led.begin() + 4),
            std::vector(plain.begin(), plain.begin() + 4))
      << "a cluster, too";
}

TEST_F(ProgramTest, PcmOfTheOriginalIsTheFile) {
  ASSERT_EQ(run("pcm in.wav --original -o out.wav --json"), 0);
  EXPECT_NE(text("out.txt").find("\"frame_count\":240720"), std::string::npos);
  // The same samples as a decoder other than ours makes of both files.
  testing::run_command("ffmpeg -v error -y -i " + folder_.file("in.wav") + " -f s16le " +
                       folder_.file("a.raw"));
  testing::run_command("ffmpeg -v error -y -i " + folder_.file("out.wav") + " -f s16le " +
                       folder_.file("b.raw"));
  EXPECT_EQ(folder_.read("a.raw"), folder_.read("b.raw"));
}

TEST_F(ProgramTest, TheOriginalIsTurnedDownWhereALevelIsAskedFor) {
  testing::PcmSignal shape;
  shape.sample_rate_hz = kOutputRateHz;
  testing::PcmSignal loud = testing::music_signal(shape, 5, 4, 4.0);
  for (std::int32_t& sample : loud.samples) sample = std::clamp(sample, -32'768, 32'767);
  folder_.write("loud.wav", testing::wav_file(loud));
  const auto loudness = [this](const std::string& options) {
    EXPECT_EQ(run("pcm loud.wav -o part.wav " + options), 0) << text("err.txt");
    EXPECT_EQ(run("analyze part.wav --full --json"), 0);
    const std::string json = text("out.txt");
    const std::string name = "\"integrated_loudness_lufs\":";
    return std::strtod(json.c_str() + json.find(name) + name.size(), nullptr);
  };
  const double source_lufs = loudness("--original");
  ASSERT_GT(source_lufs, -11);
  EXPECT_EQ(loudness("--original --level off"), source_lufs);
  for (const std::string settings :
       {"--level track", "--level track --preset punchy", "--level track --intensity 0.8",
        "--level album --album-loudness -8 --preset gentle"}) {
    const double off_lufs = loudness(settings + " --original");
    EXPECT_LT(off_lufs, source_lufs - 1) << settings;
    EXPECT_NEAR(off_lufs, loudness(settings), 0.5) << settings;
  }

  // The same plan, and its words, wherever it is told.
  ASSERT_EQ(run("render loud.wav -o out.webm --original --level track --json --report r.json"), 0);
  const std::string json = text("out.txt");
  EXPECT_NE(json.find("\"enhanced\":false,\"plan\":{"), std::string::npos) << json;
  EXPECT_NE(json.find("\"bypass\":true"), std::string::npos) << json;
  EXPECT_NE(text("r.json").find("LUFS: unchanged but for -"), std::string::npos);
  ASSERT_EQ(run("render loud.wav -o out.webm --original --level track"), 0);
  EXPECT_NE(text("out.txt").find("not enhanced, -"), std::string::npos) << text("out.txt");
  ASSERT_EQ(run("analyze loud.wav --original --level track"), 0);
  EXPECT_NE(text("out.txt").find("unchanged but for -"), std::string::npos) << text("out.txt");
  EXPECT_EQ(text("out.txt").find("limiter"), std::string::npos) << text("out.txt");
}

TEST_F(ProgramTest, TheOriginalAloneHasNoPlan) {
  for (const std::string options :
       {"--original", "--original --level off", "--original --level track --intensity 0"}) {
    ASSERT_EQ(run("render in.wav -o out.webm --json " + options), 0);
    EXPECT_NE(text("out.txt").find("\"enhanced\":false,\"warnings\""), std::string::npos)
        << text("out.txt");
    ASSERT_EQ(run("chunk in.wav --index 1 -o c.bin " + options), 0);
    ASSERT_EQ(run("chunk in.wav --index 1 -o zero.bin --intensity 0"), 0);
    EXPECT_EQ(folder_.read("c.bin"), folder_.read("zero.bin")) << options;
  }
}

TEST_F(ProgramTest, PcmTakesAPart) {
  ASSERT_EQ(run("pcm in.wav --original -o part.wav --start 1.25 --duration 2.5"), 0);
  const auto part = folder_.read("part.wav");
  ASSERT_EQ(run("pcm in.wav --original -o whole.wav"), 0);
  const auto whole = folder_.read("whole.wav");
  constexpr std::size_t kHead = 58;
  ASSERT_EQ(part.size(), kHead + 120'000 * 8);
  EXPECT_TRUE(std::equal(part.begin() + kHead, part.end(), whole.begin() + kHead + 60'000 * 8));
}

TEST_F(ProgramTest, StandardInputAndOutputServeAsFiles) {
  ASSERT_EQ(run("render in.wav -o a.webm"), 0);
  const std::string command = "cd '" + folder_.file("") +
                              "' && timeout 60 " AURALIS_PROGRAM
                              " render - -o - <in.wav >b.webm 2>err.txt";
  ASSERT_EQ(std::system(command.c_str()), 0);
  // Standard output cannot be patched: same packets, no sizes and no way to the index.
  EXPECT_EQ(folder_.read("b.webm").size(), folder_.read("a.webm").size());
  EXPECT_TRUE(
      testing::run_command("ffmpeg -v error -xerror -i " + folder_.file("b.webm") + " -f null -"));
}

TEST_F(ProgramTest, InfoAndAnalyzeTellFacts) {
  ASSERT_EQ(run("info in.wav --json"), 0);
  const std::string info = text("out.txt");
  EXPECT_NE(info.find("\"sample_rate_hz\":48000"), std::string::npos) << info;
  EXPECT_NE(info.find("\"frame_count\":240720"), std::string::npos) << info;
  ASSERT_EQ(run("analyze in.wav --json"), 0);
  folder_.write("profile.json", folder_.read("out.txt"));
  EXPECT_NE(text("out.txt").find("\"preset\":\"punchy\""), std::string::npos);
  ASSERT_EQ(run("chunk in.wav --index 1 -o measured.bin"), 0);
  ASSERT_EQ(run("chunk in.wav --index 1 -o given.bin --profile profile.json"), 0);
  EXPECT_EQ(folder_.read("measured.bin"), folder_.read("given.bin"));
  ASSERT_EQ(run("analyze in.wav --full"), 0);
  EXPECT_NE(text("out.txt").find("all of it"), std::string::npos);
}

TEST_F(ProgramTest, ReportTellsWhatEveryStageDidInEveryPacket) {
  ASSERT_EQ(run("render in.wav -o out.webm --preset punchy --report report.json"), 0);
  const std::string report = text("report.json");
  // 5.015 s are 251 packets of 20 ms in three chunks, the last of 51.
  EXPECT_NE(report.find(R"({"chunk":2,"first_packet":200,"low_db":[)"), std::string::npos);
  const std::size_t last = report.rfind("\"limiter_db\":[") + 14;
  const std::string values = report.substr(last, report.find(']', last) - last);
  EXPECT_EQ(std::count(values.begin(), values.end(), ','), 50);
  EXPECT_NE(report.find("\"words\":[\"loudness"), std::string::npos);
  // The same from any start: gains belong to packets, not to the run.
  ASSERT_EQ(run("render in.wav -o part.webm --preset punchy --start 4 --report part.json"), 0);
  const std::string part = text("part.json");
  const auto chunk_2 = [](const std::string& json) {
    const std::size_t begin = json.find(R"({"chunk":2,)");
    return json.substr(begin, json.find('}', begin) - begin);
  };
  EXPECT_EQ(chunk_2(part), chunk_2(report));
}

TEST_F(ProgramTest, FailuresHaveTheirCodesAndOneLine) {
  folder_.write("empty.flac", {});
  folder_.write("text.mp3", std::vector<std::byte>(5000, std::byte{'x'}));
  folder_.write("old.webm", std::vector<std::byte>(3));
  const std::pair<std::string, int> cases[] = {
      {"frobnicate", 2},
      {"render in.wav", 2},
      {"chunk in.wav --index 3 -o c.bin", 2},
      {"pcm in.wav -o p.wav --start 100", 2},
      {"render empty.flac -o old.webm", 3},
      {"render text.mp3 -o old.webm", 3},
      {"info missing.wav", 4},
      {"info .", 4},
      {"render in.wav -o missing/out.webm", 4},
  };
  for (const auto& [arguments, code] : cases) {
    EXPECT_EQ(run(arguments), code) << arguments;
    const std::string message = text("err.txt");
    EXPECT_EQ(message.compare(0, 9, "auralis: "), 0) << message;
    EXPECT_EQ(std::count(message.begin(), message.end(), '\n'), 1) << message;
  }
  EXPECT_EQ(folder_.read("old.webm").size(), 3u) << "a failure must not destroy the file before";
}

TEST_F(ProgramTest, AFailureInJsonHasItsNames) {
  folder_.write("text.mp3", std::vector<std::byte>(5000, std::byte{'x'}));
  testing::ByteWriter flac;
  folder_.write("cut.flac", flac.text("fLaC").be(0, 1).be(34, 3).zeros(20).data());
  const std::tuple<std::string, int, std::string> cases[] = {
      {"frobnicate --json", 2, R"("code":"usage","detail":"unknown-command","message":)"},
      {"render in.wav --json", 2, R"("code":"usage","detail":"no-output","message":)"},
      {"info in.wav --json --loud", 2, R"("code":"usage","detail":"unknown-option","message":)"},
      {"pcm in.wav -o p --json --start", 2, R"("code":"usage","detail":"option-value","message":)"},
      {"render in.wav -o - --json", 2, R"("code":"usage","detail":"option-conflict","message":)"},
      {"chunk in.wav --index 3 -o c --json", 2, R"("code":"argument","detail":"chunk-index",)"},
      {"pcm in.wav -o p --start 9 --json", 2, R"("code":"argument","detail":"start-past-end",)"},
      {"info text.mp3 --json", 3,
       R"("code":"unsupported","detail":"not-audio","message":)"
       R"("text.mp3: not supported: not a WAV, FLAC or MP3 file",)"
       R"("byte_offset":0,"file":"text.mp3"}})"},
      {"analyze cut.flac --json", 3, R"("code":"corrupt","detail":"flac-truncated-header",)"},
      {"analyze in.wav --profile text.mp3 --json", 3, R"("code":"corrupt","detail":"profile-)"},
      {"info missing.wav --json", 4, R"("code":"io","detail":"not-found","message":)"},
      {"info . --json", 4, R"("code":"io","detail":"is-folder","message":)"},
      {"render in.wav -o missing/out --json", 4, R"("code":"io","detail":"not-found",)"},
      {"render in.wav -o /dev/full --json", 4, R"("code":"io","detail":"no-room","message":)"},
  };
  for (const auto& [arguments, code, names] : cases) {
    EXPECT_EQ(run(arguments), code) << arguments;
    const std::string json = text("out.txt");
    EXPECT_EQ(json.compare(0, 10, "{\"error\":{"), 0) << json;
    EXPECT_NE(json.find(names), std::string::npos) << json;
    EXPECT_EQ(std::count(json.begin(), json.end(), '\n'), 1) << json;
    const std::string line = text("err.txt");
    EXPECT_EQ(std::count(line.begin(), line.end(), '\n'), 1) << line;
  }
}

TEST_F(ProgramTest, WarningsAreTold) {
  ASSERT_TRUE(testing::require_program("flac"));
  ASSERT_EQ(shell("flac -s -o in.flac in.wav"), 0);
  auto flac = folder_.read("in.flac");
  flac.resize(flac.size() - 20'000);
  folder_.write("cut.flac", flac);
  // What a session notices, as it is told in lines and in JSON.
  testing::SessionDriver driver(flac, SessionOptions{SessionOutput::kPcm});
  const FrameCount frames = 2 * kChunkFrames + driver.pcm(2).frames();
  std::string lines;
  std::string list;
  std::string listed;
  driver.session().warnings().for_each([&](TrackWarning warning) {
    const std::string words = words_of(warning);
    lines += "auralis: cut.flac: warning: " + words + "\n";
    listed += "  warning   " + words + "\n";
    list += (list.empty() ? "" : ",") + std::string("{\"name\":\"") +
            std::string(name_of(warning)) + R"(","words":")" + words + "\"}";
  });
  ASSERT_NE(list, "");
  list = "\"warnings\":[" + list + "]";

  for (const char* arguments : {"render cut.flac -o out", "pcm cut.flac -o out",
                                "chunk cut.flac --index 2 -o out", "analyze cut.flac"}) {
    ASSERT_EQ(run(std::string(arguments) + " --json"), 0) << arguments;
    EXPECT_EQ(text("err.txt"), lines) << arguments;
    EXPECT_NE(text("out.txt").find(list), std::string::npos) << text("out.txt");
  }
  ASSERT_EQ(run("info cut.flac --full --json"), 0);
  EXPECT_NE(text("out.txt").find(list), std::string::npos) << text("out.txt");
  EXPECT_NE(text("out.txt").find("\"decoded_frame_count\":" + std::to_string(frames)),
            std::string::npos)
      << text("out.txt");
  ASSERT_EQ(run("info cut.flac --full"), 0);
  EXPECT_NE(text("out.txt").find(listed), std::string::npos) << text("out.txt");
  ASSERT_EQ(run("render in.wav -o out --json"), 0);
  EXPECT_EQ(text("err.txt"), "");
  EXPECT_NE(text("out.txt").find("\"warnings\":[]"), std::string::npos);
}

TEST_F(ProgramTest, ATrackThatIsMostlySilenceOfOursIsAnError) {
  ASSERT_TRUE(testing::require_program("flac"));
  ASSERT_EQ(shell("flac -s -o damaged.flac in.wav"), 0);
  auto flac = folder_.read("damaged.flac");
  const auto third = static_cast<std::ptrdiff_t>(flac.size() / 3);
  std::fill(flac.begin() + third, flac.begin() + 2 * third, std::byte{0});
  folder_.write("damaged.flac", flac);
  for (const char* arguments : {"render damaged.flac -o out", "pcm damaged.flac --original -o out",
                                "info damaged.flac --full"}) {
    EXPECT_EQ(run(std::string(arguments) + " --json"), 3) << arguments;
    EXPECT_NE(text("out.txt").find("\"detail\":\"mostly-undecodable\""), std::string::npos)
        << text("out.txt");
    EXPECT_FALSE(std::filesystem::exists(folder_.file("out"))) << arguments;
  }
}

TEST_F(ProgramTest, PcmOfMoreThanAWavHoldsIsRf64) {
  // 200 minutes of mono at 8 kHz, which are not on the disk: 4.6 GB of what pcm writes.
  testing::PcmSignal shape;
  shape.sample_rate_hz = 8000;
  shape.channels = 1;
  shape.bits = 8;
  constexpr std::uint32_t kFrames = 96'000'000;
  std::vector<std::byte> wav = testing::wav_file(testing::music_signal(shape, 1, 1));
  for (std::size_t i = 0; i < 4; ++i) wav[40 + i] = static_cast<std::byte>(kFrames >> (8 * i));
  folder_.write("long.wav", wav);
  std::filesystem::resize_file(folder_.file("long.wav"), 44 + kFrames);
  shell("$auralis pcm long.wav --original -o - 2>err.txt | head -c 200000 >head.wav");
  testing::ByteWriter head;
  head.text("RF64").le(0xFFFFFFFF, 4).text("WAVE").text("ds64").le(28, 4);
  head.le(94 - 8 + 6ULL * kFrames * 8, 8).le(6ULL * kFrames * 8, 8).le(6ULL * kFrames, 8);
  const auto written = folder_.read("head.wav");
  ASSERT_GT(written.size(), head.size());
  EXPECT_TRUE(std::equal(head.data().begin(), head.data().end(), written.begin()));
  ASSERT_EQ(shell("ffprobe -v error -show_entries stream=codec_name,duration -of csv head.wav >p"),
            0);
  EXPECT_EQ(text("p"), "stream,pcm_f32le,12000.000000\n");
}

TEST_F(ProgramTest, PcmOfAHeaderThatClaimsDaysHoldsWhatThereIs) {
  ASSERT_TRUE(testing::require_program("flac"));
  ASSERT_EQ(shell("flac -s -o claims.flac in.wav"), 0);
  auto flac = folder_.read("claims.flac");
  flac[21] |= std::byte{8};  // STREAMINFO: 2^35 samples more.
  folder_.write("claims.flac", flac);
  ASSERT_EQ(run("pcm claims.flac --original -o out.wav --json"), 0) << text("err.txt");
  EXPECT_NE(text("out.txt").find("\"frame_count\":240720"), std::string::npos) << text("out.txt");
  EXPECT_NE(text("err.txt").find("warning: "), std::string::npos);
  ASSERT_EQ(shell("for f in in out; do ffmpeg -v error -i $f.wav -f s16le $f.raw; done"), 0);
  EXPECT_EQ(folder_.read("out.raw"), folder_.read("in.raw"));
}

}  // namespace
}  // namespace engine
