#include "server-min/routes.h"

#include <utility>

#include "server-min/file_reply.h"
#include "server-min/gzip.h"
#include "server-min/http_date.h"
#include "server-min/json.h"
#include "server-min/text.h"
#include "server-min/version.h"

namespace server {
namespace {

// Smaller texts fit into one packet of the network as they are.
constexpr std::size_t kPackedSizeMin = 1200;

// The original may be edited in place, so clients keep it but ask each time whether it changed.
constexpr std::string_view kAudioCaching = "private, no-cache";

constexpr std::string_view kContentSecurityPolicy =
    "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; worker-src 'self'; "
    "style-src 'self' 'unsafe-inline'; connect-src 'self'; img-src 'self' data: blob:; "
    "media-src 'self' blob:; object-src 'none'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'";

Reply file_gone(const Library& library, const Track& track) {
  const bool folder_away = is_root_in(library.away_roots(), track.root);
  return error_reply(404, "file_gone",
                     folder_away ? "The music folder is not there at the moment."
                                 : "The file of this track is not there any more.");
}

Reply not_our_name(const std::string& host) {
  return error_reply(421, "unknown_host",
                     "This server does not know that it is called " + host +
                         ". Start it with --public-name " + host + " if it is.");
}

Reply not_allowed(std::string_view methods) {
  Reply reply = error_reply(405, "method_not_allowed", "Only GET and HEAD are answered here.");
  reply.add_header("Allow", methods);
  return reply;
}

void pack(Reply& reply, const std::string& accept_encoding) {
  auto* text = std::get_if<std::string>(&reply.body);
  if (text == nullptr || text->size() < kPackedSizeMin) return;
  if (!accepts_encoding(accept_encoding, "gzip")) return;
  auto packed = gzip(*text);
  if (!packed || packed->size() >= text->size()) return;
  *text = std::move(*packed);
  reply.add_header("Content-Encoding", "gzip");
}

// True when the client names exactly this version, with a tag that it can only have from an answer
// with the cover. A date or "*" proves no cover: of a track without one they get 404.
bool has_this_cover(const Conditions& conditions, const Validators& validators,
                    std::int64_t now_seconds) {
  return conditions.if_none_match && trim(*conditions.if_none_match) != "*" &&
         evaluate(conditions, validators, now_seconds) == Precondition::kNotModified;
}

}  // namespace

void add_security_headers(Reply& reply) {
  reply.add_header("X-Content-Type-Options", "nosniff");
  reply.add_header("Content-Security-Policy", kContentSecurityPolicy);
  reply.add_header("Referrer-Policy", "no-referrer");
  reply.add_header("Cross-Origin-Opener-Policy", "same-origin");
  reply.add_header("Cross-Origin-Embedder-Policy", "require-corp");
  reply.add_header("Cross-Origin-Resource-Policy", "same-origin");
}

Routes::Outcome Routes::answer(const Request& request, std::int64_t now_seconds) const {
  try {
    Outcome outcome = route(request, now_seconds);
    if (auto* reply = std::get_if<Reply>(&outcome)) add_security_headers(*reply);
    return outcome;
  } catch (const DatabaseError& error) {
    library_.catalog().note_failure(error);
    throw;
  }
}

Routes::Outcome Routes::route(const Request& request, std::int64_t now_seconds) const {
  if (request.authority && !names_.include(*request.authority)) {
    return not_our_name(request.authority->host);
  }
  const auto target = parse_request_target(request.target);
  const bool is_open = target && !target->is_folder && target->relative_path() == "api/health";
  if (gate_ == nullptr || is_open) return route_within(target, request, now_seconds);
  if (auto refused = gate_->refusal_of(request, now_seconds)) return std::move(*refused);
  Outcome outcome = route_within(target, request, now_seconds);
  if (auto* reply = std::get_if<Reply>(&outcome)) reply->user = gate_->user();
  return outcome;
}

Routes::Outcome Routes::route_within(const std::optional<RequestTarget>& target,
                                     const Request& request, std::int64_t now_seconds) const {
  if (request.method == Method::kOther) return not_allowed("GET, HEAD");
  if (!target) return error_reply(400, "bad_request", "The request target is not a valid path.");
  if (request.method == Method::kPost) return answer_post(*target, request);
  if (!target->segments.empty() && target->segments[0] == "api") {
    return answer_api(*target, request, now_seconds);
  }
  return web_.answer(*target, request, now_seconds);
}

Routes::Outcome Routes::answer_api(const RequestTarget& target, const Request& request,
                                   std::int64_t now_seconds) const {
  const auto& path = target.segments;
  if (target.is_folder) return no_such_resource();
  if (path.size() == 2 && path[1] == "health") {
    JsonWriter json;
    json.begin_object().field("status", "ok");
    json.number("tracks", library_.catalog().look().state().track_count).end_object();
    return json_reply(json.take());
  }
  if (path.size() == 2 && path[1] == "version") {
    JsonWriter json;
    json.begin_object().field("name", kServerName).field("version", kServerVersion).end_object();
    return json_reply(json.take());
  }
  if (path.size() == 2 && path[1] == "events") return events();
  if (path.size() == 5 && path[1] == "library" && path[2] == "tracks" && path[4] == "artwork") {
    return artwork(path[3], request, now_seconds);
  }
  if (path.size() >= 3 && path[1] == "library") {
    Reply reply = api_.answer(target, request);
    pack(reply, request.accept_encoding);
    return reply;
  }
  if (path.size() == 4 && path[1] == "player" && path[2] == "stream") {
    return stream(path[3], request, now_seconds);
  }
  return no_such_resource();
}

Routes::Outcome Routes::answer_post(const RequestTarget& target, const Request& request) const {
  if (target.is_folder || target.relative_path() != "api/library/scan")
    return not_allowed("GET, HEAD");
  if (!is_from_own_site(request)) {
    return error_reply(403, "foreign_site",
                       "This can only be asked for by this server's own page.");
  }
  library_.request_scan();
  Reply reply = api_.scan();
  reply.status = 202;
  return reply;
}

Reply Routes::events() const {
  auto listener = library_.events().listen();
  if (listener == nullptr) {
    Reply reply = error_reply(503, "too_many_listeners", "Too many pages listen already.");
    reply.add_header("Retry-After", "30");
    return reply;
  }
  Reply reply;
  reply.add_header("Content-Type", "text/event-stream");
  reply.add_header("Cache-Control", "no-store");
  reply.add_header("X-Accel-Buffering", "no");  // nginx would hold events back.
  reply.body = EventStream{std::move(listener)};
  reply.close_connection = true;
  return reply;
}

Routes::Outcome Routes::artwork(const std::string& id, const Request& request,
                                std::int64_t now_seconds) const {
  const auto track = api_.find_track(id);
  if (!track) return LibraryApi::no_such_track();
  auto file = library_.open(*track);
  if (!file) return file_gone(library_, *track);

  Validators validators = validators_of(file->facts);
  validators.etag.insert(validators.etag.size() - 1, "-art");  // Not the audio's own tag.
  const auto known = artworks_.known(id, file->facts);
  if (!known && !has_this_cover(request.conditions, validators, now_seconds)) {
    return ArtworkQuestion{id, std::move(*file), track->format};
  }
  if (known && !*known) return error_reply(404, "no_artwork", "This track has no picture.");
  const Precondition precondition = evaluate(request.conditions, validators, now_seconds);
  if (precondition == Precondition::kFailed) return another_version();
  Reply reply;
  reply.add_header("ETag", validators.etag);
  reply.add_header("Last-Modified", format_http_date(validators.modified_seconds));
  reply.add_header("Cache-Control", kAudioCaching);
  if (precondition == Precondition::kNotModified) {
    reply.status = 304;
    return reply;
  }
  const Artwork& cover = **known;  // Unknown covers are answered above or by 304.
  reply.add_header("Content-Type", cover.media_type);
  if (cover.unsynchronised) {
    reply.body = UnsynchronisedSlice{std::move(file->fd), cover.range, cover.size_bytes};
  } else {
    reply.body = FileSlice{std::move(file->fd), cover.range};
  }
  return reply;
}

Reply Routes::stream(const std::string& id, const Request& request,
                     std::int64_t now_seconds) const {
  const auto track = api_.find_track(id);
  if (!track) return LibraryApi::no_such_track();
  auto file = library_.open(*track);
  if (!file) return file_gone(library_, *track);
  FileReplyOptions options;
  options.media_type = engine::facts_of(track->format).media_type;
  options.cache_control = kAudioCaching;
  return file_reply(std::move(*file), request, options, now_seconds);
}

}  // namespace server
