#include "server-min/track_tags.h"

#include <array>
#include <attachedpictureframe.h>
#include <exception>
#include <fcntl.h>
#include <flacfile.h>
#include <flacpicture.h>
#include <id3v2framefactory.h>
#include <id3v2tag.h>
#include <memory>
#include <mpegfile.h>
#include <tfilestream.h>
#include <tpropertymap.h>
#include <utility>
#include <vector>
#include <wavfile.h>

#include "server-min/audio_sniff.h"
#include "server-min/text.h"
#include "server-min/unique_fd.h"

namespace server {
namespace {

struct Picture {
  bool front_cover = false;
  TagLib::ByteVector bytes;
};

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

void take_pictures(const TagLib::ID3v2::Tag* tag, std::vector<Picture>& pictures) {
  if (tag == nullptr) return;
  for (const auto* frame : tag->frameList("APIC")) {
    const auto* picture = dynamic_cast<const TagLib::ID3v2::AttachedPictureFrame*>(frame);
    if (picture == nullptr) continue;
    const bool front = picture->type() == TagLib::ID3v2::AttachedPictureFrame::FrontCover;
    pictures.push_back({front, picture->picture()});
  }
}

// One open audio file of any format, with its pictures. TagLib has no common face for pictures.
struct ParsedFile {
  std::unique_ptr<TagLib::FileStream> stream;  // Outlives `file`, which reads from it.
  std::unique_ptr<TagLib::File> file;
  std::vector<Picture> pictures;
};

ParsedFile parse_flac(std::unique_ptr<TagLib::FileStream> stream) {
  auto file =
      std::make_unique<TagLib::FLAC::File>(stream.get(), TagLib::ID3v2::FrameFactory::instance());
  std::vector<Picture> pictures;
  for (const TagLib::FLAC::Picture* picture : file->pictureList()) {
    const bool front = picture->type() == TagLib::FLAC::Picture::FrontCover;
    pictures.push_back({front, picture->data()});
  }
  return {std::move(stream), std::move(file), std::move(pictures)};
}

// Without frames only the tag at the start is read: TagLib would search the whole file for them.
ParsedFile parse_mp3(std::unique_ptr<TagLib::FileStream> stream, bool has_audio) {
  auto file = std::make_unique<TagLib::MPEG::File>(
      stream.get(), TagLib::ID3v2::FrameFactory::instance(), /*readProperties=*/has_audio);
  std::vector<Picture> pictures;
  if (file->hasID3v2Tag()) take_pictures(file->ID3v2Tag(), pictures);
  return {std::move(stream), std::move(file), std::move(pictures)};
}

ParsedFile parse_wav(std::unique_ptr<TagLib::FileStream> stream) {
  auto file = std::make_unique<TagLib::RIFF::WAV::File>(stream.get());
  std::vector<Picture> pictures;
  if (file->hasID3v2Tag()) take_pictures(file->ID3v2Tag(), pictures);
  return {std::move(stream), std::move(file), std::move(pictures)};
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

std::string_view image_media_type(std::string_view bytes) {
  struct Signature {
    std::string_view start;
    std::string_view media_type;
  };
  constexpr std::array<Signature, 5> kSignatures = {{{"\xFF\xD8\xFF", "image/jpeg"},
                                                     {"\x89PNG\r\n\x1A\n", "image/png"},
                                                     {"GIF87a", "image/gif"},
                                                     {"GIF89a", "image/gif"},
                                                     {"BM", "image/bmp"}}};
  for (const Signature& signature : kSignatures) {
    if (bytes.starts_with(signature.start)) return signature.media_type;
  }
  const bool webp = bytes.starts_with("RIFF") && bytes.size() >= 12 && bytes.substr(8, 4) == "WEBP";
  return webp ? "image/webp" : "";
}

std::string_view view_of(const TagLib::ByteVector& bytes) {
  return {bytes.data(), bytes.size()};
}

const Picture* choose_picture(const std::vector<Picture>& pictures) {
  const Picture* first = nullptr;
  for (const Picture& picture : pictures) {
    if (image_media_type(view_of(picture.bytes)).empty()) continue;
    if (picture.front_cover) return &picture;
    if (first == nullptr) first = &picture;
  }
  return first;
}

void take_tags(const TagLib::File& file, TrackTags& tags) {
  const TagLib::PropertyMap properties = file.properties();
  tags.title = first_value(properties, "TITLE");
  tags.artist = first_value(properties, "ARTIST");
  tags.album = first_value(properties, "ALBUM");
  tags.album_artist = first_value(properties, "ALBUMARTIST");
  tags.track_number = leading_number(first_value(properties, "TRACKNUMBER"));
  tags.disc_number = leading_number(first_value(properties, "DISCNUMBER"));
}

void take_properties(const TagLib::File& file, TrackTags& tags) {
  const TagLib::AudioProperties* properties = file.audioProperties();
  if (properties == nullptr) return;
  tags.sample_rate_hz = positive(properties->sampleRate());
  tags.channels = positive(properties->channels());
  tags.bitrate_kbps = positive(properties->bitrate());
  if (properties->lengthInMilliseconds() > 0 && tags.sample_rate_hz) {
    tags.duration_ms = static_cast<std::uint64_t>(properties->lengthInMilliseconds());
  }
}

}  // namespace

std::optional<AudioFormat> format_of_name(std::string_view file_name) {
  const std::string extension = extension_of(file_name);
  if (extension == "wav") return AudioFormat::kWav;
  if (extension == "flac") return AudioFormat::kFlac;
  if (extension == "mp3") return AudioFormat::kMp3;
  return std::nullopt;
}

std::string_view format_name(AudioFormat format) {
  switch (format) {
    case AudioFormat::kWav:
      return "wav";
    case AudioFormat::kFlac:
      return "flac";
    case AudioFormat::kMp3:
      return "mp3";
  }
  return "";
}

std::string_view format_media_type(AudioFormat format) {
  switch (format) {
    case AudioFormat::kWav:
      return "audio/wav";
    case AudioFormat::kFlac:
      return "audio/flac";
    case AudioFormat::kMp3:
      return "audio/mpeg";
  }
  return "";
}

TrackTags read_track_tags(int fd, AudioFormat format) {
  TrackTags tags;
  try {
    const auto parsed = parse(fd, format);
    if (!parsed || !parsed->file->isValid()) return tags;
    take_properties(*parsed->file, tags);
    take_tags(*parsed->file, tags);
    tags.has_artwork = choose_picture(parsed->pictures) != nullptr;
  } catch (const std::exception&) {
    // Hostile sizes end in bad_alloc or length_error: what was read so far is what is known.
  }
  return tags;
}

std::optional<Artwork> read_artwork(int fd, AudioFormat format) {
  try {
    const auto parsed = parse(fd, format);
    if (!parsed || !parsed->file->isValid()) return std::nullopt;
    const Picture* picture = choose_picture(parsed->pictures);
    if (picture == nullptr) return std::nullopt;
    const std::string_view bytes = view_of(picture->bytes);
    return Artwork{std::string(image_media_type(bytes)), std::string(bytes)};
  } catch (const std::exception&) {
    return std::nullopt;
  }
}

}  // namespace server
