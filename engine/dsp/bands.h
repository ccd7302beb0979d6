// The three bands of the dynamics: where they meet.
#pragma once

#include <cstddef>

namespace engine {

inline constexpr std::size_t kBandCount = 3;  // Low, middle, high.
inline constexpr double kLowSplitHz = 150;
inline constexpr double kHighSplitHz = 4000;

}  // namespace engine
