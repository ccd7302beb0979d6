// The plan of a track that has hardly been measured yet: what is heard first of every track that
// was never played before and is waited for, on any link, until the profile is complete. A pure
// function of what was measured so far and the settings.
//
// Of few probes it errs on the quiet side: tone, gain and limiter only, no louder than the original
// unless several probes say so. What it lacks comes with the final plan, slowly (engine/enhance/
// take_over.h). From kWholePlanProbes on it has all stages, as if these were all probes.
#pragma once

#include "engine/enhance/enhancement_plan.h"
#include "engine/enhance/enhancement_settings.h"
#include "engine/enhance/track_profile.h"

namespace engine {

/// Fewer probes than this are no picture of a track; one of its start is taken instead.
inline constexpr int kSpreadProbesMin = 3;
/// What a track is taken for of which nothing is known: most masters of these years are louder than
/// any preset's target, and a level that rises later is less of a fault than one that falls.
inline constexpr double kUnknownLufs = -11.0;
/// Uncertainty (two standard deviations) of the loudness that a single probe tells; of n probes the
/// n-th part of its square (docs/decisions/provisional-plan.md).
inline constexpr double kProbeErrorLu = 5.0;
/// So many spread probes are a picture of the track: what is planned of them is within 1 LU of the
/// final plan for nine of ten, and 0.3 on the middle (docs/decisions/provisional-plan.md).
inline constexpr int kWholePlanProbes = 12;
/// So many probes would give half of the tone, since the spectrum of fewer is still a guess.
inline constexpr double kHalfToneProbes = 16.0;

/// `profile.probe_count` is the evidence: 0 for nothing (the other fields do not count then), fewer
/// than kSpreadProbesMin for the start of what is played. Precondition: as of make_plan().
EnhancementPlan make_provisional_plan(const TrackProfile& profile,
                                      const EnhancementSettings& settings);

}  // namespace engine
