#include "engine/session/file_renderer.h"

#include <algorithm>
#include <utility>

#include "engine/session/chunk_plan.h"

namespace engine {
namespace {

SessionOptions session_options(const FileRendererOptions& options) {
  SessionOptions result;
  result.output = SessionOutput::kPackets;
  result.bitrate_bps = options.bitrate_bps;
  result.lead_packets = kFileLeadPackets;
  return result;
}

}  // namespace

FileRenderer::FileRenderer(const FileRendererOptions& options)
    : session_(session_options(options)), options_(options) {}

Status FileRenderer::begin_file(const TrackReady& track) {
  const FrameCount start = options_.start_frame;
  if (start < 0 || start >= track.frame_count) {
    return Error{ErrorDetail::kStartPastEnd, 0};
  }
  const FrameCount rest = track.frame_count - start;
  const FrameCount count = std::min(options_.frame_count.value_or(rest), rest);
  if (count < 1) return Error{ErrorDetail::kNothingToRender, 0};
  options_.frame_count = count;

  const std::int64_t first_packet = start / kPacketFrames;
  next_packet_ = first_packet - kFileLeadPackets;
  end_packet_ = ChunkPlan(start + count).packet_count();
  chunk_ = first_packet / kChunkPackets;
  writer_.emplace(WebmFileWriter::Options{count, start - next_packet_ * kPacketFrames});
  head_ = writer_->head();
  return ok_status();
}

Result<FileEvent> FileRenderer::advance() {
  if (writer_ && next_packet_ == end_packet_) {
    return finish(options_.start_frame + *options_.frame_count, false);
  }
  if (writer_ && !wished_) {
    wished_ = true;
    if (Status status = session_.request_chunk(chunk_); !status) return status.error();
  }
  ENGINE_TRY(Event event, session_.advance());
  if (auto* need = std::get_if<NeedRanges>(&event)) return FileEvent{std::move(*need)};
  if (auto* plan = std::get_if<PlanReady>(&event)) return FileEvent{*plan};
  if (auto* track = std::get_if<TrackReady>(&event)) {
    if (Status status = begin_file(*track); !status) return status.error();
    return FileEvent{std::move(*track)};
  }
  if (session_.undecodable_for_long()) return Error{ErrorDetail::kMostlyUndecodable, 0};
  if (auto* packets = std::get_if<PacketsReady>(&event)) return take_packets(*packets);
  if (const auto* end = std::get_if<EndOfTrack>(&event)) {
    if (end->frame_count <= options_.start_frame) {
      return Error{ErrorDetail::kEndsBeforeStart, 0};
    }
    return finish(end->frame_count, end->truncated);
  }
  return FileEvent{Working{}};
}

FileEvent FileRenderer::take_packets(PacketsReady& ready) {
  FileBytes out;
  out.bytes = std::exchange(head_, {});
  out.first_packet = ready.first_packet;
  out.gains = std::move(ready.gains);
  std::int64_t index = ready.first_packet;
  for (Packet& packet : ready.packets) {
    if (index == next_packet_ && index < end_packet_) {
      const auto bytes = writer_->add_packet(std::move(packet));
      out.bytes.insert(out.bytes.end(), bytes.begin(), bytes.end());
      ++next_packet_;
    }
    ++index;
  }
  if (ready.last_of_chunk) {
    ++chunk_;
    wished_ = false;
  }
  out.frames_total = *options_.frame_count;
  out.frames_done = std::clamp<FrameCount>(next_packet_ * kPacketFrames - options_.start_frame, 0,
                                           out.frames_total);
  return out;
}

Result<FileEvent> FileRenderer::finish(FrameCount track_end, bool truncated) {
  if (session_.mostly_undecodable()) return Error{ErrorDetail::kMostlyUndecodable, 0};
  FileDone done;
  done.frame_count = std::min(*options_.frame_count, track_end - options_.start_frame);
  done.truncated = truncated;
  done.bytes = std::exchange(head_, {});
  const auto tail = writer_->finish(done.frame_count);
  done.bytes.insert(done.bytes.end(), tail.begin(), tail.end());
  done.patches = writer_->patches();
  return FileEvent{std::move(done)};
}

}  // namespace engine
