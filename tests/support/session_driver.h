// SessionDriver: runs a Session over bytes in memory and collects what it puts out.
//
// Pieces of any size, in any order; every question for bytes is counted, so tests can say what a
// driver would have fetched.
#pragma once

#include <algorithm>
#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <vector>

#include <gtest/gtest.h>

#include "engine/session/session.h"

namespace engine::testing {

struct DriverOptions {
  /// Bytes handed over at once; a question is answered in so many pieces. 0: the whole file at the
  /// first question.
  std::size_t piece_size = 4096;
  /// Pieces of a question in falling order.
  bool backwards = false;
};

class SessionDriver {
 public:
  SessionDriver(std::span<const std::byte> file, const SessionOptions& options,
                const DriverOptions& driver = {})
      : session_(options), file_(file), driver_(driver) {
    EXPECT_TRUE(session_.set_source_size(file.size()));
  }

  Session& session() { return session_; }
  std::uint64_t bytes_supplied() const { return bytes_supplied_; }
  std::uint64_t bytes_held_max() const { return bytes_held_max_; }
  const std::optional<Error>& error() const { return error_; }
  const std::optional<TrackReady>& track() const { return track_; }
  const std::optional<PlanReady>& plan() const { return plan_; }
  const std::optional<EndOfTrack>& end() const { return end_; }

  /// The next event that is not a question; nothing after an error (see error()).
  std::optional<Event> next() {
    for (int step = 0; step < 50'000'000; ++step) {
      Result<Event> event = session_.advance();
      if (!event) {
        error_ = event.error();
        return std::nullopt;
      }
      if (const auto* need = std::get_if<NeedRanges>(&*event)) {
        supply(need->ranges);
        continue;
      }
      bytes_held_max_ = std::max(bytes_held_max_, session_.source_bytes_held());
      if (std::holds_alternative<Working>(*event)) continue;
      if (auto* ready = std::get_if<TrackReady>(&*event)) track_ = *ready;
      if (auto* ready = std::get_if<PlanReady>(&*event)) plan_ = *ready;
      if (auto* end = std::get_if<EndOfTrack>(&*event)) end_ = *end;
      return std::move(*event);
    }
    ADD_FAILURE() << "the session makes no progress";
    return std::nullopt;
  }

  /// Opens the track; false after an error.
  bool open() {
    while (!track_) {
      if (!next()) return false;
    }
    return true;
  }

  /// The bytes of a chunk's clusters, one after another; empty past the end or after an error.
  std::vector<std::byte> clusters(std::int64_t chunk) {
    std::vector<std::byte> bytes;
    EXPECT_TRUE(session_.request_chunk(chunk));
    while (auto event = next()) {
      if (std::holds_alternative<EndOfTrack>(*event)) break;
      const auto* ready = std::get_if<ClusterReady>(&*event);
      if (ready == nullptr) continue;
      EXPECT_EQ(ready->chunk, chunk);
      bytes.insert(bytes.end(), ready->bytes.begin(), ready->bytes.end());
      if (ready->last_of_chunk) break;
    }
    return bytes;
  }

  /// The frames of a chunk (2 x n); for sessions that put out PCM.
  AudioBuffer pcm(std::int64_t chunk) {
    AudioBuffer frames(kOutputChannelCount, 0);
    EXPECT_TRUE(session_.request_chunk(chunk));
    while (auto event = next()) {
      if (std::holds_alternative<EndOfTrack>(*event)) break;
      const auto* ready = std::get_if<PcmReady>(&*event);
      if (ready == nullptr) continue;
      EXPECT_EQ(ready->first_frame, chunk * kChunkFrames + frames.frames());
      frames.append(BufferSlice(ready->frames).view());
      if (ready->last_of_chunk) break;
    }
    return frames;
  }

 private:
  void supply(std::span<const ByteRange> ranges) {
    if (driver_.piece_size == 0) {
      bytes_supplied_ += file_.size();
      EXPECT_TRUE(session_.supply(0, file_));
      return;
    }
    for (const ByteRange& range : ranges) {
      ASSERT_FALSE(range.empty());
      ASSERT_LE(range.end, file_.size());
      bytes_supplied_ += range.size();
      std::vector<std::uint64_t> starts;
      for (std::uint64_t at = range.begin; at < range.end; at += driver_.piece_size) {
        starts.push_back(at);
      }
      if (driver_.backwards) std::reverse(starts.begin(), starts.end());
      for (const std::uint64_t at : starts) {
        const auto size = std::min<std::uint64_t>(driver_.piece_size, range.end - at);
        EXPECT_TRUE(session_.supply(
            at, file_.subspan(static_cast<std::size_t>(at), static_cast<std::size_t>(size))));
      }
    }
  }

  Session session_;
  std::span<const std::byte> file_;
  DriverOptions driver_;
  std::uint64_t bytes_supplied_ = 0;
  std::uint64_t bytes_held_max_ = 0;
  std::optional<Error> error_;
  std::optional<TrackReady> track_;
  std::optional<PlanReady> plan_;
  std::optional<EndOfTrack> end_;
};

}  // namespace engine::testing
