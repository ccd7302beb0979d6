// ShelfOrder: the keys of all tracks in the order of a record shelf, so that a page at any offset
// costs the same.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <mutex>
#include <vector>

#include "server-min/sqlite.h"

namespace server {

class ShelfOrder {
 public:
  /// Reads the order from the index: some 20 ms for 100,000 tracks, 8 bytes each.
  static ShelfOrder read(Database& database, std::uint64_t generation);

  const std::vector<std::uint32_t>& keys() const { return keys_; }
  /// Of the catalog that it was read from.
  std::uint64_t generation() const { return generation_; }
  /// Sorts `keys` by where they stand; those that do not stand here are left out.
  std::vector<std::uint32_t> sorted(const std::vector<std::uint32_t>& keys) const;

 private:
  static constexpr std::uint32_t kNowhere = 0xFFFFFFFFU;

  std::uint64_t generation_ = 0;
  std::vector<std::uint32_t> keys_;
  std::vector<std::uint32_t> position_of_key_;
};

/// Keeps the order that was read last. May be used by several threads.
class ShelfOrderCache {
 public:
  using Clock = std::chrono::steady_clock;

  /// The order of `generation`. With `may_be_old` one that was given out as the current one within
  /// the last kAgeMax will do: whoever reads the list page by page, from the first one on, shall
  /// not meet a track twice because a scan has put others in front of it meanwhile.
  std::shared_ptr<const ShelfOrder> get(Database& database, std::uint64_t generation,
                                        bool may_be_old, Clock::time_point now = Clock::now());

  static constexpr std::chrono::seconds kAgeMax{10};

 private:
  std::mutex mutex_;
  std::shared_ptr<const ShelfOrder> order_;
  Clock::time_point current_at_;  // When the order was last given out as the current one.
};

}  // namespace server
