// TrackWarnings: a set of TrackWarning.
#pragma once

#include <cstdint>

#include "engine/base/vocabulary.h"

namespace engine {

class TrackWarnings {
 public:
  constexpr TrackWarnings() = default;

  constexpr void add(TrackWarning warning) { bits_ |= bit_of(warning); }
  constexpr void add(TrackWarnings others) { bits_ |= others.bits_; }
  constexpr bool has(TrackWarning warning) const { return (bits_ & bit_of(warning)) != 0; }
  constexpr bool empty() const { return bits_ == 0; }

  /// Calls `visit(TrackWarning)` for each, in the order of the table.
  template <typename Visit>
  constexpr void for_each(Visit&& visit) const {
    for (int i = 0; i < kTrackWarningCount; ++i) {
      const auto warning = static_cast<TrackWarning>(i);
      if (has(warning)) visit(warning);
    }
  }

  friend constexpr bool operator==(TrackWarnings, TrackWarnings) = default;

 private:
  static_assert(kTrackWarningCount <= 32);
  static constexpr std::uint32_t bit_of(TrackWarning warning) {
    return std::uint32_t{1} << static_cast<unsigned>(warning);
  }

  std::uint32_t bits_ = 0;
};

}  // namespace engine
