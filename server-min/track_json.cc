#include "server-min/track_json.h"

namespace server {

void write_track(JsonWriter& json, const Track& track) {
  const TrackTags& tags = track.tags;
  json.begin_object();
  json.field("id", track.id);
  json.field("title", track.title);
  json.field_or_null("artist", tags.artist);
  json.field("artists", tags.artists);
  json.field_or_null("album", tags.album);
  json.field_or_null("album_artist", tags.album_artist);
  json.number_or_null("track_number", tags.track_number);
  json.number_or_null("disc_number", tags.disc_number);
  json.seconds_or_null("duration_s", tags.duration_ms);
  json.number("size_bytes", track.facts.size_bytes);
  json.field("format", engine::name_of(track.format));
  json.number_or_null("sample_rate_hz", tags.sample_rate_hz);
  json.number_or_null("channels", tags.channels);
  json.number_or_null("bitrate_kbps", tags.bitrate_kbps);
  json.boolean("has_artwork", tags.has_artwork);
  json.field("stream_url", "/api/player/stream/" + track.id);
  json.end_object();
}

}  // namespace server
