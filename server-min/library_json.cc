#include "server-min/library_json.h"

namespace server {
namespace {

void id_or_null(JsonWriter& json, std::string_view name, std::optional<PublicId> id) {
  json.field_or_null(name, id ? std::optional(format_id(*id)) : std::nullopt);
}

void write_fields(JsonWriter& json, const Track& track, bool away) {
  const TrackTags& tags = track.tags;
  const std::string id = format_id(track.id);
  json.field("id", id);
  json.field("title", track.title);
  json.field("path", track.relative_path);
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
}

}  // namespace

void write_track(JsonWriter& json, const Track& track, bool away) {
  json.begin_object();
  write_fields(json, track, away);
  json.end_object();
}

void write_whole_track(JsonWriter& json, const Track& track, bool away) {
  const TrackTags& tags = track.tags;
  json.begin_object();
  write_fields(json, track, away);
  json.boolean("compilation", tags.is_compilation);
  json.boolean("has_lyrics", tags.has_lyrics);
  json.begin_object("replaygain");
  json.decimal_or_null("track_gain_db", tags.replaygain.track_gain_mdb, 3);
  json.decimal_or_null("track_peak", tags.replaygain.track_peak_ppm, 6);
  json.decimal_or_null("album_gain_db", tags.replaygain.album_gain_mdb, 3);
  json.decimal_or_null("album_peak", tags.replaygain.album_peak_ppm, 6);
  json.end_object();
  json.begin_object("musicbrainz");
  json.field_or_null("recording", tags.musicbrainz.recording);
  json.field_or_null("release", tags.musicbrainz.release);
  json.field_or_null("release_group", tags.musicbrainz.release_group);
  json.field_or_null("artist", tags.musicbrainz.artist);
  json.field_or_null("album_artist", tags.musicbrainz.album_artist);
  json.end_object();
  json.end_object();
}

void write_folder_fields(JsonWriter& json, const Folder& folder) {
  json.field_or_null("id", folder.key == 0 ? std::nullopt : std::optional(format_id(folder.id)));
  json.field("name", folder.name());
  id_or_null(json, "parent_id", folder.parent);
  json.number("track_count", folder.below_count);
  json.number("own_track_count", folder.track_count);
  json.number("folder_count", folder.folder_count);
}

void write_playlist_fields(JsonWriter& json, const PlaylistFile& file) {
  const std::string_view name = name_of_path(file.path);
  json.field("id", format_id(playlist_id(file.path)));
  json.field("name", name.substr(0, name.rfind('.')));
  json.field("path", file.path);
}

void write_folders(JsonWriter& json, std::string_view name, const std::vector<Folder>& folders) {
  json.begin_array(name);
  for (const Folder& folder : folders) {
    json.begin_object();
    write_folder_fields(json, folder);
    json.end_object();
  }
  json.end_array();
}

void write_grouping_fields(JsonWriter& json, GroupingKind kind, const Grouping& grouping) {
  json.field("id", format_id(grouping.id));
  json.field("name", grouping.name);
  if (kind == GroupingKind::kAlbum) {
    json.field_or_null("artist", grouping.artist);
    json.number_or_null("year", grouping.year);
    json.seconds_or_null("duration_s", grouping.duration_ms);
    id_or_null(json, "artwork_track_id", grouping.artwork_track);
    json.number("added_s", static_cast<std::uint64_t>(grouping.added_s));
    json.boolean("compilation", grouping.is_compilation);
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
  json.field_or_null("unwatched",
                     report.unwatched.empty() ? std::nullopt : std::optional(report.unwatched));
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
