#include "server-min/list_order.h"

#include <algorithm>
#include <array>
#include <utility>

#include "server-min/catalog_entry.h"

namespace server {
namespace {

struct SortText {
  ListKind kind;
  ListSort sort;
  std::string_view name;    // In the API.
  bool is_number;           // The second column is one, no text; either may be NULL: unknown.
  std::string_view values;  // SELECT key, value.
};

#define OF_GROUPING_MEMBERS(value)                                                        \
  "SELECT grouping.key, " value                                                           \
  " FROM grouping JOIN member ON member.grouping = grouping.key JOIN track ON track.key " \
  "= member.track WHERE kind = 0 GROUP BY grouping.key"
#define OF_TRACKS(value) "SELECT key, " value " FROM track WHERE away_s IS NULL"
#define OF_GROUPINGS(value) "SELECT key, " value " FROM grouping"

constexpr std::array<SortText, 13> kSorts = {{
    {ListKind::kTracks, ListSort::kTitle, "title", false, OF_TRACKS("title_key")},
    {ListKind::kTracks, ListSort::kArtist, "artist", false, OF_TRACKS("artist_key")},
    {ListKind::kTracks, ListSort::kAlbum, "album", false, OF_TRACKS("album_key")},
    {ListKind::kTracks, ListSort::kAdded, "added", true, OF_TRACKS("added_s")},
    {ListKind::kTracks, ListSort::kYear, "year", true, OF_TRACKS("year")},
    {ListKind::kTracks, ListSort::kDuration, "duration", true, OF_TRACKS("duration_ms")},
    {ListKind::kAlbums, ListSort::kTitle, "title", false, OF_GROUPINGS("name_key")},
    {ListKind::kAlbums, ListSort::kShelf, "artist", false, ""},
    {ListKind::kAlbums, ListSort::kYear, "year", true, OF_GROUPING_MEMBERS("MIN(year)")},
    {ListKind::kAlbums, ListSort::kAdded, "added", true, OF_GROUPING_MEMBERS("MAX(added_s)")},
    {ListKind::kArtists, ListSort::kShelf, "name", false, ""},
    {ListKind::kGenres, ListSort::kShelf, "name", false, ""},
    {ListKind::kTracks, ListSort::kShelf, "shelf", false, ""},
}};

const SortText& text_of(ListKind kind, ListSort sort) {
  const auto* const text = std::find_if(kSorts.begin(), kSorts.end(), [&](const SortText& other) {
    return other.kind == kind && other.sort == sort;
  });
  return *text;  // Names come from sort_of_name() alone.
}

// Below 0: `a` comes first; 0: the shelf decides. What is unknown comes last.
int compare(const std::optional<std::string_view>& a, const std::optional<std::string_view>& b,
            bool descending) {
  if (!a || !b) return static_cast<int>(!a) - static_cast<int>(!b);
  const int order = a->compare(*b);
  return descending ? -order : order;
}

// One row's place.
struct Place {
  std::size_t begin = 0;  // Of its value in the bytes of all; what is unknown has no bytes.
  std::uint32_t size_bytes = 0;
  bool is_known = false;
  std::uint32_t position = 0;  // On the shelf.
  std::uint32_t key = 0;
};

// The values of all rows in one piece, which goes back to the system at once.
class Places {
 public:
  explicit Places(std::size_t count) { places_.reserve(count); }

  void add(const std::optional<std::string>& value, std::uint32_t position, std::uint32_t key) {
    const std::size_t begin = bytes_.size();
    if (value) bytes_ += *value;
    places_.push_back({begin, static_cast<std::uint32_t>(bytes_.size() - begin), value.has_value(),
                       position, key});
  }
  const std::vector<Place>& sort(bool descending) {
    std::sort(places_.begin(), places_.end(), [&](const Place& a, const Place& b) {
      const int by_value = compare(value_of(a), value_of(b), descending);
      return by_value != 0 ? by_value < 0 : a.position < b.position;
    });
    return places_;
  }

 private:
  std::optional<std::string_view> value_of(const Place& place) const {
    if (!place.is_known) return std::nullopt;
    return std::string_view(bytes_).substr(place.begin, place.size_bytes);
  }

  std::string bytes_;
  std::vector<Place> places_;
};

// Numbers as bytes that sort as they do.
std::string bytes_of(std::int64_t number) {
  std::string bytes(8, '\0');
  auto rest = static_cast<std::uint64_t>(number);
  for (auto byte = bytes.rbegin(); byte != bytes.rend(); ++byte, rest >>= 8) {
    *byte = static_cast<char>(rest & 0xFF);
  }
  return bytes;
}

std::optional<std::string> value_of(const Query& query, int column, bool is_number) {
  if (query.is_null(column)) return std::nullopt;
  return is_number ? bytes_of(query.integer(column)) : std::string(query.text(column));
}

Query& shelf_keys(Database& database, ListKind kind) {
  if (kind == ListKind::kTracks) {
    return database.prepared("SELECT key FROM track WHERE away_s IS NULL ORDER BY shelf, key")
        .bind();
  }
  return database
      .prepared(
          "SELECT key FROM grouping WHERE kind = ? AND EXISTS (SELECT 1 FROM member WHERE "
          "member.grouping = grouping.key) ORDER BY shelf, key")
      .bind(static_cast<int>(grouping_kind_of(kind)));
}

// Value and shelf of one row, present or not.
struct Row {
  std::optional<std::string> value;
  std::string shelf;
};

class RowReader {
 public:
  RowReader(Database& database, const ListOrderName& name)
      : database_(database), is_tracks_(name.kind == ListKind::kTracks), sort_(name.sort) {}

  std::optional<Row> read(std::uint32_t key) {
    Query& query =
        database_
            .prepared(is_tracks_
                          ? "SELECT shelf, title_key, artist_key, album_key, added_s, year, "
                            "duration_ms FROM track WHERE key = ?"
                          : "SELECT shelf, name_key, NULL, NULL, (SELECT MAX(added_s) FROM member "
                            "JOIN track ON track.key = track WHERE grouping = grouping.key), "
                            "(SELECT MIN(year) FROM member JOIN track ON track.key = track WHERE "
                            "grouping = grouping.key) FROM grouping WHERE key = ?")
            .bind(key);
    if (!query.step()) return std::nullopt;
    Row row{std::nullopt, std::string(query.text(0))};
    // The columns are in the order of ListSort.
    if (sort_ != ListSort::kShelf) {
      row.value = value_of(query, static_cast<int>(sort_), sort_ >= ListSort::kAdded);
    }
    query.reset();
    return row;
  }

 private:
  Database& database_;
  const bool is_tracks_;
  const ListSort sort_;
};

}  // namespace

GroupingKind grouping_kind_of(ListKind kind) {
  return kind == ListKind::kAlbums    ? GroupingKind::kAlbum
         : kind == ListKind::kArtists ? GroupingKind::kArtist
                                      : GroupingKind::kGenre;
}

std::optional<ListSort> sort_of_name(ListKind kind, std::string_view name) {
  for (const SortText& text : kSorts) {
    if (text.kind == kind && text.name == name) return text.sort;
  }
  return std::nullopt;
}

std::string_view name_of_sort(ListKind kind, ListSort sort) {
  return text_of(kind, sort).name;
}

std::string sort_names(ListKind kind) {
  std::string names;
  for (const SortText& text : kSorts) {
    if (text.kind != kind) continue;
    if (!names.empty()) names += ", ";
    names += text.name;
  }
  return names;
}

void ListOrder::append(std::uint32_t key) {
  if (key >= position_of_key_.size()) position_of_key_.resize(std::size_t{key} + 1, kNowhere);
  position_of_key_[key] = static_cast<std::uint32_t>(keys_.size());
  keys_.push_back(key);
}

ListOrder ListOrder::read_shelf(Database& database, std::uint64_t generation, ListKind kind) {
  ListOrder order({kind, ListSort::kShelf, false}, generation);
  Query& query = shelf_keys(database, kind);
  while (query.step()) order.append(static_cast<std::uint32_t>(query.integer(0)));
  return order;
}

ListOrder ListOrder::read(Database& database, const ListOrderName& name, const ListOrder& shelf) {
  ListOrder order(name, shelf.generation());
  if (name.sort == ListSort::kShelf) {
    for (auto key = shelf.keys_.rbegin(); key != shelf.keys_.rend(); ++key) order.append(*key);
    return order;
  }
  const SortText& text = text_of(name.kind, name.sort);
  Places places(shelf.keys_.size());
  Query& query = database.prepared(text.values).bind();
  while (query.step()) {
    const auto key = static_cast<std::uint32_t>(query.integer(0));
    const std::uint32_t position = shelf.position_of(key);
    if (position != kNowhere) places.add(value_of(query, 1, text.is_number), position, key);
  }
  for (const Place& place : places.sort(name.descending)) order.append(place.key);
  return order;
}

std::vector<std::uint32_t> ListOrder::sorted(const std::vector<std::uint32_t>& keys) const {
  std::vector<std::uint32_t> positions;
  positions.reserve(keys.size());
  for (const std::uint32_t key : keys) {
    const auto position = position_of(key);
    if (position != kNowhere) positions.push_back(position);
  }
  std::sort(positions.begin(), positions.end());
  for (std::uint32_t& place : positions) place = keys_[place];
  return positions;
}

std::optional<std::size_t> ListOrder::count_up_to(Database& database, std::uint32_t key,
                                                  const std::vector<std::uint32_t>& sorted) const {
  const std::uint32_t position = position_of(key);
  if (position != kNowhere) {
    const auto behind =
        std::upper_bound(sorted.begin(), sorted.end(), position,
                         [this](auto place, auto other) { return place < position_of(other); });
    return static_cast<std::size_t>(behind - sorted.begin());
  }
  // It is not in this order, so where it would stand is looked for by what it says of itself.
  RowReader rows(database, name_);
  const auto gone = rows.read(key);
  if (!gone) return std::nullopt;
  const bool shelf_descends = name_.sort == ListSort::kShelf && name_.descending;
  const auto behind =
      std::partition_point(sorted.begin(), sorted.end(), [&](const std::uint32_t other) {
        const auto row = rows.read(other);
        if (!row) return true;  // Forgotten meanwhile: it is in front of nothing.
        const int by_value = compare(row->value, gone->value, name_.descending);
        if (by_value != 0) return by_value < 0;
        const bool is_before = std::pair(row->shelf, other) < std::pair(gone->shelf, key);
        return is_before != shelf_descends;
      });
  return static_cast<std::size_t>(behind - sorted.begin());
}

ListOrderCache::Kept& ListOrderCache::find(const ListOrderName& name) {
  const auto found = std::find_if(kept_.begin(), kept_.end(), [&](const Kept& kept) {
    return kept.order != nullptr && kept.order->name() == name;
  });
  if (found != kept_.end()) {
    kept_.splice(kept_.begin(), kept_, found);
  } else {
    if (kept_.size() >= kOrderCountMax) kept_.pop_back();
    kept_.emplace_front();
  }
  return kept_.front();
}

void ListOrderCache::read(Database& database, Kept& kept, const ListOrderName& name,
                          std::uint64_t generation, Clock::time_point now) {
  const ListOrderName shelf_name{name.kind, ListSort::kShelf, false};
  if (name == shelf_name) {
    kept.order =
        std::make_shared<const ListOrder>(ListOrder::read_shelf(database, generation, name.kind));
    return;
  }
  Kept& shelf = find(shelf_name);
  if (shelf.order == nullptr || shelf.order->generation() != generation) {
    shelf.order =
        std::make_shared<const ListOrder>(ListOrder::read_shelf(database, generation, name.kind));
    shelf.current_at = now;
  }
  kept.order = std::make_shared<const ListOrder>(ListOrder::read(database, name, *shelf.order));
}

std::shared_ptr<const ListOrder> ListOrderCache::get(Database& database, const ListOrderName& name,
                                                     std::uint64_t generation, bool may_be_old,
                                                     Clock::time_point now) {
  const std::lock_guard lock(mutex_);
  Kept& kept = find(name);
  const bool is_current = kept.order != nullptr && kept.order->generation() == generation;
  const bool will_do = kept.order != nullptr && may_be_old && now - kept.current_at < kAgeMax;
  if (!is_current && will_do) return kept.order;
  if (!is_current) read(database, kept, name, generation, now);
  kept.current_at = now;
  return kept.order;
}

}  // namespace server
