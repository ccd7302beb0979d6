// StageGains: what the stages of the chain did to a stretch of the track, for meters and reports.
#pragma once

#include <algorithm>
#include <array>
#include <vector>

#include "engine/base/output_format.h"
#include "engine/base/units.h"
#include "engine/base/vocabulary.h"

namespace engine {

/// Deepest gain of each stage within one packet of 20 ms, dB; the transient shaper's is a boost.
struct StageGains {
  float low_db = 0;  // Compressors.
  float mid_db = 0;
  float high_db = 0;
  float deess_db = 0;
  float transient_db = 0;
  float clip_db = 0;
  float limiter_db = 0;

  friend bool operator==(const StageGains&, const StageGains&) = default;
};

#define AURALIS_STAGE_GAIN(symbol, name, member) &StageGains::member,
/// In the order of Stage.
inline constexpr std::array<float StageGains::*, kStageCount> kStageGains = {
    AURALIS_STAGES(AURALIS_STAGE_GAIN)};
#undef AURALIS_STAGE_GAIN
static_assert(sizeof(StageGains) == kStageCount * sizeof(float));

/// The StageGains of the last packets, written by stages that reach a packet one after another.
class StageGainLog {
 public:
  static constexpr FrameCount kPacketCount = 512;  // 10 s.

  StageGainLog() : entries_(kPacketCount) {}

  void clear() {
    for (Entry& entry : entries_) entry = {};
  }

  /// Notes what a stage did to frames [first_frame, first_frame + count) of the track.
  void note(FrameCount first_frame, FrameCount count, float StageGains::*stage, float gain_db) {
    if (gain_db == 0) return;
    for (FrameCount packet = packet_of(first_frame); packet <= packet_of(first_frame + count - 1);
         ++packet) {
      float& noted = entry(packet).gains.*stage;
      noted = gain_db < 0 ? std::min(noted, gain_db) : std::max(noted, gain_db);
    }
  }

  /// All zeros for a packet that nothing was noted for.
  StageGains at(FrameCount packet) const {
    const Entry& found = entries_[index_of(packet)];
    return found.packet == packet ? found.gains : StageGains{};
  }

  static FrameCount packet_of(FrameCount frame) {
    return frame >= 0 ? frame / kPacketFrames : -((kPacketFrames - 1 - frame) / kPacketFrames);
  }

 private:
  struct Entry {
    FrameCount packet = 0;
    StageGains gains;
  };

  static std::size_t index_of(FrameCount packet) {
    return static_cast<std::size_t>(((packet % kPacketCount) + kPacketCount) % kPacketCount);
  }

  Entry& entry(FrameCount packet) {
    Entry& found = entries_[index_of(packet)];
    if (found.packet != packet) found = {packet, {}};
    return found;
  }

  std::vector<Entry> entries_;
};

}  // namespace engine
