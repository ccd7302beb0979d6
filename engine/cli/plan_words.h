// A profile and a plan in words for people, and a plan as JSON.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "engine/base/json_writer.h"
#include "engine/enhance/enhancement_plan.h"
#include "engine/enhance/track_profile.h"

namespace engine::cli {

/// "12.3", "-0.5": one place.
std::string decibels(double value, bool sign);

/// "+1.4 dB at 60-120 Hz, -0.7 dB at 2.5-5 kHz": runs of thirds of an octave whose gain has one
/// sign and reaches 0.3 dB, each with its largest gain; empty where nothing does.
std::string tone_words(const ToneCurve& curve_db);

/// One line: "-18.2 -> -14.0 LUFS: gain +4.2 dB, limiter at most about 2.1 dB, ..." and why not
/// more, if so. Of an original "-7.7 -> -14.6 LUFS: unchanged but for -6.9 dB".
std::string loudness_words(const EnhancementPlan& plan);

/// What became of a track that was rendered, of this plan or of none: "not enhanced",
/// loudness_words() or both.
std::string outcome_words(const std::optional<EnhancementPlan>& plan);

/// What every stage will do to the track of this profile, a line each; stages that are not used are
/// left out.
std::vector<std::string> plan_words(const TrackProfile& profile, const EnhancementPlan& plan);

/// What was measured, a line each.
std::vector<std::string> profile_words(const TrackProfile& profile);

/// The members of a plan, into an open object.
void write_plan(JsonWriter& json, const EnhancementPlan& plan);

}  // namespace engine::cli
