#include "engine/cli/render_report.h"

#include <gtest/gtest.h>

#include "tests/engine/enhance/plan_profiles.h"

namespace engine::cli {
namespace {

TEST(RenderReportTest, GroupsPacketsByChunkAndTakesEachOnce) {
  RenderReport report;
  StageGains gains;
  // Lead packets in front of the track and of every chunk do not count.
  report.add(-4, std::vector<StageGains>(4, gains));
  gains.limiter_db = -1.5f;
  report.add(0, std::vector<StageGains>(100, gains));
  report.add(96, std::vector<StageGains>(4));
  gains.limiter_db = 0;
  gains.transient_db = 2;
  report.add(100, std::vector<StageGains>(2, gains));
  const std::string json = report.json("in.wav");
  EXPECT_EQ(json.find(R"({"input":"in.wav","packet_ms":20,"chunks":[{"chunk":0,"first_packet":0,)"),
            0u);
  EXPECT_NE(json.find(R"({"chunk":1,"first_packet":100,"low_db":[0.00,0.00],)"), std::string::npos);
  EXPECT_NE(json.find(R"("transient_db":[2.00,2.00],"clip_db":[0.00,0.00],)"
                      R"("limiter_db":[0.00,0.00]}]})"),
            std::string::npos)
      << json;
  std::size_t count = 0;
  for (std::size_t at = json.find("-1.50"); at != std::string::npos;
       at = json.find("-1.50", at + 1)) {
    ++count;
  }
  EXPECT_EQ(count, 100u);
}

TEST(RenderReportTest, HoldsProfileAndPlan) {
  RenderReport report;
  const TrackProfile profile = test::corridor_profile(-18, -6, -8);
  report.set_plan(profile, make_plan(profile, {Preset::kWarm, 80}));
  const std::string json = report.json("a \"b\"");
  EXPECT_EQ(json.find(R"({"input":"a \"b\"",)"), 0u);
  EXPECT_NE(json.find(R"("plan":{"preset":"warm","intensity":0.80,)"), std::string::npos);
  EXPECT_NE(json.find(R"("words":["loudness  )"), std::string::npos);
  const std::string tail = "\"profile\":" + profile_to_json(profile) + "}";
  EXPECT_EQ(json.rfind(tail), json.size() - tail.size());
}

}  // namespace
}  // namespace engine::cli
