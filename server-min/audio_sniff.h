// audio_sniff: a quick look at whether a file begins like audio of its format.
//
// TagLib searches a file without any frame from end to end, byte by byte: 23 MB/s measured, so one
// large foreign file called .mp3 would hold up the scan of a library for minutes. This look reads a
// few hundred kilobytes at most.
#pragma once

namespace server {

struct AudioSniff {
  bool has_id3v2 = false;  ///< The file begins with an ID3v2 tag.
  bool has_audio = false;  ///< What follows (the tag) is the beginning of a stream.
};

/// Two MPEG layer III frame headers in a row, or one that ends the file, within the first 256 KiB
/// after the tag (ISO 11172-3 section 2.4.1.3, ISO 13818-3 section 2.4.2.3).
AudioSniff sniff_mp3(int fd);

/// "fLaC" right after the tag (RFC 9639 section 6).
AudioSniff sniff_flac(int fd);

}  // namespace server
