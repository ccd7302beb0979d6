#include "engine/mux/webm_muxer.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <memory>
#include <utility>

#include <mkvmuxer/mkvmuxer.h>
#include <mkvmuxer/mkvmuxerutil.h>

#include "engine/base/check.h"
#include "engine/base/output_format.h"

namespace engine {
namespace {

constexpr int kTrackNumber = 1;
constexpr std::uint64_t kNanosecondsPerMs = 1'000'000;
constexpr std::uint64_t kPacketDurationNs = kPacketDurationMs * kNanosecondsPerMs;
constexpr std::uint64_t kSeekPreRollNs = 80 * kNanosecondsPerMs;  // RFC 7845 section 4.6.
constexpr std::uint64_t kFileClusterPackets = 100;
constexpr std::size_t kOpusHeadSize = 19;
constexpr const char* kApplication = "Auralis";

constexpr std::uint64_t frames_to_ns(FrameCount frames) {
  // 1e9 / 48000 = 62500 / 3.
  return static_cast<std::uint64_t>(frames) * 62'500 / 3;
}

// A growing block of memory that mkvmuxer may seek in.
class MemoryWriter final : public mkvmuxer::IMkvWriter {
 public:
  mkvmuxer::int32 Write(const void* data, mkvmuxer::uint32 size) override {
    if (bytes_.size() < position_ + size) bytes_.resize(position_ + size);
    const auto* source = static_cast<const std::byte*>(data);
    std::copy(source, source + size, bytes_.begin() + static_cast<std::ptrdiff_t>(position_));
    position_ += size;
    return 0;
  }
  mkvmuxer::int64 Position() const override { return static_cast<mkvmuxer::int64>(position_); }
  mkvmuxer::int32 Position(mkvmuxer::int64 position) override {
    position_ = static_cast<std::size_t>(position);
    return 0;
  }
  bool Seekable() const override { return true; }
  void ElementStartNotify(mkvmuxer::uint64, mkvmuxer::int64) override {}

  std::vector<std::byte> take() { return std::move(bytes_); }

 private:
  std::vector<std::byte> bytes_;
  std::size_t position_ = 0;
};

// OpusHead, RFC 7845 section 5.1: "OpusHead" version:8 channels:8 pre_skip:16le input_rate:32le
// gain:16le mapping_family:8.
std::array<std::uint8_t, kOpusHeadSize> opus_head(FrameCount pre_skip_frames) {
  const auto low = static_cast<std::uint8_t>(pre_skip_frames & 0xFF);
  const auto high = static_cast<std::uint8_t>(pre_skip_frames >> 8);
  // clang-format off
  return {'O', 'p', 'u', 's', 'H', 'e', 'a', 'd', 1, kOutputChannelCount, low, high,
          kOutputRateHz & 0xFF, (kOutputRateHz >> 8) & 0xFF, 0, 0, 0, 0, 0};
  // clang-format on
}

void write_info(mkvmuxer::IMkvWriter& writer, double duration_ms) {
  mkvmuxer::SegmentInfo info;
  bool ok = info.Init();
  info.set_timecode_scale(kNanosecondsPerMs);
  info.set_duration(duration_ms);  // Left out where it is not positive.
  info.set_writing_app(kApplication);
  ok = ok && info.Write(&writer);
  ENGINE_CHECK(ok);
}

void write_tracks(mkvmuxer::IMkvWriter& writer, FrameCount pre_skip_frames) {
  unsigned int seed = 1;
  // Owned by `tracks` from AddTrack on.
  auto track = std::make_unique<mkvmuxer::AudioTrack>(&seed);
  track->set_uid(1);  // libwebm draws it at random otherwise; bytes shall be reproducible.
  track->set_type(mkvmuxer::Tracks::kAudio);
  track->set_codec_id(mkvmuxer::Tracks::kOpusCodecId);
  track->set_channels(kOutputChannelCount);
  track->set_sample_rate(kOutputRateHz);
  track->set_default_duration(kPacketDurationNs);
  track->set_codec_delay(frames_to_ns(pre_skip_frames));
  track->set_seek_pre_roll(kSeekPreRollNs);
  const auto head = opus_head(pre_skip_frames);
  bool ok = track->SetCodecPrivate(head.data(), head.size());
  mkvmuxer::Tracks tracks;
  ok = ok && tracks.AddTrack(track.release(), kTrackNumber);
  ok = ok && tracks.Write(&writer);
  ENGINE_CHECK(ok);
}

// Segment with a size of eight bytes, all ones but the marker: unknown (RFC 8794 section 6.2).
// Returns the position of the size.
std::uint64_t write_segment_start(mkvmuxer::IMkvWriter& writer) {
  bool ok = mkvmuxer::WriteID(&writer, libwebm::kMkvSegment) == 0;
  const auto position = static_cast<std::uint64_t>(writer.Position());
  ok = ok && mkvmuxer::SerializeInt(&writer, mkvmuxer::kEbmlUnknownValue, 8) == 0;
  ENGINE_CHECK(ok);
  return position;
}

std::vector<std::byte> write_cluster(std::int64_t first_packet, std::span<const Packet> packets,
                                     FrameCount trailing_padding_frames) {
  ENGINE_CHECK(first_packet >= 0);
  ENGINE_CHECK(!packets.empty());
  ENGINE_CHECK(packets.size() <= 1600);
  MemoryWriter writer;
  const auto first_ms = static_cast<std::uint64_t>(first_packet) * kPacketDurationMs;
  mkvmuxer::Cluster cluster(first_ms, 0, kNanosecondsPerMs, false, false);
  bool ok = cluster.Init(&writer);
  for (std::size_t i = 0; i < packets.size(); ++i) {
    const auto* data =
        static_cast<const std::uint8_t*>(static_cast<const void*>(packets[i].data()));
    const std::uint64_t time_ns = (first_ms + i * kPacketDurationMs) * kNanosecondsPerMs;
    mkvmuxer::Frame frame;
    ok = ok && frame.Init(data, packets[i].size());
    frame.set_track_number(kTrackNumber);
    frame.set_timestamp(time_ns);
    frame.set_is_key(true);
    if (i + 1 == packets.size() && trailing_padding_frames > 0) {
      frame.set_discard_padding(static_cast<std::int64_t>(frames_to_ns(trailing_padding_frames)));
    }
    ok = ok && cluster.AddFrame(&frame);
  }
  ok = ok && cluster.Finalize();
  ENGINE_CHECK(ok);
  return writer.take();
}

// One Seek entry whose position has a fixed width, so that it can be patched. Returns the position
// of the value.
std::uint64_t write_seek(mkvmuxer::IMkvWriter& writer, libwebm::MkvId target,
                         std::uint64_t segment_offset) {
  const std::uint64_t size =
      mkvmuxer::EbmlElementSize(libwebm::kMkvSeekID, static_cast<mkvmuxer::uint64>(target)) +
      mkvmuxer::EbmlElementSize(libwebm::kMkvSeekPosition, segment_offset, 8);
  bool ok = mkvmuxer::WriteEbmlMasterElement(&writer, libwebm::kMkvSeek, size);
  ok = ok && mkvmuxer::WriteEbmlElement(&writer, libwebm::kMkvSeekID,
                                        static_cast<mkvmuxer::uint64>(target));
  ok = ok && mkvmuxer::WriteEbmlElement(&writer, libwebm::kMkvSeekPosition, segment_offset, 8);
  ENGINE_CHECK(ok);
  return static_cast<std::uint64_t>(writer.Position()) - 8;
}

std::vector<std::byte> big_endian(std::uint64_t value, std::size_t size) {
  std::vector<std::byte> bytes(size);
  for (std::size_t i = size; i-- > 0; value >>= 8) bytes[i] = static_cast<std::byte>(value & 0xFF);
  return bytes;
}

double duration_ms(FrameCount frame_count) {
  return static_cast<double>(frame_count) * 1000.0 / kOutputRateHz;
}

// Where the four bytes of Info's Duration stand (ID 0x4489, size 4), from the start of Info.
std::uint64_t find_duration(std::span<const std::byte> info) {
  constexpr std::array<std::byte, 3> kHead{std::byte{0x44}, std::byte{0x89}, std::byte{0x84}};
  const auto at = std::search(info.begin(), info.end(), kHead.begin(), kHead.end());
  ENGINE_CHECK(at != info.end());
  return static_cast<std::uint64_t>(at - info.begin()) + kHead.size();
}

}  // namespace

std::vector<std::byte> webm_init_segment() {
  MemoryWriter writer;
  ENGINE_CHECK(mkvmuxer::WriteEbmlHeader(&writer));
  write_segment_start(writer);
  write_info(writer, 0);
  write_tracks(writer, 0);
  return writer.take();
}

std::vector<std::byte> webm_cluster(std::int64_t first_packet, std::span<const Packet> packets) {
  return write_cluster(first_packet, packets, 0);
}

WebmFileWriter::WebmFileWriter(const Options& options) : options_(options) {
  ENGINE_CHECK(options.frame_count >= 1);
  ENGINE_CHECK(options.pre_skip_frames >= 0);
  ENGINE_CHECK(options.pre_skip_frames <= 0xFFFF);
}

std::vector<std::byte> WebmFileWriter::head() {
  ENGINE_CHECK(size_bytes_ == 0);
  MemoryWriter writer;
  ENGINE_CHECK(mkvmuxer::WriteEbmlHeader(&writer));
  segment_size_position_ = write_segment_start(writer);
  segment_begin_ = static_cast<std::uint64_t>(writer.Position());

  // The SeekHead has a fixed size, so what it points at follows from the sizes in front of it.
  MemoryWriter info;
  write_info(info, duration_ms(options_.frame_count));
  const std::vector<std::byte> info_bytes = info.take();
  MemoryWriter probe;
  for (const auto id : {libwebm::kMkvInfo, libwebm::kMkvTracks, libwebm::kMkvCues}) {
    write_seek(probe, id, 0);
  }
  const std::uint64_t seek_size = probe.take().size();
  const std::uint64_t info_offset =
      mkvmuxer::EbmlMasterElementSize(libwebm::kMkvSeekHead, seek_size) + seek_size;
  ENGINE_CHECK(mkvmuxer::WriteEbmlMasterElement(&writer, libwebm::kMkvSeekHead, seek_size));
  write_seek(writer, libwebm::kMkvInfo, info_offset);
  write_seek(writer, libwebm::kMkvTracks, info_offset + info_bytes.size());
  cues_seek_position_ = write_seek(writer, libwebm::kMkvCues, 0);

  duration_position_ = static_cast<std::uint64_t>(writer.Position()) + find_duration(info_bytes);
  ENGINE_CHECK(writer.Write(info_bytes.data(), static_cast<mkvmuxer::uint32>(info_bytes.size())) ==
               0);
  write_tracks(writer, options_.pre_skip_frames);
  std::vector<std::byte> bytes = writer.take();
  size_bytes_ = bytes.size();
  return bytes;
}

std::vector<std::byte> WebmFileWriter::add_packet(Packet packet) {
  ENGINE_CHECK(size_bytes_ > 0);
  // A full Cluster waits for one more packet: the last block of all is written differently.
  std::vector<std::byte> bytes;
  if (pending_.size() == kFileClusterPackets) bytes = flush_cluster(false);
  pending_.push_back(std::move(packet));
  return bytes;
}

FrameCount WebmFileWriter::trailing_padding_frames() const {
  const FrameCount coded = packets_written_ * kPacketFrames;
  return std::clamp<FrameCount>(coded - options_.pre_skip_frames - options_.frame_count, 0,
                                kPacketFrames - 1);
}

std::vector<std::byte> WebmFileWriter::flush_cluster(bool last) {
  const std::int64_t first_packet = packets_written_;
  packets_written_ += static_cast<std::int64_t>(pending_.size());
  cues_.push_back(
      {static_cast<std::uint64_t>(first_packet) * kPacketDurationMs, size_bytes_ - segment_begin_});
  auto bytes = write_cluster(first_packet, pending_, last ? trailing_padding_frames() : 0);
  pending_.clear();
  size_bytes_ += bytes.size();
  return bytes;
}

std::vector<std::byte> WebmFileWriter::finish(FrameCount frame_count) {
  ENGINE_CHECK(frame_count >= 1);
  ENGINE_CHECK(frame_count <= options_.frame_count);
  options_.frame_count = frame_count;
  std::vector<std::byte> bytes;
  if (!pending_.empty()) bytes = flush_cluster(true);
  cues_offset_ = size_bytes_ - segment_begin_;

  MemoryWriter writer;
  mkvmuxer::Cues cues;
  for (const Cue& cue : cues_) {
    auto point = std::make_unique<mkvmuxer::CuePoint>();
    point->set_time(cue.time_ms);
    point->set_track(kTrackNumber);
    point->set_cluster_pos(cue.segment_offset);
    // A cue that was added is owned by `cues`.
    if (cues.AddCue(point.get())) static_cast<void>(point.release());
  }
  ENGINE_CHECK(cues.Write(&writer));
  const std::vector<std::byte> cue_bytes = writer.take();
  bytes.insert(bytes.end(), cue_bytes.begin(), cue_bytes.end());
  size_bytes_ += cue_bytes.size();
  return bytes;
}

std::vector<WebmFileWriter::Patch> WebmFileWriter::patches() const {
  // 0x01 marks a size of eight bytes (RFC 8794 section 4.1).
  const std::uint64_t segment_size = (1ULL << 56) | (size_bytes_ - segment_begin_);
  const auto duration = static_cast<float>(duration_ms(options_.frame_count));
  std::uint32_t duration_bits = 0;
  static_assert(sizeof(duration_bits) == sizeof(duration));
  std::memcpy(&duration_bits, &duration, sizeof(duration));
  return {{segment_size_position_, big_endian(segment_size, 8)},
          {cues_seek_position_, big_endian(cues_offset_, 8)},
          {duration_position_, big_endian(duration_bits, 4)}};
}

}  // namespace engine
