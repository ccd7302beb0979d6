// The music that the chain is proven on: 27 files of Debian's free game packages (metal in two
// parts, electronic, ambient, choral, orchestral; 44.1, 48 and 22.05 kHz; -8 to -30 LUFS), which
// tools/setup installs. Converted once, into build/music; never committed.
#pragma once

#include <array>
#include <cstddef>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

#include "tests/support/oracle_tools.h"

namespace engine::testing {

struct CorpusTrack {
  const char* name = "";
  const char* path = "";  // Below /usr/share/games.
  int excerpt_start_s = 0;
  bool one_instrument = false;
};

/// Where each excerpt begins: past the introduction, in the full arrangement.
inline constexpr std::array<CorpusTrack, 27> kCorpus{{
    {"metal madness", "fretsonfire/data/songs/sectoid/Metal madness/song.ogg", 30},
    {"metal madness, guitar", "fretsonfire/data/songs/sectoid/Metal madness/guitar.ogg", 30, true},
    {"chaosland", "fretsonfire/data/songs/sectoid/Escape from chaosland/song.ogg", 60},
    {"chaosland, guitar", "fretsonfire/data/songs/sectoid/Escape from chaosland/guitar.ogg", 60,
     true},
    {"feelings", "fretsonfire/data/songs/sectoid/Feelings/song.ogg", 90},
    {"feelings, guitar", "fretsonfire/data/songs/sectoid/Feelings/guitar.ogg", 90, true},
    {"freedom", "fretsonfire/data/songs/sectoid/War of freedom/song.ogg", 60},
    {"freedom, guitar", "fretsonfire/data/songs/sectoid/War of freedom/guitar.ogg", 60, true},
    {"journey", "singularity/music/A New Journey.ogg", 120},
    {"aberrations", "singularity/music/Aberrations.ogg", 100},
    {"simulacra", "singularity/music/Advanced Simulacra.ogg", 100},
    {"awakening", "singularity/music/Awakening.ogg", 60},
    {"by-product", "singularity/music/By-Product.ogg", 100},
    {"coherence", "singularity/music/Coherence.ogg", 80},
    {"deprecation", "singularity/music/Deprecation.ogg", 100},
    {"enemy", "singularity/music/Enemy Unknown.ogg", 100},
    {"inevitable", "singularity/music/Inevitable.ogg", 100},
    {"media threat", "singularity/music/Media Threat.ogg", 120},
    {"nebula", "singularity/music/Nebula.ogg", 100},
    {"elevator", "singularity/music/Orbital Elevator.ogg", 100},
    {"space", "singularity/music/Through Space.ogg", 80},
    {"chimes", "singularity/music/lose/Chimes They Fade.ogg", 0},
    {"march", "singularity/music/lose/March Thee to Dis.ogg", 0},
    {"aleph", "singularity/music/win/Apex Aleph.ogg", 30},
    {"frontiers", "asc/music/frontiers.mp3", 120},
    {"machine wars", "asc/music/machine_wars.mp3", 90},
    {"strike", "asc/music/time_to_strike.mp3", 90},
}};

inline constexpr int kCorpusExcerptSeconds = 40;

/// A FLAC file (16 bit, the track's own rate) of the whole track, or of its excerpt; empty, with a
/// failed test, when the music is not installed.
inline std::vector<std::byte> corpus_file(const CorpusTrack& track, bool excerpt) {
  namespace fs = std::filesystem;
  const fs::path source = fs::path("/usr/share/games") / track.path;
  if (!fs::exists(source)) {
    ADD_FAILURE() << source << " is missing: run `make setup-test`";
    return {};
  }
  const fs::path folder = AURALIS_MUSIC_CACHE;
  const std::string cut = excerpt ? "-ss " + std::to_string(track.excerpt_start_s) + " -t " +
                                        std::to_string(kCorpusExcerptSeconds) + " "
                                  : std::string();
  std::string name = track.name;
  for (char& letter : name) {
    if (letter == ' ' || letter == ',') letter = '-';
  }
  name += excerpt ? "-from-" + std::to_string(track.excerpt_start_s) + "-for-" +
                        std::to_string(kCorpusExcerptSeconds) + ".flac"
                  : std::string("-whole.flac");
  if (!fs::exists(folder / name)) {
    fs::create_directories(folder);
    // Renamed when whole: another test program may be at it, too.
    const TemporaryFolder work;
    const std::string part = work.file("part.flac");
    if (!run_command("ffmpeg -v error -y " + cut + "-i '" + source.string() +
                     "' -map_metadata -1 -c:a flac -sample_fmt s16 -compression_level 0 " + part)) {
      return {};
    }
    const fs::path landing =
        folder / (name + "." + fs::path(work.file("")).parent_path().filename().string());
    fs::copy_file(part, landing);
    fs::rename(landing, folder / name);
  }
  std::ifstream stream(folder / name, std::ios::binary | std::ios::ate);
  std::vector<std::byte> bytes(static_cast<std::size_t>(stream.tellg()));
  stream.seekg(0);
  stream.read(static_cast<char*>(static_cast<void*>(bytes.data())),
              static_cast<std::streamsize>(bytes.size()));
  EXPECT_TRUE(stream.good()) << name;
  return bytes;
}

}  // namespace engine::testing
