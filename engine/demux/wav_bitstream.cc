#include "engine/demux/wav_bitstream.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>

#include "engine/base/byte_order.h"

namespace engine {
namespace {

// The words of a stream, as they lie in the file.
struct Form {
  std::uint16_t first;  // The first two words of its sync, each read as little-endian.
  std::uint16_t second;
  bool swapped;   // Words are big-endian.
  int word_bits;  // Bits of a word that count.
  bool burst;
};
constexpr std::array<Form, 6> kForms{{
    {0x7FFE, 0x8001, false, 16, false},
    {0xFE7F, 0x0180, true, 16, false},
    {0x1FFF, 0xE800, false, 14, false},
    {0xFF1F, 0x00E8, true, 14, false},
    {0xF872, 0x4E1F, false, 16, true},
    {0x72F8, 0x1F4E, true, 16, true},
}};
constexpr std::size_t kSyncBytes = 4;
constexpr std::size_t kHeadWords = 7;  // Hold all the fields that are looked at, in 14 bits too.

const Form* form_at(std::span<const std::byte> bytes, std::size_t at) {
  const unsigned first = load_u16le(bytes, at);
  for (const Form& form : kForms) {
    if (first == form.first && load_u16le(bytes, at + 2) == form.second) return &form;
  }
  return nullptr;
}

// The fields behind a sync that stay the same from frame to frame.
struct Head {
  bool sound = false;
  std::size_t bytes_min = 0;  // Between this sync and the next.
  unsigned kind = 0;          // A burst's data type.
  friend bool operator==(const Head&, const Head&) = default;
};

Head head_at(std::span<const std::byte> bytes, const Form& form) {
  std::array<unsigned, kHeadWords> words{};
  for (std::size_t i = 0; i < kHeadWords; ++i) {
    words[i] = form.swapped ? load_u16be(bytes, 2 * i) : load_u16le(bytes, 2 * i);
  }
  Head head;
  if (form.burst) {
    head.kind = words[2] & 0x1F;
    const bool valid = (words[2] & 0x80) == 0 && head.kind != 0;  // No error; not a null burst.
    head.sound = valid && words[3] != 0;
    head.bytes_min = 8;
    return head;
  }
  // The 32 bits of the sync, then 38 more that matter.
  const auto bits = [&](std::size_t begin, std::size_t count) {
    const auto width = static_cast<std::size_t>(form.word_bits);
    std::size_t value = 0;
    for (std::size_t i = begin; i < begin + count; ++i) {
      value = (value << 1) | ((words[i / width] >> (width - 1 - i % width)) & 1U);
    }
    return value;
  };
  const std::size_t blocks = bits(39, 7) + 1;
  const std::size_t frame_bytes = bits(46, 14) + 1;
  const std::size_t rate = bits(66, 4);
  constexpr std::uint32_t kRates = 0b0011100111001110;  // Codes that stand for a rate.
  const bool whole_frame = bits(32, 6) == 0x3F;         // A normal one, of full length.
  head.sound = bits(0, 32) == 0x7FFE8001 && whole_frame && blocks % 8 == 0 && frame_bytes >= 96 &&
               ((kRates >> rate) & 1U) != 0;
  head.bytes_min = frame_bytes;
  return head;
}

ErrorDetail detail_of(const Form& form, const Head& head) {
  if (!form.burst) return ErrorDetail::kWavDts;
  if (head.kind == 1) return ErrorDetail::kWavAc3;
  const bool dts = head.kind == 11 || head.kind == 12 || head.kind == 13 || head.kind == 17;
  return dts ? ErrorDetail::kWavDts : ErrorDetail::kWavBitstream;
}

std::optional<Head> sound_head(std::span<const std::byte> bytes, std::size_t at, const Form& form) {
  if (at + 2 * kHeadWords > bytes.size() || form_at(bytes, at) != &form) return std::nullopt;
  const Head head = head_at(bytes.subspan(at), form);
  if (!head.sound) return std::nullopt;
  return head;
}

// Whether the sync at `at` comes again with an equal head, and twice so at one distance; a burst's
// head says more: once will do.
bool repeats(std::span<const std::byte> bytes, std::size_t at, const Form& form, const Head& head) {
  for (std::size_t next = at + head.bytes_min / 2 * 2; next + kSyncBytes <= bytes.size();
       next += 2) {
    if (sound_head(bytes, next, form) != head) continue;
    return form.burst || sound_head(bytes, next + (next - at), form) == head;
  }
  return false;
}

}  // namespace

std::optional<std::size_t> find_bitstream_sync(std::span<const std::byte> bytes) {
  constexpr std::size_t kStep = 64;
  for (std::size_t begin = 0; begin + kSyncBytes <= bytes.size(); begin += kStep) {
    // Swapped, the first words are first words as well: the machine's byte order does not matter.
    std::array<std::uint16_t, kStep / 2> words{};
    std::memcpy(words.data(), bytes.data() + begin, std::min(kStep, bytes.size() - begin));
    unsigned hits = 0;
    for (const std::uint16_t word : words) {
      unsigned hit = 0;
      for (const Form& form : kForms) hit |= static_cast<unsigned>(word == form.first);
      hits |= hit;
    }
    if (hits == 0) continue;
    const std::size_t end = std::min(begin + kStep, bytes.size() - kSyncBytes + 1);
    for (std::size_t at = begin; at < end; at += 2) {
      if (form_at(bytes, at) != nullptr) return at;
    }
  }
  return std::nullopt;
}

std::optional<ErrorDetail> find_bitstream(std::span<const std::byte> bytes) {
  constexpr int kTriesMax = 8;  // A sound head is rare where there is no stream.
  std::size_t at = 0;
  for (int tries = 0; tries < kTriesMax;) {  // Ends: each pass moves `at` by a word or more.
    const auto sync = find_bitstream_sync(bytes.subspan(at));
    if (!sync) return std::nullopt;
    at += *sync;
    const Form& form = *form_at(bytes, at);
    const auto head = sound_head(bytes, at, form);
    if (head && repeats(bytes, at, form, *head)) return detail_of(form, *head);
    tries += head ? 1 : 0;
    at += 2;
  }
  return std::nullopt;
}

}  // namespace engine
