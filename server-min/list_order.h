// ListOrder: the keys of all tracks, albums, artists or genres in one order, so that a page at any
// offset costs the same.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <list>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "server-min/catalog_entry.h"
#include "server-min/sqlite.h"

namespace server {

enum class ListKind { kTracks, kAlbums, kArtists, kGenres };

/// What such a list is of. Precondition: not of tracks.
GroupingKind grouping_kind_of(ListKind kind);

/// kShelf is the order of a record shelf, see CatalogEntry::shelf and GroupingEntry::shelf; what is
/// equal by another one stands in it.
enum class ListSort { kShelf, kTitle, kArtist, kAlbum, kAdded, kYear, kDuration };

struct ListOrderName {
  ListKind kind = ListKind::kTracks;
  ListSort sort = ListSort::kShelf;
  bool descending = false;

  bool operator==(const ListOrderName&) const = default;
};

/// The sort that `name` stands for in a list of this kind; nothing when there is no such one.
std::optional<ListSort> sort_of_name(ListKind kind, std::string_view name);

/// And back.
std::string_view name_of_sort(ListKind kind, ListSort sort);
/// All such names, for people.
std::string sort_names(ListKind kind);

class ListOrder {
 public:
  /// Reads the order of a shelf from its index: some 20 ms for 100,000 tracks, 8 bytes each.
  static ListOrder read_shelf(Database& database, std::uint64_t generation, ListKind kind);
  /// Any other: what is unknown comes last, whichever the direction. `shelf` is of the same kind
  /// and generation.
  static ListOrder read(Database& database, const ListOrderName& name, const ListOrder& shelf);

  const std::vector<std::uint32_t>& keys() const { return keys_; }
  /// Of the catalog that it was read from.
  std::uint64_t generation() const { return generation_; }
  const ListOrderName& name() const { return name_; }
  /// Sorts `keys` by where they stand; those that do not stand here are left out.
  std::vector<std::uint32_t> sorted(const std::vector<std::uint32_t>& keys) const;
  /// How many of `sorted`, which stand here in this order, come before or at the row of this key,
  /// which may be missing by now. Nothing when there is no such row.
  std::optional<std::size_t> count_up_to(Database& database, std::uint32_t key,
                                         const std::vector<std::uint32_t>& sorted) const;

 private:
  static constexpr std::uint32_t kNowhere = 0xFFFFFFFFU;

  ListOrder(const ListOrderName& name, std::uint64_t generation)
      : name_(name), generation_(generation) {}
  void append(std::uint32_t key);
  std::uint32_t position_of(std::uint32_t key) const {
    return key < position_of_key_.size() ? position_of_key_[key] : kNowhere;
  }

  ListOrderName name_;
  std::uint64_t generation_ = 0;
  std::vector<std::uint32_t> keys_;
  std::vector<std::uint32_t> position_of_key_;
};

/// Keeps the orders that were asked for last. May be used by several threads.
class ListOrderCache {
 public:
  using Clock = std::chrono::steady_clock;

  /// The order of `generation`. With `may_be_old` one that was given out as the current one within
  /// the last kAgeMax will do: whoever reads the list page by page, from the first one on, shall
  /// not meet a track twice because a scan has put others in front of it meanwhile.
  std::shared_ptr<const ListOrder> get(Database& database, const ListOrderName& name,
                                       std::uint64_t generation, bool may_be_old,
                                       Clock::time_point now = Clock::now());

  static constexpr std::chrono::seconds kAgeMax{10};
  /// Of 8 bytes for each track, album, artist or genre.
  static constexpr std::size_t kOrderCountMax = 8;

 private:
  struct Kept {
    std::shared_ptr<const ListOrder> order;
    Clock::time_point current_at;  // When the order was last given out as the current one.
  };

  Kept& find(const ListOrderName& name);
  void read(Database& database, Kept& kept, const ListOrderName& name, std::uint64_t generation,
            Clock::time_point now);

  std::mutex mutex_;
  std::list<Kept> kept_;  // The one that was asked for last comes first.
};

}  // namespace server
