// A name for what a plan does to samples: the part of a chunk's key that settings and profile come
// down to. Plans of different settings that call for the same sound share it.
#pragma once

#include <cstdint>
#include <optional>

#include "engine/enhance/enhancement_plan.h"

namespace engine {

/// FNV-1a over all that an Enhancer takes from the plan; what is only told of a plan does not
/// count. Nothing: the original. Equal keys, equal samples; not a secret, and not cryptographic.
std::uint64_t plan_key(const std::optional<EnhancementPlan>& plan);

}  // namespace engine
