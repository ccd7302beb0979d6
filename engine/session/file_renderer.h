// FileRenderer: a Session whose chunks, one after another, become one seekable WebM file.
//
// The packets are those of the chunks, bit for bit. In front of them stand a few packets that only
// warm a decoder up: their length is the file's pre-skip, so the first frame heard is right.
#pragma once

#include <cstdint>
#include <optional>
#include <variant>
#include <vector>

#include "engine/session/session.h"

namespace engine {

/// Packets in front of a file's first frame that only warm a decoder up. 80 ms: what RFC 7845
/// section 4.6 asks a decoder to run before its output counts.
inline constexpr int kFileLeadPackets = 4;

struct FileRendererOptions {
  int bitrate_bps = kBitrateBpsDefault;
  FrameCount start_frame = 0;                            // At 48 kHz.
  std::optional<FrameCount> frame_count = std::nullopt;  // Up to the end when absent.
};

/// Append these bytes to the file.
struct FileBytes {
  std::vector<std::byte> bytes;
  FrameCount frames_done = 0;
  FrameCount frames_total = 0;
  /// What the stages did to the packets from `first_packet` on.
  std::int64_t first_packet = 0;
  std::vector<StageGains> gains;
};
/// The file is complete after `bytes`; the patches make it seekable. The last event.
struct FileDone {
  std::vector<std::byte> bytes;
  std::vector<WebmFileWriter::Patch> patches;
  FrameCount frame_count = 0;
  bool truncated = false;
};
using FileEvent = std::variant<NeedRanges, TrackReady, PlanReady, Working, FileBytes, FileDone>;

class FileRenderer {
 public:
  explicit FileRenderer(const FileRendererOptions& options);

  /// For telling the source's size, bytes, settings and profile. Leave advance() to this class.
  Session& session() { return session_; }

  /// Error kInvalidArgument when the start lies at or past the end of the track; kMostlyUndecodable
  /// in the end when more than a tenth of what was rendered could not be decoded.
  Result<FileEvent> advance();

 private:
  Status begin_file(const TrackReady& track);
  FileEvent take_packets(PacketsReady& ready);
  Result<FileEvent> finish(FrameCount track_end, bool truncated);

  Session session_;
  FileRendererOptions options_;
  std::optional<WebmFileWriter> writer_;
  std::vector<std::byte> head_;
  std::int64_t chunk_ = 0;
  std::int64_t next_packet_ = 0;  // First that is not written yet.
  std::int64_t end_packet_ = 0;
  bool wished_ = false;
};

}  // namespace engine
