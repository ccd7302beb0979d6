// FlacBuilder: FLAC streams made by hand, where no encoder makes what a test needs: variable
// blocking, unknown length, lying seek tables, sync codes inside the audio.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/base/crc.h"
#include "engine/demux/flac_frame_header.h"
#include "tests/support/byte_writer.h"
#include "tests/support/pcm_signal.h"

namespace engine::testing {

class BitWriter {
 public:
  BitWriter& put(std::uint64_t value, int count) {
    for (int bit = count; bit-- > 0;) {
      if (used_ == 0) bytes_.push_back(std::byte{0});
      const auto set = static_cast<std::byte>(((value >> bit) & 1U) << (7 - used_));
      bytes_.back() |= set;
      used_ = (used_ + 1) % 8;
    }
    return *this;
  }
  BitWriter& align() { return put(0, (8 - used_) % 8); }
  std::vector<std::byte>& data() { return bytes_; }

 private:
  std::vector<std::byte> bytes_;
  int used_ = 0;
};

class FlacBuilder {
 public:
  explicit FlacBuilder(PcmSignal signal) : signal_(std::move(signal)) {}

  /// Cuts the signal into blocks of these sizes, over and over.
  FlacBuilder& blocks(std::vector<int> sizes) {
    block_sizes_ = std::move(sizes);
    return *this;
  }
  FlacBuilder& variable_blocking() {
    variable_ = true;
    return *this;
  }
  FlacBuilder& unknown_length() {
    unknown_length_ = true;
    return *this;
  }
  FlacBuilder& declare_frame_bytes_max() {
    declare_frame_bytes_max_ = true;
    return *this;
  }
  /// The number of the first FLAC frame, and of the one `at` (an index), where they start again.
  FlacBuilder& numbers_from(std::uint64_t first) {
    first_number_ = first;
    return *this;
  }
  FlacBuilder& numbers_start_again_at(std::size_t at) {
    restart_ = at;
    return *this;
  }
  /// Numbers by sample without saying so.
  FlacBuilder& hide_blocking_bit() {
    variable_ = true;
    hide_blocking_bit_ = true;
    return *this;
  }
  /// Each FLAC frame says its rate and depth itself.
  FlacBuilder& state_format() {
    state_format_ = true;
    return *this;
  }
  /// What STREAMINFO tells instead of the truth; members that are 0 stay true.
  FlacBuilder& declare(const FlacStreamInfo& info) {
    declared_ = info;
    return *this;
  }
  /// Adds a metadata block behind STREAMINFO.
  FlacBuilder& metadata(int type, std::vector<std::byte> body) {
    metadata_.emplace_back(type, std::move(body));
    return *this;
  }

  std::vector<std::byte> build() {
    const auto frames = build_frames();
    std::size_t frame_bytes_max = 0;
    for (const auto& frame : frames) frame_bytes_max = std::max(frame_bytes_max, frame.size());
    int largest = 16;
    for (const int size : block_sizes_) largest = std::max(largest, size);
    const auto told = [](auto declared, auto truth) { return declared != 0 ? declared : truth; };
    const int smallest = told(declared_.block_size_min, variable_ ? 16 : largest);
    largest = told(declared_.block_size_max, largest);

    BitWriter info;
    info.put(static_cast<std::uint64_t>(smallest), 16).put(static_cast<std::uint64_t>(largest), 16);
    info.put(0, 24).put(declare_frame_bytes_max_ ? frame_bytes_max : 0, 24);
    info.put(static_cast<std::uint64_t>(told(declared_.sample_rate_hz, signal_.sample_rate_hz)),
             20);
    info.put(static_cast<std::uint64_t>(told(declared_.channels, signal_.channels) - 1), 3);
    info.put(static_cast<std::uint64_t>(told(declared_.bits_per_sample, signal_.bits) - 1), 5);
    const FrameCount total = told(declared_.frame_count, FrameCount{signal_.frames});
    info.put(unknown_length_ ? 0 : static_cast<std::uint64_t>(total), 36);
    ByteWriter file;
    file.text("fLaC").be(metadata_.empty() ? 0x80 : 0, 1).be(34, 3).bytes(info.data()).zeros(16);
    for (std::size_t i = 0; i < metadata_.size(); ++i) {
      const bool last = i + 1 == metadata_.size();
      file.be(static_cast<std::uint64_t>(metadata_[i].first) | (last ? 0x80U : 0U), 1);
      file.be(metadata_[i].second.size(), 3).bytes(metadata_[i].second);
    }
    frame_offsets_.clear();
    for (const auto& frame : frames) {
      frame_offsets_.push_back(file.size());
      file.bytes(frame);
    }
    return file.data();
  }

  /// Where each FLAC frame begins in what build() returned last.
  const std::vector<std::size_t>& frame_offsets() const { return frame_offsets_; }

 private:
  std::vector<std::vector<std::byte>> build_frames() const {
    std::vector<std::vector<std::byte>> frames;
    std::int64_t begin = 0;
    std::uint64_t first_number = first_number_;
    std::uint64_t number_base = 0;
    for (std::size_t i = 0; begin < signal_.frames; ++i) {
      const std::int64_t wished = block_sizes_[i % block_sizes_.size()];
      const std::int64_t size = std::min(wished, signal_.frames - begin);
      if (i == restart_) {
        number_base = variable_ ? static_cast<std::uint64_t>(begin) : i;
        first_number = 0;
      }
      const std::uint64_t number = variable_ ? static_cast<std::uint64_t>(begin) : i;
      frames.push_back(build_frame(first_number + number - number_base, begin, size));
      begin += size;
    }
    return frames;
  }

  std::vector<std::byte> build_frame(std::uint64_t number, std::int64_t begin,
                                     std::int64_t size) const {
    BitWriter bits;
    bits.put(0x7FFC, 15).put(variable_ && !hide_blocking_bit_ ? 1 : 0, 1);
    bits.put(7, 4).put(state_format_ ? 13 : 0, 4);
    bits.put(static_cast<std::uint64_t>(signal_.channels - 1), 4);
    bits.put(state_format_ ? depth_code() : 0, 3).put(0, 1);
    put_number(bits, number);
    bits.put(static_cast<std::uint64_t>(size - 1), 16);
    if (state_format_) bits.put(static_cast<std::uint64_t>(signal_.sample_rate_hz), 16);
    bits.put(crc8(bits.data()), 8);
    for (int channel = 0; channel < signal_.channels; ++channel) {
      put_subframe(bits, channel, begin, size);
    }
    bits.align();
    const std::uint16_t crc = crc16(bits.data());
    std::vector<std::byte> frame = bits.data();
    frame.push_back(static_cast<std::byte>(crc >> 8));
    frame.push_back(static_cast<std::byte>(crc & 0xFFU));
    return frame;
  }

  std::uint64_t depth_code() const {
    constexpr std::array kDepths = {0, 8, 12, 0, 16, 20, 24, 32};
    const auto* const found = std::find(kDepths.begin() + 1, kDepths.end(), signal_.bits);
    return static_cast<std::uint64_t>(found - kDepths.begin());
  }

  static void put_number(BitWriter& bits, std::uint64_t number) {
    if (number < 0x80) {
      bits.put(number, 8);
      return;
    }
    int tail = 1;
    while (number >> (6 * tail + (6 - tail)) != 0) ++tail;
    const std::uint64_t lead = (0xFF00U >> (tail + 1)) & 0xFFU;
    bits.put(lead | (tail == 6 ? 0 : number >> (6 * tail)), 8);
    while (tail-- > 0) bits.put(0x80U | ((number >> (6 * tail)) & 0x3FU), 8);
  }

  // A constant subframe where the block is constant, else a verbatim one.
  void put_subframe(BitWriter& bits, int channel, std::int64_t begin, std::int64_t size) const {
    const auto sample = [&](std::int64_t i) {
      return signal_.samples[static_cast<std::size_t>((begin + i) * signal_.channels + channel)];
    };
    bool constant = true;
    for (std::int64_t i = 1; i < size; ++i) constant = constant && sample(i) == sample(0);
    bits.put(constant ? 0 : 2, 8);
    for (std::int64_t i = 0; i < (constant ? 1 : size); ++i) {
      bits.put(static_cast<std::uint32_t>(sample(i)), signal_.bits);
    }
  }

  PcmSignal signal_;
  std::vector<int> block_sizes_ = {64};
  std::vector<std::pair<int, std::vector<std::byte>>> metadata_;
  std::vector<std::size_t> frame_offsets_;
  FlacStreamInfo declared_;
  std::uint64_t first_number_ = 0;
  std::size_t restart_ = ~std::size_t{0};
  bool hide_blocking_bit_ = false;
  bool state_format_ = false;
  bool variable_ = false;
  bool unknown_length_ = false;
  bool declare_frame_bytes_max_ = false;
};

}  // namespace engine::testing
