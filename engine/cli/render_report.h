// RenderReport: what a rendering did, for `auralis render --report`.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "engine/enhance/enhancement_plan.h"
#include "engine/enhance/stage_gains.h"
#include "engine/enhance/track_profile.h"

namespace engine::cli {

class RenderReport {
 public:
  void set_plan(const TrackProfile& profile, const EnhancementPlan& plan);

  /// The gains of packets from `first_packet` on. Packets come in order, some of them twice.
  void add(std::int64_t first_packet, const std::vector<StageGains>& gains);

  /// One JSON object: the input, profile, plan, and for every chunk of 2 s the gains of each stage,
  /// a value in dB per packet of 20 ms.
  std::string json(const std::string& input) const;

 private:
  std::optional<TrackProfile> profile_;
  std::optional<EnhancementPlan> plan_;
  std::int64_t first_packet_ = 0;
  std::vector<StageGains> gains_;
};

}  // namespace engine::cli
