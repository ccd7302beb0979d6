// Audio files written byte by byte, with the tags a test wants.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace server {

using TagList = std::vector<std::pair<std::string, std::string>>;

/// 16-bit stereo silence at 44.1 kHz. `info` are RIFF INFO entries such as {"INAM", "Title"}.
std::string make_wav(double duration_s, const TagList& info = {});

/// STREAMINFO that promises `duration_s` of 16-bit stereo at 48 kHz, a Vorbis comment of `comments`
/// such as {"TITLE", "..."}, and a front cover when `picture` is not empty; no audio frames.
std::string make_flac(double duration_s, const TagList& comments = {},
                      std::string_view picture = {}, std::string_view picture_type = "image/png");

/// Silent 128 kbit/s frames at 44.1 kHz behind an ID3v2.4 tag of UTF-8 text `frames` such as
/// {"TIT2", "Title"}, with a front cover when `picture` is not empty.
std::string make_mp3(int frame_count, const TagList& frames = {}, std::string_view picture = {});

/// The smallest thing that begins like a PNG image.
std::string make_png();

}  // namespace server
