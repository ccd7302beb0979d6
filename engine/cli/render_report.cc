#include "engine/cli/render_report.h"

#include <algorithm>

#include "engine/base/json_writer.h"
#include "engine/base/output_format.h"
#include "engine/cli/plan_words.h"

namespace engine::cli {
namespace {

constexpr int kGainPlaces = 2;

}  // namespace

void RenderReport::set_plan(const TrackProfile& profile, const EnhancementPlan& plan) {
  profile_ = profile;
  plan_ = plan;
}

void RenderReport::add(std::int64_t first_packet, const std::vector<StageGains>& gains) {
  for (std::size_t i = 0; i < gains.size(); ++i) {
    const std::int64_t packet = first_packet + static_cast<std::int64_t>(i);
    if (packet < 0) continue;
    if (gains_.empty()) first_packet_ = packet;
    const auto next = first_packet_ + static_cast<std::int64_t>(gains_.size());
    if (packet == next) gains_.push_back(gains[i]);
  }
}

std::string RenderReport::json(const std::string& input) const {
  JsonWriter json;
  json.begin_object();
  json.member("input", input);
  json.member("packet_ms", 1000 * static_cast<int>(kPacketFrames) / kOutputRateHz);
  if (plan_) {
    json.key("plan");
    json.begin_object();
    write_plan(json, *plan_);
    json.end_object();
    json.key("words");
    json.begin_array();
    for (const std::string& line : plan_words(*profile_, *plan_)) json.string(line);
    json.end_array();
  }
  json.key("chunks");
  json.begin_array();
  const auto end = first_packet_ + static_cast<std::int64_t>(gains_.size());
  for (std::int64_t first = first_packet_; first < end;) {
    const std::int64_t chunk = first / kChunkPackets;
    const std::int64_t last = std::min(end, (chunk + 1) * kChunkPackets);
    json.begin_object();
    json.member("chunk", chunk);
    json.member("first_packet", first);
    for (std::size_t stage = 0; stage < kStageCount; ++stage) {
      json.key(std::string(kStageNames[stage]) + "_db");
      json.begin_array();
      for (std::int64_t packet = first; packet < last; ++packet) {
        const StageGains& gains = gains_[static_cast<std::size_t>(packet - first_packet_)];
        json.decimal(static_cast<double>(gains.*kStageGains[stage]), kGainPlaces);
      }
      json.end_array();
    }
    json.end_object();
    first = last;
  }
  json.end_array();
  json.end_object();
  if (!profile_) return json.text();
  // The profile writes itself as a text of its own.
  std::string text = json.text();
  text.pop_back();
  return text + ",\"profile\":" + profile_to_json(*profile_) + "}";
}

}  // namespace engine::cli
