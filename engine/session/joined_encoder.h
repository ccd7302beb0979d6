// JoinedEncoder: the frames of one track after another as one seekable WebM file, from one encoder
// that runs through: what a listener hears at a join is what was encoded, to the frame.
//
// The file has the form of FileRenderer's: leading packets, here of silence, that only warm a
// decoder up; clusters' first packets that do not predict. The packets are not those of the chunks.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "engine/base/audio_buffer.h"
#include "engine/encode/opus_encoder.h"
#include "engine/mux/webm_muxer.h"

namespace engine {

class JoinedEncoder {
 public:
  /// `frame_count`: all that is promised, at 48 kHz; >= 1.
  JoinedEncoder(int bitrate_bps, FrameCount frame_count);

  /// Takes 2 x n frames; not more than was promised in all. Answers bytes to append to the file.
  std::vector<std::byte> append(const AudioView& frames);

  /// The rest of the file; at least one frame was appended. Then only patches() is of use.
  std::vector<std::byte> finish();
  std::vector<WebmFileWriter::Patch> patches() const { return writer_.patches(); }

  FrameCount frame_count() const { return frame_count_; }

 private:
  void encode_whole_packets(std::vector<std::byte>& out);

  OpusPacketEncoder encoder_;
  WebmFileWriter writer_;
  std::vector<std::byte> head_;
  AudioBuffer waiting_;  // Fed, less than a packet between calls.
  FrameCount promised_ = 0;
  FrameCount frame_count_ = 0;
  std::int64_t next_packet_ = 0;
};

}  // namespace engine
