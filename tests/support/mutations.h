// Mutations: small files of every format, and damaged copies of them, equal for equal seeds.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <random>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "engine/base/crc.h"
#include "engine/demux/flac_demuxer.h"
#include "tests/engine/decode/mp3_random_stream.h"
#include "tests/engine/demux/id3_files.h"
#include "tests/support/flac_builder.h"
#include "tests/support/music_signal.h"
#include "tests/support/oracle_tools.h"
#include "tests/support/split_feeder.h"

namespace engine::testing {

struct MutationBase {
  std::string name;
  std::vector<std::byte> bytes;
  /// FLAC: where each frame begins, and the end of the last: frames whose check sums are made to
  /// hold again are what damages a decoder, not only a parser.
  std::vector<std::size_t> frames;
};

class Mutator {
 public:
  explicit Mutator(unsigned seed) : random_(seed) {}

  std::vector<std::byte> mutate(const MutationBase& base) {
    std::vector<std::byte> bytes = base.bytes;
    if (base.frames.size() > 1 && below(3) == 0) {
      for (std::size_t count = 1 + below(4); count > 0; --count) damage_flac_frame(base, bytes);
      if (below(2) == 0) return bytes;
    }
    for (std::size_t count = 1 + below(4); count > 0 && !bytes.empty(); --count) change(bytes);
    return bytes;
  }

 private:
  std::size_t below(std::size_t limit) { return random_() % limit; }
  std::byte any_byte() { return static_cast<std::byte>(random_() & 0xFFU); }

  // A place; every other time in the headers.
  std::size_t place(std::size_t size) {
    return below(below(2) == 0 ? std::min<std::size_t>(size, 128) : size);
  }

  void change(std::vector<std::byte>& bytes) {
    const std::size_t at = place(bytes.size());
    const auto place_of = [&](std::size_t offset) {
      return bytes.begin() + static_cast<std::ptrdiff_t>(offset);
    };
    const std::size_t run = std::min(1 + below(64), bytes.size() - at);
    switch (below(9)) {
      case 0:
      case 1:
        bytes[at] ^= static_cast<std::byte>(1U << below(8));
        break;
      case 2:
        bytes[at] = any_byte();
        break;
      case 3:
        bytes.resize(at);
        break;
      case 4: {
        std::vector<std::byte> strange(run);
        for (std::byte& value : strange) value = any_byte();
        bytes.insert(place_of(at), strange.begin(), strange.end());
        break;
      }
      case 5:
        bytes.erase(place_of(at), place_of(at + run));
        break;
      case 6: {  // A stretch of the file once more, somewhere else.
        const std::size_t from = below(bytes.size());
        const std::size_t size = std::min(1 + below(4096), bytes.size() - from);
        const std::vector<std::byte> stretch(place_of(from), place_of(from + size));
        bytes.insert(place_of(at), stretch.begin(), stretch.end());
        break;
      }
      case 7:
        std::fill(place_of(at), place_of(at + run), below(2) == 0 ? std::byte{0} : std::byte{0xFF});
        break;
      default:
        put_extreme_number(bytes, at);
        break;
    }
  }

  // As a size, a rate or a count could stand in a header.
  void put_extreme_number(std::vector<std::byte>& bytes, std::size_t at) {
    const std::array<std::uint64_t, 12> values{0,
                                               1,
                                               2,
                                               0x7F,
                                               0x7FFF,
                                               0x7FFFFFFF,
                                               0x80000000,
                                               0x8000000000000000,
                                               0xFFFFFFFFFFFFFFFF,
                                               0xFFFFFFFFFFFFFFFE,
                                               bytes.size(),
                                               bytes.size() + 1};
    constexpr std::array<std::size_t, 5> kSizes{1, 2, 3, 4, 8};
    const std::uint64_t value = values[below(values.size())];
    const std::size_t size = std::min(kSizes[below(kSizes.size())], bytes.size() - at);
    const bool little = below(2) == 0;
    for (std::size_t i = 0; i < size; ++i) {
      bytes[at + (little ? i : size - 1 - i)] = static_cast<std::byte>(value >> (8 * i));
    }
  }

  // Changes bytes of one frame, its header included, and makes both check sums hold again.
  void damage_flac_frame(const MutationBase& base, std::vector<std::byte>& bytes) {
    const std::size_t index = below(base.frames.size() - 1);
    const auto frame =
        std::span(bytes).subspan(base.frames[index], base.frames[index + 1] - base.frames[index]);
    for (std::size_t count = 1 + below(3); count > 0; --count) {
      const std::size_t body = frame.size() - 4;  // Between the sync code and the CRC-16.
      const std::size_t at = 2 + below(below(2) == 0 ? std::min<std::size_t>(14, body) : body);
      frame[at] = below(2) == 0 ? any_byte() : frame[at] ^ static_cast<std::byte>(1U << below(8));
    }
    // The header ends behind 4 bytes, the number, and up to 4 bytes of size and rate.
    const auto number = std::to_integer<unsigned>(frame[4]);
    std::size_t size = number < 0xC0 ? 5 : number < 0xE0 ? 6 : number < 0xF0 ? 7 : 8;
    const auto block = std::to_integer<unsigned>(frame[2]) >> 4;
    const auto rate = std::to_integer<unsigned>(frame[2]) & 15U;
    size += (block == 6 ? 1 : block == 7 ? 2 : 0) + (rate == 12 ? 1 : rate > 12 ? 2 : 0);
    if (size < frame.size() - 2) frame[size] = static_cast<std::byte>(crc8(frame.first(size)));
    const std::uint16_t crc = crc16(frame.first(frame.size() - 2));
    frame[frame.size() - 2] = static_cast<std::byte>(crc >> 8);
    frame[frame.size() - 1] = static_cast<std::byte>(crc & 0xFFU);
  }

  std::mt19937 random_;
};

inline PcmSignal mutation_signal(int rate_hz, int channels, int bits, std::int64_t frames) {
  return make_signal({rate_hz, channels, bits, frames, {}}, 7);
}

inline std::vector<MutationBase> wav_mutation_bases() {
  ByteWriter float_wav;
  const PcmSignal signal = mutation_signal(22050, 2, 16, 2000);
  float_wav.text("RIFF").le(4 + 24 + 18 + 8 + 2000 * 8, 4).text("WAVEfmt ").le(16, 4).le(3, 2);
  float_wav.le(2, 2).le(22050, 4).le(22050 * 8, 4).le(8, 2).le(32, 2);
  float_wav.text("LIST").le(10, 4).text("INFOICMT").zeros(2).text("data").le(2000 * 8, 4);
  for (const std::int32_t sample : signal.samples) {
    float_wav.le(static_cast<std::uint64_t>(0x3F000000 + (sample & 0x7FFFFF)), 4);
  }
  ByteWriter rf64;
  rf64.text("RF64").le(0xFFFFFFFF, 4).text("WAVEds64").le(28, 4).le(60 + 4000, 8).le(4000, 8);
  rf64.le(2000, 8).le(0, 4).text("fmt ").le(16, 4).le(1, 2).le(1, 2).le(8000, 4).le(16000, 4);
  rf64.le(2, 2).le(16, 2).text("data").le(0xFFFFFFFF, 4).zeros(4000);
  return {{"wav 44.1/16", wav_file(mutation_signal(44100, 2, 16, 3000)), {}},
          {"wav 6 channels of 24 bit", wav_file(mutation_signal(48000, 6, 24, 500)), {}},
          {"wav of 5 s, 8 bit", wav_file(mutation_signal(8000, 1, 8, 40000)), {}},
          {"wav of floats", float_wav.data(), {}},
          {"rf64", rf64.data(), {}}};
}

inline MutationBase flac_mutation_base(const std::string& name, std::vector<std::byte> bytes) {
  MutationBase base{name, std::move(bytes), {}};
  SplitFeeder feeder(base.bytes, kWhole);
  FlacDemuxer demuxer;
  const auto header = feeder.read_header(demuxer);
  if (!header) {
    ADD_FAILURE() << name << ": " << header.error().words();
    return base;
  }
  base.frames.push_back(static_cast<std::size_t>(std::get<TrackInfo>(*header).audio_bytes.begin));
  for (const OwnedPacket& packet : feeder.read_packets(demuxer)) {
    base.frames.push_back(base.frames.back() + packet.bytes.size());
  }
  return base;
}

inline std::vector<MutationBase> flac_mutation_bases() {
  const TemporaryFolder folder;
  std::vector<MutationBase> bases;
  ByteWriter seek_table;
  for (std::uint64_t i = 0; i < 3; ++i) seek_table.be(i * 512, 8).be(i * 2050, 8).be(512, 2);
  ByteWriter comment;
  comment.le(4, 4).text("test").le(1, 4).le(9, 4).text("TITLE=abc");
  bases.push_back(
      flac_mutation_base("flac, verbatim", FlacBuilder(mutation_signal(44100, 2, 16, 2048))
                                               .blocks({512})
                                               .metadata(3, seek_table.data())
                                               .metadata(4, comment.data())
                                               .build()));
  bases.push_back(
      flac_mutation_base("flac, variable blocks", FlacBuilder(mutation_signal(32000, 1, 12, 2000))
                                                      .blocks({16, 300, 192})
                                                      .variable_blocking()
                                                      .unknown_length()
                                                      .build()));
  if (!require_program("flac")) return bases;
  const std::pair<const char*, PcmSignal> encoded[] = {
      {"-8 -b 576", mutation_signal(44100, 2, 16, 9000)},
      {"-8 --lax -b 1152 --channel-map=none", mutation_signal(96000, 4, 24, 2500)},
      {"-5 -b 4096", mutation_signal(8000, 1, 16, 40000)}};
  for (const auto& [options, signal] : encoded) {
    folder.write("a.wav", wav_file(signal));
    run_command(std::string("flac --silent --force ") + options + " -o " + folder.file("a.flac") +
                " " + folder.file("a.wav"));
    bases.push_back(flac_mutation_base(std::string("flac ") + options, folder.read("a.flac")));
  }
  return bases;
}

inline std::vector<MutationBase> mp3_mutation_bases() {
  const TemporaryFolder folder;
  std::vector<MutationBase> bases;
  RandomStreamOptions odd;
  odd.mpeg1 = false;
  odd.intensity = true;
  odd.mixed_blocks = true;
  bases.push_back({"mp3, every tool", RandomStream(odd, 3).mpeg_frames(12), {}});
  if (!require_program("lame")) return bases;
  const std::pair<const char*, PcmSignal> encoded[] = {
      {"-b 128", mutation_signal(44100, 2, 16, 9000)},
      {"-V 4", mutation_signal(44100, 2, 16, 9000)},
      {"-t -b 32 --resample 16", mutation_signal(16000, 1, 16, 6000)},
      {"-t -V 9", mutation_signal(8000, 1, 16, 40000)}};
  for (const auto& [options, signal] : encoded) {
    folder.write("a.wav", wav_file(signal));
    run_command(std::string("lame --quiet ") + options + " " + folder.file("a.wav") + " " +
                folder.file("a.mp3"));
    bases.push_back({std::string("mp3 ") + options, folder.read("a.mp3"), {}});
  }
  ByteWriter tagged;
  tagged.bytes(id3_tag(4, id3_frame(4, "TIT2", id3_text(3, "a title"))));
  tagged.bytes(bases[1].bytes).text("TAG").zeros(125);
  bases.push_back({"mp3 with tags", tagged.data(), {}});
  return bases;
}

}  // namespace engine::testing
