// LibraryApi: what /api/library says, as JSON. Tracks' pictures are Routes' business.
//
//   tracks     in the order of the shelf, or any other (see ListQuestion)
//   tracks/{id}, tracks/{id}/lyrics
//   albums, artists, genres   likewise
//   albums/{id}               with its tracks; artists/{id}: with albums and tracks; genres/{id}
//   folders, folders/{id}     one level of the tree, with the tracks right in it
//   playlists, playlists/{id} those in the folders, with their tracks
//   search     ?q=&limit=10   of each kind, as one types
//   stats, scan, skipped
// Pages say in "next" the cursor of the page behind them; null at the end. With a cursor nothing is
// met twice or missed, even while a scan changes the list.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "server-min/catalog_queries.h"
#include "server-min/json.h"
#include "server-min/library.h"
#include "server-min/list_question.h"
#include "server-min/message.h"
#include "server-min/request_target.h"

namespace server {

class LibraryApi {
 public:
  /// `library` must outlive this.
  explicit LibraryApi(const Library& library) : library_(library) {}

  /// All that is answered, below "/api/library/"; docs/openapi.json describes each.
  static constexpr std::array<std::string_view, 18> kAddresses = {
      "tracks",         "tracks/{id}",  "tracks/{id}/lyrics",
      "albums",         "albums/{id}",  "artists",
      "artists/{id}",   "genres",       "genres/{id}",
      "folders",        "folders/{id}", "playlists",
      "playlists/{id}", "search",       "stats",
      "skipped",        "scan",         "tracks/{id}/artwork"};

  /// Answers a GET or HEAD for `target`, whose first segments are "api" and "library". Waits for
  /// the database: not for event loops. Answers that follow from the catalog carry its ETag.
  Reply answer(const RequestTarget& target, const Request& request) const;

  /// The track of this id, in words of the API, if it is listed.
  std::optional<Track> find_track(const std::string& id) const;

  static Reply no_such_track();

  /// What scans do and have done; for GET.
  Reply scan() const;

 private:
  struct Slice;
  using Keys = std::vector<std::uint32_t>;
  /// Keys, or the complaint about what selects them.
  using Selection = std::variant<std::optional<Keys>, Reply>;

  Reply answer_catalog(const RequestTarget& target, Catalog::Look& look) const;
  Reply list_tracks(const ListQuestion& question, Catalog::Look& look) const;
  Reply one_track(const std::string& id, Catalog::Look& look) const;
  Reply lyrics(const std::string& id) const;
  Reply list_groupings(GroupingKind kind, const ListQuestion& question, Catalog::Look& look) const;
  Reply one_grouping(GroupingKind kind, const std::string& id, const ListQuestion& question,
                     Catalog::Look& look) const;
  Reply list_folder(const std::optional<std::string>& id, const ListQuestion& question,
                    Catalog::Look& look) const;
  Reply search(const RequestTarget& target, const ListQuestion& question,
               Catalog::Look& look) const;
  Reply stats(Catalog::Look& look) const;
  Reply skipped(const ListQuestion& question, Catalog::Look& look) const;
  Reply list_playlists(const ListQuestion& question, Catalog::Look& look) const;
  Reply one_playlist(const std::string& id, const ListQuestion& question,
                     Catalog::Look& look) const;

  /// Which tracks the filters of the question leave; nothing without a filter.
  Selection select_tracks(const ListQuestion& question, Database& database) const;
  /// The part of a list that is asked for, of those that are `selected` if something is.
  std::variant<Slice, Reply> slice(const ListQuestion& question,
                                   const std::optional<Keys>& selected, Catalog::Look& look) const;
  static Reply end_list(JsonWriter& json, const Slice& slice, const ListQuestion& question);

  void write_tracks(JsonWriter& json, const std::vector<Track>& tracks) const;
  const Library& library_;
};

}  // namespace server
