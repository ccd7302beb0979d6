#include "server-min/track_tags.h"

#include <cmath>
#include <exception>
#include <fcntl.h>
#include <flacfile.h>
#include <id3v2framefactory.h>
#include <locale>
#include <memory>
#include <mpegfile.h>
#include <mpegheader.h>
#include <mpegproperties.h>
#include <sstream>
#include <tfilestream.h>
#include <tpropertymap.h>
#include <utility>
#include <vector>
#include <wavfile.h>

#include "server-min/artwork.h"
#include "server-min/audio_sniff.h"
#include "server-min/text.h"
#include "server-min/unique_fd.h"

namespace server {
namespace {

std::optional<std::string> to_text(const TagLib::String& value) {
  std::string text = repair_utf8(value.stripWhiteSpace().to8Bit(true));
  // Some writers pad fields with NUL bytes; no reader wants to see them.
  while (!text.empty() && text.back() == '\0') text.pop_back();
  if (text.empty()) return std::nullopt;
  return text;
}

std::optional<std::string> first_value(const TagLib::PropertyMap& properties, const char* key) {
  const auto found = properties.find(key);
  if (found == properties.end() || found->second.isEmpty()) return std::nullopt;
  return to_text(found->second.front());
}

std::vector<std::string> all_values(const TagLib::PropertyMap& properties, const char* key) {
  std::vector<std::string> values;
  const auto found = properties.find(key);
  if (found == properties.end()) return values;
  for (const TagLib::String& value : found->second) {
    if (values.size() == kNameCountMax) break;
    if (auto text = to_text(value)) values.push_back(std::move(*text));
  }
  return values;
}

// "3", "03" and "3/12" all say 3. Zero and nonsense say nothing.
std::optional<std::uint32_t> leading_number(const std::optional<std::string>& text) {
  constexpr std::uint64_t kNumberMax = 99'999;
  if (!text) return std::nullopt;
  const auto number = parse_whole_number(trim(split(*text, '/').front()));
  if (!number || *number == 0 || *number > kNumberMax) return std::nullopt;
  return static_cast<std::uint32_t>(*number);
}

std::optional<std::uint32_t> positive(int value) {
  if (value <= 0) return std::nullopt;
  return static_cast<std::uint32_t>(value);
}

// One open audio file of any format.
struct ParsedFile {
  std::unique_ptr<TagLib::FileStream> stream;  // Outlives `file`, which reads from it.
  std::unique_ptr<TagLib::File> file;
};

ParsedFile parse_flac(std::unique_ptr<TagLib::FileStream> stream) {
  auto file =
      std::make_unique<TagLib::FLAC::File>(stream.get(), TagLib::ID3v2::FrameFactory::instance());
  return {std::move(stream), std::move(file)};
}

// Without frames only the tag at the start is read: TagLib would search the whole file for them.
ParsedFile parse_mp3(std::unique_ptr<TagLib::FileStream> stream, bool has_audio) {
  auto file = std::make_unique<TagLib::MPEG::File>(
      stream.get(), TagLib::ID3v2::FrameFactory::instance(), /*readProperties=*/has_audio);
  return {std::move(stream), std::move(file)};
}

ParsedFile parse_wav(std::unique_ptr<TagLib::FileStream> stream) {
  auto file = std::make_unique<TagLib::RIFF::WAV::File>(stream.get());
  return {std::move(stream), std::move(file)};
}

// TagLib's stream closes its descriptor, so it gets one of its own. A copy made by dup() would
// share the read position with other readers of `fd`; a second open file does not.
std::unique_ptr<TagLib::FileStream> open_stream(int fd) {
  const std::string self = "/proc/self/fd/" + std::to_string(fd);
  UniqueFd own(::open(self.c_str(), O_RDONLY | O_CLOEXEC));
  if (!own.valid()) own = UniqueFd(::fcntl(fd, F_DUPFD_CLOEXEC, 0));
  if (!own.valid()) return nullptr;
  auto stream = std::make_unique<TagLib::FileStream>(own.get(), true);
  if (!stream->isOpen()) return nullptr;
  own.release();
  return stream;
}

std::optional<ParsedFile> parse(int fd, AudioFormat format) {
  const AudioSniff sniff = format == AudioFormat::kMp3    ? sniff_mp3(fd)
                           : format == AudioFormat::kFlac ? sniff_flac(fd)
                                                          : AudioSniff{false, true};
  const bool tag_alone_counts = format == AudioFormat::kMp3 && sniff.has_id3v2;
  if (!sniff.has_audio && !tag_alone_counts) return std::nullopt;
  auto stream = open_stream(fd);
  if (stream == nullptr) return std::nullopt;
  switch (format) {
    case AudioFormat::kWav:
      return parse_wav(std::move(stream));
    case AudioFormat::kFlac:
      return parse_flac(std::move(stream));
    case AudioFormat::kMp3:
      return parse_mp3(std::move(stream), sniff.has_audio);
  }
  return std::nullopt;
}

// "2001-03-04" and "2001" say 2001.
std::optional<std::uint32_t> year_of(const std::optional<std::string>& date) {
  if (!date) return std::nullopt;
  const auto year = parse_whole_number(date->substr(0, 4));
  if (!year || *year < 1000) return std::nullopt;
  return static_cast<std::uint32_t>(*year);
}

// "-6.48 dB" and "0.988" in `unit_count` parts of one. Nothing for what is no decimal number.
std::optional<std::int32_t> decimal(const std::optional<std::string>& text, double unit_count,
                                    double value_max) {
  if (!text) return std::nullopt;
  double value = 0.0;
  const std::size_t begin = text->starts_with('+') ? 1 : 0;
  std::istringstream words(text->substr(begin));
  words.imbue(std::locale::classic());
  if (!(words >> value) || !std::isfinite(value) || std::abs(value) > value_max) {
    return std::nullopt;
  }
  return static_cast<std::int32_t>(std::lround(value * unit_count));
}

ReplayGain replaygain_of(const TagLib::PropertyMap& properties) {
  constexpr double kGainMaxDb = 120.0;
  constexpr double kPeakMax = 1000.0;
  const auto gain = [&](const char* key) {
    return decimal(first_value(properties, key), 1e3, kGainMaxDb);
  };
  const auto peak = [&](const char* key) {
    return decimal(first_value(properties, key), 1e6, kPeakMax);
  };
  return {gain("REPLAYGAIN_TRACK_GAIN"), gain("REPLAYGAIN_ALBUM_GAIN"),
          peak("REPLAYGAIN_TRACK_PEAK"), peak("REPLAYGAIN_ALBUM_PEAK")};
}

std::optional<std::string> uuid_of(const std::optional<std::string>& text) {
  if (!text) return std::nullopt;
  std::string uuid = ascii_lower(*text).substr(0, 36);  // Some write several into one value.
  if (uuid.size() != 36) return std::nullopt;
  for (std::size_t i = 0; i < uuid.size(); ++i) {
    const bool is_dash = i == 8 || i == 13 || i == 18 || i == 23;
    const bool is_hex = (uuid[i] >= '0' && uuid[i] <= '9') || (uuid[i] >= 'a' && uuid[i] <= 'f');
    if (is_dash ? uuid[i] != '-' : !is_hex) return std::nullopt;
  }
  return uuid;
}

MusicBrainzIds musicbrainz_of(const TagLib::PropertyMap& properties) {
  const auto id = [&](const char* key) { return uuid_of(first_value(properties, key)); };
  return {id("MUSICBRAINZ_TRACKID"), id("MUSICBRAINZ_ALBUMID"), id("MUSICBRAINZ_RELEASEGROUPID"),
          id("MUSICBRAINZ_ARTISTID"), id("MUSICBRAINZ_ALBUMARTISTID")};
}

// Lines of time stamps first: they say more.
std::optional<std::string> lyrics_of(const TagLib::PropertyMap& properties) {
  for (const char* key : {"SYNCEDLYRICS", "LYRICS", "UNSYNCEDLYRICS"}) {
    if (auto text = first_value(properties, key)) return text;
  }
  return std::nullopt;
}

void take_tags(const TagLib::File& file, TrackTags& tags) {
  const TagLib::PropertyMap properties = file.properties();
  tags.title = first_value(properties, "TITLE");
  tags.artists = all_values(properties, "ARTIST");
  tags.album = first_value(properties, "ALBUM");
  tags.album_artists = all_values(properties, "ALBUMARTIST");
  tags.genres = all_values(properties, "GENRE");
  tags.year = year_of(first_value(properties, "DATE"));
  tags.track_number = leading_number(first_value(properties, "TRACKNUMBER"));
  tags.disc_number = leading_number(first_value(properties, "DISCNUMBER"));
  tags.is_compilation = first_value(properties, "COMPILATION") == "1";
  tags.has_lyrics = lyrics_of(properties).has_value();
  tags.replaygain = replaygain_of(properties);
  tags.musicbrainz = musicbrainz_of(properties);
}

// The properties of an MP3 are those of its first tag; TagLib's union of all of them tells what
// that one lacks.
void take_missing(const TagLib::Tag& all, TrackTags& tags) {
  const auto take_name = [](std::vector<std::string>& names, const TagLib::String& value) {
    if (!names.empty()) return;
    if (auto name = to_text(value)) names.push_back(std::move(*name));
  };
  if (!tags.title) tags.title = to_text(all.title());
  take_name(tags.artists, all.artist());
  if (!tags.album) tags.album = to_text(all.album());
  take_name(tags.genres, all.genre());
  if (!tags.year) tags.year = year_of(std::to_string(all.year()));
  if (!tags.track_number) tags.track_number = leading_number(std::to_string(all.track()));
}

// TagLib takes a file without a header that tells its length for one of constant bit rate. A look
// at its first five seconds shows whether it is.
bool length_is_known(TagLib::MPEG::File& file) {
  constexpr int kFramesMax = 200;
  const TagLib::MPEG::Properties* properties = file.audioProperties();
  if (properties == nullptr || properties->xingHeader() != nullptr) return true;
  long offset = file.firstFrameOffset();
  for (int i = 0; i < kFramesMax && offset >= 0; ++i) {
    const TagLib::MPEG::Header header(&file, offset, /*checkLength=*/false);
    if (!header.isValid() || header.frameLength() <= 0) return true;
    if (header.bitrate() != properties->bitrate()) return false;
    offset += header.frameLength();
  }
  return true;
}

void take_properties(TagLib::File& file, TrackTags& tags) {
  const TagLib::AudioProperties* properties = file.audioProperties();
  if (properties == nullptr) return;
  tags.sample_rate_hz = positive(properties->sampleRate());
  tags.channels = positive(properties->channels());
  tags.bitrate_kbps = positive(properties->bitrate());
  auto* mp3 = dynamic_cast<TagLib::MPEG::File*>(&file);
  if (mp3 != nullptr && !length_is_known(*mp3)) {
    tags.bitrate_kbps.reset();  // That of the first frame alone.
    return;
  }
  if (properties->lengthInMilliseconds() > 0 && tags.sample_rate_hz) {
    tags.duration_ms = static_cast<std::uint64_t>(properties->lengthInMilliseconds());
  }
}

}  // namespace

std::optional<AudioFormat> format_of_name(std::string_view file_name) {
  const std::string extension = extension_of(file_name);
  for (int i = 0; i < engine::kContainerCount; ++i) {
    const auto format = static_cast<AudioFormat>(i);
    for (const std::string_view known : split(engine::facts_of(format).extensions, ' ')) {
      if (known == extension) return format;
    }
  }
  return std::nullopt;
}

TrackTags read_track_tags(int fd, AudioFormat format) {
  TrackTags tags;
  try {
    tags.has_artwork = locate_artwork(fd, format).has_value();
    const auto parsed = parse(fd, format);
    if (!parsed || !parsed->file->isValid()) return tags;
    take_properties(*parsed->file, tags);
    take_tags(*parsed->file, tags);
    if (format == AudioFormat::kMp3) take_missing(*parsed->file->tag(), tags);
  } catch (const std::exception&) {
    // No memory, or hostile sizes, which end in bad_alloc or length_error: what was read so far is
    // what is known.
  }
  return tags;
}

std::optional<std::string> read_lyrics(int fd, AudioFormat format) {
  try {
    const auto parsed = parse(fd, format);
    if (!parsed || !parsed->file->isValid()) return std::nullopt;
    auto text = lyrics_of(parsed->file->properties());
    if (!text || text->size() > kLyricsSizeMax) return std::nullopt;
    return text;
  } catch (const std::exception&) {
    return std::nullopt;  // As above.
  }
}

}  // namespace server
