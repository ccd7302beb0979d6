// The JSON face of a track. Fields: see ARCHITECTURE.md, "Server".
#pragma once

#include "server-min/catalog.h"
#include "server-min/json.h"

namespace server {

/// Writes one track as an object into an array or as the whole text. Everything but id, title,
/// size, format, has_artwork and stream_url may be null.
void write_track(JsonWriter& json, const Track& track);

}  // namespace server
