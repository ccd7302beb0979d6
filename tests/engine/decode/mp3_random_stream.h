// Random but legal layer III streams: what no encoder at hand writes (intensity stereo, mixed
// blocks, every scale factor layout, subblock gain), for comparing decoders.
//
// Each MPEG frame stands alone (main_data_begin 0) at the highest bitrate. Spectra hold values up
// to 2 in big_values (Huffman tables 1, 2, 3 of ISO/IEC 11172-3 table B.7) and 1 in the rest (table
// B of count1), at gains that keep the sum below full scale. Block types follow the legal order
// normal, start, short, stop.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <numeric>
#include <random>
#include <vector>

#include <gtest/gtest.h>

namespace engine::testing {

struct RandomStreamOptions {
  bool mpeg1 = true;  // 44.1 kHz; else MPEG-2 at 22.05 kHz.
  bool mono = false;
  bool mid_side = false;
  bool intensity = false;
  bool mixed_blocks = false;
};

class RandomStream {
 public:
  RandomStream(const RandomStreamOptions& options, unsigned seed)
      : options_(options), random_(seed) {}

  std::vector<std::byte> mpeg_frames(int count) {
    std::vector<std::byte> file;
    for (int i = 0; i < count; ++i) append_frame(file);
    return file;
  }

 private:
  enum class Block : unsigned { kNormal = 0, kStart = 1, kShort = 2, kStop = 3 };
  using Bits = std::vector<bool>;

  // Runs of scale factors: how many, of how many bits.
  struct Run {
    int count = 0;
    int bits = 0;
  };

  int below(int limit) { return static_cast<int>(random_() % static_cast<unsigned>(limit)); }

  static void put(Bits& bits, int value, int count) {
    for (int i = count; i-- > 0;) bits.push_back(((value >> i) & 1) != 0);
  }

  void append_frame(std::vector<std::byte>& file) {
    const int channels = options_.mono ? 1 : 2;
    Bits side;
    Bits main;
    put(side, 0, options_.mpeg1 ? 9 : 8);                               // main_data_begin
    put(side, 0, options_.mpeg1 ? (channels == 1 ? 5 : 3) : channels);  // private
    if (options_.mpeg1) put(side, 0, 4 * channels);                     // scfsi
    for (int granule = 0; granule < (options_.mpeg1 ? 2 : 1); ++granule) {
      next_block();
      for (int channel = 0; channel < channels; ++channel) append_granule(side, main, channel);
    }
    const int mode = options_.mono ? 3 : options_.mid_side || options_.intensity ? 1 : 0;
    const int extension = (options_.mid_side ? 2 : 0) + (options_.intensity ? 1 : 0);
    Bits bits;
    put(bits, options_.mpeg1 ? 0xFFFB : 0xFFF3, 16);
    put(bits, 0xE0, 8);  // The highest bitrate: 320, in MPEG-2 160 kbit/s.
    put(bits, (mode << 6) | (extension << 4), 8);
    bits.insert(bits.end(), side.begin(), side.end());
    bits.insert(bits.end(), main.begin(), main.end());
    const std::size_t size = options_.mpeg1 ? 1044 : 522;
    EXPECT_LE(bits.size(), size * 8);
    bits.resize(size * 8);
    for (std::size_t i = 0; i < bits.size(); i += 8) {
      unsigned byte = 0;
      for (std::size_t b = 0; b < 8; ++b) byte = byte * 2 + (bits[i + b] ? 1 : 0);
      file.push_back(static_cast<std::byte>(byte));
    }
  }

  void next_block() {
    switch (block_) {
      case Block::kNormal:
      case Block::kStop:
        block_ = below(2) == 0 ? Block::kNormal : Block::kStart;
        if (block_ == Block::kStart) mixed_ = options_.mixed_blocks && below(2) == 0;
        break;
      case Block::kStart:
        block_ = Block::kShort;
        break;
      case Block::kShort:
        block_ = below(2) == 0 ? Block::kShort : Block::kStop;
        break;
    }
  }

  // scalefac_compress and what it says (ISO/IEC 11172-3, 2.4.2.7; 13818-3, 2.4.3.2).
  std::pair<int, std::vector<Run>> scale_factor_layout(bool intensity_channel) {
    const bool is_short = block_ == Block::kShort;
    const std::size_t kind = !is_short ? 0 : !mixed_ ? 1 : 2;
    if (options_.mpeg1) {
      constexpr std::array<int, 16> kFirst{0, 0, 0, 0, 3, 1, 1, 1, 2, 2, 2, 3, 3, 3, 4, 4};
      constexpr std::array<int, 16> kSecond{0, 1, 2, 3, 0, 1, 2, 3, 1, 2, 3, 1, 2, 3, 2, 3};
      constexpr std::array<std::array<int, 2>, 3> kCounts{{{11, 10}, {18, 18}, {17, 18}}};
      const int compress = below(16);
      const auto index = static_cast<std::size_t>(compress);
      return {compress, {{kCounts[kind][0], kFirst[index]}, {kCounts[kind][1], kSecond[index]}}};
    }
    if (intensity_channel) {
      // Positions of at most four bits: ffmpeg takes the larger ones that are legal for none.
      constexpr std::array<std::array<int, 3>, 3> kCounts{{{7, 7, 7}, {12, 12, 12}, {6, 15, 12}}};
      const std::array<int, 3> bits{1 + below(4), 1 + below(4), 1 + below(4)};
      const int compress = (bits[0] * 36 + bits[1] * 6 + bits[2]) * 2 + below(2);
      return {
          compress,
          {{kCounts[kind][0], bits[0]}, {kCounts[kind][1], bits[1]}, {kCounts[kind][2], bits[2]}}};
    }
    constexpr std::array<std::array<int, 4>, 3> kCounts{{{6, 5, 5, 5}, {9, 9, 9, 9}, {6, 9, 9, 9}}};
    const int compress = below(400);
    return {compress,
            {{kCounts[kind][0], (compress >> 4) / 5},
             {kCounts[kind][1], (compress >> 4) % 5},
             {kCounts[kind][2], (compress & 15) >> 2},
             {kCounts[kind][3], compress & 3}}};
  }

  void append_granule(Bits& side, Bits& main, int channel) {
    const bool intensity_channel = options_.intensity && channel == 1;
    const auto [compress, runs] = scale_factor_layout(intensity_channel);
    Bits bits;
    for (const Run& run : runs) {
      for (int i = 0; i < run.count; ++i) {
        // The largest position of intensity stereo is illegal: 7, or all bits in MPEG-2.
        const int limit = 1 << run.bits;
        const int value = !intensity_channel ? below(limit)
                          : options_.mpeg1   ? std::min(below(limit), 6)
                                             : below(limit - 1);
        put(bits, value, run.bits);
      }
    }
    // Intensity stereo begins where the second channel's spectrum ends.
    constexpr std::array<int, 5> kEnds{0, 36, 120, 200, 300};
    const int end = intensity_channel ? kEnds[static_cast<std::size_t>(below(5))] : 460;
    const int big_end = std::min(300, 2 * below(end / 2 + 1));
    std::array<int, 3> tables{1 + below(3), 1 + below(3), 1 + below(3)};
    const int region0 = below(8);
    const int region1 = below(8);
    append_spectrum(bits, end, big_end, tables, region0, region1);

    put(side, static_cast<int>(bits.size()), 12);
    put(side, big_end / 2, 9);
    put(side, 150 + below(25), 8);  // global_gain
    put(side, compress, options_.mpeg1 ? 4 : 9);
    put(side, block_ == Block::kNormal ? 0 : 1, 1);
    if (block_ == Block::kNormal) {
      for (const int table : tables) put(side, table, 5);
      put(side, region0, 4);
      put(side, region1, 3);
    } else {
      put(side, static_cast<int>(block_), 2);
      put(side, mixed_ ? 1 : 0, 1);
      put(side, tables[0], 5);
      put(side, tables[1], 5);
      for (int i = 0; i < 3; ++i) put(side, block_ == Block::kShort ? below(4) : 0, 3);
    }
    if (options_.mpeg1) put(side, block_ == Block::kShort ? 0 : below(2), 1);  // preflag
    put(side, below(2), 1);                                                    // scalefac_scale
    put(side, 1, 1);                                                           // count1 table B
    main.insert(main.end(), bits.begin(), bits.end());
  }

  void append_spectrum(Bits& bits, int end, int big_end, const std::array<int, 3>& tables,
                       int region0, int region1) {
    constexpr std::array<int, 22> kBands1{4,  4,  4,  4,  4,  4,  6,  6,  8,  8,  10,
                                          12, 16, 20, 24, 28, 34, 42, 50, 54, 76, 158};
    constexpr std::array<int, 22> kBands2{6,  6,  6,  6,  6,  6,  8,  10, 12, 14, 16,
                                          20, 24, 28, 32, 38, 46, 52, 60, 68, 58, 54};
    const auto& bands = options_.mpeg1 ? kBands1 : kBands2;
    int first_end = std::accumulate(bands.begin(), bands.begin() + region0 + 1, 0);
    int second_end = std::accumulate(bands.begin(), bands.begin() + region0 + region1 + 2, 0);
    if (block_ != Block::kNormal) {
      first_end = options_.mpeg1 || block_ == Block::kShort ? 36 : 54;
      second_end = 576;
    }
    for (int line = 0; line < big_end; line += 2) {
      append_pair(bits, tables[line < first_end ? 0 : line < second_end ? 1 : 2]);
    }
    for (int quads = below((end - big_end) / 4 + 1); quads > 0; --quads) {
      const int value = below(16);
      put(bits, 15 - value, 4);
      for (int i = 0; i < 4; ++i) {
        if (((value >> i) & 1) != 0) put(bits, below(2), 1);
      }
    }
  }

  void append_pair(Bits& bits, int table) {
    struct Code {
      int length;
      int bits;
    };
    constexpr std::array<std::array<Code, 9>, 3> kCodes{{
        {{{1, 1}, {3, 1}, {0, 0}, {2, 1}, {3, 0}, {0, 0}, {0, 0}, {0, 0}, {0, 0}}},
        {{{1, 1}, {3, 2}, {6, 1}, {3, 3}, {3, 1}, {5, 1}, {5, 3}, {5, 2}, {6, 0}}},
        {{{2, 3}, {2, 2}, {6, 1}, {3, 1}, {2, 1}, {5, 1}, {5, 3}, {5, 2}, {6, 0}}},
    }};
    const int limit = table == 1 ? 2 : 3;
    const int x = below(limit);
    const int y = below(limit);
    const Code code =
        kCodes[static_cast<std::size_t>(table - 1)][static_cast<std::size_t>(3 * x + y)];
    put(bits, code.bits, code.length);
    if (x != 0) put(bits, below(2), 1);
    if (y != 0) put(bits, below(2), 1);
  }

  RandomStreamOptions options_;
  std::mt19937 random_;
  Block block_ = Block::kNormal;
  bool mixed_ = false;
};

}  // namespace engine::testing
