#include "server-min/skipped.h"

#include <algorithm>
#include <array>

#include "server-min/text.h"

namespace server {
namespace {

struct ReasonText {
  std::string_view name;
  std::string_view words;
};

// In the order of SkipReason.
constexpr std::array<ReasonText, kSkipReasonCount> kReasons = {{
    {"unsupported_format", "This format is not played (yet): WAV, FLAC and MP3 are."},
    {"unreadable_file", "The server may not read this file, or the disk cannot."},
    {"unreadable_folder", "The server may not list this folder, or the disk cannot."},
    {"linked_folder", "The link leads to a folder that is listed where it lies."},
    {"link_leads_nowhere", "The link leads out of the music folders, or to nothing."},
    {"too_deep", "The folder lies too deep."},
    {"too_many", "There are more files than the catalogue takes."},
    {"seen_twice", "This folder is one that is listed elsewhere already, or that it lies in."},
}};

constexpr std::string_view kForeignAudio =
    "aac ac3 adts aif aiff aifc alac amr ape au caf dff dsf dts it m4a m4b mka mod mp1 mp2 mp4 mpa "
    "mpc mpp mpga oga ogg ogx opus ra ram s3m shn snd spx tak tta voc w64 weba webm wma wv xm";

const ReasonText& text_of(SkipReason reason) {
  return kReasons[static_cast<std::size_t>(reason)];
}

}  // namespace

std::string_view name_of(SkipReason reason) {
  return text_of(reason).name;
}

std::string_view words_for(SkipReason reason) {
  return text_of(reason).words;
}

bool is_foreign_audio_name(std::string_view file_name) {
  const std::string extension = extension_of(file_name);
  const auto known = split(kForeignAudio, ' ');
  return std::find(known.begin(), known.end(), extension) != known.end();
}

}  // namespace server
