// The facts and parcels that pass between demuxers, decoders and the session.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "engine/base/audio_view.h"
#include "engine/base/byte_range.h"
#include "engine/base/byte_store.h"
#include "engine/base/track_warnings.h"
#include "engine/base/vocabulary.h"

namespace engine {

inline constexpr int kSampleRateHzMin = 8000;
inline constexpr int kSampleRateHzMax = 384000;
/// Longest text kept of one tag; the rest is dropped.
inline constexpr std::size_t kTagBytesMax = 1024;

/// What the file says of itself; UTF-8, empty where it says nothing.
struct Tags {
  std::string title;
  std::string artist;
  std::string album;
  friend bool operator==(const Tags&, const Tags&) = default;
};

/// Facts known once the headers are parsed.
///
/// Frames are counted on the *gapless* timeline: frame 0 is the first one that a listener shall
/// hear. Coded frames before it (encoder delay, decoder delay) have negative numbers.
struct TrackInfo {
  Container container{};
  Codec codec{};
  int sample_rate_hz = 0;          // [kSampleRateHzMin, kSampleRateHzMax].
  int channels = 0;                // [1, kChannelCountMax].
  int bits_per_sample = 0;         // Of the coded signal; 0 for lossy codecs.
  FrameCount frame_count = 0;      // Exact, after trimming. >= 0.
  FrameCount leading_trim = 0;     // Coded frames before frame 0 (encoder + decoder delay).
  FrameCount trailing_trim = 0;    // Coded frames after the last one (padding).
  std::uint32_t channel_mask = 0;  // WAVE speaker bits; 0: the usual order of that channel count.
  int block_bytes = 0;             // PCM only: bytes of one frame over all channels.
  ByteRange audio_bytes;           // Where the packets lie in the source.
  std::vector<std::byte> codec_header;  // FLAC: the 34 bytes of STREAMINFO. Else empty.
  Tags tags;
  TrackWarnings warnings;  // Noticed while the headers were read.

  friend bool operator==(const TrackInfo&, const TrackInfo&) = default;
};

/// One unit that a decoder takes whole: a FLAC frame, an MP3 frame, a run of PCM.
struct EncodedPacket {
  FrameCount first_frame = 0;  // Gapless timeline; negative inside the leading trim.
  FrameCount frame_count = 0;
  std::span<const std::byte> bytes;  // Valid until the ByteStore changes.
  bool preroll = false;              // Only warms the decoder up: what it decodes to is dropped.
};

/// Work cannot go on until the driver has supplied all of `range`.
struct NeedBytes {
  ByteRange range;
  friend bool operator==(const NeedBytes&, const NeedBytes&) = default;
};

/// What a demuxer reads from: the bytes at hand and the size of the whole source.
struct Source {
  const ByteStore& bytes;
  std::uint64_t size_bytes = 0;
};

}  // namespace engine
