// Audio files written byte by byte, with the tags a test wants.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace server {

using TagList = std::vector<std::pair<std::string, std::string>>;

/// 16-bit stereo silence at 44.1 kHz. `info` are RIFF INFO entries such as {"INAM", "Title"};
/// `chunks` are further ones, complete, behind the data.
std::string make_wav(double duration_s, const TagList& info = {}, const std::string& chunks = {});

/// One chunk of a RIFF file, padded to an even size.
std::string riff_chunk(std::string_view id, std::string body);

/// STREAMINFO that promises `duration_s` of 16-bit stereo at 48 kHz, a Vorbis comment of `comments`
/// such as {"TITLE", "..."}, and a front cover when `picture` is not empty; no audio frames.
std::string make_flac(double duration_s, const TagList& comments = {},
                      std::string_view picture = {}, std::string_view picture_type = "image/png");

/// Silent 128 kbit/s frames at 44.1 kHz behind an ID3v2.4 tag of UTF-8 text `frames` such as
/// {"TIT2", "Title"}, with a front cover when `picture` is not empty.
std::string make_mp3(int frame_count, const TagList& frames = {}, std::string_view picture = {});

/// One frame of an ID3v2 tag of version 2.`version`; its size is written as that version does.
std::string make_id3_frame(int version, std::string_view id, const std::string& body,
                           unsigned flags = 0);

/// The body of a picture frame (APIC) without description. `picture_type` 3 is the front cover.
std::string make_apic(std::string_view picture, int picture_type = 3);

/// A tag of version 2.`version` around `content`: frames, extension, padding.
std::string make_id3_tag(int version, unsigned flags, const std::string& content);

/// The bytes as ID3v2's unsynchronisation writes them: a zero behind each FF before 00, or E0 and
/// more, or the end.
std::string unsynchronise(std::string_view bytes);

/// The smallest thing that begins like a PNG image.
std::string make_png();

}  // namespace server
