#include "engine/dsp/gain_smoother.h"

#include <algorithm>
#include <cmath>

#include "engine/base/check.h"
#include "engine/dsp/control_hop.h"

namespace engine {
namespace {

constexpr double kQ20 = 1 << 20;

}  // namespace

GainSmoother::GainSmoother(const GainSmootherSettings& settings)
    : hold_hops_(settings.hold_hops),
      box_hops_(settings.box_hops),
      depth_max_db_(settings.depth_max_db),
      minimum_(settings.hold_hops, 0) {
  ENGINE_CHECK(box_hops_ >= 1 && box_hops_ <= 16);
  ENGINE_CHECK((box_hops_ & (box_hops_ - 1)) == 0);
  ENGINE_CHECK(settings.delay_hops >= 0);
  // The sum of box_hops^2 values of 2^-20 dB fits 32 bits.
  ENGINE_CHECK(depth_max_db_ > 0 && depth_max_db_ * box_hops_ * box_hops_ <= 2000);
  slope_q20_ = static_cast<std::int32_t>(settings.release_db_per_s / kHopsPerSecond * kQ20);
  ENGINE_CHECK(slope_q20_ >= 1);
  const auto depth_q20 = static_cast<std::int32_t>(std::ceil(depth_max_db_ * kQ20));
  release_hops_ = (depth_q20 + slope_q20_ - 1) / slope_q20_;
  unit_db_ = 1.0 / (kQ20 * box_hops_ * box_hops_);
  box1_.resize(static_cast<std::size_t>(box_hops_));
  box2_.resize(static_cast<std::size_t>(box_hops_));
  delay_.resize(static_cast<std::size_t>(settings.delay_hops));
}

void GainSmoother::reset() {
  minimum_.reset();
  release_q20_ = 0;
  box1_sum_ = 0;
  box2_sum_ = 0;
  std::fill(box1_.begin(), box1_.end(), 0);
  std::fill(box2_.begin(), box2_.end(), 0);
  box_index_ = 0;
  std::fill(delay_.begin(), delay_.end(), 0);
  delay_index_ = 0;
}

int GainSmoother::memory_hops() const {
  // A wrong start acts for the hold, is released within depth_max_db / slope, and then has to
  // leave the two boxes and the delay.
  return hold_hops_ + release_hops_ + 2 * (box_hops_ - 1) + static_cast<int>(delay_.size());
}

double GainSmoother::push(double gain_db) {
  double limited_db = gain_db < 0 ? gain_db : 0;
  if (limited_db < -depth_max_db_) limited_db = -depth_max_db_;
  const auto raw_q20 = static_cast<std::int32_t>(std::floor(limited_db * kQ20 + 0.5));
  release_q20_ = std::min(minimum_.push(raw_q20), release_q20_ + slope_q20_);

  box1_sum_ += release_q20_ - box1_[box_index_];
  box1_[box_index_] = release_q20_;
  box2_sum_ += box1_sum_ - box2_[box_index_];
  box2_[box_index_] = box1_sum_;
  box_index_ = (box_index_ + 1) & (box1_.size() - 1);

  std::int32_t smoothed = box2_sum_;
  if (!delay_.empty()) {
    std::swap(smoothed, delay_[delay_index_]);
    delay_index_ = delay_index_ + 1 == delay_.size() ? 0 : delay_index_ + 1;
  }
  return smoothed * unit_db_;
}

}  // namespace engine
