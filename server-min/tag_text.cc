#include "server-min/tag_text.h"

#include <charconv>
#include <vector>

#include "server-min/catalog_schema.h"
#include "server-min/text.h"

namespace server {
namespace {

constexpr std::size_t kGainFieldCount = 4;
constexpr std::size_t kIdFieldCount = 5;

std::optional<std::int32_t> number_from(std::string_view text) {
  std::int32_t number = 0;
  const auto result = std::from_chars(text.data(), text.data() + text.size(), number);
  if (text.empty() || result.ec != std::errc()) return std::nullopt;
  return number;
}

std::optional<std::string> id_from(std::string_view text) {
  return text.empty() ? std::nullopt : std::optional<std::string>(text);
}

}  // namespace

std::optional<std::string> text_of(const ReplayGain& gain) {
  if (gain == ReplayGain{}) return std::nullopt;
  std::string text;
  for (const auto& number :
       {gain.track_gain_mdb, gain.album_gain_mdb, gain.track_peak_ppm, gain.album_peak_ppm}) {
    if (number) text += std::to_string(*number);
    text += kNameSeparator;
  }
  return text;
}

std::optional<std::string> text_of(const MusicBrainzIds& ids) {
  if (ids == MusicBrainzIds{}) return std::nullopt;
  std::string text;
  for (const auto* id :
       {&ids.recording, &ids.release, &ids.release_group, &ids.artist, &ids.album_artist}) {
    text += id->value_or("") + kNameSeparator;
  }
  return text;
}

ReplayGain replaygain_from(std::string_view text) {
  const auto fields = split(text, kNameSeparator);
  if (fields.size() < kGainFieldCount) return {};
  return {number_from(fields[0]), number_from(fields[1]), number_from(fields[2]),
          number_from(fields[3])};
}

MusicBrainzIds musicbrainz_from(std::string_view text) {
  const auto fields = split(text, kNameSeparator);
  if (fields.size() < kIdFieldCount) return {};
  return {id_from(fields[0]), id_from(fields[1]), id_from(fields[2]), id_from(fields[3]),
          id_from(fields[4])};
}

}  // namespace server
