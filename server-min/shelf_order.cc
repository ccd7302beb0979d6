#include "server-min/shelf_order.h"

#include <algorithm>

namespace server {

ShelfOrder ShelfOrder::read(Database& database, std::uint64_t generation) {
  ShelfOrder order;
  order.generation_ = generation;
  Query& query =
      database.prepared("SELECT key FROM track WHERE away_s IS NULL ORDER BY shelf, key").bind();
  while (query.step()) {
    const auto key = static_cast<std::uint32_t>(query.integer(0));
    if (key >= order.position_of_key_.size()) {
      order.position_of_key_.resize(std::size_t{key} + 1, kNowhere);
    }
    order.position_of_key_[key] = static_cast<std::uint32_t>(order.keys_.size());
    order.keys_.push_back(key);
  }
  return order;
}

std::vector<std::uint32_t> ShelfOrder::sorted(const std::vector<std::uint32_t>& keys) const {
  std::vector<std::uint32_t> positions;
  positions.reserve(keys.size());
  for (const std::uint32_t key : keys) {
    const auto position = key < position_of_key_.size() ? position_of_key_[key] : kNowhere;
    if (position != kNowhere) positions.push_back(position);
  }
  std::sort(positions.begin(), positions.end());
  for (std::uint32_t& place : positions) place = keys_[place];
  return positions;
}

std::shared_ptr<const ShelfOrder> ShelfOrderCache::get(Database& database, std::uint64_t generation,
                                                       bool may_be_old, Clock::time_point now) {
  const std::lock_guard lock(mutex_);
  const bool is_current = order_ != nullptr && order_->generation() == generation;
  const bool will_do = order_ != nullptr && may_be_old && now - current_at_ < kAgeMax;
  if (!is_current && will_do) return order_;
  if (!is_current) {
    order_ = std::make_shared<const ShelfOrder>(ShelfOrder::read(database, generation));
  }
  current_at_ = now;
  return order_;
}

}  // namespace server
