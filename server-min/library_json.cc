#include "server-min/library_json.h"

namespace server {
namespace {

void id_or_null(JsonWriter& json, std::string_view name, std::optional<PublicId> id) {
  json.field_or_null(name, id ? std::optional(format_id(*id)) : std::nullopt);
}

}  // namespace

void write_track(JsonWriter& json, const Track& track, bool away) {
  const TrackTags& tags = track.tags;
  const std::string id = format_id(track.id);
  json.begin_object();
  json.field("id", id);
  json.field("title", track.title);
  json.field_or_null("artist", tags.artist());
  json.field("artists", tags.artists);
  json.field_or_null("album", tags.album);
  json.field_or_null("album_artist", tags.album_artist());
  json.number_or_null("track_number", tags.track_number);
  json.number_or_null("disc_number", tags.disc_number);
  json.seconds_or_null("duration_s", tags.duration_ms);
  json.number("size_bytes", track.facts.size_bytes);
  json.field("format", engine::name_of(track.format));
  json.number_or_null("sample_rate_hz", tags.sample_rate_hz);
  json.number_or_null("channels", tags.channels);
  json.number_or_null("bitrate_kbps", tags.bitrate_kbps);
  json.boolean("has_artwork", tags.has_artwork);
  json.field("stream_url", "/api/player/stream/" + id);
  json.field("album_artists", tags.album_artists);
  id_or_null(json, "album_id", track.album_id);
  json.field("genres", tags.genres);
  json.number_or_null("year", tags.year);
  json.number("added_s", static_cast<std::uint64_t>(track.added_s));
  json.boolean("away", away);
  json.end_object();
}

void write_grouping_fields(JsonWriter& json, GroupingKind kind, const Grouping& grouping) {
  json.field("id", format_id(grouping.id));
  json.field("name", grouping.name);
  if (kind == GroupingKind::kAlbum) {
    json.field_or_null("artist", grouping.artist);
    json.number_or_null("year", grouping.year);
    json.seconds_or_null("duration_s", grouping.duration_ms);
    id_or_null(json, "artwork_track_id", grouping.artwork_track);
  }
  json.number("track_count", grouping.track_count);
}

void write_report(JsonWriter& json, const ScanReport& report) {
  json.begin_object();
  json.field("state", report.scanning ? "scanning" : report.elsewhere ? "elsewhere" : "idle");
  json.boolean("complete", report.scanned_s > 0);
  json.boolean("away", report.folder_away);
  json.field_or_null("problem",
                     report.problem.empty() ? std::nullopt : std::optional(report.problem));
  json.number("tracks", report.track_count);
  json.number("folders_seen", report.folders_seen);
  json.number("files_seen", report.files_seen);
  json.number("files_read", report.files_read);
  json.begin_object("skipped");
  for (int i = 0; i < kSkipReasonCount; ++i) {
    json.number(name_of(static_cast<SkipReason>(i)), report.skipped[static_cast<std::size_t>(i)]);
  }
  json.end_object();
  json.seconds_or_null("duration_s", static_cast<std::uint64_t>(report.duration_ms));
  json.number("scanned_s", static_cast<std::uint64_t>(report.scanned_s));
  json.end_object();
}

}  // namespace server
