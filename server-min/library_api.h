// LibraryApi: what /api/library says, as JSON. Tracks' pictures are Routes' business.
//
//   tracks     ?limit=50&offset=0|cursor=&search=   in the order of the shelf
//   tracks/{id}
//   albums, artists, genres   ?limit=50&cursor=
//   albums/{id}               with its tracks; artists/{id}: with albums and tracks; genres/{id}
//   search     ?q=&limit=10   of each kind, as one types
//   stats, scan, skipped
// Pages say in "next" the cursor of the page behind them; null at the end. With a cursor nothing is
// met twice or missed, even while a scan changes the list.
#pragma once

#include <cstdint>
#include <string>

#include "server-min/catalog_queries.h"
#include "server-min/json.h"
#include "server-min/library.h"
#include "server-min/message.h"
#include "server-min/request_target.h"

namespace server {

class LibraryApi {
 public:
  /// `library` must outlive this.
  explicit LibraryApi(const Library& library) : library_(library) {}

  /// Answers a GET or HEAD for `target`, whose first segments are "api" and "library". Waits for
  /// the database: not for event loops. Answers that follow from the catalog carry its ETag.
  Reply answer(const RequestTarget& target, const Request& request) const;

  /// The track of this id, in words of the API, if it is listed.
  std::optional<Track> find_track(const std::string& id) const;

  static Reply no_such_track();

 private:
  struct Page;

  Reply answer_catalog(const RequestTarget& target, Catalog::Look& look) const;
  Reply list_tracks(const Page& page, Catalog::Look& look) const;
  Reply search_tracks(const RequestTarget& target, const Page& page, Catalog::Look& look) const;
  Reply one_track(const std::string& id, Catalog::Look& look) const;
  Reply list_groupings(GroupingKind kind, const Page& page, Catalog::Look& look) const;
  Reply one_grouping(GroupingKind kind, const std::string& id, const Page& page,
                     Catalog::Look& look) const;
  Reply search(const RequestTarget& target, const Page& page, Catalog::Look& look) const;
  Reply stats(Catalog::Look& look) const;
  Reply skipped(const Page& page, Catalog::Look& look) const;
  Reply scan() const;

  std::string etag_of(const CatalogState& state) const;
  void write_tracks(JsonWriter& json, const std::vector<Track>& tracks) const;
  /// The keys from `offset` on, at most `limit`, as tracks in the order of the shelf.
  std::vector<Track> slice(Catalog::Look& look, const std::vector<std::uint32_t>& keys,
                           std::uint64_t offset, std::uint64_t limit) const;

  const Library& library_;
};

}  // namespace server
