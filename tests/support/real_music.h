// Real music from Debian's free game packages, which tools/setup installs; never committed.
#pragma once

#include <array>
#include <filesystem>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "tests/support/oracle_tools.h"

namespace engine::testing {

struct MusicExcerpt {
  const char* name;
  const char* path;
  int start_s;
};

/// Metal, electronic, orchestral; loud and quiet, dense and sparse.
inline constexpr std::array<MusicExcerpt, 6> kMusicExcerpts{{
    {"metal", "/usr/share/games/fretsonfire/data/songs/sectoid/Metal madness/song.ogg", 30},
    {"rock", "/usr/share/games/fretsonfire/data/songs/sectoid/Feelings/guitar.ogg", 40},
    {"electronic", "/usr/share/games/singularity/music/Awakening.ogg", 30},
    {"ambient", "/usr/share/games/singularity/music/Nebula.ogg", 20},
    {"choral", "/usr/share/games/singularity/music/lose/Chimes They Fade.ogg", 10},
    {"orchestral", "/usr/share/games/asc/music/frontiers.mp3", 20},
}};

/// `seconds` of the excerpt as a WAV file (44.1 kHz, 16 bit, stereo) in `folder`; false, and a
/// failed test, when the music is not installed.
inline bool write_excerpt(const TemporaryFolder& folder, const MusicExcerpt& excerpt, int seconds,
                          const std::string& name) {
  if (!std::filesystem::exists(excerpt.path)) {
    ADD_FAILURE() << excerpt.path << " is missing: run `make setup-test`";
    return false;
  }
  return run_command("ffmpeg -v error -y -ss " + std::to_string(excerpt.start_s) + " -t " +
                     std::to_string(seconds) + " -i '" + excerpt.path +
                     "' -ar 44100 -ac 2 -c:a pcm_s16le " + folder.file(name));
}

}  // namespace engine::testing
