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

// The intensity positions of an MPEG-2 stream. No other decoder is right on all of them
// (docs/decisions/mp3-decoder.md), so there is one kind for each oracle.
enum class Positions {
  kSmall,  // Of 0 to 4 bits, in every layout, and all legal: as ffmpeg knows them.
  kEvery,  // Of 1 to 5 bits, legal or not (all bits set): as libmad knows them.
};

struct RandomStreamOptions {
  bool mpeg1 = true;  // 44.1 kHz; else MPEG-2 at 22.05 kHz.
  bool mono = false;
  bool mid_side = false;
  bool intensity = false;
  bool mixed_blocks = false;
  bool own_block_types = false;  // The channels' block types differ.
  Positions positions = Positions::kSmall;
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

  // What a channel's granule is windowed with.
  struct Windows {
    Block block = Block::kNormal;
    bool mixed = false;
  };

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
      next_block(windows_[0]);
      if (options_.own_block_types) {
        next_block(windows_[1]);
      } else {
        windows_[1] = windows_[0];
      }
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

  void next_block(Windows& windows) {
    switch (windows.block) {
      case Block::kNormal:
      case Block::kStop:
        windows.block = below(2) == 0 ? Block::kNormal : Block::kStart;
        if (windows.block == Block::kStart) windows.mixed = options_.mixed_blocks && below(2) == 0;
        break;
      case Block::kStart:
        windows.block = Block::kShort;
        break;
      case Block::kShort:
        windows.block = below(2) == 0 ? Block::kShort : Block::kStop;
        break;
    }
  }

  // scalefac_compress and what it says (ISO/IEC 11172-3, 2.4.2.7; 13818-3, 2.4.3.2).
  std::pair<int, std::vector<Run>> scale_factor_layout(const Windows& windows,
                                                       bool intensity_channel) {
    const bool is_short = windows.block == Block::kShort;
    const std::size_t kind = !is_short ? 0 : !windows.mixed ? 1 : 2;
    if (options_.mpeg1) {
      constexpr std::array<int, 16> kFirst{0, 0, 0, 0, 3, 1, 1, 1, 2, 2, 2, 3, 3, 3, 4, 4};
      constexpr std::array<int, 16> kSecond{0, 1, 2, 3, 0, 1, 2, 3, 1, 2, 3, 1, 2, 3, 2, 3};
      constexpr std::array<std::array<int, 2>, 3> kCounts{{{11, 10}, {18, 18}, {17, 18}}};
      const int compress = below(16);
      const auto index = static_cast<std::size_t>(compress);
      return {compress, {{kCounts[kind][0], kFirst[index]}, {kCounts[kind][1], kSecond[index]}}};
    }
    if (intensity_channel) return position_layout(kind);
    constexpr std::array<std::array<int, 4>, 3> kCounts{{{6, 5, 5, 5}, {9, 9, 9, 9}, {6, 9, 9, 9}}};
    const int compress = below(400);
    return {compress,
            {{kCounts[kind][0], (compress >> 4) / 5},
             {kCounts[kind][1], (compress >> 4) % 5},
             {kCounts[kind][2], (compress & 15) >> 2},
             {kCounts[kind][3], compress & 3}}};
  }

  // The same of the channel with the intensity positions of MPEG-2.
  std::pair<int, std::vector<Run>> position_layout(std::size_t kind) {
    constexpr std::array<std::array<std::array<int, 4>, 3>, 3> kCounts{{
        {{{7, 7, 7, 0}, {12, 12, 12, 0}, {6, 15, 12, 0}}},
        {{{6, 6, 6, 3}, {12, 9, 9, 6}, {6, 12, 9, 6}}},
        {{{8, 8, 5, 0}, {15, 12, 9, 0}, {6, 18, 9, 0}}},
    }};
    const bool every = options_.positions == Positions::kEvery;
    const int layout = every ? 0 : below(3);
    std::array<int, 4> bits{};
    int compress = 0;
    if (layout == 0) {
      bits = every ? std::array{1 + below(4), 1 + below(5), 1 + below(5), 0}
                   : std::array{below(5), below(5), below(5), 0};
      compress = bits[0] * 36 + bits[1] * 6 + bits[2];
    } else if (layout == 1) {
      bits = {below(4), below(4), below(4), 0};
      compress = 180 + bits[0] * 16 + bits[1] * 4 + bits[2];
    } else {
      bits[0] = below(4);
      bits[1] = below(bits[0] == 3 ? 2 : 3);
      compress = 244 + bits[0] * 3 + bits[1];
    }
    std::vector<Run> runs;
    for (std::size_t i = 0; i < 4; ++i) {
      runs.push_back({kCounts[static_cast<std::size_t>(layout)][kind][i], bits[i]});
    }
    return {2 * compress + below(2), runs};
  }

  // A scale factor, or an intensity position, of `bits` bits.
  int factor(int bits, bool intensity_channel) {
    if (bits == 0) return 0;
    if (!intensity_channel) return below(1 << bits);
    // Illegal positions: 7, or all bits in MPEG-2.
    if (options_.mpeg1) return std::min(below(1 << bits), 6);
    return below((1 << bits) - (options_.positions == Positions::kEvery ? 0 : 1));
  }

  void append_granule(Bits& side, Bits& main, int channel) {
    const bool intensity_channel = options_.intensity && channel == 1;
    const Windows& windows = windows_[static_cast<std::size_t>(channel)];
    const bool is_short = windows.block == Block::kShort;
    const auto [compress, runs] = scale_factor_layout(windows, intensity_channel);
    Bits bits;
    for (const Run& run : runs) {
      for (int i = 0; i < run.count; ++i) put(bits, factor(run.bits, intensity_channel), run.bits);
    }
    // Intensity stereo begins where the second channel's spectrum ends.
    constexpr std::array<int, 5> kEnds{0, 36, 120, 200, 300};
    int end = intensity_channel ? kEnds[static_cast<std::size_t>(below(5))] : 460;
    // libmad's fixed point loses the smallest values, and with them the bound: so there are none.
    if (intensity_channel && options_.positions == Positions::kEvery) end = 0;
    const int big_end = std::min(300, 2 * below(end / 2 + 1));
    std::array<int, 3> tables{1 + below(3), 1 + below(3), 1 + below(3)};
    const int region0 = below(8);
    const int region1 = below(8);
    append_spectrum(bits, windows, end, big_end, tables, region0, region1);

    put(side, static_cast<int>(bits.size()), 12);
    put(side, big_end / 2, 9);
    put(side, 150 + below(25), 8);  // global_gain
    put(side, compress, options_.mpeg1 ? 4 : 9);
    put(side, windows.block == Block::kNormal ? 0 : 1, 1);
    if (windows.block == Block::kNormal) {
      for (const int table : tables) put(side, table, 5);
      put(side, region0, 4);
      put(side, region1, 3);
    } else {
      put(side, static_cast<int>(windows.block), 2);
      put(side, windows.mixed ? 1 : 0, 1);
      put(side, tables[0], 5);
      put(side, tables[1], 5);
      for (int i = 0; i < 3; ++i) put(side, is_short ? below(4) : 0, 3);
    }
    if (options_.mpeg1) put(side, is_short ? 0 : below(2), 1);  // preflag
    put(side, below(2), 1);                                     // scalefac_scale
    put(side, 1, 1);                                            // count1 table B
    main.insert(main.end(), bits.begin(), bits.end());
  }

  // NOLINTNEXTLINE(readability-function-size): a granule has that many parts.
  void append_spectrum(Bits& bits, const Windows& windows, int end, int big_end,
                       const std::array<int, 3>& tables, int region0, int region1) {
    constexpr std::array<int, 22> kBands1{4,  4,  4,  4,  4,  4,  6,  6,  8,  8,  10,
                                          12, 16, 20, 24, 28, 34, 42, 50, 54, 76, 158};
    constexpr std::array<int, 22> kBands2{6,  6,  6,  6,  6,  6,  8,  10, 12, 14, 16,
                                          20, 24, 28, 32, 38, 46, 52, 60, 68, 58, 54};
    const auto& bands = options_.mpeg1 ? kBands1 : kBands2;
    int first_end = std::accumulate(bands.begin(), bands.begin() + region0 + 1, 0);
    int second_end = std::accumulate(bands.begin(), bands.begin() + region0 + region1 + 2, 0);
    if (windows.block != Block::kNormal) {
      first_end = options_.mpeg1 || windows.block == Block::kShort ? 36 : 54;
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
  std::array<Windows, 2> windows_{};
};

}  // namespace engine::testing
