// SplitFeeder: drives probes and demuxers from memory, handing over at most `piece_size` bytes per
// NeedBytes, and keeps count of what a driver would have fetched.
//
// Every parser test runs with several piece sizes, small primes among them, so that no parser can
// depend on how the network happened to split the file.
#pragma once

#include <algorithm>
#include <cstddef>
#include <span>
#include <utility>
#include <variant>
#include <vector>

#include <gtest/gtest.h>

#include "engine/demux/demuxer.h"

namespace engine::testing {

inline constexpr std::size_t kWhole = ~std::size_t{0};

/// An EncodedPacket that owns its bytes.
struct OwnedPacket {
  FrameCount first_frame = 0;
  FrameCount frame_count = 0;
  std::vector<std::byte> bytes;
  bool preroll = false;
  friend bool operator==(const OwnedPacket&, const OwnedPacket&) = default;

  EncodedPacket packet() const { return {first_frame, frame_count, bytes, preroll}; }
};

class SplitFeeder {
 public:
  /// `file` must outlive the feeder.
  SplitFeeder(std::span<const std::byte> file, std::size_t piece_size)
      : file_(file), piece_size_(piece_size) {}

  Source source() const { return {store_, file_.size()}; }
  ByteStore& store() { return store_; }

  /// Makes `call`, which returns a Result of a variant with NeedBytes in it, and supplies what it
  /// asks for, until it answers something else. A call that asks for an empty range, for bytes
  /// outside the source, for what it has already, or for ever, fails the test.
  template <typename Call>
  auto run(Call call) -> decltype(call()) {
    const std::size_t steps_max = 16 * file_.size() + 4096;
    for (std::size_t step = 0; step < steps_max; ++step) {
      auto result = call();
      const NeedBytes* need = result ? std::get_if<NeedBytes>(&*result) : nullptr;
      if (need == nullptr) return result;
      if (!supply(need->range)) break;
    }
    ADD_FAILURE() << "no progress";
    return Error{ErrorDetail::kSizeUnknown, 0};
  }

  Result<HeaderStep> read_header(Demuxer& demuxer) {
    return run([&] { return demuxer.read_header(source()); });
  }
  Result<SeekStep> seek(Demuxer& demuxer, FrameCount frame) {
    return run([&] { return demuxer.seek(source(), frame); });
  }
  Result<SeekStep> seek_near(Demuxer& demuxer, FrameCount frame) {
    return run([&] { return demuxer.seek_near(source(), frame); });
  }
  Result<PacketStep> read_packet(Demuxer& demuxer) {
    return run([&] { return demuxer.read_packet(source()); });
  }

  /// Every packet from the cursor on, at most `count_max`.
  std::vector<OwnedPacket> read_packets(Demuxer& demuxer, std::size_t count_max = kWhole) {
    std::vector<OwnedPacket> packets;
    while (packets.size() < count_max) {
      const auto result = read_packet(demuxer);
      const EncodedPacket* packet = result ? std::get_if<EncodedPacket>(&*result) : nullptr;
      if (packet == nullptr) break;
      packets.push_back({packet->first_frame,
                         packet->frame_count,
                         {packet->bytes.begin(), packet->bytes.end()},
                         packet->preroll});
    }
    return packets;
  }

  /// Distinct ranges in order; what a driver would have requested.
  const std::vector<ByteRange>& requests() const { return requests_; }
  std::uint64_t supplied_bytes() const { return supplied_bytes_; }
  void forget_requests() {
    requests_.clear();
    supplied_bytes_ = 0;
  }

 private:
  bool supply(ByteRange range) {
    if (range.empty() || range.end > file_.size()) {
      ADD_FAILURE() << "asked for [" << range.begin << ", " << range.end << ") of " << file_.size();
      return false;
    }
    const ByteRange missing = store_.missing(range);
    if (missing.empty()) {
      ADD_FAILURE() << "asked for bytes that it has";
      return false;
    }
    // A request that is answered in pieces shrinks from the front: it stays one request.
    const bool goes_on =
        !requests_.empty() && requests_.back().end == range.end && requests_.back().contains(range);
    if (!goes_on) requests_.push_back(range);
    const std::uint64_t count = std::min<std::uint64_t>(piece_size_, missing.size());
    store_.insert(missing.begin, file_.subspan(static_cast<std::size_t>(missing.begin),
                                               static_cast<std::size_t>(count)));
    supplied_bytes_ += count;
    return true;
  }

  std::span<const std::byte> file_;
  std::size_t piece_size_;
  ByteStore store_;
  std::vector<ByteRange> requests_;
  std::uint64_t supplied_bytes_ = 0;
};

}  // namespace engine::testing
