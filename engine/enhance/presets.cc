#include "engine/enhance/presets.h"

namespace engine {
namespace {

using Shape = TonePoint::Shape;
using Band = Saturation::Band;

// Bass as wide as the upper quartile, the median and the lower quartile of all music (corridor.cc).
constexpr double kWideBassSideDb = -8.6;
constexpr double kMiddleBassSideDb = -14.8;
constexpr double kTightBassSideDb = -19.5;

constexpr PresetValues kAdaptive = {
    .target_lufs = -14,
    .ceiling_dbtp = -1.0,
    .limiter_reduction_max_db = 3,
    .limiter_release_db_per_s = 30,
    .corridor_pull = 0.5,
    .corridor_max_db = 4,
    .tone = {},
    .dynamics = {1.6, 1.4, 1.5, 1, 20, 20, 3},
    .saturation = {},
    .transient_db = 0,
    .clip_db = 0,
    .stereo = {0, 0, 1.5, 100, 0.5, kMiddleBassSideDb},
    .deess_max_db = 3,
};

constexpr PresetValues kGentle = {
    .target_lufs = -16,
    .ceiling_dbtp = -1.0,
    .limiter_reduction_max_db = 1.5,
    .limiter_release_db_per_s = 30,
    .corridor_pull = 0.3,
    .corridor_max_db = 2.5,
    .tone = {},
    .dynamics = {1.3, 1.2, 1.2, 3, 30, 12, 1.5},
    .saturation = {},
    .transient_db = 0,
    .clip_db = 0,
    .stereo = {},
    .deess_max_db = 2,
};

constexpr PresetValues kWarm = {
    .target_lufs = -15,
    .ceiling_dbtp = -1.0,
    .limiter_reduction_max_db = 2.5,
    .limiter_release_db_per_s = 30,
    .corridor_pull = 0.4,
    .corridor_max_db = 3,
    .tone = {{{Shape::kLowShelf, 150, 1.2},
              {Shape::kBell, 250, 0.8},
              {Shape::kBell, 3500, -0.7},
              {Shape::kHighShelf, 8000, -1.5}}},
    .dynamics = {1.8, 1.5, 1.6, 0, 30, 10, 3},
    .saturation = {Band::kLowMid, 4, 0.25, true},
    .transient_db = 0,
    .clip_db = 0,
    .stereo = {0, -0.5, 0, 100, 0.5, kWideBassSideDb},
    .deess_max_db = 2,
};

constexpr PresetValues kBright = {
    .target_lufs = -14,
    .ceiling_dbtp = -1.5,
    .limiter_reduction_max_db = 2.5,
    .limiter_release_db_per_s = 30,
    .corridor_pull = 0.4,
    .corridor_max_db = 3,
    .tone = {{{Shape::kBell, 300, -0.7},
              {Shape::kBell, 4000, 1.2},
              {Shape::kHighShelf, 10000, 2.0},
              {}}},
    .treble_lift_max_db = 3.8,
    .dynamics = {1.5, 1.4, 1.6, 1, 10, 25, 3},
    .saturation = {Band::kHigh, 3, 0.10, false},
    .transient_db = 0.5,
    .clip_db = 0,
    .stereo = {0.5, 1.0, 0, 100, 0.5, kWideBassSideDb},
    .deess_max_db = 5,
};

constexpr PresetValues kPunchy = {
    .target_lufs = -13,
    .ceiling_dbtp = -2.0,
    .limiter_reduction_max_db = 4,
    .limiter_release_db_per_s = 60,
    .crest_loss_max_db = 4.2,
    .corridor_pull = 0.4,
    .corridor_max_db = 3,
    .tone = {{{Shape::kBell, 85, 1.5}, {Shape::kBell, 300, -0.8}, {Shape::kBell, 3000, 1.0}, {}}},
    .dynamics = {2.2, 1.6, 1.8, -1, 30, 40, 4},
    .saturation = {Band::kLow, 2, 0.15, false},
    .transient_db = 2,
    .clip_db = 1.5,
    .stereo = {0, 0.5, 0, 120, 0.8, kTightBassSideDb},
    .deess_max_db = 3,
};

}  // namespace

const PresetValues& preset_values(Preset preset) {
  static constexpr std::array<PresetValues, kPresetCount> kTable = {kAdaptive, kGentle, kWarm,
                                                                    kBright, kPunchy};
  return kTable[static_cast<std::size_t>(preset)];
}

}  // namespace engine
