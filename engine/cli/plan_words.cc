#include "engine/cli/plan_words.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>

#include "engine/base/units.h"
#include "engine/enhance/corridor.h"

namespace engine::cli {
namespace {

constexpr double kAudibleDb = 0.3;
constexpr std::array<const char*, kBandCount> kBandNames = {"bass", "middle", "treble"};

std::string fixed(const char* format, double value) {
  std::array<char, 40> text{};
  std::snprintf(text.data(), text.size(), format, value);
  return text.data();
}

/// The nominal frequencies of IEC 61260-1: 25, 31.5, ... 16000.
std::string frequency(double hertz, bool unit) {
  constexpr std::array<double, 10> kNominal = {1, 1.25, 1.6, 2, 2.5, 3.15, 4, 5, 6.3, 8};
  const double decade = std::pow(10.0, std::floor(std::log10(hertz) + 0.025));
  double nearest = kNominal[0];
  for (const double value : kNominal) {
    if (std::fabs(std::log(value * decade / hertz)) < std::fabs(std::log(nearest * decade / hertz)))
      nearest = value;
  }
  const double nominal = nearest * decade;
  if (nominal >= 1000) return fixed("%.4g", nominal / 1000) + (unit ? " kHz" : "k");
  return fixed("%.4g", nominal) + (unit ? " Hz" : "");
}

std::string limit_words(const EnhancementPlan& plan) {
  switch (plan.limited_by) {
    case GainLimit::kNone:
      return "";
    case GainLimit::kSilence:
      return "; silent, left alone";
    case GainLimit::kTooShort:
      return "";  // loudness_words() has said so.
    case GainLimit::kGainMax:
      return "; no more than +8 dB is ever added";
    case GainLimit::kLimiterCap:
      return "; more would press the peaks too hard";
    case GainLimit::kCrestCap:
      return "; more would flatten the highest peaks";
    case GainLimit::kDownOnly:
      return "; an original is never turned up";
    case GainLimit::kCeiling:
      return "; louder, its peaks would rise above " + decibels(plan.ceiling_dbtp, true) + " dBTP";
  }
  return "";
}

std::string loudness(double lufs) {
  return lufs <= kLoudnessFloorLufs ? "-inf" : decibels(lufs, false);
}

/// Of a plan that has no stage.
std::string bypass_words(const EnhancementPlan& plan) {
  const std::string trim = decibels(plan.trim_db, true) + " dB";
  const EnhancementSettings& settings = plan.settings;
  if (!needs_plan(settings) || settings.enhanced) {
    return plan.trim_db < 0 ? "unchanged but for " + trim : "unchanged";
  }
  if (plan.limited_by == GainLimit::kTooShort) return "unchanged: too short to be measured";
  const std::string text = plan.trim_db < 0 ? loudness(plan.source_lufs) + " -> " +
                                                  loudness(plan.expected_lufs + plan.trim_db) +
                                                  " LUFS: unchanged but for " + trim
                                            : loudness(plan.source_lufs) + " LUFS: unchanged";
  return text + limit_words(plan);
}

std::string list(const std::vector<std::string>& parts) {
  std::string text;
  for (const std::string& part : parts) text += (text.empty() ? "" : ", ") + part;
  return text;
}

std::string width_words(const TrackProfile& profile, const EnhancementPlan& plan) {
  if (profile.side_mid_db == levels_at_floor<kCorridorBandCount>()) return "";
  const auto changes_db = width_changes_db(profile, plan.tone);
  std::vector<std::string> parts;
  for (std::size_t band = 0; band < kBandCount; ++band) {
    const double change_db = changes_db[band];
    if (std::fabs(change_db) < kAudibleDb) continue;
    parts.push_back(std::string(kBandNames[band]) + (change_db < 0 ? " narrower" : " wider") +
                    " (side " + decibels(change_db, true) + " dB)");
  }
  return list(parts);
}

std::string dynamics_words(const EnhancementPlan& plan) {
  std::vector<std::string> parts;
  for (std::size_t band = 0; band < kBandCount; ++band) {
    const BandCompressorSettings& one = plan.dynamics.bands[band];
    if (one.ratio <= 1 || one.reduction_max_db <= 0) continue;
    parts.push_back(std::string(kBandNames[band]) + " " + fixed("%.2f", one.ratio) + ":1 above " +
                    decibels(one.threshold_db, false) + " dB");
  }
  if (parts.empty()) return "";
  parts.push_back("at most " + decibels(plan.dynamics.bands[1].reduction_max_db, false) +
                  " dB, together about " + decibels(plan.dynamics_loss_lu, false) + " LU");
  return list(parts);
}

std::string colour_words(const EnhancementPlan& plan) {
  std::vector<std::string> parts;
  if (plan.saturation.mix > 0) {
    constexpr std::array<const char*, 4> kNames = {"", "bass", "middle", "treble"};
    parts.push_back(std::string("overtones of the ") +
                    kNames[static_cast<std::size_t>(plan.saturation.band)] + " (" +
                    fixed("%.0f", 100 * plan.saturation.mix) + " % at " +
                    decibels(plan.saturation.drive_db, true) + " dB)");
  }
  if (plan.transient_boost_db > 0) {
    parts.push_back("hits up to " + decibels(plan.transient_boost_db, true) + " dB");
  }
  if (plan.dynamics.deess_max_db > 0) {
    parts.push_back("sharp \"s\" up to " + decibels(-plan.dynamics.deess_max_db, false) + " dB");
  }
  if (plan.clip_max_db > 0) {
    parts.push_back("peaks rounded by up to " + decibels(plan.clip_max_db, false) + " dB");
  }
  return list(parts);
}

void write_curve(JsonWriter& json, const char* name, const ToneCurve& curve_db) {
  json.key(name);
  json.begin_array();
  for (const double gain_db : curve_db) json.decimal(gain_db, 3);
  json.end_array();
}

void write_dynamics(JsonWriter& json, const EnhancementPlan& plan) {
  json.key("dynamics");
  json.begin_array();
  for (const BandCompressorSettings& band : plan.dynamics.bands) {
    json.begin_object();
    json.member("threshold_db", band.threshold_db, 3);
    json.member("ratio", band.ratio, 3);
    json.member("attack_ms", band.attack_ms, 1);
    json.member("release_db_per_s", band.release_db_per_s, 1);
    json.member("reduction_max_db", band.reduction_max_db, 3);
    json.end_object();
  }
  json.end_array();
}

}  // namespace

std::string decibels(double value, bool sign) {
  // No minus in front of what is shown as zero.
  const double shown = std::fabs(value) < 0.05 ? 0.0 : value;
  return fixed(sign ? "%+.1f" : "%.1f", shown);
}

std::string tone_words(const ToneCurve& curve_db) {
  std::vector<std::string> parts;
  for (std::size_t begin = 0; begin < curve_db.size();) {
    const double sign = curve_db[begin] < 0 ? -1 : 1;
    if (sign * curve_db[begin] < kAudibleDb) {
      ++begin;
      continue;
    }
    std::size_t end = begin;
    double largest = 0;
    for (; end < curve_db.size() && sign * curve_db[end] >= kAudibleDb; ++end) {
      largest = std::max(largest, sign * curve_db[end]);
    }
    const std::string gain = decibels(sign * largest, true) + " dB ";
    const double low_hz = kThirdOctavesHz[begin];
    const double high_hz = kThirdOctavesHz[end - 1];
    if (begin == 0 && end == curve_db.size()) {
      parts.push_back(gain + "everywhere");
    } else if (begin == 0) {
      parts.push_back(gain + "below " + frequency(high_hz, true));
    } else if (end == curve_db.size()) {
      parts.push_back(gain + "above " + frequency(low_hz, true));
    } else if (end == begin + 1) {
      parts.push_back(gain + "at " + frequency(low_hz, true));
    } else {
      const bool same_unit = low_hz >= 990 || high_hz < 990;
      std::string low = frequency(low_hz, !same_unit);
      if (same_unit && low.back() == 'k') low.pop_back();
      parts.push_back(gain + "at " + low + "-" + frequency(high_hz, true));
    }
    begin = end;
  }
  return list(parts);
}

std::string loudness_words(const EnhancementPlan& plan) {
  if (plan.bypass) return bypass_words(plan);
  if (plan.limited_by == GainLimit::kTooShort) {
    return "not known: too short to be measured, left alone";
  }
  std::string text = loudness(plan.source_lufs) + " -> " +
                     loudness(plan.expected_lufs + plan.trim_db) + " LUFS: gain " +
                     decibels(plan.gain_db + plan.trim_db, true) + " dB, limiter at most about " +
                     decibels(plan.limiter_reduction_p99_db, false) + " dB, peaks at most " +
                     decibels(plan.ceiling_dbtp + plan.trim_db, true) + " dBTP";
  return text + limit_words(plan);
}

std::string outcome_words(const std::optional<EnhancementPlan>& plan) {
  if (!plan) return "not enhanced";
  return (plan->settings.enhanced ? "" : "not enhanced, ") + loudness_words(*plan);
}

std::vector<std::string> plan_words(const TrackProfile& profile, const EnhancementPlan& plan) {
  std::vector<std::string> lines = {"loudness  " + loudness_words(plan)};
  if (plan.bypass) return lines;
  const auto add = [&](const char* name, const std::string& words) {
    if (!words.empty()) lines.push_back(name + words);
  };
  add("tone      ", tone_words(plan.tone.mid_db));
  add("width     ", width_words(profile, plan));
  add("dynamics  ", dynamics_words(plan));
  add("colour    ", colour_words(plan));
  if (plan.restrained) lines.emplace_back("restraint a loud master: little tone, no compression");
  return lines;
}

std::vector<std::string> profile_words(const TrackProfile& profile) {
  std::vector<std::string> lines;
  const std::string peak = "peak      " + decibels(profile.true_peak_dbtp, true) + " dBTP";
  if (is_too_short(profile)) {
    lines.emplace_back("loudness  not known: too short to be measured");
    lines.push_back(peak);
  } else {
    lines.push_back("loudness  " + loudness(profile.integrated_loudness_lufs) + " LUFS, range " +
                    decibels(profile.loudness_range_lu, false) + " LU");
    lines.push_back(peak + ", " +
                    decibels(profile.true_peak_dbtp - profile.integrated_loudness_lufs, false) +
                    " dB above the loudness");
  }
  const auto shares = corridor_shares_db(profile);
  std::vector<std::string> outside;
  for (std::size_t band = 0; band < shares.size(); ++band) {
    const double excess = excess_db(shares[band], share_corridor(band));
    if (std::fabs(excess) < 1) continue;
    outside.push_back(decibels(excess, true) + " dB around " +
                      frequency(corridor_centre_hz(band), true));
  }
  lines.push_back("balance   " + (outside.empty() ? "as most music has it"
                                                  : list(outside) + " against most music"));
  lines.push_back("width     side " + decibels(profile.side_mid_db[3], false) +
                  " dB against mid at 1 kHz, " + decibels(profile.side_mid_db[0], false) +
                  " dB in the bass");
  std::vector<std::string> notes = {"up to " + fixed("%.1f", profile.bandwidth_hz / 1000) + " kHz"};
  if (profile.clipped_runs > 0) {
    notes.push_back(std::to_string(profile.clipped_runs) + " clipped places");
  }
  lines.push_back("source    " + list(notes));
  lines.push_back(
      "measured  " + decibels(static_cast<double>(profile.measured_frames) / kOutputRateHz, false) +
      " s" +
      (profile.full ? ", all of it" : " in " + std::to_string(profile.probe_count) + " places") +
      (profile.left_out_frames > 0
           ? ", but for " +
                 fixed("%.2f", static_cast<double>(profile.left_out_frames) / kOutputRateHz) +
                 " s that stand out like damage"
           : ""));
  return lines;
}

void write_plan(JsonWriter& json, const EnhancementPlan& plan) {
  const EnhancementSettings& settings = plan.settings;
  json.member("preset", name_of(settings.preset));
  json.member("intensity", settings.intensity_percent / 100.0, 2);
  json.member("level", name_of(settings.level));
  json.member("compare", name_of(settings.compare));
  json.member("enhanced", settings.enhanced);
  json.member("bypass", plan.bypass);
  json.member("restrained", plan.restrained);
  json.member("source_lufs", plan.source_lufs, 3);
  json.member("target_lufs", plan.target_lufs, 3);
  json.member("expected_lufs", plan.expected_lufs, 3);
  json.member("shortfall_lu", plan.shortfall_lu, 3);
  json.member("tone_gain_lu", plan.tone_gain_lu, 3);
  json.member("dynamics_loss_lu", plan.dynamics_loss_lu, 3);
  json.member("limiter_loss_lu", plan.limiter_loss_lu, 3);
  json.member("gain_db", plan.gain_db, 3);
  json.member("trim_db", plan.trim_db, 3);
  json.member("ceiling_dbtp", plan.ceiling_dbtp, 3);
  json.member("limiter_reduction_p99_db", plan.limiter_reduction_p99_db, 3);
  json.member("limited_by", name_of(plan.limited_by));
  write_curve(json, "tone_mid_db", plan.tone.mid_db);
  write_curve(json, "tone_side_db", plan.tone.side_db);
  write_dynamics(json, plan);
  json.member("deess_max_db", plan.dynamics.deess_max_db, 3);
  json.member("saturation_drive_db", plan.saturation.drive_db, 3);
  json.member("saturation_mix", plan.saturation.mix, 3);
  json.member("transient_boost_db", plan.transient_boost_db, 3);
  json.member("clip_max_db", plan.clip_max_db, 3);
}

}  // namespace engine::cli
