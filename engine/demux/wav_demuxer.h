// WavDemuxer: PCM and IEEE float in RIFF/WAVE, RF64/BW64 and Sony Wave64.
//
// Layouts:
//   RIFF (Microsoft/IBM "Multimedia Programming Interface and Data Specifications 1.0", 1991):
//     "RIFF" size:u32le "WAVE" { id:char[4] size:u32le body pad-to-even }*
//   RF64, BW64 (EBU Tech 3306, ITU-R BS.2088): as RIFF, with the real size of "data" in "ds64":
//     "RF64" 0xFFFFFFFF "WAVE" "ds64" size:u32le riff_size:u64le data_size:u64le ...
//   Wave64 (Sony/Sonic Foundry): 16-byte GUIDs whose first four bytes are the lower-case id, sizes
//     u64le that count the 24-byte chunk header, chunks padded to 8 bytes.
//
// The "fmt " chunk comes before "data". A LIST/INFO chunk that comes before "data" and is small is
// read for tags; every other chunk is skipped without being fetched. A data chunk without a size
// (0, all ones: files that were written as a stream) or one that reaches past the end of the file
// ends with the file. Where no chunk stands where the sizes put it (an odd one without its padding,
// a size that is wrong), the next one is looked for close by.
//
// Data that shows itself to be DTS or IEC 61937 bursts is kUnsupportedFormat, not noise.
//
// Packets are runs of 1024 frames; packet k begins at frame 1024 k, however one got there.
#pragma once

#include <memory>
#include <optional>
#include <span>

#include "engine/demux/demuxer.h"
#include "engine/demux/wav_format.h"

namespace engine {

class WavDemuxer final : public Demuxer {
 public:
  static constexpr FrameCount kPacketFrames = 1024;

  std::unique_ptr<Demuxer> clone() const override { return std::make_unique<WavDemuxer>(*this); }
  Result<HeaderStep> read_header(const Source& source) override;
  Result<SeekStep> seek(const Source& source, FrameCount frame) override;
  Result<SeekStep> seek_near(const Source& source, FrameCount frame) override;
  ByteRange probe_range(const Source& source, FrameCount frame, FrameCount count) const override;
  Result<PacketStep> read_packet(const Source& source) override;

 private:
  enum class Layout : std::uint8_t { kUnknown, kRiff, kRf64, kWave64 };
  struct Chunk {
    std::uint32_t id = 0;  // four_cc(), Wave64's ids in RIFF's spelling.
    std::uint64_t begin = 0;
    ByteRange body;          // As declared; may reach past the end of the file.
    bool unsized = false;    // The header holds no size.
    std::uint64_t next = 0;  // Where the chunk after it begins.
  };

  std::uint64_t chunk_header_bytes() const { return layout_ == Layout::kWave64 ? 24 : 8; }
  Result<std::optional<NeedBytes>> read_file_header(const Source& source);
  Chunk parse_chunk_header(std::span<const std::byte> header) const;
  std::variant<NeedBytes, Chunk, EndOfStream> next_chunk(const Source& source);
  std::variant<NeedBytes, Chunk, EndOfStream> search_chunk(const Source& source);
  std::optional<Chunk> chunk_near(std::span<const std::byte> bytes, std::uint64_t begin,
                                  std::uint64_t source_bytes, bool cut_data);
  bool is_plausible(const Chunk& chunk, std::uint64_t source_bytes) const;
  Result<std::optional<NeedBytes>> read_small_chunk(const Source& source, const Chunk& chunk);
  void take_format(const WavFormat& format);
  Result<HeaderStep> finish_header(const Source& source, const Chunk& data);
  std::optional<NeedBytes> settle_data_end(const Source& source, const Chunk& data,
                                           std::uint64_t& end);
  std::optional<NeedBytes> look_behind_data(const Source& source, ByteRange data);
  bool may_hold_bitstream() const;
  Result<std::optional<NeedBytes>> refuse_bitstream(const Source& source, ByteRange look) const;
  ByteRange bytes_of_frames(FrameCount begin, FrameCount end) const;

  Layout layout_ = Layout::kUnknown;
  std::uint64_t position_ = 0;    // Of the next chunk header to read.
  std::uint64_t after_last_ = 0;  // Behind the last chunk header that was read.
  bool after_odd_ = false;        // The chunk before position_ has a padding byte, or should have.
  std::uint64_t ds64_data_bytes_ = 0;
  int chunk_count_ = 0;
  bool has_format_ = false;
  bool header_done_ = false;
  TrackInfo info_;
  FrameCount cursor_ = 0;  // First frame of the next packet; a multiple of kPacketFrames.
};

}  // namespace engine
