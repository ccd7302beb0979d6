// Routes: which request gets which answer.
//
//   GET /api/health                        {"status":"ok","tracks":N}
//   GET /api/version                       {"name":..,"version":..}
//   GET /api/library/tracks/{id}/artwork   the cover inside the file
//   GET /api/library/...                   the catalog, see LibraryApi
//   POST /api/library/scan                 202: the music is looked over soon
//   GET /api/events                        what happens, as server-sent events (see EventHub)
//   GET /api/player/stream/{id}            the original file, with ranges
//   GET anything else                      the web app
// Behind a LoginGate all but /api/health is for those who know the password; others get 401 or 429.
// Requests that are addressed to a name that is not this server's get 421 (see PublicNames).
// HEAD works wherever GET does; other methods get 405, and a POST from another site's page 403.
// Errors under /api are JSON, and JSON is packed for those who accept it. No answer contains a path
// of the server; what the scan passed over is named below the music folder.
#pragma once

#include <cstdint>
#include <optional>
#include <utility>
#include <variant>

#include "server-min/artwork_cache.h"
#include "server-min/authority.h"
#include "server-min/library.h"
#include "server-min/library_api.h"
#include "server-min/login_gate.h"
#include "server-min/message.h"
#include "server-min/request_target.h"
#include "server-min/static_files.h"

namespace server {

class Routes {
 public:
  /// `library`, `web` and `gate`, where there is one, must outlive the routes. `names` are those
  /// that are answered to.
  Routes(const Library& library, const StaticFiles& web, PublicNames names,
         LoginGate* gate = nullptr)
      : library_(library), api_(library), web_(web), names_(std::move(names)), gate_(gate) {}

  /// An answer, or the question that takes long because a file has to be read first: who has
  /// brought what is found into artworks() asks again.
  using Outcome = std::variant<Reply, ArtworkQuestion>;

  /// Answers one request; safe from several threads at once. Waits for the database and for files
  /// to be opened, so not for event loops. Every answer carries the security headers. `now_seconds`
  /// is the time since 1970 UTC.
  Outcome answer(const Request& request, std::int64_t now_seconds) const;

  /// Wakes no connection any more that waits for events.
  void let_listeners_sleep() const { library_.events().let_sleep(); }

  /// Where the covers are that are known.
  ArtworkCache& artworks() const { return artworks_; }

 private:
  Outcome route(const Request& request, std::int64_t now_seconds) const;
  /// What is only for those whom the gate lets pass; `target` is absent where it is not valid.
  Outcome route_within(const std::optional<RequestTarget>& target, const Request& request,
                       std::int64_t now_seconds) const;
  Outcome answer_api(const RequestTarget& target, const Request& request,
                     std::int64_t now_seconds) const;
  Outcome artwork(const std::string& id, const Request& request, std::int64_t now_seconds) const;
  Outcome answer_post(const RequestTarget& target, const Request& request) const;
  Reply events() const;
  Reply stream(const std::string& id, const Request& request, std::int64_t now_seconds) const;

  const Library& library_;
  const LibraryApi api_;
  const StaticFiles& web_;
  const PublicNames names_;
  LoginGate* const gate_;
  mutable ArtworkCache artworks_;
};

/// Adds the headers that every answer carries, also those made without a route: no type sniffing,
/// the content security policy (which workers take from their own script's answer; no site may
/// frame the page), no Referer to anybody, and the isolation that SharedArrayBuffer needs.
void add_security_headers(Reply& reply);

}  // namespace server
