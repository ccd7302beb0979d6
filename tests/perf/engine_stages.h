// EngineStages: every stage of the engine, run alone over the same few seconds of audio, for
// whoever counts or times them.
#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <vector>

#include "engine/base/audio_buffer.h"
#include "engine/enhance/enhancement_plan.h"
#include "engine/enhance/enhancement_settings.h"

namespace engine::testing {

/// The same music as three files, 44.1 kHz, stereo, 16 bit.
struct SongFiles {
  std::vector<std::byte> wav;
  std::vector<std::byte> flac;
  std::vector<std::byte> mp3;
};

/// Synthesised music of ten seconds, the same on every run; `gain_db` = 0: peaks near -6 dBFS.
AudioBuffer stage_music(double gain_db = 0);

/// The file that the others of SongFiles are encoded from.
std::vector<std::byte> stage_music_wav();

/// What make_plan() decides for stage_music(): every stage that the preset has is at work.
EnhancementPlan stage_music_plan(Preset preset);

/// One stage: `work` handles `audio_seconds` of audio and may be called again and again.
struct EngineStage {
  std::string name;
  double audio_seconds = 0;
  std::function<void()> work;
};

/// Calls `visit` with every stage, one after another; each lives as long as the call. Names are
/// unique and stay the same from version to version.
void visit_engine_stages(const SongFiles& song,
                         const std::function<void(const EngineStage&)>& visit);

}  // namespace engine::testing
