#include "server-min/library_api.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <utility>

#include "server-min/conditional.h"
#include "server-min/library_json.h"
#include "server-min/text.h"
#include "server-min/version.h"

namespace server {
namespace {

constexpr std::uint64_t kPageSizeDefault = 50;
constexpr std::uint64_t kPageSizeMax = 500;
constexpr std::uint64_t kSearchSizeDefault = 10;
// An artist's albums, and an album's tracks, come with it.
constexpr std::size_t kInnerCountMax = 500;
// Of one search all are counted that there are up to here.
constexpr std::size_t kFoundCountMax = 1'000'000;

// Clients keep what they have and ask each time whether it is still so.
constexpr std::string_view kCatalogCaching = "private, no-cache";

struct Kind {
  std::string_view plural;
  GroupingKind kind;
};
constexpr std::array<Kind, 3> kKinds = {{{"albums", GroupingKind::kAlbum},
                                         {"artists", GroupingKind::kArtist},
                                         {"genres", GroupingKind::kGenre}}};

Reply no_such_resource() {
  return error_reply(404, "not_found", "There is no such resource in this API.");
}

Reply bad_cursor() {
  return error_reply(400, "bad_request", "cursor must be one that an answer had in next.");
}

template <typename Item>
void write_next(JsonWriter& json, const std::vector<Item>& items, std::uint64_t limit) {
  const bool more_may_follow = !items.empty() && items.size() == limit;
  json.field_or_null("next",
                     more_may_follow ? std::optional(format_id(items.back().id)) : std::nullopt);
}

void write_groupings(JsonWriter& json, std::string_view name, GroupingKind kind,
                     const std::vector<Grouping>& groupings) {
  json.begin_array(name);
  for (const Grouping& grouping : groupings) {
    json.begin_object();
    write_grouping_fields(json, kind, grouping);
    json.end_object();
  }
  json.end_array();
}

}  // namespace

// Which part of a list is asked for.
struct LibraryApi::Page {
  std::uint64_t limit = kPageSizeDefault;
  std::uint64_t offset = 0;
  bool has_cursor = false;
  std::optional<PublicId> cursor;

  // The page, or the complaint.
  static std::variant<Page, Reply> read(const RequestTarget& target, std::uint64_t limit_default) {
    Page page;
    const auto number = [&](std::string_view name, std::uint64_t otherwise) {
      const auto text = target.parameter(name);
      return text ? parse_whole_number(*text) : std::optional(otherwise);
    };
    const auto limit = number("limit", limit_default);
    const auto offset = number("offset", 0);
    if (!limit || !offset) {
      return error_reply(
          400, "bad_request",
          std::string(limit ? "offset" : "limit") + " must be a whole number, zero or more.");
    }
    // A larger page than allowed is cut, and the answer says so in its own "limit".
    page.limit = std::min(*limit, kPageSizeMax);
    page.offset = *offset;
    if (const auto cursor = target.parameter("cursor")) {
      page.has_cursor = true;
      if (!cursor->empty()) {  // An empty one asks for the first page.
        page.cursor = parse_id(*cursor);
        if (!page.cursor) return bad_cursor();
      }
    }
    return page;
  }
};

Reply LibraryApi::no_such_track() {
  return error_reply(404, "not_found", "There is no track with this id.");
}

std::optional<Track> LibraryApi::find_track(const std::string& id) const {
  const auto number = parse_id(id);
  if (!number) return std::nullopt;
  auto look = library_.catalog().look();
  return server::find_track(look.database(), *number);
}

// Weak: the same answer may be packed or not.
std::string LibraryApi::etag_of(const CatalogState& state) const {
  std::array<char, 40> text{};
  std::snprintf(
      text.data(), text.size(), "-%llx-%llx%s\"", static_cast<unsigned long long>(state.instance),
      static_cast<unsigned long long>(state.generation), library_.folder_away() ? "-away" : "");
  return "\"" + std::string(kServerVersion) + text.data();
}

Reply LibraryApi::answer(const RequestTarget& target, const Request& request) const {
  const auto& path = target.segments;
  if (path.size() == 3 && path[2] == "scan") return scan();
  auto look = library_.catalog().look();
  const std::string etag = etag_of(look.state());
  const auto& known = request.conditions.if_none_match;
  const bool is_known =
      known && trim(*known) != "*" && etag_list_matches(*known, etag, /*strong=*/false);
  Reply reply;
  if (is_known) {
    reply.status = 304;
    reply.add_header("Cache-Control", kCatalogCaching);
  } else {
    reply = answer_catalog(target, look);
    if (reply.status != 200) return reply;
    if (reply.headers.find("no-store") != std::string::npos) return reply;
  }
  reply.add_header("ETag", "W/" + etag);
  reply.add_header("Vary", "Accept-Encoding");
  return reply;
}

Reply LibraryApi::answer_catalog(const RequestTarget& target, Catalog::Look& look) const {
  const auto& path = target.segments;
  const bool is_list = path.size() == 3;
  if (path.size() < 3 || path.size() > 4) return no_such_resource();
  auto read = Page::read(target, path[2] == "search" ? kSearchSizeDefault : kPageSizeDefault);
  if (auto* complaint = std::get_if<Reply>(&read)) return std::move(*complaint);
  const Page& page = std::get<Page>(read);
  if (path[2] == "tracks") {
    if (!is_list) return one_track(path[3], look);
    const bool searches = !target.parameter("search").value_or("").empty();
    return searches ? search_tracks(target, page, look) : list_tracks(page, look);
  }
  for (const auto& [plural, kind] : kKinds) {
    if (path[2] != plural) continue;
    return is_list ? list_groupings(kind, page, look) : one_grouping(kind, path[3], page, look);
  }
  if (!is_list) return no_such_resource();
  if (path[2] == "search") return search(target, page, look);
  if (path[2] == "stats") return stats(look);
  if (path[2] == "skipped") return skipped(page, look);
  return no_such_resource();
}

void LibraryApi::write_tracks(JsonWriter& json, const std::vector<Track>& tracks) const {
  const bool away = library_.folder_away();
  json.begin_array("tracks");
  for (const Track& track : tracks) write_track(json, track, away);
  json.end_array();
}

std::vector<Track> LibraryApi::slice(Catalog::Look& look, const std::vector<std::uint32_t>& keys,
                                     std::uint64_t offset, std::uint64_t limit) const {
  const auto begin = static_cast<std::ptrdiff_t>(std::min<std::uint64_t>(offset, keys.size()));
  const auto end = begin + static_cast<std::ptrdiff_t>(std::min<std::uint64_t>(
                               limit, keys.size() - static_cast<std::size_t>(begin)));
  return tracks_of(look.database(), {keys.begin() + begin, keys.begin() + end});
}

Reply LibraryApi::list_tracks(const Page& page, Catalog::Look& look) const {
  std::vector<Track> tracks;
  std::uint64_t total = look.state().track_count;
  bool is_current = true;
  if (page.has_cursor) {
    auto found = tracks_after(look.database(), page.cursor, page.limit);
    if (!found) return bad_cursor();
    tracks = std::move(*found);
  } else {
    const auto order = library_.catalog().order(look, /*may_be_old=*/page.offset > 0);
    total = order->keys().size();
    is_current = order->generation() == look.state().generation;
    tracks = slice(look, order->keys(), page.offset, page.limit);
  }
  JsonWriter json;
  json.begin_object();
  write_tracks(json, tracks);
  json.number("total", total).number("offset", page.offset).number("limit", page.limit);
  write_next(json, tracks, page.limit);
  json.end_object();
  // What was true a moment ago gets no ETag of now.
  return is_current ? json_reply(json.take(), kCatalogCaching) : json_reply(json.take());
}

Reply LibraryApi::search_tracks(const RequestTarget& target, const Page& page,
                                Catalog::Look& look) const {
  const std::string words = target.parameter("search").value_or("");
  const auto order = library_.catalog().order(look, /*may_be_old=*/false);
  // A search without a word finds all.
  const auto matches = find_tracks(look.database(), words, kFoundCountMax);
  const auto found = matches ? order->sorted(*matches) : order->keys();
  JsonWriter json;
  json.begin_object();
  write_tracks(json, slice(look, found, page.offset, page.limit));
  json.number("total", found.size()).number("offset", page.offset).number("limit", page.limit);
  json.end_object();
  return json_reply(json.take(), kCatalogCaching);
}

Reply LibraryApi::one_track(const std::string& id, Catalog::Look& look) const {
  const auto number = parse_id(id);
  const auto track = number ? server::find_track(look.database(), *number) : std::nullopt;
  if (!track) return no_such_track();
  JsonWriter json;
  write_track(json, *track, library_.folder_away());
  return json_reply(json.take(), kCatalogCaching);
}

Reply LibraryApi::list_groupings(GroupingKind kind, const Page& page, Catalog::Look& look) const {
  const auto found = groupings_after(look.database(), kind, page.cursor, page.limit);
  if (!found) return bad_cursor();
  JsonWriter json;
  json.begin_object();
  write_groupings(json, kKinds[static_cast<std::size_t>(kind)].plural, kind, *found);
  json.number("total", count_groupings(look.database(), kind)).number("limit", page.limit);
  write_next(json, *found, page.limit);
  json.end_object();
  return json_reply(json.take(), kCatalogCaching);
}

Reply LibraryApi::one_grouping(GroupingKind kind, const std::string& id, const Page& page,
                               Catalog::Look& look) const {
  const auto number = parse_id(id);
  const auto found = number ? find_grouping(look.database(), kind, *number) : std::nullopt;
  if (!found) return error_reply(404, "not_found", "There is nothing with this id.");
  const auto order = library_.catalog().order(look, /*may_be_old=*/false);
  const auto keys = order->sorted(members_of(look.database(), found->key));
  JsonWriter json;
  json.begin_object();
  write_grouping_fields(json, kind, *found);
  if (kind == GroupingKind::kArtist) {
    write_groupings(json, "albums", GroupingKind::kAlbum,
                    albums_of(look.database(), found->key, kInnerCountMax));
  }
  write_tracks(json, slice(look, keys, page.offset, page.limit));
  json.number("total", keys.size()).number("offset", page.offset).number("limit", page.limit);
  json.end_object();
  return json_reply(json.take(), kCatalogCaching);
}

Reply LibraryApi::search(const RequestTarget& target, const Page& page, Catalog::Look& look) const {
  const std::string words = target.parameter("q").value_or("");
  const auto keys = best_tracks(look.database(), words, page.limit);
  JsonWriter json;
  json.begin_object();
  write_tracks(json, tracks_of(look.database(), keys));
  for (const auto& [plural, kind] : kKinds) {
    write_groupings(json, plural, kind, find_groupings(look.database(), kind, words, page.limit));
  }
  json.number("limit", page.limit).end_object();
  return json_reply(json.take(), kCatalogCaching);
}

Reply LibraryApi::stats(Catalog::Look& look) const {
  const LibrarySums sums = sum_up(look.database());
  JsonWriter json;
  json.begin_object();
  json.number("tracks", look.state().track_count);
  for (const auto& [plural, kind] : kKinds) {
    json.number(plural, count_groupings(look.database(), kind));
  }
  json.seconds_or_null("duration_s", sums.duration_ms);
  json.number("size_bytes", sums.size_bytes);
  json.number("missing", sums.away_count);
  json.end_object();
  return json_reply(json.take(), kCatalogCaching);
}

Reply LibraryApi::skipped(const Page& page, Catalog::Look& look) const {
  JsonWriter json;
  json.begin_object().begin_array("skipped");
  for (const SkippedFile& file : skipped_files(look.database(), page.offset, page.limit)) {
    json.begin_object();
    json.field("path", file.relative_path);
    json.field("reason", name_of(file.reason)).field("message", words_for(file.reason));
    json.end_object();
  }
  json.end_array();
  json.number("offset", page.offset).number("limit", page.limit).end_object();
  return json_reply(json.take(), kCatalogCaching);
}

Reply LibraryApi::scan() const {
  JsonWriter json;
  write_report(json, library_.report());
  return json_reply(json.take());
}

}  // namespace server
