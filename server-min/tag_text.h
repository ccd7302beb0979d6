// Some tags as one text each, as the catalog keeps what no list shows.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "server-min/track_tags.h"

namespace server {

/// Nothing when nothing is known.
std::optional<std::string> text_of(const ReplayGain& gain);
std::optional<std::string> text_of(const MusicBrainzIds& ids);
/// And back.
ReplayGain replaygain_from(std::string_view text);
MusicBrainzIds musicbrainz_from(std::string_view text);

}  // namespace server
