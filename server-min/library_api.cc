#include "server-min/library_api.h"

#include <algorithm>
#include <array>
#include <iterator>
#include <utility>

#include "server-min/conditional.h"
#include "server-min/folder_queries.h"
#include "server-min/library_json.h"
#include "server-min/playlist_queries.h"
#include "server-min/side_files.h"
#include "server-min/text.h"

namespace server {
namespace {

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
  ListKind list;
};
// In the order of GroupingKind.
constexpr std::array<Kind, 3> kKinds = {{
    {"albums", GroupingKind::kAlbum, ListKind::kAlbums},
    {"artists", GroupingKind::kArtist, ListKind::kArtists},
    {"genres", GroupingKind::kGenre, ListKind::kGenres},
}};

ListKind list_kind_of(std::string_view plural) {
  for (const Kind& kind : kKinds) {
    if (kind.plural == plural) return kind.list;
  }
  return ListKind::kTracks;
}

// True for one of LibraryApi::kAddresses, behind "api" and "library".
bool is_address(const std::vector<std::string>& path) {
  return std::any_of(LibraryApi::kAddresses.begin(), LibraryApi::kAddresses.end(),
                     [&](std::string_view address) {
                       const auto parts = split(address, '/');
                       if (parts.size() + 2 != path.size()) return false;
                       for (std::size_t i = 0; i < parts.size(); ++i) {
                         if (parts[i] != "{id}" && parts[i] != path[i + 2]) return false;
                       }
                       return true;
                     });
}

Reply bad_cursor() {
  return bad_parameter("cursor must be one that an answer had in next.");
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

// A part of a list, by keys.
struct LibraryApi::Slice {
  Keys keys;
  std::uint64_t offset = 0;
  std::uint64_t total = 0;
  std::optional<PublicId> next;  ///< What it ends with, when more follows.
  bool is_current = true;        ///< Of the look's own state.
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

Reply LibraryApi::answer(const RequestTarget& target, const Request& request) const {
  const auto& path = target.segments;
  if (!is_address(path)) return no_such_resource();
  if (path.size() == 3 && path[2] == "scan") return scan();
  if (path.size() == 5 && path[2] == "tracks" && path[4] == "lyrics") return lyrics(path[3]);
  auto look = library_.catalog().look();
  const std::string etag = library_.etag_of(look.state());
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
  reply.add_header("ETag", "W/" + etag);  // Weak: the same answer may be packed or not.
  reply.add_header("Vary", "Accept-Encoding");
  return reply;
}

Reply LibraryApi::answer_catalog(const RequestTarget& target, Catalog::Look& look) const {
  const auto& path = target.segments;
  const bool is_list = path.size() == 3;
  // With an album and the like comes the list of its tracks.
  const ListKind list = is_list ? list_kind_of(path[2]) : ListKind::kTracks;
  auto read = read_question(target, list,
                            path[2] == "search" ? kSearchSizeDefault : ListQuestion::kLimitDefault);
  if (auto* complaint = std::get_if<Reply>(&read)) return std::move(*complaint);
  const ListQuestion& question = std::get<ListQuestion>(read);
  if (path[2] == "tracks") {
    return is_list ? list_tracks(question, look) : one_track(path[3], look);
  }
  for (const Kind& kind : kKinds) {
    if (path[2] != kind.plural) continue;
    return is_list ? list_groupings(kind.kind, question, look)
                   : one_grouping(kind.kind, path[3], question, look);
  }
  if (path[2] == "playlists") {
    return is_list ? list_playlists(question, look) : one_playlist(path[3], question, look);
  }
  if (path[2] == "folders") {
    return list_folder(is_list ? std::nullopt : std::optional(path[3]), question, look);
  }
  if (path[2] == "search") return search(target, question, look);
  if (path[2] == "stats") return stats(look);
  if (path[2] == "skipped") return skipped(question, look);
  return no_such_resource();
}

void LibraryApi::write_tracks(JsonWriter& json, const std::vector<Track>& tracks) const {
  const std::uint64_t away = library_.away_roots();
  json.begin_array("tracks");
  for (const Track& track : tracks) write_track(json, track, is_root_in(away, track.root));
  json.end_array();
}

LibraryApi::Selection LibraryApi::select_tracks(const ListQuestion& question,
                                                Database& database) const {
  std::optional<Keys> selected;
  const auto keep = [&selected](const Keys& keys) {
    if (!selected) {
      selected = keys;
      return;
    }
    Keys both;
    std::set_intersection(selected->begin(), selected->end(), keys.begin(), keys.end(),
                          std::back_inserter(both));
    selected = std::move(both);
  };
  const std::array<std::optional<PublicId>, 3> groupings = {question.album, question.artist,
                                                            question.genre};
  for (const Kind& kind : kKinds) {
    const auto& id = groupings[static_cast<std::size_t>(kind.kind)];
    if (!id) continue;
    const auto found = find_grouping(database, kind.kind, *id);
    if (!found)
      return bad_parameter("There is nothing of that id among the " + std::string(kind.plural) +
                           ".");
    keep(members_of(database, found->key));
  }
  if (question.folder) {
    const auto folder = find_folder(database, *question.folder);
    if (!folder) return bad_parameter("There is nothing of that id among the folders.");
    keep(question.below ? tracks_below(database, folder->key) : tracks_in(database, folder->key));
  }
  if (question.away) {
    const std::uint64_t away = library_.away_roots();
    keep(tracks_of_roots(database, *question.away ? away : ~away));
  }
  // A search without a word finds all.
  const auto matches = question.search.empty()
                           ? std::nullopt
                           : find_tracks(database, question.search, kFoundCountMax);
  if (matches) keep(*matches);
  return selected;
}

std::variant<LibraryApi::Slice, Reply> LibraryApi::slice(const ListQuestion& question,
                                                         const std::optional<Keys>& selected,
                                                         Catalog::Look& look) const {
  const ListKind kind = question.order.kind;
  const bool may_be_old = question.offset > 0 || question.cursor.has_value();
  const auto order = library_.catalog().order(look, question.order, may_be_old);
  const Keys chosen = selected ? order->sorted(*selected) : Keys();
  const Keys& keys = selected ? chosen : order->keys();
  Slice slice;
  slice.total = keys.size();
  slice.offset = question.has_cursor ? 0 : question.offset;
  slice.is_current = order->generation() == look.state().generation;
  if (question.cursor) {
    const auto key = kind == ListKind::kTracks
                         ? track_key(look.database(), *question.cursor)
                         : grouping_key(look.database(), grouping_kind_of(kind), *question.cursor);
    const auto begin = key ? order->count_up_to(look.database(), *key, keys) : std::nullopt;
    if (!begin) return bad_cursor();
    slice.offset = *begin;
  }
  const std::size_t begin = std::min<std::uint64_t>(slice.offset, keys.size());
  const std::size_t size = std::min<std::uint64_t>(question.limit, keys.size() - begin);
  const auto first = keys.begin() + static_cast<std::ptrdiff_t>(begin);
  slice.keys.assign(first, first + static_cast<std::ptrdiff_t>(size));
  if (size > 0 && begin + size < keys.size()) {
    slice.next = kind == ListKind::kTracks ? track_id(look.database(), slice.keys.back())
                                           : grouping_id(look.database(), slice.keys.back());
  }
  return slice;
}

Reply LibraryApi::end_list(JsonWriter& json, const Slice& slice, const ListQuestion& question) {
  const ListOrderName& order = question.order;
  json.field("sort", name_of_sort(order.kind, order.sort));
  json.field("order", order.descending ? "desc" : "asc");
  json.number("total", slice.total).number("offset", slice.offset).number("limit", question.limit);
  json.field_or_null("next", slice.next ? std::optional(format_id(*slice.next)) : std::nullopt);
  json.end_object();
  // What was true a moment ago gets no ETag of now.
  return slice.is_current ? json_reply(json.take(), kCatalogCaching) : json_reply(json.take());
}

Reply LibraryApi::list_tracks(const ListQuestion& question, Catalog::Look& look) const {
  auto selection = select_tracks(question, look.database());
  if (auto* complaint = std::get_if<Reply>(&selection)) return std::move(*complaint);
  auto part = slice(question, std::get<std::optional<Keys>>(selection), look);
  if (auto* complaint = std::get_if<Reply>(&part)) return std::move(*complaint);
  const Slice& tracks = std::get<Slice>(part);
  JsonWriter json;
  json.begin_object();
  write_tracks(json, tracks_of(look.database(), tracks.keys));
  return end_list(json, tracks, question);
}

Reply LibraryApi::one_track(const std::string& id, Catalog::Look& look) const {
  const auto number = parse_id(id);
  const auto track = number ? server::find_track(look.database(), *number) : std::nullopt;
  if (!track) return no_such_track();
  JsonWriter json;
  write_whole_track(json, *track, is_root_in(library_.away_roots(), track->root));
  return json_reply(json.take(), kCatalogCaching);
}

Reply LibraryApi::list_groupings(GroupingKind kind, const ListQuestion& question,
                                 Catalog::Look& look) const {
  std::optional<Keys> selected;
  // Only albums are asked for by others.
  const bool is_albums = kind == GroupingKind::kAlbum;
  const auto& whose = question.artist ? question.artist : question.genre;
  if (is_albums && question.artist && question.genre) {
    return bad_parameter("Albums are listed by artist or by genre, not by both.");
  }
  if (is_albums && whose) {
    const auto of = question.artist ? GroupingKind::kArtist : GroupingKind::kGenre;
    const auto found = find_grouping(look.database(), of, *whose);
    if (!found) return bad_parameter("There is neither an artist nor a genre of that id.");
    selected = albums_of(look.database(), found->key);
  }
  auto part = slice(question, selected, look);
  if (auto* complaint = std::get_if<Reply>(&part)) return std::move(*complaint);
  const Slice& groupings = std::get<Slice>(part);
  JsonWriter json;
  json.begin_object();
  write_groupings(json, kKinds[static_cast<std::size_t>(kind)].plural, kind,
                  groupings_of(look.database(), kind, groupings.keys));
  return end_list(json, groupings, question);
}

Reply LibraryApi::one_grouping(GroupingKind kind, const std::string& id,
                               const ListQuestion& question, Catalog::Look& look) const {
  const auto number = parse_id(id);
  const auto found = number ? find_grouping(look.database(), kind, *number) : std::nullopt;
  if (!found) return error_reply(404, "not_found", "There is nothing with this id.");
  auto part = slice(question, members_of(look.database(), found->key), look);
  if (auto* complaint = std::get_if<Reply>(&part)) return std::move(*complaint);
  const Slice& tracks = std::get<Slice>(part);
  JsonWriter json;
  json.begin_object();
  write_grouping_fields(json, kind, *found);
  if (kind == GroupingKind::kArtist) {
    const auto order = library_.catalog().order(look, {ListKind::kAlbums}, /*may_be_old=*/false);
    Keys albums = order->sorted(albums_of(look.database(), found->key));
    albums.resize(std::min(albums.size(), kInnerCountMax));
    write_groupings(json, "albums", GroupingKind::kAlbum,
                    groupings_of(look.database(), GroupingKind::kAlbum, albums));
  }
  write_tracks(json, tracks_of(look.database(), tracks.keys));
  return end_list(json, tracks, question);
}

// The page is one of the folders; the tracks right in it come with it, as far as they fit.
Reply LibraryApi::list_folder(const std::optional<std::string>& id, const ListQuestion& question,
                              Catalog::Look& look) const {
  Database& database = look.database();
  const auto number = id ? parse_id(*id) : std::nullopt;
  auto folder = !id ? top_folder(database) : number ? find_folder(database, *number) : std::nullopt;
  if (!folder && id) return error_reply(404, "not_found", "There is no folder with this id.");
  if (!folder) folder.emplace();  // There is nothing yet.
  // One more tells whether there is another page.
  auto inside =
      folders_in(database, folder->key, question.cursor, question.offset, question.limit + 1);
  if (!inside) return bad_cursor();
  const bool more_follow = inside->size() > question.limit;
  if (more_follow) inside->pop_back();
  const auto order = library_.catalog().order(look, {}, /*may_be_old=*/false);
  Keys tracks = order->sorted(tracks_in(database, folder->key));
  tracks.resize(std::min(tracks.size(), kInnerCountMax));
  JsonWriter json;
  json.begin_object();
  write_folder_fields(json, *folder);
  write_folders(json, "parents", parents_of(database, *folder));
  write_folders(json, "folders", *inside);
  write_tracks(json, tracks_of(database, tracks));
  json.number("total", folder->folder_count).number("limit", question.limit);
  const bool has_next = more_follow && !inside->empty();
  json.field_or_null("next", has_next ? std::optional(format_id(inside->back().id)) : std::nullopt);
  json.end_object();
  return json_reply(json.take(), kCatalogCaching);
}

// Beside the file comes first: it is what somebody has put there on purpose. Neither is known to
// the catalog by its text, so that no answer is kept.
Reply LibraryApi::lyrics(const std::string& id) const {
  const auto track = find_track(id);
  if (!track) return no_such_track();
  const auto roots = library_.roots();
  auto text = read_lyrics_beside(*roots, track->relative_path);
  const bool is_beside = text.has_value();
  if (!text && track->tags.has_lyrics) {
    const auto file = roots->open_file(track->relative_path);
    if (file) text = read_lyrics(file->fd.get(), track->format);
  }
  if (!text) return error_reply(404, "no_lyrics", "There are no words to this track.");
  JsonWriter json;
  json.begin_object().field("source", is_beside ? "file" : "tags");
  json.boolean("synced", has_time_stamps(*text)).field("text", *text).end_object();
  return json_reply(json.take());
}

Reply LibraryApi::list_playlists(const ListQuestion& question, Catalog::Look& look) const {
  JsonWriter json;
  json.begin_object().begin_array("playlists");
  for (const PlaylistFile& file :
       server::list_playlists(look.database(), question.offset, question.limit)) {
    json.begin_object();
    write_playlist_fields(json, file);
    json.end_object();
  }
  json.end_array().number("total", count_playlists(look.database()));
  json.number("offset", question.offset).number("limit", question.limit).end_object();
  return json_reply(json.take(), kCatalogCaching);
}

// Read anew each time, so that what was changed a moment ago counts; the answer is not kept.
Reply LibraryApi::one_playlist(const std::string& id, const ListQuestion& question,
                               Catalog::Look& look) const {
  Database& database = look.database();
  const auto number = parse_id(id);
  const auto file = number ? find_playlist(database, *number) : std::nullopt;
  if (!file) return error_reply(404, "not_found", "There is no playlist with this id.");
  const auto entries = read_playlist_file(*library_.roots(), file->path);
  if (!entries) return error_reply(404, "file_gone", "The playlist cannot be read any more.");
  Keys keys;
  for (const std::string& path : entries->paths) {
    if (const auto key = track_at(database, path)) keys.push_back(*key);
  }
  const std::size_t begin = std::min<std::uint64_t>(question.offset, keys.size());
  const std::size_t size = std::min<std::uint64_t>(question.limit, keys.size() - begin);
  const auto first = keys.begin() + static_cast<std::ptrdiff_t>(begin);
  JsonWriter json;
  json.begin_object();
  write_playlist_fields(json, *file);
  json.number("missing", entries->paths.size() - keys.size()).boolean("cut", entries->cut);
  write_tracks(json, tracks_of(database, {first, first + static_cast<std::ptrdiff_t>(size)}));
  json.number("total", keys.size()).number("offset", question.offset);
  json.number("limit", question.limit).end_object();
  return json_reply(json.take());
}

Reply LibraryApi::search(const RequestTarget& target, const ListQuestion& question,
                         Catalog::Look& look) const {
  const std::string words = target.parameter("q").value_or("");
  const auto keys = best_tracks(look.database(), words, question.limit);
  JsonWriter json;
  json.begin_object();
  write_tracks(json, tracks_of(look.database(), keys));
  for (const Kind& kind : kKinds) {
    write_groupings(json, kind.plural, kind.kind,
                    find_groupings(look.database(), kind.kind, words, question.limit));
  }
  json.number("limit", question.limit).end_object();
  return json_reply(json.take(), kCatalogCaching);
}

Reply LibraryApi::stats(Catalog::Look& look) const {
  const LibrarySums sums = sum_up(look.database());
  JsonWriter json;
  json.begin_object();
  json.number("tracks", look.state().track_count);
  for (const Kind& kind : kKinds) {
    json.number(kind.plural, count_groupings(look.database(), kind.kind));
  }
  json.seconds_or_null("duration_s", sums.duration_ms);
  json.number("size_bytes", sums.size_bytes);
  json.number("missing", sums.away_count);
  json.end_object();
  return json_reply(json.take(), kCatalogCaching);
}

Reply LibraryApi::skipped(const ListQuestion& question, Catalog::Look& look) const {
  JsonWriter json;
  json.begin_object().begin_array("skipped");
  for (const SkippedFile& file : skipped_files(look.database(), question.offset, question.limit)) {
    json.begin_object();
    json.field("path", file.relative_path);
    json.field("reason", name_of(file.reason)).field("message", words_for(file.reason));
    json.end_object();
  }
  json.end_array();
  json.number("offset", question.offset).number("limit", question.limit).end_object();
  return json_reply(json.take(), kCatalogCaching);
}

Reply LibraryApi::scan() const {
  JsonWriter json;
  write_report(json, library_.report());
  return json_reply(json.take());
}

}  // namespace server
