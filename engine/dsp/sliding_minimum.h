// SlidingMinimum: smallest of the last N integers, in constant time per value.
//
// Lemire, "Streaming Maximum-Minimum Filter Using No More than Three Comparisons per Element",
// 2006: a queue of candidates, rising from front to back; only its front can be the minimum.
#pragma once

#include <cstdint>
#include <vector>

#include "engine/base/check.h"

namespace engine {

class SlidingMinimum {
 public:
  /// `window` >= 1 values; before the first push() all of them count as `initial`.
  SlidingMinimum(int window, std::int32_t initial) : window_(window), initial_(initial) {
    ENGINE_CHECK(window >= 1);
    std::uint32_t capacity = 1;
    while (capacity < static_cast<std::uint32_t>(window) + 1) capacity *= 2;
    mask_ = capacity - 1;
    values_.resize(capacity);
    times_.resize(capacity);
    reset();
  }

  void reset() {
    // One candidate stands for the whole window of initial values: it is as old as the newest.
    begin_ = 0;
    end_ = 1;
    now_ = 0;
    values_[0] = initial_;
    times_[0] = 0;
  }

  /// Adds a value and returns the smallest of the last `window`.
  std::int32_t push(std::int32_t value) {
    ++now_;
    while (begin_ != end_ && values_[(end_ - 1) & mask_] >= value) --end_;
    values_[end_ & mask_] = value;
    times_[end_ & mask_] = now_;
    ++end_;
    // Times wrap around; their differences stay right.
    if (now_ - times_[begin_ & mask_] >= static_cast<std::uint32_t>(window_)) ++begin_;
    return values_[begin_ & mask_];
  }

 private:
  int window_;
  std::int32_t initial_;
  std::uint32_t mask_ = 0;
  std::uint32_t begin_ = 0;
  std::uint32_t end_ = 0;
  std::uint32_t now_ = 0;
  std::vector<std::int32_t> values_;
  std::vector<std::uint32_t> times_;
};

}  // namespace engine
