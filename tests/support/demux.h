// What a demuxer makes of a whole file.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <variant>
#include <vector>

#include "tests/support/split_feeder.h"

namespace engine::testing {

struct Demuxed {
  TrackInfo info;
  std::vector<OwnedPacket> packets;
  std::uint64_t header_bytes = 0;  // Supplied until the header was known.
  TrackWarnings warnings;          // In the end.
};

/// The header of `file`, handed over in pieces of `piece_size` bytes.
template <typename FileDemuxer>
Result<TrackInfo> track_info(std::span<const std::byte> file, std::size_t piece_size = kWhole) {
  SplitFeeder feeder(file, piece_size);
  FileDemuxer demuxer;
  auto header = feeder.read_header(demuxer);
  if (!header) return header.error();
  return std::get<TrackInfo>(std::move(*header));
}

/// Why `file` cannot be opened; the test fails when it can.
template <typename FileDemuxer>
Error header_error(std::span<const std::byte> file) {
  const auto info = track_info<FileDemuxer>(file);
  EXPECT_FALSE(info);
  return info ? Error{} : info.error();
}

/// The header and every packet of `file`; the test fails when it cannot be opened.
template <typename FileDemuxer>
Demuxed demux(std::span<const std::byte> file, std::size_t piece_size = kWhole) {
  SplitFeeder feeder(file, piece_size);
  FileDemuxer demuxer;
  const auto header = feeder.read_header(demuxer);
  if (!header) {
    ADD_FAILURE() << header.error().words();
    return {};
  }
  Demuxed result{std::get<TrackInfo>(*header), {}, feeder.supplied_bytes(), {}};
  result.packets = feeder.read_packets(demuxer);
  result.warnings = demuxer.warnings();
  result.warnings.add(result.info.warnings);
  return result;
}

}  // namespace engine::testing
