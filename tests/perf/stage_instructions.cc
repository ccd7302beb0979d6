// Lets callgrind count what each stage of the engine executes; tests/perf/gate.mjs runs it.
//
// usage: stage_instructions compiler         prints what compiled it
//        stage_instructions input SONG.wav   writes the music of the stages
//        stage_instructions count SONG.wav SONG.flac SONG.mp3
//
// `count` prints {"stage":seconds of audio,...} and, under callgrind with --instr-atstart=no,
// leaves one dump per stage, whose trigger is the stage's name. Every stage runs once before it is
// counted: what is done once per process (binding symbols, first tables) is not the stage's.
#include <cstddef>
#include <cstdio>
#include <fstream>
#include <iterator>
#include <string>
#include <valgrind/callgrind.h>
#include <vector>

#include <gtest/gtest.h>

#include "engine/base/json_writer.h"
#include "tests/perf/engine_stages.h"

namespace {

using engine::testing::EngineStage;

#ifdef __clang__
constexpr const char* kCompiler = __VERSION__;
#else
constexpr const char* kCompiler = "g++ " __VERSION__;
#endif

std::vector<std::byte> read_file(const char* path) {
  std::ifstream stream(path, std::ios::binary);
  EXPECT_TRUE(stream.good()) << "cannot read " << path;
  std::vector<std::byte> bytes;
  for (std::istreambuf_iterator<char> at(stream), end; at != end; ++at) {
    bytes.push_back(static_cast<std::byte>(*at));
  }
  return bytes;
}

void write_song(const char* path) {
  std::ofstream stream(path, std::ios::binary);
  for (const std::byte byte : engine::testing::stage_music_wav()) {
    stream.put(static_cast<char>(byte));
  }
  EXPECT_TRUE(stream.flush().good()) << "cannot write " << path;
}

void count(const EngineStage& stage) {
  stage.work();
  CALLGRIND_START_INSTRUMENTATION;
  CALLGRIND_ZERO_STATS;
  stage.work();
  CALLGRIND_STOP_INSTRUMENTATION;
  CALLGRIND_DUMP_STATS_AT(stage.name.c_str());
}

void count_all(char** paths) {
  engine::JsonWriter json;
  json.begin_object();
  const auto visit = [&](const EngineStage& stage) {
    count(stage);
    json.member(stage.name, stage.audio_seconds, 3);
  };
  engine::testing::visit_engine_stages(
      {.wav = read_file(paths[0]), .flac = read_file(paths[1]), .mp3 = read_file(paths[2])}, visit);
  json.end_object();
  std::puts(json.text().c_str());
}

}  // namespace

int main(int argc, char** argv) {
  testing::InitGoogleTest(&argc, argv);
  const std::string command = argc > 1 ? argv[1] : "";
  if (command == "compiler") {
    std::puts(kCompiler);
  } else if (command == "input" && argc == 3) {
    write_song(argv[2]);
  } else if (command == "count" && argc == 5) {
    count_all(argv + 2);
  } else {
    std::fputs("usage: stage_instructions compiler | input WAV | count WAV FLAC MP3\n", stderr);
    return 2;
  }
  return testing::UnitTest::GetInstance()->ad_hoc_test_result().Failed() ? 1 : 0;
}
